"""A mixed load of signed-in members on PostgreSQL: two web processes, a worker, at 70 % of what they can do.

First as many requests as the site can answer; then, for ten minutes with `--size full` and half a minute
otherwise, 70 % of that at a steady rate. A request's time counts from when it was due.
"""

import time
from collections.abc import Iterator
from random import Random
from urllib.parse import quote_plus

from sqlalchemy import func, select

from benchmarks import _people
from benchmarks._figures import Served
from benchmarks._ground import POSTGRESQL, Ground, asked, grounds, let_settle, options, site
from benchmarks._load import Answers, Ask, Asks, get, run
from benchmarks._people import BOARD, SORTS
from benchmarks._writing import Pens
from community.activity.models import OwedReaction
from community.demo import content
from community.feedback.models import FeedbackItem
from community.infra.db import db

# Of a hundred requests.
MIX = {"board": 35, "page": 35, "search": 15, "vote": 10, "comment": 3, "idea": 2}
OF_LIMIT = 0.7
P99_MOST = 300.0
READERS, IDEAS, CONNECTIONS = 200, 2_000, 64
SECONDS = {"full": 600.0}
LIMIT_SECONDS = {"full": 30.0}
SAMPLES = 10


def main() -> None:
    """What the site can do, and how it fares below that."""
    told = options(__doc__)
    with grounds(told.size, [POSTGRESQL], is_copy=True) as (ground,):
        let_settle(ground)
        mix = mix_of(ground)
        with site(ground, processes=2, workers=1) as served:
            run(served.port, mix, seconds=5, connections=16)
            limit = run(served.port, mix, seconds=LIMIT_SECONDS.get(told.size, 8.0), connections=16)
            rate = limit.count / limit.seconds
            print(
                f"Mixed load, {told.size}: {rate:.0f} requests a second at most; wrong: {dict(limit.wrong)}"
            )
            drain(ground)
            steady(ground, served, mix, per_second=rate * OF_LIMIT, seconds=SECONDS.get(told.size, 30.0))
            began = time.monotonic()
            drain(ground)
            print(f"nothing is owed any more {time.monotonic() - began:.0f} s after the last request")


def steady(ground: Ground, served: Served, mix: Asks, *, per_second: float, seconds: float) -> None:
    """Load at that rate in stretches, and look at memory and backlog between them."""
    print(f"{per_second:.0f} a second for {seconds:.0f} s")
    print(f"{'':<12}{'MB':>8}{'owed':>8}{'waiting texts':>15}{'p50 ms':>9}{'p99 ms':>9}{'wrong':>7}")
    found = Answers()
    show_state("begin", ground, served, None)
    for number in range(SAMPLES):
        answers = run(
            served.port, mix, seconds=seconds / SAMPLES, connections=CONNECTIONS, per_second=per_second
        )
        found.seconds += answers.seconds
        found.wrong += answers.wrong
        for name, times in answers.times.items():
            found.times.setdefault(name, times[:0]).extend(times)
        show_state(f"{(number + 1) * 100 // SAMPLES} %", ground, served, answers)
    print(f"{'':<12}{'requests':>10}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'most ms':>9}")
    for name in (*MIX, ""):
        names = [name] if name else []
        each = [found.percentile(share, *names) * 1000 for share in (0.5, 0.95, 0.99, 1.0)]
        count = len(found.times.get(name, ())) if name else found.count
        print(f"{name or 'all':<12}{count:>10,}" + "".join(f"{one:>9.0f}" for one in each))
    print(f"99th percentile of all at most {P99_MOST:.0f} ms; wrong answers: {dict(found.wrong) or 'none'}")


def show_state(name: str, ground: Ground, served: Served, answers: Answers | None) -> None:
    """One line of how things stand."""
    owed, waiting = backlog(ground)
    line = f"{name:<12}{served.megabytes():>8.0f}{owed:>8}{waiting:>15}"
    if answers is not None:
        times = (answers.percentile(share) * 1000 for share in (0.5, 0.99))
        line += "".join(f"{each:>9.0f}" for each in times) + f"{sum(answers.wrong.values()):>7}"
    print(line, flush=True)


def drain(ground: Ground) -> None:
    """Wait until the worker has done all that is owed."""
    ends = time.monotonic() + 900
    while any(backlog(ground)) and time.monotonic() < ends:
        time.sleep(1)


def backlog(ground: Ground) -> tuple[int, int]:
    """How many reactions are owed, and how many texts wait to be read."""

    def count(_app: object) -> tuple[int, int]:
        owed = select(func.count()).select_from(OwedReaction).where(OwedReaction.state == "owed")
        waiting = select(func.count()).select_from(FeedbackItem).where(FeedbackItem.state == "waiting")
        return db.session.scalar(owed) or 0, db.session.scalar(waiting) or 0

    return asked(ground, count)


def mix_of(ground: Ground) -> Asks:
    """What members ask for, in the shares of the mix."""
    room, ideas = _people.enter(ground, READERS), _people.some_ideas(ground, IDEAS)
    pens, pages = Pens(room.browsers, list(ideas)), list(ideas.values())
    questions = [quote_plus(each) for every in _people.searches().values() for each in every]
    tags = content.read("scale")["en"]["noun"][:16]

    def read(path: str, name: str, dice: Random) -> Ask:
        return Ask(name, get(path, cookie=dice.choice(room.browsers).cookie))

    def board(dice: Random) -> str:
        if dice.random() < 0.6:
            return BOARD
        if dice.random() < 0.3:
            return f"{BOARD}?tag={dice.choice(tags)}"
        return f"{BOARD}?sort={dice.choice(SORTS)}&page={dice.choice((1, 1, 2, 3))}"

    kinds = {
        "board": lambda dice: read(board(dice), "board", dice),
        "page": lambda dice: read(dice.choice(pages), "page", dice),
        "search": lambda dice: read(f"{BOARD}?q={dice.choice(questions)}", "search", dice),
        "vote": pens.vote,
        "comment": pens.comment,
        "idea": pens.idea,
    }

    def each(connection: int) -> Iterator[Ask]:
        dice = Random(f"{time.time_ns()} {connection}")
        while True:
            yield kinds[dice.choices(list(MIX), list(MIX.values()))[0]](dice)

    return each


if __name__ == "__main__":
    main()
