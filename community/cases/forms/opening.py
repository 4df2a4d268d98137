"""Which text is to become a case."""

from wtforms.widgets import HiddenInput

from community.infra.forms import Form, IdField, required


class OpenForm(Form):
    """The number of the text."""

    item_id = IdField(validators=[required()], widget=HiddenInput())
