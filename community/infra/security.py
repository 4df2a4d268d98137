"""What every answer carries and every request must fulfil, from the first page on."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

csrf = CSRFProtect()

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def init_app(app: Flask) -> None:
    """Host check, proxies, CSRF, and the headers that keep a page to itself."""
    app.config["TRUSTED_HOSTS"] = _hosts(app)
    csrf.init_app(app)
    if hops := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=0
        )
    app.before_request(_refuse_broken_text)
    app.after_request(_protect)
    app.jinja_env.globals["csp_nonce"] = nonce


def nonce() -> str:
    """The nonce of this answer's own scripts, fresh for every answer."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _hosts(app: Flask) -> list[str]:
    own = urlsplit(app.config["BASE_URL"]).hostname or "localhost"
    return [own, *LOCAL_HOSTS, *app.config["ALLOWED_HOSTS"]]


def _refuse_broken_text() -> None:
    # PostgreSQL cannot store NUL, and a path or query that is not UTF-8 means nothing to anybody.
    if "\x00" in request.path or any("\x00" in value for value in request.args.values()):
        abort(400)
    try:
        request.environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8")
    except UnicodeError:
        abort(400)


def _protect(response: Response) -> Response:
    script = f"'nonce-{g.csp_nonce}' 'strict-dynamic'" if "csp_nonce" in g else "'none'"
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'none'; script-src {script}; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault(
        "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    )
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static":
        # What a signed-in person saw must not be shown to the next one at the same machine.
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return response
