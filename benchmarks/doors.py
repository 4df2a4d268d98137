"""What time tells about who has an account: one request for a known and an unknown address, in pairs.

One process, SQLite, a fresh site with fifty members, limits off; which of a pair comes first takes turns.
Time is the CPU of this process, so that what else runs on the machine weighs little. `--pairs` for more than
the few of `make bench`.
"""

import statistics
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable
from itertools import count

from flask import Flask
from flask_migrate import upgrade

from community import create_app
from community.members import actions

KNOWN, UNKNOWN = "member7@example.org", "nobody7@example.org"
PASSWORD, OTHER = "three geese on a tram", "seven lamps by the sea"
MEMBERS = 50
# A gap below this many milliseconds drowns in what networks add.
GOAL = 2.0
_numbers = count(1)


def main() -> None:
    """Print a row for each door: both medians, and the median gap between two of a pair."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=60)
    pairs = parser.parse_args().pairs
    title = f"milliseconds of CPU, {pairs} pairs"
    print(f"{title:<32}{'known':>10}{'unknown':>10}{'gap':>10}{'spread':>18}")
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            {"INSTANCE": folder, "RATE_LIMITS": False, "WTF_CSRF_ENABLED": False, "LOG_LEVEL": "error"}
        )
        with app.app_context():
            upgrade()
            fill()
        for name, knock in DOORS.items():
            measure(app, name, knock, pairs=pairs)


def fill() -> None:
    """Members who have shown that their address is theirs; one password is hashed for all of them."""
    for number in range(MEMBERS):
        actions.create_member(
            display_name=f"Member {number}", email=f"member{number}@example.org", password=PASSWORD
        )


def measure(app: Flask, name: str, knock: Callable[[Flask, str], None], *, pairs: int) -> None:
    """One row."""
    times: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for number in range(pairs + 3):
        for email in (KNOWN, UNKNOWN) if number % 2 else (UNKNOWN, KNOWN):
            began = time.process_time()
            knock(app, email)
            times[email].append((time.process_time() - began) * 1000)
    known, unknown = (taken[3:] for taken in times.values())
    gaps = sorted(one - other for one, other in zip(known, unknown, strict=True))
    middle = statistics.median(gaps)
    spread = f"{gaps[len(gaps) // 4]:.2f} … {gaps[len(gaps) * 3 // 4]:.2f}"
    verdict = "" if abs(middle) < GOAL else f"  over {GOAL} ms"
    print(
        f"{name:<32}{statistics.median(known):>10.2f}{statistics.median(unknown):>10.2f}"
        f"{middle:>+10.2f}{spread:>18}{verdict}"
    )


def sign_in(app: Flask, email: str) -> None:
    """A wrong password."""
    answer = app.test_client().post("/sign-in", data={"email": email, "password": OTHER})
    assert answer.status_code == 422


def forget(app: Flask, email: str) -> None:
    """A link for a new password."""
    assert app.test_client().post("/forgotten-password", data={"email": email}).status_code == 303


def join(app: Flask, email: str) -> None:
    """A new account that claims the address."""
    form = {"display_name": f"Robin {next(_numbers)}", "email": email, "password": OTHER}
    assert app.test_client().post("/join", data=form).status_code == 303


DOORS = {"sign in, wrong password": sign_in, "forgotten password": forget, "join": join}


if __name__ == "__main__":
    main()
