"""The tree of topics: what people talk about, by which words, and who answers for it."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.feedback import actions, queries
from community.feedback.forms import ExampleForm, TopicForm, topic_form
from community.feedback.models import Topic
from community.feedback.staff.access import require_topic_keeper
from community.feedback.staff.access import topics as blueprint
from community.infra.errors import Refusal
from community.infra.forms import Form
from community.infra.unsent import keeps_text
from community.infra.web import argument, page, say, see_other, viewer


@blueprint.get("")
def index() -> Response:
    """The tree, with how many texts speak of each topic."""
    require_topic_keeper()
    shows_archived = argument("archived") == "1"
    return page(
        "topics/staff/index.html",
        tree=queries.topic_tree(with_archived=shows_archived),
        shows_archived=shows_archived,
        example_counts=queries.count_examples(),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@keeps_text
def new() -> BaseResponse:
    """A new topic."""
    return _topic(None)


@blueprint.route("/<int:topic_id>", methods=["GET", "POST"])
@keeps_text
def edit(topic_id: int) -> BaseResponse:
    """A topic: its name, words, place, owners and examples."""
    return _topic(queries.get_topic(topic_id))


@blueprint.post("/<int:topic_id>/examples")
@keeps_text
def add_example(topic_id: int) -> BaseResponse:
    """Write a text that speaks of the topic."""
    require_topic_keeper()
    topic, form = queries.get_topic(topic_id), ExampleForm()
    if form.was_sent():
        try:
            actions.add_example(topic, viewer(), text=form.text.data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("The example is kept. Texts like it belong to this topic from now on."))
            return see_other("topics_staff.edit", topic_id=topic_id, _anchor="examples")
    return _page(queries.get_topic(topic_id), example_form=form)


@blueprint.post("/<int:topic_id>/examples/<int:example_id>/remove")
def remove_example(topic_id: int, example_id: int) -> BaseResponse:
    """Learn from an example no longer."""
    require_topic_keeper()
    example = queries.get_example(queries.get_topic(topic_id), example_id)
    if example.item is not None:
        actions.undo_correction(example, viewer())
    else:
        actions.remove_example(example, viewer())
    say(_("The example is forgotten."))
    return see_other("topics_staff.edit", topic_id=topic_id, _anchor="examples")


@blueprint.post("/<int:topic_id>/move-up")
def move_up(topic_id: int) -> BaseResponse:
    """One place up among its neighbours."""
    return _move(topic_id, step=-1)


@blueprint.post("/<int:topic_id>/move-down")
def move_down(topic_id: int) -> BaseResponse:
    """One place down among its neighbours."""
    return _move(topic_id, step=1)


@blueprint.post("/<int:topic_id>/archive")
def archive(topic_id: int) -> BaseResponse:
    """Use a topic no longer."""
    require_topic_keeper()
    actions.archive_topic(queries.get_topic(topic_id), viewer())
    say(_("The topic is archived. What was said about it keeps it."))
    return see_other("topics_staff.index")


@blueprint.post("/<int:topic_id>/bring-back")
def bring_back(topic_id: int) -> BaseResponse:
    """Use an archived topic again."""
    require_topic_keeper()
    actions.bring_back_topic(queries.get_topic(topic_id), viewer())
    say(_("The topic is in use again."))
    return see_other("topics_staff.edit", topic_id=topic_id)


def _move(topic_id: int, *, step: int) -> BaseResponse:
    require_topic_keeper()
    actions.move_topic(queries.get_topic(topic_id), viewer(), step=step)
    return see_other("topics_staff.index", _anchor=f"topic-{topic_id}")


def _topic(topic: Topic | None) -> BaseResponse:
    require_topic_keeper()
    form = _form(topic)
    if form.was_sent():
        try:
            if topic is None:
                topic = actions.add_topic(viewer(), settings=form.settings())
            else:
                actions.change_topic(
                    topic,
                    viewer(),
                    settings=form.settings(),
                    check=lambda locked: form.must_stand(_form(locked)),
                )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("Saved. The next texts are read with it."))
            return see_other("topics_staff.edit", topic_id=topic.id)
    return _page(topic, form=form)


def _form(topic: Topic | None) -> TopicForm:
    return topic_form(topic, tree=queries.topic_tree(), people=queries.list_people_who_may_own())


def _page(
    topic: Topic | None, *, form: Form | None = None, example_form: ExampleForm | None = None
) -> BaseResponse:
    forms = [each for each in (form, example_form) if each is not None]
    tree = queries.topic_tree(with_archived=True)
    return page(
        "topics/staff/edit.html",
        status=max(each.status for each in forms),
        topic=topic,
        node=next((node for node in tree if topic is not None and node.id == topic.id), None),
        form=form or topic_form(topic, tree=tree, people=queries.list_people_who_may_own()),
        example_form=example_form or ExampleForm(formdata=None),
        examples=queries.list_examples(topic) if topic is not None else [],
        suggestions=queries.list_suggested(topic, viewer()) if topic is not None else [],
    )
