"""Texts that staff write once in each language, side by side."""

from collections.abc import Mapping

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


def texts(form: Form, name: str) -> dict[str, str]:
    """What stands in the fields of this name, by locale."""
    fields = {locale: form._fields.get(f"{name}_{locale}") for locale in LOCALES}
    return {locale: field.data or "" for locale, field in fields.items() if field is not None}


def spread(name: str, told: Mapping[str, str]) -> dict[str, str]:
    """The texts as the data of the form's fields."""
    return {f"{name}_{locale}": words for locale, words in told.items()}
