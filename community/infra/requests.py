"""Around every request: a number to quote, how long it took, and the one line that is logged of it."""

import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from community.infra import logs
from community.infra.logs import Answered

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Where the endpoint is told that has answered.
ROUTE = "community.route"
_WATCHERS = "request_watchers"
_HEADERS = "answer_headers"
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


Watcher = Callable[[Answered], None]


def init_app(app: Flask) -> None:
    """Stand around the app; to be called after all others that do."""
    app.after_request(_note_route)
    # Nothing of ours waits for others in Python's way; Flask would ask so of each function it calls.
    app.ensure_sync = _as_it_is  # type: ignore[method-assign, assignment]
    app.wsgi_app = _Around(app, app.wsgi_app)  # type: ignore[method-assign]


def _as_it_is(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


def add_headers(app: Flask, headers: Iterable[tuple[str, str]]) -> None:
    """Have every answer carry these, whoever gives it."""
    app.extensions.setdefault(_HEADERS, []).extend(headers)


def watch(app: Flask, watcher: Watcher) -> None:
    """Tell the function about every request that was answered."""
    app.extensions.setdefault(_WATCHERS, []).append(watcher)


class _Around:
    def __init__(self, app: Flask, inner: "WSGIApplication") -> None:
        self.inner = inner
        self.watchers: list[Watcher] = app.extensions.get(_WATCHERS, [])
        self.headers: list[tuple[str, str]] = app.extensions.get(_HEADERS, [])
        self.trusts_proxies = bool(app.config["TRUSTED_PROXIES"])

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        began = time.perf_counter()
        number = environ[logs.ID] = self._number(environ)
        # An answer that never began was none of ours.
        status = "500"

        def start(line: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            nonlocal status
            status = line
            headers += self.headers
            headers.append(("X-Request-Id", number))
            return start_response(line, headers, exc_info) if exc_info else start_response(line, headers)

        try:
            return self.inner(environ, start)
        finally:
            self._note(environ, status, time.perf_counter() - began)

    def _number(self, environ: "WSGIEnvironment") -> str:
        # Whoever else could choose it could make two requests look like one in the log.
        given = environ.get("HTTP_X_REQUEST_ID", "") if self.trusts_proxies else ""
        return given if _ID.fullmatch(given) else secrets.token_hex(8)

    def _note(self, environ: "WSGIEnvironment", status: str, seconds: float) -> None:
        method = environ.get("REQUEST_METHOD", "")
        answered = Answered(
            method if method in METHODS else "OTHER", environ.get(ROUTE, ""), int(status[:3]), seconds
        )
        for watcher in self.watchers:
            watcher(answered)
        if logger.isEnabledFor(logging.INFO):
            logs.write_request(logger.name, environ[logs.ID], answered)


def _note_route(response: Response) -> Response:
    request.environ[ROUTE] = request.endpoint or ""
    return response
