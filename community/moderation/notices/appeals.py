"""Moderators are told of appeals, and authors what became of theirs; who cannot sign in is told by mail."""

from community.activity.models import Activity
from community.infra import mail
from community.infra.db import get_row
from community.moderation.actions import appeal_links
from community.moderation.models import Appeal
from community.moderation.queries import audiences
from community.moderation.queries.subjects import find_subject
from community.notifications.actions import tell


def tell_of_appeal(activity: Activity) -> None:
    """That somebody objects to a decision, to those who may hear it."""
    appeal = _appeal_of(activity)
    tell(
        activity,
        kind="moderation.appealed",
        to=audiences.who_moderate(
            appeal.decision.panel_id,
            besides=(appeal.against_id, appeal.decision.moderator_id, appeal.member_id),
        ),
        path=f"/staff/moderation/appeals/{appeal.id}",
        data=_about(appeal),
    )


def tell_of_outcome(activity: Activity) -> None:
    """What became of an appeal, to whoever made it; by mail too if the account is or was suspended."""
    appeal = _appeal_of(activity)
    decision, author = appeal.decision, appeal.decision.author
    if decision.verb == "suspend" and author is not None and author.address and author.is_verified:
        mail.post(
            "moderation/let_in" if author.is_active else "moderation/appeal_refused",
            to=author.address,
            name=author.display_name,
            locale=author.locale,
            answer=appeal.answer,
            link=appeal_links.sign_in_link() if author.is_active else appeal_links.link_to(decision),
        )
    tell(
        activity,
        kind="moderation.appeal_decided",
        to=audiences.only(appeal.member_id),
        path=f"/me/moderation/{decision.id}",
        data={**_about(appeal), "state": appeal.state, "answer": appeal.answer[:300]},
        needs_panel=False,
    )


def _about(appeal: Appeal) -> dict[str, object]:
    decision = appeal.decision
    subject = find_subject(decision.subject_type, decision.subject_id)
    return {
        "verb": decision.verb,
        "type": decision.subject_type,
        "title": subject.title if subject is not None else "",
    }


def _appeal_of(activity: Activity) -> Appeal:
    return get_row(Appeal, activity.subject_id)
