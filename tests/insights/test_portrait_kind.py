"""Portraits of segments and panels: profiles, topics, words, quotes and ideas, each as the rows give it."""

from collections import Counter
from datetime import timedelta
from math import log, sqrt
from statistics import fmean
from typing import Any

import pytest
from scipy import stats
from sqlalchemy import select

from community.feedback.models import FeedbackItem
from community.ideas.actions.merges import merge_ideas
from community.ideas.models import Sighting, Vote
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.insights.actions import rolling
from community.insights.kinds import portrait
from community.insights.kinds.portrait.words import choose_words
from community.insights.queries import portrait as queries
from community.insights.queries.behind import count_behind
from community.members.actions.consents import give_consent
from community.members.models import AttributeAnswer, Member
from community.panels.models import Panel, Segment
from community.statistics.intervals import Interval
from community.statistics.wording import Wording
from tests.factories.feedback import make_topic
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_attribute, make_panel, make_segment
from tests.insights.people import make_people, say, tell
from tests.insights.reading import collect, figure_of, newcombe, scope_of, table, wilson


def report_of(*panels: Panel, **values: Any) -> Any:
    """The portraits of these segments or panels, over the last 30 days."""
    scope = scope_of(*panels, **values)
    rolling.prepare(scope)
    return collect(portrait.KIND, scope)


class Stage:
    """A panel of young and old members; a segment of the young."""

    def __init__(self, *, young: int = 40, old: int = 60) -> None:
        self.panel = make_panel("Gardeners")
        self.age = make_attribute("age", "single_choice", "young", "old")
        self.young, self.old = make_people(self.panel, young), make_people(self.panel, old)
        tell(self.age, self.young, "young")
        tell(self.age, self.old, "old")
        self.segment: Segment = make_segment({"attribute": "age", "is": "young"}, name="The young")

    def report(self, **values: Any) -> Any:
        """The portrait of the young."""
        return report_of(self.panel, segment_ids=(self.segment.id,), **values)

    def key(self, rest: str) -> str:
        """The key of one of its figures."""
        return f"segment-{self.segment.id}.{rest}"


@pytest.fixture
def stage(app: object) -> Stage:
    """Forty young and sixty old members."""
    return Stage()


class TestWhoTheyAre:
    def test_shares_and_differences_are_those_of_the_answers(self, stage: Stage) -> None:
        hobby = make_attribute("hobby", "several_choices", "birds", "roses")
        tell(hobby, stage.young[:30], "birds")
        tell(hobby, stage.young[20:36], "roses")
        tell(hobby, stage.old[:15], "birds")
        tell(hobby, stage.old[5:55], "roses")
        found = stage.report()
        rows = table(found, stage.key("who.hobby"))
        known = {"young": 36, "old": 55}
        told = {
            (side, option): len(
                set(
                    db.session.scalars(
                        select(AttributeAnswer.member_id).where(
                            AttributeAnswer.option == option,
                            AttributeAnswer.member_id.in_([each.id for each in people]),
                        )
                    )
                )
            )
            for side, people in (("young", stage.young), ("old", stage.old))
            for option in ("birds", "roses")
        }
        for option, name in (("birds", "Birds"), ("roses", "Roses")):
            here, others = told["young", option], told["old", option]
            row = rows[name]
            assert (row["people"], row["share"]) == (here, here / known["young"])
            assert row["interval"] == pytest.approx(wilson(here, known["young"]))
            assert row["elsewhere"] == others / known["old"]
            assert row["difference_interval"] == pytest.approx(
                newcombe((others, known["old"]), (here, known["young"]))
            )
        claim = next(claim for claim in found.summary if claim.text.startswith("Hobby: Birds"))
        assert (claim.verdict, "83% against 27%" in claim.text) == ("higher", True)

    def test_what_makes_the_segment_is_no_finding(self, stage: Stage) -> None:
        found = stage.report()
        row = table(found, stage.key("who.age"))["Young"]
        assert (row["share"], row["difference"]) == (1.0, None)
        assert not any("Age" in claim.text for claim in found.summary)

    def test_what_is_promised_to_be_seen_by_nobody_else_is_not_there(self, stage: Stage) -> None:
        tell(make_attribute("income", "single_choice", "low", visible_to="self"), stage.young, "low")
        assert "income" not in str(stage.report()).lower()

    def test_numbers_are_compared_by_their_means(self, stage: Stage) -> None:
        spent = make_attribute("spent", "number")
        for at, each in enumerate(stage.young):
            tell(spent, [each], 20 + at)
        for at, each in enumerate(stage.old):
            tell(spent, [each], 50 + at)
        found = stage.report()
        row = table(found, stage.key("numbers"))["Spent"]
        here, others = list(range(20, 60)), list(range(50, 110))
        assert (row["mean"], row["elsewhere"]) == (fmean(here), fmean(others))
        welch = stats.ttest_ind(here, others, equal_var=False).confidence_interval()
        assert row["difference_interval"] == pytest.approx([welch.low, welch.high])

    def test_an_answer_of_fewer_than_ten_is_kept_back(self, stage: Stage) -> None:
        tell(make_attribute("hobby", "single_choice", "birds"), stage.young[:9], "birds")
        assert table(stage.report(), stage.key("who.hobby"))["Birds"] is None


class TestWhatTheySay:
    def test_topics_and_feelings_are_those_of_the_texts(self, stage: Stage) -> None:
        price, paper, rare, small = (make_topic(name) for name in ("Price", "Paper", "Rare", "Small"))
        for topic, people, sentiment in (
            (price, stage.young[:30], "neg"),
            (price, stage.young[:5], "pos"),
            (paper, stage.young[10:36], "pos"),
            (paper, stage.young[:4], "neu"),
            (rare, stage.young[:6], "neg"),
            (small, stage.young[:12], "neg"),
            (price, stage.old[:12], "neg"),
            (paper, stage.old[:50], "pos"),
        ):
            say(stage.panel, people, "Something.", topic_id=topic.id, sentiment=sentiment)
        # Before the period, and withdrawn: of neither is anything told.
        say(
            stage.panel, stage.young, "Long ago.", said_at=clock.now() - timedelta(days=60), topic_id=price.id
        )
        found = stage.report()
        rows = table(found, stage.key("topics"))
        texts = 35 + 30 + 6 + 12
        people = len({*range(30), *range(10, 36)})
        # What is shown must not leave the six of one topic over, so a second one goes.
        assert (rows["Rare"], rows["Small"]) == (None, None)
        row = rows["Price"]
        assert (row["texts"], row["people"]) == (35, 30)
        assert row["share"] == pytest.approx(35 / texts)
        assert row["interval"] == pytest.approx(wilson(35 / texts * people, people))
        assert row["elsewhere"] == pytest.approx(12 / 62)
        assert row["difference_interval"] == pytest.approx(
            newcombe((12 / 62 * 50, 50), (35 / texts * people, people))
        )
        assert set(table(found, stage.key("feelings"))) == {"Price", "Paper"}

    def test_loved_and_missed_is_what_the_interval_says(self, stage: Stage) -> None:
        price, paper = make_topic("Price"), make_topic("Paper")
        say(stage.panel, stage.young[:30], "Too dear.", topic_id=price.id, sentiment="neg")
        say(stage.panel, stage.young[:6], "Fair.", topic_id=price.id, sentiment="pos")
        say(stage.panel, stage.young[5:35], "Thick.", topic_id=paper.id, sentiment="pos")
        say(stage.panel, stage.old[:40], "Fine.", topic_id=price.id, sentiment="pos")
        found = stage.report()
        row = table(found, stage.key("feelings"))["Price"]
        assert (row["pos"], row["neg"], row["net"]) == (6 / 36, 30 / 36, pytest.approx(-24 / 36))
        # 36 texts of 30 people; three are added, 3/4 to each side (Rocks 2016).
        up, down = (6 / 36 * 30 + 0.75) / 33, (30 / 36 * 30 + 0.75) / 33
        half = 1.959964 * sqrt((up + down - (up - down) ** 2) / 33)
        assert row["interval"] == pytest.approx([max(-1, up - down - half), up - down + half])
        said = [claim.text for claim in found.summary]
        assert any(text.startswith("They love Paper: 100% of 30 texts") for text in said)
        assert any(text.startswith("They miss something in Price: 83% of 36 texts") for text in said)
        assert any(text.startswith("Price, good less bad: lower than elsewhere") for text in said)

    def test_nothing_leads_where_few_of_them_say_more_than_all_others(self, stage: Stage) -> None:
        loud, plain, small = (make_topic(name) for name in ("Loud", "Plain", "Small"))
        say(stage.panel, stage.young[:4] * 15, "Again.", topic_id=loud.id)
        say(stage.panel, stage.young[:30], "Once.", topic_id=plain.id)
        say(stage.panel, stage.young[:15], "Once.", topic_id=small.id)
        say(stage.panel, stage.old[:30], "Once.", topic_id=plain.id)
        found = stage.report()
        rows = table(found, stage.key("topics"))
        assert (rows["Loud"], rows["Plain"]["texts"]) == (None, 30)
        assert not any(claim.text.startswith("Named most often") for claim in found.summary)

    def test_rows_lead_to_the_texts_behind_them(self, stage: Stage) -> None:
        topic = make_topic("Price")
        say(stage.panel, stage.young[:20], "Something.", topic_id=topic.id, sentiment="neg")
        say(stage.panel, stage.old[:20], "Something.", topic_id=topic.id, sentiment="neg")
        found = stage.report()
        scope = scope_of(stage.panel, segment_ids=(stage.segment.id,))
        for rest in ("topics", "feelings"):
            (row,) = figure_of(found, stage.key(rest)).rows
            assert row.texts is not None
            assert count_behind(scope, row.texts) == row.cells["texts"] == 20

    def test_the_talk_of_fewer_than_ten_is_not_told(self, stage: Stage) -> None:
        say(stage.panel, stage.young[:9], "Something.", topic_id=make_topic("Price").id)
        keys = {figure.key for section in stage.report().sections for figure in section.figures}
        assert stage.key("topics") not in keys


class TestTheirWords:
    def test_words_are_ranked_by_the_log_odds_of_people_who_say_them(self, stage: Stage) -> None:
        say(stage.panel, stage.young[:25], "It is the greenhouse.")
        # Saying it again makes nobody two people.
        say(stage.panel, stage.young[:10], "That greenhouse, again.")
        say(stage.panel, stage.young[25:], "The gate is shut.")
        say(stage.panel, stage.old[:5], "Not the greenhouse.")
        say(stage.panel, stage.old[5:], "The gate is shut.")
        say(stage.panel, stage.young[:9], "Marvellous wheelbarrow.")
        found = stage.report()
        rows = table(found, stage.key("words"))
        assert "wheelbarrow" not in str(rows)
        row = rows["greenhouse"]
        assert (row["people"], row["share"], row["elsewhere"]) == (25, 25 / 40, 5 / 60)
        # Twenty people who speak as all 100 do stand behind both sides (Monroe, Colaresi and Quinn 2008).
        held = 20 * 30.5 / 101
        odds = log((25 + held) / (60 - 25 - held)) - log((5 + held) / (80 - 5 - held))
        half = 1.959964 * sqrt(1 / (25 + held) + 1 / (5 + held))
        assert [log(each) for each in row["interval"]] == pytest.approx([odds - half, odds + half])
        assert any("“greenhouse" in claim.text for claim in found.summary)

    def test_both_chinese_scripts_are_one_word_shown_as_most_write_it(self, stage: Stage) -> None:
        say(stage.panel, stage.young[:12], "溫室漏水", language="zh-Hant")
        say(stage.panel, stage.young[12:20], "温室很好", language="zh-Hans")
        say(stage.panel, stage.young[20:], "大门关了", language="zh-Hans")
        say(stage.panel, stage.old, "大门关了", language="zh-Hans")
        rows = table(stage.report(), stage.key("words"))
        assert rows["溫室"]["people"] == 20

    def test_of_many_texts_a_sample_is_drawn_and_it_is_said(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(queries, "MOST_TEXTS", 35)
        say(stage.panel, stage.young, "It is the greenhouse.")
        say(stage.panel, stage.old, "It is the gate.")
        figure = figure_of(stage.report(), stage.key("words"))
        assert figure.n == 35
        assert "35 of 40 of their texts, 35 of 60" in figure.how
        assert figure == figure_of(stage.report(), stage.key("words"))

    def test_of_phrases_that_say_the_same_the_longer_one_stands(self) -> None:
        def word(text: str, here: int, z: float) -> Wording:
            return Wording(text, here, 1, 1.0, Interval(0.5, 1.5), z, 0.0001)

        found = [
            word("rain", 20, 6.0),
            word("rain barrel", 18, 5.5),
            word("barrel", 18, 5.0),
            word("soil", 12, 4.0),
        ]
        assert [each.word for each, _p in choose_words(found)] == ["rain barrel", "soil"]


class TestQuotes:
    def test_only_who_agreed_is_quoted_and_without_what_leads_to_them(self, stage: Stage) -> None:
        words = "The new greenhouse leaks at every corner, write to {0} about it please."
        with unit_of_work():
            for number, each in enumerate(stage.young[:12]):
                db.session.get_one(Member, each.id).display_name = f"Person{number}"
        for number, each in enumerate(stage.young[:12]):
            say(stage.panel, [each], words.format(f"name{number}@example.org"))
            if number < 2:
                give_consent(db.session.get_one(Member, each.id), "quotes")
        found = stage.report()
        quotes = figure_of(found, stage.key("typical")).quotes
        agreed = {each.id for each in stage.young[:2]}
        authors = db.session.scalars(
            select(FeedbackItem.author_id).where(FeedbackItem.id.in_([quote.item_id for quote in quotes]))
        )
        assert quotes
        assert set(authors) <= agreed
        assert "@example.org" not in str(found)


class TestTheirIdeas:
    def test_support_is_of_those_who_have_seen_an_idea(self, stage: Stage) -> None:
        liked, joined = (
            make_idea("A barrel for rain", panel=stage.panel),
            make_idea("Rain barrels", panel=stage.panel),
        )
        secret = make_idea("Something else", panel=stage.panel)
        with unit_of_work() as session:
            for idea, seen, support in (
                (liked, stage.young[:24], stage.young[:15]),
                (joined, stage.young[20:30], stage.young[10:18]),
                (liked, stage.old[:40], stage.old[:10]),
                (secret, stage.young[:9], stage.young[:9]),
            ):
                session.add_all(Sighting(idea_id=idea.id, member_id=each.id) for each in seen)
                session.add_all(Vote(idea_id=idea.id, member_id=each.id) for each in support)
            session.add(Vote(idea_id=liked.id, member_id=stage.young[39].id, is_counted=False))
        merge_ideas(joined, into=liked, moderator=make_member(roles=("moderator",)))
        rows = table(stage.report(), stage.key("ideas"))
        assert list(rows) == ["A barrel for rain"]
        row = rows["A barrel for rain"]
        # Fifteen and eight less five who support both; thirty have opened one of the two.
        assert (row["seen"], row["support"]) == (30, 18)
        assert row["share"] == 18 / 30
        assert row["interval"] == pytest.approx(wilson(18, 30))
        assert row["elsewhere"] == 10 / 40
        assert row["difference_interval"] == pytest.approx(newcombe((10, 40), (18, 30)))


@pytest.mark.usefixtures("app")
class TestOfWhom:
    def test_a_segment_that_leaves_fewer_than_ten_over_is_kept_back(self) -> None:
        stage = Stage(young=40, old=5)
        found = stage.report()
        assert found.n == found.people == 0
        assert figure_of(found, stage.key("hidden")).rows[0].is_hidden

    def test_a_segment_of_fewer_than_ten_is_kept_back_beside_others(self) -> None:
        stage = Stage(young=40, old=60)
        tell(make_attribute("hobby", "single_choice", "birds"), stage.young[:9], "birds")
        few = make_segment({"attribute": "hobby", "is": "birds"}, name="Birders")
        say(stage.panel, stage.young[:20], "Something.")
        found = report_of(stage.panel, segment_ids=(stage.segment.id, few.id))
        assert figure_of(found, f"segment-{few.id}.hidden").rows[0].is_hidden
        assert (found.n, found.people) == (20, 40)

    def test_panels_are_held_against_each_other(self) -> None:
        one, other = make_panel("One"), make_panel("Other")
        topic = make_topic("Price")
        here, there = make_people(one, 20), make_people(other, 30)
        say(one, here[:10], "Something.", topic_id=topic.id)
        say(one, here[10:], "Something.")
        say(other, there[:6], "Something.", topic_id=topic.id)
        say(other, there[6:], "Something.")
        found = report_of(one, other)
        row = table(found, f"panel-{one.id}.topics")["Price"]
        assert (row["share"], row["elsewhere"]) == (10 / 20, 6 / 30)
        counts = Counter(section.key.split(".")[0] for section in found.sections)
        assert set(counts) == {f"panel-{one.id}", f"panel-{other.id}"}
        assert (found.n, found.people) == (50, 50)

    def test_panels_of_texts_without_accounts_are_portrayed_by_these(self) -> None:
        one, other = make_panel("One"), make_panel("Other")
        topic = make_topic("Price")
        for number in range(24):
            author = {"author_key": f"guest-{number}", "source": "import"}
            say(one, [None], "It is the greenhouse.", topic_id=topic.id if number % 2 else None, **author)
            say(other, [None], "It is the gate.", **author)
        found = report_of(one, other)
        assert (found.n, found.people) == (48, 24)
        row = table(found, f"panel-{one.id}.topics")["Price"]
        assert (row["texts"], row["people"], row["elsewhere"]) == (12, 12, 0.0)
        assert table(found, f"panel-{one.id}.words")["greenhouse"]["people"] == 24
        assert not any(".who" in section.key for section in found.sections)

    def test_a_panel_alone_is_portrayed_without_others(self) -> None:
        panel = make_panel()
        people = make_people(panel, 20)
        tell(make_attribute("age", "single_choice", "young"), people, "young")
        found = report_of(panel)
        row = table(found, f"panel-{panel.id}.who.age")["Young"]
        assert row == {
            "answer": "Young",
            "people": 20,
            "share": 1.0,
            "interval": pytest.approx(wilson(20, 20)),
        }
        assert len(found.warnings) == 1
