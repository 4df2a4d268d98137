"""Every column that is sealed with the site's secret, so that a new secret can seal it anew."""

from community.infra.keys import SealedColumn
from community.members.models import Authenticator

SEALED = (SealedColumn(Authenticator.id, Authenticator.sealed_secret, "authenticator"),)
