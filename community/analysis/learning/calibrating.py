"""Calibration: chances that come true as often as they say, from the logits of any scorer (Guo 2017)."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from math import exp

# How firmly a factor of 1 and shifts of 0 are believed until labels say otherwise. Shifts favour common ones:
# believed at once, a few dozen labels would let these swallow the rare labels.
_FIRMNESS_OF_FACTOR = 2.0
_FIRMNESS_OF_SHIFTS = 100.0


def one_thread() -> AbstractContextManager[object]:
    """Fitting inside uses one core: these matrices are small, and threads would only wait for each other."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(1)
    return limits


def softmax(logits: Sequence[float]) -> list[float]:
    """The chances that the logits stand for; they add up to one."""
    highest = max(logits)
    powers = [exp(logit - highest) for logit in logits]
    total = sum(powers)
    return [power / total for power in powers]


def calibrate(
    logits: Sequence[Sequence[float]],
    labels: Sequence[str | int],
    classes: Sequence[str | int],
    *,
    may_shift: bool = True,
) -> tuple[float, list[float]]:
    """The factor for all logits and, if it may, the shift of each class that make the labels likeliest.

    Both keep near 1 and 0 while there are few labels. Needs scipy.
    """
    import numpy as np
    from scipy.optimize import minimize

    values = np.array(logits)
    truths = np.array([classes.index(label) for label in labels])
    rows = np.arange(len(truths))
    hits = np.zeros_like(values)
    hits[rows, truths] = 1
    firmness = np.array([_FIRMNESS_OF_FACTOR] + [_FIRMNESS_OF_SHIFTS] * len(classes))

    def loss(parameters: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> tuple[float, object]:
        factor = np.exp(parameters[0])
        raised = factor * values + parameters[1:]
        raised = raised - raised.max(axis=1, keepdims=True)
        chances = np.exp(raised)
        chances /= chances.sum(axis=1, keepdims=True)
        missed = chances - hits
        slope = np.concatenate([[factor * (missed * values).sum()], may_shift * missed.sum(axis=0)])
        likelihood = np.log(np.maximum(chances[rows, truths], 1e-12)).sum()
        return (firmness * parameters**2).sum() / 2 - likelihood, slope + firmness * parameters

    best = minimize(loss, np.zeros(1 + len(classes)), jac=True, method="L-BFGS-B").x
    return round(float(np.exp(best[0])), 4), [round(float(shift), 4) for shift in best[1:]]


def crosswise(
    logits: Sequence[Sequence[float]], labels: Sequence[str], classes: Sequence[str], *, folds: Sequence[int]
) -> list[list[float]]:
    """The logits, calibrated for each fold by the labels of the others, as they would be for unseen texts."""
    calibrated = [list(each) for each in logits]
    for fold in set(folds):
        seen = [at for at, each in enumerate(folds) if each != fold]
        factor, shifts = calibrate([logits[at] for at in seen], [labels[at] for at in seen], classes)
        for at in (at for at, each in enumerate(folds) if each == fold):
            calibrated[at] = [factor * value + shift for value, shift in zip(logits[at], shifts, strict=True)]
    return calibrated
