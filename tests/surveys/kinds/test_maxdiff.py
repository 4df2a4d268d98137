"""MaxDiff: a balanced design that is kept, dealt to people, and answered set by set."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from werkzeug.datastructures import MultiDict

from community.infra.errors import Invalid
from community.surveys import kinds
from community.surveys.kinds import Asked
from tests.surveys.kinds.asking import ask, read

THINGS = ("speed", "price", "care", "taste", "smell", "sound", "shape")
KIND: Any = kinds.of("maxdiff")


def asked(*, seed: int = 11, is_required: bool = True, count: int = len(THINGS)) -> Asked:
    """Seven things in sets of three, for the reader with this seed."""
    return replace(ask("maxdiff", *THINGS[:count], settings={"seed": 5}, is_required=is_required), seed=seed)


def sent(question: Asked, *, sets: int | None = None) -> dict[str, str]:
    """The first of each set as the best, the last as the worst."""
    parts = {}
    for number, shown in enumerate(KIND.sets_of(question)[:sets], start=1):
        parts |= {f"{number}-best": shown[0], f"{number}-worst": shown[-1]}
    return parts


def stored(*keys: str) -> list[dict[str, Any]]:
    """Options as a version holds them."""
    return [{"key": key, "text": {"en": key}} for key in keys]


class TestDesign:
    def test_the_same_seed_gives_the_same_design_and_another_another(self) -> None:
        one, same, other = (KIND.check(stored(*THINGS), {"seed": seed})["design"] for seed in (5, 5, 6))

        assert one == same != other

    def test_a_seed_is_drawn_once_and_kept(self) -> None:
        drawn = KIND.check(stored(*THINGS), {})

        assert KIND.check(stored(*THINGS), drawn) == drawn

    def test_it_can_be_stored_as_it_is(self) -> None:
        settings = KIND.check(stored(*THINGS), {})

        assert json.loads(json.dumps(settings)) == settings

    def test_each_version_shows_each_thing_about_as_often_and_none_twice_in_a_set(self) -> None:
        settings = KIND.check(stored(*THINGS), {"seed": 5})

        for sets in settings["design"]:
            shown = Counter(key for each in sets for key in each)
            assert set(shown) == set(THINGS)
            assert max(shown.values()) - min(shown.values()) <= 1
            assert all(len(set(each)) == len(each) == settings["per_set"] for each in sets)

    @pytest.mark.parametrize(
        ("name", "value"),
        [("per_set", "2"), ("per_set", "7"), ("set_count", "1"), ("set_count", "99"), ("seed", "-1"),
         ("seed", "soon"), ("per_set", "9" * 4000)],
    )  # fmt: skip
    def test_sizes_that_cannot_be_are_refused_beside_their_field(self, name: str, value: str) -> None:
        with pytest.raises(Invalid) as refusal:
            KIND.check(stored(*THINGS), {name: value})

        assert refusal.value.field == name

    @pytest.mark.parametrize("count", [3, 31])
    def test_too_few_and_too_many_things_are_refused(self, count: int) -> None:
        with pytest.raises(Invalid) as refusal:
            KIND.check(stored(*map(str, range(count))), {})

        assert refusal.value.field == "options"

    @settings(max_examples=25, deadline=None)
    @given(count=some.integers(4, 14), seed=some.integers(0, 2**31 - 1))
    def test_every_count_of_things_has_a_design(self, count: int, seed: int) -> None:
        made = KIND.check(stored(*map(str, range(count))), {"seed": seed})

        assert all(len(sets) == made["set_count"] for sets in made["design"])


class TestDealing:
    def test_versions_are_dealt_by_the_seed_of_the_response(self) -> None:
        versions = {KIND.version_of(asked(seed=seed)) for seed in range(24)}

        assert versions == set(range(24))

    def test_the_same_reader_always_sees_the_same_sets(self) -> None:
        assert KIND.sets_of(asked(seed=77)) == KIND.sets_of(asked(seed=77))

    def test_the_order_of_options_changes_nothing(self) -> None:
        plain = asked()
        shuffled = replace(plain, options=plain.options[::-1])

        assert KIND.sets_of(shuffled) == KIND.sets_of(plain)


class TestAnswers:
    def test_it_keeps_version_and_what_was_shown(self) -> None:
        question = asked()
        value = read(question, sent(question))

        assert value is not None
        assert value["version"] == 11
        assert [each["shown"] for each in value["sets"]] == KIND.sets_of(question)

    def test_nothing_sent_is_no_answer(self) -> None:
        assert read(asked(), {}) is None

    def test_all_sets_must_be_answered_if_it_must_be(self) -> None:
        question = asked()
        with pytest.raises(Invalid) as refusal:
            read(question, sent(question, sets=2))

        assert refusal.value.field == "q7-3-best"

    def test_those_that_are_answered_are_kept_while_others_are_open(self) -> None:
        question = asked()
        begun = sent(question, sets=2)
        half = {"3-best": KIND.sets_of(question)[2][0], "4-best": "unheard", "4-worst": "of"}
        form = MultiDict({f"q7-{part}": key for part, key in (begun | half).items()})

        value = KIND.parse_begun(question, form)
        assert value["version"] == 11
        assert value["sets"] == read(question, sent(question))["sets"][:2]
        assert KIND.parse_begun(question, MultiDict({"q7-1-best": "speed"})) is None

    def test_sets_may_be_left_out_if_it_may_be(self) -> None:
        question = asked(is_required=False)
        value = read(question, sent(question, sets=2))

        assert value is not None
        assert len(value["sets"]) == 2

    @pytest.mark.parametrize("is_required", [True, False])
    def test_half_a_set_is_refused(self, is_required: bool) -> None:
        question = asked(is_required=is_required)
        with pytest.raises(Invalid) as refusal:
            read(question, sent(question) | {"2-worst": ""})

        assert refusal.value.field == "q7-2-worst"

    def test_the_same_thing_cannot_be_best_and_worst(self) -> None:
        question = asked()
        best = sent(question)["1-best"]
        with pytest.raises(Invalid) as refusal:
            read(question, sent(question) | {"1-worst": best})

        assert refusal.value.field == "q7-1-worst"

    def test_what_the_set_did_not_show_is_refused(self) -> None:
        question = asked()
        other = next(key for key in THINGS if key not in KIND.sets_of(question)[0])
        with pytest.raises(Invalid) as refusal:
            read(question, sent(question) | {"1-best": other})

        assert refusal.value.field == "q7-1-best"


class TestFiles:
    def test_cells_belong_to_columns_and_name_options_by_number(self, app: object) -> None:
        question = asked(is_required=False)
        value = read(question, sent(question, sets=1))
        assert value is not None
        columns, cells = KIND.columns(question), KIND.cells(question, value)
        shown = KIND.sets_of(question)[0]

        assert len(columns) == len(cells) == 1 + 3 * question.settings["set_count"]
        assert cells[:4] == [
            12,
            " ".join(str(THINGS.index(key) + 1) for key in shown),
            THINGS.index(shown[0]) + 1,
            THINGS.index(shown[-1]) + 1,
        ]
        assert set(cells[4:]) == {None}

    def test_it_says_the_choices_in_words(self, app: object) -> None:
        question = asked(is_required=False)
        value = read(question, sent(question, sets=1))
        assert value is not None
        first = KIND.sets_of(question)[0]

        assert KIND.words(question, value) == f"{first[0].capitalize()} over {first[-1].capitalize()}"
