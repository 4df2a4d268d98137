"""All surveys, and beginning one: a survey, a quick poll, or a question from an idea."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.ideas.models import Idea
from community.ideas.queries import ideas
from community.infra import clock, language, limits, paging, unsent, web
from community.infra.errors import Forbidden, Invalid
from community.infra.forms import answer
from community.infra.unsent import keeps_text
from community.members.models import Member
from community.statistics.intervals import MIN_SHOWN
from community.surveys import naming, policy, standards, states
from community.surveys.actions import building, opening
from community.surveys.drafting import Draft
from community.surveys.forms.building import NewForm, ShortForm, short_form
from community.surveys.models import ASKED_OF, Survey
from community.surveys.queries import reach
from community.surveys.queries import surveys as queries
from community.surveys.staff.access import blueprint

TABS = {
    "now": (*states.BUILDING, "open", "closed"),
    "open": ("open",),
    "building": states.BUILDING,
    "to_tell": ("closed",),
    "told": ("told_back",),
}
POLL_DAYS = 14


@blueprint.get("")
def index() -> Response:
    """The surveys this member of staff works on."""
    tab = web.argument("tab") if web.argument("tab") in TABS else "now"
    page = queries.list_surveys(
        web.viewer(), states=TABS[tab], number=paging.page_number(web.argument("page"))
    )
    names = queries.list_panel_names([line.id for line in page.items], locale=language.current_locale())
    return web.page("surveys/staff/index.html", page=page, tab=tab, panel_names=names, naming=naming)


@blueprint.route("/new", methods=["GET", "POST"])
@keeps_text
@limits.by_member(limits.WRITE)
def new() -> BaseResponse:
    """Begin a survey."""
    viewer, locale = web.viewer(), language.current_locale()
    panels = queries.list_panel_choices(viewer, locale=locale)
    only = [panel.id for panel in panels] if len(panels) == 1 else []
    form = NewForm(data={"languages": [locale], "start": "empty", "panel_ids": only}).offer(panels)
    if form.was_sent():
        try:
            survey = building.create_survey(viewer, settings=form.settings(), start=form.start.data)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return web.see_other("surveys_staff.questions", survey_id=survey.id)
    return answer("surveys/staff/new.html", form, panels=panels, starts=standards.STARTS)


@blueprint.route("/polls/new", methods=["GET", "POST"])
@keeps_text
@limits.by_member(limits.WRITE)
def new_poll() -> BaseResponse:
    """Ask one question above a board."""
    viewer, locale = web.viewer(), language.current_locale()
    panels = queries.list_panel_choices(viewer, locale=locale)
    form = short_form(is_poll=True, panels=panels)
    if unsent.opens_anew():
        form.closes_at.process_data(clock.now() + timedelta(days=POLL_DAYS))
    if form.was_sent():
        settings = _short_settings(form, panel_id=form.panel_id.data)
        survey = _begin(form, viewer, settings=settings, kind="poll")
        if survey is not None:
            return web.see_other("surveys_staff.show", survey_id=survey.id)
    only_in = _only_in([panel.id for panel in panels])
    return answer("surveys/staff/new_poll.html", form, only_in=only_in)


@blueprint.route("/ideas/<int:idea_id>/new", methods=["GET", "POST"])
@keeps_text
@limits.by_member(limits.WRITE)
def new_from_idea(idea_id: int) -> BaseResponse:
    """Ask one question of those around an idea."""
    viewer, idea = web.viewer(), _idea(idea_id)
    if not policy.can_ask_panels(viewer, [idea.panel_id]):
        raise Forbidden()
    counts = reach.count_around_idea(idea)
    form = short_form(is_poll=False, panels=()).tell_counts(counts)
    if web.argument("asked_of") in ASKED_OF and unsent.opens_anew():
        form.asked_of.process_data(web.argument("asked_of"))
    if form.was_sent():
        settings = _short_settings(form, panel_id=idea.panel_id)
        survey = _begin(
            form, viewer, settings=settings, kind="idea", idea_id=idea.id, asked_of=form.asked_of.data
        )
        if survey is not None:
            return web.see_other("surveys_staff.show", survey_id=survey.id)
    idea = _idea(idea_id)
    return answer(
        "surveys/staff/new_from_idea.html",
        form,
        idea=idea,
        is_asked_of_few=min(counts.values()) < MIN_SHOWN,
        only_in=_only_in([idea.panel_id]),
    )


def _idea(idea_id: int) -> Idea:
    seen = ideas.get_idea(idea_id, web.viewer())
    if seen.root_id != seen.idea.id:
        return ideas.get_idea(seen.root_id, web.viewer()).idea
    return seen.idea


def _only_in(panel_ids: Sequence[int]) -> str:
    """The language a short question is asked in, if members of the panels read others too."""
    locale = language.current_locale()
    return language.NAMES[locale] if reach.has_readers_beside(locale, panel_ids=panel_ids) else ""


def _short_settings(form: ShortForm, *, panel_id: int) -> building.Settings:
    locale = language.current_locale()
    title = " ".join((form.text.data or "").split())
    return {
        "title": {
            locale: title if len(title) <= building.TITLE_MOST else title[: building.TITLE_MOST - 1] + "…"
        },
        "languages": [locale],
        "panel_ids": [panel_id],
        "minutes": 1,
        "shows_results": form.shows_results.data,
    }


def _begin(form: ShortForm, viewer: Member, **given: Any) -> Survey | None:
    """The survey with its one question, opened if that was asked for; None if something is refused."""
    options = form.option_texts() if form.kind.data in ("single", "several") else []
    draft = Draft(text={language.current_locale(): form.text.data or ""}, options=options)
    try:
        survey = building.create_survey(viewer, question=(form.kind.data, draft), **given)
    except Invalid as refusal:
        form.refuse(Invalid(refusal.message, field=(refusal.field or "").partition("_")[0]))
        return None
    try:
        if request.form.get("open") == "1":
            opening.plan_opening(survey, by=viewer, opens_at=None, closes_at=form.closes_at.data)
            web.say(_("It is open."))
    except Invalid as refusal:
        web.say(refusal.message)
    return survey
