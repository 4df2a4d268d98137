"""Questions brought into their one form."""

import pytest
from flask import Flask

from community.infra.errors import Invalid
from community.surveys import drafting
from community.surveys.drafting import Draft

LANGUAGES = ("en", "zh_Hans")


def refused(draft: Draft, kind: str = "single") -> str | None:
    with pytest.raises(Invalid) as caught:
        drafting.clean(draft, kind=kind, languages=LANGUAGES)
    return caught.value.field


@pytest.mark.usefixtures("app")
class TestClean:
    def test_words_are_cleaned_and_kept_in_the_languages_of_the_survey(self) -> None:
        draft = Draft(text={"en": "  How \u200bgood? ", "zh_Hans": "好吗？", "zh_Hant": "好嗎？"})
        clean = drafting.clean(draft, kind="yes_no", languages=LANGUAGES)
        assert clean.text == {"en": "How good?", "zh_Hans": "好吗？"}

    def test_empty_rows_are_left_out_and_others_get_keys_that_never_named_anything(self) -> None:
        draft = Draft(
            text={"en": "Which?"},
            options=[
                {"key": "2", "text": {"en": "Tea"}},
                {"key": "", "text": {"en": "  "}},
                {"key": "", "text": {"en": "Coffee"}},
            ],
        )
        clean = drafting.clean(draft, kind="single", languages=LANGUAGES, used_keys={"1", "2", "7"})
        assert [(option["key"], option["text"]["en"]) for option in clean.options] == [
            ("2", "Tea"),
            ("8", "Coffee"),
        ]

    def test_a_question_says_something(self) -> None:
        assert refused(Draft(text={"en": " "}), "yes_no") == "text_en"

    def test_texts_have_a_length(self) -> None:
        long = "a" * (drafting.TEXT_MOST + 1)
        assert refused(Draft(text={"en": "Good?", "zh_Hans": long}), "yes_no") == "text_zh_Hans"
        assert refused(Draft(text={"en": "Good?"}, hint={"en": long}), "yes_no") == "hint_en"
        rows = [{"text": {"en": long}}, {"text": {"en": "b"}}]
        assert refused(Draft(text={"en": "Good?"}, options=rows)) == "options"

    @pytest.mark.parametrize("code", ["Big", "1st", "a b", "ä", "a" * 41, "a-b"])
    def test_a_code_is_a_plain_word(self, code: str) -> None:
        assert refused(Draft(text={"en": "Good?"}, code=code), "yes_no") == "code"

    def test_two_answers_do_not_say_the_same(self) -> None:
        rows = [{"text": {"en": "Tea"}}, {"text": {"en": "tea"}}]
        assert refused(Draft(text={"en": "Which?"}, options=rows)) == "options"

    def test_one_answer_is_no_choice(self) -> None:
        assert refused(Draft(text={"en": "Which?"}, options=[{"text": {"en": "Tea"}}])) == "options"

    def test_what_is_no_longer_offered_does_not_count_as_an_answer(self) -> None:
        rows = [{"key": "1", "text": {"en": "Tea"}}, {"key": "2", "text": {"en": "Coffee"}, "is_out": True}]
        assert refused(Draft(text={"en": "Which?"}, options=rows)) == "options"


class TestNamesIn:
    @pytest.mark.parametrize(
        ("value", "names"),
        [
            ({"choice": "2"}, {"2"}),
            ({"choices": ["1", "3"], "other": "2"}, {"1", "3"}),
            ({"order": ["b", "a"]}, {"a", "b"}),
            ({"points": {"a": 100}}, {"a"}),
            ({"rows": {"r": "c"}}, {"r", "c"}),
            ({"pairs": {"f": {"present": "like"}}}, {"f"}),
            ({"text": "2"}, set()),
        ],
    )
    def test_it_finds_the_options_an_answer_names_and_no_words(
        self, value: dict[str, object], names: set[str]
    ) -> None:
        assert names <= set(drafting.names_in(value))
        if not names or "other" in value:
            assert "2" not in set(drafting.names_in(value))


class TestPiping:
    def test_a_code_is_renamed_wherever_it_is_piped(self) -> None:
        texts = {"en": "Why {{old}}, not {{ old }} or {{older}}?"}
        assert drafting.with_code_renamed(texts, "old", "new") == {
            "en": "Why {{new}}, not {{new}} or {{older}}?"
        }
        assert drafting.piped_codes(texts) == ["old", "older"]


class TestMeasuringAlike:
    def test_words_may_differ_and_scales_may_not(self) -> None:
        before = {"columns": [{"key": "1", "text": {"en": "No"}}], "low": {"en": "Bad"}, "most": 3}
        assert drafting.is_measuring_alike(before, before | {"low": {"en": "Very bad"}})
        assert drafting.is_measuring_alike(
            before, before | {"columns": [{"key": "1", "text": {"en": "Never"}}]}
        )
        assert not drafting.is_measuring_alike(before, before | {"most": 4})
        assert not drafting.is_measuring_alike(before, before | {"columns": []})


def test_codes_of_standard_questions_are_taken_as_they_are(app: Flask) -> None:
    from community.surveys import standards

    for standard in standards.STANDARDS.values():
        clean = drafting.clean(
            standard.draft(("en", "zh_Hans", "zh_Hant")),
            kind=standard.kind,
            languages=("en", "zh_Hans", "zh_Hant"),
        )
        assert clean.code == standard.code
        assert set(clean.text) == {"en", "zh_Hans", "zh_Hant"}
        assert all(set(option["text"]) == {"en", "zh_Hans", "zh_Hant"} for option in clean.options)
        assert all(set(texts) == {"en", "zh_Hans", "zh_Hant"} for texts in standard.settings.values())
