"""Commands for copies of the whole site."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from community.cli.showing import progress
from community.loyalty.actions import checking
from community.loyalty.queries.checking import look_through
from community.operating.actions import backing_up, restoring
from community.operating.queries import counters
from community.privacy import actions as privacy
from community.privacy.actions import erasure_log

LISTED = 20
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--with-secret-key", is_flag=True, help="Also the key that signs cookies: who has it can be anybody."
)
@with_appcontext
def backup(file: Path, with_secret_key: bool) -> None:
    """Write a copy of the site to a FILE, while it runs: database, uploaded files, who was forgotten."""
    try:
        made = backing_up.back_up(
            file,
            beside={erasure_log.NAME: erasure_log.read_lines},
            has_secret=with_secret_key,
            stage=progress,
        )
    except backing_up.CannotCopy as cannot:
        raise click.ClickException(str(cannot)) from None
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}; nothing was written") from None
    click.echo(f"{file}: {made.row_count} rows and {made.file_count} files in {made.size / 1e6:.1f} MB")
    if not with_secret_key:
        click.echo("The secret key is not in it: keep that in another place.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option(
    "--erasures",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="A newer log of who was forgotten than the one in the copy.",
)
@with_appcontext
def restore(file: Path, erasures: Path | None) -> None:
    """Bring a copy back from a FILE into an empty site, and forget again who was forgotten since.

    Stop the site first. A copy of an older release is brought to this one.
    """
    if erasures is not None:
        try:
            erasure_log.take_in(erasures.read_bytes())
        except ValueError as error:
            restoring.leave_as_found()
            raise click.ClickException(f"{erasures}: {error}; nothing was restored") from None
    try:
        restored = restoring.restore(
            file,
            beside={erasure_log.NAME: erasure_log.take_in},
            afterwards={
                "Forgetting again": _forget_again,
                "Looking through the books": _check_books,
                "Counting": _check_counters,
            },
            stage=progress,
        )
    except restoring.CannotRestore as cannot:
        restoring.leave_as_found()
        raise click.ClickException(str(cannot)) from None
    except OSError as error:
        restoring.leave_as_found()
        raise click.ClickException(
            f"{error.filename or file}: {error.strerror}; nothing was restored"
        ) from None
    click.echo(f"{restored.row_count} rows and {restored.file_count} files are back")
    for remark in restored.remarks:
        click.echo(f"Note: {remark}")


def _forget_again() -> list[str]:
    done = privacy.replay()
    return [f"{done} members were forgotten again"] if done else []


def _check_books() -> list[str]:
    if not look_through().mismatch_count:
        return []
    # Nothing is paid out until somebody has looked after it.
    found = checking.check_books().mismatch_count
    return [f"the books of points do not add up in {found} places: see Staff area → Rewards → Books"]


def _check_counters() -> list[str]:
    wrong = counters.list_wrong_counts()
    told = [
        f"{each.what} of {each.row_id} says {each.says}, and there are {each.are}" for each in wrong[:LISTED]
    ]
    return told + ([f"{len(wrong) - LISTED} more counters are wrong"] if len(wrong) > LISTED else [])
