"""Marks on comments that helped: one each, never on one's own, nothing for who may not look."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.activity.models import Activity
from community.ideas.actions.comments import add_comment, delete_comment
from community.ideas.actions.helpful import find_helpful, withdraw_help
from community.ideas.actions.publishing import delete_idea
from community.ideas.models import Comment, HelpfulMark, Idea
from community.infra.db import db
from community.infra.errors import Forbidden, NotFound
from community.members.models import Member
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.racing import at_once
from tests.statements import statements

Browser = Callable[[Member], Client]


def say(author: Member, idea: Idea | None = None, *, body: str = "Try the other side") -> Comment:
    return add_comment(idea or make_idea(), author, body=body)


def count_rows(comment: Comment) -> int:
    rows = select(func.count()).select_from(HelpfulMark).where(HelpfulMark.comment_id == comment.id)
    return db.session.scalar(rows) or 0


def kinds_about(comment: Comment) -> list[str]:
    about = (Activity.subject_type == "comment", Activity.subject_id == comment.id)
    return list(db.session.scalars(select(Activity.kind).where(*about).order_by(Activity.id)))


class TestFindHelpful:
    def test_each_member_counts_once(self, ana: Member, ben: Member, lin: Member) -> None:
        comment = say(ana)
        for member in (ben, lin, ben):
            find_helpful(comment, member)
        assert comment.helpful_count == count_rows(comment) == 2
        assert kinds_about(comment) == ["comment.added", "comment.found_helpful", "comment.found_helpful"]

    def test_nobody_praises_their_own_words(self, ana: Member) -> None:
        comment = say(ana)
        with pytest.raises(Forbidden):
            find_helpful(comment, ana)
        assert comment.helpful_count == count_rows(comment) == 0

    def test_who_may_not_take_part_may_not_mark(self, ana: Member, ben: Member) -> None:
        panel = make_panel(visibility="members", admission="request", members=(ana,))
        comment = say(ana, make_idea(panel=panel, author=ana))
        with pytest.raises(Forbidden):
            find_helpful(comment, ben)
        assert comment.helpful_count == 0

    def test_what_is_removed_helps_nobody(self, ana: Member, ben: Member, mia: Member) -> None:
        comment, other = say(ana), say(ana)
        delete_comment(comment, ana)
        delete_idea(other.idea, mia)
        for gone in (comment, other):
            with pytest.raises(NotFound):
                find_helpful(gone, ben)
            with pytest.raises(NotFound):
                withdraw_help(gone, ben)


class TestWithdrawHelp:
    def test_it_takes_back_the_mark_and_nothing_more(self, ana: Member, ben: Member, lin: Member) -> None:
        comment = say(ana)
        find_helpful(comment, ben)
        for member in (ben, ben, lin):
            withdraw_help(comment, member)
        assert comment.helpful_count == count_rows(comment) == 0
        assert kinds_about(comment)[1:] == ["comment.found_helpful", "comment.help_withdrawn"]


class TestPages:
    def test_without_scripts_the_button_leads_back_to_the_comment(
        self, browser_of: Browser, ana: Member, ben: Member
    ) -> None:
        comment = say(ana)
        browser = browser_of(ben)
        answer = browser.post(f"/comments/{comment.id}/helpful")
        assert answer.status_code == 303
        assert answer.headers["Location"].endswith(f"#comment-{comment.id}")
        assert self.button(browser, comment) == ("helpful/withdraw", "true", "1")
        browser.post(f"/comments/{comment.id}/helpful/withdraw")
        assert self.button(browser, comment) == ("helpful", "false", "")

    def button(self, browser: Client, comment: Comment) -> tuple[str, ...]:
        page = browser.get(f"/ideas/{comment.idea_id}", follow_redirects=True).text
        found = re.search(
            rf'action="/comments/{comment.id}/([^"]+)".*?aria-pressed="(\w+)">[^<]*'
            r'(?:<span class="helpful-count">(\d+))?',
            page,
            re.S,
        )
        assert found is not None
        return tuple(part or "" for part in found.groups())

    def test_scripts_are_answered_with_the_button_alone(
        self, browser_of: Browser, ana: Member, ben: Member
    ) -> None:
        comment = say(ana)
        answer = browser_of(ben).post(f"/comments/{comment.id}/helpful", headers={"X-Fragment": "1"})
        assert answer.status_code == 200
        assert 'aria-pressed="true"' in answer.text
        assert 'data-helpful-count="1"' in answer.text
        assert "<html" not in answer.text

    def test_authors_and_visitors_read_how_many_it_helped(
        self, browser_of: Browser, client: Client, ana: Member, ben: Member
    ) -> None:
        comment = say(ana)
        assert "Helpful" not in client.get(f"/ideas/{comment.idea_id}", follow_redirects=True).text
        find_helpful(comment, ben)
        for browser in (browser_of(ana), client):
            page = browser.get(f"/ideas/{comment.idea_id}", follow_redirects=True).text
            assert "Helpful for 1 person" in page
            assert f"/comments/{comment.id}/helpful" not in page
        assert browser_of(ana).post(f"/comments/{comment.id}/helpful").status_code == 403

    def test_a_visitor_is_sent_to_sign_in(self, client: Client, ana: Member) -> None:
        comment = say(ana)
        for way in ("helpful", "helpful/withdraw"):
            answer = client.post(f"/comments/{comment.id}/{way}")
            assert (answer.status_code, answer.headers["Location"][:8]) == (303, "/sign-in")
        assert count_rows(comment) == 0

    def test_for_outsiders_of_a_private_panel_there_is_no_such_comment(
        self, browser_of: Browser, ana: Member, ben: Member
    ) -> None:
        panel = make_panel(visibility="private", admission="invitation", members=(ana,))
        comment = say(ana, make_idea(panel=panel, author=ana))
        for way in ("helpful", "helpful/withdraw"):
            hidden = browser_of(ben).post(f"/comments/{comment.id}/{way}")
            absent = browser_of(ben).post(f"/comments/{10**9}/{way}")
            assert hidden.status_code == absent.status_code == 404
            assert self.plain(hidden.text) == self.plain(absent.text)
        assert count_rows(comment) == 0

    def plain(self, page: str) -> str:
        """The page without what is new with every request, and without the address."""
        return re.sub(r'(nonce|value)="[^"]+"|/comments/\d+', "", page)

    def test_what_one_found_helpful_costs_one_statement_for_however_many_comments(
        self, browser_of: Browser, ana: Member, ben: Member
    ) -> None:
        few, many = make_idea(), make_idea()
        find_helpful(say(ana, few), ben)
        for number in range(30):
            find_helpful(say(ana, many, body=f"Number {number}"), ben)
        browser = browser_of(ben)
        counts = []
        for idea in (few, many):
            browser.get(f"/ideas/{idea.id}-{idea.slug}")
            with statements() as sent:
                browser.get(f"/ideas/{idea.id}-{idea.slug}")
            counts.append(len(sent))
            assert sum("FROM helpful_marks" in statement for statement in sent) == 1
        assert counts[0] == counts[1]


class TestManyAtOnce:
    def test_one_member_clicking_ten_times_is_one_mark(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            comment_id, member_id = say(make_member()).id, make_member().id
            at_once(app, *[lambda: self.click(comment_id, member_id)] * 10)
            assert self.check(comment_id) == 1

    def test_clicks_and_second_thoughts_leave_a_count_that_equals_the_rows(
        self, new_app: Callable[..., Flask]
    ) -> None:
        app = new_app()
        with app.app_context():
            comment_id, members = say(make_member()).id, [make_member().id for _ in range(4)]
            jobs = [lambda m=m: self.click(comment_id, m) for m in members for _ in range(2)]
            jobs += [lambda m=m: self.withdraw(comment_id, m) for m in members]
            at_once(app, *jobs)
            assert 0 <= self.check(comment_id) <= 4

    def click(self, comment_id: int, member_id: int) -> None:
        find_helpful(db.session.get_one(Comment, comment_id), db.session.get_one(Member, member_id))

    def withdraw(self, comment_id: int, member_id: int) -> None:
        withdraw_help(db.session.get_one(Comment, comment_id), db.session.get_one(Member, member_id))

    def check(self, comment_id: int) -> int:
        db.session.rollback()
        comment = db.session.get_one(Comment, comment_id)
        assert comment.helpful_count == count_rows(comment)
        return comment.helpful_count
