"""The checkpoint files a history is compared with: the same file found in two folders is one witness."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from hashlib import sha256
from pathlib import Path

from workflow.services import timestamps
from workflow.services.checkpoint_files import MAX_BYTES, files_in, unreadable
from workflow.services.office import Office


def files_outside(office: Office, since: Path | None, apart_from: Collection[Path]) -> list[Path]:
    """The files of the folder of the settings without those `apart_from`, and of `since`, each content once.

    That the folder of the settings cannot be read is for the doctor to tell. Raises `ConfigurationError`
    (`anchor_unreadable`).
    """
    folder = office.settings.checkpoint_dir
    own = files_in(folder) if folder is not None and folder.is_dir() else []
    own = [path for path in own if path not in apart_from]
    return _distinct(own + (files_in(since) if since is not None else []))


def _distinct(paths: Iterable[Path]) -> list[Path]:
    """The first file of each content; of those with a time-stamp beside them, one for each time-stamp."""
    found: dict[bytes, dict[bytes | None, Path]] = defaultdict(dict)
    for path in paths:
        content, token = _read(path)
        found[content].setdefault(token, path)
    return [path for tokens in found.values() for path in _stamped_ones(tokens)]


def _stamped_ones(tokens: dict[bytes | None, Path]) -> Iterable[Path]:
    return [path for token, path in tokens.items() if token is not None or len(tokens) == 1]


def _read(path: Path) -> tuple[bytes, bytes | None]:
    """The hash of a file's content, as far as it is read for a checkpoint, and the token beside it."""
    try:
        with path.open("rb") as file:
            content = sha256(file.read(MAX_BYTES)).digest()
        return content, timestamps.read_token(path)
    except OSError as error:
        raise unreadable(path) from error
