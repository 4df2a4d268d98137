"""Where a survey may go from where it stands."""

import pytest

from community.infra.errors import Conflict
from community.surveys import states
from community.surveys.models import STATES


class TestSteps:
    def test_every_state_has_its_steps(self) -> None:
        assert set(states.STEPS) == set(STATES)
        assert {to for steps in states.STEPS.values() for to in steps} <= set(STATES)

    @pytest.mark.parametrize(
        ("state", "to"),
        [
            ("draft", "preview"),
            ("preview", "draft"),
            ("draft", "open"),
            ("preview", "open"),
            ("open", "closed"),
            ("closed", "open"),
            ("closed", "told_back"),
        ],
    )
    def test_it_goes_this_way(self, state: str, to: str) -> None:
        states.check_move(state, to)

    @pytest.mark.parametrize(
        ("state", "to"),
        [
            ("open", "draft"),
            ("closed", "preview"),
            ("draft", "closed"),
            ("open", "told_back"),
            ("told_back", "open"),
            ("open", "open"),
        ],
    )
    def test_it_does_not_go_that_way(self, state: str, to: str) -> None:
        with pytest.raises(Conflict):
            states.check_move(state, to)

    def test_questions_change_until_it_closes(self) -> None:
        assert [state for state in STATES if states.can_ask_anew(state)] == ["draft", "preview", "open"]
