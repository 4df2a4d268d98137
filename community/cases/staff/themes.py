"""What many say, and the outer loop of a theme's case: its cause, and what will end it."""

from collections.abc import Sequence

from flask import Response
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from community.cases import policy
from community.cases.actions import themes
from community.cases.forms.answers import CauseForm, FixForm, ThemeForm
from community.cases.models import Case
from community.cases.queries import doors
from community.cases.queries import themes as queries
from community.cases.staff.access import blueprint
from community.cases.staff.case_page import show_case
from community.feedback.queries import StaffedPanel, list_staffed_panels, topic_names
from community.infra import language, limits, web
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound
from community.panels.queries import get_panel_by_id

PERIODS = (7, 30, 90)
# Each costs a second: the busiest panels are looked into for the one to open on.
LOOKED_INTO = 3


@blueprint.get("/themes")
def list_themes() -> Response:
    """What many said lately, growing or shrinking, and what is done about its causes."""
    return _show_themes()


@blueprint.post("/themes")
@limits.by_member(limits.WRITE)
def open_theme() -> BaseResponse:
    """Open a case for the cause of what many say, or put what came since into the one that is open."""
    panel, form = _asked_panel(_panels()), ThemeForm()
    if panel is None:
        raise NotFound()
    if not form.was_sent():
        return _show_themes(refused=form)
    try:
        case = _collect(panel.id, form)
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal)
        return _show_themes(refused=form)
    return web.see_other("cases_staff.show", case_id=case.id)


@blueprint.post("/<int:case_id>/cause")
@limits.by_member(limits.WRITE)
def name_cause(case_id: int) -> BaseResponse:
    """Write down why it happens."""
    case = _case_to_work_on(case_id)
    form = CauseForm()
    if form.was_sent():
        try:
            themes.name_cause(case, web.viewer(), cause=form.cause.data)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            web.say(_("The cause is written down."))
            return web.see_other("cases_staff.show", case_id=case_id, _anchor="cause")
    return show_case(doors.get_case(case_id, web.viewer()), status=422, cause_form=form)


@blueprint.post("/<int:case_id>/fix")
@limits.by_member(limits.WRITE)
def plan_fix(case_id: int) -> BaseResponse:
    """Write down what will end it."""
    case = _case_to_work_on(case_id)
    form = FixForm()
    if form.was_sent():
        try:
            themes.plan_fix(case, web.viewer(), fix=form.fix.data)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            web.say(_("The plan is written down."))
            return web.see_other("cases_staff.show", case_id=case_id, _anchor="cause")
    return show_case(doors.get_case(case_id, web.viewer()), status=422, fix_form=form)


def _collect(panel_id: int, form: ThemeForm) -> Case:
    viewer = web.viewer()
    if form.into.data:
        case = doors.get_case(form.into.data, viewer)
        if not policy.can_answer_case(viewer, case):
            raise Forbidden()
        count = themes.add_to_theme_case(case, viewer, item_ids=form.item_ids)
        web.say(ngettext("%(num)d more text is in it.", "%(num)d more texts are in it.", count))
        return case
    panel = get_panel_by_id(panel_id, viewer).panel
    case = themes.open_theme_case(
        panel, viewer, title=form.title.data, item_ids=form.item_ids, topic_id=form.topic_id.data
    )
    web.say(_("The case is open. Find the cause, plan what ends it; resolving it tells all the authors."))
    return case


def _show_themes(*, refused: ThemeForm | None = None) -> Response:
    viewer, panels = web.viewer(), _panels()
    days = next((each for each in PERIODS if str(each) == web.argument("days")), 30)
    panel = _asked_panel(panels) or _telling_panel(panels, days=days)
    return web.page(
        "cases/staff/list_themes.html",
        status=200 if refused is None else 422,
        panels=panels,
        panel=panel,
        days=days,
        periods=PERIODS,
        themes=queries.find_themes(panel.id, days=days) if panel else None,
        cases=queries.list_theme_cases(panel.id, viewer) if panel else [],
        topic_names=topic_names(),
        refused=refused,
    )


def _panels() -> list[StaffedPanel]:
    return list_staffed_panels(web.viewer(), locale=language.current_locale(), roles=policy.ROLES)


def _asked_panel(panels: Sequence[StaffedPanel]) -> StaffedPanel | None:
    return next((each for each in panels if each.slug == web.argument("panel")), None)


def _telling_panel(panels: Sequence[StaffedPanel], *, days: int) -> StaffedPanel | None:
    """Of the busiest panels the first that has themes, else the busiest, else the first of all."""
    by_id = {each.id: each for each in panels}
    busiest = queries.list_busiest(by_id, days=days)
    telling = (each for each in busiest[:LOOKED_INTO] if queries.find_themes(each, days=days).found)
    panel_id = next(telling, next(iter(busiest), None))
    return by_id[panel_id] if panel_id is not None else next(iter(panels), None)


def _case_to_work_on(case_id: int) -> Case:
    case = doors.get_case(case_id, web.viewer())
    if not policy.can_work_on_cause(web.viewer(), case):
        raise Forbidden()
    return case
