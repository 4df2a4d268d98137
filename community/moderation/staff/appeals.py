"""Hearing appeals: the decision, what its author says to it, and somebody else's verdict."""

from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra.errors import NotFound, Refusal
from community.infra.forms import answer
from community.infra.unsent import keeps_text
from community.infra.web import say, see_other, viewer
from community.moderation import policy, verbs
from community.moderation.actions import appealing as actions
from community.moderation.forms.appeals import HearingForm
from community.moderation.queries import appeals as queries
from community.moderation.queries import flags, sanctions, subjects
from community.moderation.staff.access import blueprint


@blueprint.route("/appeals/<int:appeal_id>", methods=["GET", "POST"])
@keeps_text
def appeal(appeal_id: int) -> BaseResponse:
    """One appeal, for those who moderate there; decided by another than whom it is against."""
    found = queries.get_appeal(appeal_id)
    decision = found.decision
    if not policy.can_moderate(viewer(), decision.panel_id):
        raise NotFound()
    form = HearingForm()
    if form.was_sent():
        try:
            actions.decide(
                found, viewer(), is_right=form.verdict.data == "overturned", answer=form.answer.data
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("The author is told what you decided."))
            return see_other("moderation_staff.index")
    return answer(
        "moderation/staff/appeal.html",
        form,
        appeal=found,
        decision=decision,
        verb=verbs.LABELS[decision.verb],
        subject=subjects.find_subject(decision.subject_type, decision.subject_id),
        objections=flags.list_objections(decision.subject_type, decision.subject_id),
        sanctions=sanctions.list_of_decision(decision.id),
        can_decide=policy.can_decide_appeal(viewer(), found),
    )
