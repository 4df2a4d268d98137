"""Who can look after the site, and does it speak all of its languages?"""

from collections.abc import Iterator
from pathlib import Path

from flask import current_app

from community.config import LOCALES
from community.members import queries as members
from community.operating.queries.doctor.finding import Finding, broken, fine, warning


def check_administrators() -> Iterator[Finding]:
    """Two at least: one may lose a telephone, or leave."""
    count = len({grant.member_id for grant in members.list_admin_grants()})
    if not count:
        yield broken(
            "administrators",
            "There is none.",
            "Run `flask member create --email … --name … --role admin`.",
        )
    elif count == 1:
        yield warning(
            "administrators",
            "There is only one: nobody can let them in again.",
            "Make a second one, under Staff area → Members.",
        )
    else:
        yield fine("administrators", f"There are {count}.")


def check_languages() -> Iterator[Finding]:
    """Whether the catalogues were compiled; without that all is English."""
    folder = Path(current_app.root_path) / "translations"
    mend = "Run `pybabel compile -d community/translations`."
    sources = sorted(folder.glob("*/LC_MESSAGES/messages.po"))
    missing = [source.parts[-3] for source in sources if not source.with_suffix(".mo").exists()]
    if missing:
        yield broken("languages", f"Pages in {', '.join(missing)} are in English.", mend)
    elif any(source.stat().st_mtime > source.with_suffix(".mo").stat().st_mtime for source in sources):
        yield warning("languages", "Their catalogues have changed since they were compiled.", mend)
    else:
        yield fine("languages", f"{', '.join(LOCALES)}.")
