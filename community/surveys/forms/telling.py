"""What was heard and what is done about it, in each language."""

from flask_babel import lazy_gettext as _l

from community.infra.forms import BlockField
from community.infra.translated import in_languages, spread, texts
from community.infra.versions import VersionedForm
from community.surveys.actions.telling import HEARD_MOST
from community.surveys.forms.languages import keep_languages
from community.surveys.models import Survey


class HeardForm(VersionedForm):
    """What those who answered are told."""

    def heard(self) -> dict[str, str]:
        """The texts by language."""
        return texts(self, "heard")


in_languages(HeardForm, "heard", _l("What we heard and what we do"), most=HEARD_MOST, field=BlockField)


def heard_form(survey: Survey) -> HeardForm:
    """The form with what stands there so far."""
    form = HeardForm(data=spread("heard", survey.heard))
    keep_languages(form, ("heard",), survey.languages)
    return form
