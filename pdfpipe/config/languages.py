"""Names of languages: Tesseract's, which are mostly ISO 639-2/T, and BCP 47, which PDF wants."""

from __future__ import annotations

import re
from typing import Final

from pdfpipe.errors import UsageError

__all__ = ["bcp47", "is_known", "parse_languages"]

_TWO_LETTERS: Final = dict(
    pair.split("=")
    for pair in (
        "afr=af amh=am ara=ar asm=as aze=az bel=be ben=bn bod=bo bos=bs bre=br bul=bg cat=ca ces=cs cos=co "
        "cym=cy dan=da deu=de div=dv dzo=dz ell=el eng=en epo=eo est=et eus=eu fao=fo fas=fa fin=fi fra=fr "
        "fry=fy gla=gd gle=ga glg=gl guj=gu hat=ht heb=he hin=hi hrv=hr hun=hu hye=hy iku=iu ind=id isl=is "
        "ita=it jav=jv jpn=ja kan=kn kat=ka kaz=kk khm=km kir=ky kmr=kmr kor=ko lao=lo lat=la lav=lv lit=lt "
        "ltz=lb mal=ml mar=mr mkd=mk mlt=mt mon=mn mri=mi msa=ms mya=my nep=ne nld=nl nor=no oci=oc ori=or "
        "pan=pa pol=pl por=pt pus=ps que=qu ron=ro rus=ru san=sa sin=si slk=sk slv=sl snd=sd spa=es sqi=sq "
        "srp=sr sun=su swa=sw swe=sv tam=ta tat=tt tel=te tgk=tg tha=th tir=ti ton=to tur=tr uig=ug ukr=uk "
        "urd=ur uzb=uz vie=vi yid=yi yor=yo"
    ).split()
)
_SPECIAL: Final = {
    "chi_sim": "zh-Hans",
    "chi_sim_vert": "zh-Hans",
    "chi_tra": "zh-Hant",
    "chi_tra_vert": "zh-Hant",
    "jpn_vert": "ja",
    "kor_vert": "ko",
    "frk": "de-Latf",
    "deu_latf": "de-Latf",
    "deu_frak": "de-Latf",
    "dan_frak": "da-Latf",
    "slk_frak": "sk-Latf",
    "aze_cyrl": "az-Cyrl",
    "srp_latn": "sr-Latn",
    "uzb_cyrl": "uz-Cyrl",
    "ita_old": "it",
    "spa_old": "es",
    "kat_old": "ka",
}
_OTHERS: Final = frozenset({"ceb", "chr", "enm", "fil", "frm", "grc", "kur", "osd", "syr"})
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*(/[A-Za-z][A-Za-z0-9_]*)?")


def bcp47(language: str) -> str:
    """The BCP 47 tag for one of Tesseract's names; its three letters where there is no shorter one."""
    if language in _SPECIAL:
        return _SPECIAL[language]
    base = language.split("_")[0]
    return _TWO_LETTERS.get(base, base if re.fullmatch("[a-z]{2,3}", base) else "und")


def is_known(language: str) -> bool:
    """Whether Tesseract has a model of this name somewhere; scripts such as script/Latin count."""
    return language in _SPECIAL or language in _TWO_LETTERS or "/" in language or language in _OTHERS


def parse_languages(text: str) -> tuple[str, ...]:
    """The languages of a list such as ``eng+deu``, each once.

    Raises:
        UsageError: the list is empty or a part is no name of a language.

    """
    names = [name.strip() for name in text.replace(",", "+").split("+")]
    for name in names:
        if not _NAME.fullmatch(name):
            raise UsageError(f"'{text}' is no list of languages; write for example: eng or eng+deu")
    return tuple(dict.fromkeys(names))
