"""Asking the same again."""

import pytest

from community.infra.errors import Conflict
from community.members.models import Member
from community.surveys.actions import opening, questions, waves
from community.surveys.queries import cells
from community.surveys.queries import questions as queries
from community.surveys.queries import waves as wave_queries
from tests.factories.surveys import answer, make_survey
from tests.surveys.asking import ask, begin, draft
from tests.surveys.reaching import EVERYBODY, make_cell


class TestCopyAsWave:
    def test_questions_keep_codes_pages_options_and_conditions(self, omar: Member, ana: Member) -> None:
        survey = begin(omar)
        ask(survey, omar, "single", code="drink", options=["Tea", "Coffee", "Water"])
        why = ask(
            survey, omar, "long_text", code="why", condition={"all": [{"question": "drink", "is": "2"}]}
        )
        questions.start_page(survey, why.id, by=omar)
        opening.open_survey(survey, omar)
        answer(survey, ana, {"drink": "2"})
        wave = waves.copy_as_wave(survey, by=omar)
        assert (wave.state, wave.wave, wave.series_id) == ("draft", 2, survey.id)
        assert (wave.title, wave.panel_ids, wave.completed_count) == (survey.title, survey.panel_ids, 0)
        before, after = queries.list_standing(survey), queries.list_standing(wave)
        for old, new in zip(before, after, strict=True):
            for name in waves.COPIED_OF_QUESTIONS:
                assert getattr(old.question, name) == getattr(new.question, name)
            assert (old.version.text, old.version.options) == (new.version.text, new.version.options)
            assert new.version.number == 1

    def test_what_is_asked_now_is_copied_without_what_was_taken_out(self, omar: Member, ana: Member) -> None:
        survey = begin(omar)
        first, second = ask(survey, omar, code="a"), ask(survey, omar, code="b")
        opening.open_survey(survey, omar)
        questions.remove_question(survey, first.id, by=omar)
        questions.edit_question(
            survey, second.id, by=omar, draft=draft(text={"en": "Better?"}), note="Clearer."
        )
        (copy,) = queries.list_standing(waves.copy_as_wave(survey, by=omar))
        assert (copy.question.code, copy.version.text, copy.version.number) == ("b", {"en": "Better?"}, 1)

    def test_waves_of_waves_stand_in_one_row(self, omar: Member) -> None:
        survey = make_survey(state="closed")
        second = waves.copy_as_wave(survey, by=omar)
        third = waves.copy_as_wave(survey, by=omar)
        assert [line.wave for line in wave_queries.list_waves(third, omar)] == [1, 2, 3]
        assert [line.id for line in wave_queries.list_waves(second, omar)] == [survey.id, second.id, third.id]

    def test_places_are_copied_empty_and_a_sample_is_drawn_anew(self, omar: Member) -> None:
        survey = make_survey(state="closed", sampling="quotas", sample_seed=7)
        cell = make_cell(survey, EVERYBODY, target_count=5, completed_count=5)
        wave = waves.copy_as_wave(survey, by=omar)
        (copy,) = cells.list_cells(wave)
        assert (copy.name, copy.rule, copy.target_count) == (cell.name, cell.rule, 5)
        assert (copy.completed_count, copy.held_count, wave.sample_seed) == (0, 0, 0)

    def test_a_draft_has_no_next_wave(self, omar: Member) -> None:
        with pytest.raises(Conflict):
            waves.copy_as_wave(begin(omar), by=omar)
