"""Authors are told what became of their words, and owners what the authors say to it.

Nothing of a case's title goes to authors: it may be made of somebody else's words.
"""

from community.activity.models import Activity
from community.cases.queries import audiences
from community.notifications.actions import tell


def tell_of_reply(activity: Activity) -> None:
    """A reply, to those who wrote in the case."""
    _tell_authors(activity, "cases.replied", excerpt=activity.data["excerpt"])


def tell_of_resolution(activity: Activity) -> None:
    """That it is resolved, with the question whether it helped; nobody hears of what needed no reply."""
    if activity.data["is_told"]:
        _tell_authors(
            activity, "cases.resolved", outcome=activity.data["outcome"], excerpt=activity.data["excerpt"]
        )


def tell_of_promise(activity: Activity) -> None:
    """A promise and its day."""
    _tell_authors(activity, "cases.promised", **_promise(activity))


def tell_of_kept_promise(activity: Activity) -> None:
    """That a promise is kept."""
    _tell_authors(activity, "cases.promise_kept", **_promise(activity))


def tell_of_broken_promise(activity: Activity) -> None:
    """That a promise is broken: openly to those it was made to, and to whoever has the case."""
    _tell_authors(
        activity, "cases.promise_broken", reason=activity.data.get("reason", ""), **_promise(activity)
    )
    _tell_desk(activity, "cases.promise_missed", **_promise(activity))


def tell_of_words(activity: Activity) -> None:
    """That a member has written again, to whoever has the case."""
    _tell_desk(activity, "cases.member_replied", excerpt=activity.data["excerpt"])


def tell_of_help(activity: Activity) -> None:
    """What a member answered to "did this help?"."""
    _tell_desk(activity, "cases.helped", rating=activity.data["rating"], excerpt=activity.data["excerpt"])


def tell_of_reopening(activity: Activity) -> None:
    """That it is not solved."""
    _tell_desk(activity, "cases.reopened", excerpt=activity.data["excerpt"])


def _promise(activity: Activity) -> dict[str, str]:
    return {"promise": activity.data["promise"], "promised_on": activity.data["promised_on"]}


def _tell_authors(activity: Activity, kind: str, **data: str) -> None:
    tell(
        activity,
        kind=kind,
        to=audiences.authors_of(activity.subject_id),
        path=f"/me/said/case/{activity.subject_id}",
        data=data,
        # It is their own conversation, also once they have left the panel.
        needs_panel=False,
    )


def _tell_desk(activity: Activity, kind: str, **data: object) -> None:
    tell(
        activity,
        kind=kind,
        to=audiences.desk_of(activity.subject_id),
        path=f"/staff/cases/{activity.subject_id}",
        data={"title": activity.data["title"], **data},
    )
