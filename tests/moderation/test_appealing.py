"""Authors object to a decision, another moderator hears it, and it is put back if they are right."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from community.activity.actions import follow_due
from community.ideas.actions.comments import add_comment, delete_comment
from community.ideas.actions.publishing import edit_idea
from community.ideas.models import Comment, Idea
from community.infra import clock
from community.infra.db import db
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound
from community.infra.mail import OutgoingMail
from community.members.models import Member
from community.moderation import appealing as rules
from community.moderation import policy
from community.moderation.actions import appealing, deciding
from community.moderation.actions.flagging import flag
from community.moderation.models import Appeal, Decision, Flag, QueueItem
from community.moderation.queries import subjects
from community.notifications.queries import list_newest
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.moderation import stand_on_level
from tests.factories.panels import make_panel
from tests.racing import at_once

WORDS = "I did not mean it like that; it is about the bicycle."


@pytest.fixture
def noor(app: Flask) -> Member:
    """Another moderator."""
    return make_member("Noor Aziz", roles=("moderator",))


@pytest.fixture
def hidden(ana: Member, mia: Member) -> Decision:
    """The decision by which Mia hid a comment of Ana's."""
    comment = add_comment(make_idea(), ana, body="What a rotten bicycle this is.")
    return deciding.hide(
        subjects.get_subject(f"comment:{comment.id}"), mia, reason="rude", message="Be kind."
    )


def told(member: Member) -> list[str]:
    """The kinds of what the member was told, the newest first."""
    follow_due()
    return [told.kind for told in list_newest(member, limit=9)]


class TestAppeal:
    def test_it_waits_for_another_moderator(
        self, hidden: Decision, ana: Member, mia: Member, noor: Member
    ) -> None:
        made = appealing.appeal(hidden, ana, words=WORDS)
        assert (made.state, made.against_id) == ("waiting", mia.id)
        item = db.session.scalars(select(QueueItem).where(QueueItem.kind == "appealed")).one()
        assert item.data["appeal_id"] == made.id
        assert "moderation.appealed" in told(noor)
        assert "moderation.appealed" not in told(mia)

    def test_once_and_only_by_its_author_with_some_words(
        self, hidden: Decision, ana: Member, ben: Member
    ) -> None:
        with pytest.raises(Invalid):
            appealing.appeal(hidden, ana, words="No.")
        with pytest.raises(NotFound):
            appealing.appeal(hidden, ben, words=WORDS)
        first = appealing.appeal(hidden, ana, words=WORDS)
        assert appealing.appeal(hidden, ana, words="Something else altogether.").id == first.id

    def test_not_after_half_a_year_nor_against_what_was_taken_back(
        self, hidden: Decision, ana: Member, mia: Member
    ) -> None:
        with (
            clock.stopped_at(clock.now() + rules.WINDOW + timedelta(days=1)),
            pytest.raises(Conflict),
        ):
            appealing.appeal(hidden, ana, words=WORDS)
        deciding.undo(hidden, mia)
        with pytest.raises(Conflict):
            appealing.appeal(hidden, ana, words=WORDS)
        assert db.session.scalars(select(QueueItem)).all() == []


class TestHearing:
    def test_not_by_the_moderator_it_is_against(
        self, hidden: Decision, ana: Member, mia: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        made = appealing.appeal(hidden, ana, words=WORDS)
        with pytest.raises(Forbidden):
            appealing.decide(made, mia, is_right=False, answer="It stays.")
        page = browser_of(mia).get(f"/staff/moderation/appeals/{made.id}")
        assert "Another moderator" in page.text
        assert 'name="verdict"' not in page.text

    def test_a_suspension_is_heard_by_moderators_of_the_whole_site(self, mia: Member, noor: Member) -> None:
        panel = make_panel()
        of_panel = make_member(roles=("moderator",), panel_id=panel.id)
        appeal = Appeal(
            decision=Decision(verb="suspend", panel_id=panel.id, moderator_id=mia.id), member_id=0
        )
        assert policy.can_decide_appeal(noor, appeal)
        assert not policy.can_decide_appeal(of_panel, appeal)

    def test_not_by_the_author_who_moderates(self, mia: Member, noor: Member) -> None:
        comment = add_comment(make_idea(), mia, body="A word of mine.")
        decision = deciding.hide(subjects.get_subject(f"comment:{comment.id}"), noor, reason="rude")
        made = appealing.appeal(decision, mia, words=WORDS)
        with pytest.raises(Forbidden):
            appealing.decide(made, mia, is_right=True)

    def test_whoever_is_right_has_it_put_back_and_hears_of_it(
        self, hidden: Decision, ana: Member, noor: Member
    ) -> None:
        made = appealing.appeal(hidden, ana, words=WORDS)
        appealing.decide(made, noor, is_right=True, answer="Sorry.")
        assert db.session.get_one(Comment, hidden.subject_id).state == "published"
        assert (hidden.undone_as, hidden.undone_by_id) == ("appeal", noor.id)
        assert made.state == "overturned"
        assert db.session.scalars(select(QueueItem.state)).all() == ["closed"]
        kinds = told(ana)
        assert "moderation.appeal_decided" in kinds
        assert "moderation.undone" not in kinds

    def test_a_change_that_waits_besides_goes_on_waiting(
        self, ana: Member, mia: Member, noor: Member
    ) -> None:
        idea = make_idea(author=ana, body="As it was.")
        decision = deciding.hide(subjects.get_subject(f"idea:{idea.id}"), mia, reason="rude")
        edit_idea(idea, ana, title=idea.title, body="Call me on 138 0013 8000.", tags=())
        appealing.decide(appealing.appeal(decision, ana, words=WORDS), noor, is_right=True)
        assert (idea.state, idea.body) == ("published", "As it was.")
        standing = select(QueueItem.kind).where(QueueItem.state != "closed")
        assert db.session.scalars(standing).all() == ["edit"]

    def test_a_change_that_was_refused_is_made(self, ana: Member, mia: Member, noor: Member) -> None:
        idea = make_idea(author=ana, body="As it was.")
        edit_idea(idea, ana, title=idea.title, body="Call me on 138 0013 8000.", tags=())
        item = db.session.scalars(select(QueueItem)).one()
        subject = subjects.get_subject(f"idea:{idea.id}")
        decision = deciding.hide(subject, mia, reason="personal_data", item=item)
        appealing.decide(appealing.appeal(decision, ana, words=WORDS), noor, is_right=True)
        assert (idea.body, item.state) == ("Call me on 138 0013 8000.", "closed")

    def test_also_when_its_author_has_removed_the_text_meanwhile(
        self, hidden: Decision, ana: Member, noor: Member
    ) -> None:
        made = appealing.appeal(hidden, ana, words=WORDS)
        delete_comment(db.session.get_one(Comment, hidden.subject_id), ana)
        appealing.decide(made, noor, is_right=True)
        assert (made.state, hidden.undone_as) == ("overturned", "appeal")

    def test_whoever_is_not_is_told_why(self, hidden: Decision, ana: Member, noor: Member) -> None:
        made = appealing.appeal(hidden, ana, words=WORDS)
        with pytest.raises(Invalid):
            appealing.decide(made, noor, is_right=False)
        appealing.decide(made, noor, is_right=False, answer="It is still unkind.")
        assert (made.state, hidden.undone_at) == ("upheld", None)
        assert db.session.get_one(Comment, hidden.subject_id).state == "hidden"
        with pytest.raises(Conflict):
            appealing.decide(made, noor, is_right=True)

    def test_what_members_hid_is_shown_and_does_not_wait_again(self, ana: Member, mia: Member) -> None:
        idea = make_idea(author=ana)
        for _number in range(3):
            member = make_member()
            stand_on_level(member, 1)
            flag(subjects.get_subject(f"idea:{idea.id}"), member, reason="off_topic")
        decision = db.session.scalars(select(Decision)).one()
        made = appealing.appeal(decision, ana, words=WORDS)
        appealing.decide(made, mia, is_right=True)
        assert db.session.get_one(Idea, idea.id).state == "published"
        assert set(db.session.scalars(select(QueueItem.state))) == {"closed"}
        assert set(db.session.scalars(select(Flag.outcome))) == {"disagreed"}

    def test_what_a_moderator_takes_back_meanwhile_needs_no_hearing(
        self, hidden: Decision, ana: Member, mia: Member
    ) -> None:
        made = appealing.appeal(hidden, ana, words=WORDS)
        deciding.undo(hidden, mia)
        kinds = told(ana)
        assert "moderation.appeal_decided" in kinds
        assert db.session.get_one(Appeal, made.id).state == "overturned"
        assert db.session.scalars(select(QueueItem.state)).all() == ["closed"]


class TestSuspendedMembers:
    def test_they_appeal_by_the_link_of_a_mail_and_are_let_in_again(
        self, ana: Member, mia: Member, noor: Member, client: Client
    ) -> None:
        comment = add_comment(make_idea(), ana, body="What a rotten bicycle this is.")
        decision = deciding.suspend(
            subjects.get_subject(f"comment:{comment.id}"), mia, reason="rude", message="Once too often."
        )
        follow_due()
        mail = db.session.scalars(select(OutgoingMail)).one()
        assert mail.to_address == ana.email
        assert "Once too often." in mail.body
        found = re.search(r"(/appeals/\S+)", mail.body)
        assert found is not None
        path = found[1]
        page = client.get(path)
        assert page.status_code == 200
        assert page.headers["Cache-Control"].startswith(("no-store", "private"))
        assert client.post(path, data={"words": "No"}).status_code == 422
        assert client.post(path, data={"words": WORDS}).status_code == 303
        assert WORDS in client.get(path).text
        made = db.session.scalars(select(Appeal)).one()
        appealing.decide(made, noor, is_right=True, answer="Sorry, Ana.")
        assert db.session.get_one(Member, ana.id).state == "active"
        follow_due()
        newest = select(OutgoingMail.body).order_by(OutgoingMail.id.desc()).limit(1)
        assert "Sorry, Ana." in db.session.scalars(newest).one()
        assert decision.undone_as == "appeal"

    @pytest.mark.parametrize("token", ["x", "WzEsMV0.bad", "WzEsMV0"])
    def test_other_links_lead_nowhere(self, token: str, client: Client) -> None:
        assert client.get(f"/appeals/{token}").status_code == 404


class TestOwnPages:
    def test_the_decision_and_its_reason_stand_there_and_the_appeal_goes_from_there(
        self, hidden: Decision, ana: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        browser = browser_of(ana)
        assert "Your comment is hidden" in browser.get("/me/moderation").text
        page = browser.get(f"/me/moderation/{hidden.id}").text
        assert "It spoke of others in a way that hurts" in page
        assert "Be kind." in page
        assert "Mia" not in page
        answer = browser.post(f"/me/moderation/{hidden.id}/appeal", data={"words": "No"})
        assert answer.status_code == 422
        assert browser.post(f"/me/moderation/{hidden.id}/appeal", data={"words": WORDS}).status_code == 303
        assert 'data-appeal="waiting"' in browser.get(f"/me/moderation/{hidden.id}").text

    def test_it_is_nobody_elses(
        self, hidden: Decision, ben: Member, mia: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        for other in (ben, mia):
            browser = browser_of(other)
            assert browser.get(f"/me/moderation/{hidden.id}").status_code == 404
            answer = browser.post(f"/me/moderation/{hidden.id}/appeal", data={"words": WORDS})
            assert answer.status_code == 404

    def test_the_hearing_is_for_moderators_of_that_panel(
        self, hidden: Decision, ana: Member, noor: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        made = appealing.appeal(hidden, ana, words=WORDS)
        path = f"/staff/moderation/appeals/{made.id}"
        elsewhere = make_member(roles=("moderator",), panel_id=make_idea().panel_id)
        assert browser_of(elsewhere).get(path).status_code == 404
        assert browser_of(ana).get(path).status_code == 403
        browser = browser_of(noor)
        assert WORDS in browser.get(path).text
        assert browser.post(path, data={"verdict": "upheld"}).status_code == 422
        assert browser.post(path, data={"verdict": "overturned"}).status_code == 303
        assert 'data-verdict="overturned"' in browser.get(path).text


class TestAppealsAtOnce:
    def test_two_windows_make_one_appeal_and_two_moderators_one_verdict(
        self, new_app: Callable[..., Flask]
    ) -> None:
        app = new_app()
        with app.app_context():
            ana, mia = make_member(), make_member(roles=("moderator",))
            hearers = [make_member(roles=("moderator",)) for _number in range(2)]
            comment = add_comment(make_idea(), ana, body="What a rotten bicycle this is.")
            decision_id = deciding.hide(subjects.get_subject(f"comment:{comment.id}"), mia, reason="rude").id

            def object_again() -> object:
                decision = db.session.get_one(Decision, decision_id)
                return appealing.appeal(decision, db.session.get_one(Member, ana.id), words=WORDS).id

            def hear(member_id: int) -> Callable[[], object]:
                def decide() -> object:
                    made = db.session.scalars(select(Appeal)).one()
                    by = db.session.get_one(Member, member_id)
                    return appealing.decide(made, by, is_right=True)

                return decide

            assert len(set(at_once(app, object_again, object_again))) == 1
            results = at_once(app, *[hear(member.id) for member in hearers])
            assert sorted(type(result).__name__ for result in results) == ["Conflict", "NoneType"]
            db.session.rollback()
            assert db.session.scalars(select(QueueItem.state)).all() == ["closed"]
            assert db.session.get_one(Comment, comment.id).state == "published"
