"""What a PDF says about itself: which PDF/A it is, its title and the like, in Info and XMP alike."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name
from pikepdf.models.metadata import DOCINFO_MAPPING

from pdfpipe.model.output_type import PdfaLevel
from pdfpipe.pdf.icc_profiles import SRGB_NAME, srgb_profile
from pdfpipe.pdf.metadata import storable

__all__ = ["claimed_pdfa", "declare_pdfa", "foreign_properties", "set_information", "srgb_stream"]

_XMP_OF: Final = {"/Title": "dc:title", "/Author": "dc:creator", "/Subject": "dc:description",
                  "/Keywords": "pdf:Keywords"}  # fmt: skip
_KNOWN_PROPERTIES: Final = {
    "http://www.aiim.org/pdfa/ns/id/": "part conformance",
    "http://purl.org/dc/elements/1.1/": "title creator description subject format language identifier rights",
    "http://ns.adobe.com/pdf/1.3/": "Producer Keywords PDFVersion",
    "http://ns.adobe.com/xap/1.0/": "CreateDate ModifyDate MetadataDate CreatorTool",
    "http://ns.adobe.com/xap/1.0/mm/": "DocumentID InstanceID VersionID RenditionClass",
    "http://ns.adobe.com/xap/1.0/rights/": "Marked WebStatement",
}
"""Properties by namespace that need no extension schema in PDF/A-2 (ISO 19005-2, 6.6.2.3)."""


def claimed_pdfa(pdf: pikepdf.Pdf) -> PdfaLevel | None:
    """The kind of PDF/A that the file says it is; None if it says none that there is."""
    if Name.Metadata not in pdf.Root:
        return None
    try:
        metadata = pdf.open_metadata()
        part = str(metadata.get("pdfaid:part", ""))
        return PdfaLevel(part + str(metadata.get("pdfaid:conformance", "")).upper())
    except Exception:  # noqa: BLE001 - whatever is wrong with the XML, it is no claim
        return None


def foreign_properties(pdf: pikepdf.Pdf) -> bool:
    """Whether the XMP has properties that would need an extension schema in PDF/A."""
    if Name.Metadata not in pdf.Root:
        return False
    known = {f"{{{space}}}{name}" for space, names in _KNOWN_PROPERTIES.items() for name in names.split()}
    try:
        return any(key not in known for key in pdf.open_metadata())
    except Exception:  # noqa: BLE001 - XML that cannot be read cannot be kept either
        return True


def declare_pdfa(pdf: pikepdf.Pdf, level: PdfaLevel) -> None:
    """Say that the file is PDF/A: the XMP, with what Info says besides, and what colors without a profile
    mean.
    """
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        if Name.Info in pdf.trailer:
            _complete(xmp, pdf.docinfo)
        xmp["pdfaid:part"], xmp["pdfaid:conformance"] = level.part, level.conformance
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=pikepdf.String(SRGB_NAME),
        Info=pikepdf.String(SRGB_NAME),
        DestOutputProfile=srgb_stream(pdf),
    )
    present: Any = pdf.Root.get(Name.OutputIntents)
    others = list(present) if isinstance(present, Array) else []
    pdf.Root[Name.OutputIntents] = Array([*others, pdf.make_indirect(intent)])


def _complete(xmp: Any, information: Any) -> None:
    """Add what Info says and the XMP does not; what is no text or no date is left out."""
    for space, name, key, converter in DOCINFO_MAPPING:
        entry, given = f"{{{space}}}{name}", information.get(key)
        if not isinstance(given, pikepdf.String) or entry in xmp:
            continue
        text = storable(str(given))
        with suppress(ValueError):
            if value := converter.xmp_from_docinfo(text) if converter else text:
                xmp[entry] = value


def srgb_stream(pdf: pikepdf.Pdf) -> Any:
    """The profile of sRGB, as a stream of its own."""
    profile = pdf.make_stream(zlib.compress(srgb_profile()), Filter=Name.FlateDecode)
    profile[Name.N] = 3
    return profile


def set_information(pdf: pikepdf.Pdf, values: Mapping[str, str], language: str) -> None:
    """Set entries of Info, such as ``/Title``, and of XMP if there is one; a language if there is none."""
    if Name.Lang not in pdf.Root:
        pdf.Root[Name.Lang] = pikepdf.String(language)
    if not values:
        return
    values = {key: storable(value) for key, value in values.items()}
    for key, value in values.items():
        pdf.docinfo[key] = value
    if isinstance(pdf.Root.get(Name.Metadata), pikepdf.Stream):
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
            for key, value in values.items():
                xmp[_XMP_OF[key]] = [value] if key == "/Author" else value
