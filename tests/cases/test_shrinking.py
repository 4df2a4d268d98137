"""Cases shrink with what is taken back, close when nothing is left, and two can be put together."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from community.activity import actions as activity
from community.cases.actions.opening import open_for_items
from community.cases.actions.promises import make_promise
from community.cases.actions.replies import add_note, reply
from community.cases.actions.shrinking import combine_cases
from community.cases.models import Case, CaseEvent, CaseItem, CaseMessage
from community.feedback.actions import take_in, withdraw
from community.feedback.models import FeedbackItem
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from tests.factories.cases import forget_rules, make_case, make_rule, wait
from tests.factories.feedback import make_read_item
from tests.factories.panels import make_panel


def take_back(item: FeedbackItem) -> None:
    """The text is hidden where it stands, and the site follows."""
    withdraw(
        source=item.source, source_id=item.source_id, panel_id=item.panel_id, source_name=item.source_name
    )
    activity.follow_due()


def read(case: Case) -> Case:
    """The case as it is now."""
    db.session.expire_all()
    return db.session.get_one(Case, case.id)


def items_in(case: Case) -> list[int]:
    """The items of a case."""
    return sorted(db.session.scalars(select(CaseItem.item_id).where(CaseItem.case_id == case.id)))


class TestTakenBack:
    def test_the_case_shrinks(self, ana: Member, omar: Member) -> None:
        panel = make_panel()
        first, second = (make_read_item(author=ana, panel=panel, urgency=2 - n) for n in range(2))
        case = make_case(items=(first, second), owner=omar)
        take_back(first)
        assert (read(case).item_count, case.urgency, case.is_open) == (1, 1, True)
        assert items_in(case) == [second.id]

    def test_with_nothing_left_it_closes_and_nobody_is_asked_whether_it_helped(
        self, ana: Member, omar: Member
    ) -> None:
        item = make_read_item(author=ana)
        case = make_case(items=(item,), owner=omar)
        take_back(item)
        assert (read(case).state, case.outcome, case.due_at) == ("resolved", "no_reply_needed", None)
        kinds = list(
            db.session.scalars(
                select(CaseEvent.kind).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
            )
        )
        assert kinds[-2:] == ["item_removed", "resolved"]

    def test_its_words_do_not_stay_on_as_the_name_of_the_case(self, ana: Member, omar: Member) -> None:
        panel = make_panel()
        first, second = (
            make_read_item(words, author=ana, panel=panel) for words in ("Secret", "Still there")
        )
        case = make_case(items=(first, second), owner=omar)
        assert case.title == "Secret"
        take_back(first)
        assert read(case).title == "Still there"
        take_back(second)
        assert read(case).title == "…"

    def test_the_case_of_a_theme_stays(self, ana: Member, omar: Member) -> None:
        item = make_read_item(author=ana)
        case = make_case(items=(item,), owner=omar, is_theme=True)
        take_back(item)
        assert (read(case).item_count, case.is_open) == (0, True)

    def test_what_comes_back_opens_a_case_again(self, ana: Member, omar: Member) -> None:
        forget_rules()
        make_rule(owner=omar)
        item = make_read_item(author=ana)
        case = make_case(items=(item,), owner=omar)
        take_back(item)
        take_in(
            source=item.source, source_id=item.source_id, source_name=item.source_name,
            panel_id=item.panel_id, author=ana, text=item.text,
        )  # fmt: skip
        with unit_of_work():
            lock(FeedbackItem, item.id).state = "read"
        open_for_items([item.id])
        found = db.session.scalars(select(CaseItem.case_id).where(CaseItem.item_id == item.id)).one()
        assert found != case.id


class TestCombineCases:
    def test_the_other_one_holds_all_and_is_due_at_the_earlier_time(self, ana: Member, omar: Member) -> None:
        panel = make_panel()
        target = make_case(items=(make_read_item(author=ana, panel=panel),), owner=omar)
        source = wait(make_case(items=(make_read_item(author=ana, panel=panel, urgency=3),)), hours=50)
        moved = items_in(source)
        add_note(source, omar, body="He called twice.")
        combine_cases(source, into=target, by=omar)
        assert (read(target).item_count, target.urgency, target.due_at) == (2, 3, source.first_due_at)
        assert set(moved) < set(items_in(target))
        assert (read(source).is_open, source.item_count, items_in(source)) == (False, 0, [])
        note = db.session.scalars(select(CaseMessage)).one()
        assert note.case_id == target.id

    def test_both_histories_tell_of_it(self, ana: Member, omar: Member) -> None:
        panel = make_panel()
        source, target = (make_case(items=(make_read_item(author=ana, panel=panel),)) for _n in range(2))
        combine_cases(source, into=target, by=omar)
        data = {
            event.case_id: event.data
            for event in db.session.scalars(select(CaseEvent).where(CaseEvent.kind == "combined"))
        }
        assert data[source.id]["into_id"] == target.id
        assert data[target.id]["from_id"] == source.id

    def test_what_one_was_told_never_meets_another(self, ana: Member, ben: Member, omar: Member) -> None:
        panel = make_panel()
        source = make_case(items=(make_read_item(author=ana, panel=panel),), owner=omar)
        target = make_case(items=(make_read_item(author=ben, panel=panel),), owner=omar)
        reply(source, omar, body="Your refund is on its way, Ana.")
        for case, into in ((source, target), (target, source)):
            with pytest.raises(Conflict):
                combine_cases(case, into=into, by=omar)

    def test_what_one_was_promised_never_meets_another(self, ana: Member, ben: Member, omar: Member) -> None:
        panel = make_panel()
        source = make_case(items=(make_read_item(author=ana, panel=panel),), owner=omar)
        target = make_case(items=(make_read_item(author=ben, panel=panel),), owner=omar)
        make_promise(target, omar, words="Your refund, Ben.", promised_on=clock.today() + timedelta(days=3))
        with pytest.raises(Conflict):
            combine_cases(source, into=target, by=omar)

    def test_of_one_author_the_conversation_comes_along(self, ana: Member, omar: Member) -> None:
        panel = make_panel()
        source, target = (
            make_case(items=(make_read_item(author=ana, panel=panel),), owner=omar) for _n in "ab"
        )
        message = reply(source, omar, body="We are looking for it.")
        combine_cases(source, into=target, by=omar)
        db.session.expire_all()
        assert message.case_id == target.id

    def test_only_open_cases_of_one_panel_and_not_themes(self, ana: Member, omar: Member) -> None:
        panel = make_panel()
        case = make_case(items=(make_read_item(author=ana, panel=panel),), owner=omar)
        elsewhere = make_case(author=ana, owner=omar)
        theme = make_case(items=(make_read_item(author=ana, panel=panel),), is_theme=True)
        closed = make_case(items=(make_read_item(author=ana, panel=panel),), is_open=False, state="resolved")
        for other, refusal in ((case, Invalid), (elsewhere, Invalid), (theme, Invalid), (closed, Conflict)):
            with pytest.raises(refusal):
                combine_cases(case, into=other, by=omar)
