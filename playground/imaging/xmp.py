"""Write an XMP packet (ISO 16684-1) that says how a picture was made, in the properties that viewers show."""

import re
from datetime import datetime
from typing import Final
from xml.etree import ElementTree

# A JPEG keeps it in one segment of 64 KiB, with 31 bytes of its own (XMP specification part 3, 1.1.3).
MAX_JPEG_BYTES: Final = 65_502
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_XMP: Final = "http://ns.adobe.com/xap/1.0/"
# IPTC Photo Metadata 2025.1 has properties for generated pictures.
_IPTC: Final = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_META: Final = "adobe:ns:meta/"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_SOURCE_TYPES: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_PREFIXES: Final = {"x": _META, "rdf": _RDF, "dc": _DC, "xmp": _XMP, "Iptc4xmpExt": _IPTC}
# The id is the same in every packet; a byte order mark in front of it names the encoding.
_HEAD: Final = "<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>\n".encode()
_TAIL: Final = b"\n<?xpacket end='r'?>"
# XML 1.0 has no way to write any other character.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

for _prefix, _uri in _PREFIXES.items():
    ElementTree.register_namespace(_prefix, _uri)


def xmp_packet(prompt: str, model: str, created: datetime, *, source_type: str, max_bytes: int = 0) -> bytes:
    """Return the packet; cut the prompt to keep it within `max_bytes`, 0 meaning any size.

    `source_type` is a term of the IPTC's list of digital source types.
    """
    prompt = _NOT_XML.sub("", prompt)
    packet = _packet(prompt, model, created, source_type)
    while max_bytes and len(packet) > max_bytes:
        prompt = prompt[: min(len(prompt) * max_bytes // len(packet), len(prompt)) - 1]
        packet = _packet(f"{prompt}…", model, created, source_type)
    return packet


def _packet(prompt: str, model: str, created: datetime, source_type: str) -> bytes:
    meta = ElementTree.Element(f"{{{_META}}}xmpmeta")
    rdf = ElementTree.SubElement(meta, f"{{{_RDF}}}RDF")
    description = ElementTree.SubElement(rdf, f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""})
    texts = {
        f"{{{_XMP}}}CreatorTool": model,
        f"{{{_XMP}}}CreateDate": created.isoformat(timespec="seconds"),
        f"{{{_IPTC}}}DigitalSourceType": f"{_SOURCE_TYPES}{source_type}",
        f"{{{_IPTC}}}AISystemUsed": model,
    }
    if prompt:
        texts[f"{{{_IPTC}}}AIPromptInformation"] = prompt
        alternatives = ElementTree.SubElement(
            ElementTree.SubElement(description, f"{{{_DC}}}description"), f"{{{_RDF}}}Alt"
        )
        ElementTree.SubElement(alternatives, f"{{{_RDF}}}li", {_LANGUAGE: "x-default"}).text = prompt
    for name, text in texts.items():
        ElementTree.SubElement(description, name).text = _NOT_XML.sub("", text)
    return _HEAD + bytes(ElementTree.tostring(meta, encoding="utf-8")) + _TAIL
