"""Every notice has a topic, a reason, and a pace that can be chosen."""

import pytest

from community.notifications import topics
from community.notifications.models import PACES
from tests.notifications.golden import kinds_of_notices

TOLD = kinds_of_notices()


@pytest.mark.parametrize("kind", TOLD)
def test_every_notice_has_a_topic_and_a_reason(kind: str) -> None:
    assert topics.topic_of(kind) is not None
    assert str(topics.reason_of(kind, ""))


def test_nothing_is_written_down_that_nobody_is_told() -> None:
    assert set(topics.KINDS) <= set(TOLD)
    assert {topic for topic, _why in topics.KINDS.values()} | {"digest"} == set(topics.TOPICS)


def test_what_can_be_chosen_is_what_is_kept() -> None:
    assert set(topics.ALL_PACES) == set(PACES)
    for topic in topics.TOPICS.values():
        assert topic.default in topic.paces
        assert "never" in topic.paces


def test_members_choose_nothing_that_only_staff_are_told() -> None:
    keys = {topic.key for topic in topics.topics_for(is_staff=False)}
    assert "desk" not in keys
    assert keys < {topic.key for topic in topics.topics_for(is_staff=True)}
