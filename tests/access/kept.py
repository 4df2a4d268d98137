"""All that keeping the rooms and one's own data hold of a panel: what waits, was hidden and was learned."""

from sqlalchemy import select

from community.activity.actions import follow_due
from community.customers.actions.learning import learn_about
from community.customers.models import LearnedFact
from community.ideas.actions import comments, publishing
from community.ideas.models import Idea, VoteAlarm
from community.infra.db import db, unit_of_work
from community.members import consent
from community.members.actions import give_consent
from community.members.models import Member
from community.moderation.actions import appealing, deciding, flagging, messages
from community.moderation.actions.rules import block_words
from community.moderation.models import QueueItem
from community.moderation.queries.subjects import get_subject
from community.panels.models import Panel
from community.privacy.models import DataFile
from tests.factories.ideas import make_idea
from tests.factories.moderation import make_item


def keep_everything(
    panel: Panel, *, insider: Member, owner: Member, idea: Idea, word: str
) -> dict[str, list[str]]:
    """What addresses are filled in with, by name, once texts about `word` waited and were decided about."""
    block_words(panel, [f"Never {word}"], effect="hold", by=owner)
    held = publishing.publish_idea(panel, insider, title=f"Waits: never {word}", body=f"Held {word}")
    said = comments.add_comment(idea, insider, body=f"Said about {word}")
    other = comments.add_comment(idea, insider, body=f"Also said about {word}")
    flagged = get_subject(f"comment:{said.id}")
    flagging.flag(flagged, owner, reason="insult", note=f"A note about {word}")
    item = db.session.scalars(select(QueueItem).where(QueueItem.subject_type == "idea")).first()
    assert item is not None
    messages.ask(item, owner, body=f"What of {word}?")
    hidden = get_subject(f"comment:{other.id}")
    decision = deciding.hide(
        hidden, owner, reason="rude", message=f"Hidden for {word}", note=f"Among us: {word}"
    )
    appeal = appealing.appeal(decision, insider, words=f"I object, because {word}.")
    warning = deciding.warn(hidden, owner, reason="rude", message=f"Warned for {word}")
    watched = make_idea(f"Watched idea about {word}", panel=panel, author=insider)
    for purpose in consent.PURPOSES:
        give_consent(insider, purpose)
    learn_about([insider.id])
    # Learning anew would forget what it does not find.
    follow_due()
    with unit_of_work() as session:
        fact = LearnedFact(member_id=insider.id, kind="interest", key=f"tag:{word}", words=f"Likes {word}")
        copy = DataFile(member_id=insider.id)
        alarm = VoteAlarm(idea_id=watched.id, facts={}, member_ids=[insider.id])
        session.add_all([fact, copy, alarm])
    make_item("votes", panel=panel, subject_type="votes", subject_id=watched.id, title=watched.title)
    items = db.session.scalars(select(QueueItem.id).order_by(QueueItem.id))
    return {
        "queue_item_id": [str(number) for number in items],
        "decision_id": [str(decision.id), str(warning.id)],
        "appeal_id": [str(appeal.id)],
        "fact_id": [str(fact.id)],
        "copy_id": [str(copy.id)],
        "sanction_id": ["1"],
        "domain": ["ideas", "moderation", "members"],
        "kept_idea_id": [str(held.id), str(watched.id)],
    }
