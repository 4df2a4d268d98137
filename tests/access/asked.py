"""All that can be asked in a panel: surveys, a poll, a question about an idea, answers, results, files."""

import io

from PIL import Image

from community.activity.actions import follow_due
from community.ideas.models import Idea
from community.infra import clock
from community.infra.images import CleanImage, read_image
from community.members.models import Member
from community.panels.models import Panel
from community.surveys.actions import (
    comparing,
    drawing,
    exporting,
    inviting,
    opening,
    pictures,
    statements,
    tallying,
    telling,
)
from community.surveys.actions.comparing import Claim
from tests.factories.members import make_member
from tests.factories.surveys import answer, make_question, make_survey
from tests.surveys.reaching import make_cell


def ask_everything(
    panel: Panel, *, insider: Member, owner: Member, idea: Idea, word: str
) -> dict[str, list[str]]:
    """What addresses are filled in with, by name, once all of it has been asked about `word` and answered."""
    settings = {"shows_results": True, "purpose": {"en": f"To know {word}"}, "owner_id": owner.id}
    survey = make_survey(
        panel=panel, title=f"A survey about {word}", kinds=(), thanks={"en": f"Thanks {word}"}, **settings
    )
    options = [{"key": key, "text": {"en": f"{key.capitalize()} {word}"}} for key in ("red", "blue")]
    choice = make_question(survey, "single", text=f"Which {word}?", options=options)
    words = make_question(survey, "long_text", text=f"Why {word}?", is_required=False)
    opinions = make_question(survey, "opinions", text=f"What of {word}?", is_required=False)
    metaphor = make_question(survey, "picture", text=f"Your picture of {word}?", is_required=False)
    statement = statements.write(opinions, survey, text=f"We need {word}", staff=owner)
    picture = pictures.offer(metaphor, _image(), description={"en": f"A picture of {word}"}, staff=owner)
    cell = make_cell(survey)
    drawing.draw(survey)
    inviting.tell_waiting()
    poll = make_survey(panel=panel, kind="poll", title=f"A poll about {word}", kinds=("yes_no",), **settings)
    about = make_survey(
        panel=panel, kind="idea", title=f"Asked about {word}", kinds=("yes_no",), idea_id=idea.id,
        asked_of="supporters", **settings,
    )  # fmt: skip
    draft = make_survey(panel=panel, title=f"A draft about {word}", state="draft", **settings)
    response = answer(survey, insider, {"single": "red", "long_text": f"Because of {word}"})
    for _number in range(10):
        member = make_member()
        answer(survey, member, {"single": "red"})
        answer(poll, member, {"yes_no": "yes"})
        answer(about, member, {"yes_no": "yes"})
    _recount(3)
    claim = Claim(
        hypothesis=f"More {word}", question_code="single", metric="share", options=("red",), expects="up"
    )
    comparison = comparing.write_down(survey, owner, claim)
    export = exporting.ask_for_file(survey, owner, file_format="csv", locale="en")
    exporting.make_waiting()
    told = make_survey(panel=panel, title=f"Told about {word}", **settings)
    answer(told, insider, {"single": "red"})
    opening.close_survey(told, owner)
    telling.tell_back(told, by=owner, heard={"en": f"We heard {word}"})
    follow_due()
    return {
        "survey_id": _numbers(survey, poll, about, draft, told),
        "question_id": _numbers(choice, words, opinions, metaphor),
        "statement_id": _numbers(statement),
        "picture_id": _numbers(picture),
        "response_id": _numbers(response),
        "comparison_id": _numbers(comparison),
        "export_id": _numbers(export),
        "cell_id": _numbers(cell),
        "code": ["single"],
        "key": ["0" * 32, picture.key],
    }


def _image() -> CleanImage:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "PNG")
    return read_image(file.getvalue())


def _recount(times: int) -> None:
    for hours in range(1, times + 1):
        with clock.stopped_at(clock.ahead(hours=hours)):
            tallying.recompute_waiting()


def _numbers(*rows: object) -> list[str]:
    return [str(row.id) for row in rows]  # type: ignore[attr-defined]
