"""What members say to what was learned about them."""

from flask_babel import lazy_gettext as _l

from community.customers.learning import LONGEST_WORDS
from community.infra.forms import BlockField, Form, length, required


class CorrectionForm(Form):
    """What is right instead."""

    words = BlockField(_l("What is right instead?"), [required(), length(most=LONGEST_WORDS)])
