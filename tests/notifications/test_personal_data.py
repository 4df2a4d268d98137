"""What is held about a member among the notices: in their copy, and gone when they are."""

from sqlalchemy import select

from community.activity.actions import follow_due
from community.activity.models import Activity
from community.ideas.actions.comments import add_comment
from community.ideas.actions.votes import support_idea
from community.infra.db import db, unit_of_work
from community.members.models import Member
from community.notifications import personal_data
from community.notifications.actions.preferring import choose_paces
from community.notifications.models import Notice, NoticePreference
from tests.factories.ideas import make_idea
from tests.notifications.mailed import say

CANARY = "kumquat"


def told_words(reader: Member) -> str:
    return str(list(db.session.scalars(select(Notice.data).where(Notice.member_id == reader.id))))


class TestExport:
    def test_it_says_what_was_told_and_chosen(self, ana: Member) -> None:
        say(ana, title="Cards that sing")
        choose_paces(ana, {"replies": "daily"})
        parts = personal_data.export(ana)
        (notice,), (choice,) = parts["notices"].lines, parts["notice_preferences"].lines
        assert "Ben Okoro replied to you on “Cards that sing” Yes, please." in notice.words
        assert choice.words == "Replies to you: Once a day"
        assert notice.facts["kind"] == "ideas.replied"


class TestErase:
    def test_what_was_told_to_them_and_in_their_words_goes(self, ana: Member, ben: Member) -> None:
        idea = make_idea("Cards that sing", author=ben)
        support_idea(idea, ana)
        add_comment(idea, ana, body=f"A {CANARY} for all of us.")
        follow_due()
        say(ana, by=ben)
        choose_paces(ana, {"replies": "daily"})
        assert CANARY in told_words(ben)
        unread = ben.unread_count
        with unit_of_work():
            report = personal_data.erase(ana, keeps_texts=False)
        db.session.expire_all()
        assert CANARY not in told_words(ben)
        assert ben.unread_count == unread - 1
        assert told_words(ana) == "[]"
        assert db.session.scalars(select(NoticePreference)).all() == []
        assert report == {"notices": 2, "notice_preferences": 1}

    def test_what_everybody_can_read_stays_if_they_want_it_to(self, ana: Member, ben: Member) -> None:
        idea = make_idea(author=ben)
        add_comment(idea, ana, body=f"A {CANARY} for all of us.")
        follow_due()
        with unit_of_work():
            personal_data.erase(ana, keeps_texts=True)
        assert CANARY in told_words(ben)

    def test_what_was_told_of_their_own_things_goes_with_them(self, ana: Member, ben: Member) -> None:
        idea = make_idea(f"More {CANARY}", author=ana)
        support_idea(idea, ben)
        with unit_of_work() as session:
            published = session.scalars(select(Activity).where(Activity.kind == "idea.published")).one()
            moved = Activity(
                kind="idea.status_changed", subject_type="idea", subject_id=idea.id,
                data={"title": idea.title}, occurred_at=published.occurred_at,
            )  # fmt: skip
            session.add(moved)
            session.flush()
            session.add(Notice(member_id=ben.id, activity_id=moved.id, kind="ideas.merged", data=moved.data))
            ben.unread_count += 1
        with unit_of_work():
            personal_data.erase(ana, keeps_texts=False)
        assert CANARY not in told_words(ben)

    def test_what_others_were_told_of_others_stays(self, ana: Member, ben: Member, omar: Member) -> None:
        say(ben, title="Nothing of hers", by=omar)
        with unit_of_work():
            personal_data.erase(ana, keeps_texts=False)
        assert "Nothing of hers" in told_words(ben)
