"""Taking the names that members give themselves: clean ones, that nobody objects to."""

from collections.abc import Callable

from flask import Flask, current_app
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from community.analysis.script import fold
from community.config import LOCALES
from community.infra.errors import Invalid
from community.members import names

# (name, field): Invalid for a name that nobody may go by.
CheckName = Callable[[str, str], None]


def use_check(app: Flask, check: CheckName) -> None:
    """Tell members what is not said here; the floor that knows it stands above them."""
    app.extensions["check_name"] = check


def clean_new_name(text: str, *, known: str | None = None, field: str = "display_name") -> str:
    """The name as it is stored; Invalid if it is no name, or one that nobody may go by.

    Who goes by a name already, `known`, keeps it.
    """
    name = names.clean_name(text, field=field)
    if name != known:
        if fold(name) in _taken():
            raise Invalid(_l("This name isn't possible here. Please choose another one."), field=field)
        current_app.extensions["check_name"](name, field)
    return name


def _taken() -> set[str]:
    """What pages call somebody who is no longer here or speaks for the company, in all languages."""
    taken = set()
    for locale in LOCALES:
        with force_locale(locale):
            taken |= {fold(str(title)) for title in (names.former(), *names.TITLES_OF_STAFF)}
    return taken
