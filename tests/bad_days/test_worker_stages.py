"""A worker that is killed with -9 before and after its commits, in every stage of what it owes."""

import io
import json
import random
import signal
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from community.feedback import actions as feedback
from community.ideas.actions.comments import add_comment
from community.ideas.actions.statuses import change_status
from community.ideas.actions.votes import support_idea
from community.infra import clock, mail
from community.infra.db import db, unit_of_work
from community.insights.actions import exporting as report_files
from community.members.passwords import encode
from community.privacy import actions as privacy
from community.surveys.actions import exporting as survey_files
from tests.bad_days import checking
from tests.bad_days.journal import Journal
from tests.bad_days.planted import SHIFT, make_app
from tests.factories.files import csv_bytes
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.surveys import answer, make_survey
from tests.insights import reports
from tests.servers.smtp import SmtpServer
from tests.workers import start_worker

SEED = 20261122
# Seconds after which nobody holds what a dead worker had taken: mail is held longest.
LONGEST_LEASE = mail.LEASE_SECONDS + 30
FILES = ("data_files", "survey_exports", "insight_files")


class TestAWorkerKilledInEveryStage:
    def test_loses_and_repeats_nothing(
        self, new_app: Callable[..., Flask], smtp_server: SmtpServer, tmp_path: Path
    ) -> None:
        app, journal = new_app(MAIL_URL=smtp_server.url), Journal(tmp_path / "journal.jsonl")
        with app.app_context():
            _owe_something_of_everything(journal)
        dice, deaths, passed = random.Random(SEED), 0, 0
        while True:
            # Leases and pauses of those that died are over when the next one begins.
            passed += LONGEST_LEASE
            (tmp_path / SHIFT).write_text(json.dumps(passed))
            dies = f"{dice.choice(('before', 'after'))} {dice.randint(1, 25)}"
            worker = start_worker(
                app, "--until-idle", make_app=partial(make_app, dies=dies, has_schedule=False)
            )
            ended = worker.wait()
            if ended == 0:
                break
            assert ended == -signal.SIGKILL
            deaths += 1
        assert deaths > 5
        journal.close()
        checking.ensure_true(app, journal)
        with app.app_context():
            self._everything_was_made()
            self._no_mail_is_lost_or_another_one_twice(smtp_server)

    def _everything_was_made(self) -> None:
        for table in FILES:
            assert db.session.execute(text(f"SELECT state FROM {table}")).scalars().all() == ["done"], table
        assert db.session.execute(text("SELECT state FROM reports")).scalars().all() == ["done"] * 2
        imported = db.session.execute(text("SELECT state, taken_count FROM feedback_imports")).all()
        assert [tuple(row) for row in imported] == [("done", 400)]
        read = db.session.execute(text("SELECT count(*) FROM feedback_items WHERE state = 'read'")).scalar()
        assert read == db.session.execute(text("SELECT sum(item_count) FROM reading_batches")).scalar()

    def _no_mail_is_lost_or_another_one_twice(self, server: SmtpServer) -> None:
        mails = db.session.execute(text("SELECT message_id, state FROM outgoing_mails")).all()
        assert {state for _id, state in mails} == {"sent"}
        arrived = Counter(str(one.message["Message-ID"]) for one in server.mails)
        assert set(arrived) == {message_id for message_id, _state in mails}
        owed = db.session.execute(text("SELECT count(*) FROM notices WHERE mail_state = 'owed'")).scalar()
        assert owed == 0


def _owe_something_of_everything(journal: Journal) -> None:
    password = encode("a long enough password")
    people = [
        make_member(joined_at=clock.ago(days=60), password_hash=password, quiet_from=None) for _ in range(6)
    ]
    boss = make_member(roles=("owner", "admin"))
    panel = make_panel(members=tuple(people))
    ideas = [make_idea(panel=panel, author=author) for author in people[:3]]
    for idea in ideas:
        for member in people:
            number = journal.ask("vote", idea_id=idea.id, member_id=member.id)
            support_idea(idea, member)
            journal.acknowledge(number)
            body = f"Delivery to member {member.id} is awful, again."
            number = journal.ask("comment", idea_id=idea.id, body=body)
            add_comment(idea, member, body=body)
            journal.acknowledge(number)
    change_status(ideas[0], boss, status="under_review", message="We are looking at it.")
    rows = [["id", "text"], *([str(each), f"Text number {each} was lovely"] for each in range(400))]
    upload = feedback.upload_import(
        None, panel, name="shop", file_name="shop.csv", source=io.BytesIO(csv_bytes(rows))
    )
    feedback.start_import(upload, uses=upload.columns)
    survey = make_survey(kinds=("nps", "long_text"), panel=panel)
    for member in people:
        answer(survey, member)
    survey_files.ask_for_file(survey, boss, file_format="csv", locale="en")
    privacy.ask_for_copy(people[0], password="a long enough password")
    reports.ask(boss, panel)
    done = reports.make(boss, panel)
    report_files.ask_for_file(done, boss, file_format="csv")
    with unit_of_work() as session:
        # What they are told goes out with the next sweep, not when they have had time to read it.
        session.execute(text("UPDATE notices SET mail_due_at = created_at WHERE mail_state = 'owed'"))
