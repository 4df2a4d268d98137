"""Making the file of all feedback in a scope, in one view of the data."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from flask_babel import gettext as _

from community.infra import keys
from community.infra.db import db, one_view
from community.insights import policy
from community.insights.failures import CannotMake
from community.insights.files.contract import Made, Wanted
from community.insights.kinds.contract import Progress
from community.insights.queries import raw as queries
from community.insights.raw import writing
from community.insights.raw.authors import numbering
from community.insights.raw.columns import columns
from community.insights.raw.guarding import Row, guard_lines, guard_rows
from community.insights.scope import Scope
from community.members.models import Member

FORMATS = ("csv", "xlsx", "jsonl", "parquet")
# Lines between two words of how far it is.
_TOLD_EVERY = 2_000


def make(path: Path, wanted: Wanted, progress: Progress) -> Made:
    """Make the file that was asked for; CannotMake if who asked may not have it any more."""
    scope = Scope.from_settings(wanted.settings or {})
    asked_by = db.session.get(Member, wanted.asked_by_id) if wanted.asked_by_id is not None else None
    if not may_have(asked_by, scope, has_people=wanted.has_people):
        raise CannotMake("rights")
    return Made(write(path, scope, wanted, progress))


def may_have(member: Member | None, scope: Scope, *, has_people: bool) -> bool:
    """Whether somebody may take the feedback of the scope away, with names and addresses or without."""
    return policy.can_build_report(member, scope.panel_ids) and (
        not has_people or policy.can_export_people(member, scope.panel_ids)
    )


def write(path: Path, scope: Scope, wanted: Wanted, progress: Progress) -> int:
    """Write all texts that the scope has at this moment, neither more nor less, and say how many."""
    secret, has_people = keys.kept("people in feedback files"), wanted.has_people
    layout = columns(has_people=has_people)
    with one_view():
        count = _Count(queries.count_texts(scope), progress)
        # Closed before the view is: one that is called off halfway leaves a connection that can go on.
        if wanted.format == "csv":
            with closing(queries.each_line(scope, has_people=has_people, secret=secret)) as lines:
                guarded = guard_lines(count.lines(lines), number_of=numbering(secret), has_people=has_people)
                writing.write_csv(path, layout, guarded, has_bom=wanted.has_bom)
        else:
            # Whatever opens workbooks and Parquet knows texts from formulas.
            guard = partial(guard_rows, has_people=has_people)
            with closing(queries.each_batch(scope, has_people=has_people, secret=secret)) as found:
                batches = count.batches(map(guard, found))
                match wanted.format:
                    case "jsonl":
                        writing.write_json_lines(path, layout, batches)
                    case "xlsx":
                        writing.write_workbook(path, layout, batches, name=_("Feedback"))
                    case "parquet":
                        writing.write_parquet(path, layout, batches)
    if count.done != count.total:
        raise RuntimeError(f"{count.done} rows were written of {count.total}")
    return count.done


class _Count:
    """How many rows went by, told now and then."""

    def __init__(self, total: int, progress: Progress) -> None:
        self.total, self.done, self._progress = total, 0, progress
        progress(0, total)

    def lines(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The lines, counted."""
        for line in lines:
            yield line
            self.done += 1
            if self.done % _TOLD_EVERY == 0:
                self._progress(self.done, self.total)

    def batches(self, batches: Iterable[Iterable[Row]]) -> Iterator[list[Row]]:
        """The batches, their rows counted."""
        for batch in batches:
            rows = list(batch)
            yield rows
            self.done += len(rows)
            self._progress(self.done, self.total)
