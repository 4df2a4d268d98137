"""Counting a survey of 20 questions anew and opening its results, on two numbers of responses.

Counting is told as a multiple of reading the same answers from the database and throwing them away, pages as
multiples of an empty Flask view. Everything runs in one process on SQLite; figures are medians of rounds in
which all take turns, so that a busy machine slows all of them.
"""

import gc
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert, select

from community import create_app
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.members import actions as members
from community.members.models import Member, ProfileAttribute, RoleGrant
from community.panels.models import Membership, Panel
from community.surveys import kinds
from community.surveys.actions.tallying import recompute_waiting
from community.surveys.models import (
    Answer,
    Question,
    QuestionVersion,
    Response,
    Survey,
    SurveyPanel,
    WeightTargets,
)
from community.surveys.queries.tallying import read_answers

SIZES = (1_000, 10_000)
ROUNDS, REPEATS = 5, 8
COUNT_ROUNDS = 3
KINDS = (
    "single", "single", "single", "several", "several", "yes_no", "yes_no", "rating5", "rating5", "rating7",
    "nps", "csat", "ces", "number", "ranking", "matrix", "allocation", "kano", "moment", "maxdiff",
)  # fmt: skip
AGES, REGIONS = ("under_30", "30_to_49", "50_and_over"), ("north", "east", "south", "west")
OPTIONS = ("speed", "price", "care", "taste", "smell", "sound")
COLUMNS = [{"key": str(point), "text": {"en": str(point)}} for point in range(1, 6)]
SETTINGS: dict[str, dict[str, Any]] = {
    "matrix": {"columns": COLUMNS},
    "moment": {"unit": {"en": "days"}, "asks_levels": True},
}


def main() -> None:
    """Print a row for each thing measured, a column for each size."""
    columns = {size: measure(size) for size in SIZES}
    print(f"{'':<40}" + "".join(f"{size:>14,} resp." for size in SIZES) + f"{'growth':>9}")
    for name in columns[SIZES[0]]:
        small, large = (columns[size][name] for size in SIZES)
        print(f"{name:<40}{small:>20.1f}{large:>20.1f}{large / small:>9.2f}")


def measure(size: int) -> dict[str, float]:
    """Counting in seconds and by the reading of the answers; pages by the empty view."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"INSTANCE": folder, "RATE_LIMITS": False, "WTF_CSRF_ENABLED": False})
        hello = Flask("hello")
        hello.add_url_rule("/hello", "hello", lambda: "hello")
        with app.app_context():
            upgrade()
            survey_id, targets_id, token = fill(size)
            plain = counting(survey_id)
            with unit_of_work():
                db.session.get_one(Survey, survey_id).weight_targets_id = targets_id
            weighted = counting(survey_id)
            db.session.remove()
        staff, empty = app.test_client(), hello.test_client()
        with staff.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        path = f"/staff/surveys/{survey_id}/results"
        pages: dict[str, Callable[[], object]] = {
            "an empty view": lambda: empty.get("/hello"),
            "results page, × empty view": lambda: staff.get(path),
            "results split by region, × empty view": lambda: staff.get(f"{path}?split=attribute:region"),
        }
        assert staff.get(path).status_code == 200
        rounds = [{name: cpu_of(page) for name, page in pages.items()} for _ in range(ROUNDS)]
        found = {
            "counting, seconds of CPU": plain[0],
            "counting, × reading the answers": plain[0] / plain[1],
            "counting with weights, × reading": weighted[0] / weighted[1],
        }
        for name in list(pages)[1:]:
            found[name] = statistics.median(each[name] / each["an empty view"] for each in rounds)
        return found


def counting(survey_id: int) -> tuple[float, float]:
    """The median seconds of CPU of counting everything, and of only reading the answers, in turns."""
    question_ids = list(db.session.scalars(select(Question.id).where(Question.survey_id == survey_id)))
    counted, read = [], []
    for _round in range(COUNT_ROUNDS):
        with unit_of_work():
            survey = db.session.get_one(Survey, survey_id)
            survey.answers_changed_at, survey.tally_due_at = clock.now(), None
        counted.append(seconds_of(recompute_waiting))
        read.append(seconds_of(lambda: [read_answers(each) for each in question_ids]))
        assert not db.session.get_one(Survey, survey_id).summary["failed"]
    return statistics.median(counted), statistics.median(read)


def cpu_of(page: Callable[[], object]) -> float:
    """Seconds of CPU for REPEATS calls."""
    return seconds_of(lambda: [page() for _ in range(REPEATS)])


def seconds_of(work: Callable[[], object]) -> float:
    """Seconds of CPU that the work takes."""
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


def fill(size: int) -> tuple[int, int, str]:
    """A survey with that many responses; its id, that of targets, and the token of an owner's session."""
    with unit_of_work() as session:
        panel = Panel(slug="bench", name="Bench", member_count=size)
        owner = Member(
            display_name="Bench", password_hash="", email="b@example.org", email_folded="b@example.org"
        )
        owner.roles = [RoleGrant(role="owner")]
        targets = WeightTargets(
            name="Customers",
            source="Bench",
            as_of=clock.now().date(),
            margins=[
                {"attribute": "age", "targets": dict(zip(AGES, (0.25, 0.35, 0.4), strict=True))},
                {"attribute": "region", "targets": dict.fromkeys(REGIONS, 0.25)},
            ],
        )
        session.add_all([panel, owner, targets])
        session.add_all(attribute(key, options) for key, options in (("age", AGES), ("region", REGIONS)))
        session.flush()
        survey = Survey(
            title={"en": "Bench"},
            languages=["en"],
            state="open",
            opened_at=clock.now(),
            completed_count=size,
            started_count=size,
            answers_changed_at=clock.now(),
        )
        survey.panels = [SurveyPanel(panel_id=panel.id)]
        session.add(survey)
        session.flush()
        asked = [question(survey, number, kind) for number, kind in enumerate(KINDS)]
        session.add_all(version for _question, version in asked)
        session.flush()
        for start in range(0, size, 500):
            answer(survey, asked, range(start, min(size, start + 500)))
    return survey.id, targets.id, members.begin_session(owner)


def attribute(key: str, options: tuple[str, ...]) -> ProfileAttribute:
    """A profile question."""
    return ProfileAttribute(
        key=key,
        kind="single_choice",
        label={"en": key},
        why={"en": "To split."},
        options=[{"key": option, "en": option} for option in options],
    )


def question(survey: Survey, number: int, kind: str) -> tuple[Question, QuestionVersion]:
    """One question of the survey."""
    row = Question(survey_id=survey.id, code=f"q{number}", kind=kind, position=number)
    db.session.add(row)
    db.session.flush()
    options = [{"key": key, "text": {"en": key}} for key in OPTIONS[: 6 if kind == "maxdiff" else 4]]
    settings = kinds.of(kind).check(options, SETTINGS.get(kind, {}))
    return row, QuestionVersion(
        question_id=row.id, number=1, text={"en": f"Question {number}?"}, options=options, settings=settings
    )


def answer(survey: Survey, asked: list[tuple[Question, QuestionVersion]], numbers: range) -> None:
    """The members with these numbers, their responses and what they say."""
    session = db.session
    people = [
        {
            "display_name": f"M{each}",
            "password_hash": "",
            "email": f"m{each}@x.org",
            "email_folded": f"m{each}@x.org",
        }
        for each in numbers
    ]
    member_ids = session.scalars(insert(Member).returning(Member.id), people).all()
    panel_id = survey.panel_ids[0]
    session.execute(insert(Membership), [{"panel_id": panel_id, "member_id": each} for each in member_ids])
    responses = []
    for number, member_id in zip(numbers, member_ids, strict=True):
        dice = random.Random(number)
        responses.append(
            {
                "survey_id": survey.id, "member_id": member_id, "panel_id": panel_id, "state": "completed",
                "seed": number, "locale": "en", "completed_at": clock.now(), "seconds": dice.uniform(60, 300),
                "profile": {"age": [dice.choice(AGES)], "region": [dice.choice(REGIONS)], "panel": ["bench"]},
            }
        )  # fmt: skip
    response_ids = session.scalars(insert(Response).returning(Response.id), responses).all()
    rows = [
        {
            "response_id": response_id,
            "question_id": row.id,
            "version_id": version.id,
            "value": said(row.kind, version, random.Random(number * 31 + row.id)),
        }
        for number, response_id in zip(numbers, response_ids, strict=True)
        for row, version in asked
    ]
    session.execute(insert(Answer), rows)


def said(kind: str, version: QuestionVersion, dice: random.Random) -> dict[str, Any]:
    """What somebody says to a question of this kind."""
    keys = [option["key"] for option in version.options]
    match kind:
        case "single":
            return {"choice": dice.choice(keys)}
        case "several":
            return {"choices": sorted(dice.sample(keys, dice.randint(1, 3)))}
        case "yes_no":
            return {"choice": dice.choice(("yes", "no"))}
        case "number":
            return {"number": round(dice.lognormvariate(3, 0.6))}
        case "ranking":
            return {"order": dice.sample(keys, len(keys))}
        case "matrix":
            return {"rows": {key: str(dice.randint(1, 5)) for key in keys}}
        case "allocation":
            cuts = sorted(dice.randint(0, 100) for _ in keys[1:])
            shares = [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
            return {"points": dict(zip(keys, shares, strict=True))}
        case "kano":
            words = ("like", "must_be", "neutral", "live_with", "dislike")
            return {
                "pairs": {key: {"present": dice.choice(words), "absent": dice.choice(words)} for key in keys}
            }
        case "moment":
            best, middle, worst = sorted(dice.randint(1, 20) for _ in range(3))
            rated = {name: dice.randint(1, 7) for name in ("expected", "met", "matters")}
            return rated | {"excellent": best, "satisfactory": middle, "worst": worst}
        case "maxdiff":
            number = dice.randrange(len(version.settings["design"]))
            sets = []
            for shown in version.settings["design"][number]:
                liked = sorted(shown, key=lambda key: keys.index(key) + dice.gauss(0, 2))
                sets.append({"shown": shown, "best": liked[0], "worst": liked[-1]})
            return {"version": number, "sets": sets}
        case _:
            low, high = {"nps": (0, 10), "rating7": (1, 7), "ces": (1, 7)}.get(kind, (1, 5))
            return {"number": dice.randint(low, high)}


if __name__ == "__main__":
    main()
