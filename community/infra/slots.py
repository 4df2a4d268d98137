"""Places on pages that floors above fill: a template names the place, a table says who fills it."""

from collections.abc import Callable, Mapping, Sequence

from flask import Flask, current_app
from markupsafe import Markup

Filling = Callable[..., Markup]


def use_slots(app: Flask, slots: Mapping[str, Sequence[Filling]]) -> None:
    """Give all templates `slot('board.top', panel=…)`: what the functions of that place make of it."""
    app.extensions["slots"] = slots
    app.jinja_env.globals["slot"] = slot


def slot(place: str, /, **facts: object) -> Markup:
    """What stands in this place, made by its functions in their order; a place that is on no line fails."""
    return Markup("").join(fill(**facts) for fill in current_app.extensions["slots"][place])
