"""Many who choose at once: counts stay those of the rows, and one member counts once in two windows."""

import itertools
from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.infra.db import db, get_row, lock, unit_of_work
from community.infra.errors import Refusal
from community.members.models import Member
from community.surveys.actions import answering, pairs, statements
from community.surveys.models import PairVote, Statement, StatementVote, Survey
from community.surveys.queries import pairs as pair_queries
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.racing import at_once
from tests.surveys.choosing import (
    counts_of,
    make_opinions,
    make_pairs,
    standing_of,
    standings,
    statement_saying,
)

PEOPLE = 8
FREE = "Delivery should be free."


@pytest.fixture
def own(new_app: Callable[..., Flask]) -> Flask:
    """An app with a database of its own."""
    return new_app()


def begun(survey: Survey, people: list[Member]) -> None:
    """All of them have started."""
    for member in people:
        answering.begin(survey, member)


def chooser(survey_id: int, member_id: int, *choices: tuple[int, int, int | None]) -> Callable[[], None]:
    """A member who makes these choices one after the other."""

    def run() -> None:
        survey, member = get_row(Survey, survey_id), get_row(Member, member_id)
        response = answering.begin(survey, member)
        for left_id, right_id, winner_id in choices:
            pairs.choose(
                response,
                standing_of(survey, "pairwise"),
                member,
                left_id=left_id,
                right_id=right_id,
                winner_id=winner_id,
            )

    return run


def voter(survey_id: int, member_id: int, *votes: int) -> Callable[[], None]:
    """A member who votes on the statement like this, one vote after the other."""

    def run() -> None:
        survey, member = get_row(Survey, survey_id), get_row(Member, member_id)
        response = answering.begin(survey, member)
        for each in votes:
            statements.vote(
                response,
                standing_of(survey, "opinions"),
                member,
                statement_id=statement_saying(FREE).id,
                vote=each,
            )

    return run


class TestPairs:
    def test_choices_between_the_same_ideas_are_all_counted(self, own: Flask) -> None:
        with own.app_context():
            people = [make_member() for _number in range(PEOPLE)]
            survey = make_pairs(make_panel(members=tuple(people)), ideas=3, most=10)
            ideas, survey_id = sorted(standings(survey)), survey.id
            begun(survey, people)
            member_ids = [member.id for member in people]
            db.session.remove()
        together = list(itertools.combinations(ideas, 2))
        jobs = []
        for number, member_id in enumerate(member_ids):
            turned = together if number % 2 else [pair[::-1] for pair in reversed(together)]
            choices = [(one, two, (one, two, None)[number % 3]) for one, two in turned]
            jobs.append(chooser(survey_id, member_id, *choices))
        results = at_once(own, *jobs)

        assert results == [None] * PEOPLE
        with own.app_context():
            counted = standings(get_row(Survey, survey_id))
            assert sum(map(sum, counted.values())) == 2 * len(together) * PEOPLE
            assert db.session.scalar(select(func.count(PairVote.id))) == len(together) * PEOPLE

    def test_one_member_in_two_windows_counts_once(self, own: Flask) -> None:
        with own.app_context():
            member = make_member()
            survey = make_pairs(make_panel(members=(member,)), ideas=2)
            one, two = sorted(standings(survey))
            survey_id, member_id = survey.id, member.id
            db.session.remove()
        results = at_once(
            own,
            chooser(survey_id, member_id, (one, two, one)),
            chooser(survey_id, member_id, (two, one, two)),
            chooser(survey_id, member_id, (one, two, None)),
        )

        assert results == [None] * 3
        with own.app_context():
            counted = standings(get_row(Survey, survey_id))
            assert sum(map(sum, counted.values())) == 2
            assert db.session.scalar(select(func.count(PairVote.id))) == 1

    def test_nothing_is_kept_once_the_survey_is_closed(self, own: Flask) -> None:
        with own.app_context():
            people = [make_member() for _number in range(PEOPLE)]
            survey = make_pairs(make_panel(members=tuple(people)), ideas=2)
            one, two = sorted(standings(survey))
            survey_id, member_ids = survey.id, [member.id for member in people]
            begun(survey, people)
            db.session.remove()
        at_close: list[int] = []

        def close() -> None:
            with unit_of_work() as session:
                lock(Survey, survey_id).state = "closed"
                at_close.append(session.scalar(select(func.count(PairVote.id))) or 0)

        at_once(own, close, *(chooser(survey_id, member_id, (one, two, one)) for member_id in member_ids))

        with own.app_context():
            assert db.session.scalar(select(func.count(PairVote.id))) == at_close[0]
            standings(get_row(Survey, survey_id))

    def test_withdrawing_while_others_choose_keeps_the_counts(self, own: Flask) -> None:
        with own.app_context():
            people = [make_member() for _number in range(PEOPLE)]
            survey = make_pairs(make_panel(members=tuple(people)), ideas=3, most=10)
            ideas, survey_id = sorted(standings(survey)), survey.id
            member_ids = [member.id for member in people]
            db.session.remove()
        together = [(one, two, one) for one, two in itertools.combinations(ideas, 2)]
        at_once(own, *(chooser(survey_id, member_id, *together) for member_id in member_ids[:4]))

        def leaver(member_id: int) -> Callable[[], None]:
            return lambda: answering.withdraw(get_row(Survey, survey_id), get_row(Member, member_id))

        at_once(
            own,
            *map(leaver, member_ids[:4]),
            *(chooser(survey_id, member_id, *together[::-1]) for member_id in member_ids[4:]),
        )

        with own.app_context():
            standings(get_row(Survey, survey_id))
            assert db.session.scalar(select(func.count(PairVote.id))) == 3 * 4

    def test_new_ideas_join_once_however_many_workers_follow(self, own: Flask) -> None:
        with own.app_context():
            member = make_member()
            panel = make_panel(members=(member,))
            survey_id = make_pairs(panel, ideas=2).id
            idea_id = make_idea(panel=panel).id
            db.session.remove()
        results = at_once(own, *(lambda: pairs.join_new_idea(idea_id) for _number in range(4)))

        assert results == [None] * 4
        with own.app_context():
            assert list(standings(get_row(Survey, survey_id))).count(idea_id) == 1

    def test_of_ideas_that_come_at_once_only_one_takes_the_last_place(
        self, own: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pair_queries, "MOST_IDEAS", 3)
        with own.app_context():
            panel = make_panel(members=(make_member(),))
            survey_id = make_pairs(panel, ideas=2).id
            idea_ids = [make_idea(panel=panel).id for _number in range(4)]
            db.session.remove()
        results = at_once(own, *(partial(pairs.join_new_idea, idea_id) for idea_id in idea_ids))

        assert results == [None] * 4
        with own.app_context():
            assert len(standings(get_row(Survey, survey_id))) == 3


class TestStatements:
    def test_votes_that_change_their_mind_are_all_counted(self, own: Flask) -> None:
        with own.app_context():
            people = [make_member() for _number in range(PEOPLE)]
            survey = make_opinions(make_panel(members=tuple(people)), make_member(), FREE)
            survey_id, member_ids = survey.id, [member.id for member in people]
            begun(survey, people)
            db.session.remove()
        results = at_once(
            own,
            *(
                voter(survey_id, each, 1, -1, (1, -1, 0)[number % 3])
                for number, each in enumerate(member_ids)
            ),
        )

        assert results == [None] * PEOPLE
        with own.app_context():
            assert counts_of(statement_saying(FREE)) == (3, 3, 2)

    def test_one_member_in_two_windows_counts_once(self, own: Flask) -> None:
        with own.app_context():
            member = make_member()
            survey = make_opinions(make_panel(members=(member,)), make_member(), FREE)
            survey_id, member_id = survey.id, member.id
            db.session.remove()
        at_once(own, *(voter(survey_id, member_id, each, 1 - abs(each)) for each in (1, -1, 0, 1)))

        with own.app_context():
            assert sum(counts_of(statement_saying(FREE))) == 1
            assert db.session.scalar(select(func.count(StatementVote.id))) == 1

    def test_the_same_sentence_sent_twice_stands_once(self, own: Flask) -> None:
        with own.app_context():
            member = make_member()
            survey = make_opinions(make_panel(members=(member,)), make_member(), FREE)
            survey_id, member_id = survey.id, member.id
            db.session.remove()

        def write() -> None:
            survey, member = get_row(Survey, survey_id), get_row(Member, member_id)
            response = answering.begin(survey, member)
            statements.add(response, standing_of(survey, "opinions"), member, text="Sent twice in a hurry")

        results = at_once(own, write, write, write)

        assert sum(isinstance(each, Refusal) for each in results) == 2
        with own.app_context():
            said = select(func.count(Statement.id)).where(Statement.text == "Sent twice in a hurry")
            assert db.session.scalar(said) == 1
