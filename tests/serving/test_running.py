"""`flask serve` with real processes: new releases without a pause, kills, and the way it stops."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException

import psutil
import pytest
from flask_migrate import upgrade

from community import create_app
from community.infra.db import db
from tests.bad_days.running import ROOT, Site, free_port, until
from tests.conftest import QUIET
from tests.workers import SETTINGS

# A new release is loaded twice before it answers, beside all else that this machine does.
PATIENCE = 150.0

RELEASE = """
import time
from pathlib import Path
from community import create_app
from community.infra.db import db

app = create_app()

@app.get("/release")
def release():
    return app.config["SITE_NAME"] + " {release}"

@app.get("/sleep")
def sleep():
    Path("asleep").touch()
    time.sleep(1.5)
    return "slept"
"""


class Running(Site):
    """A site with two web processes, whose release the test can change."""

    def start(self, **settings: str) -> "Running":
        """Start it, and wait until it answers."""
        self.release(RELEASE.format(release=1))
        given = {name: str(self.app.config[name]) for name in SETTINGS} | settings
        given |= {"RATE_LIMITS": "off", "PYTHONPATH": str(ROOT), "FLASK_APP": "wsgi"}
        command = [sys.executable, "-m", "flask", "serve", "--port", str(self.port), "--processes", "2"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=os.environ | given, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self.wait_until_up()
        return self

    def release(self, text: str) -> None:
        """Put another program in the place of the site's."""
        (self.folder / "wsgi.py").write_text(text)

    def get(self, path: str) -> str:
        """A page, over a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        answer = connection.getresponse().read().decode()
        connection.close()
        return answer

    def reload(self) -> None:
        """Tell it that there is something new."""
        assert self.process is not None
        self.process.send_signal(signal.SIGHUP)

    def is_settled(self) -> bool:
        """Whether it has two web processes and a worker, no more and no less."""
        names = []
        for each in self.processes():
            # Those of before are ending just now.
            with suppress(psutil.NoSuchProcess):
                names.append(each.name())
        return sorted(names) == ["board-web", "board-web", "board-worker"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running site, shared by the tests of this module."""
    folder = tmp_path_factory.mktemp("site")
    url = f"sqlite:///{folder / 'community.db'}"
    port = free_port()
    app = create_app({
        **QUIET, "INSTANCE": folder, "DATABASE_URL": url, "BASE_URL": f"http://127.0.0.1:{port}",
    })  # fmt: skip
    with app.app_context():
        upgrade()
        db.engine.dispose()
    made = Running(app, folder, port)
    made.start()
    yield made
    made.stop()


class Crowd(threading.Thread):
    """Somebody who asks without a pause, on one connection while it is kept or on a new one each time."""

    def __init__(self, site: Running, *, keeps: bool) -> None:
        super().__init__(daemon=True)
        self.site, self.keeps = site, keeps
        self.answers: list[int] = []
        self.failures: list[str] = []
        self.is_over = threading.Event()

    def run(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.site.port, timeout=30)
        while not self.is_over.wait(0.2):
            try:
                connection.request("GET", "/sign-in")
                answer = connection.getresponse()
                answer.read()
                self.answers.append(answer.status)
            except (OSError, HTTPException) as error:
                self.failures.append(repr(error))
                connection.close()
            if not self.keeps:
                connection.close()
        connection.close()


def during(site: Running, act: Callable[[], None]) -> list[Crowd]:
    """What a crowd experienced while something was done."""
    crowd = [Crowd(site, keeps=each % 2 == 0) for each in range(4)]
    for each in crowd:
        each.start()
    try:
        act()
    finally:
        for each in crowd:
            each.is_over.set()
        for each in crowd:
            each.join(timeout=30)
    return crowd


class TestReload:
    def test_a_new_release_and_new_settings_refuse_nobody(self, site: Running) -> None:
        assert site.process is not None
        before = {each.pid for each in site.processes()}

        def change() -> None:
            site.release(RELEASE.format(release=2))
            (site.folder / "settings.env").write_text("# ours\nSITE_NAME='Lamp Works'\n")
            site.reload()
            until(lambda: site.get("/release") == "Lamp Works 2", seconds=PATIENCE, what="the new release")
            until(site.is_settled, seconds=PATIENCE, what="the old processes to go")

        crowd = during(site, change)
        assert [failure for each in crowd for failure in each.failures] == []
        assert {status for each in crowd for status in each.answers} == {200}
        assert not before & {each.pid for each in site.processes()}
        assert site.process.poll() is None

    def test_a_release_that_does_not_start_changes_nothing(self, site: Running) -> None:
        before = {each.pid for each in site.processes()}
        site.release("raise RuntimeError('half a release')")
        site.reload()
        until(lambda: "the old one stays" in site.log.read_text(), seconds=PATIENCE, what="word of it")
        assert site.answers() == 200
        assert before == {each.pid for each in site.processes()}


class TestKills:
    @pytest.mark.parametrize("name", ["board-web", "board-worker"])
    def test_a_killed_process_is_replaced(self, site: Running, name: str) -> None:
        killed = next(each for each in site.processes() if each.name() == name)
        killed.kill()
        until(lambda: not killed.is_running(), seconds=60, what="its end")
        until(site.is_settled, seconds=PATIENCE, what="another one")
        assert site.answers() == 200

    def test_without_its_parent_none_is_left(self, site: Running) -> None:
        assert site.process is not None
        family = site.processes()
        site.process.kill()
        site.process.wait()
        psutil.wait_procs(family, timeout=30)
        assert [each for each in family if each.is_running()] == []
        site.start()
        assert site.answers() == 200


class TestStop:
    def test_what_is_under_way_is_finished(self, site: Running) -> None:
        assert site.process is not None
        said: list[str] = []
        asking = threading.Thread(target=lambda: said.append(site.get("/sleep")))
        asking.start()
        family, process = site.processes(), site.process
        until((site.folder / "asleep").exists, seconds=60, what="the request to arrive")
        process.terminate()
        asking.join(timeout=30)
        assert said == ["slept"]
        assert process.wait(timeout=30) == 0
        assert [each for each in family if each.is_running()] == []
        site.process = None
