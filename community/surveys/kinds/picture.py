"""Picture metaphor: a picture, chosen or brought along, that says how a topic feels, and why (Zaltman).

Value: {"picture": id, "why": words, "tags": [words]}. The question's options are the pictures that this
reader may choose (queries/live.py), by their ids. Settings: "lets_upload", "asks_tags".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.ideas.tagging import read_tags
from community.infra.errors import Invalid
from community.infra.text import clean_block
from community.surveys.kinds import written
from community.surveys.kinds.contract import Asked, Cell, Column, Sent, Value
from community.surveys.kinds.reading import listed, option_named, refused, unknown

MOST_WHY = 2000


class Picture:
    """Which picture says how this feels to you, and why?"""

    def read_settings(self, sent: Sent, standing: Mapping[str, Any]) -> dict[str, Any]:
        """What staff filled in."""
        return written.sent_ticks(sent, ("lets_upload", "asks_tags"))

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """Pictures to choose from are added on a page of their own."""
        return {
            "lets_upload": written.tick(settings, "lets_upload", otherwise=True),
            "asks_tags": written.tick(settings, "asks_tags", otherwise=True),
        }

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """A picture and why it was chosen belong together."""
        raw = self.raw(asked, sent)
        why = clean_block(raw["why"])
        if not raw["picture"] and not why and not raw["tags"]:
            return None
        if not raw["picture"]:
            raise refused(asked, _l("Please choose a picture."))
        if option_named(asked.options, raw["picture"]) is None:
            raise unknown(asked)
        if not why:
            raise refused(asked, _l("Please tell us why you chose this picture."), part="why")
        if len(why) > MOST_WHY:
            message = _l("Please use at most %(most)d characters.", most=MOST_WHY)
            raise refused(asked, message, part="why")
        tags = _tags(asked, raw["tags"]) if asked.settings["asks_tags"] else []
        return {"picture": int(raw["picture"]), "why": why, "tags": tags}

    def raw(self, asked: Asked, sent: Sent) -> Value:
        """As it was sent; tags on one line."""
        return {
            "picture": sent.get(asked.field, ""),
            "why": sent.get(f"{asked.field}-why", ""),
            "tags": sent.get(f"{asked.field}-tags", ""),
        }

    def words(self, asked: Asked, value: Value) -> str:
        """What the picture shows, and why it was chosen."""
        picture = option_named(asked.options, str(value["picture"]))
        shown = picture.text if picture is not None else _("a picture of their own")
        return f"{shown}: {value['why']}"

    def columns(self, asked: Asked) -> list[Column]:
        """The picture by its number, why it was chosen, and the tags."""
        labels = {int(option.key): option.text for option in asked.options}
        return [
            Column(asked.code, asked.text, labels=labels),
            Column(f"{asked.code}_why", _("%(question)s: why", question=asked.text), is_text=True),
            Column(f"{asked.code}_tags", _("%(question)s: tags", question=asked.text), is_text=True),
        ]

    def cells(self, asked: Asked, value: Value) -> list[Cell]:
        """The cells of `columns`."""
        return [value["picture"], value["why"], listed(value["tags"])]

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """Why the picture was chosen."""
        return [value["why"]]


def _tags(asked: Asked, line: str) -> list[str]:
    try:
        return read_tags(line)
    except Invalid as refusal:
        raise refused(asked, refusal.message, part="tags") from refusal
