"""A report's figures as CSV: the long table (`tidy`) in UTF-8, where no text can be run as a formula."""

from pathlib import Path

from community.infra.spreadsheet import write_csv
from community.insights.files import tidy
from community.insights.files.material import Material

_TRUTH = {True: "true", False: "false"}


def write(path: Path, material: Material, *, has_bom: bool) -> int:
    """Write the file and say how many rows stand below the names of the columns."""
    header = [list(tidy.TidyRow._fields)]
    # "true" and "false" are read as what they are by programs that know the type.
    lines = ([*row[:-1], _TRUTH[row.is_kept_back]] for row in tidy.rows(material.snapshot))
    return write_csv(path, (line for part in (header, lines) for line in part), has_bom=has_bom)
