"""All files that somebody asked for, and asking for all feedback of some panels as a file."""

from typing import Any

from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import language, limits, web
from community.infra.errors import Forbidden, Refusal, TooMany
from community.infra.forms import answer
from community.insights import policy
from community.insights.actions import filing, taking_away
from community.insights.forms.feedback_files import FORMATS, FeedbackFileForm, feedback_file_form
from community.insights.queries import choices
from community.insights.queries import files as queries
from community.insights.staff.access import blueprint, can_build


@blueprint.get("/files")
def files() -> BaseResponse:
    """The files of this person, and the form for another one."""
    if web.wants_fragment():
        return web.page("insights/staff/_all_files.html", files=queries.list_files(web.viewer()))
    return _page(_form(_looked_at()))


@blueprint.post("/files")
@limits.by_member(limits.WRITE)
def ask_feedback_file() -> BaseResponse:
    """Ask for the feedback of some panels as a file."""
    if not can_build():
        raise Forbidden()
    form = _form({})
    if form.was_sent():
        try:
            taking_away.ask_for_feedback(
                form.scope(),
                web.viewer(),
                file_format=form.format.data,
                locale=language.current_locale(),
                has_bom=form.has_bom.data,
                has_people="has_people" in form and form.has_people.data,
            )
        except TooMany:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Your file is being made."))
            return web.see_other("insights_staff.files", _anchor="files")
    return _page(form)


def _form(like: dict[str, Any]) -> FeedbackFileForm:
    viewer = web.viewer()
    there_is = choices.list_choices(viewer, locale=language.current_locale())
    panel_ids = [panel_id for panel_id, _name in there_is.panels]
    return feedback_file_form(
        there_is, can_have_people=policy.can_export_people(viewer, panel_ids), like=like
    )


def _looked_at() -> dict[str, Any]:
    """What the person had chosen on the page they come from."""
    given = {name: web.argument_id(name) for name in ("panel", "topic")}
    like: dict[str, Any] = {f"{name}_ids": [value] for name, value in given.items() if value is not None}
    if spoken := web.argument("language"):
        like["languages"] = [spoken]
    return like


def _page(form: FeedbackFileForm) -> BaseResponse:
    return answer(
        "insights/staff/files.html",
        form,
        files=queries.list_files(web.viewer()),
        formats=FORMATS,
        can_build=can_build(),
        kept_days=filing.KEPT_FOR.days,
        at_once=filing.AT_ONCE,
    )
