"""One English sentence: what negation, degree, contrast, comparison, time and asking make of its words."""

import re
from collections.abc import Sequence
from math import copysign
from typing import NamedTuple

from community.analysis.sentiment.english_lexicon import Entry
from community.analysis.sentiment.findings import Evidence

# How far a word reaches, in words that carry meaning, and how a degree fades on the way (VADER's numbers).
_DEGREE_REACH = 3
_FADING = (1.0, 0.95, 0.9)
_NEGATION_REACH = 2
_LONGEST_REACH = 7  # with all words
_LONGEST_NAME = 6
_CAPITALS = 0.733
# However mild the praise, to deny it is to complain.
_LEAST_NEGATED_PRAISE = -1.2
_NEGATED_PRAISE, _NEGATED_BLAME, _DENIED_BLAME, _TWICE_NEGATED = -0.74, -0.5, -0.7, 0.8
_BEFORE_BUT, _AFTER_BUT = 0.5, 1.3
_ASKED_PRAISE, _ASKED_BLAME = 0.15, 0.2
_REQUESTED_PRAISE, _REQUESTED_BLAME = 0.15, 0.6
_WISHED_PRAISE, _WISHED_BLAME = 0.3, 0.7
_ONCE_PRAISE, _ONCE_BLAME = -0.8, -0.5
# What weighs less is shown and does not count.
_LEAST_WEIGHT = 0.5

# fmt: off
_LIGHT = {
    "a", "an", "the", "to", "be", "been", "being", "is", "are", "was", "were", "very", "really", "so",
    "that", "all", "even", "as", "any", "have", "has", "had", "it", "its", "much", "my", "your", "our",
    "their", "of", "in", "for", "this", "these", "those", "too", "such", "quite", "at", "do", "does",
    "did", "one", "ever", "exactly", "particularly", "always", "just", "actually",
}
_NEW = {
    "this", "now", "these", "today", "current", "new", "newer", "newest", "latest", "it", "that",
    "present", "updated",
}
_OLD = {
    "old", "older", "previous", "previously", "last", "before", "original", "earlier", "former", "prior",
}
# Before what something is measured by: "nicer than other apps".
_MEASURES = {"than", "to", "with", "unlike", "over", "from", "beats"}
_BEFORE_NAMES = {"with", "at", "from", "by", "via", "on", "called", "named", "through"}
# Phrases of blame that begin so are meant, also as questions: "who approved", "how is it still".
_REPROACHING = {"who", "how", "stop", "what's", "whats"}
_COMPLAINING = {"why", "wtf", "seriously", "ever", "still"}
_JOY = {"great", "wonderful", "fantastic", "awesome", "nice", "perfect", "lovely", "brilliant",
    "excellent", "super", "congratulations", "congrats", "bravo", "sure"}
_ROLLING_EYES = frozenset("🙃🙄")
# fmt: on


class Find(NamedTuple):
    """Words `first:last` of the text that the lexicon knows."""

    first: int
    last: int
    entry: Entry


class Cut(NamedTuple):
    """A masked text and the words and marks it was cut into."""

    masked: str
    matches: Sequence[re.Match[str]]
    tokens: Sequence[str]
    is_all_capitals: bool


class _Weighed:
    """A find with the weight it has so far, where its evidence starts, and the rule that weighed last."""

    __slots__ = ("find", "rule", "start", "weight")

    def __init__(self, find: Find, weight: float, rule: str, start: int) -> None:
        self.find = find
        self.weight = weight
        self.rule = rule
        self.start = start  # number of the first word

    def turn(self, rule: str) -> None:
        """Praise of something else is blame, and the other way round."""
        self.weight = min(-self.weight, _LEAST_NEGATED_PRAISE) if self.weight > 0 else -self.weight
        self.rule = rule

    def change(self, factor: float, rule: str) -> None:
        self.weight *= factor
        self.rule = rule


class Sentence:
    """The finds of one sentence; `evidence` weighs them."""

    def __init__(self, cut: Cut, finds: Sequence[Find], *, first: int, after_sarcasm: bool) -> None:
        self._masked, self._matches, self._tokens, self._is_all_capitals = cut
        self._finds = finds
        self._first = first  # number of its first word
        self._roles = {find.entry.role for find in finds}
        self.is_sarcastic = "sarcasm" in self._roles
        # "Thanks for nothing! 👍": the tone lasts for a sentence.
        self._is_doubtful = self.is_sarcastic or after_sarcasm
        self.is_question = finds[-1].entry.role == "end" and "?" in self._tokens[finds[-1].first]
        if "imperative" in self._roles and any(
            find.entry.role == "imperative" and self._begins(find) for find in finds
        ):
            self._roles.add("request")
        self.is_request = "request" in self._roles
        # Offset of what follows the last "but"; None without one.
        self.turned_at: int | None = None

    def evidence(self) -> list[Evidence]:
        """What each of the words adds to the feeling of the text."""
        weighed = self._weigh()
        if "but" in self._roles:
            self._turn(weighed)
        if not weighed:
            return []
        self._compare(weighed)
        if not self._roles.isdisjoint(("request", "soft", "used", "although")):
            self._follow_cues(weighed)
        if self.is_question:
            self._ask(weighed)
        if self._is_doubtful or self._rolls_eyes():
            self._doubt(weighed)
        else:
            self._hear_irony(weighed)
        return [self._evidence(each) for each in weighed]

    def _evidence(self, weighed: _Weighed) -> Evidence:
        weight = round(weighed.weight, 2) if abs(weighed.weight) >= _LEAST_WEIGHT else 0.0
        start = self._matches[weighed.start].start()
        return Evidence(start, self._matches[weighed.find.last - 1].end(), weight, weighed.rule)

    def _weigh(self) -> list[_Weighed]:
        """Every word by itself, with the degrees and negations that stand before it."""
        weighed: list[_Weighed] = []
        degrees: list[Find] = []
        near: list[Find] = []  # negators of the next words
        wide: list[Find] = []  # those of the rest of the sentence
        for find in self._finds:
            entry = find.entry
            role = entry.role
            if entry.valence or entry.negated is not None:
                one = self._weigh_one(find, degrees, near, wide)
                if one is not None:
                    weighed.append(one)
                degrees = []
            if role in ("negator", "no", "never"):
                # "Not, as far as I saw, helpful": what is put in between does not end it.
                (wide if self._tokens[find.last : find.last + 1] == [","] else near).append(find)
            elif role == "nor":
                near = [find]
            elif role in ("frame", "nothing"):
                wide.append(find)
            elif role in ("but", "although", "end"):
                near, wide, degrees = [], [], []
            elif role == "pause":
                near, degrees = [], []
                wide = [each for each in wide if each.entry.role != "frame" or self._is_interrupted(each)]
            elif role == "only":
                near = []
            if entry.boost:
                degrees.append(find)
        return weighed

    def _weigh_one(
        self, find: Find, degrees: list[Find], near: list[Find], wide: list[Find]
    ) -> _Weighed | None:
        entry = find.entry
        weight, rule, start = entry.valence, entry.rule, find.first
        if entry.rule in ("word", "vader") and self._is_name(find):
            return None
        for degree in degrees:
            distance = find.first - degree.last
            if weight and distance < _DEGREE_REACH:
                weight += copysign(1.0, weight) * degree.entry.boost * _FADING[distance]
                rule = "degree"
        if weight and self._is_shouted(find):
            weight += copysign(_CAPITALS, weight)
        negators = [each for each in near if self._reaches(each, find)] + wide
        if entry.rule == "emoji":
            negators = []  # "without internet 😤": nobody denies a face
        if len(negators) % 2:
            weight = self._negated(weight, entry, negators[-1].entry.role)
            return _Weighed(find, weight, "negation", negators[-1].first)
        if negators:
            return _Weighed(find, weight * _TWICE_NEGATED, "double negation", negators[0].first)
        return _Weighed(find, weight, rule, start) if weight else None

    def _begins(self, find: Find) -> bool:
        return find.first == self._first or self._tokens[find.first - 1] in ",;:"

    def _negated(self, weight: float, entry: Entry, role: str) -> float:
        if entry.negated is not None:
            return entry.negated
        if weight > 0:
            return min(weight * _NEGATED_PRAISE, _LEAST_NEGATED_PRAISE)
        return weight * (_NEGATED_BLAME if role == "negator" else _DENIED_BLAME)

    def _reaches(self, negator: Find, find: Find) -> bool:
        if find.first - negator.last > _LONGEST_REACH:
            return False
        between = self._tokens[negator.last : find.first]
        return "and" not in between and sum(word not in _LIGHT for word in between) <= _NEGATION_REACH

    def _is_interrupted(self, frame: Find) -> bool:
        """Whether something is put in right behind it: "I don't think that, after all this, it helps"."""
        behind = frame.last + (self._tokens[frame.last : frame.last + 1] == ["that"])
        return self._tokens[behind : behind + 1] == [","]

    def _is_shouted(self, find: Find) -> bool:
        word = self._matches[find.first]
        return self._masked[word.start() : word.end()].isupper() and not self._is_all_capitals

    def _is_name(self, find: Find) -> bool:
        """Whether it is a name that happens to be a word of feeling: "with United", "at Best Buy"."""
        first = find.first
        start = self._matches[first].start()
        if not self._masked[start].isupper() or not first or self._masked[start + 1 : start + 2].isupper():
            return False
        before = self._matches[first - 1]
        if self._tokens[first - 1] in _BEFORE_NAMES and self._masked[before.start()].islower():
            return True
        ahead = find.last
        most = min(len(self._tokens), ahead + _LONGEST_NAME)
        while ahead < most and self._masked[self._matches[ahead].start()].isupper():
            ahead += 1
        if ahead == find.last or not (
            self._masked[before.start()].islower() or self._tokens[first - 1] == "the"
        ):
            return False
        # With a capital on every word it is a title, and no word of it is a name.
        return ahead < len(self._tokens) and self._masked[self._matches[ahead].start()].islower()

    def _turn(self, weighed: list[_Weighed]) -> None:
        turn = max(find.first for find in self._finds if find.entry.role == "but")
        self.turned_at = self._matches[turn].start()
        for each in weighed:
            each.change(_BEFORE_BUT if each.find.first < turn else _AFTER_BUT, "contrast")

    def _compare(self, weighed: list[_Weighed]) -> None:
        """ "Better than this" speaks for something else; "the old one was better" too."""
        tokens = self._tokens
        is_of_another = self._is_of_another()
        for each in weighed:
            last = each.find.last
            if tokens[last : last + 1] == ["than"]:
                other = tokens[last + 1 : last + 5]
                is_best = "nothing" in self._roles and each.weight < 0 < each.find.entry.valence
                if is_best or (not _NEW.isdisjoint(other) and _OLD.isdisjoint(other)):
                    each.turn("comparison")
            elif is_of_another and each.weight > 0 and self._is_comparative(each.find):
                each.turn("comparison")

    def _is_comparative(self, find: Find) -> bool:
        words = self._tokens[max(0, find.last - 2) : find.last]
        return words[-1].endswith("er") or "more" in words

    def _is_of_another(self) -> bool:
        """Whether the sentence is about an older or another thing, not only measures by it."""
        if "old" not in self._roles:
            return False
        old = next(find for find in self._finds if find.entry.role == "old")
        return _MEASURES.isdisjoint(self._tokens[max(0, old.first - 2) : old.first])

    def _follow_cues(self, weighed: list[_Weighed]) -> None:
        """What is wished for, asked for, once was or is granted weighs otherwise than what is."""
        cues = iter(self._finds)
        cue = ""
        upcoming = next(cues, None)
        for each in weighed:
            while upcoming is not None and upcoming.first <= each.find.first:
                role = upcoming.entry.role
                if role in ("request", "soft", "used", "although"):
                    cue = role
                elif role == "imperative" and self._begins(upcoming):
                    cue = "request"
                elif role in ("but", "turn") or (role == "pause" and cue != "request"):
                    cue = ""
                upcoming = next(cues, None)
            praise = each.weight > 0
            if cue == "request":
                each.change(_REQUESTED_PRAISE if praise else _REQUESTED_BLAME, "request")
            elif cue == "soft":
                each.change(_WISHED_PRAISE if praise else _WISHED_BLAME, "wish")
            elif cue == "used":
                each.change(_ONCE_PRAISE if praise else _ONCE_BLAME, "time")
                if praise:
                    each.weight = min(each.weight, _LEAST_NEGATED_PRAISE)
            elif cue == "although":
                each.change(_BEFORE_BUT, "contrast")

    def _ask(self, weighed: list[_Weighed]) -> None:
        words = self._tokens[self._first : self._finds[-1].last]
        complains = not _COMPLAINING.isdisjoint(words)
        for each in weighed:
            if each.weight > 0:
                each.change(_ASKED_PRAISE, "question")
            elif not complains and not self.is_request and not self._reproaches(each.find):
                each.change(_ASKED_BLAME, "question")

    def _reproaches(self, find: Find) -> bool:
        return find.last - find.first > 1 and self._tokens[find.first] in _REPROACHING

    def _hear_irony(self, weighed: list[_Weighed]) -> None:
        """ "Great, it crashed again": an exclamation of joy about something bad."""
        first = weighed[0]
        joy = first.find
        if not self._begins(joy) or first.weight <= 0 or self._tokens[joy.last : joy.last + 1] != [","]:
            return
        if self._tokens[joy.first] in _JOY and (
            "another" in self._tokens[joy.last : joy.last + 3] or any(each.weight < 0 for each in weighed)
        ):
            first.change(-0.5, "sarcasm")

    def _rolls_eyes(self) -> bool:
        return not _ROLLING_EYES.isdisjoint(self._tokens[self._first : self._finds[-1].last])

    def _doubt(self, weighed: list[_Weighed]) -> None:
        for each in weighed:
            if each.weight > 0:
                each.change(-0.3, "sarcasm")
