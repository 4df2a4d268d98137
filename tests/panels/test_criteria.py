"""Rules about members: 250 of them, drawn by seeded dice, mean the same in SQL as in plain Python."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from community.infra import clock
from community.infra.db import db
from community.infra.errors import Invalid
from community.members.models import Member
from community.panels import criteria, drafts, queries
from community.panels.criteria import Question, Vocabulary
from tests.factories.members import make_member
from tests.factories.panels import answer, make_attribute, make_panel

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
DAYS = [date(2026, 5, 20) - timedelta(days=days) for days in (0, 1, 7, 30, 31, 400)]
SIZES = ("s", "m", "l")
HOBBIES = ("cook", "read", "run", "sew")
WORDS = ("tea", "Tea", "茶")


class Person:
    """A member as plain Python sees them."""

    def __init__(self, dice, number):
        self.name = f"Person {number}"
        self.joined_at = datetime.combine(dice.choice(DAYS), NOW.timetz()) - timedelta(
            hours=dice.randint(0, 12)
        )
        self.active_at = self.joined_at + timedelta(days=dice.randint(0, 5))
        self.panels = {slug for slug in ("here", "there") if dice.random() < 0.4}
        self.answers = {}
        for key, values in (
            ("size", [dice.choice(SIZES)]),
            ("hobbies", dice.sample(HOBBIES, dice.randint(1, 3))),
            ("age", [dice.choice((0, 17, 18, 18.5, 40, -2))]),
            ("born", [dice.choice(DAYS).isoformat()]),
            ("drink", [dice.choice(WORDS)]),
        ):
            if dice.random() < 0.7:
                self.answers[key] = values


def is_true(rule, person):
    """What the rule says about the person, by the book."""
    (name, value), *rest = rule.items()
    if name == "all":
        return all(is_true(part, person) for part in value)
    if name == "any":
        return any(is_true(part, person) for part in value)
    if name == "not":
        return not is_true(value, person)
    if name == "panel":
        return value in person.panels
    if name == "joined_before":
        return person.joined_at.date() < date.fromisoformat(value)
    if name == "joined_after":
        return person.joined_at.date() > date.fromisoformat(value)
    if name == "joined_within_days":
        return person.joined_at >= NOW - timedelta(days=value)
    if name == "active_within_days":
        return person.active_at >= NOW - timedelta(days=value)
    given = person.answers.get(value, [])
    ((comparison, expected),) = rest
    return {
        "is": lambda: expected in given,
        "is_any": lambda: bool(set(expected) & set(given)),
        "at_least": lambda: any(each >= expected for each in given),
        "at_most": lambda: any(each <= expected for each in given),
        "before": lambda: any(each < expected for each in given),
        "after": lambda: any(each > expected for each in given),
        "is_set": lambda: bool(given) == expected,
    }[comparison]()


def draw_condition(dice):
    day, days = dice.choice(DAYS).isoformat(), dice.choice((1, 2, 30, 31, 500))
    return dice.choice(
        [
            {"attribute": "size", "is": dice.choice(SIZES)},
            {"attribute": "size", "is_any": dice.sample(SIZES, 2)},
            {"attribute": "hobbies", "is": dice.choice(HOBBIES)},
            {"attribute": "hobbies", "is_any": dice.sample(HOBBIES, dice.randint(1, 3))},
            {
                "attribute": "age",
                dice.choice(("is", "at_least", "at_most")): dice.choice((0, 17, 18, 18.5, 41)),
            },
            {"attribute": "born", dice.choice(("is", "before", "after")): day},
            {"attribute": "drink", "is": dice.choice(WORDS)},
            {
                "attribute": dice.choice(("size", "hobbies", "age", "born", "drink")),
                "is_set": dice.random() < 0.5,
            },
            {"panel": dice.choice(("here", "there"))},
            {dice.choice(("joined_before", "joined_after")): day},
            {dice.choice(("joined_within_days", "active_within_days")): days},
        ]
    )


def draw_rule(dice, depth=1):
    if depth == 4 or dice.random() < 0.3:
        return draw_condition(dice)
    joint = dice.choice(("all", "any", "not"))
    if joint == "not":
        return {"not": draw_rule(dice, depth + 1)}
    return {joint: [draw_rule(dice, depth + 1) for _ in range(dice.randint(1, 3))]}


class TestMembersWho:
    def test_sql_and_python_agree_on_250_rules(self, app):
        dice = random.Random(20260520)
        people = [Person(dice, number) for number in range(40)]
        attributes = {
            "size": make_attribute("size", "single_choice", *SIZES),
            "hobbies": make_attribute("hobbies", "several_choices", *HOBBIES),
            "age": make_attribute("age", "number"),
            "born": make_attribute("born", "date"),
            "drink": make_attribute("drink", "text"),
        }
        members = {
            person.name: make_member(person.name, joined_at=person.joined_at, last_active_at=person.active_at)
            for person in people
        }
        for person in people:
            for key, values in person.answers.items():
                answer(members[person.name], attributes[key], *values)
        for slug in ("here", "there"):
            make_panel(slug=slug, members=tuple(members[each.name] for each in people if slug in each.panels))
        vocabulary = queries.get_vocabulary()
        sizes = set()
        with clock.stopped_at(NOW):
            for _ in range(250):
                rule = criteria.parse(draw_rule(dice), vocabulary)
                meant = set(
                    db.session.scalars(
                        select(Member.display_name).where(queries.members_who(rule, vocabulary))
                    )
                )
                assert meant == {person.name for person in people if is_true(rule, person)}, rule
                assert queries.count_members_who(rule, vocabulary) == (len(meant), 40)
                edited = drafts.rule_of(drafts.draft_of(rule), vocabulary)
                assert {each.name for each in people if is_true(edited, each)} == meant, (rule, edited)
                sizes.add(len(meant))
        # The dice did not only draw rules that mean everybody or nobody.
        assert len(sizes) > 25

    def test_a_rule_about_something_gone_means_nobody(self, ana):
        assert (
            queries.count_members_who(
                {"not": {"attribute": "gone", "is_set": True}}, queries.get_vocabulary()
            )[0]
            == 0
        )

    def test_what_only_the_member_may_see_makes_no_segment(self, ana):
        answer(ana, make_attribute("income", "number", visible_to="self"), 5)
        with pytest.raises(Invalid):
            criteria.parse({"attribute": "income", "at_least": 1}, queries.get_vocabulary())


VOCABULARY = Vocabulary(
    questions={
        "kids": Question(1, "number", "Children"),
        "size": Question(2, "single_choice", "Size", {"s": "Small", "l": "Large"}),
        "born": Question(3, "date", "Birthday"),
        "motto": Question(4, "text", "Motto"),
    },
    panels={"parents": "Parents"},
)
DEEP = {"panel": "parents"}
for _ in range(6):
    DEEP = {"all": [DEEP]}


class TestParse:
    @pytest.mark.parametrize(
        "rule",
        [
            None, [], "all", {}, {"all": []}, {"any": {}}, {"all": [{"panel": "parents"}], "any": []},
            {"panel": "gone"}, {"panel": 3}, {"joined_before": "tomorrow"}, {"joined_within_days": 0},
            {"active_within_days": True}, {"joined_within_days": "99999999999"}, {"unknown": 1},
            {"attribute": "kids"}, {"attribute": "gone", "is": 1}, {"attribute": ["kids"], "is": 1},
            {"attribute": "kids", "is": "many"}, {"attribute": "kids", "is": float("nan")},
            {"attribute": "kids", "is": 10**400}, {"attribute": "kids", "at_least": 1, "at_most": 2},
            {"attribute": "kids", "before": "2020-01-01"}, {"attribute": "size", "is": "xl"},
            {"attribute": "size", "is_any": []}, {"attribute": "size", "is_set": "yes"},
            {"attribute": "born", "is": 20200101}, {"attribute": "motto", "is": " "},
            {"attribute": "motto", "is": "x" * 201}, {"attribute": "motto", "is": "\0"}, DEEP,
            {"any": [{"panel": "parents"}] * 51}, {"any": [{"all": [{"panel": "parents"}] * 26}] * 2},
            {"not": {"not": {"not": {"not": {"not": {"not": {"panel": "parents"}}}}}}},
        ],
    )  # fmt: skip
    def test_it_refuses_what_makes_no_rule(self, app, rule):
        with pytest.raises(Invalid):
            criteria.parse(rule, VOCABULARY)

    def test_it_writes_a_rule_in_one_form(self, app):
        rule = {
            "all": [
                {"attribute": "kids", "is": "2.00004"},
                {"not": {"attribute": "size", "is_any": ["s", "s"]}},
            ]
        }
        assert criteria.parse(rule, VOCABULARY) == {
            "all": [{"attribute": "kids", "is": 2}, {"not": {"attribute": "size", "is_any": ["s"]}}]
        }


class TestDescribe:
    @pytest.mark.parametrize(
        ("rule", "sentence"),
        [
            (
                {
                    "all": [
                        {"attribute": "kids", "at_least": 1},
                        {"any": [{"panel": "parents"}, {"joined_within_days": 1}]},
                    ]
                },
                "“Children” is at least 1 and (is in the panel “Parents” or joined within the last day)",
            ),
            ({"not": {"attribute": "size", "is_any": ["s", "l"]}}, "not (“Size” is Small or Large)"),
            ({"attribute": "born", "before": "2001-02-03"}, "“Birthday” is before February 3, 2001"),
            ({"attribute": "motto", "is_set": False}, "“Motto” is not answered"),
            ({"active_within_days": 30}, "was here within the last 30 days"),
        ],
    )
    def test_it_reads_as_a_sentence(self, app, rule, sentence):
        with force_locale("en"):
            assert criteria.describe(criteria.parse(rule, VOCABULARY), VOCABULARY) == sentence
