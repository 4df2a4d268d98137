"""Pieces of pages that are written once for everybody who is shown the same."""

from collections.abc import Callable, Hashable
from typing import Any

from flask import Flask, current_app, g, has_request_context, request
from jinja2 import Template
from markupsafe import Markup

from community.infra import language
from community.infra.kept import Shelf, place_for, place_for_token, put_in

MOST_KEPT = 4000


def init_app(app: Flask) -> None:
    """Give templates `piece`; each app keeps its own."""
    app.extensions["pieces"] = Shelf[Markup](MOST_KEPT)
    app.extensions["piece_macros"] = {}
    app.jinja_env.globals.update(piece=piece, place_for=place_for, put_in=put_in)


def piece(file: str, macro: str, /, *facts: Hashable) -> Markup:
    """What a macro writes of these facts, in the language and time zone of the page.

    The macro knows nothing else, neither who is signed in nor what page it is for: what it writes is kept as
    it is for everybody with the same facts. So it tells no age and asks nothing of the database.
    """
    return writer(file, macro)(*facts)


def writer(file: str, macro: str, /) -> Callable[..., Markup]:
    """What `piece` writes with this macro, for many pieces of a page: who reads it is found out once."""
    shelf: Shelf[Markup] = current_app.extensions["pieces"]
    ground = _ground()

    def write(*facts: Hashable) -> Markup:
        key = (file, macro, ground, *facts)
        written = shelf.get(key)
        if written is None:
            written = shelf.keep(key, Markup(getattr(_macros(file), macro)(*facts)))  # noqa: S704 - it escapes
        return written

    return write


def _ground() -> Hashable:
    """What every piece depends on: under which path the site lies, the language and the time zone."""
    # Asked for every piece of a page: whose answer it is, is found out once.
    around = g._get_current_object()
    locale, zone = language.locale_of(around), around.get("reader_zone")
    ground: tuple[Any, Any, Hashable] | None = around.get("piece_ground")
    # A page can write to several readers, one after another.
    if ground is None or ground[0] is not locale or ground[1] != zone:
        root = request.root_path if has_request_context() else None
        reader = language.current_locale(), zone or language.zone_name(), root
        ground = around.piece_ground = (locale, zone, reader)
    return ground[2]


def _macros(file: str) -> Any:
    made: dict[str, tuple[Template, Any]] = current_app.extensions["piece_macros"]
    template = current_app.jinja_env.get_template(file)
    if file not in made or made[file][0] is not template:
        made[file] = template, template.make_module({"csrf_token": place_for_token})
    return made[file][1]
