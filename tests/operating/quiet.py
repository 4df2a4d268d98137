"""Work that says nothing of how far it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def quietly(_label: str) -> Iterator[Callable[[int, int], None]]:
    """A step of the work."""
    yield lambda _done, _total: None
