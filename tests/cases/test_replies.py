"""Authors are answered, each in a conversation of their own, and nobody's words are lost."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from community.activity.actions import follow_due
from community.cases.actions import helping, opening, replies
from community.cases.models import Case
from community.cases.queries import conversation
from community.feedback.models import FeedbackItem
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from tests.cases.telling import item_of, notices_of, steps_of
from tests.factories.cases import make_case
from tests.factories.feedback import make_item
from tests.factories.members import make_member
from tests.factories.panels import make_panel


class TestReply:
    def test_it_answers_the_case_and_tells_its_author(self, ana: Member, omar: Member) -> None:
        case = make_case(author=ana, owner=omar)
        replies.reply(case, omar, body="A new parcel is **on its way**.")
        follow_due()
        assert (case.state, case.answered_at is not None) == ("answered", True)
        assert case.due_at == case.resolve_due_at
        assert steps_of(case)[-1] == "replied"
        item = item_of(case)
        assert (item.stage, item.told_at) == ("answered", item.answered_at)
        (notice,) = notices_of(ana)
        assert (notice.kind, notice.path) == ("cases.replied", f"/me/said/case/{case.id}")
        assert notice.data["excerpt"] == "A new parcel is on its way."

    def test_whoever_answers_from_the_triage_desk_takes_the_case(self, ana: Member, omar: Member) -> None:
        case = make_case(author=ana)
        replies.reply(case, omar, body="I look into it.")
        assert (case.owner_id, case.state) == (omar.id, "answered")
        assert steps_of(case)[-2:] == ["assigned", "replied"]

    def test_a_second_person_is_told_that_somebody_was_first(
        self, ana: Member, omar: Member, mia: Member
    ) -> None:
        case = make_case(author=ana, owner=omar)
        seen = replies.reply(case, omar, body="First.").id
        replies.reply(case, mia, body="Second, while Omar is still writing.", seen=seen)
        with pytest.raises(Conflict, match="Mia Berg"):
            replies.reply(case, omar, body="Third, not knowing of the second.", seen=seen)
        assert len(conversation.list_messages(case.id)) == 2

    def test_a_note_in_between_stops_nobody(self, ana: Member, omar: Member, mia: Member) -> None:
        case = make_case(author=ana, owner=omar)
        seen = replies.reply(case, omar, body="First.").id
        replies.add_note(case, mia, body="She called too.")
        replies.reply(case, omar, body="Second.", seen=seen)

    def test_who_has_no_account_here_cannot_be_told(self, omar: Member) -> None:
        case = make_case(owner=omar)
        with pytest.raises(Invalid):
            replies.reply(case, omar, body="Hello?")
        assert (case.state, conversation.list_messages(case.id)) == ("assigned", [])

    @pytest.mark.parametrize("body", ["", "   ", "x" * (replies.MOST + 1)])
    def test_it_has_to_say_something_of_bearable_length(self, ana: Member, omar: Member, body: str) -> None:
        with pytest.raises(Invalid):
            replies.reply(make_case(author=ana, owner=omar), omar, body=body)

    def test_two_at_the_same_moment_lose_nothing_and_one_is_told(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            author = make_member("Ana")
            owners = [make_member("Omar", roles=("owner",)), make_member("Mia", roles=("moderator",))]
            case_id, owner_ids = make_case(author=author).id, [owner.id for owner in owners]
            db.session.remove()
        gate, outcomes = threading.Barrier(2), []

        def answer(owner_id: int) -> None:
            with app.app_context():
                case, owner = db.session.get_one(Case, case_id), db.session.get_one(Member, owner_id)
                gate.wait()
                try:
                    replies.reply(case, owner, body=f"From {owner_id}", seen=0)
                    outcomes.append("sent")
                except Conflict:
                    outcomes.append("told")

        threads = [threading.Thread(target=answer, args=(owner_id,)) for owner_id in owner_ids]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["sent", "told"]
        with app.app_context():
            assert len(conversation.list_messages(case_id)) == 1


class TestReplyToMany:
    def test_each_author_gets_it_in_a_case_of_their_own(self, ana: Member, ben: Member, omar: Member) -> None:
        cases = [make_case(author=ana), make_case(author=ben), make_case()]
        told = replies.reply_to_many(cases, omar, body="The app works again.")
        follow_due()
        assert told.answered == (cases[0].id, cases[1].id)
        assert [case_id for case_id, _why in told.refused] == [cases[2].id]
        for author in (ana, ben):
            assert [notice.kind for notice in notices_of(author)] == ["cases.replied"]
        assert cases[2].state == "new"


class TestNotes:
    def test_only_the_team_sees_them(self, ana: Member, omar: Member) -> None:
        case = make_case(author=ana, owner=omar)
        replies.add_note(case, omar, body="Second time this week.")
        follow_due()
        assert case.state == "assigned"
        assert notices_of(ana) == []
        assert conversation.list_messages_for(ana, item_of(case).id) == []
        assert item_of(case).told_at is None


class TestWhoReadsWhat:
    def test_authors_of_one_case_do_not_see_each_others_words(
        self, ana: Member, ben: Member, omar: Member
    ) -> None:
        panel = make_panel()
        items = tuple(make_item(f"Said by {who.display_name}", panel=panel, author=who) for who in (ana, ben))
        case = make_case(items=items, owner=omar)
        replies.reply(case, omar, body="To both of you.")
        helping.write_again(case, items[0], ana, body="What Ana adds")
        assert [message.body for message in conversation.list_messages_for(ana, items[0].id)] == [
            "To both of you.",
            "What Ana adds",
        ]
        assert [message.body for message in conversation.list_messages_for(ben, items[1].id)] == [
            "To both of you."
        ]

    def test_what_was_told_before_ones_words_came_into_a_case_was_told_to_others(
        self, ana: Member, ben: Member, omar: Member
    ) -> None:
        panel = make_panel()
        case = make_case(items=(make_item(panel=panel, author=ana),), owner=omar)
        replies.reply(case, omar, body="To Ana alone.")
        late = make_item("The same here", panel=panel, author=ben)
        with unit_of_work():
            opening.add_item(lock(Case, case.id), lock(FeedbackItem, late.id))
        replies.reply(case, omar, body="To both.")
        assert [each.body for each in conversation.list_messages_for(ben, late.id)] == ["To both."]
