"""What readers say to an idea in their digest."""

from wtforms import HiddenField

from community.infra.forms import Form, IdField, required


class OpinionForm(Form):
    """More, less, or neither any more."""

    idea_id = IdField("", [required()])
    opinion = HiddenField("")
