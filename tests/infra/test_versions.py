"""Two people change one text: the second sees what the first has written before anything is lost."""

import re
from collections.abc import Callable
from html import unescape

from flask import Flask

from community.cases.actions.templates import create_template
from community.cases.models import ReplyTemplate
from community.feedback.actions import add_topic
from community.feedback.models import Topic
from community.ideas.actions.comments import add_comment
from community.ideas.models import Comment, Idea
from community.infra.db import db
from community.loyalty.models import Reward
from community.members.models import Member
from community.panels.models import Panel
from community.surveys.models import Survey
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.loyalty import make_reward
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.surveys import make_survey

BrowserOf = Callable[[Member], Client]
NOW = "What stands there now"
CHANGED = "Somebody has changed this since you opened it"


def fields_of(page: str, *, beside: str) -> dict[str, str]:
    """What the form around a field would send, as far as texts, choices and hidden fields go."""
    form = next(each for each in re.findall(r"<form.*?</form>", page, re.S) if f'name="{beside}"' in each)
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]*)"', tag)
        if name and (not kind or kind[1] not in ("checkbox", "radio", "file") or " checked" in tag):
            found[name[1]] = unescape(value[1]) if value else ""
    for name, words in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        found[name] = unescape(words).removeprefix("\r\n").removeprefix("\n")
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r"<option selected value=\"([^\"]*)\"", options)
        found[name] = unescape(chosen[1]) if chosen else ""
    return found


def clash(
    first: Client, second: Client, *, page: str, sent_to: str = "", field: str, says: Callable[[], str]
) -> None:
    """Both open the form, the first saves, then the second: nothing is lost, and saving again is a choice."""
    sent_to = sent_to or page
    one, other = (
        fields_of(browser.get(page, follow_redirects=True).text, beside=field) for browser in (first, second)
    )
    saved = first.post(sent_to, data={**one, field: "First it says this <b>here</b>"})
    assert saved.status_code == 303, saved.text
    refused = second.post(sent_to, data={**other, field: "Then it says that over there"})
    assert refused.status_code == 422
    assert says() == "First it says this <b>here</b>"
    assert CHANGED in refused.text
    assert "First it says this &lt;b&gt;here&lt;/b&gt;" in refused.text.partition(NOW)[2]
    again = fields_of(refused.text, beside=field)
    assert again[field] == "Then it says that over there"
    assert second.post(sent_to, data=again).status_code == 303
    assert says() == "Then it says that over there"


class TestClash:
    def test_of_an_idea(self, browser_of: BrowserOf, ana: Member) -> None:
        idea = make_idea(author=ana)
        clash(
            browser_of(ana), browser_of(ana), page=f"/ideas/{idea.id}/edit", field="body",
            says=lambda: db.session.get_one(Idea, idea.id).body,
        )  # fmt: skip

    def test_of_its_tags(self, browser_of: BrowserOf, ana: Member) -> None:
        idea, browser = make_idea(author=ana, tags=("one",)), browser_of(ana)
        path = f"/ideas/{idea.id}/edit"
        read = fields_of(browser.get(path).text, beside="tags")
        assert browser.post(path, data={**read, "tags": "two"}).status_code == 303
        refused = browser.post(path, data={**read, "tags": "three"})
        assert refused.status_code == 422
        assert "<dd>two</dd>" in refused.text.partition(NOW)[2]

    def test_of_a_comment(self, browser_of: BrowserOf, ana: Member) -> None:
        said = add_comment(make_idea(), ana, body="As it was")
        clash(
            browser_of(ana), browser_of(ana), page=f"/comments/{said.id}/edit", field="body",
            says=lambda: db.session.get_one(Comment, said.id).body,
        )  # fmt: skip

    def test_of_the_official_answer(self, browser_of: BrowserOf, omar: Member) -> None:
        idea, other = make_idea(), make_member("Olive Hart", roles=("owner",))

        def pinned() -> str:
            number = db.session.get_one(Idea, idea.id).response_comment_id
            return db.session.get_one(Comment, number).body

        # The comment's form has a field of the same name.
        first, second = browser_of(omar), browser_of(other)
        path = f"/ideas/{idea.id}/response"
        page = first.get(f"/ideas/{idea.id}", follow_redirects=True).text
        read = re.findall(r'name="version" value="([^"]*)"', page)
        assert read == ["none"]
        assert first.post(path, data={"version": read[0], "body": "Yes, in May."}).status_code == 303
        refused = second.post(path, data={"version": read[0], "body": "No, never."})
        assert refused.status_code == 422
        assert pinned() == "Yes, in May."
        assert "Yes, in May." in refused.text.partition(NOW)[2].partition("</dl>")[0]
        again = re.findall(r'name="version" value="([^"]*)"', refused.text)
        assert second.post(path, data={"version": again[0], "body": "No, never."}).status_code == 303
        assert pinned() == "No, never."

    def test_of_what_moderators_rewrite(self, browser_of: BrowserOf, mia: Member) -> None:
        idea = make_idea("As it was written by somebody")
        path = f"/staff/moderation/on?subject=idea:{idea.id}"
        other = make_member("Olive Hart", roles=("moderator",))
        first, second = browser_of(mia), browser_of(other)
        more = {"verb": "edit", "reason": "personal_data"}
        one, two = (fields_of(each.get(path).text, beside="version") for each in (first, second))
        saved = first.post(path, data={**one, **more, "body": "The first one wrote this."})
        assert saved.status_code == 303, re.findall(r'class="error".*', saved.text)
        refused = second.post(path, data={**two, **more, "body": "The second one wrote that."})
        assert refused.status_code == 422
        assert db.session.get_one(Idea, idea.id).body == "The first one wrote this."
        assert "The first one wrote this." in refused.text.partition(NOW)[2].partition("</dl>")[0]

    def test_of_a_panel(self, browser_of: BrowserOf, ada: Member) -> None:
        panel = make_panel()
        clash(
            browser_of(ada), browser_of(make_member("Ines Roth", roles=("admin",))),
            page=f"/staff/panels/{panel.id}/edit", field="description",
            says=lambda: db.session.get_one(Panel, panel.id).description,
        )  # fmt: skip

    def test_of_a_survey(self, browser_of: BrowserOf, omar: Member) -> None:
        survey = make_survey(state="draft")
        clash(
            browser_of(omar), browser_of(omar), page=f"/staff/surveys/{survey.id}/edit", field="purpose_en",
            says=lambda: db.session.get_one(Survey, survey.id).purpose["en"],
        )  # fmt: skip

    def test_of_what_a_survey_tells_back(self, browser_of: BrowserOf, omar: Member) -> None:
        survey = make_survey(state="closed")
        clash(
            browser_of(omar), browser_of(omar), page=f"/staff/surveys/{survey.id}/tell", field="heard_en",
            says=lambda: db.session.get_one(Survey, survey.id).heard["en"],
        )  # fmt: skip

    def test_of_a_reward(self, browser_of: BrowserOf, ada: Member) -> None:
        reward = make_reward()
        clash(
            browser_of(ada), browser_of(ada), page=f"/staff/rewards/catalogue/{reward.id}",
            field="text_en", says=lambda: db.session.get_one(Reward, reward.id).text["en"],
        )  # fmt: skip

    def test_of_a_reply_template(self, browser_of: BrowserOf, omar: Member) -> None:
        template = create_template(name={"en": "Sorry"}, body={"en": "We are sorry."}, by=omar)
        clash(
            browser_of(omar), browser_of(omar), page=f"/staff/cases/templates/{template.id}",
            field="body_en", says=lambda: db.session.get_one(ReplyTemplate, template.id).body["en"],
        )  # fmt: skip

    def test_of_a_topic(self, browser_of: BrowserOf, ada: Member) -> None:
        settings = {"name": {"en": "Pens"}, "words": ["pen"], "parent_id": None, "owner_id": None}
        topic = add_topic(ada, settings={**settings, "process_owner_id": None})
        clash(
            browser_of(ada), browser_of(ada), page=f"/staff/topics/{topic.id}", field="words",
            says=lambda: "\n".join(db.session.get_one(Topic, topic.id).words),
        )  # fmt: skip


class TestNoClash:
    def test_the_same_words_twice_are_no_clash(self, browser_of: BrowserOf, ana: Member) -> None:
        idea, browser = make_idea(author=ana), browser_of(ana)
        path = f"/ideas/{idea.id}/edit"
        read = fields_of(browser.get(path).text, beside="body")
        for _time in range(2):
            assert browser.post(path, data={**read, "body": "Sent twice"}).status_code == 303

    def test_another_refusal_leaves_the_version_as_it_was_read(
        self, browser_of: BrowserOf, ana: Member
    ) -> None:
        idea, browser = make_idea(author=ana), browser_of(ana)
        path = f"/ideas/{idea.id}/edit"
        read = fields_of(browser.get(path).text, beside="body")
        refused = browser.post(path, data={**read, "title": "Short", "body": "Mine"})
        assert refused.status_code == 422
        assert fields_of(refused.text, beside="body")["version"] == read["version"]
        assert NOW not in refused.text

    def test_what_is_redeemed_meanwhile_is_none(self, browser_of: BrowserOf, ada: Member) -> None:
        reward, browser = make_reward(stock_left=5), browser_of(ada)
        path = f"/staff/rewards/catalogue/{reward.id}"
        read = fields_of(browser.get(path).text, beside="text_en")
        reward.stock_left = 4
        db.session.commit()
        assert browser.post(path, data={**read, "text_en": "Another text"}).status_code == 303
        assert db.session.get_one(Reward, reward.id).stock_left == 4

    def test_a_client_may_leave_the_version_out(self, browser_of: BrowserOf, ana: Member) -> None:
        idea, browser = make_idea(author=ana), browser_of(ana)
        data = {"title": "Another title for it", "body": "Without a version"}
        assert browser.post(f"/ideas/{idea.id}/edit", data=data).status_code == 303


class TestUnsent:
    def test_what_was_changed_while_one_signed_in_again_is_noticed(
        self, app: Flask, browser_of: BrowserOf, ana: Member
    ) -> None:
        idea, browser = make_idea(author=ana), browser_of(ana)
        path = f"/ideas/{idea.id}/edit"
        read = fields_of(browser.get(path).text, beside="body")
        assert browser_of(ana).post(path, data={**read, "body": "From another browser"}).status_code == 303
        browser.delete_cookie("session")
        led = browser.post(path, data={**read, "body": "From this one"}).headers["Location"]
        back = unescape(led.partition("next=")[2])
        filled_in = browser.sign_in(ana).get(back)
        assert fields_of(filled_in.text, beside="body")["version"] == read["version"]
        assert browser.post(path, data=fields_of(filled_in.text, beside="body")).status_code == 422
