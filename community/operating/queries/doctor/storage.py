"""Can files be written, and is there room?"""

import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import current_app

from community.config import KEPT_SECRETS, SETTINGS_FILE
from community.operating.queries.doctor.finding import Finding, broken, fine, warning

# What a busy site may write in a week.
PLENTY = 1024**3
LEAST = 100 * 1024**2


def check_folders() -> Iterator[Finding]:
    """The instance folder and that of uploads: writable, with room."""
    for name in ("INSTANCE", "UPLOAD_DIR"):
        yield _look_at(name.lower().replace("_dir", "s"), Path(current_app.config[name]))


def check_secret_file() -> Iterator[Finding]:
    """Whether others on this machine can read the secret."""
    path = Path(current_app.config["INSTANCE"]) / KEPT_SECRETS
    if not path.exists():
        return
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield broken(
            "secret file",
            f"Other users of this machine can read {path}, and with it be anybody on the site.",
            f"Run `chmod 600 {path}`, then `flask secret rotate`.",
        )
    else:
        yield fine("secret file", "Only its owner can read it.")


def check_settings_file() -> Iterator[Finding]:
    """Whether others on this machine can read the passwords of the database and the mail server."""
    path = Path(current_app.config["INSTANCE"]) / SETTINGS_FILE
    if path.exists() and path.stat().st_mode & stat.S_IRWXO:
        yield broken(
            "settings file",
            f"All users of this machine can read {path}, and the passwords in it.",
            f"Run `chmod 600 {path}`, and change what is secret in it.",
        )


def _look_at(name: str, folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(b"written by the doctor")
            file.flush()
    except OSError as error:
        return broken(
            name,
            f"{folder} cannot be written to: {error.strerror}.",
            "Give the folder to the user that runs the site, and look whether its disk is full.",
        )
    free = shutil.disk_usage(folder).free
    said = f"{folder} is writable; {free / 1024**3:.1f} GB are free."
    if free < LEAST:
        return broken(name, said, "Make room: soon nothing can be written any more.")
    if free < PLENTY:
        return warning(name, said, "Make room, or put it onto a larger disk.")
    return fine(name, said)
