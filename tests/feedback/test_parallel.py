"""Several workers at once, and workers that are killed: each row is taken and each text read exactly once."""

import io
import threading
import time

from sqlalchemy import func, select

from community.activity.models import Activity
from community.feedback import actions
from community.feedback.models import FeedbackImport, FeedbackItem, ReadingBatch
from community.infra.db import db
from tests.factories.files import csv_bytes
from tests.factories.panels import make_panel
from tests.workers import start_worker

ROWS = 1200


def in_threads(app, *works):
    failures = []

    def run(work):
        try:
            with app.app_context():
                work()
        except Exception as failure:  # noqa: BLE001 - told to the test's own thread
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=150)
    assert failures == []


def count(*conditions):
    return db.session.scalar(select(func.count(FeedbackItem.id)).where(*conditions))


def start_import_of(rows, panel):
    data = csv_bytes(
        [["id", "text"], *([str(each), f"Text number {each} was lovely"] for each in range(rows))]
    )
    begun = actions.upload_import(None, panel, name="shop", file_name="shop.csv", source=io.BytesIO(data))
    actions.start_import(begun, uses=begun.columns)
    return begun.id


class TestImporting:
    def test_two_imports_of_one_file_by_two_workers_each_take_every_row_once(self, new_app):
        app = new_app()
        with app.app_context():
            panel = make_panel()
            ids = [start_import_of(ROWS, panel), start_import_of(ROWS, panel)]

        def work(import_id):
            def go_on():
                while db.session.get(FeedbackImport, import_id).state in ("owed", "running"):
                    actions.go_on_with_import(import_id)

            return go_on

        in_threads(app, *(work(import_id) for import_id in ids * 2))
        with app.app_context():
            done = [db.session.get(FeedbackImport, import_id) for import_id in ids]
            assert [(each.state, each.done_count) for each in done] == [("done", ROWS)] * 2
            assert sum(each.taken_count for each in done) == ROWS
            assert sum(each.known_count for each in done) == ROWS
            assert count() == ROWS


class TestReading:
    def test_readers_at_the_same_time_share_the_work(self, new_app):
        app = new_app()
        with app.app_context():
            panel = make_panel()
            texts = [actions.Words(str(each), f"Text {each} is awful.") for each in range(ROWS)]
            actions.take_in_all(texts, source="import", panel_id=panel.id)

        def read():
            while actions.read_waiting():
                pass

        in_threads(app, read, read, read)
        with app.app_context():
            assert count(FeedbackItem.state == "read") == ROWS
            assert db.session.scalar(select(func.sum(ReadingBatch.item_count))) == ROWS
            batches = db.session.scalar(select(func.count(ReadingBatch.id)))
            told = select(func.count(Activity.id)).where(Activity.kind == "feedback.read")
            assert db.session.scalar(told) == batches

    def test_killed_workers_lose_and_repeat_nothing(self, new_app):
        app = new_app()
        with app.app_context():
            import_id = start_import_of(ROWS, make_panel())
            for _death in range(4):
                worker = start_worker(app)
                before, deadline = (count(), batches()), time.monotonic() + 30
                while (count(), batches()) == before and time.monotonic() < deadline:
                    db.session.rollback()
                    time.sleep(0.01)
                worker.kill()
                worker.wait()
                db.session.rollback()
            assert start_worker(app, "--until-idle").wait() == 0
            db.session.rollback()
            done = db.session.get(FeedbackImport, import_id)
            assert (done.state, done.done_count, done.taken_count) == ("done", ROWS, ROWS)
            assert count(FeedbackItem.state == "read") == ROWS
            assert db.session.scalar(select(func.sum(ReadingBatch.item_count))) == ROWS


def batches():
    return db.session.scalar(select(func.count(ReadingBatch.id)))
