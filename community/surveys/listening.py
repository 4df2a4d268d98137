"""What members answer in their own words is listened to like all they say."""

from community.activity.models import Activity
from community.feedback import actions as feedback
from community.feedback.actions import Words
from community.surveys.models import Response, Statement
from community.surveys.queries import listening as queries


def hear_response(activity: Activity) -> None:
    """Take in what was written in a response as it is now; stop listening to what is there no more.

    A response that was withdrawn, or that staff excluded, has nothing to listen to; nor has one of staff.
    """
    response = queries.find_response(activity.subject_id)
    if response is None:
        return
    thread = thread_of(response.survey_id)
    texts = _texts(response, thread) if _is_heard(response) else []
    kept = {words.source_id for words in texts} | {
        _name_of(statement) for statement in queries.list_own_statements(response)
    }
    for source_id in queries.list_heard(response, thread=thread):
        if source_id not in kept:
            feedback.withdraw(source="survey", source_id=source_id, panel_id=response.panel_id)
    if texts:
        feedback.take_in_all(texts, source="survey", panel_id=response.panel_id)


def hear_statement(activity: Activity) -> None:
    """Take in what a member wants others to agree or disagree with; stop listening once staff take it out.

    What staff write to begin with is no member's voice, nor is what stood in an earlier wave said anew.
    """
    statement = queries.find_statement(activity.subject_id)
    response = queries.find_response_of(statement) if statement is not None else None
    if statement is None or response is None or queries.works_there(response):
        return
    if statement.state == "out":
        feedback.withdraw(source="survey", source_id=_name_of(statement), panel_id=response.panel_id)
        return
    words = Words(
        source_id=_name_of(statement),
        text=statement.text,
        author_id=response.member_id,
        said_at=statement.created_at,
        path=path_of(response.survey_id, statement.question_id),
        thread=thread_of(response.survey_id),
    )
    feedback.take_in_all([words], source="survey", panel_id=response.panel_id)


def follow_told_back(activity: Activity) -> None:
    """Those who answered have been told what was heard and what is done."""
    for panel_id in queries.list_panel_ids(activity.subject_id):
        feedback.advance_thread(
            thread_of(activity.subject_id), "decided", panel_id=panel_id, at=activity.occurred_at
        )


def thread_of(survey_id: int) -> str:
    """What all texts of one survey belong to: they are told back together."""
    return f"survey:{survey_id}"


def path_of(survey_id: int, question_id: int) -> str:
    """Where the question stands on the site; tells the texts of one question from those of others."""
    return f"/surveys/{survey_id}#q{question_id}"


def _name_of(statement: Statement) -> str:
    return f"statement:{statement.id}"


def _is_heard(response: Response) -> bool:
    is_counted = response.state == "completed" and response.excluded_at is None
    return is_counted and not queries.works_there(response)


def _texts(response: Response, thread: str) -> list[Words]:
    return [
        Words(
            source_id=f"{response.id}-{written.question_id}-{written.number}",
            text=written.text,
            author_id=response.member_id,
            said_at=response.completed_at,
            path=path_of(response.survey_id, written.question_id),
            thread=thread,
        )
        for written in queries.list_written(response)
    ]
