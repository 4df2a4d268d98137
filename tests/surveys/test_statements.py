"""Statements: votes and their counts, members' own that wait for staff, and the pages of both."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from community.activity.models import Activity
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound
from community.members.models import Member
from community.moderation.actions import deciding
from community.moderation.models import QueueItem
from community.moderation.queries.subjects import get_subject, may_see
from community.panels.actions.membership import leave_panel
from community.panels.models import Panel
from community.surveys.actions import answering, statements
from community.surveys.models import Statement, StatementVote, Survey, Tally
from community.surveys.queries import statements as queries
from tests.conftest import Client
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.surveys import make_survey
from tests.surveys.choosing import (
    counts_of,
    make_opinions,
    press,
    standing_of,
    statement_saying,
    value_of,
    vote,
)

Browser = Callable[[Member], Client]

FREE, SUNDAY, TRUST = (
    "Delivery should be free.",
    "Shops should open on Sundays.",
    "I trust what others write.",
)
MINE = "Everything should be repairable."


@pytest.fixture
def survey(ana: Member, ben: Member, omar: Member) -> Survey:
    """Three statements, asked of ana and ben."""
    return make_opinions(make_panel(members=(ana, ben)), omar, FREE, SUNDAY, TRUST)


def add(survey: Survey, member: Member, text: str = MINE) -> Statement:
    """The member's own statement."""
    response = answering.begin(survey, member)
    return statements.add(response, standing_of(survey, "opinions"), member, text=text)


def shown_to(survey: Survey, member: Member) -> queries.Opinions:
    """What the member meets next."""
    standing = standing_of(survey, "opinions")
    response = answering.begin(survey, member)
    return queries.get_opinions(standing.question.id, standing.version.settings, response, member)


class TestVoting:
    def test_each_vote_counts_where_it_belongs(self, survey: Survey, ana: Member, ben: Member) -> None:
        vote(survey, ana, FREE, 1)
        vote(survey, ben, FREE, -1)
        vote(survey, ben, SUNDAY, 0)

        assert counts_of(statement_saying(FREE)) == (1, 1, 0)
        assert counts_of(statement_saying(SUNDAY)) == (0, 0, 1)

    def test_a_vote_can_be_changed_and_counts_once(self, survey: Survey, ana: Member) -> None:
        for number in (1, 1, -1, 0):
            vote(survey, ana, FREE, number)

        assert counts_of(statement_saying(FREE)) == (0, 0, 1)

    def test_the_question_is_answered_once_enough_votes_are_cast(self, survey: Survey, ana: Member) -> None:
        vote(survey, ana, FREE, 1)
        assert value_of(survey, ana) is None

        vote(survey, ana, SUNDAY, 0)
        assert value_of(survey, ana) == {"votes": 2}

    def test_each_statement_comes_once_until_none_is_left(self, survey: Survey, ana: Member) -> None:
        met = []
        while (shown := shown_to(survey, ana)).id is not None:
            met.append(shown.text)
            vote(survey, ana, shown.text, 1)

        assert sorted(met) == sorted((FREE, SUNDAY, TRUST))

    def test_there_is_no_other_vote(self, survey: Survey, ana: Member) -> None:
        with pytest.raises(Invalid):
            vote(survey, ana, FREE, 2)

    def test_nobody_votes_on_a_statement_that_is_not_live(
        self, survey: Survey, ana: Member, ben: Member, omar: Member
    ) -> None:
        statements.decide(statement_saying(FREE), survey, state="out", staff=omar)
        add(survey, ana)
        for text in (FREE, MINE):
            with pytest.raises(Conflict):
                vote(survey, ben, text, 1)

        assert counts_of(statement_saying(FREE)) == (0, 0, 0)

    def test_nobody_votes_on_a_statement_of_another_survey(
        self, survey: Survey, ana: Member, omar: Member
    ) -> None:
        other = make_opinions(make_panel(members=(ana,)), omar, MINE)
        response = answering.begin(survey, ana)
        with pytest.raises(NotFound):
            statements.vote(
                response,
                standing_of(survey, "opinions"),
                ana,
                statement_id=statement_saying(MINE).id,
                vote=1,
            )
        assert counts_of(statement_saying(MINE)) == (0, 0, 0)
        assert other.id != survey.id

    def test_nobody_votes_after_closing(self, survey: Survey, ana: Member) -> None:
        response = answering.begin(survey, ana)
        with unit_of_work():
            lock(Survey, survey.id).state = "closed"
        with pytest.raises(Conflict):
            statements.vote(
                response,
                standing_of(survey, "opinions"),
                ana,
                statement_id=statement_saying(FREE).id,
                vote=1,
            )

        assert db.session.scalar(select(func.count(StatementVote.id))) == 0

    def test_those_far_out_on_the_map_come_sooner(self, survey: Survey, ana: Member) -> None:
        question = standing_of(survey, "opinions").question
        with unit_of_work() as session:
            session.add(
                Tally(
                    question_id=question.id,
                    n=20,
                    data={"extremities": {str(statement_saying(SUNDAY).id): 2.5}},
                )
            )

        far = {each.statement: each.extremity for each in queries.list_tallies(question.id)}
        assert far[statement_saying(SUNDAY).id] == 2.5
        assert far[statement_saying(FREE).id] == 0


class TestOwnStatements:
    def test_one_waits_for_staff_and_its_author_agrees(self, survey: Survey, ana: Member) -> None:
        statement = add(survey, ana)

        assert statement.state == "waiting"
        assert counts_of(statement) == (1, 0, 0)
        assert shown_to(survey, ana).text != MINE

    def test_one_goes_live_at_once_where_the_question_lets_it(
        self, ana: Member, ben: Member, omar: Member
    ) -> None:
        survey = make_opinions(make_panel(members=(ana, ben)), omar, goes_live=True)
        add(survey, ana)

        assert shown_to(survey, ben).text == MINE
        assert shown_to(survey, ana).id is None

    def test_it_is_noted(self, survey: Survey, ana: Member) -> None:
        statement = add(survey, ana)
        noted = db.session.scalars(select(Activity).where(Activity.kind == "survey.statement_added")).one()

        assert (noted.subject_type, noted.subject_id, noted.actor_id) == ("statement", statement.id, ana.id)
        assert noted.data["survey_id"] == survey.id

    @pytest.mark.parametrize("text", ["", "   ", "Hi", "x" * 141])
    def test_too_short_and_too_long_ones_are_refused(self, survey: Survey, ana: Member, text: str) -> None:
        with pytest.raises(Invalid):
            add(survey, ana, text)

        assert queries.count_own(standing_of(survey, "opinions").question.id, ana) == 0

    def test_one_of_140_characters_is_taken(self, survey: Survey, ana: Member) -> None:
        assert add(survey, ana, "界" * 140).text == "界" * 140

    def test_what_was_said_is_not_said_again(self, survey: Survey, ana: Member) -> None:
        with pytest.raises(Invalid):
            add(survey, ana, FREE.upper())

    def test_there_is_room_for_ten(self, survey: Survey, ana: Member) -> None:
        for number in range(10):
            add(survey, ana, f"Thought number {number}")
        with pytest.raises(Conflict):
            add(survey, ana)

        assert not shown_to(survey, ana).can_write

    def test_none_is_taken_where_members_do_not_write(self, ana: Member, omar: Member) -> None:
        survey = make_opinions(make_panel(members=(ana,)), omar, FREE, members_write=False)
        with pytest.raises(Forbidden):
            add(survey, ana)

    def test_withdrawing_takes_votes_out_and_what_still_waits(
        self, survey: Survey, ana: Member, ben: Member, omar: Member
    ) -> None:
        add(survey, ana)
        lively = add(survey, ana, "Everything should be lent.")
        statements.decide(lively, survey, state="live", staff=omar)
        vote(survey, ben, lively.text, 1)
        vote(survey, ana, FREE, -1)
        answering.withdraw(survey, ana)

        assert counts_of(statement_saying(FREE)) == (0, 0, 0)
        assert counts_of(statement_saying(lively.text)) == (1, 0, 0)
        assert db.session.scalar(select(Statement.id).where(Statement.text == MINE)) is None


class TestStaff:
    def test_a_statement_is_let_live_and_taken_out(
        self, survey: Survey, ana: Member, ben: Member, omar: Member
    ) -> None:
        statement = add(survey, ana)
        statements.decide(statement, survey, state="live", staff=omar)
        vote(survey, ben, MINE, -1)
        statements.decide(statement, survey, state="out", staff=omar)

        assert counts_of(statement_saying(MINE)) == (1, 1, 0)
        assert statement_saying(MINE).decided_by_id == omar.id
        question = standing_of(survey, "opinions").question
        assert statement.id not in {each.statement for each in queries.list_tallies(question.id)}

    def test_none_is_written_once_it_is_closed(self, survey: Survey, omar: Member) -> None:
        with unit_of_work():
            lock(Survey, survey.id).state = "closed"
        with pytest.raises(Conflict):
            statements.write(standing_of(survey, "opinions").question, survey, text=MINE, staff=omar)

    def test_a_trial_counts_nowhere(self, omar: Member) -> None:
        survey = make_opinions(make_panel(members=(omar,)), omar, FREE, state="preview")
        response, standing = answering.begin_trial(survey, omar), standing_of(survey, "opinions")
        statements.vote(response, standing, omar, statement_id=statement_saying(FREE).id, vote=1)
        with pytest.raises(Conflict):
            statements.add(response, standing, omar, text=MINE)

        assert db.session.scalar(select(func.count(StatementVote.id))) == 1
        assert counts_of(statement_saying(FREE)) == (0, 0, 0)


class TestPages:
    @pytest.fixture
    def browser(self, browser_of: Browser, ana: Member, survey: Survey) -> Client:
        """Ana's browser, in the middle of answering."""
        browser = browser_of(ana)
        browser.post(f"/surveys/{survey.id}/start")
        return browser

    @pytest.fixture
    def page(self, survey: Survey) -> str:
        """Where the statements are asked."""
        return f"/surveys/{survey.id}/pages/1"

    def test_buttons_vote_and_change_a_vote_without_a_script(
        self, browser: Client, survey: Survey, page: str
    ) -> None:
        field = f"q{standing_of(survey, 'opinions').question.id}"
        number = statement_saying(FREE).id
        while f'value="{number}.agree"' not in browser.get(page).text:
            press(browser, page, name=f"{field}-vote")
        press(browser, page, name=f"{field}-vote", value=f"{number}.agree")
        press(browser, page, name=f"{field}-vote", value=f"{number}.disagree")

        assert counts_of(statement_saying(FREE)) == (0, 1, 0)

    @pytest.mark.parametrize("sent", ["", "agree", "1.maybe", "x.agree", "9" * 400 + ".agree"])
    def test_other_votes_are_refused(self, browser: Client, survey: Survey, sent: str) -> None:
        question = standing_of(survey, "opinions").question
        answer = browser.post(
            f"/surveys/{survey.id}/questions/{question.id}/vote", data={f"q{question.id}-vote": sent}
        )

        assert answer.status_code == 422

    def test_an_own_statement_is_added_on_the_page(self, browser: Client, survey: Survey, page: str) -> None:
        question = standing_of(survey, "opinions").question
        address = f"/surveys/{survey.id}/questions/{question.id}/statements"
        answer = browser.post(address, data={f"q{question.id}-own": MINE})

        assert answer.status_code == 303
        assert "We are looking at it" in browser.get(page).text

    def test_a_refused_one_comes_back_filled_in(self, browser: Client, survey: Survey) -> None:
        question = standing_of(survey, "opinions").question
        address = f"/surveys/{survey.id}/questions/{question.id}/statements"
        for headers in ({}, {"X-Fragment": "1"}):
            answer = browser.post(address, data={f"q{question.id}-own": "x" * 141}, headers=headers)
            assert answer.status_code == 422
            assert "x" * 141 in answer.text
            assert "at most 140 characters" in answer.text

    def test_what_members_write_is_shown_as_text(self, browser: Client, survey: Survey, page: str) -> None:
        question = standing_of(survey, "opinions").question
        address = f"/surveys/{survey.id}/questions/{question.id}/statements"
        browser.post(address, data={f"q{question.id}-own": "<b>Bold</b> claims & so on"})

        assert "&lt;b&gt;Bold&lt;/b&gt; claims &amp; so on" in browser.get(page).text

    def test_others_do_not_see_what_waits(
        self, browser: Client, browser_of: Browser, survey: Survey, page: str, ana: Member, ben: Member
    ) -> None:
        add(survey, ana)
        other = browser_of(ben)
        other.post(f"/surveys/{survey.id}/start")

        assert MINE not in other.get(page).text

    @pytest.mark.parametrize("headers", [{}, {"X-Fragment": "1"}])
    def test_who_has_left_the_panel_says_nothing_more(
        self, browser: Client, survey: Survey, ana: Member, headers: dict[str, str]
    ) -> None:
        leave_panel(ana, db.session.get_one(Panel, survey.panel_ids[0]))
        question = standing_of(survey, "opinions").question
        place = f"/surveys/{survey.id}/questions/{question.id}"
        voted = browser.post(
            f"{place}/vote",
            data={f"q{question.id}-vote": f"{statement_saying(FREE).id}.agree"},
            headers=headers,
        )
        written = browser.post(f"{place}/statements", data={f"q{question.id}-own": MINE}, headers=headers)

        assert voted.status_code == written.status_code == 403
        assert counts_of(statement_saying(FREE)) == (0, 0, 0)
        assert db.session.scalar(select(func.count(Statement.id))) == 3

    @pytest.mark.parametrize("visibility", ["open", "private"])
    def test_outsiders_find_nothing(
        self, browser_of: Browser, ana: Member, omar: Member, ben: Member, visibility: str
    ) -> None:
        survey = make_opinions(make_panel(members=(ana,), visibility=visibility), omar, FREE)
        place = f"/surveys/{survey.id}/questions/{standing_of(survey, 'opinions').question.id}"
        for path in ("vote", "statements"):
            assert browser_of(ben).post(f"{place}/{path}").status_code == 404


class TestStaffPages:
    def test_staff_write_and_decide(
        self, browser_of: Browser, survey: Survey, ana: Member, omar: Member
    ) -> None:
        statement = add(survey, ana)
        question = standing_of(survey, "opinions").question
        address = f"/staff/surveys/{survey.id}/questions/{question.id}/statements"
        browser = browser_of(omar)

        assert browser.post(address, data={"text": "One of our own"}).status_code == 303
        assert browser.post(address, data={"text": "one OF our own"}).status_code == 422
        assert browser.post(f"{address}/{statement.id}", data={"state": "live"}).status_code == 303
        assert browser.post(f"{address}/{statement.id}", data={"state": "gone"}).status_code == 422
        assert statement_saying(MINE).state == statement_saying("One of our own").state == "live"

    def test_what_waits_stands_first(
        self, browser_of: Browser, survey: Survey, ana: Member, omar: Member
    ) -> None:
        add(survey, ana)
        question = standing_of(survey, "opinions").question
        page = browser_of(omar).get(f"/staff/surveys/{survey.id}/questions/{question.id}/statements").text

        assert page.index(MINE) < page.index(FREE)

    def test_there_are_so_many_on_a_page_and_deciding_stays_there(
        self, browser_of: Browser, survey: Survey, ana: Member, omar: Member
    ) -> None:
        waiting, question = add(survey, ana), standing_of(survey, "opinions").question
        with unit_of_work() as session:
            session.add_all(
                Statement(question_id=question.id, text=f"Thought {number}", state="out")
                for number in range(queries.PER_PAGE)
            )
        first, second = (queries.list_lines(question.id, number=number) for number in (1, 2))
        assert first.items[0].id == waiting.id
        assert [line.state for line in first.items[:5]] == ["waiting", "live", "live", "live", "out"]
        assert (len(first.items), first.has_next) == (queries.PER_PAGE, True)
        assert ([line.text for line in second.items], second.has_next) == (
            [f"Thought {number}" for number in range(queries.PER_PAGE - 4, queries.PER_PAGE)],
            False,
        )
        browser = browser_of(omar)
        address = f"/staff/surveys/{survey.id}/questions/{question.id}/statements"
        page, last = browser.get(address).text, second.items[-1]
        assert page.count("data-statement-id") == queries.PER_PAGE
        assert f'href="{address}?page=2"' in page
        deciding = f"{address}/{last.id}?page=2"
        assert f'action="{deciding}"' in browser.get(f"{address}?page=2").text
        sent = browser.post(deciding, data={"state": "live"})
        assert sent.headers["Location"] == f"{address}?page=2#statement-{last.id}"

    def test_staff_of_other_panels_find_nothing(
        self, browser_of: Browser, survey: Survey, ana: Member, omar: Member
    ) -> None:
        stranger = make_member(roles=("analyst",), panel_id=make_panel().id)
        question = standing_of(survey, "opinions").question
        address = f"/staff/surveys/{survey.id}/questions/{question.id}/statements"
        number = statement_saying(FREE).id

        assert browser_of(stranger).get(address).status_code == 404
        assert browser_of(stranger).post(f"{address}/{number}", data={"state": "out"}).status_code == 404
        assert browser_of(ana).get(address).status_code == 403
        assert statement_saying(FREE).state == "live"

    def test_a_statement_of_another_question_is_not_found(
        self, browser_of: Browser, survey: Survey, omar: Member
    ) -> None:
        other = make_survey(kinds=("opinions",), panel=make_panel())
        address = (
            f"/staff/surveys/{other.id}/questions/{standing_of(other, 'opinions').question.id}/statements"
        )
        answer = browser_of(omar).post(f"{address}/{statement_saying(FREE).id}", data={"state": "out"})

        assert answer.status_code == 404


class TestCurating:
    def test_what_was_kept_back_is_let_live_taken_out_and_waits_again_by_the_moderators_door(
        self, ana: Member, mia: Member, survey: Survey
    ) -> None:
        statement = add(survey, ana, "Ring me on 138 0013 8000.")
        item = db.session.query(QueueItem).one()
        subject = get_subject(f"statement:{statement.id}")
        assert (statement.state, item.kind, may_see(ana, subject)) == ("waiting", "held", False)

        decision = deciding.approve(subject, mia, item=item)
        assert (statement.state, item.state) == ("live", "closed")
        assert may_see(ana, get_subject(subject.key))
        deciding.undo(decision, mia)
        assert (statement.state, item.state) == ("waiting", "open")
        deciding.hide(subject, mia, reason="personal_data", item=item)
        assert (statement.state, item.state) == ("out", "closed")


class TestScreening:
    @pytest.mark.parametrize(("text", "state"), [(MINE, "live"), ("Ring me on 138 0013 8000.", "waiting")])
    def test_what_is_found_waits_though_others_go_live(
        self, ana: Member, ben: Member, omar: Member, browser_of: Browser, text: str, state: str
    ) -> None:
        survey = make_opinions(make_panel(members=(ana, ben)), omar, FREE, goes_live=True)
        question = standing_of(survey, "opinions").question
        answering.begin(survey, ana)
        page = browser_of(ana).post(
            f"/surveys/{survey.id}/questions/{question.id}/statements",
            data={f"q{question.id}-own": text},
            follow_redirects=True,
        )
        statement = statement_saying(text)
        said = (
            "We look at it before others vote on it." if state == "waiting" else "Others can vote on it now."
        )

        assert statement.state == state
        assert said in page.text
        assert (shown_to(survey, ben).left == 2) is (state == "live")

    def test_what_staff_decide_on_the_survey_s_page_waits_nowhere_else(
        self, survey: Survey, ana: Member, omar: Member
    ) -> None:
        statement = add(survey, ana, "Ring me on 138 0013 8000.")
        statements.decide(statement, survey, state="out", staff=omar)

        assert db.session.query(QueueItem).one().state == "closed"
