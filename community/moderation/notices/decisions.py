"""Authors are told what was decided about their texts and why, and who flagged one what became of it."""

from community.activity.models import Activity
from community.infra import mail
from community.infra.db import get_row
from community.moderation import telling, verbs
from community.moderation.actions import appeal_links
from community.moderation.models import Decision
from community.moderation.queries import audiences
from community.moderation.queries.appeals import TOLD_VERBS
from community.moderation.queries.subjects import find_subject
from community.notifications.actions import tell

EXCERPT = 300


def tell_of_decision(activity: Activity) -> None:
    """What was decided and why, to the author: in the inbox, or by mail to whom it shuts out."""
    decision = _decision_of(activity)
    if decision.verb == "suspend":
        _mail_suspended(decision)
    elif decision.verb in ("approve", "trust"):
        _tell_of_showing(activity, decision)
    elif decision.verb in TOLD_VERBS:
        tell(
            activity,
            kind="moderation.decided",
            to=audiences.only(decision.author_id),
            path=f"/me/moderation/{decision.id}",
            data={**_about(decision), "reason": decision.reason, "message": decision.message[:EXCERPT]},
            needs_panel=False,
        )


def tell_of_hiding(activity: Activity) -> None:
    """That enough members objected to hide a text, to those who should now look at it."""
    decision = _decision_of(activity)
    if decision.moderator_id is not None or decision.verb != "hide":
        return
    tell(
        activity,
        kind="moderation.hidden_by_flags",
        to=audiences.who_moderate(decision.panel_id, besides=(decision.author_id,)),
        path="/staff/moderation",
        data=_about(decision),
    )


def answer_flags(activity: Activity) -> None:
    """What became of it, to those whose flags were decided with this."""
    decision = _decision_of(activity)
    agreed = verbs.agrees_with_flags(decision.verb)
    if agreed is None or decision.moderator_id is None:
        return
    about = _about(decision)
    if decision.subject_type == "member":
        # Not everybody who met somebody may know the whole name.
        about["title"] = ""
    tell(
        activity,
        kind="moderation.flag_answered",
        to=audiences.who_flagged(decision.subject_type, decision.subject_id, since=decision.decided_at),
        path="/me/moderation",
        data=about | {"is_agreed": agreed},
    )


def tell_of_undoing(activity: Activity) -> None:
    """That a moderator took a decision back, to its author; after an appeal they are told of that instead."""
    decision = _decision_of(activity)
    if decision.verb not in TOLD_VERBS or decision.undone_as == "appeal":
        return
    if decision.verb == "suspend":
        _mail_let_in(decision)
    tell(
        activity,
        kind="moderation.undone",
        to=audiences.only(decision.author_id),
        path=f"/me/moderation/{decision.id}",
        data=_about(decision),
        needs_panel=False,
    )


def _tell_of_showing(activity: Activity, decision: Decision) -> None:
    # What was shown all the while is no news to its author.
    if decision.before.get("state") == decision.after.get("state"):
        return
    subject = find_subject(decision.subject_type, decision.subject_id)
    if subject is not None:
        tell(
            activity,
            kind="moderation.shown",
            to=audiences.only(decision.author_id),
            path=subject.path,
            data={**_about(decision), "message": decision.message[:EXCERPT]},
        )


def _mail_suspended(decision: Decision) -> None:
    author = decision.author
    if author is not None and author.address and author.is_verified:
        mail.post(
            "moderation/suspended",
            to=author.address,
            name=author.display_name,
            locale=author.locale,
            why=telling.why(decision),
            message=decision.message,
            link=appeal_links.link_to(decision),
        )


def _mail_let_in(decision: Decision) -> None:
    author = decision.author
    if author is not None and author.address and author.is_verified and author.is_active:
        mail.post(
            "moderation/let_in",
            to=author.address,
            name=author.display_name,
            locale=author.locale,
            answer="",
            link=appeal_links.sign_in_link(),
        )


def _about(decision: Decision) -> dict[str, object]:
    subject = find_subject(decision.subject_type, decision.subject_id)
    return {
        "decision_id": decision.id,
        "verb": decision.verb,
        "type": telling.told_of(decision.subject_type, decision.after),
        "title": subject.title if subject is not None else "",
        "is_by_flags": decision.moderator_id is None,
    }


def _decision_of(activity: Activity) -> Decision:
    return get_row(Decision, activity.subject_id)
