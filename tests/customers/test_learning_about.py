"""Learning about members who agree, from what stands in the database."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select, update

from community.customers.actions.facts import correct_fact, forget_fact
from community.customers.actions.learning import learn_about, learn_due
from community.customers.models import LearnedFact
from community.customers.queries import facts
from community.ideas.actions.votes import support_idea
from community.ideas.models import Follow, Vote
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.jobs import do_owed
from community.members.actions import give_consent, withdraw_consent
from community.members.models import Member
from community.panels.models import Membership
from tests.conftest import Client
from tests.factories.feedback import make_read_item, make_topic
from tests.factories.ideas import make_idea
from tests.factories.panels import make_panel
from tests.statements import statements


@pytest.fixture
def paper_fan(ben: Member) -> Member:
    """Ben, who agrees, supports two ideas about paper and said what he always does."""
    panel, others = make_panel(), make_idea
    give_consent(ben, "learning")
    for title in ("Thicker paper for cards", "Paper made of hay"):
        support_idea(others(title, panel=panel, tags=("Paper",)), ben)
    words = "I always print on both sides."
    make_read_item(words, author=ben, panel=panel, preferences=[[0, 28, "habit"]])
    return ben


def learned(member: Member) -> dict[tuple[str, str], LearnedFact]:
    db.session.expire_all()
    return {(fact.kind, fact.key): fact for fact in db.session.scalars(facts.facts_of(member.id))}


def words_of(member: Member, kind: str) -> list[str]:
    return [fact.words for fact in facts.list_facts(member) if fact.kind == kind]


class TestLearnAbout:
    def test_it_learns_interests_wishes_and_the_stage(self, paper_fan: Member) -> None:
        learn_about([paper_fan.id])
        assert words_of(paper_fan, "interest") == ["Paper"]
        assert words_of(paper_fan, "preference") == ["I always print on both sides"]
        assert words_of(paper_fan, "stage") == ["new"]

    def test_nothing_is_learned_without_a_yes(self, paper_fan: Member, ana: Member) -> None:
        withdraw_consent(paper_fan, "learning")
        learn_about([paper_fan.id, ana.id])
        assert learned(paper_fan) == learned(ana) == {}

    def test_topics_of_what_is_supported_and_said_count_together(self, ben: Member) -> None:
        give_consent(ben, "learning")
        topic = make_topic("Opening hours")
        idea = make_idea("Open on Sundays")
        item = make_read_item(
            "Longer hours", author=idea.author, panel=idea.panel, source="idea", source_id=str(idea.id),
            topic_id=topic.id,
        )  # fmt: skip
        assert item.topic_id == topic.id
        support_idea(idea, ben)
        make_read_item("You close at five.", author=ben, panel=idea.panel, topic_id=topic.id)
        learn_about([ben.id])
        assert words_of(ben, "interest") == ["Opening hours"]

    def test_an_excluded_vote_says_nothing(self, paper_fan: Member) -> None:
        with unit_of_work() as session:
            session.execute(update(Vote).values(is_counted=False))
        learn_about([paper_fan.id])
        assert words_of(paper_fan, "interest") == []

    def test_what_no_longer_shows_goes(self, paper_fan: Member) -> None:
        learn_about([paper_fan.id])
        with unit_of_work() as session:
            session.execute(delete(Vote))
            session.execute(delete(Follow))
        learn_about([paper_fan.id])
        assert words_of(paper_fan, "interest") == []

    def test_many_members_take_no_more_reading_than_one(self, paper_fan: Member, ana: Member) -> None:
        give_consent(ana, "learning")
        learn_about([paper_fan.id, ana.id])
        with statements() as for_one:
            learn_about([paper_fan.id])
        with statements() as for_two:
            learn_about([paper_fan.id, ana.id])
        assert len(for_two) <= len(for_one) + 2


class TestWhatMembersSay:
    def test_what_is_forgotten_leaves_no_words_and_is_not_learned_again(self, paper_fan: Member) -> None:
        learn_about([paper_fan.id])
        for fact in learned(paper_fan).values():
            forget_fact(paper_fan, fact)
        learn_about([paper_fan.id])
        assert facts.list_facts(paper_fan) == []
        assert facts.count_forgotten(paper_fan) == 3
        assert all((fact.words, fact.evidence) == ("", []) for fact in learned(paper_fan).values())

    def test_a_correction_stands_and_is_not_used_for_choosing(self, paper_fan: Member) -> None:
        learn_about([paper_fan.id])
        correct_fact(paper_fan, learned(paper_fan)[("interest", "tag:paper")], words="I only sell it.")
        learn_about([paper_fan.id])
        (fact,) = [fact for fact in facts.list_facts(paper_fan) if fact.kind == "interest"]
        assert (fact.state, fact.correction) == ("corrected", "I only sell it.")
        assert facts.list_standing([paper_fan.id])[paper_fan.id].interests == {}


class TestConsent:
    def test_a_yes_is_followed_at_once_and_a_no_too(self, paper_fan: Member) -> None:
        do_owed()
        assert words_of(paper_fan, "interest") == ["Paper"]
        forget_fact(paper_fan, learned(paper_fan)[("stage", "stage")])
        withdraw_consent(paper_fan, "learning")
        assert facts.list_standing([paper_fan.id]) == {}
        do_owed()
        # That the stage is not to be learned is the member's wish, and stays.
        assert list(learned(paper_fan)) == [("stage", "stage")]
        give_consent(paper_fan, "learning")
        do_owed()
        assert words_of(paper_fan, "stage") == []
        assert words_of(paper_fan, "interest") == ["Paper"]


class TestLearnDue:
    def test_each_is_looked_at_once_until_something_is_new(self, paper_fan: Member, ana: Member) -> None:
        give_consent(ana, "learning")
        assert learn_due() == 2
        assert learn_due() == 0

    def test_enough_that_is_new_is_not_left_for_tomorrow(self, paper_fan: Member) -> None:
        learn_due()
        with clock.stopped_at(clock.ahead(minutes=10)):
            panel = make_panel()
            for number in range(5):
                support_idea(make_idea(f"Blue ink number {number}", panel=panel, tags=("Ink",)), paper_fan)
            seen(paper_fan)
        with clock.stopped_at(clock.ahead(minutes=20)):
            assert learn_due() == 1
        assert set(words_of(paper_fan, "interest")) == {"Paper", "Ink"}

    def test_whoever_was_here_is_looked_at_every_day_and_others_every_week(self, paper_fan: Member) -> None:
        learn_due()
        with clock.stopped_at(clock.ahead(days=2)):
            assert learn_due() == 0
            seen(paper_fan)
            assert learn_due() == 1
        with clock.stopped_at(clock.ahead(days=40)):
            assert learn_due() == 1
            assert words_of(paper_fan, "stage") == ["at_risk"]


def seen(member: Member) -> None:
    with unit_of_work():
        lock(Member, member.id).last_active_at = clock.now()


class TestPage:
    def test_it_shows_each_fact_with_what_it_rests_on(
        self, paper_fan: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        learn_about([paper_fan.id])
        page = browser_of(paper_fan).get("/me/learned").text
        assert "You care about “Paper”." in page
        assert "Thicker paper for cards" in page
        assert "I always print on both sides" in page

    def test_what_the_member_can_no_longer_read_has_no_title(
        self, paper_fan: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        learn_about([paper_fan.id])
        with unit_of_work() as session:
            (membership,) = session.scalars(select(Membership).where(Membership.member_id == paper_fan.id))
            membership.left_at, membership.panel.visibility = clock.now(), "private"
        page = browser_of(paper_fan).get("/me/learned").text
        assert "Thicker paper" not in page
        assert "You support something that you can no longer see." in page

    def test_a_fact_is_set_right_in_words(
        self, paper_fan: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        learn_about([paper_fan.id])
        browser, fact = browser_of(paper_fan), learned(paper_fan)[("interest", "tag:paper")]
        assert browser.post(f"/me/learned/{fact.id}/correct", data={"words": " "}).status_code == 422
        answer = browser.post(f"/me/learned/{fact.id}/correct", data={"words": "I only <b>sell</b> it."})
        assert (answer.status_code, answer.location) == (303, "/me/learned")
        assert "I only &lt;b&gt;sell&lt;/b&gt; it." in browser.get("/me/learned").text

    def test_a_fact_is_forgotten(self, paper_fan: Member, browser_of: Callable[[Member], Client]) -> None:
        learn_about([paper_fan.id])
        browser, fact = browser_of(paper_fan), learned(paper_fan)[("interest", "tag:paper")]
        assert browser.post(f"/me/learned/{fact.id}/forget").status_code == 303
        page = browser.get("/me/learned").text
        assert 'data-forgotten="1"' in page
        assert "Paper”" not in page

    @pytest.mark.parametrize("verb", ["correct", "forget"])
    def test_what_was_learned_about_others_is_not_there(
        self, paper_fan: Member, ana: Member, browser_of: Callable[[Member], Client], verb: str
    ) -> None:
        learn_about([paper_fan.id])
        fact = learned(paper_fan)[("interest", "tag:paper")]
        answer = browser_of(ana).post(f"/me/learned/{fact.id}/{verb}", data={"words": "Mine."})
        assert answer.status_code == 404

    def test_without_a_yes_it_says_that_nothing_is_learned(
        self, ana: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        assert "Nothing is learned about you" in browser_of(ana).get("/me/learned").text
