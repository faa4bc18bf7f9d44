from __future__ import annotations

import pytest

from pdfpipe.config.languages import is_known, parse_languages
from pdfpipe.recognition.language import Language


@pytest.mark.parametrize("language", Language, ids=lambda language: language.name)
def test_every_member_is_a_language_that_pdfpipe_knows(language: Language) -> None:
    assert is_known(language)
    assert parse_languages(language) == (language.value,)


def test_names_and_values_are_told_apart() -> None:
    assert len({*Language}) == len(Language.__members__) > 100
    assert all(name.replace("_", "").isalpha() and name.isupper() for name in Language.__members__)


def test_the_usual_ones_are_called_as_one_would_guess() -> None:
    assert (Language.ENGLISH, Language.FRENCH, Language.SPANISH, Language.GERMAN) == (
        "eng",
        "fra",
        "spa",
        "deu",
    )
    assert (Language.CHINESE_SIMPLIFIED, Language.JAPANESE) == ("chi_sim", "jpn")
