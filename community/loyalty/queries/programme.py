"""Reading the settings of the programme."""

from community.infra.db import get_row
from community.loyalty.models import Programme

PROGRAMME_ID = 1


def programme() -> Programme:
    """The one row of settings."""
    return get_row(Programme, PROGRAMME_ID)


def is_open() -> bool:
    """Whether points are earned and spent at present."""
    return programme().is_open
