"""A member of whom much is known, by what they did, with words that stand nowhere else."""

from functools import cache
from typing import NamedTuple

from community.cases.actions import helping, replies
from community.cases.models import CaseItem
from community.feedback.actions.corrections import correct
from community.feedback.models import FeedbackImport, RefusedRow
from community.ideas.actions import comments, follows, publishing, sightings, votes
from community.ideas.models import Idea
from community.infra import jobs, mail
from community.infra.db import unit_of_work
from community.loyalty.actions import redeeming
from community.members import actions as members
from community.members import passwords
from community.members.models import AttributeAnswer, Member
from community.moderation.models import Appeal, Flag, ModerationMessage
from community.panels import actions as panels
from community.panels.actions.invitations import Guest
from community.panels.models import JoinRequest, Panel
from tests.factories.cases import make_case
from tests.factories.feedback import make_read_item
from tests.factories.ideas import make_idea
from tests.factories.loyalty import give_points, make_adjustment, make_award, make_reward
from tests.factories.members import make_attribute, make_member
from tests.factories.moderation import make_decision
from tests.factories.moderation import make_item as make_queue_item
from tests.factories.panels import make_panel
from tests.factories.surveys import answer, make_question, make_survey

PASSWORD = "a quiet pond at noon"
NAME = "Zinnia Quibblewick"
EMAIL = "zinnia.quibblewick@example.org"
# What they wrote for others to read, and what only some were to read.
PUBLIC = ("marmaladefish", "tuliphorn", "velvetgoose", "copperowl")
PRIVATE = (
    "sealedletter", "parcelstreet", "doorwhisper", "hiddenpebble", "profilepetal", "codeofzinnia",
    "appealbrook", "flagthistle", "earlierfern", "helpedmoss", "heldbramble", "kindreason", "backandforth",
)  # fmt: skip


class Known(NamedTuple):
    """The member, their panel, somebody else there, and ideas of theirs with that one's words and without."""

    member: Member
    panel: Panel
    other: Member
    answered_idea: Idea
    lonely_idea: Idea


@cache
def _hash() -> str:
    return passwords.encode(PASSWORD)


def make_person() -> Member:
    """Somebody with a password."""
    return make_member(NAME, email=EMAIL, password_hash=_hash(), alias="Quibbling Heron")


def make_known() -> Known:
    """Somebody who did all that a member can do, once; the worker has followed it."""
    member = make_person()
    other, owner = make_member("Olive Other"), make_member("Odo Owner", roles=("owner", "moderator"))
    panel = make_panel()
    for each in (member, other):
        panels.let_in(each, panel, came_by="anyone")
    members.begin_session(member, user_agent="Quibblebrowser/1.0", address="203.0.113.77")
    for purpose in ("quotes", "learning"):
        members.give_consent(member, purpose)
    answered, lonely = _ideas(member, other, panel)
    _answers(member, panel)
    _talk(member, owner, panel)
    _points(member, owner)
    _moderated(member, owner, lonely)
    with unit_of_work() as session:
        attribute = make_attribute("text", "Your favourite flower")
        session.add(AttributeAnswer(member_id=member.id, attribute_id=attribute.id, text="profilepetal"))
        session.add(JoinRequest(panel_id=make_panel().id, member_id=member.id, note="doorwhisper"))
    panels.invite(make_member(roles=("admin",)), make_panel(), guests=[Guest(EMAIL, "en")])
    mail.post(
        "members/password_changed",
        to=EMAIL,
        name=NAME,
        locale="en",
        parted_from="",
        forgotten="/forgotten-password",
    )
    jobs.do_owed()
    return Known(member, panel, other, answered, lonely)


def _ideas(member: Member, other: Member, panel: Panel) -> tuple[Idea, Idea]:
    answered = publishing.publish_idea(
        panel,
        member,
        title="Please build a marmaladefish",
        body="With earlierfern at first.",
        tags=("copperowl",),
    )
    publishing.edit_idea(
        answered,
        member,
        title="Please build a marmaladefish",
        body="It would be a tuliphorn.",
        tags=("copperowl",),
    )
    lonely = publishing.publish_idea(panel, member, title="Nobody answers a tuliphorn", body="", tags=())
    comments.add_comment(answered, other, body="I would buy one at once.")
    comments.add_comment(answered, member, body="So would I: velvetgoose.")
    theirs = make_idea(panel=panel, author=other)
    comments.add_comment(theirs, member, body="A velvetgoose for this too.")
    votes.support_idea(theirs, member, importance="critical")
    follows.follow(theirs, member)
    sightings.note_sighting(theirs, member)
    return answered, lonely


def _answers(member: Member, panel: Panel) -> None:
    survey = make_survey(kinds=("nps", "long_text"), panel=panel)
    make_question(survey, "single", has_other=True)
    answer(
        survey,
        member,
        {
            "nps": 9,
            "long_text": "Because of the copperowl.",
            "single": {"choice": "else", "other": "tuliphorn"},
        },
        profile={"flower": ["rose"], "panel": [panel.slug]},
        reply="backandforth",
    )


def _talk(member: Member, owner: Member, panel: Panel) -> None:
    item = make_read_item("My marmaladefish came broken.", panel=panel, author=member)
    correct(item, owner, field="sentiment", value="neg")
    case = make_case(items=(item,), owner=owner)
    replies.reply(case, owner, body=f"Dear {NAME}, we are sorry: sealedletter.")
    helping.write_again(case, item, member, body="Thank you, and sealedletter to you.")
    with unit_of_work() as session:
        session.add(
            RefusedRow(
                import_id=_import(panel, owner), number=2, reason="no_text", cells=[EMAIL, "hiddenpebble"]
            )
        )
        session.get_one(CaseItem, (case.id, item.id)).help_comment = "helpedmoss"


def _import(panel: Panel, owner: Member) -> int:
    with unit_of_work() as session:
        upload = FeedbackImport(
            panel_id=panel.id, name="reviews", file_name="reviews.csv", header=["mail", "text"], state="done",
            made_by_id=owner.id,
        )  # fmt: skip
        session.add(upload)
        session.flush()
        return upload.id


def _points(member: Member, owner: Member) -> None:
    give_points(member, 500)
    make_award(member, 20, title="A marmaladefish")
    adjustment = make_adjustment(member, 5, asked_by=owner)
    with unit_of_work():
        adjustment.reason = "kindreason"
    voucher = make_reward(kind="voucher", codes=("codeofzinnia",))
    redeeming.redeem(member, voucher, form_key="a" * 32)
    parcel = make_reward(kind="physical", stock_left=3)
    redeeming.redeem(member, parcel, form_key="b" * 32, address="12 parcelstreet")


def _moderated(member: Member, owner: Member, idea: Idea) -> None:
    decision = make_decision(subject=idea, moderator=owner, message="Dear heldbramble, no.")
    item = make_queue_item(subject=idea, excerpt="heldbramble", data={"body": "heldbramble"})
    with unit_of_work() as session:
        session.add(Appeal(decision_id=decision.id, member_id=member.id, words="appealbrook"))
        session.add(
            ModerationMessage(item_id=item.id, writer_id=member.id, is_from_staff=False, body="appealbrook")
        )
        session.add(
            Flag(
                subject_type="idea",
                subject_id=idea.id,
                member_id=member.id,
                reason="other",
                note="flagthistle",
                weight=0.5,
            )
        )
