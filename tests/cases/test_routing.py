"""Conditions against facts, in order, and the first that fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.cases.routing import NO_RULE, UNSURE, Decision, Facts, Rule, decide, fits, fits_level

COMPLAINT = Facts(
    panel_id=1,
    source="comment",
    kind="complaint",
    sentiment="neg",
    urgency=1,
    language="en",
    topic_ids=frozenset({5, 2}),
    segment_ids=frozenset({7}),
    tier_ids=frozenset({1, 2}),
    has_member=True,
    unsure=frozenset(),
    is_scored=True,
)


def facts(**values: object) -> Facts:
    """A complaint in English, other than said."""
    return Facts(**{**vars(COMPLAINT), **values})  # type: ignore[arg-type]


def unsure(**values: object) -> Facts:
    """The same, but the reading is not sure."""
    return facts(unsure=frozenset({"kind", "sentiment", "topic"}), **values)


class TestFits:
    @pytest.mark.parametrize(
        ("conditions", "holds"),
        [
            ({}, True),
            ({"kind": ["complaint", "help"]}, True),
            ({"kind": ["praise"]}, False),
            ({"sentiment": ["neg"]}, True),
            ({"sentiment": ["pos"]}, False),
            ({"topic": [2]}, True),
            ({"topic": [3]}, False),
            ({"min_urgency": 1}, True),
            ({"min_urgency": 2}, False),
            ({"language": ["en"]}, True),
            ({"language": ["zh-Hans"]}, False),
            ({"panel": [1]}, True),
            ({"panel": [2]}, False),
            ({"segment": [7]}, True),
            ({"segment": [8]}, False),
            ({"min_tier": 2}, True),
            ({"min_tier": 3}, False),
            ({"source": ["comment"]}, True),
            ({"source": ["import"]}, False),
            ({"has_member": True}, True),
            ({"has_member": False}, False),
            ({"kind": ["complaint"], "panel": [2]}, False),
        ],
    )  # fmt: skip
    def test_each_fact_is_asked(self, conditions: dict[str, object], holds: bool) -> None:
        assert fits(conditions, COMPLAINT) is holds

    def test_what_the_reading_is_not_sure_of_is_open(self) -> None:
        assert fits({"kind": ["praise"]}, unsure()) is None
        assert fits({"kind": ["praise"], "panel": [2]}, unsure()) is False
        assert fits({"panel": [1]}, unsure()) is True

    def test_an_unknown_fact_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="weather"):
            fits({"weather": ["rain"]}, COMPLAINT)


class TestDecide:
    def test_the_first_that_fits_decides(self) -> None:
        rules = [
            Rule(1, {"kind": ["praise"]}, "pass_on"),
            Rule(2, {"kind": ["complaint"]}, "case"),
            Rule(3, {}, "leave"),
        ]
        assert decide(COMPLAINT, rules) == Decision("case", "rule", 2)

    def test_no_rule_is_the_triage_desk(self) -> None:
        assert decide(COMPLAINT, [Rule(1, {"kind": ["praise"]}, "pass_on")]) == NO_RULE

    def test_what_cannot_be_read_is_for_a_person_whatever_the_rules_say(self) -> None:
        assert decide(facts(is_scored=False), [Rule(1, {}, "leave")]) == UNSURE

    def test_an_unsure_reading_is_for_a_person(self) -> None:
        assert decide(unsure(), [Rule(1, {"kind": ["complaint"]}, "case"), Rule(2, {}, "leave")]) == UNSURE
        assert decide(unsure(), [Rule(1, {"kind": ["complaint"]}, "case")]) == UNSURE

    def test_a_rule_that_asks_only_what_is_sure_decides_first(self) -> None:
        rules = [Rule(1, {"min_urgency": 2}, "case"), Rule(2, {"kind": ["praise"]}, "pass_on")]
        assert decide(unsure(urgency=3), rules) == Decision("case", "rule", 1)

    def test_no_person_is_asked_where_nothing_could_become_a_case(self) -> None:
        rules = [
            Rule(1, {"kind": ["praise"]}, "pass_on"),
            Rule(2, {"has_member": False}, "leave"),
            Rule(3, {"kind": ["complaint"]}, "case"),
        ]
        assert decide(unsure(has_member=False), rules) == Decision("leave", "rule", 2)
        assert decide(unsure(has_member=True), rules) == UNSURE

    @given(
        kinds=st.lists(st.sampled_from(["praise", "complaint", "question"]), max_size=6),
        effects=st.lists(st.sampled_from(["case", "leave", "pass_on"]), min_size=6, max_size=6),
    )
    def test_an_unsure_reading_never_decides_otherwise_than_a_sure_one_could(
        self, kinds: list[str], effects: list[str]
    ) -> None:
        rules = [
            Rule(number, {"kind": [kind]}, effect)
            for number, (kind, effect) in enumerate(zip(kinds, effects, strict=False), start=1)
        ]
        rules.append(Rule(99, {}, "leave"))
        found = decide(unsure(), rules)
        if found != UNSURE:
            possible = {
                decide(facts(kind=kind), rules).effect for kind in ("praise", "complaint", "question", None)
            }
            assert "case" not in possible or possible == {"case"}


class TestLevels:
    ANY = {"kind": None, "min_urgency": 0, "segment_id": None, "tier_id": None}

    def test_none_fits_all(self) -> None:
        assert fits_level(COMPLAINT, **self.ANY)

    @pytest.mark.parametrize(
        "asked",
        [{"kind": "praise"}, {"min_urgency": 2}, {"segment_id": 8}, {"tier_id": 3}],
    )
    def test_each_condition_is_asked(self, asked: dict[str, object]) -> None:
        assert not fits_level(COMPLAINT, **self.ANY | asked)

    def test_all_that_hold_fit(self) -> None:
        assert fits_level(COMPLAINT, kind="complaint", min_urgency=1, segment_id=7, tier_id=2)
