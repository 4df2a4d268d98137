"""The texts of the demo community are complete, agree with each other and read like many different people."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

CONTENT = Path(__file__).parents[2] / "community" / "demo" / "content"
LOCALES = {"en", "zh_Hans", "zh_Hant"}
CAST = {"ana", "ben", "mia", "omar", "lin", "tess", "ada", "wei"}
IDEAS_IN_PANEL = {
    "young-families": 40,
    "festive-giving": 35,
    "paper-days": 30,
    "card-makers": 25,
    "inner-circle": 20,
}
# Every status, and the ones it can be reached from here.
CAME_FROM = {
    "submitted": set(),
    "under_review": {"submitted"},
    "planned": {"under_review"},
    "in_progress": {"planned"},
    "delivered": {"in_progress"},
    "declined": {"submitted", "under_review"},
}
SHARE_OF_STATUS = {
    "submitted": (0.35, 0.45),
    "under_review": (0.15, 0.25),
    "planned": (0.10, 0.20),
    "in_progress": (0.05, 0.11),
    "delivered": (0.07, 0.13),
    "declined": (0.04, 0.10),
}
HAN = re.compile(r"[\u4e00-\u9fff]")
# Frequent characters that only one of the two scripts uses.
ONLY_SIMPLIFIED = set("这们说还过时会为个来对开关问见觉让从应写单门纸发红价钱买卖东车书")
ONLY_TRADITIONAL = set("這們說還過時會為個來對開關問見覺讓從應寫單門紙發紅價錢買賣東車書")

Entry = dict[str, Any]


@cache
def read(name: str) -> Entry:
    return tomllib.loads((CONTENT / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def members() -> dict[str, Entry]:
    return {member["key"]: member for member in read("members")["member"]}


@cache
def panels() -> dict[str, Entry]:
    return {panel["key"]: panel for panel in read("panels")["panel"]}


def ideas() -> list[Entry]:
    return [{**idea, "panel": panel} for panel in IDEAS_IN_PANEL for idea in read(f"ideas_{panel}")["idea"]]


def written(idea: Entry) -> Iterator[tuple[str, int, str]]:
    """Who wrote what of an idea's page, and how many days ago."""
    yield idea["author"], idea["days_ago"], f"{idea['title']}\n{idea['body']}"
    for comment in idea.get("comment", []):
        yield comment["by"], comment["days_ago"], comment["body"]
    for step in idea.get("step", []):
        yield step["by"], step["days_ago"], step["message"] + step.get("reason", "")
    if response := idea.get("response"):
        yield response["by"], response["days_ago"], response["body"]


def leaves(rule: Entry) -> Iterator[Entry]:
    if nested := rule.get("all") or rule.get("any"):
        for part in nested:
            yield from leaves(part)
    elif "not" in rule:
        yield from leaves(rule["not"])
    else:
        yield rule


def language(text: str) -> str:
    return "zh" if len(HAN.findall(text)) > len(text) / 4 else "en"


each_idea = pytest.mark.parametrize("idea", ideas(), ids=lambda idea: idea["key"])


class TestMembers:
    def test_there_are_sixty_and_the_cast_comes_first(self) -> None:
        keys = [member["key"] for member in read("members")["member"]]
        assert len(keys) == len(set(keys)) == 60
        assert set(keys[:8]) == CAST
        assert all(re.fullmatch(r"[a-z]{2,12}", key) for key in keys)

    def test_no_two_share_a_name(self) -> None:
        assert len({member["name"] for member in members().values()}) == 60

    def test_every_role_is_held(self) -> None:
        held = Counter(member["role"] for member in members().values() if "role" in member)
        assert held == {"moderator": 1, "owner": 2, "analyst": 1, "admin": 1}

    def test_ana_is_new_and_the_others_came_over_time(self) -> None:
        joined = {key: member["joined_days_ago"] for key, member in members().items()}
        assert joined.pop("ana") == 3
        assert all(20 <= days <= 400 for days in joined.values())
        assert sum(days < 90 for days in joined.values()) >= 4

    def test_they_speak_three_languages(self) -> None:
        spoken = Counter(member["locale"] for member in members().values())
        assert set(spoken) == LOCALES
        assert min(spoken.values()) >= 10

    def test_their_panels_exist(self) -> None:
        assert all(member["panels"] for member in members().values())
        assert {panel for member in members().values() for panel in member["panels"]} == set(panels())

    def test_their_attributes_are_among_those_asked(self) -> None:
        asked = {attribute["key"]: attribute for attribute in read("panels")["attribute"]}
        for member in members().values():
            assert set(member["attributes"]) <= set(asked), member["key"]
            for key, answer in member["attributes"].items():
                options = {option["key"] for option in asked[key].get("options", [])}
                match asked[key]["kind"]:
                    case "single_choice":
                        assert answer in options, (member["key"], key)
                    case "several_choices":
                        assert set(answer) <= options, (member["key"], key)
                    case "number":
                        assert isinstance(answer, int), (member["key"], key)
                    case "text":
                        assert answer.strip(), (member["key"], key)


class TestPanels:
    def test_there_are_five_with_all_visibilities(self) -> None:
        assert set(panels()) == set(IDEAS_IN_PANEL)
        assert Counter(panel["visibility"] for panel in panels().values()) == {
            "open": 3,
            "members": 1,
            "private": 1,
        }
        assert {panel["admission"] for panel in panels().values()} <= {
            "anyone",
            "request",
            "invitation",
            "segment",
        }

    def test_each_is_described_in_three_languages(self) -> None:
        for panel in panels().values():
            assert set(panel["translations"]) == LOCALES
            assert panel["translations"][panel["locale"]]["name"] == panel["name"]
            assert panel["translations"][panel["locale"]]["description"] == panel["description"]

    def test_each_attribute_says_why_it_is_asked(self) -> None:
        attributes = read("panels")["attribute"]
        assert len(attributes) == 6
        for attribute in attributes:
            assert set(attribute["label"]) == set(attribute["why"]) == LOCALES
            assert attribute["visible_to"] in {"self", "staff", "members"}
            assert all(set(option) == LOCALES | {"key"} for option in attribute.get("options", []))
            is_choice = attribute["kind"] in {"single_choice", "several_choices"}
            assert bool(attribute.get("options")) == is_choice

    def test_each_segment_asks_for_what_is_there(self) -> None:
        asked = {attribute["key"] for attribute in read("panels")["attribute"]}
        assert len(read("panels")["segment"]) == 5
        for segment in read("panels")["segment"]:
            for leaf in leaves(segment["rule"]):
                assert leaf.get("attribute", "city") in asked, segment["key"]
                assert leaf.get("panel", "inner-circle") in panels(), segment["key"]
                assert set(leaf) & {"attribute", "panel", "joined_within_days", "active_within_days"}


class TestIdeas:
    def test_there_are_as_many_as_promised(self) -> None:
        assert Counter(idea["panel"] for idea in ideas()) == IDEAS_IN_PANEL
        assert len({idea["key"] for idea in ideas()}) == 150

    def test_no_two_texts_are_the_same(self) -> None:
        for texts in (
            [idea["title"].casefold() for idea in ideas()],
            [text for idea in ideas() for _, _, text in written(idea)],
        ):
            assert not [text for text, times in Counter(texts).items() if times > 1]

    @pytest.mark.parametrize("status", SHARE_OF_STATUS)
    def test_the_statuses_are_spread(self, status: str) -> None:
        least, most = SHARE_OF_STATUS[status]
        assert least <= sum(idea["status"] == status for idea in ideas()) / 150 <= most

    def test_support_has_a_long_tail(self) -> None:
        supports = sorted(idea["supports"] for idea in ideas())
        assert supports[0] > 0
        assert supports[-1] <= 1
        assert supports[75] < 0.4
        assert supports[-5] > 0.6

    def test_there_is_talk(self) -> None:
        counts = [len(idea.get("comment", [])) for idea in ideas()]
        assert max(counts) <= 8
        assert 2.2 <= sum(counts) / len(counts) <= 2.8

    def test_most_that_moved_were_answered(self) -> None:
        moved = [
            idea for idea in ideas() if idea["status"] in {"planned", "in_progress", "delivered", "declined"}
        ]
        assert sum("response" in idea for idea in moved) >= 0.9 * len(moved)

    def test_five_were_merged_into_one_of_their_panel(self) -> None:
        by_key = {idea["key"]: idea for idea in ideas()}
        merged = [idea for idea in ideas() if "merged_into" in idea]
        assert len(merged) == 5
        for idea in merged:
            into = by_key[idea["merged_into"]]
            assert into["panel"] == idea["panel"]
            assert "merged_into" not in into
            assert idea["status"] == "submitted"


class TestEachIdea:
    @each_idea
    def test_it_keeps_to_the_limits(self, idea: Entry) -> None:
        assert 10 <= len(idea["title"]) <= 120
        assert len(idea["body"]) >= 15
        assert len(idea["tags"]) <= 4
        assert all(0 < len(tag) <= 30 for tag in idea["tags"])
        assert 1 <= idea["days_ago"] <= 180
        assert re.fullmatch(r"[a-z0-9-]+", idea["key"])

    @each_idea
    def test_all_who_write_are_in_the_panel_and_had_joined(self, idea: Entry) -> None:
        for by, days_ago, _ in written(idea):
            assert idea["panel"] in members()[by]["panels"], by
            assert days_ago <= members()[by]["joined_days_ago"], by

    @each_idea
    def test_owners_move_and_answer_it(self, idea: Entry) -> None:
        movers = [step["by"] for step in idea.get("step", [])]
        if "response" in idea:
            movers.append(idea["response"]["by"])
        assert all(members()[by].get("role") == "owner" for by in movers)

    @each_idea
    def test_its_history_leads_to_its_status(self, idea: Entry) -> None:
        steps = idea.get("step", [])
        statuses = ["submitted", *(step["status"] for step in steps)]
        assert statuses[-1] == idea["status"]
        assert all(before in CAME_FROM[after] for before, after in pairwise(statuses))
        for step in steps:
            assert step["message"]
            assert ("promised_in_days" in step) == (step["status"] == "planned")
            assert ("look_again_in_days" in step) == ("reason" in step) == (step["status"] == "declined")

    @each_idea
    def test_time_runs_forwards(self, idea: Entry) -> None:
        times = [idea["days_ago"], *(step["days_ago"] for step in idea.get("step", []))]
        assert all(before >= after for before, after in pairwise(times))
        assert all(days_ago <= idea["days_ago"] for _, days_ago, _ in written(idea))
        talk = [comment["days_ago"] for comment in idea.get("comment", []) if "reply_to" not in comment]
        assert all(before >= after for before, after in pairwise(talk))

    @each_idea
    def test_open_promises_lie_ahead(self, idea: Entry) -> None:
        for step in idea.get("step", []):
            if idea["status"] in {"planned", "in_progress"}:
                assert step.get("promised_in_days", step["days_ago"] + 1) > step["days_ago"]
            assert step.get("look_again_in_days", step["days_ago"] + 1) > step["days_ago"]

    @each_idea
    def test_replies_answer_an_earlier_comment_that_is_no_reply(self, idea: Entry) -> None:
        comments = idea.get("comment", [])
        for place, comment in enumerate(comments):
            if "reply_to" in comment:
                answered = comments[comment["reply_to"]]
                assert comment["reply_to"] < place
                assert "reply_to" not in answered
                assert comment["days_ago"] <= answered["days_ago"]


class TestLanguages:
    @pytest.mark.parametrize("panel", ["young-families", "festive-giving", "paper-days", "card-makers"])
    def test_ideas_are_in_the_language_of_their_panel(self, panel: str) -> None:
        spoken = {language(idea["title"] + idea["body"]) for idea in ideas() if idea["panel"] == panel}
        assert spoken == {panels()[panel]["locale"][:2]}

    def test_the_inner_circle_speaks_all_three(self) -> None:
        authors = [idea["author"] for idea in ideas() if idea["panel"] == "inner-circle"]
        assert {members()[author]["locale"] for author in authors} == LOCALES

    @each_idea
    def test_nobody_mixes_the_two_chinese_scripts(self, idea: Entry) -> None:
        foreign = {"zh_Hans": ONLY_TRADITIONAL, "zh_Hant": ONLY_SIMPLIFIED}
        for by, _, text in written(idea):
            member = members()[by]
            # Staff answer in the script of the panel, members write in their own.
            locale = panels()[idea["panel"]]["locale"] if "role" in member else member["locale"]
            assert not foreign.get(locale, set()) & set(text), (by, text)


def voices() -> list[Entry]:
    return list(read("voices")["voice"])


class TestTopics:
    def test_every_name_stands_in_three_languages(self) -> None:
        assert all(set(topic["name"]) == LOCALES for topic in read("topics")["topic"])

    def test_parents_come_first_and_owners_are_staff(self) -> None:
        known: set[str] = set()
        for topic in read("topics")["topic"]:
            assert topic.get("parent", topic["key"]) in known | {topic["key"]}
            known.add(topic["key"])
            for role in ("owner", "process_owner"):
                assert role not in topic or members()[topic[role]]["role"] == "owner"

    def test_words_come_in_both_languages(self) -> None:
        below = [topic for topic in read("topics")["topic"] if topic["words"]]
        assert len(below) >= 6
        assert all({language(word) for word in topic["words"]} == {"en", "zh"} for topic in below)


class TestVoices:
    @pytest.mark.parametrize("voice", voices(), ids=lambda voice: voice["key"])
    def test_its_author_is_of_the_panel_and_owners_answer(self, voice: Entry) -> None:
        assert ("by" in voice) != ("author_key" in voice)
        if "by" in voice:
            author = members()[voice["by"]]
            assert voice["panel"] in author["panels"]
            assert author["joined_days_ago"] > voice["days_ago"]
        hours = [step["after_hours"] for step in voice.get("step", [])]
        assert hours == sorted(hours)
        for step in voice.get("step", []):
            by_member = step["do"] in ("answer", "helped", "reopen")
            assert step["by"] == voice["by"] if by_member else members()[step["by"]]["role"] == "owner"

    def test_they_show_what_can_become_of_a_text(self) -> None:
        done = {step["do"] for voice in voices() for step in voice.get("step", [])}
        assert done == {"reply", "note", "promise", "keep", "resolve", "answer", "helped", "reopen"}
        assert {language(voice["text"]) for voice in voices()} == {"en", "zh"}
