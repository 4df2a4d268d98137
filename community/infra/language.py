"""Which language and time zone a page speaks, and how moments and numbers are written in it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from gettext import NullTranslations
from types import SimpleNamespace
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import flask_babel
from babel import Locale
from babel.dates import format_timedelta, get_datetime_format
from babel.numbers import format_decimal
from flask import Flask, current_app, g, request
from flask_babel import Babel, Domain, force_locale, format_date, format_time, get_locale, get_translations
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from community.config import LOCALES
from community.infra import clock, web

babel = Babel()


class Words(Domain):
    """All sentences of the site, found once for each answer and not anew for each sentence."""

    def get_translations(self) -> NullTranslations:
        """The translations into the locale that is being written in now."""
        notes = _notes()
        locale = getattr(notes, "babel_locale", None) or get_locale()
        kept: tuple[Locale | None, NullTranslations] | None = getattr(notes, "words", None)
        if kept is None or kept[0] is not locale:
            kept = locale, super().get_translations()
            if notes is not None:
                notes.words = kept
        return kept[1]


COOKIE = "locale"
NAMES = {"en": "English", "zh_Hans": "简体中文", "zh_Hant": "繁體中文"}
TAGS = {"en": "en", "zh_Hans": "zh-Hans", "zh_Hant": "zh-Hant"}
_TRADITIONAL_REGIONS = ("tw", "hk", "mo")


def _as_html(text: LazyString) -> Markup:
    return escape(str(text))


# Flask-Babel passes off what is translated later as HTML, and with it the names and words filled in.
LazyString.__html__ = _as_html


def _notes() -> SimpleNamespace | None:
    """What Flask-Babel keeps for one answer."""
    try:
        around = g._get_current_object()
    except RuntimeError:
        return None
    found: SimpleNamespace | None = around.get("_flask_babel")
    if found is None:
        found = around._flask_babel = SimpleNamespace()
    return found


def locale_of(around: Any) -> Locale | None:
    """The locale that is being written in now, for whoever has `g` itself at hand."""
    found: Locale | None = getattr(around.get("_flask_babel"), "babel_locale", None)
    return found or get_locale()


# It looks for them at every sentence and date, in four steps that each find out anew whose answer it is.
flask_babel._get_current_context = _notes


def init_app(app: Flask) -> None:
    """Translate by the member's choice, then the visitor's, then the browser's."""
    babel.domain_instance = Words()
    babel.init_app(
        app,
        default_translation_directories="translations",
        locale_selector=choose_locale,
        timezone_selector=zone_name,
    )
    app.jinja_env.filters.update(
        date=show_date, datetime=show_moment, ago=show_ago, listed=listed, numberformat=show_number
    )
    app.jinja_env.globals.update(
        _=_written, gettext=_written, ngettext=_written_for,
        page_lang=lambda: TAGS[current_locale()], current_locale=current_locale, text_in=text_in,
    )  # fmt: skip


def choose_locale() -> str:
    """The locale of this request."""
    if not request:
        return str(current_app.config["DEFAULT_LOCALE"])
    member = web.viewer()
    if member is not None:
        return str(member.locale)
    return of_visitor(request.cookies.get(COOKIE, ""), request.headers.get("Accept-Language", ""))


def of_visitor(chosen: str, accepted: str) -> str:
    """The locale that somebody chose, else the one their browser accepts, else the site's own."""
    return chosen if chosen in LOCALES else _spoken(accepted) or str(current_app.config["DEFAULT_LOCALE"])


@lru_cache(maxsize=500)
def _spoken(accepted: str) -> str:
    """The first locale of the browser's that we speak, "" if there is none."""
    for tag, _quality in parse_accept_header(accepted, LanguageAccept):
        parts = tag.lower().replace("_", "-").split("-")
        if parts[0] == "en":
            return "en"
        if parts[0] == "zh":
            is_traditional = "hant" in parts or ("hans" not in parts and parts[-1] in _TRADITIONAL_REGIONS)
            return "zh_Hant" if is_traditional else "zh_Hans"
    return ""


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
    locale = get_locale()
    if locale is None or locale.language != "zh":
        return "en"
    return f"zh_{locale.script or 'Hans'}"


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
    return ZoneInfo(zone_name())


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
    return ages()(value)


def ages() -> Callable[[datetime | None], str]:
    """What `show_ago` says, for many moments: who reads and what time it is are found out once for all."""
    now, locale = clock.now(), current_locale()
    return lambda value: "" if value is None else _distance(_told_seconds(value - now), locale)


def show_number(value: float | Decimal) -> str:
    """A number as this language writes it."""
    return _number(value, current_locale())


def _told_seconds(away: timedelta) -> int:
    # What is further away than an hour is not told to the minute; "in 0 seconds" is no time at all.
    seconds = away.total_seconds()
    near = round(seconds) or (1 if seconds > 0 else -1)
    return near if abs(seconds) < 3600 else round(seconds / 60) * 60


# Kept by the name of the locale: Babel's own objects are dear to compare.
@lru_cache(maxsize=4096)
def _distance(seconds: int, locale: str) -> str:
    return str(format_timedelta(timedelta(seconds=seconds), add_direction=True, threshold=1.2, locale=locale))


@lru_cache(maxsize=4096, typed=True)
def _number(value: float | Decimal, locale: str) -> str:
    return str(format_decimal(value, locale=locale))


@pass_eval_context
def _written(around: EvalContext, message: str, /, **values: Any) -> str:
    """A message of a template, translated; what is filled in is escaped where the template is HTML."""
    return _filled(around, get_translations().gettext(message), values)


@pass_eval_context
def _written_for(around: EvalContext, singular: str, plural: str, num: int, /, **values: Any) -> str:
    return _filled(around, get_translations().ngettext(singular, plural, num), {"num": num, **values})


def _filled(around: EvalContext, words: str, values: Mapping[str, Any]) -> str:
    if around.autoescape:
        words = Markup(words)  # noqa: S704 - our own sentence
    return words % values if values or "%" in words else words


def zone_name() -> str:
    """The name of the time zone that moments are shown in."""
    if g.get("reader_zone"):
        return str(g.reader_zone)
    # A bare page asks nobody who is signed in.
    member: Any = web.viewer() if request and not g.get("is_bare") else None
    return str(member.time_zone) if member is not None else "UTC"
