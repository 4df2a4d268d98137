"""CPU of the pages that people open most, as multiples of an empty view, on both databases.

The site runs as `flask serve` runs it, with two web processes; what is counted is the CPU of all its
processes and of PostgreSQL. "cold" means that no address is asked for twice, so that no kept page can be
shown, "warm" that it is the same one again and again.
"""

from benchmarks import _people
from benchmarks._figures import HELLO, Case, Figures, Served, compare, show, take_turns
from benchmarks._ground import DATABASES, Ground, ask, grounds, hello, options, site
from benchmarks._load import Ask, again, get
from benchmarks._people import BOARD, new_addresses, of_members

GOALS = {
    "board, member": 8.0,
    "board, visitor, cold": 5.0,
    "board, visitor, warm": 1.6,
    "board, visitor, 304": 1.2,
    "idea with 50 comments, member": 8.0,
}
POSTGRESQL_MOST = 1.6
READERS = 8


def main() -> None:
    """A table for each database, then one over the other."""
    asked = options(__doc__)
    found: dict[str, dict[str, Figures]] = {}
    with hello() as empty, grounds(asked.size, asked.database) as filled:
        for ground in filled:
            with site(ground) as served:
                cases = {HELLO: Case(empty, again(Ask(HELLO, get("/"))))} | pages(ground, served)
                found[ground.name] = take_turns(cases, rounds=asked.rounds, seconds=asked.seconds)
            show(f"Pages, {ground.name}, {asked.size}", found[ground.name], goals=GOALS)
    if len(found) == len(DATABASES):
        compare("Pages, PostgreSQL over SQLite", *(found[name] for name in DATABASES), goal=POSTGRESQL_MOST)


def pages(ground: Ground, served: Served) -> dict[str, Case]:
    """The pages by name, each with who asks for it and how."""
    room, idea = _people.enter(ground, READERS), _people.idea_with(ground, 50)
    etag = ask(served.port, BOARD)[1].get("etag", "")
    warm = again(Ask("warm", get(BOARD)))
    cases = {
        "board, member": of_members(BOARD, room.browsers),
        "board, visitor, cold": new_addresses(),
        "board, visitor, warm": warm,
        "board, visitor, 304": again(Ask("304", get(BOARD, if_none_match=etag), status=304))
        if etag
        else warm,
        "board, visitor, warm, gzip": again(Ask("gzip", get(BOARD, accept_encoding="gzip"))),
        "board by support, page 50, member": of_members(f"{BOARD}?sort=top&page=50", room.browsers),
        "idea with 50 comments, member": of_members(idea, room.browsers),
        "idea with 50 comments, visitor": again(Ask("idea", get(idea))),
        "roadmap, member": of_members("/roadmap", room.browsers),
        "home, member": of_members("/", room.browsers),
        "inbox": of_members("/inbox", room.browsers),
    }
    return {name: Case(served, asks) for name, asks in cases.items()}


if __name__ == "__main__":
    main()
