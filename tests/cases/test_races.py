"""Many at once: one case for each text, turns dealt out evenly, reminders and second persons once."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from community.activity.actions import follow_due
from community.cases.actions import settings
from community.cases.actions.assigning import assign_case
from community.cases.actions.deadlines import escalate_overdue, remind_owners
from community.cases.actions.opening import open_for_items
from community.cases.actions.replies import reply
from community.cases.actions.resolving import resolve
from community.cases.actions.shrinking import combine_cases
from community.cases.actions.themes import open_theme_case
from community.cases.models import Case, CaseEvent, CaseItem, RoutingRule, ServiceLevel
from community.feedback.actions import withdraw
from community.feedback.models import FeedbackItem
from community.infra import clock
from community.infra.db import db, get_row
from community.infra.errors import Refusal
from community.members.models import Member
from tests.factories.cases import forget_rules, make_case, make_level, make_rule, make_team
from tests.factories.feedback import make_read_item
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.racing import at_once


@pytest.fixture
def own(new_app: Callable[..., Flask]) -> Flask:
    """An app with a database of its own, without any rule."""
    app = new_app()
    with app.app_context():
        forget_rules()
        db.session.remove()
    return app


def count(model: type[Case] | type[CaseItem]) -> int | None:
    """How many rows there are."""
    return db.session.scalar(select(func.count()).select_from(model))


def deal(item_ids: Sequence[int]) -> Callable[[], object]:
    """A worker that deals these items out."""
    return lambda: open_for_items(item_ids)


class TestOpening:
    def test_the_same_texts_by_many_workers_give_one_case_each(self, own: Flask) -> None:
        with own.app_context():
            rule_id = make_rule(owner=make_member(roles=("owner",))).id
            ids = [make_read_item(author=make_member()).id for _number in range(6)]
            db.session.remove()
        at_once(own, *(deal(ids if number % 2 else ids[::-1]) for number in range(4)))
        with own.app_context():
            assert (count(Case), count(CaseItem)) == (6, 6)
            assert get_row(RoutingRule, rule_id).fired_count == 6

    def test_repeated_contact_at_one_moment_is_one_case(self, own: Flask) -> None:
        with own.app_context():
            make_rule(owner=make_member(roles=("owner",)))
            author, panel = make_member(), make_panel()
            ids = [make_read_item(author=author, panel=panel, thread="idea:1").id for _number in range(5)]
            db.session.remove()
        at_once(own, *(deal([item_id]) for item_id in ids))
        with own.app_context():
            assert (count(Case), count(CaseItem)) == (1, 5)
            assert db.session.scalars(select(Case.item_count)).one() == 5

    @pytest.mark.parametrize("strategy", ["round_robin", "least_loaded"])
    def test_turns_are_dealt_out_evenly(self, own: Flask, strategy: str) -> None:
        with own.app_context():
            team = [make_member(roles=("owner",)) for _number in range(3)]
            make_rule(team=make_team(*team, strategy=strategy))
            # Each in a panel of its own, so that only the team's row keeps them apart.
            ids = [make_read_item(author=make_member()).id for _number in range(9)]
            db.session.remove()
        at_once(own, *(deal([item_id]) for item_id in ids))
        with own.app_context():
            loads = Counter(db.session.scalars(select(Case.owner_id)))
            assert sorted(loads.values()) == [3, 3, 3]

    def test_two_teams_in_either_order_make_no_ring(self, own: Flask) -> None:
        with own.app_context():
            panels = [make_panel() for _number in range(2)]
            for panel in panels:
                make_rule(team=make_team(make_member(roles=("owner",))), panel=[panel.id])
            ids = [
                [make_read_item(author=make_member(), panel=panel).id for panel in panels] for _n in range(6)
            ]
            db.session.remove()
        at_once(own, *(deal(pair[:: 1 if number % 2 else -1]) for number, pair in enumerate(ids)))
        with own.app_context():
            assert count(Case) == 12

    def test_what_is_taken_back_at_the_same_moment_is_in_no_open_case(self, own: Flask) -> None:
        with own.app_context():
            make_rule(owner=make_member(roles=("owner",)))
            item = make_read_item(author=make_member())
            item_id, where = item.id, {
                "source": item.source, "source_id": item.source_id, "source_name": item.source_name,
                "panel_id": item.panel_id,
            }  # fmt: skip
            db.session.remove()
        at_once(own, deal([item_id]), lambda: withdraw(**where))
        with own.app_context():
            follow_due()
            assert get_row(FeedbackItem, item_id).state == "withdrawn"
            assert count(CaseItem) == 0
            assert db.session.scalars(select(Case.id).where(Case.is_open)).all() == []


class TestDeletingWhatDecides:
    @pytest.mark.parametrize("make", [make_rule, make_level])
    def test_it_waits_for_what_is_being_opened_and_makes_no_ring(
        self, own: Flask, make: Callable[[], RoutingRule | ServiceLevel]
    ) -> None:
        with own.app_context():
            by_id = make_member(roles=("admin",)).id
            make_rule(position=9000)
            row = make()
            model, row_id = type(row), row.id
            author, panel = make_member(), make_panel()
            standing = make_read_item(author=author, panel=panel, thread="idea:1")
            open_for_items([standing.id])
            ids = [
                make_read_item(author=author, panel=panel, thread="idea:1").id,
                make_read_item(author=make_member(), panel=panel).id,
            ]
            db.session.remove()
        has_inserted = threading.Event()

        def linger(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if statement.startswith("INSERT INTO cases"):
                has_inserted.set()
                # Long enough for the other one to lock all that it can.
                time.sleep(0.7)

        def delete() -> None:
            by, doomed = get_row(Member, by_id), get_row(model, row_id)
            assert has_inserted.wait(60)
            settings.delete(doomed, by=by)

        with own.app_context():
            event.listen(db.engine, "after_cursor_execute", linger)
        outcomes = at_once(own, deal(ids), delete)
        assert outcomes == [None, None]
        with own.app_context():
            assert db.session.get(model, row_id) is None
            assert (count(Case), count(CaseItem)) == (2, 3)
            assert set(db.session.scalars(select(Case.service_level_id))) == {None}

    def test_who_opens_meanwhile_does_without_it(self, own: Flask) -> None:
        with own.app_context():
            owner, by_id = make_member(roles=("owner",)), make_member(roles=("admin",)).id
            rules = [make_rule(owner=owner, position=number).id for number in range(3)]
            ids = [make_read_item(author=make_member()).id for _number in range(12)]
            db.session.remove()

        def delete(rule_id: int) -> Callable[[], object]:
            return lambda: settings.delete(get_row(RoutingRule, rule_id), by=get_row(Member, by_id))

        at_once(own, *(deal(ids[number::4]) for number in range(4)), *map(delete, rules))
        with own.app_context():
            assert (count(Case), count(CaseItem)) == (12, 12)
            assert set(db.session.scalars(select(Case.rule_id))) == {None}
            assert db.session.scalars(select(RoutingRule.id)).all() == []


class TestThemes:
    def test_ending_a_cause_while_its_single_cases_are_answered_makes_no_ring(self, own: Flask) -> None:
        with own.app_context():
            panel, owner = make_panel(), make_member(roles=("owner",))
            items = [make_read_item(author=make_member(), panel=panel) for _number in range(6)]
            singles = [make_case(items=(item,), owner=owner) for item in items]
            theme = open_theme_case(panel, owner, title="Torn", item_ids=[item.id for item in items])
            theme_id, single_ids, owner_id = theme.id, [case.id for case in singles], owner.id
            db.session.remove()

        def end() -> object:
            cause, by = get_row(Case, theme_id), get_row(Member, owner_id)
            return resolve(cause, by, outcome="delivered", body="They are thicker now.", with_cases=True)

        def answer() -> None:
            for case_id in single_ids[::-1]:
                reply(get_row(Case, case_id), get_row(Member, owner_id), body="We look into it.")

        at_once(own, end, answer)
        with own.app_context():
            assert {get_row(Case, case_id).outcome for case_id in single_ids} == {"delivered"}


class TestAssigning:
    def test_two_who_hand_over_at_once_leave_one_owner_and_both_steps(self, own: Flask) -> None:
        with own.app_context():
            case_id = make_case(author=make_member()).id
            ids = [make_member(roles=("owner",)).id for _number in range(4)]
            db.session.remove()

        def take(member_id: int) -> Callable[[], object]:
            def job() -> object:
                member = get_row(Member, member_id)
                return assign_case(get_row(Case, case_id), member, by=member) and member_id

            return job

        at_once(own, *(take(member_id) for member_id in ids))
        with own.app_context():
            events = db.session.scalars(
                select(CaseEvent).where(CaseEvent.kind == "assigned").order_by(CaseEvent.id)
            ).all()
            assert sorted(event.data["owner_id"] for event in events) == sorted(ids)
            # Each step begins where the one before it ended.
            assert [event.data["was_id"] for event in events] == [
                None,
                *(e.data["owner_id"] for e in events[:-1]),
            ]
            assert get_row(Case, case_id).owner_id == events[-1].data["owner_id"]

    def test_combining_both_ways_at_once_keeps_every_text(self, own: Flask) -> None:
        with own.app_context():
            author, panel = make_member(), make_panel()
            one, two = (make_case(items=(make_read_item(author=author, panel=panel),)).id for _n in "ab")
            by_id = make_member(roles=("owner",)).id
            db.session.remove()

        def combine(source_id: int, into_id: int) -> Callable[[], object]:
            return lambda: (
                combine_cases(
                    get_row(Case, source_id), into=get_row(Case, into_id), by=get_row(Member, by_id)
                ).id
            )

        outcomes = at_once(own, combine(one, two), combine(two, one))
        assert sum(isinstance(each, Refusal) for each in outcomes) == 1
        with own.app_context():
            standing = db.session.scalars(select(Case).where(Case.is_open)).one()
            assert (standing.item_count, count(CaseItem)) == (2, 2)


class TestDeadlines:
    @pytest.mark.parametrize(
        ("job", "hours", "kind"), [(remind_owners, 55, "reminded"), (escalate_overdue, 73, "escalated")]
    )
    def test_many_workers_tell_once(self, own: Flask, job: Callable[[], int], hours: int, kind: str) -> None:
        with own.app_context():
            cases = [
                make_case(author=make_member(), owner=make_member(roles=("owner",))) for _number in range(3)
            ]
            opened_at = max(case.opened_at for case in cases)
            db.session.remove()
        with clock.stopped_at(opened_at + timedelta(hours=hours)):
            outcomes = at_once(own, *[job] * 4)
        assert sum(outcomes) == 3  # type: ignore[arg-type]
        with own.app_context():
            events = db.session.scalar(select(func.count()).where(CaseEvent.kind == kind))
            assert events == 3
