"""What the rules make of a text."""

import time
from dataclasses import replace
from typing import Any

import pytest

from community.infra.errors import Invalid
from community.moderation import rules
from community.moderation.folding import Blocked, fold_term
from community.moderation.rules import Rules
from community.moderation.suspicion import Circumstances, Reason, Verdict, judge, judge_name
from community.moderation.why_held import can_be_mended, told_to_author

NEW = Circumstances()
SHORT = "Thank you very much, that would help me too."
LONG = "The parking lot behind the shop floods whenever it rains for more than an hour or so."


def held_for(text: str, around: Circumstances = NEW, **set_rules: Any) -> list[str]:
    """The rules for which the text is held; none if it is shown."""
    verdict = judge({"body": text}, rules=replace(Rules(), **set_rules), around=around)
    return [reason.rule for reason in verdict.reasons] if verdict.is_held else []


class TestLookingFast:
    @pytest.mark.parametrize("run", ["1-", "[", "a.", "@", "\u8d4c "])
    def test_no_run_of_characters_takes_long(self, run: str) -> None:
        began = time.process_time()
        held_for(run * 40_000)
        assert time.process_time() - began < 5


class TestStrongReasons:
    def test_personal_data_hold_alone_whoever_writes(self) -> None:
        assert held_for("Call 13812345678", Circumstances(trust_level=3)) == ["personal_data"]
        assert held_for("Call 13812345678", personal_data_waits=False) == []

    def test_first_texts_wait_as_many_as_the_panel_says(self) -> None:
        assert held_for("Hello", Circumstances(shown_count=1), first_posts_wait=2) == ["first_posts"]
        assert held_for("Hello", Circumstances(shown_count=2), first_posts_wait=2) == []
        assert held_for("Hello", Circumstances(trust_level=1), first_posts_wait=2) == []

    def test_links_of_newcomers_wait_where_the_panel_says_so(self) -> None:
        assert held_for("See https://example.org/a", links_wait=True) == ["links"]
        assert held_for("See cheap-shoes.shop/now", links_wait=True) == ["links"]
        assert held_for("See https://example.org/a", Circumstances(trust_level=1), links_wait=True) == []

    def test_a_flood_is_counted_until_one_is_trusted(self) -> None:
        assert held_for("Hello", Circumstances(recent_count=15)) == ["flood"]
        assert held_for("Hello", Circumstances(recent_count=15, trust_level=2)) == []
        assert held_for("Hello", Circumstances(recent_count=15), flood_count=0) == []

    def test_what_fills_in_the_trap_is_no_person(self) -> None:
        assert held_for("Hello", Circumstances(trap="http://x.example")) == ["trap"]

    @pytest.mark.parametrize(
        ("text", "said_before", "is_held"),
        [
            (LONG, [LONG.upper() + "!!"], True),
            (LONG, ["Something else"], False),
            (SHORT, [SHORT], False),
            (SHORT, [SHORT, SHORT], True),
            ("Thank you", ["Thank you"] * 9, False),
        ],
    )  # fmt: skip
    def test_the_same_words_again_wait(self, text: str, said_before: list[str], is_held: bool) -> None:
        assert bool(held_for(text, Circumstances(said_before=said_before))) is is_held


class TestWeakReasons:
    def test_one_alone_holds_nothing(self) -> None:
        assert held_for("Hello", Circumstances(seconds=0.5)) == []
        assert held_for("See https://example.org/a", Circumstances(seconds=60)) == []

    def test_two_together_hold(self) -> None:
        assert held_for("See https://example.org/a", Circumstances(seconds=0.5)) == [
            "too_quick",
            "newcomer_link",
        ]

    def test_whoever_says_nothing_of_the_time_is_not_punished(self) -> None:
        assert held_for("See https://example.org/a", Circumstances(seconds=None)) == []


class TestSecurityHoles:
    @pytest.mark.parametrize(
        "text",
        [
            "When I change the number in the address I can see other customers' orders.",
            "There is an SQL injection in the search box",
            "I can see someone else’s account when I sign in",
            "Your passwords are stored in plain text",
            "改一下网址里的数字就能看到别人的订单",
            "網站有安全漏洞",
        ],
    )
    def test_they_stay_private(self, text: str) -> None:
        assert judge({"body": text}, rules=Rules(), around=NEW).is_private

    @pytest.mark.parametrize(
        "text",
        [
            "Let us see other members' ideas on one page",
            "A hole in the fence: security should look at it",
            "I lost my password and cannot sign in",
            "保温杯有点漏水",
        ],
    )
    def test_ordinary_words_are_not_taken_for_one(self, text: str) -> None:
        assert not judge({"body": text}, rules=Rules(), around=NEW).is_held


class TestBlockedWords:
    WORDS = (
        Blocked("casino", fold_term("casino")),
        Blocked("idiot", fold_term("idiot"), "refuse"),
    )

    def test_a_word_that_is_refused_refuses_whatever_else_there_is(self) -> None:
        verdict = judge({"body": "You idiot, try my casino"}, rules=Rules(), blocked=self.WORDS, around=NEW)
        assert verdict.is_refused
        assert not verdict.is_held
        assert verdict.refused == Reason("blocked_word", "body", "refuse", "idiot", 4, 9)

    def test_what_everybody_reads_already_is_not_found_again(self) -> None:
        shown = {"body": "The casino next door"}
        same = judge(
            {"body": "The casino next door!"}, rules=Rules(), blocked=self.WORDS, around=NEW, shown=shown
        )
        more = judge(
            {"body": "The casino, 13812345678"}, rules=Rules(), blocked=self.WORDS, around=NEW, shown=shown
        )
        assert not same.reasons
        assert [reason.rule for reason in more.reasons] == ["personal_data"]

    @pytest.mark.parametrize(
        "text",
        [
            "Try my ca**si**no", "Try my ca*s*ino", "Try my cas&#105;no", "Try my ca[](https://x.example)sino",
            "Try my ca`si`no", "Try my ca~~s~~ino", "Try my ca&shy;sino", "<p>Try my ca**si**no",
        ],
    )  # fmt: skip
    def test_markdown_hides_none_of_them(self, text: str) -> None:
        verdict = judge({"body": text}, rules=Rules(), blocked=self.WORDS, around=NEW)
        assert "blocked_word" in [reason.rule for reason in verdict.reasons]

    @pytest.mark.parametrize("text", ["138**0013**8000", "ana&#64;example.org", "ana\\@example.org"])
    def test_nor_anybodys_numbers_and_addresses(self, text: str) -> None:
        assert "personal_data" in held_for(f"Write to {text}")

    def test_in_a_title_markdown_is_only_signs(self) -> None:
        verdict = judge({"title": "cas&#105;no"}, rules=Rules(), blocked=self.WORDS, around=NEW)
        assert not verdict.is_held

    def test_names_are_refused_for_any_of_them(self) -> None:
        assert judge_name("C4sino King", blocked=self.WORDS) is not None
        assert judge_name("ana@example.org", blocked=self.WORDS) is not None
        assert judge_name("Ana Casinova", blocked=self.WORDS) is None


class TestRules:
    def test_a_panel_stands_over_the_site_and_the_site_over_what_comes_with_it(self) -> None:
        merged = rules.merged({"first_posts_wait": 1, "links_wait": True}, {"links_wait": False})
        assert (merged.first_posts_wait, merged.links_wait, merged.flood_count) == (1, False, 15)

    @pytest.mark.parametrize(
        "settings", [{"unheard_of": 1}, {"first_posts_wait": 21}, {"flood_count": True}, {"links_wait": 1}]
    )
    def test_what_makes_no_sense_is_not_stored(self, settings: dict[str, object]) -> None:
        with pytest.raises(Invalid):
            rules.checked(settings)


class TestWhyHeld:
    def test_authors_are_told_what_was_found_but_no_weak_signs(self, app: object) -> None:
        reasons = [Reason("personal_data", kind="phone", found="13…78").stored(), {"rule": "too_quick"}]
        assert told_to_author(reasons) == [
            "There seems to be a phone number in it: 13…78. Everybody could read that."
        ]

    def test_words_mend_what_words_did(self) -> None:
        assert can_be_mended([{"rule": "personal_data"}])
        assert can_be_mended([{"rule": "too_quick"}, {"rule": "newcomer_link"}])
        assert not can_be_mended([{"rule": "first_posts"}, {"rule": "personal_data"}])

    def test_a_refused_text_is_not_held_too(self) -> None:
        assert not Verdict((Reason("trap"),), is_refused=True).is_held
