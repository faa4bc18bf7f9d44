"""What languages may be called, and what is known of them."""

from __future__ import annotations

import pytest

from pdfpipe.config.languages import (
    bcp47,
    direction_of,
    english_name,
    is_known,
    nearest_language,
    parse_languages,
    script_of,
)
from pdfpipe.errors import UsageError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("eng", "eng"),
        ("de", "deu"),
        ("DE", "deu"),
        ("ger", "deu"),
        ("fre+dut+cze", "fra+nld+ces"),
        ("zho", "chi_sim"),
        ("chi", "chi_sim"),
        ("cmn", "chi_sim"),
        ("nob", "nor"),
        ("de-AT", "deu"),
        ("de-1901", "deu"),
        ("pt-BR", "por"),
        ("zh-Hans", "chi_sim"),
        ("zh-Hant-HK", "chi_tra"),
        ("zh-TW", "chi_tra"),
        ("zh_TW", "chi_tra"),
        ("de-Latf", "frk"),
        ("da-Latf", "script/Fraktur"),
        ("sr-Latn", "srp_latn"),
        ("sr-Cyrl", "srp"),
        ("German", "deu"),
        ("german, english", "deu+eng"),
        ("Traditional Chinese", "chi_tra"),
        ("Chinese (Simplified)", "chi_sim"),
        ("Ancient Greek", "grc"),
        ("français", "fra"),
        ("frk", "frk"),
        ("deu_latf", "deu_latf"),
        ("script/Fraktur", "script/Fraktur"),
        ("script/fraktur", "script/Fraktur"),
        ("deu+ger+de+German", "deu"),
        ("office", "office"),
        ("deu_handwritten", "deu_handwritten"),
        ("auto", "auto"),
    ],
)
def test_languages_go_by_many_names(text: str, expected: str) -> None:
    assert parse_languages(text) == tuple(expected.split("+"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("eng+", "no list of languages"),
        ("", "no list of languages"),
        ("auto+deu", "auto goes with no other"),
        ("Ancint Greek", "did you mean 'Ancient Greek'"),
        ("de-Cyrl", "'de-Cyrl'.*German.*Latn.*'deu'"),
        ("../etc", "'../etc' is no language"),
        ("a/../b", "is no language"),
    ],
)
def test_what_can_be_no_language_is_refused(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        parse_languages(text)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("Germann", "German"),
        ("frnech", "French"),
        ("egn", "eng"),
        ("jpm", "jpn"),
        ("Tradtional Chinese", "Traditional Chinese"),
        ("script/Latn", "script/Latin"),
        ("office", None),
        ("Klingon", None),
    ],
)
def test_the_nearest_name_is_found_where_one_is_near(name: str, nearest: str | None) -> None:
    assert nearest_language(name) == nearest


@pytest.mark.parametrize(
    ("language", "name", "tag", "script", "direction"),
    [
        ("deu", "German", "de", "Latn", "ltr"),
        ("frk", "German in Fraktur", "de-Latf", "Latf", "ltr"),
        ("chi_sim", "Simplified Chinese", "zh-Hans", "Hans", "ltr"),
        ("chi_tra", "Traditional Chinese", "zh-Hant", "Hant", "ltr"),
        ("jpn", "Japanese", "ja", "Jpan", "ltr"),
        ("jpn_vert", "Japanese, vertical", "ja", "Jpan", "ttb"),
        ("kor", "Korean", "ko", "Kore", "ltr"),
        ("ara", "Arabic", "ar", "Arab", "rtl"),
        ("heb", "Hebrew", "he", "Hebr", "rtl"),
        ("hin", "Hindi", "hi", "Deva", "ltr"),
        ("tha", "Thai", "th", "Thai", "ltr"),
        ("rus", "Russian", "ru", "Cyrl", "ltr"),
        ("grc", "Ancient Greek", "grc", "Grek", "ltr"),
        ("fil", "Filipino", "fil", "Latn", "ltr"),
        ("deu_handwritten", "deu_handwritten", "de", "Latn", "ltr"),
        ("office", "office", "und", "Zyyy", "ltr"),
        ("script/Hebrew", "any in the script Hebrew", "und-Hebr", "Hebr", "rtl"),
    ],
)
def test_what_is_known_of_a_language(language: str, name: str, tag: str, script: str, direction: str) -> None:
    assert (english_name(language), bcp47(language)) == (name, tag)
    assert (script_of(language), direction_of(language)) == (script, direction)


def test_what_a_language_is_called_leads_back_to_it() -> None:
    for language in ("deu", "frk", "chi_tra", "jpn_vert", "kmr", "srp_latn", "uzb_cyrl", "ell", "fil"):
        assert is_known(language)
        assert parse_languages(english_name(language).replace(",", "")) == (language,)
    for language in ("deu", "frk", "chi_tra", "kmr", "srp_latn", "uzb_cyrl", "aze_cyrl", "kur", "fil"):
        assert parse_languages(bcp47(language)) == (language,)


@pytest.mark.parametrize("name", ["office", "Germann", "script/Latn", "auto"])
def test_names_of_no_language_are_not_known(name: str) -> None:
    assert not is_known(name)
