"""What a real browser sees on a page: whether anything ran, and anything that is not of our making."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Request, Route

from community.infra.text import TAGS
from tests.attacks.payloads import MARK, PRODUCT

ROOT = Path(__file__).parents[2]
# What WTForms and scripts of the site put on elements, beside what stands in the templates.
ATTRIBUTES = {
    "required", "maxlength", "minlength", "min", "max", "step", "selected", "checked", "disabled", "hidden",
    "multiple", "accept", "open", "placeholder", "readonly", "tabindex", "rel", "href", "src", "alt", "value",
    "lang", "dir", "title", "xml:lang", "xmlns", "inert", "start",
    "novalidate", "formnovalidate", "formaction", "formenctype", "autofocus", "download", "reversed",
}  # fmt: skip
# What the drawings of reports are made of.
DRAWN = {"svg", "g", "path", "line", "text", "tspan"}
DRAWN_WITH = {
    "d", "transform", "x", "y", "x1", "y1", "x2", "y2", "fill", "stroke", "stroke-width", "stroke-dasharray",
    "stroke-linejoin", "opacity", "fill-opacity", "stroke-opacity", "text-anchor", "font-family", "font-size",
    "font-weight",
}  # fmt: skip
NEVER = {"srcdoc", "style", "ping", "background", "srcset", "http-equiv"}

FINGERPRINT = re.compile(r"^/static/[0-9a-f]{12}/")
# Left out of what is shown: how a page looks does not matter here, and each would be asked for.
SHEETS = re.compile(r'<link rel="stylesheet" href="/static/[^"<>]*">')
SCRIPTS = re.compile(r'<script type="module" nonce="[^"<>]*" src="/static/[^"<>]*"></script>')

LISTEN = """
window.__ran = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"])
  window[name] = () => { window.__ran.push(name); };
"""
# The browser's own reading of addresses decides what they are.
LOOK = """
({tags, attributes, mark}) => {
  const known = new Set(tags), named = new Set(attributes), own = location.host;
  const seen = window.__ran.map(name => `ran ${name}`);
  for (const element of document.querySelectorAll("*")) {
    const name = element.localName;
    if (!known.has(name) || name.includes(mark)) seen.push(`element <${name}>`);
    if (name === "script" && element.textContent.trim()) seen.push("script in the page");
    if (name === "meta" && element.hasAttribute("http-equiv")) seen.push("meta http-equiv");
    for (const {name: attribute, value} of element.attributes) {
      if (attribute.startsWith("on") || !(named.has(attribute) || /^(data|aria)-[a-z-]+$/.test(attribute)))
        seen.push(`attribute ${attribute} on <${name}>`);
      if (["href", "src", "action", "formaction", "xlink:href", "poster", "data"].includes(attribute)) {
        let url;
        try { url = new URL(value, document.baseURI); } catch { continue; }
        const isLink = name === "a" && attribute === "href";
        const isFine = isLink
          ? ["http:", "https:", "mailto:"].includes(url.protocol)
          : url.host === own || (name === "img" && url.protocol === "data:");
        if (!isFine) seen.push(`${attribute} of <${name}> leads to ${url.protocol}//${url.host}`);
      }
    }
  }
  return [...new Set(seen)];
}
"""


def known_tags() -> set[str]:
    """The elements of our templates and of what Markdown may become."""
    return set(TAGS) | DRAWN | set(re.findall(r"<([a-z][a-z0-9]*)\b", _templates()))


def known_attributes() -> set[str]:
    """The attributes of our templates, and those that forms and Markdown add."""
    named = set(re.findall(r"[\s\"'}]([a-z][a-zA-Z0-9:-]*)=[\"'{]", _templates()))
    return (named | ATTRIBUTES | DRAWN_WITH) - NEVER - {name for name in named if name.startswith("on")}


def _templates() -> str:
    folder = ROOT / "templates"
    return "\n".join(path.read_text() for path in folder.rglob("*.html") if "emails" not in path.parts)


class Eyes:
    """One window that is shown page after page, without the policy that would stop scripts in them."""

    def __init__(self, browser: Browser, url: str, *, with_scripts: bool) -> None:
        self._url = url
        self._with_scripts = with_scripts
        self._known = {"tags": sorted(known_tags()), "attributes": sorted(known_attributes()), "mark": MARK}
        self._context = browser.new_context(base_url=url, service_workers="block")
        self._context.set_default_timeout(15_000)
        self._page = self._context.new_page()
        self._page.add_init_script(LISTEN)
        self._page.on("dialog", lambda dialog: (self._strange.append("a dialog"), dialog.dismiss()))
        self._page.route("**/*", self._answer)
        self._shown: tuple[str, str] = ("", "")
        self._strange: list[str] = []
        self.looked = 0

    def look(self, path: str, html: str) -> list[str]:
        """All that should not be on this page."""
        shown = SHEETS.sub("", html)
        self._shown = (path, shown if self._with_scripts else SCRIPTS.sub("", shown))
        self._strange = []
        self.looked += 1
        try:
            self._page.goto(path, wait_until="load")
            seen = list(self._page.evaluate(LOOK, self._known))
        except Error as error:
            seen = [f"the page went away: {error.message.splitlines()[0]}"]
        if PRODUCT in html:
            seen.append("a template was filled in twice")
        return [*seen, *self._strange]

    def close(self) -> None:
        """Close the window."""
        self._context.close()

    def _answer(self, route: Route) -> None:
        request: Request = route.request
        path, html = self._shown
        parts = urlsplit(request.url)
        is_own = request.url.startswith(self._url)
        if request.is_navigation_request() and is_own and parts.path == urlsplit(path).path:
            route.fulfill(status=200, content_type="text/html; charset=utf-8", body=html)
            return
        if request.is_navigation_request() or not is_own:
            self._strange.append(f"asked for {request.url[:120]}")
        if is_own and parts.path.startswith("/static/") and parts.path.endswith(".js") and self._with_scripts:
            body = (ROOT / FINGERPRINT.sub("/static/", parts.path).lstrip("/")).read_text()
            route.fulfill(status=200, content_type="text/javascript", body=body)
            return
        # Pictures that do not come set off what waits for that.
        route.abort()
