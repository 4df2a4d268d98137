"""What can be set for questions that are answered choice by choice."""

from typing import Any

import pytest

from community.infra.errors import Invalid
from community.surveys import kinds
from tests.surveys.kinds.asking import ask, read


class TestPairwise:
    def test_it_begins_with_the_ideas_with_the_most_support(self) -> None:
        settings = kinds.of("pairwise").check([], {})

        assert (settings["source"], settings["count"], settings["least"], settings["most"]) == (
            "top",
            20,
            5,
            20,
        )
        assert settings["follows"] is settings["members_add"] is True

    @pytest.mark.parametrize(
        ("settings", "field"),
        [
            ({"source": "all"}, "source"),
            ({"source": "tag", "tag": ""}, "tag"),
            ({"source": "tag", "tag": "x" * 31}, "tag"),
            ({"source": "status", "status": "forgotten"}, "status"),
            ({"count": "1"}, "count"),
            ({"most": "0"}, "most"),
            ({"least": "6", "most": "5"}, "least"),
        ],
    )
    def test_what_cannot_be_is_refused_beside_its_field(self, settings: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            kinds.of("pairwise").check([], settings)

        assert refusal.value.field == field

    def test_the_page_brings_no_answer(self) -> None:
        assert read(ask("pairwise"), {"winner": "12", "pair": "12.13.abc"}) is None


class TestOpinions:
    def test_statements_of_members_wait_unless_it_is_said(self) -> None:
        assert kinds.of("opinions").check([], {}) == {"least": 5, "members_write": True, "goes_live": False}

    def test_the_page_brings_no_answer(self) -> None:
        assert read(ask("opinions"), {"vote": "12.agree"}) is None


@pytest.mark.parametrize("name", ["maxdiff", "kano", "pairwise", "opinions", "moment", "picture"])
class TestSettings:
    def test_what_is_stored_is_taken_again_as_it_is(self, name: str) -> None:
        kind = kinds.of(name)
        options = [{"key": key, "text": {"en": key}} for key in "abcdefg"]
        stored = kind.check(options, {"unit": {"en": "minutes"}})

        assert kind.check(options, stored) == stored
