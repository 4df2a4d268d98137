"""A survey of which one response has two independent reasons to be looked at, as the site finds them."""

from community.infra.db import db
from community.members.models import Member
from community.surveys.actions import flagging
from community.surveys.models import Response, Survey
from tests.factories.members import make_member
from tests.factories.surveys import answer, make_question, make_survey

USUAL = "I mostly use it in the morning, number {}."


def flagged_survey(*, panel=None, honest=11, **values) -> tuple[Survey, Response]:
    """Answered by some honest members and by one who was very fast and hit keys; all looked through."""
    survey = make_survey(kinds=("nps",), panel=panel, **values)
    make_question(survey, "long_text", code="why", text="What do you like about it?")
    for number in range(honest):
        say(survey, make_member(), USUAL.format(number))
    odd = say(survey, make_member("Zoe Quick"), "asdf asdf jkl asdf", seconds=11.0)
    look_through()
    return survey, odd


def say(survey: Survey, member: Member, text: str, *, nps: int = 8, **columns) -> Response:
    """A response of two answers."""
    return answer(survey, member, {"nps": nps, "why": text}, **columns)


def look_through() -> None:
    """Do what the worker does when answers have changed."""
    while flagging.flag_waiting():
        db.session.expire_all()
    db.session.expire_all()
