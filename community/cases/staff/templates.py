"""Keeping the words that replies begin with."""

from typing import Any

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.cases import policy
from community.cases.actions import templates as actions
from community.cases.forms.templates import template_form
from community.cases.models import ReplyTemplate
from community.cases.queries import templates as queries
from community.cases.staff.access import blueprint
from community.infra import limits, web
from community.infra.errors import Forbidden, Invalid
from community.infra.forms import answer
from community.infra.unsent import keeps_text


@blueprint.get("/templates")
def list_templates() -> Response:
    """All templates, and in which languages they are."""
    _only_keepers()
    return web.page("cases/staff/list_templates.html", templates=queries.list_templates())


@blueprint.route("/templates/new", methods=["GET", "POST"])
@keeps_text
@limits.by_member(limits.WRITE)
def new_template() -> BaseResponse:
    """Write a template."""
    _only_keepers()
    return _template(None)


@blueprint.route("/templates/<int:template_id>", methods=["GET", "POST"])
@keeps_text
@limits.by_member(limits.WRITE)
def edit_template(template_id: int) -> BaseResponse:
    """Change a template."""
    _only_keepers()
    return _template(queries.get_template(template_id))


@blueprint.post("/templates/<int:template_id>/archive")
@limits.by_member(limits.WRITE)
def archive_template(template_id: int) -> BaseResponse:
    """Offer a template no longer."""
    _only_keepers()
    actions.archive_template(queries.get_template(template_id), by=web.viewer())
    web.say(_("It is not offered any more. Replies that began with it stay as they were sent."))
    return web.see_other("cases_staff.list_templates")


def _template(template: ReplyTemplate | None) -> BaseResponse:
    form = template_form(template)
    if form.was_sent():
        values: dict[str, Any] = {"name": form.names(), "body": form.bodies(), "kind": form.kind.data or None}
        try:
            if template is None:
                actions.create_template(**values, by=web.viewer())
            else:
                actions.edit_template(
                    template,
                    **values,
                    by=web.viewer(),
                    check=lambda locked: form.must_stand(template_form(locked)),
                )
        except Invalid as refusal:
            # Which language it is written in is for the writer to choose; the first field stands for all.
            form.refuse(Invalid(refusal.message, field=f"{refusal.field}_en"))
        else:
            web.say(_("Kept. Replies can begin with it now."))
            return web.see_other("cases_staff.list_templates")
    return answer("cases/staff/edit_template.html", form, standing=template)


def _only_keepers() -> None:
    if not policy.can_keep_templates(web.viewer()):
        raise Forbidden()
