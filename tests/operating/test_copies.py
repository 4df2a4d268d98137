"""A copy of the whole site, and the site that comes out of it."""

import json
import resource
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import make_url, select

from community.activity.models import Activity
from community.ideas.actions.publishing import publish_idea
from community.ideas.actions.votes import support_idea
from community.ideas.models import Idea, IdeaImage, Vote
from community.infra.db import db
from community.infra.files import Store
from community.infra.images import CleanImage
from community.loyalty.queries import checking
from community.members.models import Member
from community.operating.actions import backing_up, restoring
from community.operating.copies import manifest
from community.operating.queries.counters import list_wrong_counts
from community.privacy import actions as privacy
from community.privacy.actions import erasure_log
from tests.conftest import Stage
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.operating.contents import sorted_rows, standing
from tests.operating.quiet import quietly

OLDEST, *_, NEWEST = sorted((Path(__file__).parents[1] / "migrations" / "kept").glob("*.zip"))
PICTURE = CleanImage(b"as good as a picture \\ \t \n", "image/png", "png", 1, 1)
# What formats trip over: breaks, tabs, backslashes, what only looks like nothing, and other alphabets.
ODD = 'a\\b\tc\nd\r\ne "\\N" \\t \v\f %s %% 你好 🎈'

OpenSite = Callable[..., Flask]


@pytest.fixture
def open_site(
    database_stage: Stage, new_app: Callable[..., Flask], request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[OpenSite]:
    """A function that opens empty sites: of this test's kind of database, or of the other one."""
    numbers = count(1)
    urls, apps = [], []

    def open_one(*, other: bool = False) -> Flask:
        folder = tmp_path / f"site {next(numbers)}"
        folder.mkdir()
        is_sqlite = database_stage.url.startswith("sqlite")
        if is_sqlite != other:
            url = f"sqlite:///{folder / 'community.db'}"
            if is_sqlite:
                shutil.copy(database_stage.url.removeprefix("sqlite:///"), folder / "community.db")
        else:
            template = "template0" if is_sqlite else make_url(database_stage.template).database
            url = request.getfixturevalue("postgres_server").create_database(template=template)
            urls.append(url)
        apps.append(new_app(INSTANCE=folder, DATABASE_URL=url))
        return apps[-1]

    yield open_one
    for app in apps:
        with app.app_context():
            db.engine.dispose()
    for url in urls:
        request.getfixturevalue("postgres_server").drop_database(url)


def back_up(path: Path) -> backing_up.Made:
    return backing_up.back_up(path, beside={}, has_secret=False, stage=quietly)


def restore(path: Path) -> restoring.Restored:
    return restoring.restore(path, beside={}, afterwards={}, stage=quietly)


def command(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """What a disk does that is full, for a process that is not root."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class TestBackup:
    @pytest.mark.timeout(1200)
    def test_a_site_goes_round_both_databases_and_comes_back_the_same(
        self, open_site: OpenSite, tmp_path: Path
    ) -> None:
        with open_site().app_context():
            restore(NEWEST)
            make_idea("A pen for the left", body=ODD)
            key = Store(tmp_path / "site 1" / "uploads").put(b"a picture", "png")
            before = sorted_rows(standing())
            newest = db.session.scalars(select(Activity.id).order_by(Activity.id.desc())).first()
            back_up(tmp_path / "first")
        with open_site(other=True).app_context():
            restore(tmp_path / "first")
            assert sorted_rows(standing()) == before
            back_up(tmp_path / "second")
        with open_site().app_context():
            restore(tmp_path / "second")
            assert sorted_rows(standing()) == before
            assert Store(tmp_path / "site 3" / "uploads").path(key).read_bytes() == b"a picture"
            # Numbers go on, and the guards stand.
            make_idea("Another pen")
            assert db.session.scalars(select(Activity.id).order_by(Activity.id.desc())).first() > newest

    def test_while_others_write_it_holds_all_that_was_confirmed_and_fits_together(
        self, open_site: OpenSite, tmp_path: Path
    ) -> None:
        app = open_site()
        confirmed: list[tuple[int, int]] = []
        stopping = threading.Event()

        def write() -> None:
            with app.app_context():
                while not stopping.is_set():
                    idea = publish_idea(panel(), make_member(), title="A pen for everybody", images=[PICTURE])
                    voter = make_member()
                    support_idea(idea, voter)
                    confirmed.append((idea.id, voter.id))

        def panel() -> object:
            return db.session.get(type(board), board_id)

        with app.app_context():
            board = make_panel()
            board_id = board.id
        writers = [threading.Thread(target=write) for _ in range(3)]
        for writer in writers:
            writer.start()
        with app.app_context():
            try:
                while len(confirmed) < 10:
                    stopping.wait(0.01)
                sure = list(confirmed)
                back_up(tmp_path / "copy")
            finally:
                stopping.set()
                for writer in writers:
                    writer.join()
        with open_site().app_context():
            restore(tmp_path / "copy")
            assert len(sure) >= 10
            assert set(sure) <= set(map(tuple, db.session.execute(select(Vote.idea_id, Vote.member_id))))
            assert list_wrong_counts() == []
            assert checking.look_through().mismatches == []
            store = Store(tmp_path / "site 2" / "uploads")
            for key in db.session.scalars(select(IdeaImage.key)):
                assert store.path(key).read_bytes() == PICTURE.data

    def test_a_full_disk_leaves_the_copy_from_before(self, open_site: OpenSite, tmp_path: Path) -> None:
        app = open_site()
        path = tmp_path / "copies" / "site.copy"
        path.parent.mkdir()
        assert command(app, "backup", path).exit_code == 0
        before = path.read_bytes()
        with no_file_longer_than(8_000):
            failed = command(app, "backup", path)
        assert failed.exit_code == 1
        assert "File too large; nothing was written" in failed.output
        assert [each.name for each in path.parent.iterdir()] == ["site.copy"]
        assert path.read_bytes() == before

    def test_the_secret_key_is_in_it_only_if_asked_for(self, open_site: OpenSite, tmp_path: Path) -> None:
        app, plain, whole = open_site(), tmp_path / "plain", tmp_path / "whole"
        command(app, "backup", plain)
        command(app, "backup", whole, "--with-secret-key")
        secret = app.config["SECRET_KEY"]
        with zipfile.ZipFile(plain) as copy:
            assert not any(secret.encode() in copy.read(name) for name in copy.namelist())
        assert "another SECRET_KEY" in command(open_site(), "restore", plain).output
        assert "another SECRET_KEY" not in command(open_site(), "restore", whole).output
        assert (tmp_path / "site 3" / "secret_key").read_text() == secret


class TestRestore:
    def test_what_is_no_whole_copy_for_an_empty_site_changes_nothing(
        self, open_site: OpenSite, tmp_path: Path
    ) -> None:
        app, copy = open_site(), tmp_path / "copy"
        with app.app_context():
            make_member("Ana")
        assert command(app, "backup", copy).exit_code == 0
        assert "there are people in this site" in command(app, "restore", copy).output
        empty = open_site()
        for name, content, why in spoiled(copy.read_bytes(), tmp_path):
            (tmp_path / name).write_bytes(content)
            refused = command(empty, "restore", tmp_path / name)
            assert refused.exit_code == 1, name
            assert why in refused.output, name
        with empty.app_context():
            assert restoring.is_empty()
        assert not list((tmp_path / "site 2").rglob("*.png"))
        assert command(empty, "restore", copy).exit_code == 0

    @pytest.mark.parametrize("is_there", [True, False])
    def test_a_refused_one_leaves_an_empty_folder_empty(
        self, new_app: Callable[..., Flask], tmp_path: Path, is_there: bool
    ) -> None:
        folder, copy = tmp_path / "new", tmp_path / "copy"
        copy.write_bytes(b"no copy of anything")
        if is_there:
            folder.mkdir()
            (folder / "settings.env").write_text("SITE_NAME=Ours")
        given = {
            "INSTANCE": folder,
            "DATABASE_URL": f"sqlite:///{folder / 'community.db'}",
            "QUEUE_URL": f"sqlite:///{folder / 'queue.db'}",
        }
        assert command(new_app(**given), "restore", copy).exit_code == 1
        assert folder.exists() is is_there
        assert [path.name for path in folder.glob("*")] == (["settings.env"] if is_there else [])
        # What was there before stays, and so does what a site has begun with.
        again = new_app(**given)
        secret = (folder / "secret_key").read_text()
        assert command(new_app(**given), "restore", copy).exit_code == 1
        assert (folder / "secret_key").read_text() == secret == again.config["SECRET_KEY"]

    def test_whatever_goes_wrong_on_the_way_it_can_be_begun_again(
        self, open_site: OpenSite, tmp_path: Path
    ) -> None:
        def stumble() -> list[str]:
            assert db.session.scalar(select(Member.id).limit(1)) is not None
            raise OSError("a power cut")

        with open_site().app_context():
            with pytest.raises(OSError, match="a power cut"):
                restoring.restore(OLDEST, beside={}, afterwards={"last": stumble}, stage=quietly)
            assert restoring.is_empty()
            assert restore(OLDEST).row_count > 1_000
            assert db.session.scalar(select(Idea.id).limit(1)) is not None

    def test_who_was_forgotten_since_is_forgotten_again(self, open_site: OpenSite, tmp_path: Path) -> None:
        app = open_site()
        with app.app_context():
            ana = make_member("Ana Martins")
            command(app, "backup", tmp_path / "copy")
            entry = erasure_log.Entry(ana.id, ana.joined_at, "2026-01-01", True)
            erasure_log.add(entry)
        again = open_site()
        log = tmp_path / "site 1" / erasure_log.NAME
        restored = command(again, "restore", tmp_path / "copy", "--erasures", log)
        assert "1 members were forgotten again" in restored.output
        with again.app_context():
            assert db.session.get_one(Member, entry.member_id).state == "erased"
            assert list(erasure_log.read()) == [entry]
            assert privacy.replay() == 0

    def test_a_log_that_is_none_is_not_taken_in(self, open_site: OpenSite, tmp_path: Path) -> None:
        app = open_site()
        (tmp_path / "wrong").write_text('{"member": 1}\n')
        refused = command(app, "restore", OLDEST, "--erasures", tmp_path / "wrong")
        assert refused.exit_code == 1
        assert "nothing was restored" in refused.output
        with app.app_context():
            assert list(erasure_log.read()) == []

    def test_nobody_can_open_the_new_database_who_could_not_open_the_old_one(
        self, open_site: OpenSite, tmp_path: Path
    ) -> None:
        app = open_site()
        database = Path(make_url(app.config["DATABASE_URL"]).database or "")
        if database.is_file():
            database.chmod(0o640)
            assert command(app, "restore", OLDEST).exit_code == 0
            assert database.stat().st_mode & 0o777 == 0o640
            assert not list(database.parent.glob(".*"))


def spoiled(copy: bytes, folder: Path) -> Iterator[tuple[str, bytes, str]]:
    """Copies that something happened to, and what is to be said of each."""
    yield "nothing", b"", "the copy is damaged"
    yield "no copy", b"once upon a time", "the copy is damaged"
    yield "cut off", copy[: len(copy) // 2], "the copy is damaged"
    place = copy.index(b"members.copy") + 40
    yield "one bit", copy[:place] + bytes([copy[place] ^ 4]) + copy[place + 1 :], "the copy is damaged"
    for name, changed, why in (
        ("of a newer step", {"revision": "9999"}, "a newer release made this copy"),
        ("of a newer kind", {"format": manifest.FORMAT + 1}, "a newer release made this copy"),
        (
            "with a way out",
            {"entries": {"uploads/../../out.png": {"size": 0, "sha256": "", "rows": None}}},
            "",
        ),
    ):
        (folder / "before").write_bytes(copy)
        with (
            zipfile.ZipFile(folder / "before") as before,
            zipfile.ZipFile(folder / "after", "w") as after,
        ):
            for each in before.namelist():
                content = before.read(each)
                if each == manifest.NAME:
                    content = json.dumps(json.loads(content) | changed).encode()
                after.writestr(each, content)
            after.writestr("uploads/../../out.png", b"")
        yield name, (folder / "after").read_bytes(), why
