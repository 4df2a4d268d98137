"""A snapshot made ready to be read: its tables in words, with their charts, quotes and claims."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from markupsafe import Markup

from community.insights import writing
from community.insights.figures import Figure, Quote, Section, Snapshot
from community.insights.writing import Written

# Tables up to this length stand open.
SHORT = 12


@dataclass(frozen=True)
class Shown:
    """A figure as it is read, with its number in the report; `chart` is SVG, or empty."""

    number: int
    section_title: str
    figure: Figure
    table: Written
    chart: Markup
    quotes: Sequence[Quote]

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        return f"figure-{self.figure.key}"

    @property
    def heading(self) -> str:
        """Its title below that of its section, without saying again what that says."""
        rest = self.figure.title.removeprefix(self.section_title).lstrip(":： ")
        return rest[0].upper() + rest[1:] if rest != self.figure.title and rest else self.figure.title

    @property
    def is_short(self) -> bool:
        """Whether its table can stand open."""
        return len(self.table.rows) <= SHORT

    @property
    def is_kept_back(self) -> bool:
        """Whether nothing of it is shown, so that its base says nothing either."""
        return bool(self.figure.rows) and all(row.is_hidden for row in self.figure.rows)

    @property
    def has_texts(self) -> bool:
        """Whether texts can be shown for any of its rows."""
        return any(row.has_texts for row in self.table.rows)


@dataclass(frozen=True)
class ShownSection:
    """A section as it is read."""

    section: Section
    figures: Sequence[Shown]

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        return f"section-{self.section.key}"


def show(
    snapshot: Snapshot, *, charts: Mapping[str, str], quotes: Mapping[str, Sequence[Quote]]
) -> list[ShownSection]:
    """The sections of a snapshot in the present language, with charts and quotes by figure."""
    numbers = count(1)
    return [
        ShownSection(
            section,
            [
                Shown(
                    next(numbers),
                    section.title,
                    figure,
                    writing.write_table(figure),
                    # Drawn by our worker, which lets only marks and escaped words pass.
                    Markup(charts.get(figure.key, "")),  # noqa: S704
                    quotes.get(figure.key, ()),
                )
                for figure in section.figures
            ],
        )
        for section in snapshot.sections
    ]
