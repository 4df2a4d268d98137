"""Every setting once: name, type, default, what it does; each is read from the environment."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOCALES = ("en", "zh_Hans", "zh_Hant")


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


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


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
        "BASE_URL",
        "http://127.0.0.1:8000",
        "The address of the site as its visitors type it; links in mail begin with it.",
        lambda text: text.rstrip("/"),
    ),
    Setting(
        "MAIL_URL",
        "folder:{instance}/mail",
        "`smtp://user:password@host:587` (STARTTLS when offered), `smtps://…`, or `folder:…`, "
        "which keeps mail in a folder and shows it to administrators under /staff/mail.",
    ),
    Setting("MAIL_FROM", "Sounding Board <no-reply@localhost>", "The sender of the site's mail."),
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
        int,
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
        int,
    ),
    Setting(
        "RATE_LIMITS",
        "on",
        "`off` switches the limits per address and member off, for load tests only.",
        _switch,
    ),
)


def load(overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All settings, from the overrides, the environment or their defaults, and Flask's own."""
    overrides = dict(overrides or {})
    instance = Path(str(overrides.pop("INSTANCE", "") or os.environ.get("INSTANCE", "instance"))).resolve()
    instance.mkdir(parents=True, exist_ok=True)
    values: dict[str, Any] = {"INSTANCE": instance}
    for setting in SETTINGS:
        text = os.environ.get(setting.name) or setting.default.format(instance=instance)
        try:
            given = overrides.pop(setting.name, None)
            values[setting.name] = setting.read(text) if given is None else given
        except ValueError as error:
            raise SystemExit(f"{setting.name}: {error}") from None
    values["SECRET_KEY"] = values["SECRET_KEY"] or _kept_secret(instance / "secret_key")
    return values | _flask_settings(values) | overrides


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
        "WTF_CSRF_SSL_STRICT": is_https,
        # Three pictures of five megabytes, and the text around them.
        "MAX_CONTENT_LENGTH": 16 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 300,
        "BABEL_DEFAULT_LOCALE": values["DEFAULT_LOCALE"],
    }


def _kept_secret(path: Path) -> str:
    try:
        # Only this process may create it: two that start at once must agree on one key.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32))
    return path.read_text().strip()
