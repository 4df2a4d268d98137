"""What looks odd about responses: reasons to look at one, never a verdict (methods 4.12).

Pure: all that is known of a survey's responses goes in, flags come out. Two flags count as two only if they
rest on different things, so that one cause is not held against somebody twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import log
from statistics import fmean, median, pstdev, quantiles, stdev
from typing import Any, NamedTuple

from community.surveys import odd_texts

# So many independent flags bring a response before a person.
ENOUGH = 2
# Times of fewer responses say nothing of what is usual.
LEAST_TIMES = 10
LEAST_TIMES_FOR_Z = 100
FASTER_THAN = 0.5
Z_BELOW = -2.0
# Shorter grids are answered alike by honest people.
LEAST_ROWS = 4
LONGEST_RUN = 0.8
# The twentieth part of fewer is nobody.
LEAST_GRIDS = 40

# What each flag rests on.
RESTS_ON: Mapping[str, str] = {
    "too_fast": "time",
    "straight_lines": "grid",
    "flat_grid": "grid",
    "pasted": "words",
    "nonsense": "words",
    "duplicate": "words",
    "contradicts": "profile",
    "inattentive": "attention",
}


@dataclass(frozen=True)
class Grid:
    """A matrix: its columns from low to high, and whether some of its rows mean the opposite."""

    columns: Sequence[str]
    has_reversed: bool


@dataclass(frozen=True)
class Questions:
    """What of a survey's questions the flags look at, by code."""

    grids: Mapping[str, Grid] = field(default_factory=dict)
    # What was asked, in all its languages.
    wordings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    # The answers of questions that only remind to read.
    expected: Mapping[str, frozenset[str]] = field(default_factory=dict)
    # Questions that ask what the profile knows: option → the profile's option that says the same.
    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Given:
    """One completed response; `is_counted` unless staff excluded it."""

    id: int
    path: str
    seconds: float
    is_counted: bool = True
    profile: Mapping[str, Sequence[str]] = field(default_factory=dict)
    # Row → column for each matrix, the rows in the order in which they were shown.
    grids: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # What was written, with the question it answers.
    texts: Sequence[tuple[str, str]] = ()
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)


class Flag(NamedTuple):
    """Something odd, with the figures or words it rests on."""

    kind: str
    detail: dict[str, Any]


def find_flags(responses: Sequence[Given], questions: Questions) -> dict[int, list[Flag]]:
    """The flags of each response that has any, by its id."""
    times = _Times(responses)
    spreads = _Spreads(responses, questions.grids)
    shared = odd_texts.shared_keys([(each.id, text) for each in responses for _code, text in each.texts])
    found: dict[int, list[Flag]] = {}
    for response in responses:
        flags = [
            flag
            for flag in (
                times.judge(response),
                _straight_lines(response, questions.grids),
                spreads.judge(response),
                _pasted(response, questions.wordings),
                _nonsense(response),
                _duplicate(response, shared),
                _contradicts(response, questions.known),
                _inattentive(response, questions.expected),
            )
            if flag is not None
        ]
        if flags:
            found[response.id] = flags
    return found


def count_independent(flags: Sequence[Flag]) -> int:
    """On how many different things the flags rest."""
    return len({_rests_on(flag) for flag in flags})


def _rests_on(flag: Flag) -> str:
    # A text that came too quickly and a survey that was over too quickly are one observation.
    if flag.kind == "pasted" and flag.detail.get("why") == "speed":
        return "time"
    return RESTS_ON[flag.kind]


class _Times:
    """How long those took who were asked the same questions."""

    def __init__(self, responses: Sequence[Given]) -> None:
        by_path: dict[str, list[float]] = {}
        for response in responses:
            if response.is_counted and response.seconds > 0:
                by_path.setdefault(response.path, []).append(response.seconds)
        self._usual = {path: _Usual(times) for path, times in by_path.items() if len(times) >= LEAST_TIMES}

    def judge(self, response: Given) -> Flag | None:
        """Too fast against the median of the same path, or far below what is usual on a logarithmic scale."""
        usual = self._usual.get(response.path)
        if usual is None or not usual.is_faster(response.seconds):
            return None
        detail = {"seconds": round(response.seconds), "median": round(usual.median), "n": usual.n}
        return Flag("too_fast", detail)


class _Usual:
    def __init__(self, times: Sequence[float]) -> None:
        self.n, self.median = len(times), median(times)
        logs = [log(each) for each in times]
        self._mean, self._sd = fmean(logs), stdev(logs)

    def is_faster(self, seconds: float) -> bool:
        if seconds < FASTER_THAN * self.median:
            return True
        if self.n < LEAST_TIMES_FOR_Z or not self._sd or seconds <= 0:
            return False
        return (log(seconds) - self._mean) / self._sd < Z_BELOW


class _Spreads:
    """How much the answers in each grid differ from row to row."""

    def __init__(self, responses: Sequence[Given], grids: Mapping[str, Grid]) -> None:
        self._grids = grids
        self._bounds: dict[str, tuple[float, int]] = {}
        for code, grid in grids.items():
            spreads = [
                spread
                for response in responses
                if response.is_counted and (spread := _spread(response, code, grid)) is not None
            ]
            if len(spreads) >= LEAST_GRIDS:
                self._bounds[code] = (quantiles(spreads, n=20, method="inclusive")[0], len(spreads))

    def judge(self, response: Given) -> Flag | None:
        """Flatter than nineteen in twenty in one of the grids."""
        for code, (bound, n) in self._bounds.items():
            spread = _spread(response, code, self._grids[code])
            if spread is not None and spread < bound:
                return Flag(
                    "flat_grid", {"question": code, "sd": round(spread, 2), "p5": round(bound, 2), "n": n}
                )
        return None


def _spread(response: Given, code: str, grid: Grid) -> float | None:
    numbers = [grid.columns.index(column) for column in _column_of_rows(response, code, grid)]
    return pstdev(numbers) if len(numbers) >= LEAST_ROWS else None


def _column_of_rows(response: Given, code: str, grid: Grid) -> list[str]:
    return [column for column in response.grids.get(code, {}).values() if column in grid.columns]


def _straight_lines(response: Given, grids: Mapping[str, Grid]) -> Flag | None:
    for code, grid in grids.items():
        chosen = _column_of_rows(response, code, grid) if grid.has_reversed else []
        if len(chosen) < LEAST_ROWS:
            continue
        run = max(len(list(each)) for _column, each in groupby(chosen))
        if run / len(chosen) > LONGEST_RUN:
            return Flag("straight_lines", {"question": code, "run": run, "rows": len(chosen)})
    return None


def _pasted(response: Given, wordings: Mapping[str, Sequence[str]]) -> Flag | None:
    for code, text in response.texts:
        for wording in wordings.get(code, ("",)):
            why = odd_texts.why_pasted(text, question=wording)
            if why:
                return Flag("pasted", {"question": code, "why": why})
    needed = sum(odd_texts.typing_seconds(text) for _code, text in response.texts)
    if 0 < response.seconds < needed:
        longest = max(response.texts, key=lambda each: len(each[1]))
        detail = {"question": longest[0], "why": "speed", "seconds": round(response.seconds)}
        return Flag("pasted", detail)
    return None


def _nonsense(response: Given) -> Flag | None:
    for code, text in response.texts:
        why = odd_texts.why_nonsense(text)
        if why:
            return Flag("nonsense", {"question": code, "why": why})
    return None


def _duplicate(response: Given, shared: Mapping[str, set[int]]) -> Flag | None:
    for code, text in response.texts:
        ids = shared.get(odd_texts.key_of(text) or "")
        if ids:
            return Flag("duplicate", {"question": code, "others": len(ids) - 1})
    return None


def _contradicts(response: Given, known: Mapping[str, Mapping[str, str]]) -> Flag | None:
    for code, options in known.items():
        said = {options[key] for key in response.choices.get(code, ()) if key in options}
        profile = frozenset(response.profile.get(code, ()))
        if said and profile and not said & profile:
            return Flag("contradicts", {"question": code, "said": sorted(said), "profile": sorted(profile)})
    return None


def _inattentive(response: Given, expected: Mapping[str, frozenset[str]]) -> Flag | None:
    for code, right in expected.items():
        said = response.choices.get(code)
        if said and said != right:
            return Flag("inattentive", {"question": code, "said": sorted(said)})
    return None
