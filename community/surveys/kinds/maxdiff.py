"""MaxDiff: the best and the worst of small sets, dealt to people from a balanced design.

Value: {"version": int, "sets": [{"shown": [keys], "best": key, "worst": key}]}. Settings: "per_set",
"set_count", "seed", and "design", for each version its sets of option keys (Louviere; Flynn & Marley).
"""

import secrets
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.statistics import designs
from community.surveys.kinds import written
from community.surveys.kinds.contract import Asked, Cell, Column, Sent, Value
from community.surveys.kinds.reading import check_no_other, check_options, refused, unknown

VERSIONS = 24
MOST_SEED = 2**31 - 1
BOTH = _l("Please choose in each set what matters most and what matters least.")

Sets = tuple[tuple[int, ...], ...]


class MaxDiff:
    """Which of these matters most to you, and which least?"""

    def read_settings(self, sent: Sent, standing: Mapping[str, Any]) -> dict[str, Any]:
        """What staff filled in; the seed stands unless they give another."""
        read = written.sent_lines(sent, ("per_set", "set_count", "seed"))
        return {**read, "seed": read["seed"] or standing.get("seed")}

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """The design for these options; the same options, sizes and seed always give the same one."""
        check_options(options, least=designs.FEWEST_ITEMS, most=designs.MOST_ITEMS)
        check_no_other(options)
        count = len(options)
        usual = max(3, min(5, count // 2))
        largest = max(3, min(designs.MOST_PER_SET, count // 2))
        per_set = written.whole(settings, "per_set", least=3, most=largest, otherwise=usual)
        set_count = written.whole(
            settings,
            "set_count",
            least=-(-count // per_set),
            most=2 * count,
            otherwise=-(-3 * count // per_set),
        )
        drawn = secrets.randbelow(MOST_SEED)
        seed = written.whole(settings, "seed", least=0, most=MOST_SEED, otherwise=drawn)
        keys = [str(option["key"]) for option in options]
        return {
            "per_set": per_set,
            "set_count": set_count,
            "seed": seed,
            "design": [
                [[keys[item] for item in shown] for shown in sets]
                for sets in _versions(count, per_set, set_count, seed)
            ],
        }

    def sets_of(self, asked: Asked) -> list[list[str]]:
        """The sets that this reader sees, each with option keys from left to right."""
        return list(asked.settings["design"][self.version_of(asked)])

    def version_of(self, asked: Asked) -> int:
        """Which version of the design this reader was dealt."""
        return asked.seed % len(asked.settings["design"])

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """The best and worst of each set; a set is answered as a whole or, if it may be, not at all."""
        sets, open_parts = [], []
        for number, shown in enumerate(self.sets_of(asked), start=1):
            best, worst = _choices(asked, sent, number)
            if not best and not worst:
                open_parts.append(f"{number}-best")
                continue
            _check_set(asked, shown, best, worst, number=number)
            sets.append({"shown": list(shown), "best": best, "worst": worst})
        if not sets:
            return None
        if open_parts and asked.is_required:
            raise refused(asked, BOTH, part=open_parts[0])
        return {"version": self.version_of(asked), "sets": sets}

    def parse_begun(self, asked: Asked, sent: Sent) -> Value | None:
        """The sets that are answered so far."""
        sets = [each for each in self.raw(asked, sent)["sets"] if _is_answered(each)]
        return {"version": self.version_of(asked), "sets": sets} if sets else None

    def raw(self, asked: Asked, sent: Sent) -> Value:
        """As it was sent, sets without a choice too."""
        sets = []
        for number, shown in enumerate(self.sets_of(asked), start=1):
            best, worst = _choices(asked, sent, number)
            sets.append({"shown": list(shown), "best": best, "worst": worst})
        return {"version": self.version_of(asked), "sets": sets}

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
        columns = [Column(f"{asked.code}_version", f"{asked.text}: {_('version of the design')}")]
        for number in range(1, asked.settings["set_count"] + 1):
            code = f"{asked.code}_{number}"
            shown = _("%(question)s: shown in set %(number)d", question=asked.text, number=number)
            best = _("%(question)s: matters most in set %(number)d", question=asked.text, number=number)
            worst = _("%(question)s: matters least in set %(number)d", question=asked.text, number=number)
            columns += [
                Column(f"{code}_shown", shown, is_text=True),
                Column(f"{code}_best", best, labels=labels),
                Column(f"{code}_worst", worst, labels=labels),
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
                continue
            listed = " ".join(str(numbers[key]) for key in shown)
            cells += [listed, numbers[each["best"]], numbers[each["worst"]]]
        return cells

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """There are none."""
        return []


def _choices(asked: Asked, sent: Sent, number: int) -> tuple[str, str]:
    field = f"{asked.field}-{number}"
    return sent.get(f"{field}-best", ""), sent.get(f"{field}-worst", "")


def _is_answered(each: Mapping[str, Any]) -> bool:
    best, worst = each["best"], each["worst"]
    return best in each["shown"] and worst in each["shown"] and best != worst


def _check_set(asked: Asked, shown: Sequence[str], best: str, worst: str, *, number: int) -> None:
    for key, name in ((best, "best"), (worst, "worst")):
        if not key:
            raise refused(asked, BOTH, part=f"{number}-{name}")
        if key not in shown:
            raise unknown(asked, part=f"{number}-{name}")
    if best == worst:
        message = _l("The same thing cannot matter most and least.")
        raise refused(asked, message, part=f"{number}-worst")


@lru_cache(maxsize=16)
def _versions(item_count: int, per_set: int, set_count: int, seed: int) -> tuple[Sets, ...]:
    # Kept, because a question is checked more often than its options change, and thirty take a second.
    return designs.design(
        item_count, per_set=per_set, set_count=set_count, versions=VERSIONS, seed=seed
    ).versions
