"""An app that can only speak, for tests of words and pictures: no database, and so no need for two."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from flask_babel import force_locale

from community.infra import language


@contextmanager
def speaking(locale: str = "en") -> Iterator[None]:
    """Words are in this language."""
    app = Flask("community")
    app.config["DEFAULT_LOCALE"] = "en"
    language.init_app(app)
    with app.app_context(), force_locale(locale):
        yield
