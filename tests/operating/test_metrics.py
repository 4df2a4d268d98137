"""What Prometheus reads."""

import os
import re
import signal
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.infra import clock, jobs, mail
from community.operating.tallies import Tallies

TOKEN = "a token that only Prometheus has"
WITH_TOKEN = {"Authorization": f"Bearer {TOKEN}"}
LINE = re.compile(r'sounding_board_[a-z_]+(\{[a-z]+="[^"{}]*"(,[a-z]+="[^"{}]*")*\})? -?[0-9][0-9.e+-]*')


@pytest.fixture
def counting_app(new_app: Callable[..., Flask]) -> Flask:
    return new_app(METRICS_TOKEN=TOKEN)


def figures_of(client: FlaskClient) -> dict[str, float]:
    """Each line that is no comment: name with labels → number."""
    answer = client.get("/metrics", headers=WITH_TOKEN)
    assert answer.status_code == 200
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    return {name: float(number) for name, _, number in (line.rpartition(" ") for line in lines)}


class TestWhoMayRead:
    def test_without_a_token_in_the_settings_there_is_no_such_page(
        self, new_app: Callable[..., Flask]
    ) -> None:
        client = new_app().test_client()
        for sent in ("", "Bearer ", "Bearer None"):
            assert client.get("/metrics", headers={"Authorization": sent}).status_code == 404

    def test_nor_for_whoever_sends_another_one(self, counting_app: Flask) -> None:
        client = counting_app.test_client()
        for headers in ({}, {"Authorization": "Bearer guessed"}, {"Authorization": "Bearer é"}):
            assert client.get("/metrics", headers=headers).status_code == 404


class TestFigures:
    def test_requests_are_counted_by_what_answered_them_and_nothing_they_said(
        self, counting_app: Flask
    ) -> None:
        client = counting_app.test_client()
        client.get("/panels?q=geheim")
        client.get("/panels")
        client.get("/geheim")
        client.open("/panels", method="GEHEIM")
        figures = figures_of(client)
        count = 'sounding_board_requests_seconds_count{route="panels.index",method="GET",status="200"}'
        assert figures[count] == 2
        buckets = [number for name, number in figures.items() if "bucket" in name and "panels.index" in name]
        assert sorted(buckets[:12]) == buckets[:12]
        assert figures['sounding_board_requests_seconds_count{route="",method="GET",status="404"}'] == 1
        assert "geheim" not in str(figures).lower()

    def test_what_waits_is_counted(self, counting_app: Flask) -> None:
        before = figures_of(counting_app.test_client())
        with counting_app.app_context():
            written = mail.Written("Hello", "Hello.\n", "")
            mail.post_written(written, to="ana@example.org", name="Ana", locale="en")
            mail.post_written(
                written, to="ben@example.org", name="Ben", locale="en", not_before=clock.ago(minutes=5)
            )
        after = figures_of(counting_app.test_client())
        assert after["sounding_board_mails_waiting"] - before["sounding_board_mails_waiting"] == 2
        assert 300 <= after["sounding_board_mails_late_seconds"] < 360
        assert after["sounding_board_books_agree"] == 1
        assert after["sounding_board_database_connections_most"] > 0

    def test_work_is_counted_and_a_job_that_is_late_is_seen(self, counting_app: Flask) -> None:
        with counting_app.app_context(), clock.stopped_at(clock.ago(hours=2)):
            jobs.do_scheduled()
            mail.post_written(mail.Written("Hi", "Hi.\n", ""), to="a@example.org", name="A", locale="en")
        with counting_app.app_context():
            jobs.do_owed()
        figures = figures_of(counting_app.test_client())
        assert figures['sounding_board_work_done_total{step="infra.mail.send_due"}'] == 1
        assert figures['sounding_board_job_late_seconds{job="cases.jobs.remind_owners"}'] > 3600

    def test_numbers_have_all_their_digits(self, counting_app: Flask) -> None:
        tallies: Tallies = counting_app.extensions["tallies"]
        tallies.add(("counter", "work_done_total", "planted"), ((0, 12_345_678.0),))
        figures = figures_of(counting_app.test_client())
        assert figures['sounding_board_work_done_total{step="planted"}'] == 12_345_678

    def test_what_another_release_counted_is_left_out(self, counting_app: Flask) -> None:
        tallies: Tallies = counting_app.extensions["tallies"]
        tallies.add(("counter", "of_another_release"))
        tallies.add(("counter", "work_done_total", "planted", "one label more"))
        tallies.add(("histogram", "requests_seconds", "planted", "GET", "200"))
        assert not [name for name in figures_of(counting_app.test_client()) if "planted" in name]


class TestTallies:
    @pytest.fixture
    def tallies(self, tmp_path: Path) -> Tallies:
        return Tallies(tmp_path / "counts")

    @pytest.fixture
    def children(self) -> Iterator[list[int]]:
        started: list[int] = []
        yield started
        for child in started:
            os.waitpid(child, 0)

    def test_a_process_that_is_killed_takes_no_count_with_it(
        self, tallies: Tallies, children: list[int]
    ) -> None:
        tallies.add(("counter", "answers"))
        tallies.put(("gauge", "open"), 2.0)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            tallies.add(("counter", "answers"))
            tallies.put(("gauge", "open"), 5.0)
            os.write(writing, b".")
            signal.pause()
        children.append(child)
        os.read(reading, 1)
        both = tallies.sums()
        assert both["counter", "answers"] == [2.0]
        assert both["gauge", "open"] == [7.0]
        assert both["gauge", "processes"] == [2.0]
        os.kill(child, signal.SIGKILL)
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        for _again in range(2):
            left = tallies.sums()
            assert left["counter", "answers"] == [2.0]
            assert left["gauge", "open"] == [2.0]
        assert len(list(tallies.folder.glob("*.sheet"))) == 1

    def test_a_full_disk_costs_the_others_sight_and_nobody_an_answer(self, tmp_path: Path) -> None:
        (tmp_path / "counts").write_text("a file where the folder should be")
        tallies = Tallies(tmp_path / "counts")
        tallies.add(("counter", "answers"))
        tallies.add(("counter", "answers"))

    def test_what_belongs_to_another_user_is_left_out(self, tallies: Tallies, caplog: Any) -> None:
        # Folders cannot be opened as files, whoever asks; tests may run as root, who may open all else.
        (tallies.folder / "1-of-root.sheet").mkdir(parents=True)
        tallies.add(("counter", "answers"))
        assert tallies.sums()["counter", "answers"] == [1.0]
        assert "counts are left out" in caplog.text
        (tallies.folder / "lock").unlink()
        (tallies.folder / "lock").mkdir()
        assert tallies.sums()["counter", "answers"] == [1.0]
        assert "the counts of other processes cannot be read" in caplog.text

    def test_a_sheet_that_a_power_cut_left_incomplete_is_read_as_far_as_it_goes(
        self, tallies: Tallies
    ) -> None:
        tallies.folder.mkdir()
        name = b'["counter", "answers"]  '
        record = struct.pack("<HH", len(name), 1) + name + struct.pack("<d", 3.0)
        used = struct.pack("<Q", 8 + 2 * len(record))
        (tallies.folder / "1-torn.sheet").write_bytes(used + record + bytes(4096))
        (tallies.folder / "2-empty.sheet").write_bytes(b"")
        tallies.add(("counter", "answers"), ((0, 1.0),))
        assert tallies.sums()["counter", "answers"] == [4.0]

    def test_a_count_that_has_become_wider_goes_on(self, tmp_path: Path) -> None:
        (tmp_path / "past.json").write_text('[["counter", "answers", [1.0]]]')
        tallies = Tallies(tmp_path)
        tallies.add(("counter", "answers"), ((1, 1.0),), width=2)
        assert tallies.sums()["counter", "answers"] == [1.0, 1.0]

    def test_what_finds_no_room_is_counted_as_that(
        self, tallies: Tallies, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("community.operating.tallies.SIZE", 4096)
        for number in range(200):
            tallies.add(("counter", "answers", str(number)))
        sums = tallies.sums()
        assert sum(sums["counter", "lost_counts"]) > 0
        assert sum(sum(numbers) for key, numbers in sums.items() if key[0] == "counter") == 200
