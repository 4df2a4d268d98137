"""The page of one case, and what is done on it."""

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from community.cases import policy
from community.cases.actions import assigning, correcting, promises, replies, resolving
from community.cases.forms.answers import (
    AssignForm,
    BreakForm,
    NoteForm,
    ProcessForm,
    PromiseForm,
    ReplyForm,
    ResolveForm,
)
from community.cases.models import Case
from community.cases.queries import doors, files, owners
from community.cases.staff.access import blueprint
from community.cases.staff.case_page import show_case
from community.feedback.models import FIELDS
from community.infra import limits, paging, web
from community.infra.errors import Conflict, Forbidden, Invalid
from community.infra.unsent import keeps_text
from community.members.models import Member


@blueprint.get("/<int:case_id>")
def show(case_id: int) -> Response:
    """The words, their author's story, what was said since, and what can be done."""
    return show_case(doors.get_case(case_id, web.viewer()))


@blueprint.get("/<int:case_id>/texts")
def texts(case_id: int) -> Response:
    """All texts of a case that holds many."""
    case = doors.get_case(case_id, web.viewer())
    number = paging.page_number(web.argument("page"))
    page = files.list_items(case.id, number=number, per_page=files.ITEMS_PER_PAGE)
    return web.page("cases/staff/texts.html", case=case, page=page)


@blueprint.post("/<int:case_id>/reply")
@keeps_text
@limits.by_member(limits.WRITE)
def reply(case_id: int) -> BaseResponse:
    """Tell the authors something."""
    case = _case_to_answer(case_id)
    form = ReplyForm()
    if form.was_sent():
        try:
            replies.reply(case, web.viewer(), body=form.body.data, seen=form.seen.data)
        except (Invalid, Conflict) as refusal:
            form.refuse(refusal)
        else:
            count = files.count_authors(case.id)
            web.say(
                ngettext("Sent. The author is being told.", "Sent. %(num)d authors are being told.", count)
            )
            return web.see_other("cases_staff.show", case_id=case_id)
    return show_case(doors.get_case(case_id, web.viewer()), status=422, reply_form=form)


@blueprint.post("/<int:case_id>/note")
@keeps_text
@limits.by_member(limits.WRITE)
def note(case_id: int) -> BaseResponse:
    """Write something down for the team."""
    case = doors.get_case(case_id, web.viewer())
    form = NoteForm()
    if form.was_sent():
        try:
            replies.add_note(case, web.viewer(), body=form.body.data)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Noted. Only the team sees it."))
            return web.see_other("cases_staff.show", case_id=case_id, _anchor="conversation")
    return show_case(case, status=422, note_form=form)


@blueprint.post("/<int:case_id>/assign")
@keeps_text
@limits.by_member(limits.WRITE)
def assign(case_id: int) -> BaseResponse:
    """Hand the case over."""
    case = _case_to_answer(case_id)
    form = AssignForm().offer(owners.list_owners(case.panel_id))
    if form.was_sent():
        try:
            owner = _chosen_owner(form, case)
            assigning.assign_case(case, owner, by=web.viewer(), note=form.note.data or "")
        except (Invalid, Conflict) as refusal:
            form.refuse(refusal)
        else:
            name = owner.display_name if owner is not None else ""
            web.say(
                _("It is on %(name)s’s desk now.", name=name) if name else _("It is on the triage desk now.")
            )
            return web.see_other("cases_staff.show", case_id=case_id)
    return show_case(doors.get_case(case_id, web.viewer()), status=422, assign_form=form)


@blueprint.post("/<int:case_id>/process-owner")
@limits.by_member(limits.WRITE)
def assign_process(case_id: int) -> BaseResponse:
    """Say who answers for the process behind it."""
    case = _case_to_answer(case_id)
    form = ProcessForm().offer(owners.list_owners(case.panel_id))
    if form.was_sent():
        try:
            owner = _chosen_owner(form, case)
            assigning.assign_process_owner(case, owner, by=web.viewer())
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Done."))
            return web.see_other("cases_staff.show", case_id=case_id)
    return show_case(doors.get_case(case_id, web.viewer()), status=422, process_form=form)


@blueprint.post("/<int:case_id>/promise")
@keeps_text
@limits.by_member(limits.WRITE)
def promise(case_id: int) -> BaseResponse:
    """Promise the authors something by a day."""
    case = _case_to_answer(case_id)
    form = PromiseForm()
    if form.was_sent():
        try:
            promises.make_promise(
                case, web.viewer(), words=form.promise.data, promised_on=form.promised_on.data
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Promised. The member sees it with its day."))
            return web.see_other("cases_staff.show", case_id=case_id)
    return show_case(doors.get_case(case_id, web.viewer()), status=422, promise_form=form)


@blueprint.post("/<int:case_id>/promise/kept")
@limits.by_member(limits.WRITE)
def keep_promise(case_id: int) -> BaseResponse:
    """What was promised is done."""
    promises.keep_promise(_case_to_answer(case_id), web.viewer())
    web.say(_("Kept. The member is being told."))
    return web.see_other("cases_staff.show", case_id=case_id)


@blueprint.post("/<int:case_id>/promise/broken")
@keeps_text
@limits.by_member(limits.WRITE)
def break_promise(case_id: int) -> BaseResponse:
    """What was promised cannot be done."""
    case = _case_to_answer(case_id)
    form = BreakForm()
    if form.was_sent():
        try:
            promises.break_promise(case, web.viewer(), reason=form.reason.data)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            web.say(_("The member is being told, with your reason."))
            return web.see_other("cases_staff.show", case_id=case_id)
    return show_case(doors.get_case(case_id, web.viewer()), status=422, break_form=form)


@blueprint.post("/<int:case_id>/resolve")
@keeps_text
@limits.by_member(limits.WRITE)
def resolve(case_id: int) -> BaseResponse:
    """Say what became of it; the authors are asked whether it helped."""
    case = _case_to_answer(case_id)
    form = ResolveForm()
    if form.was_sent():
        try:
            resolving.resolve(
                case,
                web.viewer(),
                outcome=form.outcome.data,
                body=form.body.data or "",
                promised_on=form.promised_on.data,
                with_cases=form.with_cases.data,
                seen=form.seen.data,
            )
        except (Invalid, Conflict) as refusal:
            form.refuse(refusal)
        else:
            web.say(
                _("Resolved.")
                if form.outcome.data == "no_reply_needed"
                else _("Resolved. The member is asked whether it helped.")
            )
            return web.see_other("cases_staff.show", case_id=case_id)
    return show_case(doors.get_case(case_id, web.viewer()), status=422, resolve_form=form)


@blueprint.post("/<int:case_id>/correct")
@limits.by_member(limits.WRITE)
def correct(case_id: int) -> BaseResponse:
    """Say what the words are; the site learns from it, and the case follows."""
    case = _case_to_answer(case_id)
    said = {field: request.form[field] for field in FIELDS if request.form.get(field)}
    correcting.correct_case(case, web.viewer(), said=said)
    web.say(_("Corrected. Texts like this one are read this way from now on."))
    return web.see_other("cases_staff.show", case_id=case_id)


def _case_to_answer(case_id: int) -> Case:
    case = doors.get_case(case_id, web.viewer())
    if not policy.can_answer_case(web.viewer(), case):
        raise Forbidden()
    return case


def _chosen_owner(form: AssignForm | ProcessForm, case: Case) -> Member | None:
    chosen = form["owner_id"].data or ""
    if not chosen:
        return None
    owner = owners.find_owner(int(chosen), case.panel_id) if chosen in form.known_ids else None
    if owner is None:
        raise Invalid(_("Please choose one of the options."), field="owner_id")
    return owner
