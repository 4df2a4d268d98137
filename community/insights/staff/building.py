"""Building a report: its kind, what it is about, a look at what would be in it, and running it."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import language, limits, web
from community.infra.errors import Forbidden, Invalid
from community.infra.forms import answer
from community.insights import kinds
from community.insights.actions import asking, templates
from community.insights.forms.building import BuildForm, build_form
from community.insights.kinds.contract import Kind
from community.insights.queries import choices, doors, looking, scopes
from community.insights.staff.access import blueprint, can_build


@blueprint.get("/new")
def new() -> BaseResponse:
    """Choose a kind, then what the report is about."""
    _check()
    template_id = web.argument_id("template")
    like = doors.get_template(template_id, web.viewer()) if template_id is not None else None
    kind = kinds.KINDS.get(like.kind if like is not None else web.argument("kind"))
    if kind is None:
        return web.page("insights/staff/kinds.html", kinds=kinds.KINDS)
    return _page(kind, build_form(kind, _choices(), like=like))


@blueprint.post("/new")
@limits.by_member(limits.WRITE)
def create() -> BaseResponse:
    """Ask for the report."""

    def ask(form: BuildForm) -> BaseResponse:
        report = asking.ask_for_report(
            web.viewer(),
            kind=form.kind.data,
            scope=form.scope(),
            locale=form.locale.data,
            title=form.title.data,
        )
        return web.see_other("insights_staff.progress", report_id=report.id)

    return _sent(ask)


@blueprint.post("/new/look")
@limits.by_member(limits.SEARCH)
def preview() -> BaseResponse:
    """Say what would be in the report."""

    def look(form: BuildForm) -> BaseResponse:
        kind = kinds.KINDS[form.kind.data]
        scope = asking.check_scope(web.viewer(), kind=kind.key, scope=form.scope())
        return _page(
            kind,
            form,
            look=looking.look(scope, kind),
            filters=scopes.in_words(scope, heeds=kind.heeds | kind.needs),
        )

    return _sent(look)


@blueprint.post("/templates")
@limits.by_member(limits.WRITE)
def save_template() -> BaseResponse:
    """Keep the choices as a template."""

    def save(form: BuildForm) -> BaseResponse:
        templates.save_template(
            web.viewer(),
            name=form.name.data,
            kind=form.kind.data,
            scope=form.scope(),
            period=form.period.data if form.period else "fixed",
            locale=form.locale.data,
        )
        web.say(_("The template is kept."))
        return web.see_other("insights_staff.templates")

    return _sent(save)


def _sent(act: Callable[[BuildForm], BaseResponse]) -> BaseResponse:
    _check()
    kind = kinds.KINDS.get(request.form.get("kind", ""))
    if kind is None:
        return web.see_other("insights_staff.new")
    form = build_form(kind, _choices())
    if form.was_sent():
        try:
            return act(form)
        except Invalid as refusal:
            form.refuse(refusal)
    return _page(kind, form)


def _check() -> None:
    """Owners read reports and build none."""
    if not can_build():
        raise Forbidden()


def _choices() -> choices.Choices:
    return choices.list_choices(web.viewer(), locale=language.current_locale())


def _page(kind: Kind, form: BuildForm, **values: Any) -> Response:
    return answer(
        "insights/staff/new.html", form, kind=kind, look=values.pop("look", None),
        filters=values.pop("filters", ()), **values,
    )  # fmt: skip
