"""The rooms of the demo: what waits is found by the rules, what was decided was decided by who may."""

from typing import Any

import pytest

from community.demo import content, rooms
from community.members.consent import PURPOSES
from community.moderation import suspicion
from community.moderation.folding import Blocked, fold_term
from community.moderation.reasons import REASONS
from community.moderation.rules import Rules, checked
from community.moderation.suspicion import Circumstances
from community.notifications.topics import TOPICS
from community.privacy.retention import THINGS

HOUSE = content.read("rooms")
PEOPLE = {person["key"]: person for person in content.list_members()}
PANELS = [panel["key"] for panel in content.read("panels")["panel"]]
IDEAS = {idea["key"]: idea | {"panel": panel} for panel in PANELS for idea in content.list_ideas(panel)}
BLOCKED = [
    Blocked(term, fold_term(term), words["effect"]) for words in HOUSE["words"] for term in words["terms"]
]
# Key of a text → the rule that has to find it.
WAITS = {"address": "personal_data", "number": "personal_data", "hole": "security", "group": "blocked_word"}


def found_in(texts: dict[str, str]) -> set[str]:
    """The rules that a text of a trusted newcomer meets."""
    around = Circumstances(trust_level=0, shown_count=5)
    verdict = suspicion.judge(texts, rules=Rules(), blocked=BLOCKED, shown={}, around=around)
    return {reason.rule for reason in verdict.reasons if reason.rule in suspicion.STRONG}


@pytest.mark.parametrize("text", HOUSE["text"], ids=lambda text: text["key"])
class TestTexts:
    def test_it_waits_for_the_reason_it_is_there_to_show(self, text: dict[str, Any]) -> None:
        texts = {name: text[name] for name in ("title", "body") if name in text}
        assert found_in(texts) == ({WAITS[text["key"]]} if text["key"] in WAITS else set())

    def test_its_author_is_of_the_panel_and_it_is_said_below_what_is_there(
        self, text: dict[str, Any]
    ) -> None:
        panel = text["panel"] if "title" in text else IDEAS[text["idea"]]["panel"]
        assert panel in PEOPLE[text["by"]]["panels"]
        assert text["days"] < PEOPLE[text["by"]]["joined_days_ago"]
        assert "title" in text or text["days"] < IDEAS[text["idea"]]["days_ago"]

    def test_what_becomes_of_it_is_decided_by_who_may_one_step_after_the_other(
        self, text: dict[str, Any]
    ) -> None:
        steps = text.get("step", [])
        assert [step["after_hours"] for step in steps] == sorted(step["after_hours"] for step in steps)
        hidden_by = {step["by"] for step in steps if step["do"] == "hide"}
        for step in steps:
            assert step["do"] in rooms.STEPS
            is_of_author = step["do"] in ("appeal", "change")
            assert (step["by"] == text["by"]) == is_of_author
            if step["do"] in ("hide", "warn", "ask", "judge"):
                assert PEOPLE[step["by"]]["role"] in ("moderator", "admin")
            if step["do"] in ("hide", "warn"):
                assert step["reason"] in REASONS
            if step["do"] == "judge":
                assert step["by"] not in hidden_by, "another moderator hears it"


class TestChoices:
    def test_one_appeal_is_won_and_one_is_lost(self) -> None:
        steps = [step for text in HOUSE["text"] for step in text.get("step", [])]
        assert sorted(step["is_right"] for step in steps if step["do"] == "judge") == [False, True]

    def test_nothing_else_in_the_demo_holds_a_blocked_word(self) -> None:
        for idea in IDEAS.values():
            said = [idea["title"], idea["body"], *(each["body"] for each in idea.get("comment", []))]
            for words in said:
                assert found_in({"body": words}) == set(), words

    def test_rules_retention_consents_and_paces_are_known(self) -> None:
        for rules in HOUSE["rules"]:
            assert checked(rules["settings"])
        assert {what for rule in HOUSE["retention"] for what in rule["months"]} <= set(THINGS)
        assert set(rooms.AGREED) | {text["purpose"] for text in HOUSE["withdrawal"]} <= set(PURPOSES)
        assert {topic for text in HOUSE["pace"] for topic in text["paces"]} <= set(TOPICS)

    def test_panels_show_names_in_each_way(self) -> None:
        ways = {panel.get("names_shown", "full") for panel in content.read("panels")["panel"]}
        assert ways == {"full", "first", "alias"}


def test_nobody_is_called_by_name_where_members_are_shown_by_an_alias() -> None:
    hidden = [
        panel["key"] for panel in content.read("panels")["panel"] if panel.get("names_shown") == "alias"
    ]
    assert hidden
    for panel in hidden:
        here = {person["name"] for person in PEOPLE.values() if panel in person.get("panels", ())}
        said = " ".join(text for idea in content.list_ideas(panel) for text in texts_in(idea))
        assert not [name for name in here if name in said]


def texts_in(entry: Any) -> list[str]:
    """All that people read of an entry, however deep it stands; keys say who, not what."""
    if isinstance(entry, str):
        return [entry]
    if isinstance(entry, list):
        return [text for each in entry for text in texts_in(each)]
    if isinstance(entry, dict):
        return [text for key in entry for text in texts_in(entry[key]) if key not in ("by", "author", "key")]
    return []
