"""Cases end with an outcome; their authors know, say whether it helped, and can open them again."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from community.activity.actions import follow_due
from community.cases.actions import helping, promises, replies, resolving
from community.cases.models import Case, CaseItem
from community.infra import clock
from community.infra.db import db
from community.infra.errors import Conflict, Invalid, NotFound
from community.members.models import Member
from tests.cases.telling import item_of, steps_of, told
from tests.factories.cases import make_case
from tests.factories.feedback import make_item
from tests.factories.members import make_member
from tests.factories.panels import make_panel


def answered(author: Member, owner: Member) -> Case:
    case = make_case(author=author, owner=owner)
    replies.reply(case, owner, body="We look into it.")
    return case


class TestResolve:
    @pytest.mark.parametrize(
        ("outcome", "stage"),
        [
            ("solved", "delivered"),
            ("explained", "decided"),
            ("planned", "decided"),
            ("delivered", "delivered"),
            ("not_possible", "decided"),
        ],
    )
    def test_it_closes_the_case_and_brings_the_words_on(
        self, ana: Member, omar: Member, outcome: str, stage: str
    ) -> None:
        case = answered(ana, omar)
        resolving.resolve(case, omar, outcome=outcome)
        follow_due()
        assert (case.state, case.is_open, case.due_at, case.outcome) == ("resolved", False, None, outcome)
        assert item_of(case).stage == stage
        assert told(ana) == ["cases.replied", "cases.resolved"]

    def test_a_last_word_goes_with_it_and_is_told_once(self, ana: Member, omar: Member) -> None:
        case = make_case(author=ana, owner=omar)
        resolving.resolve(case, omar, outcome="solved", body="Your money is back.")
        follow_due()
        assert steps_of(case)[-2:] == ["replied", "resolved"]
        assert told(ana) == ["cases.resolved"]
        assert item_of(case).told_at is not None

    def test_nobody_is_left_without_a_word(self, ana: Member, omar: Member) -> None:
        case = make_case(author=ana, owner=omar)
        with pytest.raises(Invalid, match="Nobody has answered yet"):
            resolving.resolve(case, omar, outcome="solved")
        assert (case.state, steps_of(case)[-1]) == ("assigned", "assigned")

    def test_what_needs_no_reply_ends_without_one_and_is_not_told(self, ana: Member, omar: Member) -> None:
        case = make_case(author=ana, owner=omar)
        resolving.resolve(case, omar, outcome="no_reply_needed")
        follow_due()
        assert (case.state, item_of(case).told_at) == ("resolved", None)
        assert told(ana) == []

    def test_who_cannot_be_told_needs_no_word(self, omar: Member) -> None:
        case = make_case(owner=omar)
        assert resolving.resolve(case, omar, outcome="solved").state == "resolved"

    def test_a_second_person_is_told_who_was_first(self, ana: Member, omar: Member, mia: Member) -> None:
        case = answered(ana, omar)
        resolving.resolve(case, mia, outcome="solved")
        with pytest.raises(Conflict, match="Mia Berg"):
            resolving.resolve(case, omar, outcome="not_possible", body="Sorry.")
        assert (case.outcome, steps_of(case).count("resolved")) == ("solved", 1)

    def test_with_a_day_it_promises(self, ana: Member, omar: Member) -> None:
        case, day = answered(ana, omar), clock.today() + timedelta(days=9)
        resolving.resolve(case, omar, outcome="planned", promised_on=day)
        assert (case.promised_on, case.promise_state) == (day, "open")
        with pytest.raises(Invalid):
            resolving.resolve(
                answered(ana, omar), omar, outcome="planned", promised_on=clock.today() - timedelta(days=1)
            )

    @pytest.mark.parametrize("outcome", ["solved", "delivered"])
    def test_nothing_is_delivered_while_something_promised_is_to_come(
        self, ana: Member, omar: Member, outcome: str
    ) -> None:
        case, day = answered(ana, omar), clock.today() + timedelta(days=9)
        resolving.resolve(case, omar, outcome=outcome, promised_on=day)
        assert (case.outcome, item_of(case).stage) == (outcome, "decided")
        promises.keep_promise(case, omar)
        assert item_of(case).stage == "delivered"

    def test_two_at_once_resolve_it_once(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            owners = [make_member("Omar", roles=("owner",)), make_member("Mia", roles=("moderator",))]
            case_id, owner_ids = make_case(author=make_member()).id, [owner.id for owner in owners]
            db.session.remove()
        gate, outcomes = threading.Barrier(2), []

        def end(owner_id: int) -> None:
            with app.app_context():
                case, owner = db.session.get_one(Case, case_id), db.session.get_one(Member, owner_id)
                gate.wait()
                try:
                    resolving.resolve(case, owner, outcome="solved", body="Done.")
                    outcomes.append("resolved")
                except Conflict:
                    outcomes.append("told")

        threads = [threading.Thread(target=end, args=(owner_id,)) for owner_id in owner_ids]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["resolved", "told"]
        with app.app_context():
            assert steps_of(db.session.get_one(Case, case_id)).count("resolved") == 1


class TestDidItHelp:
    def test_what_helped_is_verified(self, ana: Member, omar: Member) -> None:
        case = answered(ana, omar)
        resolving.resolve(case, omar, outcome="solved")
        helping.say_whether_it_helped(case, item_of(case), ana, rating=4, comment="Quick.")
        follow_due()
        link = db.session.get_one(CaseItem, (case.id, item_of(case).id))
        assert (case.state, case.help_rating, case.verified_at is not None) == ("verified", 4, True)
        assert (link.help_rating, link.help_comment) == (4, "Quick.")
        assert steps_of(case)[-1] == "verified"
        assert told(omar) == ["cases.helped"]

    def test_what_did_not_help_is_not(self, ana: Member, omar: Member) -> None:
        case = answered(ana, omar)
        resolving.resolve(case, omar, outcome="explained")
        helping.say_whether_it_helped(case, item_of(case), ana, rating=2)
        assert (case.state, case.help_rating) == ("resolved", 2)

    def test_the_case_has_the_mean_of_its_authors(self, ana: Member, ben: Member, omar: Member) -> None:
        panel = make_panel()
        items = tuple(make_item(panel=panel, author=author) for author in (ana, ben))
        case = make_case(items=items, owner=omar)
        resolving.resolve(case, omar, outcome="solved", body="Done.")
        helping.say_whether_it_helped(case, items[0], ana, rating=5)
        helping.say_whether_it_helped(case, items[1], ben, rating=2)
        assert case.help_rating in (3, 4)

    def test_a_later_answer_replaces_the_first(self, ana: Member, omar: Member) -> None:
        case = answered(ana, omar)
        resolving.resolve(case, omar, outcome="solved")
        for rating in (1, 5):
            helping.say_whether_it_helped(case, item_of(case), ana, rating=rating)
        assert (case.state, case.help_rating) == ("verified", 5)

    @pytest.mark.parametrize("rating", [None, 0, 6])
    def test_only_one_to_five_is_an_answer(self, ana: Member, omar: Member, rating: int | None) -> None:
        case = answered(ana, omar)
        resolving.resolve(case, omar, outcome="solved")
        with pytest.raises(Invalid):
            helping.say_whether_it_helped(case, item_of(case), ana, rating=rating)

    def test_nobody_answers_for_somebody_else(self, ana: Member, ben: Member, omar: Member) -> None:
        case = answered(ana, omar)
        resolving.resolve(case, omar, outcome="solved")
        for verb in (
            lambda: helping.say_whether_it_helped(case, item_of(case), ben, rating=5),
            lambda: helping.reopen(case, item_of(case), ben, body="Not solved"),
            lambda: helping.write_again(case, item_of(case), ben, body="Hello"),
        ):
            with pytest.raises(NotFound):
                verb()


class TestReopen:
    @pytest.mark.parametrize("rating", [None, 5])
    def test_it_is_open_and_due_once_more(self, ana: Member, omar: Member, rating: int | None) -> None:
        case = answered(ana, omar)
        resolving.resolve(case, omar, outcome="solved")
        if rating:
            helping.say_whether_it_helped(case, item_of(case), ana, rating=rating)
        helping.reopen(case, item_of(case), ana, body="It broke again.")
        follow_due()
        assert (case.state, case.is_open, case.reopened_count) == ("reopened", True, 1)
        assert case.due_at is not None
        assert case.due_at > clock.now()
        assert told(omar)[-1] == "cases.reopened"

    def test_it_takes_a_new_word_to_resolve_it_again(self, ana: Member, omar: Member) -> None:
        case = answered(ana, omar)
        resolving.resolve(case, omar, outcome="solved")
        helping.reopen(case, item_of(case), ana, body="It broke again.")
        with pytest.raises(Invalid):
            resolving.resolve(case, omar, outcome="solved")
        replies.reply(case, omar, body="We send another one.")
        assert case.state == "answered"
        assert resolving.resolve(case, omar, outcome="solved").state == "resolved"

    def test_what_is_open_cannot_be_opened(self, ana: Member, omar: Member) -> None:
        case = answered(ana, omar)
        with pytest.raises(Conflict):
            helping.reopen(case, item_of(case), ana, body="Again")


class TestWriteAgain:
    def test_whoever_has_the_case_hears_of_it(self, ana: Member, omar: Member) -> None:
        case = answered(ana, omar)
        due_at = case.due_at
        helping.write_again(case, item_of(case), ana, body="And the envelope?")
        follow_due()
        assert told(omar) == ["cases.member_replied"]
        assert case.due_at is not None
        assert due_at is not None
        assert case.due_at <= due_at

    def test_what_is_resolved_is_opened_again_instead(self, ana: Member, omar: Member) -> None:
        case = answered(ana, omar)
        resolving.resolve(case, omar, outcome="solved")
        with pytest.raises(Conflict):
            helping.write_again(case, item_of(case), ana, body="Thanks")
