"""The languages of a survey, as far as its forms ask for texts in them."""

from collections.abc import Sequence

from community.config import LOCALES
from community.infra.forms import Form


def keep_languages(form: Form, names: Sequence[str], languages: Sequence[str]) -> None:
    """Take away the fields of languages in which the survey is not asked."""
    for name in names:
        for locale in LOCALES:
            if locale not in languages:
                del form[f"{name}_{locale}"]
