"""Words to begin a reply with, in each language."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from community.cases.actions.replies import MOST
from community.cases.forms.settings import NamedForm
from community.cases.models import ReplyTemplate
from community.config import LOCALES
from community.feedback import wording
from community.feedback.models import KINDS
from community.infra.forms import BlockField, length
from community.infra.language import NAMES
from community.infra.versions import VersionedForm


class TemplateForm(NamedForm, VersionedForm):
    """A template: its name, what it says in each language, and for what kind of case it is offered."""

    kind = SelectField(
        _l("For cases of this kind"),
        choices=[
            SelectChoice("", _l("Any kind")),
            *(SelectChoice(kind, wording.KINDS[kind]) for kind in KINDS),
        ],
    )

    def bodies(self) -> dict[str, str]:
        """What it says by locale, as far as it was given."""
        given = {locale: self[f"body_{locale}"].data or "" for locale in LOCALES}
        return {locale: body for locale, body in given.items() if body}


for _locale in LOCALES:
    setattr(
        TemplateForm,
        f"body_{_locale}",
        BlockField(_l("Words in %(language)s", language=NAMES[_locale]), [length(most=MOST)]),
    )


def template_form(template: ReplyTemplate | None) -> TemplateForm:
    """The form, filled in with a template that is there."""
    if template is None:
        return TemplateForm()
    names = {f"name_{locale}": template.name.get(locale, "") for locale in LOCALES}
    bodies = {f"body_{locale}": template.body.get(locale, "") for locale in LOCALES}
    return TemplateForm(kind=template.kind or "", **names, **bodies)
