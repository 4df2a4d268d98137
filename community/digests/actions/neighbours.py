"""Counting which ideas have the same supporters."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import delete

from community.digests import picking
from community.digests.models import IdeaNeighbour
from community.digests.queries import pool
from community.infra.db import insert_new, unit_of_work

# The likest ones say all there is to say.
MOST_KEPT = 30


def count_neighbours() -> int:
    """Count the neighbours of all ideas anew, some ideas in one transaction; says how many ideas."""
    counted, after = 0, 0
    while ids := pool.list_supported_ids(after=after):
        _count(ids)
        counted += len(ids)
        after = ids[-1]
    return counted


def _count(idea_ids: Sequence[int]) -> None:
    shared, counts = pool.count_shared(idea_ids)
    likest: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for pair in shared:
        strength = picking.strength_of(
            pair.shared_count, counts.get(pair.idea_id, 0), counts.get(pair.other_id, 0)
        )
        if strength:
            likest[pair.idea_id].append((strength, pair.other_id))
    rows = [
        {"idea_id": idea_id, "other_id": other_id, "strength": strength}
        for idea_id, others in likest.items()
        for strength, other_id in sorted(others, reverse=True)[:MOST_KEPT]
    ]
    with unit_of_work() as session:
        session.execute(
            delete(IdeaNeighbour)
            .where(IdeaNeighbour.idea_id.in_(idea_ids))
            .execution_options(synchronize_session=False)
        )
        insert_new(IdeaNeighbour, rows)
