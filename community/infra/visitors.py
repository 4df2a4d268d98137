"""Whole pages for visitors, kept for a few seconds; one is thrown away as soon as its stamp has changed.

The stamp says which state a page shows, and that it is open to everybody. It is read from the database for
every answer, before anything that is kept is shown. What is kept is shown before Flask begins, to whoever
brings nothing by which a page could be theirs.
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Hashable, Iterable
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask, Response, current_app, g, request, session
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.http import parse_cookie, parse_etags
from werkzeug.wrappers import Response as BaseResponse

from community.infra import compressing, language, letter_keys, limits, requests, security
from community.infra.kept import Shelf

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Some of what a page shows leaves no trace in its stamp: the age of things, a member's new name. And a
# database can bring changes to light in another order than it numbered them in.
SECONDS = 5.0
MOST_KEPT = 150

# Stands where each answer has a nonce of its own.
_NONCE_PLACE = secrets.token_hex(16)
# Who sends one of these gets an answer of their own.
_OF_ONE = frozenset({"HTTP_AUTHORIZATION", "HTTP_X_FRAGMENT"})

View = Callable[..., BaseResponse]
FindStamp = Callable[..., Hashable]


class KeptPage(NamedTuple):
    """A page in parts between which the nonce belongs, and its mark for browsers.

    It is good until then (`time.monotonic`), as long as `find_stamp` finds the stamp that it has.
    """

    endpoint: str
    stamp: Hashable
    find_stamp: Callable[[], Hashable]
    until: float
    parts: tuple[bytes, ...]
    etag: str


class _KeptFirst:
    """Stands before Flask, which needs several times as long to begin a request as this to answer one."""

    def __init__(self, app: Flask, inner: "WSGIApplication") -> None:
        self.app, self.inner = app, inner
        self.shelf: Shelf[KeptPage] = app.extensions["pages_for_visitors"]
        self.session_cookie: str = app.config["SESSION_COOKIE_NAME"]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        # Members' pages are written for them; this spares them a context of the app besides Flask's own.
        if f"{self.session_cookie}=" in environ.get("HTTP_COOKIE", ""):
            return self.inner(environ, start_response)
        with self.app.app_context():
            answer = self._find(environ)
        return (answer or self.inner)(environ, start_response)

    def _find(self, environ: "WSGIEnvironment") -> Response | None:
        address = _address(environ)
        page = self.shelf.get(address) if address is not None else None
        if page is None or page.until <= time.monotonic() or page.stamp != page.find_stamp():
            return None
        # Who has reached a limit is told so by Flask, where all others are.
        if not limits.count_page(environ.get("REMOTE_ADDR")):
            return None
        environ[requests.ROUTE] = page.endpoint
        answer = security.protect_page(_answer(page, environ))
        return compressing.compress(answer, environ.get("HTTP_ACCEPT_ENCODING", ""))


def init_app(app: Flask) -> None:
    """Each process keeps pages of its own; to be called before whatever says how a request came here."""
    app.extensions["pages_for_visitors"] = Shelf[KeptPage](MOST_KEPT)
    app.wsgi_app = _KeptFirst(app, app.wsgi_app)  # type: ignore[method-assign]


def kept_for_visitors(find_stamp: FindStamp) -> Callable[[View], View]:
    """A view whose page looks the same to all visitors with the same stamp, language and address.

    The view calls `stamp_page` with what its page shows; `find_stamp` takes what the view takes and finds out
    what that would be now.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(**values: Any) -> BaseResponse:
            address = _address(request.environ)
            if address is None:
                return view(**values)
            return _write(address, partial(view, **values), partial(find_stamp, **values))

        return answer

    return decorate


def stamp_page(stamp: Hashable) -> None:
    """Say what the page that is being written shows, so that it can be kept; closed pages say nothing."""
    g.page_stamp = stamp


def _address(environ: "WSGIEnvironment") -> Hashable | None:
    """All that a visitor's page depends on besides its stamp; None if it may depend on who asks."""
    host = environ.get("HTTP_HOST")
    if host is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not _OF_ONE.isdisjoint(environ):
        return None
    chosen = ""
    if "HTTP_COOKIE" in environ:
        cookies = parse_cookie(environ)
        if not _own_cookies().isdisjoint(cookies):
            return None
        chosen = cookies.get(language.COOKIE, "")
    return (
        host,
        environ["wsgi.url_scheme"],
        environ.get("SCRIPT_NAME"),
        environ["PATH_INFO"],
        environ.get("QUERY_STRING"),
        language.of_visitor(chosen, environ.get("HTTP_ACCEPT_LANGUAGE", "")),
    )


def _own_cookies() -> frozenset[str]:
    """The cookies by which a page is somebody's; those of others mean nothing to it."""
    config = current_app.config
    return frozenset({config["SESSION_COOKIE_NAME"], config["REMEMBER_COOKIE_NAME"], letter_keys.COOKIE})


def _write(
    address: Hashable, write: Callable[[], BaseResponse], find_stamp: Callable[[], Hashable]
) -> BaseResponse:
    """Have the page written, and keep it if it says that it is for everybody and is."""
    # Written for whoever asks next, too: whatever else this browser brings stands in no such page.
    chosen = {key: value for key, value in request.cookies.items() if key == language.COOKIE}
    request.cookies = ImmutableMultiDict(chosen)
    g.csp_nonce = _NONCE_PLACE
    try:
        written = write()
    finally:
        g.pop("csp_nonce")
    html = written.get_data()
    parts = tuple(html.split(_NONCE_PLACE.encode()))
    stamp = g.pop("page_stamp", None)
    if written.status_code != 200 or stamp is None or session or limits.is_counted_apart():
        if len(parts) > 1:
            written.set_data(security.nonce().encode().join(parts))
        return written
    # The place is each process's own, the mark is not.
    etag = hashlib.blake2b(b"".join(parts), digest_size=12).hexdigest()
    until = time.monotonic() + SECONDS
    page = KeptPage(request.endpoint or "", stamp, find_stamp, until, parts, etag)
    shelf: Shelf[KeptPage] = current_app.extensions["pages_for_visitors"]
    return _answer(shelf.keep(address, page), request.environ)


def _answer(page: KeptPage, environ: "WSGIEnvironment") -> Response:
    if parse_etags(environ.get("HTTP_IF_NONE_MATCH")).contains_weak(page.etag):
        answer = Response(status=304)
    else:
        answer = Response(security.nonce().encode().join(page.parts), mimetype="text/html")
    answer.set_etag(page.etag, weak=True)
    return answer
