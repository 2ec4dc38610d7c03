"""XML of files from anywhere: no document types, hence no entities; names without their namespaces; numbers that say where they stand.

Namespaces are dropped on reading because writers of KML and WPML differ in them by version.
"""

import math
import re
import xml.etree.ElementTree as ET

from geo.primitives import MissionError
from missions.formats.plan_format import text_of, unreadable

_ENCODING = re.compile(rb"^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding=[\"']([A-Za-z0-9._-]+)[\"']")
# Eight-bit encodings map programs still write; all others are UTF-8 or UTF-16 by their mark.
_EIGHT_BIT = frozenset({"windows-1250", "windows-1251", "windows-1252", "iso-8859-1", "iso-8859-15", "koi8-r", "koi8-u"})


def parse_xml(data: bytes, source: str, root_name: str) -> ET.Element:
    """The root element. Raises `MissionError` for anything but XML with that root."""
    text = _text(data, source)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise unreadable(source, "", "a document type declaration", "plain XML without one")
    try:
        # From text: what was looked at above is what is parsed, whatever encoding the declaration claims.
        root = ET.fromstring(text)
    except ET.ParseError as error:
        line, column = error.position
        raise unreadable(source, f"line {line} column {column + 1}", f"not XML ({error.msg.split(':')[0]})", f"<{root_name}>") from error
    except ValueError as error:
        raise unreadable(source, "", f"not XML ({error})", f"<{root_name}>") from error
    for element in root.iter():
        element.tag = element.tag.rsplit("}", 1)[-1]
    if root.tag != root_name:
        raise unreadable(source, "", f"root element <{root.tag:.40}>", f"<{root_name}>")
    return root


def _text(data: bytes, source: str) -> str:
    declared = _ENCODING.match(data[:200])
    name = declared.group(1).decode().lower() if declared else ""
    # A declaration with an encoding is no part of text.
    return data.decode(name, "replace") if name in _EIGHT_BIT else text_of(data, source)


class XmlNode:
    """Checked access to one element. Methods raise `MissionError` naming file, place and what was expected."""

    def __init__(self, element: ET.Element, source: str, place: str) -> None:
        self.element = element
        self.source = source
        self.place = place

    def wrong(self, name: str, found: str, expected: str) -> MissionError:
        return unreadable(self.source, f"{self.place} {name}".strip(), found, expected)

    def child(self, name: str) -> "XmlNode | None":
        found = self.element.find(name)
        return None if found is None else XmlNode(found, self.source, self.place)

    def children(self, name: str) -> list["XmlNode"]:
        return [XmlNode(child, self.source, self.place) for child in self.element.findall(name)]

    def text(self, name: str, default: str = "") -> str:
        return (self.element.findtext(name) or default).strip()

    def number(self, name: str) -> float:
        value = self.number_or_none(name)
        if value is None:
            raise self.wrong(name, "missing", "a number")
        return value

    def number_or_none(self, name: str) -> float | None:
        text = self.text(name)
        if not text:
            return None
        try:
            value = float(text)
        except ValueError as error:
            raise self.wrong(name, f"'{text:.30}'", "a number") from error
        if not math.isfinite(value):
            raise self.wrong(name, f"'{text:.30}'", "a finite number")
        return value

    def whole(self, name: str) -> int:
        value = self.number(name)
        if value != int(value):
            raise self.wrong(name, f"{value:g}", "a whole number")
        return int(value)

    def switched_on(self, name: str) -> bool:
        return self.text(name).lower() in ("1", "true")
