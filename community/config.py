"""Every setting once: name, type, default, what it does; each is read from the environment."""

import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The file in the instance folder that holds the secrets unless SECRET_KEY is given.
KEPT_SECRETS = "secret_key"
LOCALES = ("en", "zh_Hans", "zh_Hant")
# In the instance folder; read each time the site is loaded.
SETTINGS_FILE = "settings.env"
ROLES = ("moderator", "owner", "analyst", "admin")


@dataclass(frozen=True)
class Setting:
    """One environment variable; `read` turns its text into the value."""

    name: str
    default: str
    explanation: str
    read: Callable[[str], Any] = str


def _switch(text: str) -> bool:
    if text.lower() in ("on", "true", "yes", "1"):
        return True
    if text.lower() in ("off", "false", "no", "0", ""):
        return False
    raise ValueError(f"say on or off, not {text!r}")


def _locale(text: str) -> str:
    if text not in LOCALES:
        raise ValueError(f"say one of {', '.join(LOCALES)}, not {text!r}")
    return text


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"say one of {', '.join(word for word in words if word)}, not {text!r}")
        return text

    return read


def _count(text: str) -> int:
    if (number := int(text)) < 0:
        raise ValueError(f"say 0 or more, not {text!r}")
    return number


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _mapped_roles(text: str) -> list[tuple[str, str, str]]:
    """Claim value, role and panel ("" for the whole site) out of `value=role, value=role@panel`."""
    mapped = []
    for part in _list(text):
        # What a group is called elsewhere may hold any sign; roles and addresses of panels do not.
        value, equals, place = part.rpartition("=")
        role, _at, panel = place.strip().partition("@")
        if not equals or not value.strip() or role not in ROLES:
            raise ValueError(
                f"say value=role or value=role@panel with one of {', '.join(ROLES)}, not {part!r}"
            )
        mapped.append((value.strip(), role, panel.strip()))
    return mapped


SETTINGS = (
    Setting(
        "DATABASE_URL",
        "sqlite:///{instance}/community.db",
        "Where everything is kept: `sqlite:///…` or `postgresql+psycopg://…`.",
    ),
    Setting(
        "QUEUE_URL",
        "sqlite:///{instance}/queue.db",
        "What wakes the worker: `sqlite:///…` or `redis://…`. It holds nothing that cannot be lost.",
    ),
    Setting(
        "SECRET_KEY",
        "",
        "Signs cookies. Made on the first run and kept in the instance folder unless given.",
    ),
    Setting(
        "SECRET_KEY_FALLBACKS",
        "",
        "Former secrets, separated by commas: what they signed stays valid, nothing new is signed with them.",
        _list,
    ),
    Setting(
        "BASE_URL",
        "http://127.0.0.1:8000",
        "The address of the site as its visitors type it; links in mail begin with it.",
        lambda text: text.rstrip("/"),
    ),
    Setting(
        "MAIL_URL",
        "folder:{instance}/mail",
        "`smtp://user:password@host:587` (STARTTLS when offered; a password is sent over TLS only), "
        "`smtps://…`, or `folder:…`, which keeps mail in a folder and shows it to administrators under "
        "/staff/mail.",
    ),
    Setting("MAIL_FROM", "Sounding Board <no-reply@localhost>", "The sender of the site's mail."),
    Setting(
        "CONTACT_ADDRESS",
        "",
        "The mailbox of the people who run the site: pages that say to write to them link to it.",
        str.strip,
    ),
    Setting("UPLOAD_DIR", "{instance}/uploads", "The folder that holds uploaded pictures."),
    Setting(
        "SITE_NAME",
        "",
        "The name in the header and in mail; without one it is Sounding Board, 回声板 or 回聲板.",
    ),
    Setting(
        "DEFAULT_LOCALE",
        "en",
        "The language for browsers that ask for none we speak: `en`, `zh_Hans` or `zh_Hant`.",
        _locale,
    ),
    Setting(
        "TRUSTED_PROXIES",
        "0",
        "How many reverse proxies stand before the site; their X-Forwarded headers are believed, no others.",
        _count,
    ),
    Setting(
        "ALLOWED_HOSTS",
        "",
        "Further host names, separated by commas, that the site answers to besides the one of `BASE_URL` "
        "and this machine's own.",
        _list,
    ),
    Setting(
        "BACKUPS_KEPT_DAYS",
        "30",
        "How long you keep backups: administrators read under /staff/settings/erasures until when a backup "
        "may still hold a member who was forgotten.",
        _count,
    ),
    Setting(
        "OIDC_ISSUER",
        "",
        "The address of an OpenID Connect provider through which people may sign in; without it nobody does.",
        str.strip,
    ),
    Setting("OIDC_CLIENT_ID", "", "What the provider calls this site."),
    Setting("OIDC_CLIENT_SECRET", "", "The secret that the provider gave this site."),
    Setting("OIDC_NAME", "", "What the button calls the provider; without it the name of its host."),
    Setting("OIDC_SCOPES", "openid email profile", "What the provider is asked for, with blanks between."),
    Setting(
        "OIDC_ROLES_CLAIM",
        "groups",
        "Where the provider says what somebody is; dots lead into what is inside.",
    ),
    Setting(
        "OIDC_ROLES",
        "",
        "Which roles follow from it: `value=role` for the whole site, `value=role@panel` for one panel, "
        "separated by commas. They are given and taken back at every sign-in through the provider.",
        _mapped_roles,
    ),
    Setting("OIDC_JOIN", "on", "Whether people who are new here may join through the provider.", _switch),
    Setting(
        "OIDC_SECOND_STEP",
        "here",
        "`there` if the provider asks everybody for a second step itself, so that this site need not.",
        _one_of("here", "there"),
    ),
    Setting(
        "STAFF_SECOND_FACTOR",
        "offered",
        "`required` closes the staff pages to whoever signs in without a second step.",
        _one_of("offered", "required"),
    ),
    Setting(
        "STAFF_SECOND_FACTOR_DAYS",
        "14",
        "How many days staff have to set it up, from when they are first asked.",
        _count,
    ),
    Setting(
        "METRICS_TOKEN",
        "",
        "What Prometheus has to send as its bearer token to read `/metrics`; without one there is no such "
        "page.",
    ),
    Setting(
        "LOG_LEVEL",
        "info",
        "The least that is logged: `debug`, `info` (one line a request), `warning` or `error`.",
        _one_of("debug", "info", "warning", "error"),
    ),
    Setting(
        "LOG_FORMAT",
        "",
        "`json` for one JSON object a line, `text` for people; unless given, text on a terminal, else JSON.",
        _one_of("", "json", "text"),
    ),
    Setting(
        "RATE_LIMITS",
        "on",
        "`off` switches the limits per address and member off, for load tests only.",
        _switch,
    ),
)


def load(overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All settings, from the overrides, the environment, the file or their defaults, and Flask's own."""
    overrides = dict(overrides or {})
    instance = Path(str(overrides.pop("INSTANCE", "") or os.environ.get("INSTANCE", "instance"))).resolve()
    found = frozenset(path.name for path in instance.iterdir()) if instance.is_dir() else None
    instance.mkdir(parents=True, exist_ok=True)
    values: dict[str, Any] = {"INSTANCE": instance, "INSTANCE_FOUND": found}
    written = _written(instance / SETTINGS_FILE)
    for setting in SETTINGS:
        text = os.environ.get(setting.name) or written.get(setting.name)
        text = text or setting.default.format(instance=instance)
        try:
            given = overrides.pop(setting.name, None)
            values[setting.name] = setting.read(text) if given is None else given
        except ValueError as error:
            raise SystemExit(f"{setting.name}: {error}") from None
    if not values["SECRET_KEY"]:
        newest, *former = _kept_secrets(instance / KEPT_SECRETS)
        values["SECRET_KEY"] = newest
        values["SECRET_KEY_FALLBACKS"] = [*values["SECRET_KEY_FALLBACKS"], *former]
    return values | _flask_settings(values) | overrides


def _written(path: Path) -> dict[str, str]:
    """The settings of a file in the form that systemd and shells read: NAME=value, one a line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith(("#", ";")))
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}


def _flask_settings(values: Mapping[str, Any]) -> dict[str, Any]:
    is_https = str(values["BASE_URL"]).startswith("https://")
    return {
        "SESSION_COOKIE_NAME": "__Host-session" if is_https else "session",
        "SESSION_COOKIE_SECURE": is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_NAME": "__Host-remember" if is_https else "remember",
        "REMEMBER_COOKIE_SECURE": is_https,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        # The last one signs.
        "WTF_CSRF_SECRET_KEY": [*values["SECRET_KEY_FALLBACKS"], values["SECRET_KEY"]],
        "WTF_CSRF_SSL_STRICT": is_https,
        # Three pictures of five megabytes, and the text around them.
        "MAX_CONTENT_LENGTH": 16 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 300,
        "BABEL_DEFAULT_LOCALE": values["DEFAULT_LOCALE"],
    }


def _kept_secrets(path: Path) -> list[str]:
    """One a line, the newest first; the first is made when there is none."""
    if not path.exists():
        own = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        # Only one may put it there, whole: two that start at once must agree on one key.
        with suppress(FileExistsError):
            os.link(own, path)
        own.unlink()
    if not (kept := path.read_text().split()):
        raise SystemExit(f"{path} is empty: put the secret back, or remove the file to have a new one made.")
    return kept
