"""The same pages with few and with many ideas, and an idea with 50 and with 100,000 comments.

A figure is how much more CPU a page takes on the large database than on the small one, each in multiples of
an empty view that was asked for in the same round.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta

from sqlalchemy import func, insert, select, update

from benchmarks import _people
from benchmarks._figures import HELLO, Case, Served, compare, show, take_turns
from benchmarks._ground import Ground, asked, grounds, hello, options, site
from benchmarks._load import Ask, again, get
from benchmarks._people import BOARD, new_addresses, of_members
from community.ideas.models import Comment, Idea
from community.infra import clock
from community.infra.db import unit_of_work

FEW = "tiny"
# What is held against the thousand ideas: with `--size full` a million.
MANY: Mapping[str, str] = {"tiny": "tiny", "small": "small", "full": "million", "million": "million"}
IDEAS_MOST, COMMENTS_MOST = 1.3, 1.5
PAGE, COMMENTS = 50, 100_000
READERS = 8
AT_ONCE = 10_000


def main() -> None:
    """Two tables for each database: ideas, and comments."""
    told = options(__doc__)
    for name in told.database:
        with ExitStack() as stack:
            empty = stack.enter_context(hello())
            unit = {HELLO: Case(empty, again(Ask(HELLO, get("/"))))}
            (few,) = stack.enter_context(grounds(FEW, [name]))
            (many,) = stack.enter_context(grounds(MANY[told.size], [name]))
            taken = []
            with site(few) as small, site(many) as large:
                for ground, served in ((few, small), (many, large)):
                    taken.append(
                        take_turns(unit | boards(ground, served), rounds=told.rounds, seconds=told.seconds)
                    )
            compare(f"{name}: {MANY[told.size]} over {FEW}", *taken, goal=IDEAS_MOST)
        with ExitStack() as stack:
            empty = stack.enter_context(hello())
            unit = {HELLO: Case(empty, again(Ask(HELLO, get("/"))))}
            (copy,) = stack.enter_context(grounds(FEW, [name], is_copy=True))
            short, _last = asked(copy, lambda _app: talk(0, PAGE))
            long, last = asked(copy, lambda _app: talk(1, COMMENTS))
            browsers = _people.enter(copy, READERS).browsers
            with site(copy) as served:
                cases = {
                    f"idea with {PAGE} comments": Case(served, of_members(short, browsers)),
                    f"idea with {COMMENTS:,} comments": Case(served, of_members(long, browsers)),
                    f"the last page of {COMMENTS:,} comments": Case(
                        served, of_members(f"{long}?after={last - PAGE}", browsers)
                    ),
                }
                found = take_turns(unit | cases, rounds=told.rounds, seconds=told.seconds)
            show(f"Comments, {name}; at most {COMMENTS_MOST} times as much", found)


def boards(ground: Ground, served: Served) -> dict[str, Case]:
    """The pages that show ideas."""
    room = _people.enter(ground, READERS)
    return {
        "board, member": Case(served, of_members(BOARD, room.browsers)),
        "board, visitor, cold": Case(served, new_addresses()),
        "board, new, member": Case(served, of_members(f"{BOARD}?sort=new", room.browsers)),
        "board, tag, member": Case(served, of_members(f"{BOARD}?tag=card", room.browsers)),
        "board, planned, member": Case(served, of_members(f"{BOARD}?status=planned", room.browsers)),
        "roadmap, member": Case(served, of_members("/roadmap", room.browsers)),
        "home, member": Case(served, of_members("/", room.browsers)),
        "panels, member": Case(served, of_members("/panels", room.browsers)),
    }


def talk(place: int, count: int) -> tuple[str, int]:
    """Let an idea have so many comments, none of them a reply; its address, and the last one's number."""
    with unit_of_work() as session:
        silent = _people.listed_ideas().where(Idea.comment_count == 0).order_by(Idea.id)
        idea = session.scalars(silent.offset(place).limit(1)).one()
        at = clock.now() - timedelta(days=1)
        for start in range(0, count, AT_ONCE):
            session.execute(
                insert(Comment),
                [
                    {
                        "idea_id": idea.id, "author_id": idea.author_id, "body": f"So it is, {number}.",
                        "body_html": f"<p>So it is, {number}.</p>", "published_at": at,
                    }
                    for number in range(start, min(count, start + AT_ONCE))
                ],
            )  # fmt: skip
        session.execute(update(Idea).where(Idea.id == idea.id).values(comment_count=count))
        last = session.scalar(select(func.max(Comment.id))) or 0
        return _people.path_of(idea), last


if __name__ == "__main__":
    main()
