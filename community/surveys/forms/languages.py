"""Texts that are written once in each language of a survey, side by side."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from community.config import LOCALES
from community.infra.forms import BlockField, Form, LineField, length
from community.infra.language import NAMES


def in_languages(
    form: type[Form],
    name: str,
    label: object,
    *,
    most: int,
    field: type[LineField] | type[BlockField] = LineField,
) -> None:
    """Give the form a field `<name>_<locale>` for each language of the site."""
    for locale in LOCALES:
        said = _l("%(what)s · %(language)s", what=label, language=NAMES[locale])
        setattr(form, f"{name}_{locale}", field(said, [length(most=most)]))


def keep_languages(form: Form, names: Sequence[str], languages: Sequence[str]) -> None:
    """Take away the fields of languages in which the survey is not asked."""
    for name in names:
        for locale in LOCALES:
            if locale not in languages:
                del form[f"{name}_{locale}"]


def texts(form: Form, name: str) -> dict[str, str]:
    """What stands in the fields of this name, by locale."""
    fields = {locale: form._fields.get(f"{name}_{locale}") for locale in LOCALES}
    return {locale: field.data or "" for locale, field in fields.items() if field is not None}


def spread(name: str, told: dict[str, str]) -> dict[str, str]:
    """The texts as the data of the form's fields."""
    return {f"{name}_{locale}": words for locale, words in told.items()}
