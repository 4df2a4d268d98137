"""How good the reading is on labelled texts, by the lexicons alone or after teaching it some of them."""

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from community.analysis.language import LANGUAGES, Language, is_readable, language_of
from community.analysis.learning import features, measures, training
from community.analysis.learning.corrections import Correction, Corrections
from community.analysis.learning.features import Group
from community.analysis.learning.model import SIDES, Trained
from community.analysis.learning.topics import Example, train_topics
from community.analysis.masking import mask
from community.analysis.sentiment import scorer
from community.analysis.sentiment.findings import Label, Scored, Words


class Row(NamedTuple):
    """A text, what people say it feels like, and its language if they said that too."""

    text: str
    label: Label
    language: str | None = None


class Evaluation(NamedTuple):
    """The scores on all rows that were tested, and the same by language with the confusion."""

    n: int
    accuracy: float
    macro_f1: float
    ece: float
    # The accuracy of the most certain four fifths, when people see to the others.
    accuracy_kept_80: float
    # How often each answer was given, by what was true.
    confusion: dict[str, dict[str, int]]
    by_language: "dict[str, Evaluation]"

    def to_json(self) -> dict[str, Any]:
        """Everything as values that JSON holds, shares with four decimals; languages hold no languages."""
        values = {
            key: round(value, 4) if isinstance(value, float) else value
            for key, value in self._asdict().items()
        }
        values["by_language"] = {language: each.to_json() for language, each in self.by_language.items()}
        if not self.by_language:
            del values["by_language"]
        return values


class _Seen(NamedTuple):
    """A row as the reader sees it."""

    row: Row
    language: Language
    masked: str


def rows_of(records: Iterable[Mapping[str, Any]]) -> list[Row]:
    """The rows of a file's records that have one of the three labels; "mixed" and none are left out."""
    return [
        Row(str(record["text"]), record["label"], record.get("lang"))
        for record in records
        if record.get("label") in SIDES
    ]


def evaluate(
    rows: Sequence[Row],
    *,
    two_classes: bool = False,
    labels: int = 0,
    seed: int = 0,
    words: Words = scorer.NO_WORDS,
) -> Evaluation:
    """The scores of the reading on the rows.

    With `labels`, as many rows drawn at random are first taught as corrections, and the others are the
    test; ValueError if none are left. An answer "mixed" counts as the likeliest of the three. `two_classes`
    leaves out neutral rows and makes every answer positive or negative. A text whose language is not
    recognised is read in the one that its row names.
    """
    rows = [row for row in rows if not two_classes or row.label != "neu"]
    if labels >= len(rows):
        raise ValueError(f"{labels} labels leave none of {len(rows)} rows to test on")
    seen = [_see(row) for row in rows]
    # The same seed has to draw the same rows everywhere.
    Random(seed).shuffle(seen)  # noqa: S311
    taught, tested = seen[:labels], seen[labels:]
    knowledge = _teach(taught, words=words, two_classes=two_classes)
    answers = [knowledge.answer(each) for each in tested]
    by_language = {
        language: _measure(
            [pair for pair in zip(tested, answers, strict=True) if _named(pair[0]) == language]
        )
        for language in sorted({_named(each) for each in tested})
    }
    return _measure(list(zip(tested, answers, strict=True)))._replace(by_language=by_language)


class _Knowledge(NamedTuple):
    """What was taught, and what it answers."""

    words: Words
    two_classes: bool
    models: Mapping[Group, Trained]
    corrections: Corrections

    def answer(self, seen: _Seen) -> tuple[Label, float]:
        """The label that the site would give, one of the three or two, and how sure it is."""
        scored = scorer.score_masked(seen.masked, seen.language, self.words)
        group = features.group_of(seen.language)
        if group is None:
            return self._by_lexicon(scored, seen.language)
        model = self.models.get(group)
        label, confidence = (
            self._by_model(model, seen, scored)
            if model and model.is_live
            else self._by_lexicon(scored, seen.language)
        )
        found = self.corrections.find(seen.masked, group, was=label)
        if found is None or found.correction.value == label:
            return label, confidence
        return _label(found.correction.value), found.likeness

    def _by_lexicon(self, scored: Scored, language: Language) -> tuple[Label, float]:
        return scorer.decide(scored, language, two_classes=self.two_classes, may_be_mixed=False)

    def _by_model(self, model: Trained, seen: _Seen, scored: Scored) -> tuple[Label, float]:
        chances = dict(zip(SIDES, model.chances(seen.masked, scored, language=seen.language), strict=True))
        if self.two_classes:
            del chances["neu"]
        label = max(SIDES, key=lambda side: chances.get(side, -1.0))
        return label, chances[label] / sum(chances.values())


def _teach(taught: Sequence[_Seen], *, words: Words, two_classes: bool) -> _Knowledge:
    lessons = [training.Lesson(each.row.text, each.language, each.row.label) for each in taught]
    models = {group: training.train(lessons, group, words=words) for group in features.GROUPS}
    untaught = _Knowledge(words, two_classes, {}, Corrections())
    corrections = Corrections(
        Correction(each.masked, group, each.row.label, was=untaught.answer(each)[0])
        for each in taught
        if (group := features.group_of(each.language))
    )
    return _Knowledge(words, two_classes, models, corrections)


class TopicEvaluation(NamedTuple):
    """How good the learner of topics is on rows that it was not taught."""

    n: int
    topic_count: int
    # Examples that were taught of each topic.
    per_class: int
    accuracy: float
    macro_f1: float
    # The share whose topic is among the three that are suggested.
    top_three: float
    ece: float

    def to_json(self) -> dict[str, Any]:
        """Everything as values that JSON holds, shares with four decimals."""
        return {
            key: round(value, 4) if isinstance(value, float) else value
            for key, value in self._asdict().items()
        }


def examples_of(records: Iterable[Mapping[str, Any]]) -> list[Example]:
    """The examples of a file's records that have a topic."""
    return [
        Example(str(record["text"]), _language(str(record["text"]), record.get("lang")), str(record["topic"]))
        for record in records
        if record.get("topic")
    ]


def evaluate_topics(examples: Sequence[Example], *, per_class: int, seed: int = 0) -> TopicEvaluation:
    """The scores after teaching so many examples of each topic, drawn at random, on all the others.

    A topic without rows to spare for the test is left out; ValueError if fewer than two remain.
    """
    by_topic: dict[str, list[Example]] = {}
    for example in sorted(set(examples)):
        by_topic.setdefault(example.topic, []).append(example)
    # The same seed has to draw the same rows everywhere.
    dice = Random(seed)  # noqa: S311
    taught: list[Example] = []
    tested: list[Example] = []
    enough = {topic: each for topic, each in by_topic.items() if len(each) > per_class}
    for each in enough.values():
        dice.shuffle(each)
        taught += each[:per_class]
        tested += each[per_class:]
    model = train_topics(taught)
    if model is None:
        raise ValueError(f"fewer than two topics have more than {per_class} rows")
    guesses = [model.guess(mask(each.text), each.language) for each in tested]
    truths = [each.topic for each in tested]
    answers = [guess[0].key if guess else "" for guess in guesses]
    hits = [truth == answer for truth, answer in zip(truths, answers, strict=True)]
    in_three = [truth in [one.key for one in three] for truth, three in zip(truths, guesses, strict=True)]
    return TopicEvaluation(
        len(tested),
        len(enough),
        per_class,
        measures.accuracy(truths, answers),
        measures.macro_f1(truths, answers),
        sum(in_three) / len(tested),
        measures.calibration_error(hits, [guess[0].confidence if guess else 0.0 for guess in guesses]),
    )


def _see(row: Row) -> _Seen:
    return _Seen(row, _language(row.text, row.language), mask(row.text))


def _language(text: str, named: str | None) -> Language:
    language = language_of(text)
    if is_readable(language):
        return language
    return next((each for each in LANGUAGES if each == named), language)


def _named(seen: _Seen) -> str:
    return seen.row.language or seen.language


def _label(value: str) -> Label:
    return next(side for side in SIDES if side == value)


def _measure(pairs: Sequence[tuple[_Seen, tuple[Label, float]]]) -> Evaluation:
    truths = [seen.row.label for seen, _ in pairs]
    answers = [label for _, (label, _) in pairs]
    confidences = [confidence for _, (_, confidence) in pairs]
    hits = [truth == answer for truth, answer in zip(truths, answers, strict=True)]
    return Evaluation(
        len(pairs),
        measures.accuracy(truths, answers),
        measures.macro_f1(truths, answers),
        measures.calibration_error(hits, confidences),
        measures.accuracy_kept(hits, confidences),
        measures.confusion(truths, answers),
        {},
    )
