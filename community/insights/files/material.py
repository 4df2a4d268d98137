"""What a file of a report is made of: its frozen snapshot, its charts, and the quotes that still stand."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from community.insights.figures import Figure, Quote, Section, Snapshot


@dataclass(frozen=True)
class Material:
    """A finished report; `text` is the snapshot as it was written, to the byte, without its quotes."""

    report_id: int
    snapshot: Snapshot
    text: str
    fingerprint: str
    # Figure → its chart as SVG, and what is quoted of it.
    charts: Mapping[str, str]
    quotes: Mapping[str, Sequence[Quote]]
    # Where the report can be read, without an address behind it: "https://…/staff/insights/7".
    address: str
    site_name: str

    @property
    def data_at(self) -> datetime:
        """The moment of the data; the only moment that files know."""
        return datetime.fromisoformat(self.snapshot.data_at)

    @property
    def numbered(self) -> list[tuple[int, Section, Figure]]:
        """All figures with their section, counted from 1."""
        pairs = [(section, figure) for section in self.snapshot.sections for figure in section.figures]
        return [(number, section, figure) for number, (section, figure) in enumerate(pairs, start=1)]


def quotes_mark(quotes: Mapping[str, Sequence[Quote]]) -> str:
    """A mark of what is quoted: another one as soon as somebody takes their words back."""
    listed = [f"{figure} {quote.item_id}" for figure, each in sorted(quotes.items()) for quote in each]
    return hashlib.sha256("\n".join(listed).encode()).hexdigest()


def file_name(kind: str, report_id: int, fingerprint: str, extension: str) -> str:
    """What a file is called where it is saved: which report, and the beginning of its fingerprint."""
    return f"report-{report_id}-{kind}-{fingerprint[:8]}.{extension}"
