"""Accepting ideas that enough members support."""

import logging

from sqlalchemy.exc import SQLAlchemyError

from community.ideas import earning
from community.ideas.queries import marks
from community.infra.db import unit_of_work
from community.infra.errors import Refusal

logger = logging.getLogger(__name__)


def accept_supported() -> int:
    """Accept the ideas that enough members who count support by now, and say how many were looked at.

    By the clock and not after each vote: most votes are for ideas that wait for nothing any more.
    """
    idea_ids = marks.list_supported_waiting()
    for idea_id in idea_ids:
        try:
            with unit_of_work():
                earning.count_votes(idea_id)
        except (Refusal, SQLAlchemyError):
            logger.exception("the support of idea %s was not counted", idea_id)
    return len(idea_ids)
