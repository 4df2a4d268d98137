"""Each release's own demo community, as it stood then, becomes one of this release: nothing in it is lost."""

import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event, text

from community.infra import replacing
from community.infra.db import db
from community.loyalty.queries import checking
from community.operating.actions import restoring
from community.operating.copies import archive
from community.operating.queries.counters import list_wrong_counts
from tests.migrations.test_migrations import differences
from tests.operating.contents import Contents, kept_in, standing
from tests.operating.quiet import quietly

KEPT = sorted((Path(__file__).parent / "kept").glob("*.zip"))
# What a release gave up, and where it went: tests of its own.
GIVEN_UP = {"survey_mail_refusals"}
# Rows that a migration writes beside those that there are.
GROWN = {"notice_preferences", "rollup_marks"}


def check_kept(before: Contents, after: Contents) -> None:
    """Each row of then is there once, with all that its columns said."""
    assert before.keys() - after.keys() <= GIVEN_UP
    for table in before.keys() - GIVEN_UP:
        columns = before[table][0].keys() & after[table][0].keys() if before[table] else set()
        told, found = (
            Counter(tuple(str(row[column]) for column in sorted(columns)) for row in rows[table])
            for rows in (before, after)
        )
        assert not told - found, table
        assert table in GROWN or len(after[table]) == len(before[table]) or not before[table], table


def guards() -> set[str]:
    """The triggers that there are."""
    if db.engine.dialect.name == "sqlite":
        question = "SELECT name || sql FROM sqlite_schema WHERE type = 'trigger'"
    else:
        question = "SELECT pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal"
    with db.engine.connect() as connection:
        return set(connection.scalars(text(question)))


@contextmanager
def as_it_stood(path: Path) -> Iterator[None]:
    """The database of that release, filled, in place of this one's."""
    with archive.reading(path) as copy:
        with replacing.replaced():
            restoring.fill_tables(copy, stage=quietly)
        yield


class TestOlderSites:
    @pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
    def test_a_copy_of_that_release_comes_back_as_a_site_of_this_one(
        self, new_app: Callable[..., Flask], path: Path
    ) -> None:
        with new_app().app_context():
            expected = guards()
            restoring.restore(path, beside={}, afterwards={}, stage=quietly)
            assert guards() == expected
            assert differences() == []
            check_kept(kept_in(path), standing())
            assert list_wrong_counts() == []
            assert checking.look_through().mismatches == []

    def test_an_upgrade_that_is_killed_again_and_again_goes_on(self, new_app: Callable[..., Flask]) -> None:
        seed = random.randrange(1 << 32)
        dice = random.Random(seed)
        with new_app().app_context():
            expected = guards()
            with as_it_stood(KEPT[0]):
                assert sum(upgrade_and_die(after=dice.randint(1, 150)) for _ in range(6)) >= 2, seed
                upgrade()
            assert guards() == expected, seed
            assert differences() == [], seed
            check_kept(kept_in(KEPT[0]), standing())


def upgrade_and_die(*, after: int) -> bool:
    """Upgrade in another process, which is killed before so many statements are done, if there are more."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
        return os.WIFSIGNALED(status)
    count = iter(range(after))

    def die(*_statement: object) -> None:
        if next(count, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        event.listen(db.engine, "before_cursor_execute", die)
        upgrade()
        os._exit(0)
    finally:
        os._exit(1)
