"""Authors object to a decision, and another moderator hears it."""

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound
from community.members.models import Member
from community.moderation import appealing, policy
from community.moderation.actions import deciding, queue, settling
from community.moderation.actions.opening import item_about
from community.moderation.models import Appeal, Decision, QueueItem
from community.moderation.queries import appeals as queries
from community.moderation.queries.queue import list_standing_ids
from community.moderation.queries.subjects import find_subject

ANSWER_LENGTH = 2000
# What was kept from others can be shown again; the rest is put back by undoing it.
_KEPT_BACK = ("hide", "keep_private")


def appeal(decision: Decision, member: Member, *, words: str) -> Appeal:
    """Put the author's objection before moderators; once for each decision, however often it is sent."""
    if not appealing.SHORTEST <= len(words) <= appealing.LONGEST:
        raise Invalid(
            _l(
                "Please use between %(least)d and %(most)d characters.",
                least=appealing.SHORTEST,
                most=appealing.LONGEST,
            ),
            field="words",
        )
    if decision.author_id != member.id:
        raise NotFound()
    with unit_of_work() as session:
        if (known := queries.find_appeal(decision.id)) is not None:
            return known
        # The item first: two windows of one member wait for each other here.
        item = item_about(
            "appealed",
            subject_type=decision.subject_type,
            subject_id=decision.subject_id,
            panel_id=decision.panel_id,
            author_id=decision.author_id,
            subject=find_subject(decision.subject_type, decision.subject_id),
        )
        if (known := queries.find_appeal(decision.id)) is not None:
            return known
        decision = lock(Decision, decision.id)
        if not appealing.can_be_appealed(decision, None, now=clock.now()):
            raise Conflict(_l("An appeal against this is no longer possible."))
        made = Appeal(
            decision_id=decision.id,
            member_id=member.id,
            against_id=decision.moderator_id,
            words=words,
            made_at=clock.now(),
        )
        session.add(made)
        session.flush()
        settling.describe(item, queries.list_waiting_appeals(decision.subject_type, decision.subject_id))
        record(
            "appeal.made", subject=made, actor=member, panel_id=decision.panel_id,
            decision_id=decision.id, verb=decision.verb,
        )  # fmt: skip
    return made


def decide(appeal: Appeal, by: Member, *, is_right: bool, answer: str = "") -> None:
    """Let another moderator say whether the author is right; then the decision is put back."""
    if len(answer) > ANSWER_LENGTH:
        raise Invalid(_l("Please use at most %(most)d characters.", most=ANSWER_LENGTH), field="answer")
    if not is_right and not answer:
        raise Invalid(_l("Please tell the author why it stays."), field="answer")
    with unit_of_work():
        decision = appeal.decision
        # All that waits about it, in the order of numbers, as everywhere.
        queue.lock_standing(decision.subject_type, decision.subject_id, also=decision.item_id)
        appeal = lock(Appeal, appeal.id)
        if not policy.can_decide_appeal(by, appeal):
            raise Forbidden(_l("Another moderator than the one it is against has to hear this."))
        if appeal.state != "waiting":
            raise Conflict(_l("Somebody else has decided this already."))
        appeal.state = "overturned" if is_right else "upheld"
        appeal.decided_by_id, appeal.decided_at, appeal.answer = by.id, clock.now(), answer
        if is_right and decision.undone_at is None:
            deciding.undo(decision, by, undone_as="appeal")
            if decision.verb in _KEPT_BACK:
                _show(decision, by)
                settling.settle_flags(
                    decision.subject_type, decision.subject_id, agreed=False, also_settled=True
                )
        settling.close_item(appeal)
        settling.note_decided(appeal, decision=decision)


def _show(decision: Decision, by: Member) -> None:
    """What waited when it was hidden need not wait again: somebody has looked at it twice.

    A change that was kept back is made only if that is what was refused.
    """
    kinds = ("edit",) if decision.is_about_change else ("held", "flagged")
    item = next(
        (
            item
            for item_id in list_standing_ids(decision.subject_type, decision.subject_id)
            if (item := db.session.get_one(QueueItem, item_id)).kind in kinds
        ),
        None,
    )
    subject = find_subject(decision.subject_type, decision.subject_id)
    if item is not None and subject is not None and subject.state != "deleted":
        deciding.approve(subject, by, item=item)
