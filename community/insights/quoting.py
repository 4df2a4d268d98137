"""Which words are quoted: those nearest to what their group says, spread over people and places."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from community.analysis import likeness, tokens
from community.analysis.telling import SMALL_WORDS
from community.moderation import personal

SHORTEST, LONGEST = 30, 400
# Whoever says the same as another quote says nothing new.
SAME = 0.85
HIDDEN = "[…]"

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_E_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NAME = re.compile(r"(?<![\w@])@[\w-]+")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Candidate:
    """A text that may be quoted: its author agreed, and it says nothing about who they are."""

    item_id: int
    # Whoever said it, however they are known; one person is quoted once.
    person: str
    # As it is quoted, see `quotable`.
    text: str
    panel_id: int = 0
    language: str = ""
    sentiment: str = ""
    source: str = ""


def quotable(text: str) -> str:
    """The text without addresses, names and numbers that lead to somebody, on one line."""
    for found in reversed(personal.find(text)):
        text = text[: found.start] + HIDDEN + text[found.end :]
    for pattern in (_ADDRESS, _E_MAIL, _NAME):
        text = pattern.sub(HIDDEN, text)
    return _SPACE.sub(" ", text).strip()


def has_length(text: str) -> bool:
    """Whether a text says enough, and not too much, to be quoted; a Chinese character says as much as two."""
    return SHORTEST <= len(text) + len(_HAN.findall(text)) <= LONGEST


def choose(candidates: Iterable[Candidate], *, count: int = 3) -> list[Candidate]:
    """At most `count` texts that represent all of them, the nearest to their centre first.

    Texts are the terms in them, each weighed by how few texts of its language have it; the centre of a
    language is the mean of its texts. At most one is of the same person, none repeats another, and panels and
    languages take turns as long as they have any. The same texts give the same choice, in whatever order they
    come.
    """
    fitting = sorted((each for each in candidates if has_length(each.text)), key=lambda each: each.item_id)
    nearness = _nearness(fitting)
    ranked = sorted(fitting, key=lambda each: (-nearness[each.item_id], each.item_id))
    chosen: list[Candidate] = []
    people: set[str] = set()
    taken: Counter[tuple[int, str]] = Counter()
    profiles: list[likeness.Profile] = []
    while ranked and len(chosen) < count:
        least = min(taken[_place(each)] for each in ranked)
        best = next(each for each in ranked if taken[_place(each)] == least)
        ranked.remove(best)
        profile = likeness.profile(best.text)
        if best.person in people or any(likeness.likeness(profile, each) > SAME for each in profiles):
            continue
        chosen.append(best)
        people.add(best.person)
        taken[_place(best)] += 1
        profiles.append(profile)
    return chosen


def _place(candidate: Candidate) -> tuple[int, str]:
    return candidate.panel_id, candidate.language


def _nearness(candidates: Sequence[Candidate]) -> dict[int, float]:
    """How near each is to the centre of those in its language, 0 to 1, by item."""
    by_language: dict[str, list[Candidate]] = defaultdict(list)
    for each in candidates:
        by_language[each.language].append(each)
    found: dict[int, float] = {}
    for group in by_language.values():
        terms = [sorted(set(tokens.index_terms(each.text)) - SMALL_WORDS) for each in group]
        frequency = Counter(term for each in terms for term in each)
        weight = {term: log(1 + len(group) / count) for term, count in frequency.items()}
        units = [_unit(each, weight) for each in terms]
        centre: dict[str, float] = defaultdict(float)
        for unit in units:
            for term, value in unit.items():
                centre[term] += value / len(group)
        length = sqrt(sum(value * value for value in centre.values())) or 1.0
        for each, unit in zip(group, units, strict=True):
            found[each.item_id] = round(
                sum(value * centre[term] for term, value in unit.items()) / length, 12
            )
    return found


def _unit(terms: Sequence[str], weight: Mapping[str, float]) -> dict[str, float]:
    length = sqrt(sum(weight[term] ** 2 for term in terms)) or 1.0
    return {term: weight[term] / length for term in terms}
