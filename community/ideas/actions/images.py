"""Keeping the pictures of ideas: the files first, and none of them if the rest fails."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import current_app

from community.ideas.models import Idea, IdeaImage
from community.infra import clock
from community.infra.files import Store
from community.infra.images import CleanImage
from community.members.models import Member


class KeptImages:
    """Pictures whose files are stored and that still belong to no idea."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: list[tuple[str, CleanImage]] = []

    def keep(self, image: CleanImage) -> None:
        """Store one more picture."""
        self._kept.append((self._store.put(image.data, image.extension), image))

    def as_rows(self, idea: Idea, member: Member) -> list[IdeaImage]:
        """The rows that make them the idea's."""
        return [
            IdeaImage(
                idea_id=idea.id,
                key=key,
                extension=image.extension,
                width=image.width,
                height=image.height,
                position=position,
                uploaded_by_id=member.id,
                uploaded_at=clock.now(),
            )
            for position, (key, image) in enumerate(self._kept)
        ]

    def forget(self) -> None:
        """Remove the files again."""
        for key, _image in self._kept:
            self._store.delete(key)
        self._kept.clear()


@contextmanager
def keep_images(images: Sequence[CleanImage]) -> Iterator[KeptImages]:
    """Store the pictures, and remove them again if what they were for goes wrong."""
    kept = KeptImages(Store(current_app.config["UPLOAD_DIR"]))
    try:
        for image in images:
            kept.keep(image)
        yield kept
    except BaseException:
        kept.forget()
        raise
