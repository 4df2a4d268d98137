"""What digests and what was learned say about a member, and that it goes with them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from community.customers import personal_data as of_customers
from community.customers.actions.facts import correct_fact, forget_fact
from community.customers.actions.learning import learn_about
from community.customers.models import LearnedFact
from community.customers.queries import facts
from community.digests import personal_data as of_digests
from community.digests.actions.opinions import give_opinion
from community.digests.actions.tidying import forget_old
from community.digests.models import Digest, DigestOpinion
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.members.actions import give_consent
from community.members.models import Member
from tests.factories.digests import MONDAY, digest_of, make_reader
from tests.factories.feedback import make_read_item
from tests.factories.ideas import make_idea


@pytest.fixture(autouse=True)
def monday(app: object) -> Iterator[None]:
    with clock.stopped_at(MONDAY):
        yield


@pytest.fixture
def reader() -> Member:
    """A member with a digest, an opinion, a wish set right and a stage forgotten."""
    member = make_reader("Rea")
    give_consent(member, "learning")
    make_read_item("I always send cards late", author=member, preferences=[[0, 24, "habit"]])
    learn_about([member.id])
    for fact in db.session.scalars(facts.facts_of(member.id)).all():
        if fact.kind == "stage":
            forget_fact(member, fact)
        else:
            correct_fact(member, fact, words="Only in December.")
    idea = make_idea("Cards that arrive on time")
    digest_of(member)
    give_opinion(member, idea.id, "more")
    return member


class TestExport:
    def test_it_tells_all_of_it_in_sentences(self, reader: Member) -> None:
        (learned,) = of_customers.export(reader).values()
        words = [line.words for line in learned.lines]
        assert words == ["Something you asked us to forget.", "You said: “I always send cards late”"]
        assert learned.lines[1].said == "Only in December."
        digests, opinions = of_digests.export(reader).values()
        assert "Week of March 2, 2026" in digests.lines[0].words
        assert "More like idea" in opinions.lines[0].words

    def test_others_have_nothing_of_it(self, reader: Member, ana: Member) -> None:
        assert of_customers.export(ana) == of_digests.export(ana) == {}


class TestErase:
    def test_nothing_is_left(self, reader: Member) -> None:
        with unit_of_work():
            touched = {
                **of_customers.erase(reader, keeps_texts=True),
                **of_digests.erase(reader, keeps_texts=True),
            }
        assert touched == {"learned_facts": 2, "digests": 1, "digest_opinions": 1}
        for model in (LearnedFact, Digest, DigestOpinion):
            mine = select(func.count()).where(model.member_id == reader.id)
            assert db.session.scalar(mine) == 0


class TestForgetOld:
    def test_digests_go_after_some_months_and_opinions_stay(self, reader: Member) -> None:
        with clock.stopped_at(clock.ahead(days=121)):
            forget_old()
        assert db.session.scalar(select(func.count(Digest.id))) == 0
        assert db.session.scalar(select(func.count(DigestOpinion.member_id))) == 1
