"""What a process keeps to write pages sooner: pieces of them, with places for what belongs to one answer."""

import secrets
from collections.abc import Hashable
from typing import Generic, TypeVar

from flask import current_app, g, session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

Value = TypeVar("Value")

# Nobody can write such a place: it is drawn anew in each process and is on no page that leaves it.
_OURS = secrets.token_hex(16)
_TOKEN = "csrf_token"  # noqa: S105 - its name


class Shelf(Generic[Value]):
    """The things used last, about `most` of them; each process has its own, and all threads share it."""

    def __init__(self, most: int) -> None:
        self._most = most // 2
        self._new: dict[Hashable, Value] = {}
        self._old: dict[Hashable, Value] = {}

    def get(self, key: Hashable) -> Value | None:
        """What was kept under the key, if it still is."""
        found = self._new.get(key)
        if found is None and (found := self._old.get(key)) is not None:
            self.keep(key, found)
        return found

    def keep(self, key: Hashable, value: Value) -> Value:
        """Keep it until so many others were used since; returns it."""
        # What was not asked for since the shelf was last half full goes.
        if len(self._new) >= self._most:
            self._old, self._new = self._new, {}
        self._new[key] = value
        return value

    def clear(self) -> None:
        """Forget everything."""
        self._new, self._old = {}, {}


def place_for(what: str) -> Markup:
    """Where something stands in a piece that belongs to one answer only; `put_in` says what."""
    return Markup(f"[{what} {_OURS}]")  # noqa: S704 - ours


def put_in(what: str, html: Markup) -> str:
    """Have this stand in the places for it on the page that is being written."""
    g.setdefault("put_in", {})[what] = html
    return ""


def place_for_token() -> Markup:
    """Where the token of a form stands; each page has its reader's."""
    return place_for(_TOKEN)


def fill_in(html: str) -> str:
    """The page with what belongs to this answer in the places that pieces have for it."""
    if _OURS not in html:
        return html
    for what, value in g.get("put_in", {}).items():
        html = html.replace(place_for(what), value)
    place = place_for_token()
    return html.replace(place, form_token()) if place in html else html


def form_token() -> str:
    """What the forms of this session carry against forgery; signed once for many pages, as it never ends."""
    token: str | None = g.get(_TOKEN)
    if token is None:
        signed: Shelf[str] = current_app.extensions["form_tokens"]
        begun = session.get(_TOKEN)
        token = signed.get(begun) if begun is not None else None
        if token is None:
            token = generate_csrf()
            signed.keep(session[_TOKEN], token)
        # Where forms look for it.
        setattr(g, _TOKEN, token)
    return token
