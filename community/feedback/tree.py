"""The shape of the tree of topics: at most three levels, and nothing below itself."""

from collections.abc import Mapping

LEVELS = 3


def may_stand_below(topic_id: int | None, parent_id: int | None, parents: Mapping[int, int | None]) -> bool:
    """Whether a topic (None for a new one) fits below this parent; `parents` maps each topic to its own."""
    if parent_id is None:
        return True
    above = [parent_id, *ids_above(parent_id, parents)]
    if topic_id in above:
        return False
    return len(above) + (_height(topic_id, parents) if topic_id is not None else 1) <= LEVELS


def ids_above(topic_id: int, parents: Mapping[int, int | None]) -> list[int]:
    """The topics above this one, the nearest first."""
    above: list[int] = []
    parent_id = parents.get(topic_id)
    while parent_id is not None:
        above.append(parent_id)
        parent_id = parents.get(parent_id)
    return above


def ids_below(topic_id: int, parents: Mapping[int, int | None]) -> list[int]:
    """The topics below this one, on all levels."""
    below: list[int] = []
    for child_id, parent_id in parents.items():
        if parent_id == topic_id:
            below += [child_id, *ids_below(child_id, parents)]
    return below


def _height(topic_id: int, parents: Mapping[int, int | None]) -> int:
    children = (child_id for child_id, parent_id in parents.items() if parent_id == topic_id)
    return 1 + max((_height(child_id, parents) for child_id in children), default=0)
