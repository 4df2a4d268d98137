"""What is done about reports by the clock."""

from community.insights.actions import filing, rolling, schedules, unquoting

# Other work waits meanwhile; what is left is counted next time.
COUNT_SECONDS = 60.0


def count_ahead() -> None:
    """What changed in the texts is counted anew, before a report asks for it."""
    rolling.fold(seconds=COUNT_SECONDS)


def sort_members() -> None:
    """Who is in which segments is looked up anew."""
    rolling.stratify()


def forget_names() -> None:
    """The names of imported authors go with their last text."""
    rolling.forget_names()


def forget_old_files() -> None:
    """Files are deleted some days after they were made."""
    filing.forget_old()


def forget_quotes() -> None:
    """Words that may not be quoted any more go from the reports."""
    unquoting.forget_quotes()


def run_schedules() -> None:
    """Templates whose time has come are run."""
    schedules.run_due()
