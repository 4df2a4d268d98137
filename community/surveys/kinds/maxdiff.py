"""MaxDiff: the best and the worst of small sets, dealt to people from a balanced design.

Value: {"version": int, "sets": [{"shown": [keys], "best": key, "worst": key}]}. Settings: "per_set",
"set_count", "seed", and "design", for each version its sets of option keys (Louviere; Flynn & Marley).
"""

import secrets
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _

from community.infra.errors import Invalid
from community.statistics import maxdiff as statistics
from community.surveys.kinds import written
from community.surveys.kinds.base import Asked, Cell, Column, Sent, Value

VERSIONS = 24
MOST_SEED = 2**31 - 1


class MaxDiff:
    """Which of these matters most to you, and which least?"""

    def read_settings(self, sent: Sent, standing: Mapping[str, Any]) -> dict[str, Any]:
        """What staff filled in; the seed stands unless they give another."""
        read = written.sent_lines(sent, ("per_set", "set_count", "seed"))
        return {**read, "seed": read["seed"] or standing.get("seed")}

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """The design for these options; the same options, sizes and seed always give the same one."""
        count = len(options)
        written.check_option_count(options, least=statistics.FEWEST_ITEMS, most=statistics.MOST_ITEMS)
        largest = max(3, min(statistics.MOST_PER_SET, count // 2))
        per_set = written.whole(
            settings, "per_set", least=3, most=largest, otherwise=max(3, min(5, count // 2))
        )
        set_count = written.whole(
            settings,
            "set_count",
            least=-(-count // per_set),
            most=2 * count,
            otherwise=-(-3 * count // per_set),
        )
        seed = written.whole(
            settings, "seed", least=0, most=MOST_SEED, otherwise=secrets.randbelow(MOST_SEED)
        )
        keys = [str(option["key"]) for option in options]
        versions = _versions(count, per_set, set_count, seed)
        return {
            "per_set": per_set,
            "set_count": set_count,
            "seed": seed,
            "design": [[[keys[item] for item in shown] for shown in sets] for sets in versions],
        }

    def sets_of(self, asked: Asked) -> list[list[str]]:
        """The sets that this reader sees, each with option keys from left to right."""
        design = asked.settings["design"]
        return list(design[asked.seed % len(design)])

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """The best and worst of each set; a set is answered as a whole or, if it may be, not at all."""
        sets, open_fields = [], []
        for number, shown in enumerate(self.sets_of(asked), start=1):
            field = f"{asked.field}-{number}"
            best, worst = sent.get(f"{field}-best") or "", sent.get(f"{field}-worst") or ""
            if not best and not worst:
                open_fields.append(f"{field}-best")
                continue
            _check_set(shown, best, worst, field=field)
            sets.append({"shown": list(shown), "best": best, "worst": worst})
        if not sets:
            return None
        if open_fields and asked.is_required:
            raise Invalid(_("Please choose in each set what matters most and least."), field=open_fields[0])
        return {"version": asked.seed % len(asked.settings["design"]), "sets": sets}

    def words(self, asked: Asked, value: Value) -> str:
        """The choices of each set."""
        texts = {option.key: option.text for option in asked.options}
        return "; ".join(
            _(
                "%(best)s over %(worst)s",
                best=texts.get(each["best"], each["best"]),
                worst=texts.get(each["worst"], each["worst"]),
            )
            for each in value["sets"]
        )

    def columns(self, asked: Asked) -> list[Column]:
        """The version, then for each set its options by number, and the numbers of the best and the worst."""
        labels = {number: option.text for number, option in enumerate(asked.options, start=1)}
        columns = [Column(f"{asked.code}_version", _("Version of the design"))]
        for number in range(1, asked.settings["set_count"] + 1):
            code = f"{asked.code}_{number}"
            columns += [
                Column(f"{code}_shown", _("Set %(number)d: shown", number=number), is_text=True),
                Column(f"{code}_best", _("Set %(number)d: matters most", number=number), labels=labels),
                Column(f"{code}_worst", _("Set %(number)d: matters least", number=number), labels=labels),
            ]
        return columns

    def cells(self, asked: Asked, value: Value) -> list[Cell]:
        """The cells of `columns`; empty for sets that were left out."""
        numbers = {option.key: number for number, option in enumerate(asked.options, start=1)}
        answered = {tuple(each["shown"]): each for each in value["sets"]}
        cells: list[Cell] = [value["version"] + 1]
        for shown in asked.settings["design"][value["version"]]:
            each = answered.get(tuple(shown))
            if each is None:
                cells += [None, None, None]
            else:
                cells += [
                    " ".join(str(numbers[key]) for key in shown),
                    numbers[each["best"]],
                    numbers[each["worst"]],
                ]
        return cells

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """Nothing in their own words."""
        return []


def _check_set(shown: Sequence[str], best: str, worst: str, *, field: str) -> None:
    for key, name in ((best, "best"), (worst, "worst")):
        if not key:
            raise Invalid(
                _("Please choose in each set what matters most and least."), field=f"{field}-{name}"
            )
        if key not in shown:
            raise Invalid(_("Please choose one of the options."), field=f"{field}-{name}")
    if best == worst:
        raise Invalid(_("The same thing cannot matter most and least."), field=f"{field}-worst")


@lru_cache(maxsize=16)
def _versions(
    item_count: int, per_set: int, set_count: int, seed: int
) -> tuple[tuple[tuple[int, ...], ...], ...]:
    # Kept, because a question is checked more often than its items change, and thirty take a second.
    return statistics.design(
        item_count, per_set=per_set, set_count=set_count, versions=VERSIONS, seed=seed
    ).versions
