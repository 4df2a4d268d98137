"""What I said and what became of it: the steps, the conversation, and the question whether it helped."""

from typing import Any

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.cases.actions import helping
from community.cases.forms.said import HelpForm, ReopenForm, WriteForm
from community.cases.models import Case
from community.cases.queries import conversation, said
from community.cases.views import blueprint
from community.feedback.models import FeedbackItem
from community.infra import language, limits, paging, web
from community.infra.errors import Conflict, Invalid, NotFound
from community.infra.unsent import keeps_text


@blueprint.get("/me/said")
def index() -> Response:
    """Everything I said, each with how far it has come."""
    number = paging.page_number(web.argument("page"))
    page = said.list_said(web.viewer(), locale=language.current_locale(), number=number)
    return web.page("cases/index.html", page=page)


@blueprint.get("/me/said/<int:item_id>")
def show(item_id: int) -> Response:
    """One thing I said."""
    return _show(item_id)


@blueprint.get("/me/said/case/<int:case_id>")
def of_case(case_id: int) -> BaseResponse:
    """To what I said that is answered in this case."""
    return web.see_other("cases.show", item_id=said.get_item_in_case(case_id, web.viewer()))


@blueprint.post("/me/said/<int:item_id>/reply")
@keeps_text
@limits.by_member(limits.WRITE)
def write(item_id: int) -> BaseResponse:
    """Write again."""
    item, case = _mine(item_id)
    form = WriteForm()
    if form.was_sent():
        try:
            helping.write_again(case, item, web.viewer(), body=form.body.data)
        except (Invalid, Conflict) as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Sent. Whoever looks after it is being told."))
            return web.see_other("cases.show", item_id=item_id, _anchor="conversation")
    return _show(item_id, status=422, write_form=form)


@blueprint.post("/me/said/<int:item_id>/help")
@keeps_text
@limits.by_member(limits.WRITE)
def say_whether_it_helped(item_id: int) -> BaseResponse:
    """Answer the one question."""
    item, case = _mine(item_id)
    form = HelpForm()
    if form.was_sent():
        try:
            helping.say_whether_it_helped(
                case, item, web.viewer(), rating=int(form.rating.data), comment=form.comment.data or ""
            )
        except (Invalid, Conflict) as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Thank you. That helps us to do better."))
            return web.see_other("cases.show", item_id=item_id)
    return _show(item_id, status=422, help_form=form)


@blueprint.post("/me/said/<int:item_id>/reopen")
@keeps_text
@limits.by_member(limits.WRITE)
def reopen(item_id: int) -> BaseResponse:
    """It is not solved."""
    item, case = _mine(item_id)
    form = ReopenForm()
    if form.was_sent():
        try:
            helping.reopen(case, item, web.viewer(), body=form.body.data)
        except (Invalid, Conflict) as refusal:
            form.refuse(refusal)
        else:
            web.say(_("It is open again. We’ll look at what is missing."))
            return web.see_other("cases.show", item_id=item_id)
    return _show(item_id, status=422, reopen_form=form)


def _show(item_id: int, *, status: int = 200, **sent: Any) -> Response:
    member = web.viewer()
    mine = said.get_said(item_id, member, locale=language.current_locale())
    case = conversation.find_case_of(item_id)
    link = said.get_link(case.id, item_id) if case is not None else None
    return web.page(
        "cases/show.html",
        status=status,
        said=mine,
        case=case,
        link=link,
        owner_name=said.find_owner_name(case),
        messages=conversation.list_messages_for(member, item_id),
        write_form=sent.get("write_form") or WriteForm(formdata=None),
        help_form=sent.get("help_form") or HelpForm(formdata=None, **_answered(link)),
        reopen_form=sent.get("reopen_form") or ReopenForm(formdata=None),
    )


def _answered(link: Any) -> dict[str, str]:
    if link is None or link.help_rating is None:
        return {}
    return {"rating": str(link.help_rating), "comment": link.help_comment}


def _mine(item_id: int) -> tuple[FeedbackItem, Case]:
    item = said.get_item(item_id, web.viewer())
    case = conversation.find_case_of(item.id)
    if case is None:
        raise NotFound()
    return item, case
