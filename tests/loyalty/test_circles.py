"""Circles: found by the clock in what was really marked, judged by a person who is not in them."""

import itertools
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import insert, select

from community.activity.actions import follow_due
from community.activity.models import Activity
from community.ideas.actions.comments import add_comment
from community.ideas.actions.helpful import find_helpful
from community.ideas.actions.votes import support_idea, withdraw_support
from community.ideas.jobs import find_circles
from community.ideas.models import Idea, VoteEvent
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid
from community.loyalty.actions.circles import judge_circle, note_circles
from community.loyalty.models import Programme, Ring
from community.loyalty.queries.circles import ids_in_circle_with
from community.loyalty.rings import FEWEST_OTHERS, Leaning
from community.members.models import Member
from community.panels.models import Panel
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.racing import at_once
from tests.statements import statements

Browser = Callable[[Member], Client]
MARKS = 8


@pytest.fixture
def panel(app: Flask) -> Panel:
    return make_panel()


def leaning(member: Member, *partners: Member, volume: int = 20) -> Leaning:
    return Leaning(member.id, 0.9, 0.5, volume, tuple(partner.id for partner in partners))


def rings(state: str | None = None) -> list[tuple[str, set[int]]]:
    """Every circle with its state and all who are in it."""
    rows = select(Ring).order_by(Ring.id)
    return [(ring.state, {ring.member_id, *ring.partner_ids}) for ring in db.session.scalars(rows)]


def noted(member: Member, *partners: Member) -> Ring:
    note_circles([leaning(member, *partners)])
    return db.session.scalars(select(Ring).where(Ring.member_id == member.id)).one()


def crowd(panel: Panel, *, count: int = FEWEST_OTHERS) -> None:
    """Members who each vote for ideas of as many different others."""
    members = [make_member() for _number in range(count)]
    ideas = [make_idea(panel=panel, author=member) for member in members]
    vote(
        (members[(number + step) % count], ideas[number])
        for number in range(count)
        for step in range(1, MARKS + 1)
    )


def vote(votes: Iterator[tuple[Member, Idea]], *, days_ago: float = 1) -> None:
    """Votes as the history has them."""
    with unit_of_work() as session:
        session.execute(
            insert(VoteEvent),
            [
                {
                    "idea_id": idea.id, "member_id": member.id, "change": "cast", "importance": None,
                    "at": clock.ago(days=days_ago),
                }
                for member, idea in votes
            ],
        )  # fmt: skip


def go_round(panel: Panel, *members: Member, days_ago: float = 1) -> None:
    """Each votes for every idea of the others, often enough."""
    each = MARKS // (len(members) - 1)
    ideas = {member: [make_idea(panel=panel, author=member) for _ in range(each)] for member in members}
    vote(
        ((giver, idea) for giver, author in itertools.permutations(members, 2) for idea in ideas[author]),
        days_ago=days_ago,
    )


class TestFindCircles:
    def test_three_who_vote_for_each_other_are_found(
        self, ana: Member, ben: Member, lin: Member, panel: Panel
    ) -> None:
        crowd(panel)
        go_round(panel, ana, ben, lin)
        find_circles()
        assert rings() == [("open", {ana.id, ben.id, lin.id})] * 3
        ring = db.session.scalars(select(Ring).where(Ring.member_id == ana.id)).one()
        assert (ring.reciprocity, ring.concentration, ring.volume) == (1.0, pytest.approx(0.5), 8)
        assert ids_in_circle_with(ana.id) == {ben.id, lin.id}

    def test_nobody_is_where_nothing_was_arranged(self, panel: Panel) -> None:
        crowd(panel)
        find_circles()
        assert rings() == []

    def test_looking_again_changes_nothing(self, ana: Member, ben: Member, panel: Panel) -> None:
        crowd(panel)
        go_round(panel, ana, ben)
        for _night in range(3):
            find_circles()
        assert len(rings()) == 2
        found = select(Activity.id).where(Activity.kind == "ring.found")
        assert len(db.session.scalars(found).all()) == 2

    def test_votes_taken_back_have_been_given(self, ana: Member, ben: Member, panel: Panel) -> None:
        crowd(panel)
        for giver, author in ((ana, ben), (ben, ana)):
            for _number in range(MARKS):
                idea = make_idea(panel=panel, author=author)
                support_idea(idea, giver)
                withdraw_support(idea, giver)
        find_circles()
        assert len(rings()) == 2

    def test_thanks_for_comments_count_as_well(self, ana: Member, ben: Member, panel: Panel) -> None:
        crowd(panel)
        idea = make_idea(panel=panel)
        for giver, author in ((ana, ben), (ben, ana)):
            for number in range(MARKS):
                find_helpful(add_comment(idea, author, body=f"Number {number}"), giver)
        find_circles()
        assert len(rings()) == 2

    def test_what_is_long_ago_no_longer_counts(self, ana: Member, ben: Member, panel: Panel) -> None:
        crowd(panel)
        go_round(panel, ana, ben, days_ago=91)
        find_circles()
        assert rings() == []

    def test_staff_are_no_circle_however_much_they_agree(
        self, mia: Member, omar: Member, panel: Panel
    ) -> None:
        crowd(panel)
        go_round(panel, mia, omar)
        find_circles()
        assert rings() == []

    def test_how_many_marks_it_takes_is_a_setting(self, ana: Member, ben: Member, panel: Panel) -> None:
        crowd(panel)
        go_round(panel, ana, ben)
        with unit_of_work() as session:
            session.get_one(Programme, 1).ring_minimum = MARKS + 1
        find_circles()
        assert rings() == []


class TestNoteCircles:
    def test_an_open_one_follows_what_is_found(self, ana: Member, ben: Member, lin: Member) -> None:
        noted(ana, ben)
        assert note_circles([leaning(ana, ben, lin, volume=33)]) == 0
        assert rings() == [("open", {ana.id, ben.id, lin.id})]
        assert db.session.scalars(select(Ring.volume)).one() == 33

    def test_an_upheld_one_stays_as_it_was_judged(
        self, ana: Member, ben: Member, lin: Member, ada: Member
    ) -> None:
        judge_circle(noted(ana, ben), ada, decision="upheld", note="They agreed on it.")
        note_circles([leaning(ana, ben, lin)])
        assert rings() == [("upheld", {ana.id, ben.id})]

    def test_a_dismissed_one_does_not_come_back_with_the_same_people_for_90_days(
        self, ana: Member, ben: Member, lin: Member, ada: Member
    ) -> None:
        judge_circle(noted(ana, ben), ada, decision="dismissed", note="They sit in one office.")
        assert note_circles([leaning(ana, ben)]) == 0
        with clock.stopped_at(clock.ahead(days=91)):
            assert note_circles([leaning(ana, ben)]) == 1
        assert rings() == [("dismissed", {ana.id, ben.id}), ("open", {ana.id, ben.id})]

    def test_but_with_somebody_else_it_does(self, ana: Member, ben: Member, lin: Member, ada: Member) -> None:
        judge_circle(noted(ana, ben), ada, decision="dismissed", note="They sit in one office.")
        assert note_circles([leaning(ana, ben, lin)]) == 1

    def test_two_workers_note_it_once(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            one, other = make_member(), make_member()
            found = leaning(one, other)
            results = at_once(app, *[lambda: note_circles([found])] * 4)
            assert sorted(results) == [0, 0, 0, 1]
            db.session.rollback()
            assert len(rings()) == 1


class TestJudgeCircle:
    def test_it_is_recorded_with_before_and_after(self, ana: Member, ben: Member, ada: Member) -> None:
        ring = judge_circle(noted(ana, ben), ada, decision="upheld", note="They agreed on it.")
        assert (ring.state, ring.decided_by_id) == ("upheld", ada.id)
        activity = db.session.scalars(select(Activity).where(Activity.kind == "ring.judged")).one()
        assert (activity.data["before"], activity.data["decision"]) == ("open", "upheld")
        assert activity.data["note"] == "They agreed on it."

    def test_nobody_judges_their_own(self, ana: Member, ada: Member) -> None:
        for ring in (noted(ana, ada), noted(ada, ana)):
            with pytest.raises(Forbidden):
                judge_circle(ring, ada, decision="dismissed", note="We are just friends.")

    def test_only_who_runs_the_programme_judges(self, ana: Member, ben: Member, mia: Member) -> None:
        panel_admin = make_member(roles=("admin",), panel_id=make_panel().id)
        for somebody in (ana, mia, panel_admin):
            with pytest.raises(Forbidden):
                judge_circle(noted(ben, ana), somebody, decision="dismissed", note="Fine.")

    @pytest.mark.parametrize(
        ("decision", "note"), [("dismissed", ""), ("upheld", "x" * 1001), ("open", "Well")]
    )
    def test_it_takes_a_decision_and_a_reason(
        self, ana: Member, ben: Member, ada: Member, decision: str, note: str
    ) -> None:
        with pytest.raises(Invalid):
            judge_circle(noted(ana, ben), ada, decision=decision, note=note)
        assert rings() == [("open", {ana.id, ben.id})]

    def test_what_was_dismissed_stays_so_and_the_same_is_not_decided_twice(
        self, ana: Member, ben: Member, ada: Member
    ) -> None:
        ring = noted(ana, ben)
        judge_circle(ring, ada, decision="upheld", note="They agreed on it.")
        with pytest.raises(Conflict):
            judge_circle(ring, ada, decision="upheld", note="Again.")
        judge_circle(ring, ada, decision="dismissed", note="They did not.")
        with pytest.raises(Conflict):
            judge_circle(ring, ada, decision="upheld", note="They did after all.")

    def test_of_two_at_once_one_decides(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            ring_id = noted(make_member(), make_member()).id
            staff = [make_member(roles=("admin",)).id for _number in range(2)]

            def judge(member_id: int, decision: str) -> str:
                member, ring = db.session.get_one(Member, member_id), db.session.get_one(Ring, ring_id)
                return judge_circle(ring, member, decision=decision, note="So it is.").state

            results = at_once(app, *[lambda m=member: judge(m, "dismissed") for member in staff])
            assert sum(isinstance(result, Conflict) for result in results) == 1


class TestPages:
    def test_staff_see_what_was_marked_and_decide(
        self, ana: Member, ben: Member, ada: Member, panel: Panel, browser_of: Browser
    ) -> None:
        crowd(panel)
        go_round(panel, ana, ben)
        find_circles()
        browser = browser_of(ada)
        ring = db.session.scalars(select(Ring).where(Ring.member_id == ana.id)).one()
        assert ana.display_name in browser.get("/staff/rewards/circles").text
        page = browser.get(f"/staff/rewards/circles/{ring.id}").text
        assert page.count('<td class="number">8</td>') == 2
        sent = {"decision": "upheld", "note": "They agreed on it."}
        answer = browser.post(f"/staff/rewards/circles/{ring.id}", data=sent)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/rewards/circles")
        page = browser.get("/staff/rewards/circles").text
        assert "They agreed on it." in page
        assert ring.state == "upheld"
        follow_due()

    @pytest.mark.parametrize("sent", [{}, {"decision": "upheld"}, {"decision": "perhaps", "note": "Hm"}])
    def test_a_refused_form_comes_back(
        self, ana: Member, ben: Member, ada: Member, browser_of: Browser, sent: dict[str, str]
    ) -> None:
        ring = noted(ana, ben)
        assert browser_of(ada).post(f"/staff/rewards/circles/{ring.id}", data=sent).status_code == 422
        assert ring.state == "open"

    def test_it_is_for_those_who_run_the_programme(
        self, ana: Member, ben: Member, mia: Member, omar: Member, client: Client, browser_of: Browser
    ) -> None:
        ring = noted(ana, ben)
        panel_admin = make_member(roles=("admin",), panel_id=make_panel().id)
        paths = ("/staff/rewards/circles", f"/staff/rewards/circles/{ring.id}")
        for path in paths:
            assert client.get(path).status_code == 303
            for somebody in (ana, mia, omar, panel_admin):
                assert browser_of(somebody).get(path).status_code == 403
        sent = {"decision": "dismissed", "note": "Let us go on."}
        for somebody in (ana, mia, omar, panel_admin):
            assert browser_of(somebody).post(paths[1], data=sent).status_code == 403
        assert ring.state == "open"
        assert browser_of(make_member(roles=("admin",))).get(f"{paths[0]}/{10**9}").status_code == 404

    def test_the_lists_cost_the_same_for_however_many(self, ada: Member, browser_of: Browser) -> None:
        browser = browser_of(ada)
        counts = []
        for more in (1, 20):
            for _number in range(more):
                judge_circle(noted(make_member(), make_member()), ada, decision="upheld", note="So.")
                noted(make_member(), make_member())
            browser.get("/staff/rewards/circles")
            with statements() as sent:
                browser.get("/staff/rewards/circles")
            counts.append(len(sent))
        assert counts[0] == counts[1]
