"""Pictures: offered by staff in words too, brought by members, and shown to nobody else."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import current_app
from flask_babel import force_locale
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound
from community.infra.files import Store
from community.infra.images import read_image
from community.members.models import Member
from community.surveys.actions import answering, opening, pictures, preparing
from community.surveys.models import Survey, SurveyPicture
from community.surveys.queries import answering as answers
from community.surveys.queries import exporting, plans, responses, results
from community.surveys.queries import pictures as queries
from tests.conftest import Client
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.surveys import make_question, make_survey
from tests.surveys.choosing import picture_file, standing_of, value_of

Browser = Callable[[Member], Client]


@pytest.fixture(autouse=True)
def own_folder(app: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of this test only."""
    monkeypatch.setitem(current_app.config, "UPLOAD_DIR", tmp_path)


@pytest.fixture
def survey(ana: Member, ben: Member, omar: Member) -> Survey:
    """A question with two pictures, asked of ana and ben."""
    survey = make_survey(kinds=("picture",), panel=make_panel(members=(ana, ben)))
    for words in ("A calm sea", "A narrow road"):
        offer(survey, omar, words)
    return survey


def offer(survey: Survey, staff: Member, words: str) -> SurveyPicture:
    """A picture that is offered."""
    question = standing_of(survey, "picture").question
    return pictures.offer(question, read_image(picture_file()), description={"en": words}, staff=staff)


def bring(survey: Survey, member: Member) -> SurveyPicture:
    """A picture of the member's own."""
    response = answering.begin(survey, member)
    return pictures.bring(
        response, standing_of(survey, "picture"), member, image=read_image(picture_file("plum"))
    )


def files() -> int:
    """How many files are stored."""
    return sum(path.is_file() for path in Path(current_app.config["UPLOAD_DIR"]).rglob("*"))


def status_of(browser: Client, address: str) -> int:
    """What asking for a file is answered with."""
    with browser.get(address) as answer:
        return answer.status_code


class TestOffering:
    def test_offered_pictures_stand_in_their_order(self, survey: Survey, omar: Member) -> None:
        offer(survey, omar, "A meadow")
        lines = queries.list_offered(standing_of(survey, "picture").question.id)

        assert [line.description["en"] for line in lines] == ["A calm sea", "A narrow road", "A meadow"]

    def test_none_is_offered_once_it_is_closed(self, survey: Survey, omar: Member) -> None:
        with unit_of_work():
            lock(Survey, survey.id).state = "closed"
        before = files()
        with pytest.raises(Conflict):
            offer(survey, omar, "A meadow")

        assert files() == before

    @pytest.mark.parametrize("words", ["", "  ", "x" * 201])
    def test_each_needs_words(self, survey: Survey, omar: Member, words: str) -> None:
        with pytest.raises(Invalid) as refusal:
            offer(survey, omar, words)

        assert refusal.value.field == "description_en"
        assert files() == 2

    def test_a_draft_may_lack_a_language_but_not_open_so(self, omar: Member) -> None:
        survey = make_survey(kinds=("picture",), state="draft", languages=["en", "zh_Hans"])
        first = offer(survey, omar, "A calm sea")
        second = offer(survey, omar, "A narrow road")
        pictures.describe(second, description={"en": "A road", "zh_Hans": "一条路"})
        lacking = [gap for gap in plans.list_gaps(survey) if gap.endpoint == "surveys_staff.pictures"]

        assert [gap.question_id for gap in lacking] == [first.question_id]
        assert "简体中文" in lacking[0].message
        pictures.describe(first, description={"en": "A calm sea", "zh_Hans": "平静的海"})
        assert not [gap for gap in plans.list_gaps(survey) if gap.endpoint == "surveys_staff.pictures"]

    def test_while_it_is_open_every_language_is_needed(self, ana: Member, omar: Member) -> None:
        survey = make_survey(
            kinds=("picture",), panel=make_panel(members=(ana,)), languages=["en", "zh_Hans"]
        )
        with pytest.raises(Invalid) as refusal:
            offer(survey, omar, "A calm sea")

        assert refusal.value.field == "description_zh_Hans"
        assert files() == 0

    def test_a_withdrawn_one_is_offered_to_nobody_but_stays(self, survey: Survey, ana: Member) -> None:
        question_id = standing_of(survey, "picture").question.id
        first = queries.list_offered(question_id)[0]
        pictures.withdraw(queries.get_offered(question_id, first.id))

        assert first.id not in {line.id for line in queries.list_choosable(question_id, ana.id)}
        assert queries.get_file_key(survey, first.key, ana) == first.key

    def test_the_next_wave_gets_files_of_its_own(self, survey: Survey) -> None:
        wave = make_survey(kinds=("picture",), state="draft")
        source, target = (standing_of(each, "picture").question for each in (survey, wave))
        preparing.copy_supply(source, target)
        before, after = (queries.list_offered(each.id) for each in (source, target))

        assert [line.description for line in after] == [line.description for line in before]
        assert not {line.key for line in after} & {line.key for line in before}
        assert files() == 4


class TestInEachLanguage:
    @pytest.fixture
    def chosen(self, ana: Member, omar: Member) -> Survey:
        """A survey in two languages, whose second question repeats the picture that ana chose."""
        survey = make_survey(
            kinds=("picture",), panel=make_panel(members=(ana,)), languages=["en", "zh_Hans"]
        )
        make_question(survey, "long_text", text="And {{picture}}?", page=2, is_required=False)
        question = standing_of(survey, "picture").question
        words = {"en": "A calm sea", "zh_Hans": "平静的海"}
        picture = pictures.offer(question, read_image(picture_file()), description=words, staff=omar)
        sent = MultiDict({f"q{question.id}": str(picture.id), f"q{question.id}-why": "So quiet"})
        answering.answer(survey, ana, sent, page=1)
        return survey

    @pytest.mark.parametrize(("locale", "words"), [("en", "A calm sea"), ("zh_Hans", "平静的海")])
    def test_members_read_theirs(
        self, browser_of: Browser, chosen: Survey, ana: Member, locale: str, words: str
    ) -> None:
        with unit_of_work():
            lock(Member, ana.id).locale = locale
        browser = browser_of(ana)

        assert f'alt="{words}"' in browser.get(f"/surveys/{chosen.id}/pages/1").get_data(as_text=True)
        assert f"And {words}: So quiet?" in browser.get(f"/surveys/{chosen.id}/pages/2").get_data(
            as_text=True
        )

    @pytest.mark.parametrize(("locale", "words"), [("en", "A calm sea"), ("zh_Hans", "平静的海")])
    def test_so_does_who_reads_results_responses_and_files(
        self, chosen: Survey, ana: Member, locale: str, words: str
    ) -> None:
        answering.answer(chosen, ana, MultiDict(), page=2)
        question = standing_of(chosen, "picture").question
        with force_locale(locale):
            assert list(results.list_picture_names({question.id}).values()) == [words]
        told = responses.list_told(answers.find_response(chosen, ana), chosen, locale=locale)
        assert told[0].words == f"{words}: So quiet"
        layout = exporting.get_layout(chosen, locale=locale)
        assert list(next(each for each in layout.columns if each.code == "picture").labels.values()) == [
            words
        ]


class TestBringing:
    def test_only_whoever_brought_it_may_choose_it(self, survey: Survey, ana: Member, ben: Member) -> None:
        own = bring(survey, ana)
        question_id = standing_of(survey, "picture").question.id

        assert own.id in {line.id for line in queries.list_choosable(question_id, ana.id)}
        assert own.id not in {line.id for line in queries.list_choosable(question_id, ben.id)}

    def test_there_is_room_for_five(self, survey: Survey, ana: Member) -> None:
        for _number in range(5):
            bring(survey, ana)
        with pytest.raises(Conflict):
            bring(survey, ana)

        assert files() == 7

    def test_none_is_taken_where_only_offered_ones_are_asked(self, ana: Member) -> None:
        survey = make_survey(kinds=(), panel=make_panel(members=(ana,)))
        make_question(survey, "picture", settings={"lets_upload": False})
        with pytest.raises(Forbidden):
            bring(survey, ana)

        assert files() == 0

    def test_none_is_taken_after_closing_and_no_file_is_left(self, survey: Survey, ana: Member) -> None:
        response, standing = answering.begin(survey, ana), standing_of(survey, "picture")
        with unit_of_work():
            lock(Survey, survey.id).state = "closed"
        with pytest.raises(Conflict):
            pictures.bring(response, standing, ana, image=read_image(picture_file()))

        assert files() == 2

    def test_withdrawing_takes_the_files_away(self, survey: Survey, ana: Member) -> None:
        own = bring(survey, ana)
        answering.withdraw(survey, ana)

        assert db.session.get(SurveyPicture, own.id) is None
        assert files() == 2


class TestPages:
    @pytest.fixture
    def browser(self, browser_of: Browser, ana: Member, survey: Survey) -> Client:
        """Ana's browser, in the middle of answering."""
        browser = browser_of(ana)
        browser.post(f"/surveys/{survey.id}/start")
        return browser

    @pytest.fixture
    def field(self, survey: Survey) -> str:
        """What the question's fields begin with."""
        return f"q{standing_of(survey, 'picture').question.id}"

    @pytest.fixture
    def upload(self, survey: Survey) -> str:
        """Where pictures are brought."""
        question = standing_of(survey, "picture").question
        return f"/surveys/{survey.id}/questions/{question.id}/picture"

    def test_a_picture_is_chosen_and_told_why(
        self, browser: Client, survey: Survey, field: str, ana: Member
    ) -> None:
        first = queries.list_offered(standing_of(survey, "picture").question.id)[0]
        sent = {
            "page": "1",
            field: str(first.id),
            f"{field}-why": "It is calm.",
            f"{field}-tags": "calm, wide",
        }
        answer = browser.post(f"/surveys/{survey.id}/response", data=sent)

        assert answer.status_code == 303
        assert value_of(survey, ana) == {"picture": first.id, "why": "It is calm.", "tags": ["calm", "wide"]}

    def test_opening_takes_away_what_staff_brought_to_try_it_out(
        self, ana: Member, omar: Member, tmp_path: Path
    ) -> None:
        draft = make_survey(kinds=("picture",), panel=make_panel(members=(ana,)), state="draft")
        for words in ("A calm sea", "A narrow road"):
            offer(draft, omar, words)
        response = answering.begin_trial(draft, omar)
        pictures.bring(response, standing_of(draft, "picture"), omar, image=read_image(picture_file("plum")))
        opening.open_survey(draft, omar)

        assert len(list(tmp_path.rglob("*.*"))) == 2
        assert not answers.list_trials(draft)
        assert queries.list_own(draft.id, omar.id) == []

    def test_a_picture_of_another_question_or_member_is_refused(
        self, browser: Client, survey: Survey, field: str, ana: Member, ben: Member, omar: Member
    ) -> None:
        other = make_survey(kinds=("picture",))
        for picture in (offer(other, omar, "Elsewhere"), bring(survey, ben)):
            sent = {"page": "1", field: str(picture.id), f"{field}-why": "It is calm."}
            answer = browser.post(f"/surveys/{survey.id}/response", data=sent)
            assert answer.status_code == 422

        assert value_of(survey, ana) is None

    def test_a_brought_picture_is_chosen_with_what_was_written(
        self, browser: Client, survey: Survey, field: str, upload: str, ana: Member
    ) -> None:
        sent = {f"{field}-upload": (picture_file(), "mine.png"), f"{field}-why": "It is mine."}
        answer = browser.post(upload, data=sent)
        value = value_of(survey, ana)

        assert answer.status_code == 303
        assert value is not None
        assert value["why"] == "It is mine."
        assert db.session.get_one(SurveyPicture, value["picture"]).uploaded_by_id == ana.id

    def test_a_script_gets_the_part_with_the_picture_chosen(
        self, browser: Client, field: str, upload: str, ana: Member
    ) -> None:
        sent = {f"{field}-upload": (picture_file(), "mine.png"), f"{field}-why": "Not finished"}
        answer = browser.post(upload, data=sent, headers={"X-Fragment": "1"})
        own = db.session.scalars(select(SurveyPicture).where(SurveyPicture.uploaded_by_id == ana.id)).one()

        assert answer.status_code == 200
        assert f'value="{own.id}" checked' in answer.text
        assert "Not finished" in answer.text

    def test_what_is_no_picture_is_refused_beside_the_field(
        self, browser: Client, field: str, upload: str
    ) -> None:
        files_sent = [{}, {f"{field}-upload": (io.BytesIO(b"<script>alert(1)</script>"), "mine.png")}]
        for sent in files_sent:
            answer = browser.post(upload, data={**sent, f"{field}-why": "Still here"})
            assert answer.status_code == 422
            assert f'id="{field}-upload-error"' in answer.text
            assert "Still here" in answer.text

        assert files() == 2

    def test_what_is_stored_is_written_anew(self, browser: Client, field: str, upload: str) -> None:
        source, exif = io.BytesIO(), Image.Exif()
        exif[0x010E] = "a secret place"
        Image.new("RGB", (40, 30), "plum").save(source, "JPEG", exif=exif)
        source.seek(0)
        browser.post(upload, data={f"{field}-upload": (source, "mine.jpg")})
        own = db.session.scalars(select(SurveyPicture).order_by(SurveyPicture.id.desc())).first()
        assert own is not None
        stored = Store(current_app.config["UPLOAD_DIR"]).path(own.key).read_bytes()

        assert b"a secret place" not in stored


class TestWhoSeesThem:
    def test_offered_ones_are_for_those_who_are_asked(
        self, browser_of: Browser, client: Client, survey: Survey, ana: Member
    ) -> None:
        key = queries.list_offered(standing_of(survey, "picture").question.id)[0].key
        address = f"/surveys/{survey.id}/pictures/{key}"
        with browser_of(ana).get(address) as seen:
            assert (seen.status_code, seen.mimetype) == (200, "image/png")
            assert "private" in seen.headers["Cache-Control"]
        assert status_of(browser_of(make_member()), address) == 404
        assert status_of(client, address) == 303

    def test_brought_ones_are_for_their_owner_and_staff(
        self, browser_of: Browser, survey: Survey, ana: Member, ben: Member, omar: Member, mia: Member
    ) -> None:
        address = f"/surveys/{survey.id}/pictures/{bring(survey, ana).key}"
        codes = [status_of(browser_of(each), address) for each in (ana, omar, ben, mia)]

        assert codes == [200, 200, 404, 404]

    def test_a_picture_of_another_survey_is_not_found(
        self, browser_of: Browser, survey: Survey, ana: Member, omar: Member
    ) -> None:
        other = make_survey(kinds=("picture",), panel=make_panel(members=(ana,)))
        key = queries.list_offered(standing_of(survey, "picture").question.id)[0].key

        assert browser_of(ana).get(f"/surveys/{other.id}/pictures/{key}").status_code == 404
        with pytest.raises(NotFound):
            queries.get_file_key(survey, "0" * 32, omar)


class TestStaffPages:
    def test_staff_offer_describe_and_withdraw(
        self, browser_of: Browser, survey: Survey, omar: Member
    ) -> None:
        question = standing_of(survey, "picture").question
        address = f"/staff/surveys/{survey.id}/questions/{question.id}/pictures"
        browser = browser_of(omar)
        nothing = browser.post(address, data={"description_en": "A meadow"})
        wordless = browser.post(address, data={"file": (picture_file(), "a.png"), "description_en": " "})
        done = browser.post(address, data={"file": (picture_file(), "a.png"), "description_en": "A meadow"})
        first, *_rest, last = queries.list_offered(question.id)
        field = f"picture-{last.id}-description_en"
        renamed = browser.post(f"{address}/{last.id}", data={field: "A meadow in spring"})
        unsaid = browser.post(f"{address}/{last.id}", data={field: " "})
        gone = browser.post(f"{address}/{first.id}/withdraw")

        codes = [each.status_code for each in (nothing, wordless, done, renamed, unsaid, gone)]
        assert codes == [422, 422, 303, 303, 422, 303]
        words = [line.description for line in queries.list_offered(question.id)]
        assert words == [{"en": "A narrow road"}, {"en": "A meadow in spring"}]
        html = unsaid.get_data(as_text=True)
        assert f'aria-describedby="{field}-error"' in html
        assert 'value="A narrow road"' not in html.split(f'id="{field}"')[1]

    def test_they_say_what_it_shows_in_each_language_of_the_survey(
        self, browser_of: Browser, omar: Member
    ) -> None:
        survey = make_survey(kinds=("picture",), state="draft", languages=["en", "zh_Hant"])
        question = standing_of(survey, "picture").question
        address = f"/staff/surveys/{survey.id}/questions/{question.id}/pictures"
        browser = browser_of(omar)
        sent = {
            "description_en": "A calm sea",
            "description_zh_Hant": "平靜的海",
            "description_zh_Hans": "海",
        }
        html = browser.get(address).get_data(as_text=True)
        browser.post(address, data={"file": (picture_file(), "a.png")} | sent)

        assert 'name="description_zh_Hant"' in html
        assert 'name="description_zh_Hans"' not in html
        (line,) = queries.list_offered(question.id)
        assert line.description == {"en": "A calm sea", "zh_Hant": "平靜的海"}
        html = browser.get(address).get_data(as_text=True)
        assert f'id="picture-{line.id}-description_zh_Hant"' in html
        assert 'value="平靜的海"' in html

    def test_staff_of_other_panels_find_nothing(
        self, browser_of: Browser, survey: Survey, ana: Member
    ) -> None:
        stranger = make_member(roles=("owner",), panel_id=make_panel().id)
        question = standing_of(survey, "picture").question
        first = queries.list_offered(question.id)[0]
        address = f"/staff/surveys/{survey.id}/questions/{question.id}/pictures"
        for path in ("", f"/{first.id}", f"/{first.id}/withdraw"):
            assert browser_of(stranger).post(address + path, data={"description": "Mine"}).status_code == 404
        assert browser_of(stranger).get(address).status_code == 404
        assert browser_of(stranger).get(f"/surveys/{survey.id}/pictures/{first.key}").status_code == 404
        assert browser_of(ana).get(address).status_code == 403
