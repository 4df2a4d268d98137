"""Writing and changing a comment."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from community.ideas.lengths import COMMENT_MOST
from community.infra.forms import BlockField, Form, GuardedForm, IdField, length, required


class EditCommentForm(Form):
    """What a comment says."""

    body = BlockField(_l("Your comment"), validators=[required(), length(most=COMMENT_MOST)])


class CommentForm(EditCommentForm, GuardedForm):
    """A new comment, or with `parent_id` a reply to one."""

    parent_id = IdField(validators=[Optional()], widget=HiddenInput())
