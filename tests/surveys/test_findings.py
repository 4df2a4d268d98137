"""What a comparison found, as people read it."""

import pytest

from community.surveys import findings


def result(verdict, *, decides="difference", value=0.2, low=0.07, high=0.33, is_expected=None):
    difference = {"value": value, "low": low, "high": high, "p": 0.004}
    return {
        "state": "measured", "decides": decides, decides: difference, "verdict": verdict,
        "is_expected": is_expected,
    }  # fmt: skip


class TestFigures:
    @pytest.mark.parametrize(
        ("metric", "number", "told"),
        [
            ("share", 0.311, "+31.1 points"),
            ("share", -0.037, "−3.7 points"),
            ("share", 0.0, "0.0 points"),
            ("share", -0.0001, "0.0 points"),
            ("nps", 12.04, "+12.0 points"),
            ("mean", 0.456, "+0.46"),
            ("mean", -1.0, "−1.00"),
            ("mean", -0.004, "0.00"),
            ("share", None, "–"),
        ],
    )
    def test_a_change_has_its_sign_and_unit(self, app, metric, number, told):
        with app.test_request_context():
            assert findings.change(metric, number) == told

    @pytest.mark.parametrize(
        ("metric", "figures", "told"),
        [
            ("share", {"value": 1 / 3, "low": 0.19, "high": 0.41, "n": 36}, ("33%", "19% to 41%")),
            ("share", {"value": 1 / 3, "low": 0.285, "high": 0.385, "n": 400}, ("33.3%", "28.5% to 38.5%")),
            ("mean", {"value": 3.456, "low": 3.1, "high": 3.8, "n": 36}, ("3.46", "3.10 to 3.80")),
            ("nps", {"value": -12.4, "low": -30.2, "high": 5.4, "n": 36}, ("−12", "−30 to +5")),
            ("nps", {"value": -0.3, "low": -20.0, "high": 19.4, "n": 36}, ("0", "−20 to +19")),
            ("share", {"value": 0.0, "low": None, "high": None, "n": 12}, ("0%", "")),
        ],
    )
    def test_a_figure_is_written_as_in_the_results(self, app, metric, figures, told):
        with app.test_request_context():
            shown = findings.figure(metric, figures)
            assert (shown.value, shown.interval) == told

    def test_where_nothing_was_measured_no_figure_is_written(self, app):
        with app.test_request_context():
            assert findings.figure("share", {"value": None, "low": None, "high": None, "n": 0}) is None

    def test_small_chances_are_not_told_to_the_last_digit(self, app):
        with app.test_request_context():
            assert [findings.chance(p) for p in (0.0000004, 0.0124, None)] == ["< 0.001", "0.012", "–"]


class TestInWords:
    @pytest.mark.parametrize(
        ("found", "begins"),
        [
            (result("up"), "It went up: +20.0 points (95% interval: +7.0 to +33.0)."),
            (result("down", value=-0.2, low=-0.33, high=-0.07), "It went down: −20.0 points"),
            (result("no change found", value=0.02, low=-0.1, high=0.14), "No change found: +2.0 points"),
            (
                result("no change found", value=0.0, low=None, high=None),
                "No change found: all answered alike",
            ),
            (result("up", decides="did"), "Against where the change did not ship it went up"),
            (result("down", decides="did"), "Against where the change did not ship it went down"),
            (result("no change found", decides="did"), "No change found: where the change shipped"),
            ({"state": "few"}, "Not shown: fewer than ten"),
        ],
    )
    def test_every_outcome_has_its_sentence(self, app, found, begins):
        with app.test_request_context():
            assert findings.in_words("share", found).startswith(begins)

    def test_what_was_expected_is_held_against_what_was_found(self, app):
        with app.test_request_context():
            told = [
                findings.expectation(result(verdict, is_expected=expected))
                for verdict, expected in (
                    ("up", True),
                    ("down", False),
                    ("no change found", False),
                    ("up", None),
                )
            ]
        assert told[0] == "That is what was expected."
        assert told[1] == "The opposite was expected."
        assert told[2].startswith("A change was expected.")
        assert told[3] == ""
