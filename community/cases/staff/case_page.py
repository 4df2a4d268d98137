"""Putting the page of one case together."""

from datetime import timedelta
from typing import Any

from flask import Response
from flask_babel import format_timedelta

from community.cases import clocks, explaining, policy
from community.cases.clocks import Hours
from community.cases.forms.answers import (
    AssignForm,
    BreakForm,
    CauseForm,
    FixForm,
    NoteForm,
    ProcessForm,
    PromiseForm,
    ReplyForm,
    ResolveForm,
)
from community.cases.models import Case
from community.cases.queries import conversation, files, owners, templates
from community.feedback import policy as feedback_policy
from community.feedback.models import FeedbackItem
from community.feedback.queries import topic_names
from community.feedback.staff.items import teaching_values
from community.infra import clock, language, paging, web

FORMS: dict[str, Any] = {
    "reply_form": ReplyForm,
    "note_form": NoteForm,
    "promise_form": PromiseForm,
    "break_form": BreakForm,
    "resolve_form": ResolveForm,
    "cause_form": CauseForm,
    "fix_form": FixForm,
    "assign_form": AssignForm,
    "process_form": ProcessForm,
}


def show_case(case: Case, *, status: int = 200, **sent: Any) -> Response:
    """The page with all its forms; one that was sent and refused stands filled in as it was sent."""
    viewer, locale = web.viewer(), language.current_locale()
    page = files.list_items(case.id)
    items = [each.item for each in page.items]
    first = items[0] if items else None
    messages = conversation.list_messages(case.id)
    answer_in = templates.locale_of(case, first.author.locale if first and first.author else None)
    # Whoever sends a form has now read what stands on the page, also if it came back.
    newest = max((message.id for message in messages if not message.is_note), default=0)
    clock_reading = clocks.read(case, Hours.of(owners.get_working_hours()), now=clock.now())
    return web.page(
        "cases/staff/show.html",
        status=status,
        case=case,
        # What was corrected a moment ago stands in the text before it stands in the case.
        facts=case if case.is_theme or len(items) != 1 else items[0],
        rated=page,
        messages=messages,
        events=files.list_events(case.id),
        stories=files.list_stories(items, viewer),
        similar=files.list_similar(case, items, viewer),
        offered=templates.list_offered(case.kind, locale=locale),
        author_count=files.count_authors(case.id),
        clock=clock_reading,
        waited=_span(clock_reading.customer),
        worked=_span(clock_reading.business),
        why=explaining.why_here(case),
        can_answer=policy.can_answer_case(viewer, case),
        can_work_on_cause=policy.can_work_on_cause(viewer, case),
        **_teaching(first, viewer),
        **_forms(case, sent, newest=newest, beginning=_beginning(viewer, answer_in)),
    )


def _forms(case: Case, sent: dict[str, Any], *, newest: int, beginning: str) -> dict[str, Any]:
    forms = {name: sent.get(name) or _new(form, case) for name, form in FORMS.items()}
    people = owners.list_owners(case.panel_id)
    forms["assign_form"].offer(people)
    forms["process_form"].offer(people)
    if "reply_form" not in sent:
        forms["reply_form"].body.data = beginning
    for name in ("reply_form", "resolve_form"):
        forms[name].seen.process_data(newest)
        forms[name].seen.raw_data = None
    return forms


def _new(form: Any, case: Case) -> Any:
    # Without what was sent: that was meant for another form of this page.
    if form is AssignForm:
        return form(formdata=None, owner_id=str(case.owner_id or ""))
    if form is ProcessForm:
        return form(formdata=None, owner_id=str(case.process_owner_id or ""))
    if form in (CauseForm, FixForm):
        return form(formdata=None, obj=case)
    return form(formdata=None)


def _teaching(item: FeedbackItem | None, viewer: Any) -> dict[str, Any]:
    if item is None or not feedback_policy.can_correct_item(viewer, item.panel_id):
        return {"teaching": None, "topic_names": topic_names()}
    return teaching_values(item)


def _beginning(viewer: Any, locale: str) -> str:
    """What the reply begins with: a template, or what was replied to somebody else, if one was chosen."""
    template_id, message_id = paging.after_id(web.argument("template")), paging.after_id(web.argument("like"))
    if template_id:
        return templates.find_template_body(template_id, locale=locale)
    return files.find_reply_body(message_id, viewer) if message_id else ""


def _span(time: timedelta) -> str:
    return str(format_timedelta(time, granularity="minute", threshold=1.5))
