"""Whole pages for visitors, kept for a few seconds; one is thrown away as soon as its stamp has changed.

The stamp says which state a page shows, and that it is open to everybody. It is read from the database for
every answer, before anything that is kept is shown.
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, NamedTuple

from flask import Flask, current_app, g, request, session
from flask_babel import get_locale
from werkzeug.wrappers import Response as BaseResponse

from community.infra.kept import Shelf
from community.infra.security import nonce

# Some of what a page shows leaves no trace in its stamp: the age of things, a member's new name. And a
# database can bring changes to light in another order than it numbered them in.
SECONDS = 5.0
MOST_KEPT = 150

# Stands where each answer has a nonce of its own.
_NONCE_PLACE = secrets.token_hex(16)

View = Callable[..., BaseResponse]


class KeptPage(NamedTuple):
    """A page in parts between which the nonce belongs, its mark for browsers, and how long it is good."""

    stamp: Hashable
    parts: tuple[bytes, ...]
    etag: str
    until: float


def init_app(app: Flask) -> None:
    """Each process keeps pages of its own."""
    app.extensions["pages_for_visitors"] = Shelf[KeptPage](MOST_KEPT)


def kept_for_visitors(find_stamp: Callable[..., Hashable]) -> Callable[[View], View]:
    """A view whose page looks the same to all visitors with the same stamp, language and address.

    The view calls `stamp_page` with what its page shows; `find_stamp` takes what the view takes and finds out
    what that would be now.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(**values: Any) -> BaseResponse:
            if not _is_visitor():
                return view(**values)
            shelf: Shelf[KeptPage] = current_app.extensions["pages_for_visitors"]
            key = _address()
            page = shelf.get(key)
            is_young = page is not None and page.until > time.monotonic()
            if page is not None and is_young and page.stamp == find_stamp(**values):
                return _answer(page)
            return _write(shelf, key, lambda: view(**values))

        return answer

    return decorate


def stamp_page(stamp: Hashable) -> None:
    """Say what the page that is being written shows, so that it can be kept; closed pages say nothing."""
    g.page_stamp = stamp


def _is_visitor() -> bool:
    """Whether nobody is signed in in this browser, and nothing waits to be told to whoever sits there."""
    if request.method not in ("GET", "HEAD") or "X-Fragment" in request.headers:
        return False
    if not request.cookies:
        return True
    if current_app.config["REMEMBER_COOKIE_NAME"] in request.cookies:
        return False
    return "_user_id" not in session and "_flashes" not in session


def _address() -> Hashable:
    environ = request.environ
    return (
        environ.get("HTTP_HOST"),
        environ["wsgi.url_scheme"],
        environ.get("SCRIPT_NAME"),
        environ["PATH_INFO"],
        environ.get("QUERY_STRING"),
        get_locale(),
    )


def _write(shelf: Shelf[KeptPage], key: Hashable, write: Callable[[], BaseResponse]) -> BaseResponse:
    g.csp_nonce = _NONCE_PLACE
    try:
        written = write()
    finally:
        g.pop("csp_nonce")
    html = written.get_data()
    parts = tuple(html.split(_NONCE_PLACE.encode()))
    stamp = g.pop("page_stamp", None)
    if written.status_code != 200 or stamp is None:
        if len(parts) > 1:
            written.set_data(nonce().encode().join(parts))
        return written
    # The place is each process's own, the mark is not.
    etag = hashlib.blake2b(b"".join(parts), digest_size=12).hexdigest()
    return _answer(shelf.keep(key, KeptPage(stamp, parts, etag, time.monotonic() + SECONDS)))


def _answer(page: KeptPage) -> BaseResponse:
    if request.if_none_match.contains_weak(page.etag):
        answer = current_app.response_class(status=304)
    else:
        answer = current_app.response_class(nonce().encode().join(page.parts), mimetype="text/html")
    answer.set_etag(page.etag, weak=True)
    return answer
