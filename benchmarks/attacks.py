"""Attack strings through every text field of a running demo, and what a real browser makes of the pages.

Give a folder of JSON Lines with `payload` and `class`, or none for the project's own strings. Aim it only at
a demo of your own: it writes into everything it finds.
"""

import argparse
import time
from collections import Counter
from pathlib import Path

from playwright.sync_api import sync_playwright

from community.demo import content
from tests.attacks import payloads
from tests.attacks.eyes import Eyes
from tests.attacks.outside import Outside
from tests.attacks.payloads import Supply
from tests.attacks.walk import Report, Walker
from tests.servers import chromium

STARTS = [
    "/",
    "/panels",
    "/surveys",
    "/rewards",
    "/roadmap",
    "/you-said",
    "/me",
    "/inbox",
    "/join",
    "/sign-in",
    "/staff",
]
# Bytes that are no text, and descriptions of files: nothing that can be written into a field.
NOT_TEXTS = ("json", "files_spec", "markdown_dos", "massassign")
# Said in comments as well, where Markdown is read.
MARKUP = ("xss", "markup", "naughty")
# Who walks: everything is open to the first, the others see what members and visitors see.
WALKERS = ("ada", "mia", "omar", "ana", None)


def main() -> None:
    """Walk, and print what was done and found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?", help="the running demo, such as http://127.0.0.1:8000")
    parser.add_argument("folder", nargs="?", type=Path, help="*.jsonl with payload and class")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument(
        "--comments", type=int, default=0, help="so many more of the markup, each as a comment"
    )
    parser.add_argument("--idea", type=int, default=1, help="below which idea they are said")
    parser.add_argument(
        "--outside",
        action="store_true",
        help="addresses, targets, headers and bodies out of the folder instead",
    )
    parser.add_argument("--panel", default="app", help="whose lists are asked")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.url is None:
        print("Start a demo of your own, then give its address here; see docs/security.md.")
        return
    found = payloads.from_folder(asked.folder, left_out=NOT_TEXTS) if asked.folder else payloads.own()
    supply, report = Supply(found, seed=asked.seed), Report()
    stuffing = payloads.names_in(asked.folder) if asked.folder else []
    started = time.monotonic()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        eyes = Eyes(browser, asked.url, with_scripts=True)
        walkers = [walker_of(key, asked.url, supply, report, eyes, stuffing) for key in WALKERS]
        try:
            if asked.outside:
                page = browser.new_page()
                outside = Outside(asked.url, walkers[0].http, report, page=page, panel=asked.panel)
                done = outside.try_all(asked.folder)
                print(", ".join(f"{name}: {count} requests" for name, count in done.items()))
            else:
                walk(walkers, rounds=asked.rounds)
                markup = [payload.text for payload in found if payload.kind in MARKUP]
                walkers[3].say(markup[: asked.comments], idea_id=asked.idea)
                for walker in walkers:
                    walker.go_through(STARTS, meetings=4)
        except KeyboardInterrupt:
            print("stopped; until here:")
        browser.close()
    show(report, supply, looked=eyes.looked, seconds=time.monotonic() - started)


def walk(walkers: list[Walker], *, rounds: int) -> None:
    """Let each look at all pages and write into all fields, so many times."""
    started = time.monotonic()
    for number in range(rounds):
        for key, walker in zip(WALKERS, walkers, strict=True):
            walker.go_through(STARTS)
            walker.attack_everything(by_field=True)
            seconds = time.monotonic() - started
            print(f"round {number + 1}, {key or 'a visitor'}: {seconds:.0f} s", flush=True)


def walker_of(
    key: str | None, url: str, supply: Supply, report: Report, eyes: Eyes, stuffing: list[str]
) -> Walker:
    """Somebody of the demo, or a visitor."""
    walker = Walker(url, supply, report, eyes=eyes, stuffing=stuffing)
    if key is not None:
        walker.sign_in(content.email_of(key), content.PASSWORD)
    return walker


def show(report: Report, supply: Supply, *, looked: int, seconds: float) -> None:
    """The tables."""
    print(f"\n{len(report.addresses)} kinds of forms, {len(report.fields)} fields, {seconds:.0f} seconds")
    print(f"{sum(report.fields.values())} texts written, {sum(report.stored.values())} of them taken")
    print("answers: " + ", ".join(f"{status} × {count}" for status, count in sorted(report.answers.items())))
    used = Counter(payload.kind for payload in supply.used)
    print(f"strings used: {len(supply.used)} (" + ", ".join(f"{k} {n}" for k, n in used.most_common()) + ")")
    print(f"pages looked at in the browser: {looked}")
    never = sorted(set(report.fields) - set(report.stored))
    print(f"fields whose texts were never taken: {len(never)}")
    for place, name in never:
        print(f"    {place}  {name}")
    print(f"\nwrong: {len(report.wrong)}")
    for what, places in sorted(report.wrong.items()):
        print(f"  {what}  ({len(places)} times)\n      {places[0]}")


if __name__ == "__main__":
    main()
