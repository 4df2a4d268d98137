"""What requests cost: CPU of all processes of a server and its database, in multiples of an empty view's.

Everything that is compared takes turns, round by round, and a ratio is taken within a round: a machine that
is busy for a while slows all of them. Told is the median over the rounds, with the lowest and highest.
"""

import statistics
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import psutil

from benchmarks import _load

HELLO = "an empty view"


@dataclass(frozen=True)
class Served:
    """A server that runs: its port, and the first processes of it and of its database."""

    port: int
    process: psutil.Process
    database: psutil.Process | None = None

    def seconds_of_cpu(self) -> tuple[float, float]:
        """What the server and the database have used so far, with all that they have started."""
        return cpu_of(self.process), cpu_of(self.database) if self.database else 0.0

    def megabytes(self) -> float:
        """The memory of all processes of the server; what several share counts once."""
        return sum(_share_of(each) for each in tree_of(self.process)) / 1e6


@dataclass(frozen=True)
class Case:
    """Something to measure: where it is asked for, what is sent, and over how many connections."""

    served: Served
    asks: _load.Asks
    connections: int = 8


@dataclass
class Round:
    """One turn of a case."""

    server: float
    database: float
    per_second: float
    p50: float
    p99: float
    ratio: float = float("nan")

    @property
    def cpu(self) -> float:
        """Milliseconds of a request, server and database."""
        return self.server + self.database


@dataclass
class Figures:
    """All turns of a case, and answers that were not what they should be."""

    rounds: list[Round] = field(default_factory=list)
    wrong: dict[str, int] = field(default_factory=dict)

    def median(self, name: str) -> float:
        """Of one attribute of the rounds."""
        return statistics.median(self._all(name))

    def spread(self, name: str) -> tuple[float, float]:
        """The lowest and the highest of it."""
        each = self._all(name)
        return min(each), max(each)

    def _all(self, name: str) -> list[float]:
        return [getattr(each, name) for each in self.rounds]


def tree_of(process: psutil.Process) -> list[psutil.Process]:
    """The process and all that it has started."""
    return [process, *process.children(recursive=True)]


def cpu_of(process: psutil.Process) -> float:
    """Seconds of CPU of the process and all that it has started, also of those that ended meanwhile."""
    total = 0.0
    for each in tree_of(process):
        with suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            total += times.user + times.system
            # Linux only; elsewhere a process that ends takes its figures with it.
            total += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
    return total


def take_turns(
    cases: Mapping[str, Case], *, rounds: int, seconds: float, warm_up: float = 1.0
) -> dict[str, Figures]:
    """Measure all cases in turns; with one called HELLO the others are also told in multiples of it."""
    figures = {name: Figures() for name in cases}
    for name, case in cases.items():
        answers = _load.run(case.served.port, case.asks, seconds=warm_up, connections=case.connections)
        if answers.wrong or not answers.count:
            raise SystemExit(f"{name}: {dict(answers.wrong) or 'no answer'}")
    for _number in range(rounds):
        taken = {name: _turn(case, figures[name], seconds=seconds) for name, case in cases.items()}
        for each in taken.values():
            each.ratio = each.cpu / taken[HELLO].cpu if HELLO in taken else float("nan")
    return figures


def show(title: str, figures: Mapping[str, Figures], *, goals: Mapping[str, float] | None = None) -> None:
    """A table with a line for each case."""
    print(f"\n{title}")
    print(
        f"{'':<40}{'× hello':>9}{'spread':>18}{'goal':>7}{'CPU ms':>9}{'of it DB':>9}"
        f"{'per s':>8}{'p50 ms':>8}{'p99 ms':>8}"
    )
    for name, each in figures.items():
        low, high = each.spread("ratio")
        goal = (goals or {}).get(name)
        print(
            f"{name:<40}{each.median('ratio'):>9.2f}{f'{low:.2f} to {high:.2f}':>18}"
            f"{f'{goal:g}' if goal else '':>7}{each.median('cpu'):>9.2f}{each.median('database'):>9.2f}"
            f"{each.median('per_second'):>8.0f}{each.median('p50'):>8.1f}{each.median('p99'):>8.1f}"
            + "".join(f"  {what} × {count}" for what, count in each.wrong.items()),
            flush=True,
        )


def compare(title: str, under: Mapping[str, Figures], over: Mapping[str, Figures], *, goal: float) -> None:
    """The multiples of hello of the second ones over those of the first, for what is in both."""
    print(f"\n{title}\n{'':<40}{'ratio':>9}{'spread':>18}{'goal':>7}")
    for name in under:
        if name == HELLO or name not in over:
            continue
        each = [
            one.ratio / other.ratio for one, other in zip(over[name].rounds, under[name].rounds, strict=True)
        ]
        low, high = min(each), max(each)
        print(
            f"{name:<40}{statistics.median(each):>9.2f}{f'{low:.2f} to {high:.2f}':>18}{goal:>7g}", flush=True
        )


def cost(
    served: Served, asks: _load.Asks, *, seconds: float, connections: int
) -> tuple[Round, _load.Answers]:
    """What the requests cost that are asked for so long, or until there are no more."""
    before = served.seconds_of_cpu()
    answers = _load.run(served.port, asks, seconds=seconds, connections=connections)
    after = served.seconds_of_cpu()
    if not answers.count:
        raise SystemExit(f"no answer: {dict(answers.wrong)}")
    server, database = (
        (late - early) * 1000 / answers.count for early, late in zip(before, after, strict=True)
    )
    found = Round(
        server,
        database,
        answers.count / answers.seconds,
        answers.percentile(0.5) * 1000,
        answers.percentile(0.99) * 1000,
    )
    return found, answers


def _turn(case: Case, figures: Figures, *, seconds: float) -> Round:
    found, answers = cost(case.served, case.asks, seconds=seconds, connections=case.connections)
    for what, count in answers.wrong.items():
        figures.wrong[what] = figures.wrong.get(what, 0) + count
    figures.rounds.append(found)
    return found


def _share_of(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        memory = process.memory_full_info()
        return float(getattr(memory, "pss", 0) or memory.uss)
    return 0.0
