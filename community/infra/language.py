"""Which language and time zone a page speaks, and how moments and numbers are written in it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, tzinfo
from functools import cache
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.dates import get_datetime_format
from flask import Flask, current_app, g, request
from flask_babel import Babel, force_locale, format_date, format_time, format_timedelta, get_locale
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from community.config import LOCALES
from community.infra import clock, web

babel = Babel()

COOKIE = "locale"
NAMES = {"en": "English", "zh_Hans": "简体中文", "zh_Hant": "繁體中文"}
TAGS = {"en": "en", "zh_Hans": "zh-Hans", "zh_Hant": "zh-Hant"}
_TRADITIONAL_REGIONS = ("tw", "hk", "mo")


def _as_html(text: LazyString) -> Markup:
    return escape(str(text))


# Flask-Babel passes off what is translated later as HTML, and with it the names and words filled in.
LazyString.__html__ = _as_html


def init_app(app: Flask) -> None:
    """Translate by the member's choice, then the visitor's, then the browser's."""
    babel.init_app(
        app,
        default_translation_directories="translations",
        locale_selector=choose_locale,
        timezone_selector=_zone_name,
    )
    app.jinja_env.filters.update(date=show_date, datetime=show_moment, ago=show_ago, listed=listed)
    app.jinja_env.globals.update(
        page_lang=lambda: TAGS[current_locale()], current_locale=current_locale, text_in=text_in
    )


def choose_locale() -> str:
    """The locale of this request."""
    if not request:
        return str(current_app.config["DEFAULT_LOCALE"])
    member = web.viewer()
    if member is not None:
        return str(member.locale)
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LOCALES else from_browser()


def from_browser() -> str:
    """The locale the browser asks for first among those we speak, else the site's own."""
    for tag, _quality in request.accept_languages:
        parts = tag.lower().replace("_", "-").split("-")
        if parts[0] == "en":
            return "en"
        if parts[0] == "zh":
            is_traditional = "hant" in parts or ("hans" not in parts and parts[-1] in _TRADITIONAL_REGIONS)
            return "zh_Hant" if is_traditional else "zh_Hans"
    return str(current_app.config["DEFAULT_LOCALE"])


@contextmanager
def writing_to(locale: str, zone: str = "UTC") -> Iterator[None]:
    """Write to a reader who is not the viewer: in their language, with the hours of where they live."""
    before, g.reader_zone = g.get("reader_zone"), zone
    try:
        with force_locale(locale):
            yield
    finally:
        g.reader_zone = before


def current_locale() -> str:
    """The locale that is being written in now, one of LOCALES."""
    locale = get_locale() or Locale.parse("en")
    return "en" if locale.language != "zh" else f"zh_{locale.script or 'Hans'}"


def site_name() -> str:
    """What the site is called, in this language if it was given no name of its own."""
    return str(current_app.config["SITE_NAME"] or _("Sounding Board"))


def text_in(texts: dict[str, str], locale: str | None = None) -> str:
    """A text that staff gave in some languages: in this one, else in English, else in any."""
    locale = locale or current_locale()
    return texts.get(locale) or texts.get("en") or next(iter(texts.values()), "")


def listed(words: Iterable[object]) -> str:
    """Words one after another, with what this language sets between them."""
    locale = get_locale() or Locale.parse("en")
    between = str(locale.list_patterns["standard"]["middle"]).replace("{0}", "").replace("{1}", "")
    return between.join(str(word) for word in words)


@cache
def time_zones() -> tuple[str, ...]:
    """The names of the time zones that members may choose from; looked up once, as it reads many files."""
    zones = (zone for zone in available_timezones() if "/" in zone)
    return tuple(sorted(zone for zone in zones if not zone.startswith(("Etc/", "posix/", "right/"))))


def viewer_zone() -> tzinfo:
    """The time zone that moments are shown in."""
    return ZoneInfo(_zone_name())


def show_date(value: date | datetime | None, style: str = "long") -> str:
    """A day in the reader's zone and language."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(viewer_zone()).date()
    return str(format_date(value, style, rebase=False))


def show_moment(value: date | datetime | None, style: Literal["short", "medium", "long"] = "medium") -> str:
    """A moment in the reader's zone and language, to the minute; a day of no known hour stays that day."""
    if value is None:
        return ""
    if not isinstance(value, datetime):
        return show_date(value, style)
    joined = str(get_datetime_format(style, locale=get_locale())).replace("'", "")
    local = value.astimezone(viewer_zone())
    # Not turned once more: flask-babel keeps the zone of whoever it first spoke to.
    time = format_time(local, "short", rebase=False)
    return joined.format(time, format_date(local.date(), style, rebase=False))


def show_ago(value: datetime | None) -> str:
    """How long ago (or ahead) a moment is, in words."""
    if value is None:
        return ""
    return str(format_timedelta(value - clock.now(), add_direction=True, threshold=1.2))


def _zone_name() -> str:
    if g.get("reader_zone"):
        return str(g.reader_zone)
    member: Any = web.viewer() if request else None
    return str(member.time_zone) if member is not None else "UTC"
