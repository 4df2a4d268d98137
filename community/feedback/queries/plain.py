"""What the pipeline would read in a text if nobody had ever corrected one."""

from dataclasses import replace
from typing import NamedTuple

from community.analysis.learning.corrections import Corrections
from community.analysis.reader import Reader, Reading
from community.feedback.queries.knowledge import get_known


class Readings(NamedTuple):
    """A text as it is read today, and as it would be read without corrections."""

    today: Reading
    plain: Reading


def read_both(text: str) -> Readings:
    """Both readings of a text; nothing is stored."""
    reader = get_known().reader
    nobody = Corrections()
    plain = Reader(replace(reader.knowledge, sentiments=nobody, kinds=nobody, main_topics=nobody))
    return Readings(reader.read_one(text), plain.read_one(text))


def finding_in(reading: Reading, field: str) -> str:
    """What a reading takes the text for, as a correction would say it; "" for nothing."""
    if field == "topic":
        return reading.topics[0].key if reading.topics else ""
    if field == "kind":
        return reading.kind or ""
    return reading.sentiment.label if reading.sentiment else ""
