"""Writing and changing a comment."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from community.infra.forms import BlockField, Form, IdField, length, required

LONGEST = 5000


class EditCommentForm(Form):
    """What a comment says."""

    body = BlockField(_l("Your comment"), validators=[required(), length(most=LONGEST)])


class CommentForm(EditCommentForm):
    """A new comment, or with `parent_id` a reply to one."""

    parent_id = IdField(validators=[Optional()], widget=HiddenInput())
