"""What acts that were cut off left of the files that came with them: cleared away after a day."""

import shutil
from contextlib import suppress
from datetime import datetime, timedelta

from workflow.services.files import waiting_room
from workflow.services.office import Office

KEPT_FOR = timedelta(days=1)
"""Longer than any act takes, its uploads and a search for viruses included."""


def clear(office: Office, *, at: datetime) -> int:
    """Do away with what has waited in vain, files and folders; returns how many there were.

    Raises `OSError` where they cannot be removed.
    """
    too_old, cleared = (at - KEPT_FOR).timestamp(), 0
    for one in list(waiting_room(office.settings.files).iterdir()):
        with suppress(FileNotFoundError):  # whoever put it there is quicker
            if one.lstat().st_mtime < too_old:
                shutil.rmtree(one) if one.is_dir() else one.unlink()
                cleared += 1
    return cleared
