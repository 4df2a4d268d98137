"""Changing the settings of the programme."""

from collections.abc import Mapping
from typing import Any

from community.activity.actions import record
from community.infra.db import lock, unit_of_work
from community.loyalty.models import Programme
from community.loyalty.queries.programme import PROGRAMME_ID
from community.members.models import Member


def change_programme(values: Mapping[str, Any], *, by: Member) -> Programme:
    """Set what these say, from now on; points that are free to spend keep the day on which they expire."""
    with unit_of_work():
        settings = lock(Programme, PROGRAMME_ID)
        changed = {
            name: [getattr(settings, name), value]
            for name, value in values.items()
            if getattr(settings, name) != value
        }
        for name, value in values.items():
            setattr(settings, name, value)
        if changed:
            record("programme.changed", subject=settings, actor=by, changed=changed)
    return settings
