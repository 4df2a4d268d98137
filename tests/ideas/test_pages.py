"""The pages about one idea as people meet them: writing, reading, supporting, answering."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, insert, select

from community.ideas.actions.comments import add_comment
from community.ideas.actions.merges import merge_ideas
from community.ideas.actions.publishing import edit_idea
from community.ideas.actions.votes import support_idea
from community.ideas.lengths import TITLE_FEWEST, TITLE_LEAST, TITLE_MOST
from community.ideas.models import Comment, Idea, IdeaDraft, IdeaImage, Sighting, Vote
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.members.models import Member
from community.panels.models import Panel
from tests.factories.ideas import make_idea
from tests.factories.panels import make_panel
from tests.ideas.statements import statements

Browser = Callable[[Member], FlaskClient]


def picture(kind: str = "PNG", *, size: tuple[int, int] = (40, 30)) -> BytesIO:
    file = BytesIO()
    Image.new("RGB", size, "teal").save(file, kind)
    file.seek(0)
    return file


def status(client: FlaskClient, path: str) -> int:
    with client.get(path) as answer:
        return answer.status_code


def newest(panel: Panel) -> Idea:
    return db.session.scalars(select(Idea).where(Idea.panel_id == panel.id).order_by(Idea.id.desc())).first()  # type: ignore[return-value]


def post(client: FlaskClient, panel: Panel, **fields: Any) -> Any:
    fields = {"title": "Something worth saying", "body": "", "tags": "", **fields}
    return client.post(f"/panels/{panel.slug}/ideas", data=fields, content_type="multipart/form-data")


class TestPosting:
    def test_it_leads_to_the_idea(self, browser_of: Browser, ana: Member) -> None:
        panel = make_panel()
        answer = post(browser_of(ana), panel, body="With *words*", tags="one, two")
        idea = newest(panel)
        assert (answer.status_code, answer.location) == (303, f"/ideas/{idea.id}-something-worth-saying")
        page = browser_of(ana).get(answer.location).get_data(as_text=True)
        assert "<em>words</em>" in page
        assert 'rel="tag">two</a>' in page

    def test_fields_that_were_left_out_are_empty(self, browser_of: Browser, ana: Member) -> None:
        panel = make_panel()
        sent = {"title": "Something worth saying"}
        answer = browser_of(ana).post(f"/panels/{panel.slug}/ideas", data=sent)
        assert answer.status_code == 303
        assert newest(panel).body == ""
        assert browser_of(ana).post(f"/panels/{panel.slug}/ideas").status_code == 422

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"title": "Too short"}, "between 10 and 120"),
            ({"title": "x" * 121}, "between 10 and 120"),
            ({"body": "x" * 10_001}, "at most 10000"),
            ({"tags": "a,b,c,d,e,f"}, "at most 5 tags"),
            ({"tags": "x" * 31}, "30 characters"),
        ],
    )
    def test_a_refused_form_comes_back_filled_in(
        self, browser_of: Browser, ana: Member, fields: dict[str, str], message: str
    ) -> None:
        panel = make_panel()
        sent = {"title": "Something worth saying", "body": "My own words", "tags": "mine", **fields}
        answer = post(browser_of(ana), panel, **sent)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert message in page
        for words in sent.values():
            assert words in page
        assert newest(panel) is None

    def test_characters_are_counted_not_bytes(self, browser_of: Browser, lin: Member) -> None:
        panel = make_panel()
        assert post(browser_of(lin), panel, title="纸" * 120).status_code == 303

    def test_five_characters_are_a_chinese_title(self, browser_of: Browser, lin: Member) -> None:
        panel, browser = make_panel(), browser_of(lin)
        refused = post(browser, panel, title="早点开门")
        assert refused.status_code == 422
        assert "其中一个汉字（或日文、韩文字）算两个" in refused.text
        assert post(browser, panel, title="早一点开门").status_code == 303
        assert newest(panel).title == "早一点开门"

    def test_the_page_says_no_other_numbers(self, browser_of: Browser, ana: Member) -> None:
        page = browser_of(ana).get(f"/panels/{make_panel().slug}/ideas/new").text
        field = re.search(r'<input[^>]*name="title"[^>]*>', page)
        assert field is not None
        assert f'minlength="{TITLE_FEWEST}"' in field.group()
        assert f"{TITLE_LEAST} to {TITLE_MOST} characters; in Chinese, {TITLE_FEWEST} are enough" in page

    def test_one_that_says_the_same_asks_once(self, browser_of: Browser, ana: Member, ben: Member) -> None:
        panel = make_panel()
        twin = make_idea("Cards that record a voice message", panel=panel, author=ben)
        browser = browser_of(ana)
        answer = post(browser, panel, title="Cards that record a voice message!", body="Mine")
        page = answer.get_data(as_text=True)
        assert (answer.status_code, newest(panel).id) == (422, twin.id)
        assert f'href="/ideas/{twin.id}-' in page
        assert "Post mine anyway" in page
        assert (
            post(browser, panel, title="Cards that record a voice message!", anyway="yes").status_code == 303
        )

    def test_numbered_titles_are_not_taken_for_one(self, browser_of: Browser, ana: Member) -> None:
        panel = make_panel()
        make_idea("A bigger box, part 1", panel=panel)
        assert post(browser_of(ana), panel, title="A bigger box, part 2").status_code == 303

    def test_while_typing_ideas_like_it_are_offered(self, client: FlaskClient) -> None:
        panel = make_panel()
        like = make_idea("Cards that record a voice message", panel=panel)
        make_idea("Something about wrapping paper", panel=panel)
        found = client.get(f"/panels/{panel.slug}/similar?title=A+card+with+a+recorded+voice")
        page = found.get_data(as_text=True)
        assert re.findall(r"/ideas/(\d+)", page) == [str(like.id)]
        assert "<html" not in page
        make_idea("希望贺卡可以自己录音留言", panel=panel)
        assert "录音" in client.get(f"/panels/{panel.slug}/similar?title=錄音賀卡").get_data(as_text=True)
        assert client.get(f"/panels/{panel.slug}/similar?title=zebra").get_data(as_text=True).strip() == ""

    def test_a_newcomer_s_fourth_idea_comes_back_with_the_reason(
        self, app: Flask, browser_of: Browser, ana: Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        panel = make_panel()
        for _number in range(3):
            make_idea(author=ana, published_at=clock.ago(hours=1))
        monkeypatch.setitem(app.config, "RATE_LIMITS", True)
        answer = post(browser_of(ana), panel, title="One idea too many today", body="My own words")
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert "you can share 3 ideas" in page
        assert "My own words" in page


class TestWritingBeforeJoining:
    def test_the_words_are_there_after_signing_in(
        self, client: FlaskClient, browser_of: Browser, ana: Member
    ) -> None:
        panel = make_panel()
        answer = post(client, panel, title="Written by a visitor", body="All of it", tags="a, b")
        assert answer.status_code == 303
        assert answer.location.startswith("/join?next=")
        token = re.search(r"draft%3D([\w-]+)", answer.location) or re.search(
            r"draft=([\w-]+)", answer.location
        )
        assert token is not None
        assert newest(panel) is None
        browser = browser_of(ana)
        page = browser.get(f"/panels/{panel.slug}/ideas/new?draft={token[1]}").get_data(as_text=True)
        assert 'value="Written by a visitor"' in page
        assert re.search(r">\s*All of it</textarea>", page)
        assert 'value="a, b"' in page
        post(browser, panel, title="Written by a visitor", body="All of it", tags="a, b", draft=token[1])
        assert newest(panel).author_id == ana.id
        assert db.session.scalar(select(func.count(IdeaDraft.id)).where(IdeaDraft.panel_id == panel.id)) == 0

    def test_a_wrong_secret_shows_an_empty_form(self, client: FlaskClient) -> None:
        panel = make_panel()
        answer = client.get(f"/panels/{panel.slug}/ideas/new?draft=nonsense")
        assert answer.status_code == 200
        assert 'value="nonsense"' not in answer.get_data(as_text=True)

    def test_a_visitor_s_mistake_is_told_at_once(self, client: FlaskClient) -> None:
        assert post(client, make_panel(), title="short").status_code == 422


class TestPictures:
    def test_they_are_shown_with_words_for_those_who_cannot_see(
        self, browser_of: Browser, ana: Member
    ) -> None:
        panel = make_panel()
        browser = browser_of(ana)
        post(browser, panel, images=[(picture(), "a.png"), (picture("JPEG"), "b.jpg")])
        idea = newest(panel)
        page = browser.get(f"/ideas/{idea.id}-{idea.slug}").get_data(as_text=True)
        sources = re.findall(r'<img src="(/ideas/[^"]+)"[^>]*alt="([^"]+)"', page)
        assert [words for _source, words in sources] == [
            "Picture 1 of “Something worth saying”",
            "Picture 2 of “Something worth saying”",
        ]
        with browser.get(sources[0][0]) as image:
            assert (image.status_code, image.mimetype) == (200, "image/png")
            assert "private" in image.headers["Cache-Control"]
            assert Image.open(BytesIO(image.data)).size == (40, 30)

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg"),
            (b"not a picture", "a.png"),
            (b"", "empty.jpg"),
        ],
    )
    def test_what_is_no_picture_is_refused_in_words(
        self, browser_of: Browser, ana: Member, content: bytes, name: str
    ) -> None:
        panel = make_panel()
        answer = post(browser_of(ana), panel, images=[(BytesIO(content), name)])
        assert answer.status_code == 422
        assert 'id="images-error"' in answer.get_data(as_text=True)
        assert newest(panel) is None

    def test_four_are_too_many(self, browser_of: Browser, ana: Member) -> None:
        answer = post(browser_of(ana), make_panel(), images=[(picture(), f"{n}.png") for n in range(4)])
        assert answer.status_code == 422
        assert "at most 3 pictures" in answer.get_data(as_text=True)

    def test_an_address_works_for_its_own_idea_only(self, browser_of: Browser, ana: Member) -> None:
        panel = make_panel()
        browser = browser_of(ana)
        post(browser, panel, images=[(picture(), "a.png")])
        key = db.session.scalars(select(IdeaImage.key).where(IdeaImage.idea_id == newest(panel).id)).one()
        other = make_idea()
        assert browser.get(f"/ideas/{other.id}/images/{key}").status_code == 404
        assert browser.get(f"/ideas/{newest(panel).id}/images/{'0' * 32}").status_code == 404
        assert browser.get(f"/ideas/{newest(panel).id}/images/..%2f..%2fsecret_key").status_code == 404

    def test_a_panel_that_becomes_private_shuts_old_addresses_at_once(
        self, client: FlaskClient, browser_of: Browser, ana: Member
    ) -> None:
        panel = make_panel()
        browser = browser_of(ana)
        post(browser, panel, images=[(picture(), "a.png")])
        key = db.session.scalars(select(IdeaImage.key).where(IdeaImage.idea_id == newest(panel).id)).one()
        path = f"/ideas/{newest(panel).id}/images/{key}"
        assert status(client, path) == 200
        with unit_of_work():
            lock(Panel, panel.id).visibility = "private"
        assert status(client, path) == 404
        assert status(browser, path) == 200


class TestTheIdeaPage:
    def test_it_carries_the_marks(self, client: FlaskClient, ana: Member) -> None:
        idea = make_idea(status="planned")
        support_idea(idea, ana)
        comment = add_comment(idea, ana, body="Me too")
        page = client.get(f"/ideas/{idea.id}-{idea.slug}").get_data(as_text=True)
        assert f'data-idea-id="{idea.id}" data-status="planned" data-support-count="1"' in page
        assert f'data-comment-id="{comment.id}"' in page

    def test_another_slug_leads_to_the_right_one(self, client: FlaskClient) -> None:
        idea = make_idea("Wider envelopes for all")
        for path in (f"/ideas/{idea.id}", f"/ideas/{idea.id}-something-else"):
            answer = client.get(path)
            assert (answer.status_code, answer.location) == (301, f"/ideas/{idea.id}-wider-envelopes-for-all")

    @pytest.mark.parametrize(
        "query",
        ["idea_id=7", "slug=x", "endpoint=y", "_method=PATCH", "_scheme=https&_external=1", "a=1&a=2"],
    )
    def test_what_stands_behind_the_address_stays_there_and_orders_nothing(
        self, client: FlaskClient, query: str
    ) -> None:
        idea = make_idea("Wider envelopes for all")
        answer = client.get(f"/ideas/{idea.id}?{query}")
        assert answer.status_code == 301
        assert answer.location == f"/ideas/{idea.id}-wider-envelopes-for-all?{query}"

    def test_a_chinese_title_needs_no_slug(self, client: FlaskClient) -> None:
        idea = make_idea("希望贺卡可以自己录音留言")
        assert client.get(f"/ideas/{idea.id}").status_code == 200

    def test_a_merged_idea_leads_to_where_it_was_merged(self, client: FlaskClient, mia: Member) -> None:
        panel = make_panel()
        source, root = (
            make_idea("Said a second time", panel=panel),
            make_idea("Said a first time", panel=panel),
        )
        merge_ideas(source, into=root, moderator=mia)
        answer = client.get(f"/ideas/{source.id}-{source.slug}")
        assert (answer.status_code, answer.location) == (303, f"/ideas/{root.id}-{root.slug}")
        assert "“Said a second time” was joined" in client.get(answer.location).get_data(as_text=True)

    def test_only_what_was_cleaned_is_shown(self, client: FlaskClient) -> None:
        idea = make_idea("A <script>alert(1)</script> title", body="<script>alert(2)</script> **bold**")
        page = client.get(f"/ideas/{idea.id}-{idea.slug}").get_data(as_text=True)
        assert "<script>alert" not in page
        assert "A &lt;script&gt;alert(1)&lt;/script&gt; title" in page
        assert "<strong>bold</strong>" in page

    def test_opening_it_is_noted_once_for_a_member(
        self, client: FlaskClient, browser_of: Browser, ana: Member, ben: Member
    ) -> None:
        idea = make_idea()
        path = f"/ideas/{idea.id}-{idea.slug}"
        client.get(path)
        for member in (ana, ana, ben):
            assert browser_of(member).get(path).status_code == 200
        seen = db.session.scalar(
            select(func.count()).select_from(Sighting).where(Sighting.idea_id == idea.id)
        )
        assert (seen, idea.seen_count) == (2, 2)

    @pytest.mark.parametrize("is_signed_in", [True, False])
    def test_five_and_five_hundred_comments_cost_the_same(
        self, client: FlaskClient, browser_of: Browser, ana: Member, is_signed_in: bool
    ) -> None:
        browser = browser_of(ana) if is_signed_in else client
        counts = []
        for number in (5, 500):
            idea = make_idea()
            with unit_of_work() as session:
                rows = {"idea_id": idea.id, "author_id": ana.id, "body": "x", "body_html": "<p>x</p>"}
                parent = session.scalars(insert(Comment).values(rows).returning(Comment.id)).one()
                session.execute(insert(Comment), [rows] * number + [{**rows, "parent_id": parent}] * number)
            path = f"/ideas/{idea.id}-{idea.slug}"
            browser.get(path)
            with statements() as sent:
                assert browser.get(path).status_code == 200
            counts.append(len(sent))
        assert counts[0] == counts[1] <= (9 if is_signed_in else 7)

    def test_everybody_finds_on_it_what_they_may_do(
        self, client: FlaskClient, browser_of: Browser, ana: Member, ben: Member, lin: Member
    ) -> None:
        idea = make_idea(author=ana)
        support_idea(idea, ben, importance="critical")
        path = f"/ideas/{idea.id}-{idea.slug}"
        marks = {"edit": "/edit", "vote": "/vote", "withdraw": "/vote/withdraw", "follow": "/follow"}
        found = {}
        # Twice, the second time from what was written for the others.
        for _time in range(2):
            for name, browser in (
                ("ana", browser_of(ana)),
                ("ben", browser_of(ben)),
                ("lin", browser_of(lin)),
            ):
                page = browser.get(path).get_data(as_text=True)
                found[name] = {mark for mark, end in marks.items() if f'"/ideas/{idea.id}{end}"' in page}
                found[name] |= {"critical"} if 'value="critical" aria-pressed="true"' in page else set()
                found[name] |= {"report"} if f"subject=idea:{idea.id}" in page.replace("%3A", ":") else set()
            page = client.get(path).get_data(as_text=True)
            assert "aria-pressed" not in page
            assert "report" not in page.casefold()
            assert found["ana"] == {"edit", "vote"}
            assert found["ben"] == {"withdraw", "vote", "critical", "report"}
            assert found["lin"] == {"vote", "follow", "report"}

    def test_later_comments_are_a_click_away(self, client: FlaskClient, ana: Member) -> None:
        idea = make_idea()
        comments = [add_comment(idea, ana, body=f"Number {n}") for n in range(51)]
        path = f"/ideas/{idea.id}-{idea.slug}"
        first = client.get(path).get_data(as_text=True)
        assert f"after={comments[49].id}#comments" in first
        assert f'data-comment-id="{comments[50].id}"' not in first
        later = client.get(f"{path}?after={comments[49].id}").get_data(as_text=True)
        assert f'data-comment-id="{comments[50].id}"' in later
        assert "Show later comments" not in later


class TestVoting:
    def test_it_leads_to_the_idea(self, browser_of: Browser, ana: Member) -> None:
        idea = make_idea()
        browser = browser_of(ana)
        answer = browser.post(f"/ideas/{idea.id}/vote", data={"importance": "critical"})
        assert (answer.status_code, answer.location) == (303, f"/ideas/{idea.id}-{idea.slug}")
        assert db.session.get_one(Vote, (idea.id, ana.id)).importance == "critical"
        page = browser.get(answer.location).get_data(as_text=True)
        assert re.search(r'value="critical" aria-pressed="true"', page)

    def test_a_script_gets_the_button_alone(self, browser_of: Browser, ana: Member) -> None:
        idea = make_idea()
        browser = browser_of(ana)
        headers = {"X-Fragment": "1"}
        given = browser.post(f"/ideas/{idea.id}/vote", headers=headers).get_data(as_text=True)
        assert f'action="/ideas/{idea.id}/vote/withdraw"' in given
        assert 'data-support-count="1"' in given
        assert "<html" not in given
        taken = browser.post(f"/ideas/{idea.id}/vote/withdraw", headers=headers).get_data(as_text=True)
        assert f'action="/ideas/{idea.id}/vote"' in taken
        assert 'data-support-count="0"' in taken

    def test_an_unknown_importance_is_no_importance(self, browser_of: Browser, ana: Member) -> None:
        idea = make_idea()
        browser_of(ana).post(f"/ideas/{idea.id}/vote", data={"importance": "'; DROP"})
        assert db.session.get_one(Vote, (idea.id, ana.id)).importance is None

    def test_a_visitor_is_sent_to_sign_in(self, client: FlaskClient) -> None:
        idea = make_idea()
        answer = client.post(f"/ideas/{idea.id}/vote")
        assert answer.status_code == 303
        assert answer.location.startswith("/sign-in?next=")


class TestCommenting:
    def test_it_leads_to_the_comment(self, browser_of: Browser, ana: Member) -> None:
        idea = make_idea()
        answer = browser_of(ana).post(f"/ideas/{idea.id}/comments", data={"body": "Me too"})
        comment = db.session.scalars(select(Comment).where(Comment.idea_id == idea.id)).one()
        assert answer.location == f"/ideas/{idea.id}-{idea.slug}#comment-{comment.id}"

    @pytest.mark.parametrize("body", ["", "x" * 5001])
    def test_a_refused_one_comes_back_filled_in(self, browser_of: Browser, ana: Member, body: str) -> None:
        idea = make_idea()
        answer = browser_of(ana).post(f"/ideas/{idea.id}/comments", data={"body": body})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert 'id="body-error"' in page
        assert f">{body}</textarea>" in page

    def test_a_refused_reply_comes_back_in_its_place(self, browser_of: Browser, ana: Member) -> None:
        idea = make_idea()
        first = add_comment(idea, ana, body="first")
        answer = browser_of(ana).post(
            f"/ideas/{idea.id}/comments", data={"body": "x" * 5001, "parent_id": first.id}
        )
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert re.search(rf'id="reply-{first.id}"[^>]*aria-invalid="true">x+</textarea>', page)

    def test_its_writer_changes_it_for_a_quarter_of_an_hour(self, browser_of: Browser, ana: Member) -> None:
        idea = make_idea()
        comment = add_comment(idea, ana, body="before")
        browser = browser_of(ana)
        assert browser.post(f"/comments/{comment.id}/edit", data={"body": "after"}).status_code == 303
        assert "before" in browser.get(f"/comments/{comment.id}/history").get_data(as_text=True)
        with clock.stopped_at(clock.now() + timedelta(minutes=20)):
            assert browser.post(f"/comments/{comment.id}/edit", data={"body": "late"}).status_code == 403
        assert comment.body == "after"

    def test_nobody_else_changes_or_removes_it(self, browser_of: Browser, ana: Member, ben: Member) -> None:
        comment = add_comment(make_idea(), ana, body="mine")
        other = browser_of(ben)
        assert other.post(f"/comments/{comment.id}/edit", data={"body": "yours"}).status_code == 404
        assert other.post(f"/comments/{comment.id}/delete").status_code == 403
        assert (comment.body, comment.state) == ("mine", "published")

    def test_of_a_removed_one_only_the_team_finds_a_trace(
        self, browser_of: Browser, ana: Member, ben: Member, mia: Member
    ) -> None:
        comment = add_comment(make_idea(), ana, body="a word too many")
        assert browser_of(ana).post(f"/comments/{comment.id}/delete").status_code == 303
        path = f"/comments/{comment.id}/history"
        idea_path = f"/ideas/{comment.idea_id}-{comment.idea.slug}"
        assert path in browser_of(mia).get(idea_path).get_data(as_text=True)
        assert f"comment-{comment.id}" not in browser_of(ben).get(idea_path).get_data(as_text=True)
        assert browser_of(ben).get(path).status_code == 404
        assert "a word too many" in browser_of(mia).get(path).get_data(as_text=True)


class TestChanging:
    def test_the_form_holds_what_it_says(self, browser_of: Browser, ana: Member) -> None:
        idea = make_idea("What it said at first", author=ana, body="Before", tags=("one",))
        browser = browser_of(ana)
        page = browser.get(f"/ideas/{idea.id}/edit").get_data(as_text=True)
        assert 'value="What it said at first"' in page
        assert 'value="one"' in page
        answer = browser.post(
            f"/ideas/{idea.id}/edit", data={"title": "What it says today", "body": "After", "tags": "two"}
        )
        assert answer.location == f"/ideas/{idea.id}-what-it-says-today"
        history = browser.get(f"/ideas/{idea.id}/history").get_data(as_text=True)
        assert "What it said at first" in history

    def test_it_is_for_its_author_and_the_team(
        self, client: FlaskClient, browser_of: Browser, ana: Member, ben: Member, mia: Member
    ) -> None:
        idea = make_idea(author=ana)
        path = f"/ideas/{idea.id}/edit"
        assert client.get(path).location.startswith("/sign-in")
        assert [browser_of(member).get(path).status_code for member in (ana, ben, mia)] == [200, 403, 200]

    def test_deleting_leads_back_to_the_board(self, browser_of: Browser, ana: Member, ben: Member) -> None:
        idea = make_idea(author=ana)
        path = f"/ideas/{idea.id}-{idea.slug}"
        assert browser_of(ben).post(f"/ideas/{idea.id}/delete").status_code == 403
        answer = browser_of(ana).post(f"/ideas/{idea.id}/delete")
        assert answer.location == f"/panels/{idea.panel.slug}"
        assert browser_of(ana).get(path).status_code == 404

    def test_an_edit_is_said_on_the_page(self, client: FlaskClient, ana: Member) -> None:
        idea = make_idea(author=ana)
        edit_idea(idea, ana, title="Said in better words", body="", tags=())
        page = client.get(f"/ideas/{idea.id}-{idea.slug}").get_data(as_text=True)
        assert f'href="/ideas/{idea.id}/history"' in page
