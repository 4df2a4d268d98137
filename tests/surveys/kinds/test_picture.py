"""Pictures: one of those this reader may choose, and why."""

from dataclasses import replace

import pytest

from community.infra.errors import Invalid
from community.surveys import kinds
from community.surveys.kinds import Asked, Option
from tests.surveys.kinds.asking import ask, read

CHOSEN = {"": "12", "why": "It is calm.", "tags": "calm, wide"}


def picture(**values: bool) -> Asked:
    """A question with two pictures."""
    options = (Option("12", "A calm sea"), Option("13", "A road"))
    return replace(ask("picture", settings=values), options=options)


class TestPicture:
    def test_it_keeps_the_picture_why_and_the_tags(self) -> None:
        assert read(picture(), CHOSEN) == {"picture": 12, "why": "It is calm.", "tags": ["calm", "wide"]}

    def test_nothing_sent_is_no_answer(self) -> None:
        assert read(picture(), {"why": " "}) is None

    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({"": ""}, "q7"),
            ({"": "99"}, "q7"),
            ({"why": " "}, "q7-why"),
            ({"why": "x" * 2001}, "q7-why"),
            ({"tags": "a,b,c,d,e,f"}, "q7-tags"),
        ],
    )
    def test_what_cannot_be_is_refused_beside_its_field(self, sent: dict[str, str], field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            read(picture(), CHOSEN | sent)

        assert refusal.value.field == field

    def test_tags_are_left_out_where_they_are_not_asked(self) -> None:
        value = read(picture(asks_tags=False), CHOSEN)

        assert value is not None
        assert value["tags"] == []

    def test_why_is_listened_to(self) -> None:
        assert kinds.of("picture").texts(picture(), {"picture": 12, "why": "Calm.", "tags": []}) == ["Calm."]

    def test_it_says_what_the_picture_shows(self, app: object) -> None:
        value = {"picture": 12, "why": "It is calm.", "tags": []}

        assert kinds.of("picture").words(picture(), value) == "A calm sea: It is calm."
        assert (
            kinds.of("picture").words(picture(), value | {"picture": 99}).startswith("a picture of their own")
        )
