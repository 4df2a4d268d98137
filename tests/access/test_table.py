"""Everybody asks for everything, in every way, and each answer is the one in the table."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from community.infra.db import db, lock, unit_of_work
from community.members.models import Member
from tests.access import render
from tests.access.asking import Caller, answer_of, changed, undone
from tests.access.doors import IN, NOT_FOUND, SIGN_IN, Door
from tests.access.house import CANARY
from tests.access.roles import EVERYBODY, STAFF, make_cast
from tests.access.states import SEEN_BY, make_things, rules_about
from tests.access.table import Way, declared, ways
from tests.access.whole import Whole, furnish_whole
from tests.conftest import Client

# Where things of a state are shown, as far as there is such a page.
SHOWN_BY = {state: "ideas.show" for state in SEEN_BY if not state.startswith("a comment")}
SHOWN_BY["a comment that was deleted"] = "ideas.comment_history"

Browser = Callable[[Member], Client]
# What looking at a page leaves behind.
WRITES_WHEN_READ = {
    "ideas_staff.votes": "moderators see who of them looks at it already",
    "loyalty.invite": "a member's own link is made when they first look for it",
    "moderation_staff.item": "moderators see who of them looks at it already",
    "moderation_staff.on_subject": "leads to what waits, with the same",
    "notifications.open_notice": "a notice that was opened was read",
}
# Staff of the panel and of the site: what is closed to them is all tried, and of what is open to them one
# address of each door in each domain, unless all are asked for.
AT_HOME = {who for who in STAFF if not who.endswith("(elsewhere)")} - {"admin (site)"}
EVERY_DOOR = bool(os.environ.get("EVERY_DOOR"))
# Who has no business in the panel: none of them may change a thing in it or read a word of it.
OUTSIDE = ("visitor", "suspended", "member", "neighbour", "moderator (elsewhere)", "owner (elsewhere)")


class Walk:
    """Goes through the addresses for everybody, and writes down what is not as it should be."""

    def __init__(self, app: Flask, whole: Whole, callers: dict[str, Caller], *, kept: Path) -> None:
        self._whole, self._callers = whole, callers
        self._slug = whole.values["slug"].encode()
        self._folder, self._kept = Path(app.config["UPLOAD_DIR"]), kept
        self.asked, self.wrong = 0, []

    def ask(self, who: str, way: Way, rule: Rule, door: Door) -> None:
        """One request; whatever it did is undone."""
        expected = door.answer_to(who)
        may_write = way.method == "POST" and (expected == IN or door.name == "leaving")
        is_read = expected == IN and rule.endpoint in WRITES_WHEN_READ
        path, form = self._whole.path(rule), self._whole.form(rule)
        with self._undone() if may_write or is_read else nullcontext(), changed() as changes:
            response = self._callers[who].ask(way.method, path, form=form)
        self.asked += 1
        place = f"{who}: {way.method} {way.rule}"
        if answer_of(response) != expected:
            self.wrong.append(f"{place} answers {response.status_code}, not as {door.name!r}")
        if changes and not (may_write or is_read):
            self.wrong.append(f"{place} changes something: {changes[0][:80]}")
        if (expected != IN or who in OUTSIDE) and self._says_too_much(response):
            self.wrong.append(f"{place} says what is private")

    def _says_too_much(self, response: TestResponse) -> bool:
        # The panel's address was in the request.
        return CANARY.encode() in response.data.replace(self._slug, b"")

    @contextmanager
    def _undone(self) -> Iterator[None]:
        with undone():
            yield
        if names_in(self._kept) - names_in(self._folder):
            shutil.copytree(self._kept, self._folder, dirs_exist_ok=True)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")}


class TestTable:
    def test_every_address_stands_in_it_and_nothing_else(self, shared_app: Flask) -> None:
        there = {(way.method, way.rule) for way, _rule in ways(shared_app)}
        assert sorted(there - declared().keys()) == [], "say in tests/access/table.txt who may open these"
        assert sorted(declared().keys() - there) == [], "these are gone"

    def test_the_page_about_it_says_the_same(self) -> None:
        said = render.PAGE.read_text()
        assert render.tables() in said, "python -m tests.access.render writes it anew"


# Seven thousand requests; which database holds the rows does not matter to who may read them.
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestDoors:
    def test_each_answers_everybody_as_it_is_written(
        self, app: Flask, browser_of: Browser, tmp_path: Path
    ) -> None:
        whole = furnish_whole()
        cast = make_cast(whole)
        callers = {who: Caller(app, browser_of(member)) for who, member in cast.members.items()}
        callers["visitor"] = Caller(app, None)
        with unit_of_work():
            lock(Member, cast.members["suspended"].id).state = "suspended"
        kept = tmp_path / "kept"
        shutil.copytree(app.config["UPLOAD_DIR"], kept)
        walk, table = Walk(app, whole, callers, kept=kept), declared()
        # What was furnished is asked for by its address from here on, and read anew by nobody.
        db.session.expunge_all()
        met = set()
        for who in EVERYBODY:
            for way, rule in ways(app):
                door = table[way.method, way.rule]
                kind = (who, door.name, way.method, way.domain)
                is_one_more = kind in met and who in AT_HOME and door.answer_to(who) == IN
                if EVERY_DOOR or not is_one_more:
                    walk.ask(who, way, rule, door)
                met.add(kind)
        assert walk.wrong == []
        assert walk.asked > 6500


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestStates:
    def test_what_is_hidden_or_gone_exists_for_nobody_else(self, app: Flask, browser_of: Browser) -> None:
        things, people = make_things()
        callers = {who: Caller(app, browser_of(member)) for who, member in people.items()}
        callers["visitor"] = Caller(app, None)
        wrong, asked = [], 0
        for state, thing in things.items():
            for rule in rules_about(app, thing):
                for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                    for who, caller in callers.items():
                        with undone():
                            response = caller.ask(method, thing.path(rule))
                        asked += 1
                        is_seen = who in SEEN_BY[state]
                        answer = answer_of(response)
                        shows = method == "GET" and rule.endpoint == SHOWN_BY.get(state, "ideas.show_comment")
                        if not is_seen and answer not in (NOT_FOUND, SIGN_IN):
                            wrong.append(f"{state}, {who}: {method} {rule.rule} {response.status_code}")
                        if is_seen and shows and answer != IN:
                            wrong.append(f"{state}, {who}: {method} {rule.rule} {response.status_code}")
        assert wrong == []
        assert asked > 1500
