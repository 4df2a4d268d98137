"""What was written while the session ended, filled in again for whoever wrote it."""

from flask import redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import unsent as texts
from community.infra.errors import NotFound
from community.infra.web import viewer
from community.members import actions, queries
from community.members.models import UnsentText
from community.members.views import blueprint


@blueprint.get("/unsent/<secret>")
def unsent(secret: str) -> BaseResponse:
    """The page on which it was written, with the form filled in."""
    found = _own(secret)
    answer = texts.fill_in(found.path, found.words)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/unsent/<secret>")
def send_unsent(secret: str) -> BaseResponse:
    """A form that is sent to the page it stands on, on its way to where it belongs."""
    found = _own(secret)
    path = found.path
    actions.forget_unsent(viewer(), secret)
    # With all that was sent, as a form on the page itself would.
    return redirect(path, code=307)


def _own(secret: str) -> UnsentText:
    found = queries.find_unsent(viewer(), secret)
    if found is None:
        # Also to whoever sits now where it was written.
        raise NotFound(_("What was written here is not kept any more, or not for you."))
    return found
