"""Every mail that one can do without ends with one click, and without signing in."""

from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask, current_app

from community.members.models import Member
from community.notifications.actions.stopping import stop_url
from community.notifications.queries.preferences import chosen_by
from tests.conftest import Client
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.notifications.mailed import mail_after, mails, say, send_after

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def path_of(url: str) -> str:
    return urlsplit(url).path


class TestStoppingMail:
    def test_each_mail_names_its_link_at_its_end_and_to_mail_programs(
        self, ana: Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(current_app.config, "MAIL_URL", f"folder:{tmp_path}")
        say(ana)
        mail_after(minutes=6)
        send_after(minutes=7)
        (mail,) = mails()
        assert mail.stop_url in mail.body
        assert mail.stop_url in mail.html
        (written,) = (
            message_from_bytes(file.read_bytes(), policy=policy.default) for file in tmp_path.iterdir()
        )
        assert written["List-Unsubscribe"] == f"<{mail.stop_url}>"
        assert written["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert written["Auto-Submitted"] == "auto-generated"

    def test_one_click_ends_them_and_nothing_else(self, ana: Member, client: Client) -> None:
        say(ana)
        mail_after(minutes=6)
        assert client.post(path_of(mails()[0].stop_url), data=ONE_CLICK).status_code == 200
        assert chosen_by(ana) == {("replies", None): "never"}
        say(ana)
        mail_after(hours=2)
        assert len(mails()) == 1
        say(ana, kind="ideas.answered")
        mail_after(hours=2)
        assert len(mails()) == 2

    def test_opening_the_link_alone_changes_nothing(self, ana: Member, client: Client) -> None:
        page = client.get(path_of(stop_url(ana.id, about=["replies", "points"])))
        assert "Replies to you, Points and rewards" in page.text
        assert chosen_by(ana) == {}

    def test_one_may_end_only_those_of_the_panel(self, ana: Member, client: Client) -> None:
        panel = make_panel(members=(ana,))
        say(ana, panel=panel)
        mail_after(minutes=6)
        path = path_of(mails()[0].stop_url)
        assert f"Only those from “{panel.name}”" in client.get(path).text
        assert panel.name in client.post(path, data={"only_here": "1"}).text
        assert chosen_by(ana) == {("replies", panel.id): "never"}

    def test_one_click_needs_no_token_of_a_session(self, new_app: Callable[..., Flask]) -> None:
        app = new_app(WTF_CSRF_ENABLED=True)
        with app.app_context():
            path = path_of(stop_url(make_member().id, about=["digest"]))
            assert app.test_client().post(path, data=ONE_CLICK).status_code == 200

    def test_a_link_that_nobody_signed_leads_nowhere(self, ana: Member, client: Client) -> None:
        url = path_of(stop_url(ana.id, about=["replies"]))
        for path in (f"{url}x", "/notices/stop/1", f"/surveys/mail/{url.rpartition('/')[2]}"):
            assert client.get(path).status_code == 404
            assert client.post(path).status_code == 404
        assert chosen_by(ana) == {}
