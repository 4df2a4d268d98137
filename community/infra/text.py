"""Text from people: cleaned on the way in, and its Markdown made safe HTML once, when it is stored."""

import html
import re
import threading
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from bleach.html5lib_shim import Filter  # type: ignore[attr-defined]
from bleach.sanitizer import Cleaner
from markdown_it import MarkdownIt
from markdown_it.token import Token

_BLOCKS = frozenset({"p", "br", "hr", "h3", "h4", "h5", "ul", "ol", "li", "blockquote", "pre"})
TAGS = _BLOCKS | {"code", "strong", "em", "s", "del", "a", "img"}
LINK_REL = "nofollow ugc noopener"
# Beyond these a text is no longer written to be read, and cleaning it would take long.
MAX_LENGTH = 20_000
MAX_NESTING = 12
MAX_MARKS = 3_000
MAX_PASSES = 8
MAX_LINKS = 50

_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h5", "h5": "h5", "h6": "h5"}
# What the parser calls running text.
_RUNNING = ("Characters", "SpaceCharacters")
# What Markdown or HTML may read as more than itself; marks of lists, headings and quotes only begin a line.
_HAS_MARKS = re.compile(
    r"[\\`*_\[\]<&~\x00-\x09\x0b-\x1f\x7f-\xa0\ufffd]|^\s*(?:[#>=+-]|\d+[.)])|^ {4}", re.MULTILINE
)
_IS_HTML = re.compile(r"<(?:p|h[345]|ul|ol|blockquote|pre|hr)\b")
_IMAGE = re.compile(r"/(?:[a-z0-9-]+/)*images/[0-9a-f]{32}")
# To the web, to mail, or a path of this site; browsers read "//" and "/\" as the way to another one.
_LINK = re.compile(r"(?:https?://|mailto:|/(?![/\\])|#)[^\x00-\x20\x7f-\xa0\\]*", re.IGNORECASE)
_BARE_URL = re.compile(r"\bhttps?://[\w~:/?#@!$&'()*+,;=%.-]*[\w~/#$&*+=%)-]", re.IGNORECASE | re.ASCII)

# Controls, marks that reverse the direction of reading, and letters that are drawn as nothing.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\uffff"
    "\U000e0000-\U000e0fff]"
)
# Joiners belong between letters, in Persian and in emoji; elsewhere they only make two names look alike.
_LOOSE_JOINERS = re.compile(r"(?<![^\s\u200c-\u200f])[\u200c-\u200f]+|[\u200c-\u200f]+(?![^\s\u200c-\u200f])")
_JOINERS = re.compile("([\u200c-\u200f])[\u200c-\u200f]+")
_EMPTY_LINES = re.compile(r"\n{4,}")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_markdown = (
    MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": MAX_NESTING + 4})
    .enable("strikethrough")
    # Links by reference can repeat a long address thousands of times.
    .disable("reference")
)
_local = threading.local()


def render_markdown(source: str) -> str:
    """The safe HTML of a text written in Markdown, to be stored with it.

    No raw HTML and no tables; headings begin with h3; links only to the web, to mail and into this site; only
    uploaded pictures, others become their description. What nests too deep or is all marks comes as plain
    paragraphs.
    """
    written = _written_html(source) if len(source) <= MAX_LENGTH else None
    return _cleaned(_paragraphs(source) if written is None else written)


def clean_html(written: str) -> str:
    """HTML with only our tags and addresses left, bare addresses made links; again it changes nothing."""
    # What is taken out can leave what parsers then read in another way, such as a heading within a heading.
    for _pass in range(MAX_PASSES):
        before, written = written, _cleaned(written)
        if written == before:
            break
    return written


def plain_text(source_or_html: str) -> str:
    """The words of a text without its Markdown, or of stored HTML without its tags; blocks become lines."""
    words = source_or_html
    # Most of what people say has no mark in it, and lists show the beginnings of a hundred such texts.
    if _HAS_MARKS.search(words):
        is_html = _IS_HTML.match(words) is not None
        reader = _Reader()
        reader.feed(words if is_html else render_markdown(words))
        reader.close()
        words = "".join(reader.parts)
    lines = (" ".join(line.split()) for line in words.split("\n"))
    return "\n".join(line for line in lines if line)


def excerpt(source: str, length: int = 200) -> str:
    """The beginning of a text (Markdown or stored HTML) on one line, at most `length` characters."""
    line = " ".join(plain_text(source).split())
    if len(line) <= length:
        return line
    end = line.rfind(" ", length // 2, length)
    if end < 0:
        end = length - 1
        while end > 1 and _continues(line, end):
            end -= 1
    return line[:end].rstrip() + "…"


def clean_line(raw: str) -> str:
    """A name or title: composed, without characters that nobody sees, white space folded to single spaces."""
    return " ".join(_seen(raw).split())


def clean_block(raw: str) -> str:
    """A body: as `clean_line`, but lines and their indents stay, with at most two empty lines in a row."""
    lines = _seen(raw.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return _EMPTY_LINES.sub("\n\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")


def _written_html(source: str) -> str | None:
    """The HTML that markdown-it makes of the source; None if cleaning it would cost too much."""
    tokens = _markdown.parse(source)
    marks = list(_all_tokens(tokens))
    if len(marks) > MAX_MARKS or any(token.level >= MAX_NESTING for token in marks):
        return None
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
    return str(_markdown.renderer.render(tokens, _markdown.options, {}))


def _all_tokens(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()


def _paragraphs(source: str) -> str:
    paragraphs = (paragraph.strip() for paragraph in source.split("\n\n"))
    return "\n".join(
        f"<p>{html.escape(paragraph).replace(chr(10), '<br>')}</p>" for paragraph in paragraphs if paragraph
    )


def _cleaned(written: str) -> str:
    cleaner: Cleaner | None = getattr(_local, "cleaner", None)
    if cleaner is None:
        # One for each thread, since its parser remembers where it is.
        cleaner = _local.cleaner = Cleaner(
            tags=TAGS,
            attributes=_is_allowed,
            protocols=("http", "https", "mailto"),
            strip=True,
            filters=[_OurLinksAndPictures, _BareLinks, _FewLinks, _FirstLines],
        )
    return cleaner.clean(_CONTROLS.sub("", written))


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if tag == "a":
        return name == "href" and _LINK.fullmatch(html.unescape(value)) is not None
    if tag == "img":
        return name == "alt" or (name == "src" and _IMAGE.fullmatch(value) is not None)
    return tag == "ol" and name == "start" and value.isascii() and value.isdigit() and len(value) < 10


class _OurLinksAndPictures(Filter):
    """Takes links and pictures away whose address was refused, and marks the others as ours."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        kept: list[bool] = []
        for token in super().__iter__():
            kind, name = token["type"], token.get("name")
            if name == "a" and kind == "StartTag":
                kept.append((None, "href") in token["data"] and not any(kept))
                if not kept[-1]:
                    continue
                token["data"][None, "rel"] = LINK_REL
            elif name == "a" and kind == "EndTag" and not kept.pop():
                continue
            elif name == "img":
                token = _picture(token)
            yield token


def _picture(token: dict[str, Any]) -> dict[str, Any]:
    attributes = token["data"]
    alt = attributes.get((None, "alt"), "")
    if (None, "src") not in attributes:
        return {"type": "Characters", "data": html.unescape(alt)}
    # A picture without a description is decoration to a screen reader, not a file name to be read out.
    attributes[None, "alt"] = alt
    attributes[None, "loading"] = "lazy"
    return token


class _BareLinks(Filter):
    """Makes links of addresses in running text; in the same pass, since each pass over a text costs."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        text: list[str] = []
        verbatim = 0
        for token in super().__iter__():
            if token["type"] in _RUNNING and not verbatim:
                text.append(token["data"])
                continue
            yield from _linked("".join(text))
            text = []
            if token.get("name") in ("a", "code", "pre"):
                verbatim += 1 if token["type"] == "StartTag" else -1
            yield token
        yield from _linked("".join(text))


def _linked(text: str) -> Iterator[dict[str, Any]]:
    done = 0
    for match in _BARE_URL.finditer(text):
        url = _without_outer_brackets(match[0])
        if match.start() > done:
            yield {"type": "Characters", "data": text[done : match.start()]}
        # bleach's serializer expects attributes with their entities in place.
        attributes = {(None, "href"): url.replace("&", "&amp;"), (None, "rel"): LINK_REL}
        yield {"type": "StartTag", "name": "a", "namespace": None, "data": attributes}
        yield {"type": "Characters", "data": url}
        yield {"type": "EndTag", "name": "a", "namespace": None, "data": {}}
        done = match.start() + len(url)
    if done < len(text):
        yield {"type": "Characters", "data": text[done:]}


def _without_outer_brackets(url: str) -> str:
    """The address without the brackets at its end that were opened before it began."""
    unopened = url.count(")") - url.count("(")
    closing = len(url) - len(url.rstrip(")"))
    return url[: len(url) - max(0, min(unopened, closing))]


class _FewLinks(Filter):
    """Leaves only the words of links beyond `MAX_LINKS`: nobody reads that many, but search engines would."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        count = 0
        for token in super().__iter__():
            is_link = token.get("name") == "a"
            count += is_link and token["type"] == "StartTag"
            if not is_link or count <= MAX_LINKS:
                yield token


class _FirstLines(Filter):
    """Doubles a line break that begins a `<pre>`: parsers drop the first, each pass another."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        is_first = False
        for token in super().__iter__():
            if is_first and token["type"] in _RUNNING and token["data"].startswith("\n"):
                yield {"type": "SpaceCharacters", "data": "\n"}
            is_first = token.get("name") == "pre" and token["type"] == "StartTag"
            yield token


class _Reader(HTMLParser):
    """Collects the words of stored HTML, a line for each block, pictures by their description."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")
        elif tag == "img":
            self.parts.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _seen(raw: str) -> str:
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", raw))
    return _LOOSE_JOINERS.sub("", _JOINERS.sub(r"\1", text))


def _continues(text: str, position: int) -> bool:
    """Whether a cut before this character would tear apart what people see as one."""
    return unicodedata.category(text[position])[0] == "M" or "\u200d" in text[position - 1 : position + 1]
