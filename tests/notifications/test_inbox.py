"""The inbox: what one was told, in one's language, as long as one may see it."""

from collections.abc import Callable

from community.activity.actions import follow_due
from community.ideas.actions.statuses import change_status
from community.ideas.actions.votes import support_idea
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.members.models import Member
from community.notifications import queries
from community.notifications.models import Notice
from community.panels.models import Membership, Panel
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.panels import make_panel
from tests.statements import statements


def tell(*readers: Member, owner: Member, title: str = "Cards that sing", panel: Panel | None = None) -> None:
    """Have the first reader's idea planned, and the others told as supporters."""
    idea = make_idea(title, author=readers[0], panel=panel)
    for reader in readers[1:]:
        support_idea(idea, reader)
    change_status(idea, owner, status="planned", message="We begin in May.")
    follow_due()
    db.session.expire_all()


class TestInbox:
    def test_it_says_what_happened_and_marks_what_is_unread(
        self, browser_of: Callable[[Member], Client], ana: Member, omar: Member
    ) -> None:
        tell(ana, owner=omar)
        page = browser_of(ana).get("/inbox").text
        assert "Omar Haddad moved “Cards that sing” to Planned" in page
        assert "We begin in May." in page
        assert page.count("is-unread") == 1

    def test_it_invites_where_there_is_nothing(
        self, browser_of: Callable[[Member], Client], ana: Member
    ) -> None:
        assert "Nothing yet" in browser_of(ana).get("/inbox").text

    def test_it_is_paged(self, browser_of: Callable[[Member], Client], ana: Member, omar: Member) -> None:
        for number in range(queries.PER_PAGE + 1):
            tell(ana, owner=omar, title=f"Wish with the number {number}")
        browser = browser_of(ana)
        first, second = browser.get("/inbox").text, browser.get("/inbox?page=2").text
        assert f"number {queries.PER_PAGE}" in first
        assert "number 0" not in first
        assert "number 0" in second

    def test_opening_a_notice_marks_it_read_and_leads_on(
        self, browser_of: Callable[[Member], Client], ana: Member, omar: Member
    ) -> None:
        tell(ana, owner=omar)
        notice, browser = db.session.query(Notice).one(), browser_of(ana)
        for _twice in range(2):
            answer = browser.get(f"/inbox/{notice.id}")
            assert (answer.status_code, answer.location) == (303, notice.path)
            assert ana.unread_count == 0
        assert "is-unread" not in browser.get("/inbox").text

    def test_a_notice_of_somebody_else_is_not_there(
        self, browser_of: Callable[[Member], Client], ana: Member, ben: Member, omar: Member
    ) -> None:
        tell(ana, owner=omar)
        notice = db.session.query(Notice).one()
        assert browser_of(ben).get(f"/inbox/{notice.id}").status_code == 404
        assert ana.unread_count == 1

    def test_all_can_be_marked_as_read(
        self, browser_of: Callable[[Member], Client], ana: Member, omar: Member
    ) -> None:
        tell(ana, owner=omar)
        tell(ana, owner=omar)
        browser = browser_of(ana)
        assert browser.post("/inbox/read").status_code == 303
        assert ana.unread_count == 0
        assert "is-unread" not in browser.get("/inbox").text

    def test_what_comes_from_a_panel_one_has_left_is_hidden(
        self, browser_of: Callable[[Member], Client], ana: Member, ben: Member, omar: Member
    ) -> None:
        panel = make_panel(visibility="private", members=(ana, ben))
        tell(ana, ben, owner=omar, panel=panel)
        browser = browser_of(ben)
        assert "Cards that sing" in browser.get("/inbox").text
        with unit_of_work() as session:
            session.get_one(Membership, (panel.id, ben.id)).left_at = clock.now()
        assert "Cards that sing" not in browser.get("/inbox").text
        notice = db.session.query(Notice).filter_by(member_id=ben.id).one()
        assert browser.get(f"/inbox/{notice.id}").status_code == 404

    def test_visitors_are_sent_to_sign_in(self, client: Client) -> None:
        answer = client.get("/inbox")
        assert (answer.status_code, answer.location) == (303, "/sign-in?next=/inbox")

    def test_its_statements_do_not_grow_with_it(
        self, browser_of: Callable[[Member], Client], ana: Member, omar: Member
    ) -> None:
        browser, lengths = browser_of(ana), []
        for more in (1, 10):
            for _ in range(more):
                tell(ana, owner=omar)
            with statements() as sent:
                browser.get("/inbox")
            lengths.append(len(sent))
        assert lengths[0] == lengths[1]
