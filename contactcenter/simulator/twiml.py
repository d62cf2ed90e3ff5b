"""Reads TwiML: the verbs that this simulator plays, with what they contain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

# What may stand in what. A verb that is not here is refused, though Twilio may know it.
_CONTENT: dict[str, frozenset[str]] = {
    "Response": frozenset(
        {"Say", "Play", "Pause", "Dial", "Record", "Hangup", "Reject", "Redirect", "Start", "Stop"},
    ),
    "Dial": frozenset({"Number", "Conference"}),
    "Start": frozenset({"Recording", "Transcription"}),
    "Stop": frozenset({"Recording", "Transcription"}),
}


class InvalidTwiml(Exception):
    """The document cannot be played (Twilio's 12100)."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One element: its name, attributes, text without surrounding space, and what it contains."""

    name: str
    attributes: Mapping[str, str]
    text: str
    children: tuple[Verb, ...]

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute, or the default when it is missing or empty."""
        return self.attributes.get(name) or default

    def number(self, name: str, default: float) -> float:
        """Return an attribute as a number, or the default when it is not one."""
        value = self.get(name)
        return float(value) if value.isdigit() else default

    def words(self, name: str, default: str = "") -> frozenset[str]:
        """Return the words of an attribute that lists some, separated by spaces."""
        return frozenset(self.get(name, default).split())


def parse_twiml(text: str) -> tuple[Verb, ...]:
    """Return the verbs of a document; raises InvalidTwiml."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InvalidTwiml("a document type is not allowed")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - without entities it can neither grow nor read files
    except ElementTree.ParseError as error:
        raise InvalidTwiml(str(error)) from error
    if root.tag != "Response":
        raise InvalidTwiml("the root must be Response")
    return _verb(root).children


def _verb(element: ElementTree.Element) -> Verb:
    allowed = _CONTENT.get(element.tag, frozenset())
    for child in element:
        # Speech may be marked up with SSML, which is not read.
        if element.tag != "Say" and child.tag not in allowed:
            raise InvalidTwiml(f"{child.tag} cannot be in {element.tag}")
    text = "".join(element.itertext()) if element.tag == "Say" else element.text or ""
    children = () if element.tag == "Say" else tuple(map(_verb, element))
    return Verb(element.tag, dict(element.attrib), text.strip(), children)
