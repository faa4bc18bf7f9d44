"""Every language and script that there is a model for, and the package that brings it.

The names are those of Tesseract's own repositories, the packages Debian's and PyPI's.
"""

from __future__ import annotations

from typing import Final

from pdfpipe.model.engine_settings import Tessdata

__all__ = ["ALL_MODELS", "OSD", "SCRIPTS", "SCRIPT_PREFIX", "debian_package", "pypi_package"]

SCRIPT_PREFIX: Final = "script/"
OSD: Final = "osd"

_LANGUAGES: Final = (
    "afr amh ara asm aze aze_cyrl bel ben bod bos bre bul cat ceb ces chi_sim chi_sim_vert chi_tra "
    "chi_tra_vert chr cos cym dan deu div dzo ell eng enm epo est eus fao fas fil fin fra frk frm fry gla "
    "gle glg grc guj hat heb hin hrv hun hye iku ind isl ita ita_old jav jpn jpn_vert kan kat kat_old kaz "
    "khm kir kmr kor kor_vert lao lat lav lit ltz mal mar mkd mlt mon mri msa mya nep nld nor oci ori pan "
    "pol por pus que ron rus san sin slk slv snd spa spa_old sqi srp srp_latn sun swa swe syr tam tat tel "
    "tgk tha tir ton tur uig ukr urd uzb uzb_cyrl vie yid yor"
).split()

SCRIPTS: Final = dict(
    pair.split("=")
    for pair in (
        "Arabic=arab Armenian=armn Bengali=beng Canadian_Aboriginal=cans Cherokee=cher Cyrillic=cyrl "
        "Devanagari=deva Ethiopic=ethi Fraktur=frak Georgian=geor Greek=grek Gujarati=gujr Gurmukhi=guru "
        "HanS=hans HanS_vert=hans-vert HanT=hant HanT_vert=hant-vert Hangul=hang Hangul_vert=hang-vert "
        "Hebrew=hebr Japanese=jpan Japanese_vert=jpan-vert Kannada=knda Khmer=khmr Lao=laoo Latin=latn "
        "Malayalam=mlym Myanmar=mymr Oriya=orya Sinhala=sinh Syriac=syrc Tamil=taml Telugu=telu Thaana=thaa "
        "Thai=thai Tibetan=tibt Vietnamese=viet"
    ).split()
)
"""Tesseract's names of scripts, and the end of the names of Debian's packages."""

ALL_MODELS: Final = (*_LANGUAGES, *(f"{SCRIPT_PREFIX}{script}" for script in SCRIPTS))

_ON_PYPI: Final = frozenset({"deu", "eng", "jpn"})


def debian_package(model: str) -> str | None:
    """The package that brings a model (of the set *fast*), None where there is none."""
    script = model.removeprefix(SCRIPT_PREFIX)
    if script != model:
        return f"tesseract-ocr-script-{SCRIPTS[script]}" if script in SCRIPTS else None
    known = model == OSD or model in _LANGUAGES
    return f"tesseract-ocr-{model.replace('_', '-')}" if known else None


def pypi_package(model: str, kind: Tessdata | None = None) -> str | None:
    """The package that brings a model of this set, None where there is none."""
    if model == OSD:
        return "tessdata"
    if model not in _ON_PYPI or kind is Tessdata.BEST:
        return None
    return f"tessdata.{model}" if kind is Tessdata.STANDARD else f"tessdata.fast-{model}"
