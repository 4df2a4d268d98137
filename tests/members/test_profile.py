"""What members tell about themselves, and who gets to see it."""

import io
import re
from datetime import date

import pytest
from PIL import Image

from community.infra.errors import Invalid
from community.members import actions, queries
from community.members.forms import answers_in_words
from tests.factories.members import make_attribute
from tests.factories.panels import make_panel

PROFILE = {"display_name": "Ana Martins", "locale": "en", "time_zone": "Europe/Lisbon"}


def image(kind="PNG", colour="red"):
    data = io.BytesIO()
    Image.new("RGB", (400, 300), colour).save(data, kind)
    return io.BytesIO(data.getvalue())


def answers_of(member):
    return {
        (one.attribute_id, one.option or one.on or one.text or one.number)
        for one in queries.list_answers(member)
    }


class TestProfile:
    def test_name_language_and_zone_can_be_changed(self, ana, browser_of):
        browser = browser_of(ana)
        form = {**PROFILE, "display_name": "  Ana  López ", "locale": "zh_Hant", "time_zone": "Asia/Taipei"}
        assert browser.post("/me/profile", data=form).status_code == 303
        assert (ana.display_name, ana.locale, ana.time_zone) == ("Ana López", "zh_Hant", "Asia/Taipei")
        assert ana.name_folded == "ana lópez"
        assert 'lang="zh-Hant"' in browser.get("/me/profile").text

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("display_name", "A"),
            ("display_name", ""),
            ("locale", "xx"),
            ("time_zone", "Mars/Base"),
            ("time_zone", "../etc"),
        ],
    )
    def test_a_refused_form_comes_back_filled_in(self, ana, browser_of, field, value):
        answer = browser_of(ana).post(
            "/me/profile", data={**PROFILE, "time_zone": "Asia/Tokyo", field: value}
        )
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
        if field != "time_zone":
            assert '<option selected value="Asia/Tokyo">' in answer.text
        assert ana.time_zone == "UTC"

    def test_fields_that_are_not_on_the_form_change_nothing(self, ana, browser_of):
        extra = {
            "state": "erased",
            "email": "x@example.org",
            "role": "admin",
            "unread_count": "9",
            "picture_key": "a" * 32,
        }
        before = ana.email
        browser_of(ana).post("/me/profile", data={**PROFILE, **extra})
        assert (ana.state, ana.email, ana.roles, ana.unread_count, ana.picture_key) == (
            "active",
            before,
            [],
            0,
            None,
        )


class TestPicture:
    @pytest.mark.parametrize(
        ("kind", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")]
    )
    def test_it_is_kept_square_and_shown(self, ana, browser_of, client, kind, mime):
        browser = browser_of(ana)
        answer = browser.post("/me/profile/picture", data={"picture": (image(kind), "../../me.svg")})
        assert answer.status_code == 303
        shown = client.get(ana.picture_url)
        assert shown.status_code == 200
        assert shown.mimetype == mime
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "max-age=31536000" in shown.headers["Cache-Control"]
        with Image.open(io.BytesIO(shown.data)) as picture:
            assert picture.size == (256, 256)
        assert ana.picture_url.replace("&", "&amp;") in browser.get("/me").text

    def test_a_new_one_and_removing_forget_the_old_one(self, ana, browser_of, client):
        browser, addresses = browser_of(ana), []
        for colour in ("red", "blue"):
            browser.post("/me/profile/picture", data={"picture": (image(colour=colour), "me.png")})
            addresses.append(ana.picture_url)
        assert client.get(addresses[0]).status_code == 404
        assert client.get(addresses[1]).status_code == 200
        browser.post("/me/profile/picture/remove")
        assert client.get(addresses[1]).status_code == 404
        assert ana.picture_url is None

    @pytest.mark.parametrize("data", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"", b"GIF89a"])
    def test_what_is_no_picture_is_refused_beside_the_field(self, ana, browser_of, data):
        answer = browser_of(ana).post("/me/profile/picture", data={"picture": (io.BytesIO(data), "me.png")})
        assert answer.status_code == 422
        assert 'id="picture-error"' in answer.text
        assert ana.picture_key is None

    def test_more_than_five_megabytes_are_refused(self, ana):
        with pytest.raises(Invalid) as refused:
            actions.set_picture(ana, io.BytesIO(b"x" * (5 * 2**20 + 1)))
        assert refused.value.field == "picture"

    def test_nobody_finds_pictures_by_counting(self, ana, client):
        actions.set_picture(ana, image())
        for key in ("", "0" * 32, "../" * 4, "%"):
            assert client.get(f"/members/{ana.id}/picture?key={key}").status_code == 404
        assert client.get(f"/members/{10**30}/picture?key={ana.picture_key}").status_code == 404


class TestAnswers:
    @pytest.fixture
    def questions(self, app):
        return {
            "household": make_attribute("single_choice", "Household", options=("Alone", "Together")),
            "crafts": make_attribute("several_choices", "Crafts", options=("Cards", "Stamps", "Ink")),
            "cards": make_attribute("number", "Cards a year"),
            "born": make_attribute("date", "Born on", visible_to="self"),
            "city": make_attribute("text", "Home town", visible_to="members"),
        }

    def form(self, questions, **answers):
        return {**PROFILE, **{f"attribute_{questions[name].id}": value for name, value in answers.items()}}

    def test_each_kind_is_stored_and_comes_back(self, ana, browser_of, questions):
        browser = browser_of(ana)
        form = self.form(
            questions,
            household="together",
            crafts=["cards", "ink"],
            cards="12.5",
            born="1990-02-28",
            city=" Porto ",
        )
        assert browser.post("/me/profile", data=form).status_code == 303
        ids = {name: question.id for name, question in questions.items()}
        assert answers_of(ana) == {
            (ids["household"], "together"), (ids["crafts"], "cards"), (ids["crafts"], "ink"),
            (ids["cards"], 12.5), (ids["born"], date(1990, 2, 28)), (ids["city"], "Porto"),
        }  # fmt: skip
        page = browser.get("/me/profile").text
        assert 'value="1990-02-28"' in page
        assert page.count(" checked") == 3
        assert "So that we know." in page
        assert "Only you" in page

    @pytest.mark.parametrize(("number", "words"), [("1984", "1984"), ("12.5", "12.5")])
    def test_a_number_is_read_as_it_was_written_as_it_may_be_a_year(
        self, app, ana, browser_of, questions, number, words
    ):
        browser_of(ana).post("/me/profile", data=self.form(questions, cards=number))
        with app.test_request_context():
            assert answers_in_words(queries.list_answers(ana)) == [("Cards a year", words)]

    def test_an_answer_can_be_taken_back(self, ana, browser_of, questions):
        browser = browser_of(ana)
        browser.post(
            "/me/profile", data=self.form(questions, household="alone", crafts=["ink"], city="Porto")
        )
        browser.post("/me/profile", data=self.form(questions, household="", city=""))
        assert answers_of(ana) == set()

    def test_an_unchanged_answer_keeps_its_time(self, ana, browser_of, questions):
        browser = browser_of(ana)
        form = self.form(questions, crafts=["ink", "cards"])
        browser.post("/me/profile", data=form)
        before = [(one.id, one.answered_at) for one in queries.list_answers(ana)]
        browser.post("/me/profile", data=form)
        assert [(one.id, one.answered_at) for one in queries.list_answers(ana)] == before

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("household", "palace"),
            ("crafts", "drone"),
            ("cards", "many"),
            ("cards", "1e40"),
            ("cards", "NaN"),
            ("cards", "sNaN"),
            ("cards", "Infinity"),
            ("born", "2023-02-30"),
            ("city", "x" * 1001),
        ],
    )
    def test_what_does_not_fit_is_refused_beside_the_question(self, ana, browser_of, questions, name, value):
        answer = browser_of(ana).post("/me/profile", data=self.form(questions, **{name: value}))
        assert answer.status_code == 422
        assert f'id="attribute_{questions[name].id}-error"' in answer.text
        assert answers_of(ana) == set()

    def test_what_is_asked_no_more_is_offered_only_to_who_answered(self, ana, ben, browser_of, questions):
        actions.update_profile(
            ana, display_name="Ana", locale="en", time_zone="UTC", answers={questions["city"].id: "Porto"}
        )
        city = questions["city"]
        actions.update_attribute(
            city,
            kind="text",
            label=city.label,
            why=city.why,
            visible_to="members",
            options=(),
            position=1,
            is_asked=False,
        )
        assert "Home town" in browser_of(ana).get("/me/profile").text
        assert "Home town" not in browser_of(ben).get("/me/profile").text

    def test_others_see_only_what_is_meant_for_them(self, ana, ben, ada, browser_of, questions):
        answers = {
            questions["city"].id: "Porto",
            questions["cards"].id: 12,
            questions["born"].id: date(1990, 2, 28),
        }
        actions.update_profile(ana, display_name="Ana", locale="en", time_zone="UTC", answers=answers)
        make_panel(members=(ana, ben))
        page = browser_of(ben).get(f"/members/{ana.id}").text
        assert "Porto" in page
        assert "Cards a year" not in page
        assert "Born on" not in page
        assert ana.email not in page
        staff_page = browser_of(ada).get(f"/staff/members/{ana.id}").text
        assert "Cards a year" in staff_page
        assert "Born on" not in staff_page


class TestPublicProfile:
    def test_it_is_for_members(self, ana, client):
        assert client.get(f"/members/{ana.id}").location == f"/sign-in?next=/members/{ana.id}"

    def test_who_never_met_anywhere_does_not_find_the_page(self, ana, ben, browser_of):
        assert browser_of(ben).get(f"/members/{ana.id}").status_code == 404

    def test_the_suspended_are_not_there(self, ana, ben, ada, browser_of):
        make_panel(members=(ana, ben))
        actions.suspend_member(ana, by=ada)
        assert browser_of(ben).get(f"/members/{ana.id}").status_code == 404


class TestLetterKeys:
    def test_they_are_on_until_somebody_switches_them_off_in_this_browser(self, omar, browser_of):
        browser = browser_of(omar)
        assert "data-letter-keys" not in browser.get("/staff").text
        answer = browser.post("/me/profile/keys", data={})
        assert (answer.status_code, answer.location) == (303, "/me/profile#keys-heading")
        assert 'data-letter-keys="off"' in browser.get("/staff").text
        assert 'data-letter-keys="off"' not in browser_of(omar).get("/staff").text

    def test_they_can_be_switched_on_again(self, omar, browser_of):
        browser = browser_of(omar)
        browser.post("/me/profile/keys", data={})
        assert "checked" not in keys_box(browser)
        browser.post("/me/profile/keys", data={"are_on": "y"})
        assert "data-letter-keys" not in browser.get("/me/profile").text
        assert "checked" in keys_box(browser)


def keys_box(browser):
    return re.search(r"<input[^>]*name=\"are_on\"[^>]*>", browser.get("/me/profile").text).group()
