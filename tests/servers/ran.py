"""Reads the report of a test run and says which parts of it did not run."""

import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

SERVERS = ("postgres", "redis", "smtp", "browser")


def what_did_not_run(report: Path) -> list[str]:
    """One sentence for each skipped test and for each server that no test used."""
    cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314 pytest wrote it a moment ago
    skipped = [case for case in cases if case.find("skipped") is not None]
    used = Counter(
        entry.get("value")
        for case in cases
        if case not in skipped
        for entry in case.iter("property")
        if entry.get("name") == "server"
    )
    return [
        *([] if cases else ["No test ran."]),
        *(f"Skipped: {case.get('classname')}.{case.get('name')}" for case in skipped),
        *(f"No test ran with the server {server}." for server in SERVERS if not used[server]),
    ]


if __name__ == "__main__":
    if missing := what_did_not_run(Path(sys.argv[1])):
        raise SystemExit("\n".join(missing))
