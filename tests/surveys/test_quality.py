"""Flags of responses: what raises each, what does not, and how many reasons they are."""

from dataclasses import replace

from community.surveys import quality
from community.surveys.quality import Flag, Given, Grid, Questions

COLUMNS = ("1", "2", "3", "4", "5")


def people(seconds, *, path="a,b,c", first=1):
    return [Given(id=first + n, path=path, seconds=each) for n, each in enumerate(seconds)]


def kinds_of(flags):
    return {number: [flag.kind for flag in found] for number, found in flags.items()}


def a_grid(*columns, code="grid"):
    return {code: {f"row{n}": column for n, column in enumerate(columns)}}


class TestTooFast:
    def test_it_is_below_half_the_median_of_those_on_the_same_path(self):
        found = quality.find_flags(people([100] * 10 + [49, 51]), Questions())
        assert found == {11: [Flag("too_fast", {"seconds": 49, "median": 100, "n": 12})]}

    def test_other_paths_say_nothing(self):
        slow, quick = people([300] * 12), people([100] * 12, path="a", first=50)
        assert quality.find_flags(slow + quick, Questions()) == {}

    def test_nothing_is_usual_among_nine(self):
        assert quality.find_flags(people([100] * 8 + [1]), Questions()) == {}

    def test_from_a_hundred_on_far_below_on_a_logarithmic_scale_counts_too(self):
        # All take 95 to 105 seconds, so 80 is far off, though above half the median.
        usual = [95 + n % 11 for n in range(99)]
        assert kinds_of(quality.find_flags(people([*usual, 80]), Questions())) == {100: ["too_fast"]}
        assert quality.find_flags(people([*usual[:90], 80]), Questions()) == {}

    def test_excluded_responses_do_not_say_what_is_usual(self):
        slow = [replace(each, is_counted=False) for each in people([1000] * 30, first=100)]
        assert quality.find_flags(people([100] * 12) + slow, Questions()) == {}


class TestGrids:
    def test_one_answer_down_a_grid_with_reversed_rows_is_a_straight_line(self):
        questions = Questions(grids={"grid": Grid(COLUMNS, has_reversed=True)})
        straight = Given(id=1, path="", seconds=0, grids=a_grid("4", "4", "4", "4", "4"))
        answered = Given(id=2, path="", seconds=0, grids=a_grid("4", "4", "2", "4", "4"))
        found = quality.find_flags([straight, answered], questions)
        assert found == {1: [Flag("straight_lines", {"question": "grid", "run": 5, "rows": 5})]}

    def test_nine_in_ten_are_a_line_and_eight_in_ten_are_not(self):
        questions = Questions(grids={"grid": Grid(COLUMNS, has_reversed=True)})
        nine = Given(id=1, path="", seconds=0, grids=a_grid(*["3"] * 9, "1"))
        eight = Given(id=2, path="", seconds=0, grids=a_grid(*["3"] * 8, "1", "3"))
        assert kinds_of(quality.find_flags([nine, eight], questions)) == {1: ["straight_lines"]}

    def test_without_reversed_rows_the_same_answer_may_be_meant(self):
        questions = Questions(grids={"grid": Grid(COLUMNS, has_reversed=False)})
        person = Given(id=1, path="", seconds=0, grids=a_grid(*["4"] * 6))
        assert quality.find_flags([person], questions) == {}

    def test_what_differs_less_than_with_nineteen_in_twenty_is_flat(self):
        questions = Questions(grids={"grid": Grid(COLUMNS, has_reversed=False)})
        lively = [
            Given(id=n, path="", seconds=0, grids=a_grid("1", "5", "2", str(1 + n % 5), "4"))
            for n in range(1, 60)
        ]
        flat = Given(id=99, path="", seconds=0, grids=a_grid("3", "3", "3", "3", "3"))
        found = quality.find_flags([*lively, flat], questions)
        assert kinds_of(found) == {99: ["flat_grid"]}
        assert found[99][0].detail["sd"] == 0

    def test_nobody_is_flat_where_all_are(self):
        questions = Questions(grids={"grid": Grid(COLUMNS, has_reversed=False)})
        alike = [Given(id=n, path="", seconds=0, grids=a_grid(*["3"] * 5)) for n in range(60)]
        assert quality.find_flags(alike, questions) == {}


class TestWords:
    def test_more_than_can_be_typed_in_the_time_was_pasted(self):
        text = "The jar stands well and the lid closes, which is more than I can say of the last one. " * 8
        quick, slow = (
            Given(id=n, path="", seconds=seconds, texts=[("why", text + str(n) * 30)])
            for n, seconds in ((1, 20), (2, 400))
        )
        found = quality.find_flags([quick, slow], Questions())
        assert [(flag.kind, flag.detail["why"]) for flag in found[1] if flag.kind == "pasted"] == [
            ("pasted", "speed")
        ]
        assert 2 not in found

    def test_the_same_long_text_of_two_people_is_held_against_both(self):
        text = "I would recommend it to my whole family."
        both = [Given(id=n, path="", seconds=60, texts=[("why", text)]) for n in (1, 2)]
        assert kinds_of(quality.find_flags(both, Questions())) == {1: ["duplicate"], 2: ["duplicate"]}


class TestAnswers:
    def test_an_answer_that_differs_from_the_profile_contradicts_it(self):
        questions = Questions(known={"age": {"1": "young", "2": "old"}})
        person = Given(id=1, path="", seconds=0, profile={"age": ["old"]}, choices={"age": frozenset({"1"})})
        assert kinds_of(quality.find_flags([person], questions)) == {1: ["contradicts"]}
        agreeing = replace(person, choices={"age": frozenset({"2"})})
        unknown = replace(person, profile={})
        elsewhere = replace(person, choices={"age": frozenset({"3"})})
        for honest in (agreeing, unknown, elsewhere):
            assert quality.find_flags([honest], questions) == {}

    def test_a_reminder_that_was_answered_otherwise_was_not_read(self):
        questions = Questions(expected={"read": frozenset({"2"})})
        missed = Given(id=1, path="", seconds=0, choices={"read": frozenset({"1"})})
        met = Given(id=2, path="", seconds=0, choices={"read": frozenset({"2"})})
        not_asked = Given(id=3, path="", seconds=0)
        assert kinds_of(quality.find_flags([missed, met, not_asked], questions)) == {1: ["inattentive"]}


class TestIndependence:
    def test_two_flags_about_one_grid_are_one_reason(self):
        assert quality.count_independent([Flag("straight_lines", {}), Flag("flat_grid", {})]) == 1

    def test_two_flags_about_the_words_are_one_reason(self):
        assert quality.count_independent([Flag("nonsense", {}), Flag("duplicate", {})]) == 1

    def test_time_and_words_are_two(self):
        assert quality.count_independent([Flag("too_fast", {}), Flag("nonsense", {})]) == 2

    def test_a_text_that_came_too_quickly_is_no_second_reason_beside_the_time(self):
        flags = [Flag("too_fast", {}), Flag("pasted", {"why": "speed"})]
        assert quality.count_independent(flags) == 1
        assert quality.count_independent([flags[0], Flag("pasted", {"why": "page"})]) == 2
