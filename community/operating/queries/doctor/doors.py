"""Does the provider answer, are its roles still its own, and is staff asked for a second step?"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import current_app

from community.infra import jobs, keys
from community.infra.errors import Unavailable
from community.infra.security import LOCAL_HOSTS
from community.members import jobs as members
from community.members import provider, queries
from community.operating.queries import backlog
from community.operating.queries.doctor.finding import Finding, broken, fine

# Staff is asked every hour.
_LATE = 3 * 60 * 60.0


def check_provider() -> Iterator[Finding]:
    """Whether people can come back from it, and it says what is needed to believe it."""
    there, base = provider.find(), urlsplit(current_app.config["BASE_URL"])
    if there is None:
        return
    if base.scheme != "https" and base.hostname not in LOCAL_HOSTS:
        yield broken(
            "provider",
            f"People come back from it to {base.scheme}://{base.netloc}, where what it says can be read.",
            "Let BASE_URL begin with https://, and register the new address at the provider.",
        )
        return
    try:
        there.look()
    except Unavailable:
        yield broken(
            "provider",
            f"{there.issuer} does not answer, or calls itself otherwise: nobody can sign in through it.",
            "Read in the log why; OIDC_ISSUER has to be as the provider writes it, to the last slash.",
        )
    else:
        yield fine("provider", f"{there.issuer} answers, under this name and with its keys.")


def check_left_roles() -> Iterator[Finding]:
    """Whether anybody still has a role by the word of a provider that can take it back no more."""
    left = len(queries.list_left_with_roles(current_app.config["OIDC_ISSUER"]))
    if left:
        yield broken(
            "left roles",
            f"{left} people hold roles that came through a provider which is not asked about them any more.",
            "Run `flask member end-left-roles`, then give those that should stay under Staff area → Members.",
        )


def check_sealed() -> Iterator[Finding]:
    """Whether the apps of members can still be asked for codes."""
    lost = keys.count_unreadable()
    if lost:
        yield broken(
            "sealed secrets",
            f"{lost} secrets of authenticator apps were sealed with a key that this site does not have.",
            "Give the old key in SECRET_KEY_FALLBACKS. If it is lost, people come in by a recovery code, or"
            " after `flask member reset-second-step --email …`.",
        )


def check_duty() -> Iterator[Finding]:
    """Whether those who owe a second step are asked for it; until they were, they need none."""
    config = current_app.config
    if config["STAFF_SECOND_FACTOR"] != "required" or not config["STAFF_SECOND_FACTOR_DAYS"]:
        return
    late = backlog.list_late_jobs().get(jobs.name_of(members.ask_staff))
    if late is None or late > _LATE:
        yield broken(
            "second step",
            "STAFF_SECOND_FACTOR is required, but no worker asks: whoever was not asked needs none.",
            "Start a worker, or set STAFF_SECOND_FACTOR_DAYS=0: then it holds at once.",
        )
    else:
        yield fine("second step", "Whoever has a role is asked for it by mail.")
