"""Deciding about what waits and what was shown: one verb each, written down so that it can be undone.

Queue items are locked first, then what the door of the subject locks, then members.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Check, Conflict, Forbidden, Invalid, NotFound, unchecked
from community.members.models import Member
from community.moderation import policy, reasons, verbs
from community.moderation.actions import queue, sanctions, settling, trusting
from community.moderation.doors import Change, Door, Subject
from community.moderation.models import Decision, QueueItem
from community.moderation.queries import decisions as queries
from community.moderation.queries import sanctions as sanction_queries
from community.moderation.queries import subjects
from community.moderation.queries import trust as trust_queries
from community.panels.models import Panel

LONGEST_MESSAGE = 2000
NOTHING = Change({}, {})
# A change of its author that was kept back stays undone; the text is as it was.
NOT_MADE = Change({}, {"is_made": False})


class Besides(TypedDict, total=False):
    """What can be given to any decision: the item it settles, words for the author, words for moderators.

    `read_at` is when the moderator was given what waits to read.
    """

    item: QueueItem | None
    read_at: datetime | None
    message: str
    note: str


def approve(subject: Subject, by: Member, **besides: Unpack[Besides]) -> Decision:
    """Let others see the text; a change that was kept back is made."""

    def do(subject: Subject, door: Door) -> Change:
        return _approved(subject, door, by, besides.get("item"))

    return _decide("approve", subject, by, do, **besides)


def approve_and_trust(subject: Subject, by: Member, **besides: Unpack[Besides]) -> Decision:
    """Approve the text, and answer for its author from now on."""

    def do(subject: Subject, door: Door) -> Change:
        change = _approved(subject, door, by, besides.get("item"))
        author = _author_of(subject)
        before = _vouched_level_of(author)
        after = max(before, 1)
        trusting.vouch(author, after, by=by)
        return Change(
            {**change.before, "vouched_level": before},
            {**change.after, "vouched_level": after},
        )

    return _decide("trust", subject, by, do, **besides)


def restore(subject: Subject, by: Member, **besides: Unpack[Besides]) -> Decision:
    """Let others see again what was hidden."""
    return _decide("restore", subject, by, lambda subject, door: door.show(subject.id, by), **besides)


def hide(subject: Subject, by: Member, *, reason: str, **besides: Unpack[Besides]) -> Decision:
    """Let nobody but the author and moderators read the text; a change that was kept back is not made."""

    def do(subject: Subject, door: Door) -> Change:
        item = besides.get("item")
        if item is not None and item.kind == "edit":
            return NOT_MADE
        return door.hide(subject.id, by)

    return _decide("hide", subject, by, do, reason=reason, **besides)


def keep_private(
    subject: Subject, by: Member, *, reason: str = "security", **besides: Unpack[Besides]
) -> Decision:
    """Keep the text between its author and staff, who hear it and answer it."""

    def do(subject: Subject, door: Door) -> Change:
        return _able(door.keep_private)(subject.id, by)

    return _decide("keep_private", subject, by, do, reason=reason, **besides)


def rewrite(
    subject: Subject,
    by: Member,
    *,
    words: Mapping[str, Any],
    reason: str,
    check: Check[Subject] = unchecked,
    **besides: Unpack[Besides],
) -> Decision:
    """Change what the text says, and let others see it like that."""

    def do(subject: Subject, door: Door) -> Change:
        check(subject)
        words_changed = _able(door.rewrite)(subject.id, by, words)
        shown = door.show(subject.id, by)
        return Change({**words_changed.before, **shown.before}, {**words_changed.after, **shown.after})

    return _decide("edit", subject, by, do, reason=reason, **besides)


def merge(subject: Subject, by: Member, *, into_id: int, **besides: Unpack[Besides]) -> Decision:
    """Join the text to one that says the same."""

    def do(subject: Subject, door: Door) -> Change:
        return _able(door.merge)(subject.id, by, into_id)

    return _decide("merge", subject, by, do, **besides)


def move(subject: Subject, by: Member, *, panel: Panel, **besides: Unpack[Besides]) -> Decision:
    """Put the text into another panel; what waits about it waits there."""

    def do(subject: Subject, door: Door) -> Change:
        change = _able(door.move)(subject.id, by, panel.id)
        queue.follow_move(subject.type, [subject.id], panel_id=panel.id)
        return change

    return _decide("move", subject, by, do, **besides)


def shut(subject: Subject, by: Member, **besides: Unpack[Besides]) -> Decision:
    """Let the text be read only."""
    return _decide("lock", subject, by, lambda subject, door: _able(door.lock)(subject.id, by), **besides)


def open_again(subject: Subject, by: Member, **besides: Unpack[Besides]) -> Decision:
    """Let members take part again."""
    return _decide("unlock", subject, by, lambda subject, door: _able(door.unlock)(subject.id, by), **besides)


def warn(subject: Subject, by: Member, *, reason: str, **besides: Unpack[Besides]) -> Decision:
    """Tell the author that this went too far; the text itself stays as it is."""
    with unit_of_work():
        decision = _decide("warn", subject, by, _nothing, reason=reason, **besides)
        sanctions.warn(_author_of(subject), decision=decision, by=by)
    return decision


def pause(
    subject: Subject,
    by: Member,
    *,
    reason: str,
    until: datetime,
    panel: Panel | None,
    **besides: Unpack[Besides],
) -> Decision:
    """Let the author read but not write until then, in one panel or (None) everywhere."""
    with unit_of_work():
        decision = _decide("pause", subject, by, _nothing, reason=reason, **besides)
        sanctions.pause(_author_of(subject), decision=decision, by=by, until=until, panel=panel)
    return decision


def suspend(subject: Subject, by: Member, *, reason: str, **besides: Unpack[Besides]) -> Decision:
    """Shut the author out of the whole site."""
    with unit_of_work():
        decision = _decide("suspend", subject, by, _nothing, reason=reason, **besides)
        sanctions.suspend(_author_of(subject), decision=decision, by=by)
    return decision


def undo(decision: Decision, by: Member, *, undone_as: str = "mistake") -> None:
    """Put back what the decision changed, and let wait what had waited; the decision stays in the books.

    What somebody decided later about the same stands: then only the books change, if an appeal was right,
    and a mistake is refused.
    """
    with unit_of_work():
        queue.lock_standing(decision.subject_type, decision.subject_id, also=decision.item_id)
        decision = lock(Decision, decision.id)
        if decision.undone_at is not None:
            raise Conflict(_l("This was undone already."))
        if not policy.can_undo(by, decision):
            raise Forbidden()
        _check_reach(decision, by)
        if decision.author is not None and decision.author.state == "erased":
            raise Conflict(_l("Its author was forgotten: there is nothing left to put back."))
        is_last = not queries.has_later(decision, verbs.alike(decision.verb))
        if not is_last and undone_as == "mistake":
            raise Conflict(_l("Something was decided after it. Undo that first."))
        if is_last:
            _put_back(decision, by)
        decision.undone_at, decision.undone_by_id, decision.undone_as = clock.now(), by.id, undone_as
        record(
            "moderation.undone",
            subject=decision,
            actor=by,
            panel_id=decision.panel_id,
            **_told_of(decision),
            undone_as=undone_as,
            before=_short(decision.after),
            after=_short(decision.before),
        )
        if undone_as == "mistake":
            settling.close_granted(decision)


def write_down(
    verb: str,
    subject: Subject,
    by: Member | None,
    *,
    change: Change,
    item: QueueItem | None = None,
    reason: str | None = None,
    message: str = "",
    note: str = "",
) -> Decision:
    """Keep the decision in the books, in the unit of work in which it was carried out."""
    with unit_of_work() as session:
        decision = Decision(
            item_id=item.id if item is not None else None,
            subject_type=subject.type,
            subject_id=subject.id,
            panel_id=subject.panel_id,
            author_id=subject.author_id,
            moderator_id=by.id if by is not None else None,
            verb=verb,
            reason=reason,
            message=message,
            note=note,
            before=change.before,
            after=change.after,
            opened_at=item.opened_at if item is not None else None,
            decided_at=clock.now(),
        )
        session.add(decision)
        session.flush()
        record(
            "moderation.decided",
            subject=decision,
            actor=by,
            panel_id=subject.panel_id,
            **_told_of(decision),
            before=_short(change.before),
            after=_short(change.after),
        )
    return decision


def _decide(
    verb: str,
    subject: Subject,
    by: Member,
    do: Callable[[Subject, Door], Change],
    *,
    item: QueueItem | None = None,
    read_at: datetime | None = None,
    reason: str | None = None,
    message: str = "",
    note: str = "",
) -> Decision:
    _check_words(verb, reason=reason, message=message, note=note)
    with unit_of_work():
        standing = queue.lock_standing(subject.type, subject.id)
        if item is not None:
            item = queue.lock_free(item, by)
            if item.kind in verbs.KINDS_ELSEWHERE:
                raise Conflict(_l("This is decided on a page of its own."))
            # What nobody has read yet is not let through.
            if read_at is not None and item.changed_at is not None and item.changed_at > read_at:
                raise Conflict(_l("Its author has changed it meanwhile. Please read it again."))
        found = subjects.find_subject(subject.type, subject.id)
        if found is None or found.state == "deleted":
            raise NotFound()
        if not policy.can_decide_about(by, panel_id=found.panel_id, author_id=found.author_id):
            raise Forbidden()
        change = do(found, subjects.door_of(found.type))
        decision = write_down(
            verb, found, by, change=change, item=item, reason=reason, message=message, note=note
        )
        if item is not None and verbs.is_about_change(verb, item.kind):
            queue.close(item)
            return decision
        for waiting in standing:
            if waiting.state != "closed" and verbs.settles(verb, waiting.kind, is_it=waiting is item):
                queue.close(waiting)
        _settle_flags(verb, found, by)
    return decision


def _settle_flags(verb: str, subject: Subject, by: Member) -> None:
    agreed = verbs.agrees_with_flags(verb)
    if agreed is None:
        return
    settling.settle_flags(subject.type, subject.id, agreed=agreed)
    if not agreed:
        # What the threshold had hidden was looked at, and is well.
        for automatic in queries.list_automatic(subject):
            automatic.undone_at, automatic.undone_by_id = clock.now(), by.id
            automatic.undone_as = "mistake"


def _approved(subject: Subject, door: Door, by: Member, item: QueueItem | None) -> Change:
    if item is not None and item.kind == "edit":
        return _able(door.apply_edit)(subject.id, by, item.data)
    return door.show(subject.id, by)


def _nothing(_subject: Subject, _door: Door) -> Change:
    return NOTHING


def _check_reach(decision: Decision, by: Member) -> None:
    """Refuse what reaches beyond where they moderate: a text that was moved away, a pause from the site."""
    subject = subjects.find_subject(decision.subject_type, decision.subject_id)
    touched = {sanction.panel_id for sanction in sanction_queries.list_of_decision(decision.id)}
    if subject is not None:
        touched.add(subject.panel_id)
    if not all(policy.can_moderate(by, panel_id) for panel_id in touched):
        raise Forbidden(_l("This reaches beyond your panels. A moderator of the site can do it."))


def _put_back(decision: Decision, by: Member) -> None:
    subject = subjects.find_subject(decision.subject_type, decision.subject_id)
    is_gone = subject is None or subject.state == "deleted"
    if subject is not None and not is_gone:
        _put_back_text(decision, subject, by)
    if "vouched_level" in decision.before and decision.author is not None:
        trusting.vouch(decision.author, decision.before["vouched_level"], by=by)
    sanctions.end_of(decision, by=by)
    item = None if is_gone else decision.item
    if item is not None and verbs.settles(decision.verb, item.kind, is_it=True):
        queue.reopen(item)
        if item.kind == "flagged":
            settling.reopen_flags(decision.subject_type, decision.subject_id)


def _put_back_text(decision: Decision, subject: Subject, by: Member) -> None:
    door, subject_id, before = subjects.door_of(decision.subject_type), decision.subject_id, decision.before
    if decision.verb == "merge":
        _able(door.unmerge)(subject_id, by)
    if "panel_id" in before:
        _able(door.move_back)(subject_id, by, before["panel_id"])
        queue.follow_move(decision.subject_type, [subject_id], panel_id=before["panel_id"])
    if before.get("is_locked") != decision.after.get("is_locked"):
        _able(door.lock if before["is_locked"] else door.unlock)(subject_id, by)
    if _says_what_was_decided(subject, decision):
        _able(door.rewrite)(subject_id, by, before)
    if before.get("state") != decision.after.get("state"):
        put = {"published": door.show, "waiting": door.wait, "hidden": door.hide}
        put[before["state"]](subject_id, by)
    if door.undo is not None:
        door.undo(subject_id, by, before)


def _says_what_was_decided(subject: Subject, decision: Decision) -> bool:
    """Whether words were changed and stand like that; what their author has written since then stays."""
    words = {"title": subject.title, "body": subject.body, "tags": list(subject.tags)}
    decided = {key: decision.after[key] for key in words if key in decision.before}
    return bool(decided) and all(words[key] == decided[key] for key in decided)


def _able(verb: Callable[..., Change] | None) -> Callable[..., Change]:
    """The verb, if the door of the subject has it."""
    if verb is None:
        raise Invalid()
    return verb


def _author_of(subject: Subject) -> Member:
    author = db.session.get(Member, subject.author_id) if subject.author_id is not None else None
    if author is None or author.state == "erased":
        raise Conflict(_l("Its author is no longer here."))
    return author


def _vouched_level_of(author: Member) -> int:
    standing = trust_queries.find_standing(author.id)
    return standing.vouched_level if standing is not None else 0


def _check_words(verb: str, *, reason: str | None, message: str, note: str) -> None:
    if verb in verbs.NEED_REASON and reason not in reasons.REASONS:
        raise Invalid(_l("Please choose a reason. The author is told."), field="reason")
    for field, text in (("message", message), ("note", note)):
        if len(text) > LONGEST_MESSAGE:
            raise Invalid(_l("Please use at most %(max)d characters.", max=LONGEST_MESSAGE), field=field)


def _told_of(decision: Decision) -> dict[str, Any]:
    return {
        "verb": decision.verb,
        "about": f"{decision.subject_type}:{decision.subject_id}",
        "reason": decision.reason,
    }


def _short(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What a log needs: where it stands, not what it says."""
    return {key: value for key, value in facts.items() if key not in ("title", "body", "tags", "is_made")}
