"""The servers behind the tests are real and do what the tests count on."""

import smtplib
import subprocess
import sys
import threading
from email.message import EmailMessage
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from playwright.sync_api import Browser
from sqlalchemy import create_engine, make_url, text

from tests.servers import chromium as chromium_program
from tests.servers.postgres import PostgresServer
from tests.servers.ran import what_did_not_run
from tests.servers.smtp import SmtpServer

ROOT = Path(__file__).parents[2]


class TestPostgres:
    def test_it_answers_and_is_new_enough(self, postgres_url: str) -> None:
        engine = create_engine(postgres_url)
        with engine.connect() as connection:
            version = connection.scalar(text("SELECT current_setting('server_version_num')::int"))
        engine.dispose()
        assert version >= 150000

    def test_it_stores_chinese_and_sorts_the_same_everywhere(self, postgres_database: str) -> None:
        engine = create_engine(postgres_database)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE words (word text)"))
            connection.execute(text("INSERT INTO words VALUES ('b'), ('B'), ('a'), ('点子')"))
            words = connection.execute(text("SELECT word FROM words ORDER BY word")).scalars().all()
        engine.dispose()
        assert words == ["B", "a", "b", "点子"]

    def test_a_database_can_be_copied_from_a_template(self, postgres_server: PostgresServer) -> None:
        original = postgres_server.create_database()
        with psycopg.connect(original.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE kept (n integer)")
        copy = postgres_server.create_database(template=str(make_url(original).database))
        with psycopg.connect(copy.replace("+psycopg", "")) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
        postgres_server.drop_database(copy)
        postgres_server.drop_database(original)

    def test_a_dropped_database_is_gone(self, postgres_server: PostgresServer) -> None:
        url = postgres_server.create_database()
        postgres_server.drop_database(url)
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(url.replace("+psycopg", ""))

    def test_it_hurries_unless_it_is_asked_to_be_durable(
        self, postgres_server: PostgresServer, durable_postgres_server: PostgresServer
    ) -> None:
        answers = []
        for server in (postgres_server, durable_postgres_server):
            with psycopg.connect(server.url.replace("+psycopg", "")) as connection:
                answers.append(connection.execute("SHOW fsync").fetchone())
        assert answers == [("off",), ("on",)]

    def test_two_runs_at_once_have_servers_of_their_own_and_leave_nothing(self) -> None:
        program = (
            "from tests.servers import postgres\n"
            "server = postgres.start()\n"
            "server.create_database()\n"
            "print(server.folder)\n"
            "server.stop()\n"
        )
        runs = [
            subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        folders = [run.communicate(timeout=280)[0].strip() for run in runs]
        assert [run.returncode for run in runs] == [0, 0]
        assert folders[0] != folders[1]
        commands = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
        for folder in folders:
            assert not Path(folder).exists()
            assert not [command for command in commands if any(folder in part for part in command)]


class TestRedis:
    def test_it_sets_and_gets(self, redis_url: str) -> None:
        with redis.Redis.from_url(redis_url, decode_responses=True) as client:
            client.set("idea", "点子")
            assert client.get("idea") == "点子"

    def test_each_test_finds_it_empty(self, redis_url: str) -> None:
        with redis.Redis.from_url(redis_url) as client:
            assert client.dbsize() == 0
            client.set("left", "behind")


def send(server: SmtpServer, *, subject: str = "Hello", timeout: float = 60) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "board@example.org", "ana@example.org", subject
    mail.set_content("We listened.")
    with smtplib.SMTP(server.url.removeprefix("smtp://"), timeout=timeout) as client:
        client.send_message(mail)


class TestSmtp:
    def test_it_takes_a_mail_as_it_was_written(self, smtp_server: SmtpServer) -> None:
        send(smtp_server, subject="您的点子有了回音")
        (mail,) = smtp_server.wait_for(1)
        assert mail.recipients == ("ana@example.org",)
        assert mail.message["Subject"] == "您的点子有了回音"
        assert mail.message.get_content() == "We listened.\n"

    def test_it_refuses_when_told_to_and_takes_mails_again(self, smtp_server: SmtpServer) -> None:
        smtp_server.refuse("550 5.1.1 No such mailbox")
        with pytest.raises(smtplib.SMTPDataError, match="No such mailbox"):
            send(smtp_server)
        smtp_server.accept()
        send(smtp_server)
        assert len(smtp_server.wait_for(1)) == 1

    def test_it_keeps_silent_when_told_to(self, smtp_server: SmtpServer) -> None:
        smtp_server.hang()
        with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
            send(smtp_server, timeout=0.3)
        assert smtp_server.mails == []

    def test_it_takes_mails_that_come_at_once(self, smtp_server: SmtpServer) -> None:
        senders = [threading.Thread(target=send, args=(smtp_server,)) for _ in range(8)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert len(smtp_server.wait_for(8)) == 8


PAGE = """
<!doctype html><html lang="zh-Hans"><title>点子</title>
<canvas id="board" width="80" height="80"></canvas><h1>大家的点子</h1>
"""

# Draws one character and answers which of its pixels are ink.
INK = """character => {
    const canvas = document.getElementById("board");
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, 80, 80);
    pen.font = "64px sans-serif";
    pen.fillText(character, 4, 64);
    return Array.from(pen.getImageData(0, 0, 80, 80).data).filter((_, i) => i % 4 === 3).join("");
}"""


class TestChromium:
    def test_it_shows_a_page(self, chromium: Browser) -> None:
        page = chromium.new_page()
        page.set_content(PAGE)
        assert page.title() == "点子"
        assert page.get_by_role("heading").inner_text() == "大家的点子"
        page.context.close()

    def test_it_draws_chinese_and_not_boxes_where_there_is_a_font(self, chromium: Browser) -> None:
        page = chromium.new_page()
        page.set_content(PAGE)
        one, other = (page.evaluate(INK, character) for character in "点子")
        assert "255" in one
        assert (one != other) == chromium_program.has_chinese_font()
        page.context.close()


def report(folder: Path, cases: str) -> Path:
    path = folder / "tests.xml"
    path.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
    return path


def case(*servers: str, skipped: bool = False) -> str:
    properties = "".join(f'<property name="server" value="{server}"/>' for server in servers)
    return (
        f'<testcase classname="tests.sample" name="test_it"><properties>{properties}</properties>'
        f"{'<skipped/>' if skipped else ''}</testcase>"
    )


class TestWhatDidNotRun:
    def test_it_is_content_when_all_ran(self, tmp_path: Path) -> None:
        everything = case("postgres", "redis") + case("smtp") + case("browser")
        assert what_did_not_run(report(tmp_path, everything)) == []

    def test_it_names_what_was_skipped_and_does_not_count_it(self, tmp_path: Path) -> None:
        missing = what_did_not_run(
            report(tmp_path, case("postgres", "redis", "smtp") + case("browser", skipped=True))
        )
        assert missing == ["Skipped: tests.sample.test_it", "No test ran with the server browser."]

    def test_an_empty_run_is_no_run(self, tmp_path: Path) -> None:
        assert "No test ran." in what_did_not_run(report(tmp_path, ""))
