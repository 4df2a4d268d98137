"""Writing the questions of a survey, putting them in order, and changing one while people answer."""

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from community.activity import actions as activity
from community.activity.changes import columns_of, compare
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound
from community.members.models import Member
from community.surveys import checks, conditions, drafting, kinds, states
from community.surveys.actions import pairs, pictures
from community.surveys.drafting import Draft
from community.surveys.models import QUESTION_KINDS, Answer, Question, QuestionVersion, Survey
from community.surveys.queries import questions as queries
from community.surveys.queries.questions import Standing

QUESTIONS_MOST = 60


def add_question(survey: Survey, *, by: Member, kind: str, draft: Draft) -> Question:
    """Ask one more question, at the end; in an open survey of those who have not yet finished."""
    if kind not in QUESTION_KINDS:
        raise NotFound()
    with unit_of_work() as session:
        survey = _lock_askable(survey)
        standing = queries.list_standing(survey)
        if len(standing) >= (QUESTIONS_MOST if survey.kind == "survey" else 1):
            raise Conflict(_l("It holds no more questions."))
        clean = drafting.clean(draft, kind=kind, languages=survey.languages)
        _check(clean, survey, standing)
        question = Question(
            survey_id=survey.id,
            code=_free_code(clean.code, queries.list_codes(survey), len(standing) + 1),
            kind=kind,
            page=standing[-1].question.page if standing else 1,
            position=standing[-1].question.position + 1 if standing else 1,
            is_required=clean.is_required,
            shuffles_options=clean.shuffles_options,
            condition=dict(clean.condition) if clean.condition else None,
        )
        session.add(question)
        session.flush()
        version = _version(question, clean, number=1, by=by)
        session.add(version)
        session.flush()
        after = _words_of(question, version)
        _begin_page_if_needed([*standing, Standing(question, version)], question)
        _supply(survey, question, clean)
        _record(survey, by, added=question.code, **compare({}, after))
    return question


def edit_question(survey: Survey, question_id: int, *, by: Member, draft: Draft, note: str = "") -> Question:
    """Change what a question says; in an open survey as a new version, with a note that says why.

    While it is open, options that somebody chose are kept as no longer offered instead of dropped, and what
    is measured stays as it is, so that all answers can be counted together.
    """
    with unit_of_work():
        survey = _lock_askable(survey)
        standing = queries.list_standing(survey)
        question, version = _among(standing, question_id)
        before = _words_of(question, version)
        clean = drafting.clean(
            draft,
            kind=question.kind,
            languages=survey.languages,
            used_keys=queries.list_used_keys(question),
        )
        if states.is_building(survey.state):
            _check(clean, survey, standing)
            if clean.code != question.code and clean.code in queries.list_codes(survey):
                raise Invalid(_l("Another question has this code."), field="code")
            _rename(standing, question, clean.code)
            question.condition = dict(clean.condition) if clean.condition else None
            _write(version, clean, by=by)
            _begin_page_if_needed(standing, question)
            # What staff answered to try it out may no longer be an answer to this.
            _forget_trials(question)
            _supply(survey, question, clean)
        else:
            _renew(survey, question, version, clean, by=by, note=note)
        question.is_required = clean.is_required
        question.shuffles_options = clean.shuffles_options
        after = {**_words_of(question, version), **_words_in(clean)}
        _record(survey, by, changed=question.code, note=note, **compare(before, after))
    return question


def remove_question(survey: Survey, question_id: int, *, by: Member) -> None:
    """Ask a question no longer; once the survey is open its answers stay."""
    with unit_of_work() as session:
        survey = _lock_askable(survey)
        standing = queries.list_standing(survey)
        question, version = _among(standing, question_id)
        before = _words_of(question, version)
        if states.is_building(survey.state):
            _forget_trials(question)
            pictures.forget_files([question.id])
            session.delete(question)
        else:
            _check_not_needed(standing, question)
            question.removed_at = clock.now()
        session.flush()
        _arrange([(each.question, each.question.page) for each in standing if each.question is not question])
        _record(survey, by, removed=before["code"], **compare(before, {}))


def move_question(survey: Survey, question_id: int, *, by: Member, is_up: bool) -> None:
    """Move a question one place up or down; at the edge of a page it goes over to the next one."""

    def moved(placed: list[tuple[Question, int]], index: int) -> list[tuple[Question, int]]:
        other = index - 1 if is_up else index + 1
        question, page = placed[index]
        if 0 <= other < len(placed) and placed[other][1] == page:
            placed[index], placed[other] = placed[other], placed[index]
        elif 0 <= other < len(placed):
            placed[index] = (question, placed[other][1])
        return placed

    _rearrange(survey, question_id, by=by, change=moved)


def start_page(survey: Survey, question_id: int, *, by: Member) -> None:
    """Begin a new page with this question."""

    def split(placed: list[tuple[Question, int]], index: int) -> list[tuple[Question, int]]:
        return placed[:index] + [(question, page + 1) for question, page in placed[index:]]

    _rearrange(survey, question_id, by=by, change=split)


def join_page(survey: Survey, question_id: int, *, by: Member) -> None:
    """Put the page that begins with this question onto the one before it."""

    def joined(placed: list[tuple[Question, int]], index: int) -> list[tuple[Question, int]]:
        if index == 0 or placed[index - 1][1] == placed[index][1]:
            return placed
        return placed[:index] + [(question, page - 1) for question, page in placed[index:]]

    _rearrange(survey, question_id, by=by, change=joined)


def _lock_askable(survey: Survey) -> Survey:
    survey = lock(Survey, survey.id)
    if not states.can_ask_anew(survey.state):
        raise Conflict(_l("It is closed: its questions stay as they were answered."))
    return survey


def _among(standing: Sequence[Standing], question_id: int) -> Standing:
    for each in standing:
        if each.question.id == question_id:
            return each
    raise NotFound()


def _check(clean: Draft, survey: Survey, standing: Sequence[Standing]) -> None:
    known = {each.question.code for each in standing}
    if unknown := [code for code in conditions.codes_in(clean.condition) if code not in known]:
        raise Invalid(_("There is no question called “%(code)s”.", code=unknown[0]), field="condition")
    if not states.is_building(survey.state):
        _check_languages(clean, survey.languages)


def _check_languages(clean: Draft, languages: Sequence[str]) -> None:
    checks.check_whole(clean.text, languages, field="text")
    if clean.hint:
        checks.check_whole(clean.hint, languages, field="hint")
    if any(checks.said_missing(option["text"], languages) for option in clean.options):
        raise Invalid(
            _l("While it is open, every answer needs its words in every language."), field="options"
        )


def _rename(standing: Sequence[Standing], question: Question, code: str) -> None:
    """Give the question its new code, also where others speak of it."""
    old = question.code
    if not code or code == old:
        return
    question.code = code
    for other, version in standing:
        other.condition = conditions.with_code_renamed(other.condition, old, code)
        version.text = drafting.with_code_renamed(version.text, old, code)
        version.hint = drafting.with_code_renamed(version.hint, old, code)


def _write(version: QuestionVersion, clean: Draft, *, by: Member) -> None:
    version.text, version.hint = dict(clean.text), dict(clean.hint)
    version.options, version.settings = [dict(each) for each in clean.options], dict(clean.settings)
    version.made_at, version.made_by_id = clock.now(), by.id


def _begin_page_if_needed(standing: Sequence[Standing], question: Question) -> None:
    """What depends on an answer is asked on a later page than that: a page is sent as a whole."""
    index = [each.question for each in standing].index(question)
    if checks.leans_on_its_page(standing[index], standing[:index]):
        for each in standing[index:]:
            each.question.page += 1


def _supply(survey: Survey, question: Question, clean: Draft) -> None:
    """Ideas that are meant by what the question says take part from the beginning."""
    if question.kind == "pairwise":
        pairs.draw_contenders(question, clean.settings, survey)


def _renew(
    survey: Survey, question: Question, version: QuestionVersion, clean: Draft, *, by: Member, note: str
) -> None:
    _check_languages(clean, survey.languages)
    if question.kind not in kinds.LIVE and not drafting.is_measuring_alike(version.settings, clean.settings):
        message = _l("While it is open only the words may change here. For another scale, copy it as a wave.")
        raise Invalid(message, field="settings")
    options = _with_answered(question, version.options, [dict(each) for each in clean.options])
    made = Draft(text=clean.text, hint=clean.hint, options=options, settings=clean.settings)
    stood = Draft(text=version.text, hint=version.hint, options=version.options, settings=version.settings)
    if made == stood:
        return
    if not note.strip():
        raise Invalid(_l("Say in a few words what was wrong."), field="note")
    question.version += 1
    survey.answers_changed_at = clock.now()
    db.session.add(_version(question, made, number=question.version, by=by, note=note.strip()))


def _with_answered(
    question: Question, before: Sequence[dict[str, Any]], after: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The options as they shall be, with those behind them that go but were chosen by somebody."""
    offered = {option["key"] for option in before if not option.get("is_out")}
    if question.kind in drafting.FIXED_TOGETHER and offered != {
        option["key"] for option in after if not option.get("is_out")
    }:
        message = _l(
            "While it is open nothing comes to these or goes: answers were about all of them together."
        )
        raise Invalid(message, field="options")
    kept = {option["key"] for option in after}
    gone = [option for option in before if option["key"] not in kept]
    answered = queries.list_answered_keys(question) if gone else set()
    return after + [{**option, "is_out": True} for option in gone if option["key"] in answered]


def _check_not_needed(standing: Sequence[Standing], question: Question) -> None:
    if len(standing) == 1:
        raise Conflict(_l("It is the only question. Close the survey instead."))
    for other, version in standing:
        piped = drafting.piped_codes(version.text) + drafting.piped_codes(version.hint)
        if question.code in (*conditions.codes_in(other.condition), *piped):
            message = _(
                "“%(code)s” depends on this question, so it stays while the survey is open.", code=other.code
            )
            raise Conflict(message)


def _rearrange(
    survey: Survey,
    question_id: int,
    *,
    by: Member,
    change: Callable[[list[tuple[Question, int]], int], list[tuple[Question, int]]],
) -> None:
    with unit_of_work():
        survey = lock(Survey, survey.id)
        if not states.is_building(survey.state):
            raise Conflict(_l("It has been opened: its questions keep their order."))
        standing = queries.list_standing(survey)
        question = _among(standing, question_id).question
        placed = [(each.question, each.question.page) for each in standing]
        _arrange(change(placed, [each for each, _page in placed].index(question)))
        _record(survey, by, moved=question.code)


def _arrange(placed: Sequence[tuple[Question, int]]) -> None:
    """Number questions and pages without gaps."""
    pages = sorted({page for _question, page in placed})
    for position, (question, page) in enumerate(placed, start=1):
        question.position, question.page = position, pages.index(page) + 1


def _free_code(wanted: str, taken: set[str], number: int) -> str:
    if wanted and wanted not in taken:
        return wanted
    stem = f"{wanted}_" if wanted else "q"
    first = 2 if wanted else number
    return next(
        f"{stem}{each}" for each in range(first, first + len(taken) + 1) if f"{stem}{each}" not in taken
    )


def _version(question: Question, clean: Draft, *, number: int, by: Member, note: str = "") -> QuestionVersion:
    version = QuestionVersion(question_id=question.id, number=number, note=note)
    _write(version, clean, by=by)
    return version


def _forget_trials(question: Question) -> None:
    db.session.execute(delete(Answer).where(Answer.question_id == question.id))


def _words_of(question: Question, version: QuestionVersion) -> dict[str, Any]:
    """What the log tells of a question."""
    return {
        **columns_of(question, "code", "kind", "is_required", "condition"),
        **columns_of(version, "text", "hint", "options", "settings"),
    }


def _words_in(clean: Draft) -> dict[str, Any]:
    return {
        "text": dict(clean.text),
        "hint": dict(clean.hint),
        "options": [dict(each) for each in clean.options],
        "settings": dict(clean.settings),
    }


def _record(survey: Survey, by: Member, **what: Any) -> None:
    activity.record(
        "survey.changed", subject=survey, actor=by, panel_id=survey.only_panel_id, title=survey.title, **what
    )
