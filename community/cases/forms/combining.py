"""Which case another one is put into."""

from flask_babel import lazy_gettext as _l

from community.infra.forms import Form, IdField, required


class CombineForm(Form):
    """The number of the case that is to hold all."""

    into = IdField(_l("Number of the other case"), [required()])
