"""One's own text that waits: why, until when, and what moderators ask about it."""

from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import limits, web
from community.infra.errors import Refusal
from community.infra.forms import answer
from community.infra.unsent import keeps_text
from community.moderation.actions import messages as actions
from community.moderation.forms.deciding import AnswerForm
from community.moderation.queries import messages, queue
from community.moderation.views import blueprint


@blueprint.route("/me/moderation/waiting/<int:item_id>", methods=["GET", "POST"])
@keeps_text
@limits.by_member(limits.WRITE)
def waiting_item(item_id: int) -> BaseResponse:
    """What waits, the talk about it with moderators, and a line to answer."""
    item = queue.get_own_item(item_id, web.viewer())
    form = AnswerForm()
    if form.was_sent():
        try:
            actions.answer(item, web.viewer(), body=form.body.data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Your answer lies before our moderators."))
            return web.see_other("moderation.waiting_item", item_id=item_id)
    return answer("moderation/waiting_item.html", form, item=item, messages=messages.list_messages(item.id))
