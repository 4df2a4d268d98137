"""The staff blueprints of feedback, and finding an item that this member of staff may work on."""

from community.feedback import policy, queries, wording
from community.feedback.models import FeedbackItem
from community.infra.errors import Forbidden
from community.infra.web import StaffBlueprint, viewer

feedback = StaffBlueprint("feedback_staff", __name__, roles=policy.READERS)
topics = StaffBlueprint("topics_staff", __name__, roles=("admin",))
listening = StaffBlueprint("listening_staff", __name__, roles=policy.READERS)
# Macros are imported without the values of the page, and cases speak of feedback too.
feedback.record_once(lambda state: state.app.jinja_env.globals.update(feedback_words=wording))


def item_to_correct(item_id: int) -> FeedbackItem:
    """The item, for whoever may say what it is."""
    item = queries.get_item(item_id, viewer())
    if not policy.can_correct_item(viewer(), item.panel_id):
        raise Forbidden()
    return item


def require_topic_keeper() -> None:
    """Only those who keep the tree of topics go on."""
    if not policy.can_edit_topics(viewer()):
        raise Forbidden()


def require_teacher() -> None:
    """Only those who teach the whole site go on."""
    if not policy.can_teach_site(viewer()):
        raise Forbidden()
