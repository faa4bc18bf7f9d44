"""What a document says about itself, alike in its Info dictionary and its XMP packet."""

from __future__ import annotations

import html
from datetime import datetime
from typing import Final

import msgspec

from pdfpipe.pdf.syntax import date_string, text_string

__all__ = ["DocumentMetadata", "info_dictionary", "xmp_packet"]

_PACKET_ID: Final = "W5M0MpCehiHzreSzNTczkc9d"


class DocumentMetadata(msgspec.Struct, frozen=True):
    """Title, language (BCP 47), producer, and the time of creation with its zone.

    `settings_digest` tells documents made with other settings or from other inputs apart.  With
    `right_to_left`, viewers put the first of two facing pages on the right.
    """

    title: str
    language: str
    producer: str
    created: datetime
    settings_digest: str = ""
    right_to_left: bool = False


def info_dictionary(metadata: DocumentMetadata) -> bytes:
    """The Info dictionary (ISO 32000-1, 14.3.3)."""
    date = date_string(metadata.created)
    entries = (
        b"/Title " + text_string(metadata.title),
        b"/Creator " + text_string(metadata.producer),
        b"/Producer " + text_string(metadata.producer),
        b"/CreationDate " + date,
        b"/ModDate " + date,
    )
    return b"<< " + b" ".join(entries) + b" >>"


def xmp_packet(metadata: DocumentMetadata) -> bytes:
    """The XMP packet (ISO 16684-1) of a PDF/A-2u file (ISO 19005-2, 6.6)."""
    moment = metadata.created.isoformat(timespec="seconds")
    title = _xml_text(metadata.title)
    producer = _xml_text(metadata.producer)
    return f"""<?xpacket begin="\ufeff" id="{_PACKET_ID}"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>U</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{_xml_text(metadata.language)}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer>
<xmp:CreatorTool>{producer}</xmp:CreatorTool>
<xmp:CreateDate>{moment}</xmp:CreateDate>
<xmp:ModifyDate>{moment}</xmp:ModifyDate>
<xmp:MetadataDate>{moment}</xmp:MetadataDate>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>""".encode()


def _xml_text(text: str) -> str:
    """The text as character data, without characters that XML 1.0 does not allow."""
    allowed = (c for c in text if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    return html.escape("".join(allowed), quote=False)
