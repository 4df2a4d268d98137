"""CPU of a search, in English and Chinese, over words as frequent in questions as they are in texts.

Each question is asked in a row of its own, visitors and members by turns, so that the 95th percentile is that
of the questions: what the word costs that finds most.
"""

import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import cycle, islice
from urllib.parse import quote_plus

from benchmarks import _people
from benchmarks._figures import HELLO, Served, cost
from benchmarks._ground import Browser, grounds, hello, options, site
from benchmarks._load import Ask, Asks, again, get
from benchmarks._people import BOARD

GOAL = 12.0
REPEATS = 24
CONNECTIONS = 2


def main() -> None:
    """A line for each database and language."""
    asked = options(__doc__)
    print(f"Searches, {asked.size}, × hello")
    print(
        f"{'':<24}{'median':>9}{'95th':>9}{'most':>9}{'goal':>7}{'CPU ms (95th)':>15}{'p95 ms':>9}   dearest"
    )
    with ExitStack() as stack:
        empty = stack.enter_context(hello())
        for ground in stack.enter_context(grounds(asked.size, asked.database)):
            browsers = _people.enter(ground, CONNECTIONS).browsers
            with site(ground) as served:
                # What a process loads for its first search is no part of what the first question costs.
                cost(served, repeated("first", browsers), seconds=60, connections=CONNECTIONS)
                for language, questions in _people.searches().items():
                    show(f"{ground.name}, {language}", served, empty, questions, browsers)


def show(
    name: str, served: Served, empty: Served, questions: Sequence[str], browsers: Sequence[Browser]
) -> None:
    """One line."""
    unit = [
        cost(empty, again(Ask(HELLO, get("/"))), seconds=1, connections=CONNECTIONS)[0].cpu for _ in range(3)
    ]
    found = []
    for question in questions:
        taken, answers = cost(served, repeated(question, browsers), seconds=60, connections=CONNECTIONS)
        if answers.wrong:
            raise SystemExit(f"{question}: {dict(answers.wrong)}")
        found.append((taken.cpu, answers.percentile(0.95) * 1000, question))
    found.sort()
    hello_ms = statistics.median(unit)
    middle, high, most = found[len(found) // 2], found[int(len(found) * 0.95)], found[-1]
    waits = sorted(wait for _cpu, wait, _question in found)
    print(
        f"{name:<24}"
        + "".join(f"{each[0] / hello_ms:>9.1f}" for each in (middle, high, most))
        + f"{GOAL:>7g}{high[0]:>15.2f}{waits[int(len(waits) * 0.95)]:>9.0f}   {most[2]}",
        flush=True,
    )


def repeated(question: str, browsers: Sequence[Browser]) -> Asks:
    """The question so often, by a visitor and by a member in turns."""
    path = f"{BOARD}?q={quote_plus(question)}"

    def each(connection: int) -> Iterator[Ask]:
        cookies = cycle(("", browsers[connection].cookie))
        return (Ask(question, get(path, cookie=cookie)) for cookie in islice(cookies, REPEATS // CONNECTIONS))

    return each


if __name__ == "__main__":
    main()
