"""What a survey says of itself, whom it asks and what it begins with."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import format_number
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from community.config import LOCALES
from community.infra.forms import BlockField, CountField, Form, LineField, MomentField, length, required
from community.infra.language import NAMES, current_locale
from community.infra.translated import in_languages, spread, texts
from community.infra.versions import VersionedForm
from community.surveys import naming, standards
from community.surveys.actions.building import (
    MINUTES_MOST,
    POINTS_MOST,
    PURPOSE_MOST,
    THANKS_MOST,
    TITLE_MOST,
    Settings,
)
from community.surveys.checks import POLL_KINDS
from community.surveys.drafting import OPTION_MOST, TEXT_MOST
from community.surveys.forms.languages import keep_languages
from community.surveys.models import ASKED_OF, Survey
from community.surveys.queries.surveys import PanelChoice

TEXTS = ("title", "purpose", "thanks")
# Kinds that one question from an idea can be; the others need a survey around them.
IDEA_KINDS = ("single", "several", "yes_no", "rating5", "rating7", "short_text", "long_text")
SHORT_ROWS = 6


class BoxesField(SelectMultipleField):
    """Boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class NewForm(Form):
    """A survey that is about to begin: only what cannot be guessed."""

    title = LineField(_l("Title"), [required(), length(most=TITLE_MOST)])
    panel_ids = BoxesField(_l("Whose members to ask"), coerce=int)
    languages = BoxesField(_l("Languages"), choices=[SelectChoice(each, NAMES[each]) for each in LOCALES])
    start = RadioField(_l("Begin with"), default="empty")

    def offer(self, panels: Sequence[PanelChoice]) -> "NewForm":
        """Give the form what can be chosen."""
        self.panel_ids.choices = [SelectChoice(panel.id, panel.name) for panel in panels]
        self.start.choices = [SelectChoice(key, start.name) for key, start in standards.STARTS.items()]
        return self

    def settings(self) -> Settings:
        """What the action is to set."""
        return {
            # Staff write in their own language first; the others are filled in side by side afterwards.
            "title": {_first(self.languages.data): self.title.data},
            "languages": self.languages.data,
            "panel_ids": self.panel_ids.data,
        }


class SurveyForm(VersionedForm):
    """All that a survey says of itself."""

    languages = BoxesField(_l("Languages"), choices=[SelectChoice(each, NAMES[each]) for each in LOCALES])
    panel_ids = BoxesField(_l("Whose members to ask"), coerce=int)
    owner_id = SelectField(_l("Owner"), coerce=int)
    points = CountField(
        _l("Points for answering"),
        [required(), NumberRange(0, POINTS_MOST, message=_l("Please use between %(min)s and %(max)s."))],
    )
    minutes = CountField(
        _l("Minutes it takes"),
        [required(), NumberRange(1, MINUTES_MOST, message=_l("Please use between %(min)s and %(max)s."))],
    )
    shuffles_questions = BooleanField(_l("Questions of a page stand in random order"))
    shows_results = BooleanField(_l("Whoever has answered sees the results"))

    def settings(self) -> Settings:
        """What the action is to set; fields that were not shown are left as they are."""
        told: dict[str, Any] = {name: texts(self, name) for name in TEXTS}
        for name in ("languages", "panel_ids", "points", "minutes", "shuffles_questions", "shows_results"):
            if name in self._fields:
                told[name] = self[name].data
        told["owner_id"] = self.owner_id.data or None
        return told  # type: ignore[return-value]


in_languages(SurveyForm, "title", _l("Title"), most=TITLE_MOST)
in_languages(
    SurveyForm, "purpose", _l("What you will do with the answers"), most=PURPOSE_MOST, field=BlockField
)
in_languages(SurveyForm, "thanks", _l("Thanks at the end"), most=THANKS_MOST, field=BlockField)


def survey_form(
    survey: Survey, *, panels: Sequence[PanelChoice], owners: Sequence[tuple[int, str]], is_fixed: bool
) -> SurveyForm:
    """The form of a survey; once it has opened without what is fixed then."""
    data: dict[str, Any] = {
        name: getattr(survey, name)
        for name in ("languages", "panel_ids", "points", "minutes", "shuffles_questions", "shows_results")
    }
    for name in TEXTS:
        data |= spread(name, getattr(survey, name))
    form = SurveyForm(data={**data, "owner_id": survey.owner_id or 0})
    form.owner_id.choices = [SelectChoice(0, _l("Nobody")), *(SelectChoice(*owner) for owner in owners)]
    known = {panel.id: panel.name for panel in panels}
    form.panel_ids.choices = [
        *(SelectChoice(*panel) for panel in known.items()),
        # A panel that was closed meanwhile can still be taken out.
        *(SelectChoice(row.panel_id, row.panel.name) for row in survey.panels if row.panel_id not in known),
    ]
    keep_languages(form, TEXTS, survey.languages)
    if is_fixed:
        for name in ("languages", "panel_ids", "points", "shuffles_questions"):
            del form[name]
    return form


class ShortForm(Form):
    """One question and nothing else, in the writer's language: a quick poll, or a question from an idea."""

    text = BlockField(_l("Question"), [required(), length(most=TEXT_MOST)])
    kind = RadioField(_l("Answered by"))
    options = BlockField(_l("Answers"), [length(most=SHORT_ROWS * OPTION_MOST)])
    panel_id = SelectField(_l("Panel"), coerce=int)
    asked_of = RadioField(
        _l("Ask"),
        choices=[SelectChoice(each, naming.ASKED_OF[each]) for each in ASKED_OF],
        default=ASKED_OF[0],
    )
    closes_at = MomentField(_l("Closes"), [Optional()])
    shows_results = BooleanField(_l("Whoever has answered sees the results"), default=True)

    def tell_counts(self, counts: Mapping[str, int]) -> "ShortForm":
        """Say beside each choice how many are asked."""
        self.asked_of.choices = [
            SelectChoice(each, f"{naming.ASKED_OF[each]} · {format_number(counts[each])}")
            for each in ASKED_OF
        ]
        return self

    def option_texts(self) -> list[dict[str, Any]]:
        """The answers, one a line."""
        lines = [line.strip() for line in (self.options.data or "").splitlines()]
        return [{"text": {current_locale(): line}} for line in lines if line]


def short_form(*, is_poll: bool, panels: Sequence[PanelChoice]) -> ShortForm:
    """The form of a poll, or of a question from an idea."""
    form = ShortForm()
    offered = POLL_KINDS if is_poll else IDEA_KINDS
    form.kind.choices = [SelectChoice(kind, naming.KINDS[kind].name) for kind in offered]
    form.kind.process_data(form.kind.data or offered[0])
    form.panel_id.choices = [SelectChoice(panel.id, panel.name) for panel in panels]
    if is_poll:
        del form.asked_of
    else:
        del form.panel_id
    return form


def _first(languages: Sequence[str]) -> str:
    locale = current_locale()
    return locale if locale in languages or not languages else languages[0]
