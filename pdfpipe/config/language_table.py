"""What each language is called: by Tesseract, by ISO 639 and in English, and what script it is written in."""

from __future__ import annotations

from typing import Final

import msgspec

__all__ = ["BY_SCRIPT", "INDIVIDUAL", "LANGUAGES", "SCRIPTS", "Language"]


class Language(msgspec.Struct, frozen=True):
    """A language as it is written in one script.

    Attributes:
        code: its name here, which is Tesseract's: mostly ISO 639-2/T.
        short: ISO 639-1, two letters; empty where there is none.
        bibliographic: ISO 639-2/B where that is another than `code`, else empty.
        script: ISO 15924, of what is printed in it today.
        name: in English.
        others: other names in English, and its name in itself, that are understood as well.
        tag: BCP 47.

    """

    code: str
    short: str
    bibliographic: str
    script: str
    name: str
    others: tuple[str, ...]
    tag: str


# code | ISO 639-1 | ISO 639-2/B | ISO 15924 | English name | other names
_ROWS: Final = """
afr|af||Latn|Afrikaans|
amh|am||Ethi|Amharic|
ara|ar||Arab|Arabic|العربية
asm|as||Beng|Assamese|
aze|az||Latn|Azerbaijani|Azeri
bel|be||Cyrl|Belarusian|Belorussian
ben|bn||Beng|Bengali|Bangla
bod|bo|tib|Tibt|Tibetan|
bos|bs||Latn|Bosnian|
bre|br||Latn|Breton|
bul|bg||Cyrl|Bulgarian|български
cat|ca||Latn|Catalan|Valencian;català
ceb|||Latn|Cebuano|
ces|cs|cze|Latn|Czech|čeština
chr|||Cher|Cherokee|
cos|co||Latn|Corsican|
cym|cy|wel|Latn|Welsh|
dan|da||Latn|Danish|dansk
deu|de|ger|Latn|German|Deutsch
div|dv||Thaa|Dhivehi|Maldivian
dzo|dz||Tibt|Dzongkha|
ell|el|gre|Grek|Greek|Modern Greek;ελληνικά
eng|en||Latn|English|
enm|||Latn|Middle English|
epo|eo||Latn|Esperanto|
est|et||Latn|Estonian|eesti
eus|eu|baq|Latn|Basque|euskara
fao|fo||Latn|Faroese|
fas|fa|per|Arab|Persian|Farsi;فارسی
fil|tl||Latn|Filipino|Tagalog
fin|fi||Latn|Finnish|suomi
fra|fr|fre|Latn|French|français;francais
frm|||Latn|Middle French|
fry|fy||Latn|Western Frisian|Frisian
gla|gd||Latn|Scottish Gaelic|Gaelic
gle|ga||Latn|Irish|Irish Gaelic;Gaeilge
glg|gl||Latn|Galician|galego
grc|||Grek|Ancient Greek|Classical Greek
guj|gu||Gujr|Gujarati|
hat|ht||Latn|Haitian Creole|Haitian
heb|he||Hebr|Hebrew|עברית
hin|hi||Deva|Hindi|हिन्दी
hrv|hr||Latn|Croatian|hrvatski
hun|hu||Latn|Hungarian|magyar
hye|hy|arm|Armn|Armenian|
iku|iu||Cans|Inuktitut|
ind|id||Latn|Indonesian|
isl|is|ice|Latn|Icelandic|íslenska
ita|it||Latn|Italian|italiano
jav|jv||Latn|Javanese|
jpn|ja||Jpan|Japanese|日本語
kan|kn||Knda|Kannada|
kat|ka|geo|Geor|Georgian|
kaz|kk||Cyrl|Kazakh|
khm|km||Khmr|Khmer|Cambodian
kir|ky||Cyrl|Kyrgyz|Kirghiz
kmr|ku||Latn|Northern Kurdish|Kurmanji;Kurdish
kor|ko||Kore|Korean|한국어
lao|lo||Laoo|Lao|
lat|la||Latn|Latin|
lav|lv||Latn|Latvian|
lit|lt||Latn|Lithuanian|
ltz|lb||Latn|Luxembourgish|
mal|ml||Mlym|Malayalam|
mar|mr||Deva|Marathi|
mkd|mk|mac|Cyrl|Macedonian|
mlt|mt||Latn|Maltese|
mon|mn||Cyrl|Mongolian|
mri|mi|mao|Latn|Maori|Māori
msa|ms|may|Latn|Malay|
mya|my|bur|Mymr|Burmese|Myanmar
nep|ne||Deva|Nepali|
nld|nl|dut|Latn|Dutch|Flemish;Nederlands
nor|no||Latn|Norwegian|Bokmål;Nynorsk;norsk
oci|oc||Latn|Occitan|
ori|or||Orya|Odia|Oriya
pan|pa||Guru|Punjabi|Panjabi
pol|pl||Latn|Polish|polski
por|pt||Latn|Portuguese|Brazilian Portuguese;português;portugues
pus|ps||Arab|Pashto|Pushto
que|qu||Latn|Quechua|
roh|rm||Latn|Romansh|
ron|ro|rum|Latn|Romanian|Moldavian;română
rus|ru||Cyrl|Russian|русский
san|sa||Deva|Sanskrit|
sin|si||Sinh|Sinhala|Sinhalese
slk|sk|slo|Latn|Slovak|slovenčina
slv|sl||Latn|Slovenian|Slovene;slovenščina
snd|sd||Arab|Sindhi|
spa|es||Latn|Spanish|Castilian;español;espanol
sqi|sq|alb|Latn|Albanian|
srp|sr||Cyrl|Serbian|српски
sun|su||Latn|Sundanese|
swa|sw||Latn|Swahili|
swe|sv||Latn|Swedish|svenska
syr|||Syrc|Syriac|
tam|ta||Taml|Tamil|
tat|tt||Cyrl|Tatar|
tel|te||Telu|Telugu|
tgk|tg||Cyrl|Tajik|
tha|th||Thai|Thai|ไทย
tir|ti||Ethi|Tigrinya|
ton|to||Latn|Tongan|
tur|tr||Latn|Turkish|Türkçe
uig|ug||Arab|Uyghur|Uighur
ukr|uk||Cyrl|Ukrainian|українська
urd|ur||Arab|Urdu|اردو
uzb|uz||Latn|Uzbek|
vie|vi||Latn|Vietnamese|tiếng Việt
yid|yi||Hebr|Yiddish|
yor|yo||Latn|Yoruba|
"""

# code | BCP 47 | ISO 15924 | English name | other names
_VARIANTS: Final = """
aze_cyrl|az-Cyrl|Cyrl|Azerbaijani in Cyrillic|Cyrillic Azerbaijani
chi_sim|zh-Hans|Hans|Simplified Chinese|Chinese;Chinese simplified;Mandarin;中文;简体中文
chi_sim_vert|zh-Hans|Hans|Simplified Chinese, vertical|
chi_tra|zh-Hant|Hant|Traditional Chinese|Chinese traditional;Cantonese;繁體中文
chi_tra_vert|zh-Hant|Hant|Traditional Chinese, vertical|
dan_frak|da-Latf|Latf|Danish in Fraktur|
deu_frak|de-Latf|Latf|German in Fraktur (deu_frak)|
deu_latf|de-Latf|Latf|German in Fraktur (deu_latf)|
frk|de-Latf|Latf|German in Fraktur|German Fraktur;Fraktur German
ita_old|it|Latn|Old Italian|
jpn_vert|ja|Jpan|Japanese, vertical|Vertical Japanese
kat_old|ka|Geor|Old Georgian|
kor_vert|ko|Kore|Korean, vertical|
kur|ku-Arab|Arab|Kurdish in Arabic letters|
slk_frak|sk-Latf|Latf|Slovak in Fraktur|
spa_old|es|Latn|Old Spanish|
srp_latn|sr-Latn|Latn|Serbian in Latin letters|Latin Serbian
uzb_cyrl|uz-Cyrl|Cyrl|Uzbek in Cyrillic|Cyrillic Uzbek
"""


def _languages() -> dict[str, Language]:
    found = {}
    for row in _ROWS.split("\n")[1:-1]:
        code, short, bibliographic, script, name, others = row.split("|")
        names = tuple(filter(None, others.split(";")))
        found[code] = Language(code, short, bibliographic, script, name, names, short or code)
    for row in _VARIANTS.split("\n")[1:-1]:
        code, tag, script, name, others = row.split("|")
        found[code] = Language(code, "", "", script, name, tuple(filter(None, others.split(";"))), tag)
    # Two letters mean Tagalog, three mean Filipino, which is its standard.
    found["fil"] = msgspec.structs.replace(found["fil"], tag="fil")
    found["kmr"] = msgspec.structs.replace(found["kmr"], tag="kmr")
    return dict(sorted(found.items()))


LANGUAGES: Final = _languages()
"""Every language that Tesseract has a model of, or another engine reads, by its code."""

BY_SCRIPT: Final = {
    ("aze", "Cyrl"): "aze_cyrl",
    ("chi_sim", "Hant"): "chi_tra",
    ("chi_tra", "Hans"): "chi_sim",
    ("deu", "Latf"): "frk",
    ("kmr", "Arab"): "kur",
    ("srp", "Latn"): "srp_latn",
    ("uzb", "Cyrl"): "uzb_cyrl",
}
"""A language in a script that is not its usual one."""

INDIVIDUAL: Final = dict(
    pair.split("=")
    for pair in (
        "zh=chi_sim zho=chi_sim chi=chi_sim cmn=chi_sim yue=chi_tra tgl=fil nb=nor nob=nor nn=nor nno=nor "
        "arb=ara pes=fas prs=fas swh=swa zsm=msa lvs=lav ekk=est als=sqi uzn=uzb azj=aze khk=mon npi=nep "
        "ory=ori quz=que ydd=yid pbt=pus hbs=hrv sh=hrv iw=heb in=ind ji=yid mo=ron mol=ron scc=srp scr=hrv"
    ).split()
)
"""Codes of ISO 639 that are no languages of the table by themselves: members of one that is, macrolanguages
and codes withdrawn."""

SCRIPTS: Final = dict(
    pair.split("=")
    for pair in (
        "Arabic=Arab Armenian=Armn Bengali=Beng Canadian_Aboriginal=Cans Cherokee=Cher Cyrillic=Cyrl "
        "Devanagari=Deva Ethiopic=Ethi Fraktur=Latf Georgian=Geor Greek=Grek Gujarati=Gujr Gurmukhi=Guru "
        "HanS=Hans HanS_vert=Hans HanT=Hant HanT_vert=Hant Hangul=Hang Hangul_vert=Hang Hebrew=Hebr "
        "Japanese=Jpan Japanese_vert=Jpan Kannada=Knda Khmer=Khmr Lao=Laoo Latin=Latn Malayalam=Mlym "
        "Myanmar=Mymr Oriya=Orya Sinhala=Sinh Syriac=Syrc Tamil=Taml Telugu=Telu Thaana=Thaa Thai=Thai "
        "Tibetan=Tibt Vietnamese=Latn"
    ).split()
)
"""Tesseract's models of whole scripts, which are called ``script/Latin`` and so on: their ISO 15924 codes."""
