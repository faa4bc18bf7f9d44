"""What a document says about itself, alike in its Info dictionary and its XMP packet."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

import msgspec

from pdfpipe.model.output_type import PdfaLevel
from pdfpipe.pdf.syntax import date_string, text_string

__all__ = ["DocumentMetadata", "info_dictionary", "storable", "xmp_packet"]

_PACKET_ID: Final = "W5M0MpCehiHzreSzNTczkc9d"


class DocumentMetadata(msgspec.Struct, frozen=True):
    """Title, language (BCP 47), producer, and the time of writing with its zone.

    `settings_digest` tells documents made with other settings or from other inputs apart, `scans_digest`,
    where there is one, those made of other scans.  With
    `right_to_left`, viewers put the first of two facing pages on the right.  What is empty of
    `author`, `subject` and `keywords` is left out.  `dated` is the date of creation to give, if that is
    not the time of writing.
    """

    title: str
    language: str
    producer: str
    created: datetime
    settings_digest: str = ""
    scans_digest: str = ""
    right_to_left: bool = False
    author: str = ""
    subject: str = ""
    keywords: tuple[str, ...] = ()
    dated: date | None = None

    @property
    def keyword_list(self) -> str:
        """The keywords as one text; a semicolon stands between them where one of them has a comma."""
        return ("; " if any("," in keyword for keyword in self.keywords) else ", ").join(self.keywords)


def info_dictionary(metadata: DocumentMetadata) -> bytes:
    """The Info dictionary (ISO 32000-1, 14.3.3)."""
    texts = (
        ("Title", metadata.title),
        ("Author", metadata.author),
        ("Subject", metadata.subject),
        ("Keywords", metadata.keyword_list),
        ("Creator", metadata.producer),
        ("Producer", metadata.producer),
    )
    entries = [f"/{key} ".encode("ascii") + text_string(storable(text)) for key, text in texts if text]
    entries.append(b"/CreationDate " + date_string(metadata.dated or metadata.created))
    entries.append(b"/ModDate " + date_string(metadata.created))
    return b"<< " + b" ".join(entries) + b" >>"


def xmp_packet(metadata: DocumentMetadata, level: PdfaLevel | None) -> bytes:
    """The XMP packet (ISO 16684-1), which in a PDF/A file says so (ISO 19005-2, 6.6)."""
    properties = "\n".join(_properties(metadata, level))
    return f"""<?xpacket begin="\ufeff" id="{_PACKET_ID}"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/">
{properties}
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>""".encode()


def _properties(metadata: DocumentMetadata, level: PdfaLevel | None) -> Iterator[str]:
    """Each with the entry of Info that it is alike to as ISO 19005-1, table 1 has it."""
    if level is not None:
        yield f"<pdfaid:part>{level.part}</pdfaid:part>"
        yield f"<pdfaid:conformance>{level.conformance}</pdfaid:conformance>"
    yield "<dc:format>application/pdf</dc:format>"
    yield _array("dc:title", "Alt", [metadata.title])
    yield _array("dc:language", "Bag", [metadata.language])
    if metadata.author:
        yield _array("dc:creator", "Seq", [metadata.author])
    if metadata.subject:
        yield _array("dc:description", "Alt", [metadata.subject])
    if metadata.keywords:
        yield _array("dc:subject", "Bag", metadata.keywords)
        yield _simple("pdf:Keywords", metadata.keyword_list)
    yield _simple("pdf:Producer", metadata.producer)
    yield _simple("xmp:CreatorTool", metadata.producer)
    moment = metadata.created.isoformat(timespec="seconds")
    yield _simple("xmp:CreateDate", metadata.dated.isoformat() if metadata.dated is not None else moment)
    yield _simple("xmp:ModifyDate", moment)
    yield _simple("xmp:MetadataDate", moment)


def _simple(name: str, text: str) -> str:
    return f"<{name}>{_xml_text(text)}</{name}>"


def _array(name: str, kind: str, texts: tuple[str, ...] | list[str]) -> str:
    """An array; one of kind Alt holds a text in the language that readers fall back to."""
    language = ' xml:lang="x-default"' if kind == "Alt" else ""
    items = "".join(f"<rdf:li{language}>{_xml_text(text)}</rdf:li>" for text in texts)
    return f"<{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>"


def _xml_text(text: str) -> str:
    return html.escape(storable(text), quote=False)


def storable(text: str) -> str:
    """The text without the characters that XML 1.0 does not allow, so that both places can hold it."""
    return "".join(c for c in text if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
