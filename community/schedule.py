"""What runs on the clock: job → period."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from community.panels import jobs as panels

SCHEDULE: Mapping[Callable[[], None], timedelta] = {
    panels.follow_all_segments: timedelta(minutes=5),
}
