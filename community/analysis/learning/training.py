"""Fitting the learned layer to a site's labels: needs scikit-learn, so only worker and commands do it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log, sqrt
from typing import NamedTuple

from community.analysis.language import Language
from community.analysis.learning import features, measures
from community.analysis.learning.calibrating import calibrate, crosswise, one_thread, softmax
from community.analysis.learning.features import Group
from community.analysis.learning.model import SIDES, UNIT, Reason, Scores, Stage, Trained
from community.analysis.masking import mask
from community.analysis.sentiment import scorer
from community.analysis.sentiment.findings import Label, Words

LEAST_LABELS = 50
# What cross-validated macro-F1 must gain over the lexicons before runs of letters answer.
LEAST_GAIN = 0.02
# What accuracy and macro-F1 together must gain before thresholds answer.
LEAST_GAIN_OF_THRESHOLDS = 0.01
# What macro-F1 may lose by them: accuracy alone is soon gained by forgetting the rare labels.
MOST_LOSS_BY_THRESHOLDS = 0.01
# A label used less often is not told apart yet.
LEAST_OF_A_LABEL = 3

# More folds where few labels are left to learn from; beyond that many labels fewer will do.
_FOLDS_OF_FEW, _FEW, _FOLDS = 10, 2000, 5
_MOST_RUNS = 8000
# Looked at before their weights choose among them.
_MOST_CANDIDATES = 16_000
# The inverse of the regularisation of the logistic regression.
_STRENGTH = 0.3
# How far rare labels are weighted up: with 1 all labels count the same, which costs accuracy; 0 forgets them.
_BALANCE = 0.25
# How many labels the lexicon's own chances count as: what keeps fifty labels from forgetting what it knows.
_LEXICON_COUNTS_AS = 30
# Among so many it changes nothing and costs four times the time.
_MANY = 1500


class Lesson(NamedTuple):
    """A text and what a person says it feels like."""

    text: str
    language: Language
    label: Label
    # Drawn at random for labelling, so that measuring on it is honest.
    is_random: bool = True


class _Material(NamedTuple):
    """The lessons of one group as a learner sees them, a row each."""

    labels: list[Label]
    logits: list[list[float]]  # of the lexicons, by class
    signals: list[tuple[float, ...]]
    runs: list[set[str]]


class _Part(NamedTuple):
    """The rows that one fit sees."""

    signals: list[tuple[float, ...]]
    runs: list[set[str]]
    chances: list[list[float]]  # of the lexicons, by class
    labels: list[int]  # numbers of classes


class _Fit(NamedTuple):
    """A logistic regression as plain numbers."""

    biases: list[float]
    signal_weights: list[list[float]]
    run_weights: dict[str, tuple[int, ...]]


def train(lessons: Iterable[Lesson], group: Group, *, words: Words = scorer.NO_WORDS) -> Trained:
    """What the lessons of a group of languages teach; of lessons with the same text the last counts.

    Lessons in other languages, and those that say "mixed", are left out. Takes about half a minute of
    processor time for 5,000 lessons.
    """
    latest = {
        lesson.text: lesson
        for lesson in lessons
        if lesson.label in SIDES and features.group_of(lesson.language) == group
    }
    with one_thread():
        return _train(list(latest.values()), group, words)


def _train(lessons: Sequence[Lesson], group: Group, words: Words) -> Trained:
    counts = Counter(lesson.label for lesson in lessons)
    classes = tuple(label for label in SIDES if counts[label] >= LEAST_OF_A_LABEL)
    random_count = sum(lesson.is_random for lesson in lessons)
    if len(lessons) < LEAST_LABELS or len(classes) < 2:
        reason: Reason = "few_labels" if len(lessons) < LEAST_LABELS else "one_sided"
        return Trained(group, "lexicon", reason, len(lessons), random_count)
    lessons = [lesson for lesson in lessons if lesson.label in classes]
    material = _material(lessons, group, words, classes)
    folds = _folds(material.labels)
    measured = [at for at, lesson in enumerate(lessons) if lesson.is_random]
    if len(measured) < LEAST_LABELS:
        measured = list(range(len(lessons)))
    # What each stage says of texts that it has not seen, before and after calibration.
    unseen = {
        "thresholds": _unseen_logits(material._replace(runs=[set()] * len(lessons)), classes, folds),
        "grams": _unseen_logits(material, classes, folds),
    }
    answers: dict[Stage, list[list[float]]] = {
        "lexicon": material.logits,
        "thresholds": crosswise(unseen["thresholds"], material.labels, classes, folds=folds),
        "grams": crosswise(unseen["grams"], material.labels, classes, folds=folds),
    }
    scores = {stage: _scores(logits, material.labels, classes, measured) for stage, logits in answers.items()}
    stage, reason = _choose(scores)
    if stage == "lexicon":
        return Trained(group, stage, reason, len(lessons), random_count, scores)
    if stage == "thresholds":
        material = material._replace(runs=[set()] * len(lessons))
    fit = _fit(material, range(len(lessons)), classes)
    temperature, shifts = calibrate(unseen[stage], material.labels, classes)
    biases = [shift + temperature * bias for shift, bias in zip(shifts, fit.biases, strict=True)]
    return Trained(
        group,
        stage,
        reason,
        len(lessons),
        random_count,
        scores,
        classes,
        temperature,
        tuple(round(bias, 4) for bias in biases),
        tuple(tuple(round(weight, 4) for weight in row) for row in fit.signal_weights),
        fit.run_weights,
    )


def _choose(scores: dict[Stage, Scores]) -> tuple[Stage, Reason]:
    lexicon, thresholds, grams = scores["lexicon"], scores["thresholds"], scores["grams"]
    if grams.macro_f1 >= lexicon.macro_f1 + LEAST_GAIN and grams.accuracy >= lexicon.accuracy:
        return "grams", "grams_better"
    gain, balanced_gain = thresholds.accuracy - lexicon.accuracy, thresholds.macro_f1 - lexicon.macro_f1
    is_gain = gain > 0 and gain + balanced_gain >= LEAST_GAIN_OF_THRESHOLDS
    if is_gain and balanced_gain >= -MOST_LOSS_BY_THRESHOLDS:
        return "thresholds", "thresholds_better"
    return "lexicon", "not_better"


def _scores(
    logits: Sequence[Sequence[float]], labels: Sequence[Label], classes: Sequence[Label], rows: Sequence[int]
) -> Scores:
    truths = [labels[at] for at in rows]
    chances = [softmax(logits[at]) for at in rows]
    sure = [max(each) for each in chances]
    answers = [classes[each.index(most)] for each, most in zip(chances, sure, strict=True)]
    hits = [truth == answer for truth, answer in zip(truths, answers, strict=True)]
    return Scores(
        round(measures.accuracy(truths, answers), 4),
        round(measures.macro_f1(truths, answers), 4),
        round(measures.calibration_error(hits, sure), 4),
    )


def _material(lessons: Sequence[Lesson], group: Group, words: Words, classes: Sequence[Label]) -> _Material:
    masked = [mask(lesson.text) for lesson in lessons]
    scored = [
        scorer.score_masked(text, each.language, words) for text, each in zip(masked, lessons, strict=True)
    ]
    seen = list(zip(masked, scored, (lesson.language for lesson in lessons), strict=True))
    return _Material(
        [lesson.label for lesson in lessons],
        [features.lexicon_logits(each, language, classes) for _, each, language in seen],
        [features.signal_values(text, each, language=language) for text, each, language in seen],
        [features.grams(text, group) for text in masked],
    )


def _folds(labels: Sequence[Label]) -> list[int]:
    """The fold of each row, so that every fold has about the same share of every label."""
    seen: Counter[str] = Counter()
    count = _FOLDS_OF_FEW if len(labels) < _FEW else _FOLDS
    folds = []
    for label in labels:
        folds.append(seen[label] % count)
        seen[label] += 1
    return folds


def _unseen_logits(material: _Material, classes: Sequence[Label], folds: Sequence[int]) -> list[list[float]]:
    """For each row the logits of a fit that has not seen its fold."""
    logits: list[list[float]] = [[] for _ in folds]
    for fold in sorted(set(folds)):
        fit = _fit(material, [at for at, each in enumerate(folds) if each != fold], classes)
        for at in (at for at, each in enumerate(folds) if each == fold):
            logits[at] = _logits(fit, material.signals[at], material.runs[at])
    return logits


def _logits(fit: _Fit, signals: Sequence[float], runs: set[str]) -> list[float]:
    sums = [
        bias + sum(weight * value for weight, value in zip(weights, signals, strict=True))
        for bias, weights in zip(fit.biases, fit.signal_weights, strict=True)
    ]
    known = fit.run_weights.keys() & runs
    for run in known:
        for at, weight in enumerate(fit.run_weights[run]):
            sums[at] += weight / (UNIT * sqrt(len(known)))
    return sums


def _fit(material: _Material, rows: Sequence[int], classes: Sequence[Label]) -> _Fit:
    """The logistic regression of the rows, with at most `_MOST_RUNS` runs."""
    runs = [material.runs[at] for at in rows]
    frequency = Counter(run for each in runs for run in each)
    repeated = [run for run, count in frequency.items() if count > 1]
    candidates = sorted(repeated, key=lambda run: (-frequency[run], run))[:_MOST_CANDIDATES]
    idf = {run: log((1 + len(rows)) / (1 + frequency[run])) + 1 for run in sorted(candidates)}
    numbers = [classes.index(material.labels[at]) for at in rows]
    part = _Part(
        [material.signals[at] for at in rows], runs, [softmax(material.logits[at]) for at in rows], numbers
    )
    fit = _regress(part, idf)
    if len(idf) <= _MOST_RUNS:
        return fit
    # The runs that move most texts most; fitted again, since they now speak for the others.
    moves = {run: sqrt(frequency[run]) * max(map(abs, row)) for run, row in fit.run_weights.items()}
    kept = sorted(moves, key=lambda run: (-moves[run], run))[:_MOST_RUNS]
    return _regress(part, {run: idf[run] for run in sorted(kept)})


def _regress(part: _Part, idf: dict[str, float]) -> _Fit:
    """A half-balanced logistic regression of labels, and the lexicon's chances, on signals and known runs."""
    import numpy as np
    from scipy.sparse import csr_matrix, hstack, vstack
    from sklearn.linear_model import LogisticRegression

    matrix = hstack([csr_matrix(np.array(part.signals)), features.matrix(part.runs, idf)]).tocsr()
    labels, believed = np.array(part.labels), np.array(part.chances)
    count, classes = believed.shape
    balance = (count / (classes * np.bincount(labels, minlength=classes))) ** _BALANCE
    regression = LogisticRegression(C=_STRENGTH, max_iter=300)
    weights = balance[labels]
    if count < _MANY:
        # Each text once more with every label, weighted with the lexicon's chance of it.
        matrix = vstack([matrix] * (1 + classes)).tocsr()
        labels = np.concatenate([labels, np.repeat(np.arange(classes), count)])
        weights = np.concatenate([weights, believed.T.ravel() * _LEXICON_COUNTS_AS / count])
    regression.fit(matrix, labels, weights)
    weights, biases = regression.coef_, regression.intercept_
    if len(weights) == 1:
        # Two classes have one row of weights, that of the second against the first.
        weights, biases = np.vstack([-weights, weights]) / 2, np.concatenate([-biases, biases]) / 2
    width = len(part.signals[0])
    thousandths = np.rint(weights[:, width:] * np.array(list(idf.values())) * UNIT).astype(int).T.tolist()
    return _Fit(
        biases.tolist(),
        weights[:, :width].tolist(),
        {run: tuple(row) for run, row in zip(idf, thousandths, strict=True)},
    )
