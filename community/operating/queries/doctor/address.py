"""Is the site what its address says: encrypted, behind whom it trusts, with a secret that is one?"""

import math
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import current_app

from community.infra.security import LOCAL_HOSTS
from community.operating.queries.doctor.finding import Finding, broken, fine, warning

# As many as a key of 128 bits in hex has.
_LEAST_LETTERS = 32
_LEAST_BITS = 80


def check_base_url() -> Iterator[Finding]:
    """Whether links lead here, over TLS."""
    url = current_app.config["BASE_URL"]
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield broken("address", f"BASE_URL {url!r} is no address.", "Say https:// and the name of the site.")
    elif parts.path or parts.query:
        yield broken(
            "address",
            f"BASE_URL {url!r} has a path; the site answers at the root of its name only.",
            "Give the site a name of its own.",
        )
    elif parts.scheme == "http" and not _is_local():
        yield broken(
            "address",
            f"{url} is not encrypted: passwords and sessions can be read on the way.",
            "Put a reverse proxy with a certificate before the site, and let BASE_URL begin with https://.",
        )
    elif _is_local():
        yield warning(
            "address", f"Links in mail lead to {url}, this machine.", "Set BASE_URL once others are to come."
        )
    else:
        yield fine("address", f"{url}, over TLS; cookies are for TLS only.")


def check_proxies() -> Iterator[Finding]:
    """Whether somebody speaks TLS before the site, and is believed."""
    hops = current_app.config["TRUSTED_PROXIES"]
    is_https = current_app.config["BASE_URL"].startswith("https:")
    if is_https and not hops:
        yield warning(
            "proxies",
            "BASE_URL says https, but no proxy is trusted: all visitors seem to come from one address.",
            "Set TRUSTED_PROXIES to the number of proxies before the site, mostly 1.",
        )
    elif hops and _is_local():
        yield warning(
            "proxies",
            f"{hops} are believed, but BASE_URL is this machine: without one, anybody can forge an address.",
            "Set TRUSTED_PROXIES=0 unless a proxy overwrites X-Forwarded-For.",
        )
    else:
        yield fine("proxies", f"{hops} trusted." if hops else "None, and none is believed.")


def check_secret() -> Iterator[Finding]:
    """Whether the secrets could be guessed, and whether a former one is still valid."""
    config = current_app.config
    for name, secret in (("secret", config["SECRET_KEY"]), ("metrics token", config["METRICS_TOKEN"])):
        if name == "metrics token" and not secret:
            continue
        if len(secret) < _LEAST_LETTERS or _bits(secret) < _LEAST_BITS:
            setting = "SECRET_KEY" if name == "secret" else "METRICS_TOKEN"
            yield broken(
                name, "It can be guessed.", f"Take what `flask secret new` prints, and set it as {setting}."
            )
        else:
            yield fine(name, "It is long enough.")
    if former := len(config["SECRET_KEY_FALLBACKS"]):
        yield warning(
            "former secrets",
            f"{former} still valid.",
            "Take them away when the time of change is over: `flask secret forget`, or SECRET_KEY_FALLBACKS.",
        )


def check_limits() -> Iterator[Finding]:
    """Whether guessing and flooding are slowed down."""
    if not current_app.config["RATE_LIMITS"]:
        yield broken(
            "limits", "They are switched off: passwords can be guessed.", "Take RATE_LIMITS=off away."
        )
    else:
        yield fine("limits", "They hold.")


def _is_local() -> bool:
    return (urlsplit(current_app.config["BASE_URL"]).hostname or "") in (*LOCAL_HOSTS, "::1")


def _bits(secret: str) -> float:
    """How much chance its letters show: little if they repeat."""
    counts = Counter(secret)
    return sum(count * math.log2(len(secret) / count) for count in counts.values())
