"""Telling back: what was heard in the answers and what is done about it."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.activity import actions as activity
from community.infra import clock, text
from community.infra.db import lock, unit_of_work
from community.infra.errors import Check, Conflict, Invalid, unchecked
from community.infra.language import NAMES
from community.members.models import Member
from community.surveys import drafting, states
from community.surveys.models import Survey

HEARD_MOST = 10_000


def write_heard(
    survey: Survey, *, by: Member, heard: Mapping[str, str], check: Check[Survey] = unchecked
) -> None:
    """Keep what will be told, or correct what was told; nobody hears of it by this."""
    with unit_of_work():
        survey = lock(Survey, survey.id)
        if states.is_building(survey.state):
            raise Conflict(_l("Nobody has answered yet."))
        check(survey)
        _write(survey, heard)
        if survey.state == "told_back":
            _check_whole(survey)
        activity.record("survey.changed", subject=survey, actor=by, panel_id=survey.only_panel_id, heard=True)


def tell_back(
    survey: Survey, *, by: Member, heard: Mapping[str, str], check: Check[Survey] = unchecked
) -> None:
    """Tell those who answered what was heard and what is done; Invalid if a language is missing."""
    with unit_of_work():
        survey = lock(Survey, survey.id)
        states.check_move(survey.state, "told_back")
        check(survey)
        _write(survey, heard)
        _check_whole(survey)
        survey.state, survey.told_back_at = "told_back", clock.now()
        activity.record(
            "survey.told_back",
            subject=survey,
            actor=by,
            panel_id=survey.only_panel_id,
            title=survey.title,
            excerpt={locale: text.excerpt(words) for locale, words in survey.heard.items()},
        )


def _write(survey: Survey, heard: Mapping[str, str]) -> None:
    written = drafting.texts_in(heard, survey.languages, block=True)
    drafting.check_length(written, HEARD_MOST, field="heard")
    survey.heard = written
    survey.heard_html = {locale: text.render_markdown(words) for locale, words in written.items()}


def _check_whole(survey: Survey) -> None:
    for locale in drafting.missing_languages(survey.heard, survey.languages):
        message = _("Please write it in %(language)s too.", language=NAMES[locale])
        raise Invalid(message, field=f"heard_{locale}")
