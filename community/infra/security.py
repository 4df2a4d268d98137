"""What every answer carries and every request must fulfil, from the first page on."""

import hmac
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix

from community.infra import kept, keys, requests
from community.infra.sessions import Sessions

csrf = CSRFProtect()

# Besides scripts, which are allowed one by one, by the nonce of their answer.
_POLICY = (
    "style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_ONLY_TLS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
_DEPENDS_ON = ("Cookie", "Accept-Language", "X-Fragment", "Accept-Encoding")
_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Origin-Agent-Cluster", "?1"),
    ("X-Permitted-Cross-Domain-Policies", "none"),
    (
        "Permissions-Policy",
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), serial=(), usb=()",
    ),
)

# Sessions whose forms' token a process remembers.
_MOST_KEPT = 4000
_VISITORS_FORM = "the form of visitors"
# As Flask-WTF calls it, in forms and in the session.
_FORMS_TOKEN = "csrf_token"  # noqa: S105 - its name

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def init_app(app: Flask) -> None:
    """Host check, proxies, the session's cookie, CSRF, and the headers that keep a page to itself."""
    app.config["TRUSTED_HOSTS"] = _hosts(app)
    app.session_interface = Sessions()
    is_https = app.config["BASE_URL"].startswith("https:")
    app.extensions["rest_of_policy"] = _POLICY + ("; upgrade-insecure-requests" if is_https else "")
    # Also when a proxy forgot to say how it was reached; browsers believe it over TLS only.
    requests.add_headers(app, (*_HEADERS, _ONLY_TLS) if is_https else _HEADERS)
    csrf.init_app(app)
    app.extensions["form_tokens"] = kept.Shelf[str](_MOST_KEPT)
    if hops := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=0
        )
    app.before_request(_refuse_broken_text)
    app.after_request(_protect)
    app.jinja_env.globals.update(csp_nonce=nonce, visitor_token=visitor_token)
    # In place of Flask-WTF's own, which signs one for every page.
    ours = {"csrf_token": kept.form_token}
    app.context_processor(lambda: ours)


def nonce() -> str:
    """The nonce of this answer's own scripts, fresh for every answer."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def visitor_token() -> str:
    """What the one form that stands on every page carries for visitors, who have no session to carry more.

    It is the same for all of them, so that a page can be kept; `check_visitors_form` asks for more than it.
    """
    return keys.derived(_VISITORS_FORM)


def begin_forms(member_id: int) -> None:
    """Let the forms of this session say whose they are, in what they carry against forgery."""
    session[_FORMS_TOKEN] = f"{secrets.token_hex(20)}.{member_id}"


def whose_form() -> int | None:
    """On whose page the form was that came with this request, also if their session has ended since."""
    signer = URLSafeTimedSerializer(current_app.config["WTF_CSRF_SECRET_KEY"], salt="wtf-csrf-token")
    try:
        said = str(signer.loads(request.form.get(_FORMS_TOKEN, "")))
    except BadData:
        return None
    member_id = said.rpartition(".")[2] if "." in said else ""
    return int(member_id) if member_id.isdecimal() else None


def check_visitors_form() -> None:
    """Refuse a form that was not on a page of this site; for views that CSRFProtect leaves alone."""
    if not current_app.config["WTF_CSRF_ENABLED"]:
        return
    token = request.form.get("csrf_token", "").encode()
    known = [each.encode() for each in keys.derived_from_all(_VISITORS_FORM)]
    is_theirs = any(hmac.compare_digest(token, each) for each in known)
    if not is_theirs or "_user_id" in session:
        csrf.protect()
    elif not is_from_here():
        raise CSRFError()


def is_from_here() -> bool:
    """Whether the form was sent from a page of this site, as far as the browser says."""
    # Browsers say on which site a form was sent; what is no browser cannot be misled into sending one.
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "same-origin")
    return site == "same-origin" and (origin is None or urlsplit(origin).netloc == request.host)


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


def protect_page(response: Response) -> Response:
    """Allow a page its own scripts, which carry `nonce`, and caches nothing; it needs no request."""
    headers = _allow_scripts(response).headers
    # What a signed-in person saw must not be shown to the next one at the same machine.
    headers.setdefault("Cache-Control", "private, no-cache")
    # For caches that keep it nevertheless: what a page says depends on who asks, and how.
    if "Vary" in headers:
        response.vary.update(_DEPENDS_ON)
    else:
        headers["Vary"] = ", ".join(_DEPENDS_ON)
    return response


def _protect(response: Response) -> Response:
    if request.endpoint != "static":
        return protect_page(response)
    # Whoever looked who is signed in did it for nothing: caches may keep one file for all.
    session.modified = False
    # Last, as each look at the session is noted.
    session.accessed = False
    return _allow_scripts(response)


def _allow_scripts(response: Response) -> Response:
    script = f"'nonce-{g.csp_nonce}' 'strict-dynamic'" if "csp_nonce" in g else "'none'"
    policy = f"default-src 'none'; script-src {script}; {current_app.extensions['rest_of_policy']}"
    if response.status_code != 304:
        # A page that the browser has kept runs by the nonce that it came with.
        response.headers.setdefault("Content-Security-Policy", policy)
    return response
