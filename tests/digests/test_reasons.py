"""What a digest goes by for those who agree, and for those who do not."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update

from community.customers.actions.learning import learn_about
from community.customers.models import LearnedFact
from community.digests.actions.neighbours import count_neighbours
from community.digests.models import IdeaNeighbour
from community.ideas.actions.votes import support_idea
from community.ideas.models import Vote
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.members.actions import give_consent
from community.members.models import Member
from community.panels.models import Panel
from tests.factories.digests import MONDAY, digest_of, mails_to, make_reader
from tests.factories.feedback import make_read_item
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel


@pytest.fixture(autouse=True)
def monday(app: object) -> Iterator[None]:
    with clock.stopped_at(MONDAY):
        yield


@pytest.fixture
def reader() -> Member:
    return make_reader("Rea")


@pytest.fixture
def panel(omar: Member) -> Panel:
    """A panel with seven ideas that say nothing about anybody."""
    panel = make_panel()
    for number in range(7):
        make_idea(f"Something about ink, {number}", panel=panel, author=omar, support_count=9)
    return panel


def first_pick(member: Member) -> dict[str, Any]:
    return next(part for part in digest_of(member).parts if part["part"] == "pick")


class TestReasons:
    def test_because_the_same_people_support_it(self, reader: Member, panel: Panel, omar: Member) -> None:
        liked, alike = (
            make_idea(title, panel=panel, author=omar) for title in ("Thicker paper", "Cards made of hay")
        )
        for voter in [make_member() for _ in range(4)]:
            support_idea(liked, voter)
            support_idea(alike, voter)
        support_idea(liked, reader)
        give_consent(reader, "learning")
        count_neighbours()
        assert first_pick(reader) == {"part": "pick", "id": alike.id, "why": "supported", "about": liked.id}
        assert "Because you support “Thicker paper”" in mails_to(reader)[0].body

    def test_because_of_an_interest_or_a_wish(self, reader: Member, panel: Panel, omar: Member) -> None:
        give_consent(reader, "learning")
        make_read_item("I always use recycled envelopes", author=reader, preferences=[[0, 31, "habit"]])
        learn_about([reader.id])
        wanted = make_idea("Sell recycled envelopes again", panel=panel, author=omar)
        assert first_pick(reader)["id"] == wanted.id
        body = mails_to(reader)[0].body
        assert "Because you said “I always use recycled envelopes”" in body

    def test_without_a_yes_it_is_what_moves_everybody(
        self, reader: Member, panel: Panel, omar: Member
    ) -> None:
        liked = make_idea("Thicker paper", panel=panel, author=omar, tags=("paper",))
        alike = make_idea("Paper of hay", panel=panel, author=omar, tags=("paper",))
        support_idea(liked, reader)
        picks = [part for part in digest_of(reader).parts if part["part"] == "pick"]
        assert {part["why"] for part in picks} <= {"popular", "fresh", "chance"}
        assert alike.id not in [part["id"] for part in picks[:4]]

    def test_a_fact_that_was_forgotten_is_no_longer_named(
        self, reader: Member, panel: Panel, omar: Member
    ) -> None:
        give_consent(reader, "learning")
        make_read_item("I always use recycled envelopes", author=reader, preferences=[[0, 31, "habit"]])
        learn_about([reader.id])
        with unit_of_work() as session:
            session.execute(update(LearnedFact).values(state="corrected", correction="Not any more."))
        make_idea("Sell recycled envelopes again", panel=panel, author=omar)
        digest_of(reader)
        assert "Because you said" not in mails_to(reader)[0].body


class TestCountNeighbours:
    def test_joined_ideas_count_for_the_one_they_were_joined_to_and_odd_votes_do_not(
        self, panel: Panel, omar: Member
    ) -> None:
        one, other, joined = (make_idea(f"An idea, number {n}", panel=panel, author=omar) for n in range(3))
        for voter in [make_member() for _ in range(3)]:
            support_idea(one, voter)
            support_idea(joined, voter)
        with unit_of_work():
            joined.root_id, joined.merged_into_id, joined.is_listed = other.id, other.id, False
            other.support_count = 3
        count_neighbours()
        assert _pairs() == {(one.id, other.id), (other.id, one.id)}
        with unit_of_work() as session:
            session.execute(update(Vote).where(Vote.idea_id == joined.id).values(is_counted=False))
        count_neighbours()
        assert _pairs() == set()


def _pairs() -> set[tuple[int, int]]:
    db.session.expire_all()
    return {(row.idea_id, row.other_id) for row in db.session.scalars(select(IdeaNeighbour))}
