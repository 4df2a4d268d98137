"""The kinds of reports, in the order in which they are offered."""

from collections.abc import Mapping

from community.insights.kinds import drivers, health, ideas, loop, portrait, surveys, voice
from community.insights.kinds.contract import Kind

# One line each: `voice.KIND` and so on.
KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        voice.KIND,
        ideas.KIND,
        loop.KIND,
        portrait.KIND,
        surveys.KIND,
        health.KIND,
        drivers.KIND,
    )
}
