"""Aspose's names of languages; a page is read in one of them, of which some hold several languages."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pdfpipe.errors import MissingLanguageError

__all__ = ["SOURCE_OF_RESOURCES", "aspose_language", "available_languages", "other_languages"]

SOURCE_OF_RESOURCES: Final = "https://github.com/aspose-ocr/resources"

_LATIN: Final = dict(
    pair.split("=")
    for pair in (
        "eng=Eng afr=Afr aze=Azb bos=Bos cat=Cat ceb=Ceb ces=Ces dan=Dan deu=Deu est=Est fil=Tgl "
        "fin=Fin fra=Fra glg=Glg hrv=Hrv hun=Hun ind=Ind ita=Ita kmr=Kmr lav=Lav lit=Lit msa=Mly "
        "nld=Nld nor=Nor oci=Lnc pol=Pol por=Por que=Qxa ron=Ron slk=Slk slv=Slv spa=Spa sqi=Aln "
        "srp_latn=Hbs sun=Sun swa=Swh swe=Swe tur=Tur yor=Yor"
    ).split()
)
"""What the package itself can read.  It also lists Vietnamese, with an alphabet without tone marks."""

_SEVERAL_LATIN: Final = "ExtLatin"

_BY_RESOURCE: Final = {
    "aspose-ocr-cyrillic-v1.ocr": "bel=Bel bul=Bul kaz=Kaz mon=Mon rus=Rus srp=Srp ukr=Ukr",
    "aspose-ocr-chinese-v2.ocr": "chi_sim=Chinese chi_tra=Chinese",
    "aspose-ocr-hindi-v2.ocr": "hin=Hin mar=Mar nep=Nep",
    "aspose-ocr-japanese-v1.ocr": "jpn=Jpn",
    "aspose-ocr-korean-v1.ocr": "kor=Kor",
    "aspose-ocr-tamil-v1.ocr": "tam=Tam",
    "aspose-ocr-telugu-v1.ocr": "tel=Tel",
    "aspose-ocr-kannada-v1.ocr": "kan=Kan",
}
"""Languages for which a file must be fetched.  Those that are written from right to left are left out:
in which order their characters come could not be tried."""

_RESOURCE: Final = {
    pair.split("=")[0]: (pair.split("=")[1], resource)
    for resource, pairs in _BY_RESOURCE.items()
    for pair in pairs.split()
}
_WITH_ENGLISH: Final = frozenset({"chi_sim", "chi_tra"})
"""Languages that are read together with English by their own model."""


def aspose_language(languages: Iterable[str], resources: Path | None) -> str:
    """The name in com.aspose.ocr.Language that holds all of these languages.

    `resources` is the folder in which the files for further languages would lie.

    Raises:
        MissingLanguageError: Aspose cannot read one of them, lacks its file, or cannot read them together.

    """
    wanted = tuple(languages)
    for language in wanted:
        if language in _RESOURCE:
            resource = _RESOURCE[language][1]
            if resources is None or not (resources / resource).is_file():
                raise MissingLanguageError(
                    f"Aspose reads '{language}' only with the file {resource}: fetch it from "
                    f"{SOURCE_OF_RESOURCES} and put it into {resources or 'the folder of its package'}"
                )
        elif language not in _LATIN:
            known = ", ".join(sorted([*_LATIN, *_RESOURCE]))
            raise MissingLanguageError(f"Aspose cannot read '{language}' (it can: {known})")
    if all(language in _LATIN for language in wanted):
        return _LATIN[wanted[0]] if len(set(wanted)) == 1 else _SEVERAL_LATIN
    main = {language for language in wanted if language != "eng"}
    if len(main) == 1 and (len(set(wanted)) == 1 or main <= _WITH_ENGLISH):
        return _RESOURCE[main.pop()][0]
    raise MissingLanguageError(
        f"Aspose cannot read {'+'.join(wanted)} at once: name languages that are all written in Latin "
        "letters, or one other language"
    )


def available_languages(resources: Path | None) -> tuple[str, ...]:
    """What can be read as things stand."""
    there = [
        language
        for language, (_, resource) in _RESOURCE.items()
        if resources is not None and (resources / resource).is_file()
    ]
    return tuple(sorted([*_LATIN, *there]))


def other_languages(resources: Path | None) -> tuple[tuple[str, str], ...]:
    """What could be read, and the file that it takes."""
    missing = set(_RESOURCE) - set(available_languages(resources))
    return tuple((language, _RESOURCE[language][1]) for language in sorted(missing))
