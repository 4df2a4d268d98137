"""The forms of a page as a browser sees them, and what fills the fields that carry no attack."""

import io
import itertools
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

WRITTEN = {"text", "search", "textarea", "email", "url", "tel"}
# No browser sends them by itself.
NOT_SENT = {"submit", "button", "reset", "image"}
# People do not see it; what is in it is never shown, and the text beside it would wait.
NOBODY_WRITES = {"contact_link"}
# Whoever changes them is refused; that is tried elsewhere.
GUARDS = {"csrf_token"}
# Fields that take no words.
_FORMED = {"slug": "words-{}", "code": "code_{}", "currency": "EUR", "holidays": "2027-12-{:02}"}
_numbers = itertools.count(1)


@dataclass
class Field:
    """One field, and what stands in it."""

    name: str
    kind: str
    value: str = ""
    most: int = 5000
    least: str = ""
    options: list[str] = field(default_factory=list)
    is_on: bool = False
    is_image: bool = False


@dataclass
class Sheet:
    """One form: where it goes and what is in it."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)
    # Where its buttons send it, and the name and value they add.
    buttons: list[tuple[str, str, str]] = field(default_factory=list)

    def ways(self) -> "Iterator[Sheet]":
        """The form as its first plain button sends it, and as each button does that sends it elsewhere."""
        buttons = self.buttons or [("", "", "")]
        plain = next((each for each in buttons if not each[0]), None)
        for action, name, value in buttons:
            if action or (action, name, value) == plain:
                pressed = [Field(name, "hidden", value)] if name else []
                yield Sheet(action or self.action, self.method, [*self.fields, *pressed])

    @property
    def written(self) -> list[Field]:
        """The fields into which people write."""
        return [field for field in self.fields if field.kind in WRITTEN and field.name not in NOBODY_WRITES]

    @property
    def hidden(self) -> list[Field]:
        """The fields that the page fills in by itself, but for those without which nothing is taken."""
        return [field for field in self.fields if field.kind == "hidden" and field.name not in GUARDS]

    @property
    def files(self) -> list[Field]:
        """The fields that take a file."""
        return [field for field in self.fields if field.kind == "file"]

    def filled(self, texts: dict[str, str]) -> dict[str, list[str]]:
        """What a browser would send with these texts written into it, and something harmless elsewhere."""
        sent: dict[str, list[str]] = {}
        for each in self.fields:
            if each.kind in NOT_SENT or each.kind == "file" or each.name in NOBODY_WRITES:
                continue
            value = texts.get(each.name) if each.kind in (*WRITTEN, "hidden") else None
            if value is None:
                value = _harmless(each, seen=sent)
            if value is not None:
                sent.setdefault(each.name, []).append(value)
        return sent


def _harmless(each: Field, *, seen: dict[str, list[str]]) -> str | None:
    if each.kind == "hidden":
        return each.value
    if each.kind in ("radio", "checkbox"):
        return each.value if each.is_on or (each.kind == "radio" and each.name not in seen) else None
    if each.value:
        return each.value
    if each.kind == "select":
        return next((option for option in each.options if option), "")
    number = next(_numbers)
    makers: dict[str, Callable[[], str]] = {
        "number": lambda: each.least or "3",
        "date": lambda: "2027-03-14",
        "datetime-local": lambda: "2027-03-14T09:00",
        "time": lambda: "09:00",
        "email": lambda: f"somebody{number}@example.org",
        "password": lambda: "sounding-board",
    }
    if each.name in _FORMED:
        return _FORMED[each.name].format(number)
    return makers.get(each.kind, lambda: f"Words number {number}")()[: each.most]


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.sheets: list[Sheet] = []
        self.links: list[str] = []
        self.loose: dict[str, list[Field]] = {}
        self.names: dict[str, Sheet] = {}
        self.sheet: Sheet | None = None
        self.area: Field | None = None
        self.choice: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag in ("a", "link") and said.get("href"):
            self.links.append(said["href"])
        if tag == "form":
            self.sheet = Sheet(said.get("action") or self.path, said.get("method", "get").lower())
            self.sheets.append(self.sheet)
            if "id" in said:
                self.names[said["id"]] = self.sheet
        elif tag == "option" and self.choice is not None:
            self.choice.options.append(said.get("value", ""))
            if "selected" in said:
                self.choice.value = said.get("value", "")
        elif tag == "button" and self.sheet is not None and said.get("type", "submit") == "submit":
            button = (said.get("formaction", ""), said.get("name", ""), said.get("value", ""))
            self.sheet.buttons.append(button)
        elif tag in ("input", "textarea", "select") and said.get("name"):
            self._take(tag, said)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.sheet = None
        elif tag == "textarea":
            self.area = None
        elif tag == "select":
            self.choice = None

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area.value += data

    def _take(self, tag: str, said: dict[str, str]) -> None:
        kind = said.get("type", "text") if tag == "input" else tag
        most = said.get("maxlength", "")
        made = Field(
            said["name"], kind, said.get("value", "on" if kind in ("checkbox", "radio") else ""),
            int(most) if most.isdigit() else 5000, said.get("min", ""), is_on="checked" in said,
            is_image="image" in said.get("accept", ""),
        )  # fmt: skip
        if tag == "textarea":
            self.area = made
        elif tag == "select":
            self.choice = made
        if "form" in said:
            self.loose.setdefault(said["form"], []).append(made)
        elif self.sheet is not None:
            self.sheet.fields.append(made)


def read(html: str, *, path: str) -> tuple[list[Sheet], list[str]]:
    """The forms of a page and the addresses it links to."""
    reader = _Reader(path)
    reader.feed(html)
    for name, fields in reader.loose.items():
        if name in reader.names:
            reader.names[name].fields += fields
    return [way for sheet in reader.sheets for way in sheet.ways()], reader.links


def file_for(field: Field, text: str) -> tuple[str, bytes, str]:
    """A file for a field: its name is the attack, and so are its lines unless it has to be a picture."""
    name = text.replace("\x00", "").replace("\r", " ").replace("\n", " ")[:100]
    if field.is_image:
        return (f"{name}.png", _png(), "image/png")
    lines = io.StringIO()
    quoted = text.replace('"', '""').replace("\x00", "")
    lines.write(f'text,email,"{quoted}"\n"{quoted}",somebody@example.org,"{quoted}"\n')
    return (f"{name}.csv", lines.getvalue().encode("utf-8", "replace"), "text/csv")


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    rows = b"".join(b"\x00" + b"\x30\x60\x40" * 64 for _ in range(64))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
