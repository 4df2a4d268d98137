"""A Chromium for the tests: found on this machine or installed on it."""

import os
import shutil
import subprocess
import sys
from ctypes.util import find_library
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

# What no test looks at and each window pays for: the suggestions below the line of the address are two
# pages of their own, half of what a window costs. Of several such lists only the last one holds, so what
# Playwright switches off stands here again.
FEATURES_OFF = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding",
    "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints",
    "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch", "Translate",
)  # fmt: skip

# No sandbox: it needs rights that containers and root do not have, and only our own pages are opened.
# Scripts are translated once, quickly and at their first call: a page lives for seconds, and axe-core, the
# dearest of them, was interpreted anew on each. That is an eighth of all that looking for barriers costs.
# The rest keeps the browser from talking to anybody but the site under test.
ARGUMENTS = [
    "--js-flags=--always-sparkplug",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(FEATURES_OFF)}",
]


def find() -> str | None:
    """The program: what `CHROMIUM` says, one on the PATH, or the one that Playwright downloaded."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or _downloaded()


def has_chinese_font() -> bool:
    """Whether this machine can draw Chinese, as far as it can be asked."""
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    return bool(subprocess.run([lister, ":lang=zh"], capture_output=True, check=True).stdout.strip())


def has_pango() -> bool:
    """Whether this machine has the library that sets PDF files; without it their tests are skipped."""
    return find_library("pangoft2-1.0") is not None


def install() -> str:
    """Makes sure that there is a browser, from Debian's packages or else from Playwright, and returns it."""
    wanted = (
        ([] if find() else ["chromium"])
        + ([] if has_chinese_font() else ["fonts-noto-cjk"])
        + ([] if has_pango() else ["libpango-1.0-0", "libpangoft2-1.0-0"])
    )
    if wanted:
        _install_packages(wanted)
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    browser = find()
    if browser is None:
        raise SystemExit(
            "The tests need a Chromium and none could be installed.\n"
            "Install chromium or google-chrome so that it is on the PATH, or set CHROMIUM to the program, "
            "then try again."
        )
    return browser


def _downloaded() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _install_packages(names: list[str]) -> None:
    apt = shutil.which("apt-get")
    if apt is None:
        return
    as_root: list[str] = []
    if os.geteuid() != 0:
        sudo = shutil.which("sudo")
        if sudo is None:
            return
        as_root = [sudo]
    print(f"Installing {' and '.join(names)} for the browser tests …", flush=True)  # noqa: T201 people wait for it
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *names]):
        # Failing is not the end: another way to a browser is tried, and the caller looks at what is there.
        subprocess.run([*as_root, apt, "-qq", *command], check=False, env=quiet)


if __name__ == "__main__":
    install()
