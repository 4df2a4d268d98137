"""CPU of a vote, a comment, an idea and a sign-in, and how long the slowest of a hundred votes waits.

A vote is one that was not there before, with its line of history, its activity and the commit; SQLite syncs
every commit to the disk, PostgreSQL too. Everything is written into a copy.
"""

from collections.abc import Iterator

from benchmarks import _people
from benchmarks._figures import HELLO, Case, Figures, Served, compare, show, take_turns
from benchmarks._ground import DATABASES, Ground, grounds, hello, options, site, visit
from benchmarks._load import Ask, Asks, again, get, post
from benchmarks._writing import Pens
from community.demo import content
from community.demo.actions.scale.people import address_of

GOALS = {"vote": 6.0, "idea": 12.0}
POSTGRESQL_MOST = 1.6
WAIT_MOST = 3.0
WRITERS, IDEAS = 64, 2_000
# Who signs in: members by their numbers, over and over.
FIRST, LAST = 200, 900
THREADS = 8


def main() -> None:
    """A table for each database, how long the slowest wait, and one database over the other."""
    asked = options(__doc__)
    found: dict[str, dict[str, Figures]] = {}
    with hello() as empty, grounds(asked.size, asked.database, is_copy=True) as filled:
        for ground in filled:
            with site(ground) as served:
                cases = {HELLO: Case(empty, again(Ask(HELLO, get("/"))))} | writes(ground, served)
                found[ground.name] = take_turns(cases, rounds=asked.rounds, seconds=asked.seconds)
            show(f"Writes, {ground.name}, {asked.size}, {THREADS} threads", found[ground.name], goals=GOALS)
            votes = found[ground.name]["vote"]
            waits = sorted(each.p99 / each.p50 for each in votes.rounds)
            print(
                f"slowest of a hundred votes over the middle one: {waits[len(waits) // 2]:.1f} "
                f"({waits[0]:.1f} to {waits[-1]:.1f}), at most {WAIT_MOST:g}"
            )
    if len(found) == len(DATABASES):
        compare("Writes, PostgreSQL over SQLite", *(found[name] for name in DATABASES), goal=POSTGRESQL_MOST)


def writes(ground: Ground, served: Served) -> dict[str, Case]:
    """What is written, by name."""
    pens = Pens(_people.enter(ground, WRITERS).browsers, list(_people.some_ideas(ground, IDEAS)))
    return {
        "vote": Case(served, pens.votes(), THREADS),
        "comment": Case(served, pens.comments(), THREADS),
        "idea": Case(served, pens.ideas(), THREADS),
        "sign in": Case(served, sign_ins(ground), THREADS),
    }


def sign_ins(ground: Ground) -> Asks:
    """Members who sign in with their password, each by themselves."""
    visitor = visit(ground)

    def each(connection: int) -> Iterator[Ask]:
        number = FIRST + connection
        while True:
            form = {
                "email": address_of(number),
                "password": content.PASSWORD,
                "csrf_token": visitor.csrf_token,
            }
            yield Ask("sign in", post("/sign-in", form, cookie=visitor.cookie), status=303)
            number = FIRST if number > LAST else number + THREADS

    return each


if __name__ == "__main__":
    main()
