"""How good answers are: accuracy, macro-F1, calibration error, and accuracy without the least certain."""

from collections import Counter
from collections.abc import Sequence


def accuracy(truths: Sequence[str], answers: Sequence[str]) -> float:
    """The share of right answers, 0 to 1; 0 without any."""
    return _mean([truth == answer for truth, answer in zip(truths, answers, strict=True)])


def macro_f1(truths: Sequence[str], answers: Sequence[str]) -> float:
    """The mean of the F1 of every label that occurs in the truths, 0 to 1; 0 without any."""
    hits = Counter(truth for truth, answer in zip(truths, answers, strict=True) if truth == answer)
    true, said = Counter(truths), Counter(answers)
    return _mean([2 * hits[label] / (true[label] + said[label]) for label in sorted(true)])


def calibration_error(hits: Sequence[bool], confidences: Sequence[float], *, bins: int = 10) -> float:
    """The expected calibration error (Naeini 2015) over bins of equal width of confidence, 0 to 1."""
    members: list[list[tuple[bool, float]]] = [[] for _ in range(bins)]
    for hit, confidence in zip(hits, confidences, strict=True):
        members[min(int(confidence * bins), bins - 1)].append((hit, confidence))
    gaps = [abs(sum(hit for hit, _ in group) - sum(sure for _, sure in group)) for group in members]
    return sum(gaps) / len(hits) if hits else 0.0


def accuracy_kept(hits: Sequence[bool], confidences: Sequence[float], *, share: float = 0.8) -> float:
    """The accuracy of the most certain share of answers: what is right when people see to the others."""
    ranked = sorted(range(len(hits)), key=lambda at: -confidences[at])
    return _mean([hits[at] for at in ranked[: round(share * len(hits))]])


def confusion(truths: Sequence[str], answers: Sequence[str]) -> dict[str, dict[str, int]]:
    """How often each answer was given, by what was true."""
    counts: dict[str, dict[str, int]] = {}
    for truth, answer in zip(truths, answers, strict=True):
        row = counts.setdefault(truth, {})
        row[answer] = row.get(answer, 0) + 1
    return counts


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
