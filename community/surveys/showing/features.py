"""What MaxDiff and Kano show besides their rows: utilities and categories."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from community.surveys.showing import numbers
from community.surveys.showing.blocks import Block, Figures
from community.surveys.showing.parts import KANO, KANO_MEANS, Question, dig


def utilities(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    """What the logit model says of each item, and how well it fits."""
    fit = plain.get("fit")
    if not fit:
        return []
    rows = [
        (
            question.options.get(key, key),
            numbers.score(item["utility"], 0),
            numbers.mean(item["se"], 0),
            numbers.show(dig(weighted, f"fit.items.{key}.share"), numbers.PREFERENCE),
        )
        for key, item in sorted(fit["items"].items(), key=lambda one: -one[1]["utility"])
    ]
    notes = [
        _(
            "The utilities predict %(share)s of all choices; a guess would be right in %(chance)s.",
            share=numbers.share(fit["predicted"], 0),
            chance=numbers.share(fit["chance"], 0),
        ),
        _(
            "Fit (McFadden’s R²): %(value)s. Above 0.2 is good, near 0 the choices are like chance.",
            value=numbers.mean(fit["mcfadden"], 0),
        ),
    ]
    if not fit["converged"]:
        notes.append(_("The utilities did not settle; take them as rough."))
    return [Block("utilities", _("Logit utilities"), data={"rows": rows, "notes": notes})]


def categories(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    """The category of each feature, with the words and numbers behind it."""
    rows = []
    for key, feature in plain["features"].items():
        other = dig(weighted, f"features.{key}")
        rows.append(
            {
                "label": question.options.get(key, key),
                **_kano_words(feature),
                "weighted": _kano_words(other) if other else None,
                "cells": [_kano_cell(group, key) for group in groups],
            }
        )
    few = [text for key, text in question.options.items() if key not in plain["features"]]
    return [
        Block(
            "kano",
            _("Categories"),
            data={
                "rows": rows,
                "few": few,
                "letters": [(letter, KANO[letter], KANO_MEANS[letter]) for letter in "MOAIRQ"],
            },
        )
    ]


def _kano_words(feature: Figures) -> dict[str, Any]:
    n = feature["n"]
    return {
        "n": n,
        "category": KANO[feature["category"]],
        "letter": feature["category"],
        "is_separable": feature["is_separable"],
        "gap": numbers.points(feature["fong_gap"], n),
        "limit": numbers.points(feature["fong_limit"], n),
        "better": numbers.score(feature["better"], n) if feature["better"] is not None else "–",
        "worse": numbers.score(feature["worse"], n) if feature["worse"] is not None else "–",
        "strength": numbers.share(feature["category_strength"], n),
        "care": numbers.share(feature["total_strength"], n),
        "is_bad": feature["is_bad_item"],
        "questionable": numbers.share(feature["shares"]["Q"], n),
        "shares": {letter: numbers.share(share, n) for letter, share in feature["shares"].items()},
    }


def _kano_cell(group: Figures, key: str) -> dict[str, Any] | None:
    found = dig(group.get("weighted") or group.get("plain"), f"features.{key}")
    return _kano_words(found) if found else None
