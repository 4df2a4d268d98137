"""One thing that waits, or was shown, with all that is needed to decide about it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import clock, language, limits, web
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from community.infra.forms import Form
from community.members.models import Member
from community.members.queries import get_member
from community.moderation import flags as flag_rules
from community.moderation import marking, policy, reasons, screened, verbs
from community.moderation.actions import deciding, queue
from community.moderation.actions import messages as talk
from community.moderation.doors import Subject
from community.moderation.forms.deciding import (
    AskForm,
    EditForm,
    HideForm,
    MergeForm,
    MoveForm,
    PersonForm,
    PlainForm,
)
from community.moderation.models import Decision, QueueItem
from community.moderation.queries import decisions, flags, messages, subjects, trust
from community.moderation.queries import queue as queries
from community.moderation.staff.access import blueprint
from community.moderation.staff.reading import read_at
from community.panels.models import Panel
from community.panels.queries import get_panel_by_id

# Which form a verb is decided with; the first that has been sent comes back filled in.
_FORMS: dict[str, type[Form]] = {
    "approve": PlainForm,
    "trust": PlainForm,
    "restore": PlainForm,
    "lock": PlainForm,
    "unlock": PlainForm,
    "hide": HideForm,
    "keep_private": HideForm,
    "edit": EditForm,
    "merge": MergeForm,
    "move": MoveForm,
    "warn": PersonForm,
    "pause": PersonForm,
    "suspend": PersonForm,
}
_PLAIN: dict[str, Callable[..., Decision]] = {
    "approve": deciding.approve,
    "trust": deciding.approve_and_trust,
    "restore": deciding.restore,
    "lock": deciding.shut,
    "unlock": deciding.open_again,
}
_HIDING: dict[str, Callable[..., Decision]] = {"hide": deciding.hide, "keep_private": deciding.keep_private}


@blueprint.get("/<int:item_id>")
def item(item_id: int) -> BaseResponse:
    """What waits, with the text, what stands around it and what is known; whoever opens it has it."""
    viewer = web.viewer()
    waiting = queries.get_item(item_id, viewer)
    desk = subjects.door_of(waiting.subject_type).desk
    if waiting.kind == "appealed":
        return web.see_other("moderation_staff.appeal", appeal_id=waiting.data["appeal_id"])
    if waiting.kind in verbs.KINDS_ELSEWHERE and desk is not None:
        return redirect(desk(item_id), code=303)
    subject = subjects.find_subject(waiting.subject_type, waiting.subject_id)
    if subject is None or subject.state == "deleted":
        queue.close_gone(waiting)
    else:
        queue.claim(waiting, viewer)
    return _page(waiting)


@blueprint.post("/<int:item_id>/decide")
@limits.by_member(limits.DECIDE)
def decide(item_id: int) -> BaseResponse:
    """Decide about what waits; the next of it comes up."""
    viewer = web.viewer()
    waiting = queries.get_item(item_id, viewer)
    subject = _subject_of(waiting)
    answer = _decide(subject, viewer, waiting)
    if answer is not None:
        return answer
    if web.wants_fragment():
        return Response(status=204)
    if request.args.get("next"):
        return web.back_to(request.args["next"], "moderation_staff.index")
    following = queries.find_next(viewer, but=item_id)
    if following is None:
        return web.see_other("moderation_staff.index")
    return web.see_other("moderation_staff.item", item_id=following)


@blueprint.post("/<int:item_id>/ask")
@limits.by_member(limits.WRITE)
def ask(item_id: int) -> BaseResponse:
    """Ask the author in private."""
    viewer = web.viewer()
    waiting = queries.get_item(item_id, viewer)
    form = AskForm()
    if form.was_sent():
        try:
            talk.ask(waiting, viewer, body=form.body.data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            web.say(_("The author is asked. It comes back to the queue with the answer."))
            return web.see_other("moderation_staff.index")
    return _page(queries.get_item(item_id, viewer), ask_form=form, status=422)


@blueprint.post("/<int:item_id>/release")
@limits.by_member(limits.DECIDE)
def release(item_id: int) -> BaseResponse:
    """Leave it to others."""
    queue.release(queries.get_item(item_id, web.viewer()), web.viewer())
    return web.see_other("moderation_staff.index")


@blueprint.route("/on", methods=["GET", "POST"])
@limits.by_member(limits.DECIDE)
def on_subject() -> BaseResponse:
    """Moderate something that is shown, or was decided about before; what waits about it is opened."""
    viewer = web.viewer()
    subject = subjects.get_subject(web.argument("subject"))
    if not policy.can_moderate(viewer, subject.panel_id) or subject.state == "deleted":
        raise NotFound()
    # What is decided on a page of its own is not decided here.
    if subjects.door_of(subject.type).desk is not None:
        raise NotFound()
    waiting = queries.find_standing(subject.type, subject.id, kinds=("held", "flagged", "edit"))
    if waiting is not None:
        return web.see_other("moderation_staff.item", item_id=waiting.id)
    if request.method == "POST":
        answer = _decide(subject, viewer, None)
        return (
            answer
            if answer is not None
            else web.see_other("moderation_staff.on_subject", subject=subject.key)
        )
    return _page(None, subject=subject)


def _subject_of(waiting: QueueItem) -> Subject:
    subject = subjects.find_subject(waiting.subject_type, waiting.subject_id)
    if subject is None:
        raise NotFound()
    return subject


def _decide(subject: Subject, viewer: Member, waiting: QueueItem | None) -> Response | None:
    """Carry out the verb that was sent; the page with its form if that was refused, else nothing."""
    verb = request.form.get("verb", "")
    if verb not in _FORMS:
        raise Invalid()
    kind = waiting.kind if waiting is not None else None
    open_verbs = verbs.open_to(subject, subjects.door_of(subject.type), kind=kind)
    if _FORMS[verb] is not PersonForm and verb not in open_verbs:
        # The page was opened before somebody else decided; its author is not told of what changes nothing.
        raise Conflict(_("This has been decided meanwhile."))
    form = _form(verb, subject, viewer)
    if form.was_sent():
        try:
            _act(verb, subject, viewer, waiting, form)
        except Invalid as refusal:
            if web.wants_fragment():
                raise
            form.refuse(refusal)
        else:
            web.say(
                _("Done: %(what)s. The author is told where it matters to them.", what=verbs.LABELS[verb])
            )
            return None
    return _page(waiting, subject=subject, sent=(verb, form), status=422)


def _act(verb: str, subject: Subject, viewer: Member, waiting: QueueItem | None, form: Any) -> None:
    given: dict[str, Any] = {"item": waiting, "read_at": read_at(), "message": form["message"].data or ""}
    if "note" in form:
        given["note"] = form["note"].data or ""
    if verb in _PLAIN:
        _PLAIN[verb](subject, viewer, **given)
    elif verb in _HIDING:
        _HIDING[verb](subject, viewer, reason=form.reason.data, **given)
    elif verb == "edit":
        deciding.rewrite(
            subject,
            viewer,
            words=_words(subject, form),
            reason=form.reason.data,
            check=lambda now: form.must_stand(_form("edit", now, viewer)),
            **given,
        )
    elif verb == "merge":
        deciding.merge(subject, viewer, into_id=form.into.data, **given)
    elif verb == "move":
        deciding.move(subject, viewer, panel=_panel(form.panel_id.data, viewer), **given)
    else:
        _act_on_person(form.verb.data, subject, viewer, form, given)


def _act_on_person(
    verb: str, subject: Subject, viewer: Member, form: PersonForm, given: Mapping[str, Any]
) -> None:
    reason = form["reason"].data
    if verb == "warn":
        deciding.warn(subject, viewer, reason=reason, **given)
    elif verb == "suspend":
        deciding.suspend(subject, viewer, reason=reason, **given)
    else:
        is_here = form["scope"].data == "panel" and subject.panel_id is not None
        panel = get_panel_by_id(subject.panel_id, viewer).panel if is_here and subject.panel_id else None
        if panel is None and not policy.can_moderate(viewer, None):
            raise Forbidden()
        deciding.pause(subject, viewer, reason=reason, until=form.until, panel=panel, **given)


def _panel(raw: str, viewer: Member) -> Panel:
    try:
        return get_panel_by_id(int(raw), viewer).panel
    except NotFound:
        raise Invalid(_("Please choose one of the options."), field="panel_id") from None


def _words(subject: Subject, form: EditForm) -> dict[str, Any]:
    return {name: form[name].data for name in _FIELDS.get(subject.type, ())}


# What a text of each type is made of.
_FIELDS = {"idea": ("title", "body", "tags"), "comment": ("body",), "member": ("title",)}


def _form(verb: str, subject: Subject, viewer: Member, *, is_empty: bool = False) -> Any:
    formdata = {"formdata": None} if is_empty else {}
    match _FORMS[verb]:
        case form if form is EditForm:
            made = EditForm(title=subject.title, body=subject.body, tags=", ".join(subject.tags), **formdata)
            for name in ("title", "body", "tags"):
                if name not in _FIELDS.get(subject.type, ()):
                    del made[name]
            return made
        case form if form is MoveForm:
            panels = queries.list_work_panels(viewer, locale=language.current_locale())
            return MoveForm(**formdata).offer(panels, but=subject.panel_id)
        case form if form is PersonForm:
            is_for_site = policy.can_moderate(viewer, None)
            return PersonForm(**formdata).offer(
                is_in_panel=subject.panel_id is not None, is_for_site=is_for_site
            )
        case form:
            return form(**formdata)


def _page(
    waiting: QueueItem | None,
    *,
    subject: Subject | None = None,
    sent: tuple[str, Form] | None = None,
    ask_form: AskForm | None = None,
    status: int = 200,
) -> Response:
    viewer, locale = web.viewer(), language.current_locale()
    if subject is None and waiting is not None:
        subject = subjects.find_subject(waiting.subject_type, waiting.subject_id)
    if subject is None or subject.state == "deleted":
        return web.page("moderation/staff/gone.html", item=waiting)
    door = subjects.door_of(subject.type)
    kind = waiting.kind if waiting is not None and waiting.state != "closed" else None
    is_held = waiting is not None and queue.is_held_by_another(waiting, viewer)
    can_decide = (
        policy.can_decide_about(viewer, panel_id=subject.panel_id, author_id=subject.author_id)
        and not is_held
        and not (waiting is not None and waiting.state == "closed")
    )
    author = get_member(subject.author_id) if subject.author_id is not None else None
    open_verbs = verbs.open_to(subject, door, kind=kind) if can_decide else []
    if author is None or not policy.can_vouch(viewer, author):
        open_verbs = [verb for verb in open_verbs if verb != "trust"]
    can_sanction = (
        can_decide and author is not None and policy.can_sanction(viewer, author, panel_id=subject.panel_id)
    )
    offered = {_FORMS[verb] for verb in open_verbs} | ({PersonForm} if can_sanction else set())
    forms = {
        form.__name__: _form(verb, subject, viewer, is_empty=True)
        for verb, form in _FORMS.items()
        if form in offered
    }
    if sent is not None:
        forms[type(sent[1]).__name__] = sent[1]
    found = waiting.reasons if waiting is not None else []
    return web.page(
        "moderation/staff/item.html",
        status=status,
        item=waiting,
        subject=subject,
        panel=get_panel_by_id(subject.panel_id, viewer).panel if subject.panel_id is not None else None,
        author=author,
        level=trust.level_of(author.id) if author is not None else 0,
        record=decisions.record_of(author.id) if author is not None else None,
        about_author=decisions.list_of_author(author.id, viewer, locale=locale) if author is not None else [],
        about_subject=decisions.list_of_subject(subject, viewer, locale=locale),
        objections=flags.list_objections(subject.type, subject.id),
        messages=messages.list_messages(waiting.id) if waiting is not None else [],
        found=list(dict.fromkeys(map(screened.say, found))),
        pieces={name: marking.cut(text, name, found) for name, text in _texts(subject, waiting).items()},
        context=door.context(subject),
        similar=door.similar(subject) if door.similar is not None else [],
        verbs=open_verbs,
        can_sanction=can_sanction,
        can_undo=policy.can_decide_about(viewer, panel_id=subject.panel_id, author_id=subject.author_id),
        is_held=is_held,
        labels=verbs.LABELS,
        flag_labels=flag_rules.LABELS,
        reason_labels={key: each.label for key, each in reasons.REASONS.items()},
        forms=forms,
        sent=sent[0] if sent is not None else "",
        ask_form=ask_form or AskForm(None),
        action=url_for("moderation_staff.decide", item_id=waiting.id, read=clock.now().isoformat())
        if waiting is not None
        else url_for("moderation_staff.on_subject", subject=subject.key),
        now=clock.now(),
    )


def _texts(subject: Subject, waiting: QueueItem | None) -> dict[str, str]:
    """The words that were looked at: those of the text, or of the change that was kept back."""
    if waiting is not None and waiting.kind == "edit":
        return {key: str(waiting.data[key]) for key in ("title", "body") if key in waiting.data}
    fields = _FIELDS.get(subject.type, ("body",))
    return {key: text for key, text in (("title", subject.title), ("body", subject.body)) if key in fields}
