"""What a PDF says about itself: which PDF/A it is, its title and the like, in Info and XMP alike."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name

from pdfpipe.pdf.icc_profiles import SRGB_NAME, srgb_profile

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


def claimed_pdfa(pdf: pikepdf.Pdf) -> str | None:
    """The part and level of PDF/A that the file says it is, such as ``2U``; None if it says nothing."""
    if Name.Metadata not in pdf.Root:
        return None
    try:
        metadata = pdf.open_metadata()
        part = str(metadata.get("pdfaid:part", ""))
        return part + str(metadata.get("pdfaid:conformance", "")) if part else None
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


def declare_pdfa(pdf: pikepdf.Pdf, level: str) -> None:
    """Say that the file is PDF/A: the XMP, the same as Info, and what colors without a profile mean."""
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=True) as xmp:
        if Name.Info in pdf.trailer:
            xmp.load_from_docinfo(pdf.docinfo, delete_missing=False)
        xmp["pdfaid:part"], xmp["pdfaid:conformance"] = level[0], level[1]
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
    for key, value in values.items():
        pdf.docinfo[key] = value
    if Name.Metadata in pdf.Root:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
            for key, value in values.items():
                xmp[_XMP_OF[key]] = [value] if key == "/Author" else value
