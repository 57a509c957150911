"""Where a command's log goes: standard error of what keeps running, and the files of `DUBAN_LOG_FILE`."""

import logging
import sys

from states.office_time import office_day
from workflow.cli.output import at_the_end, now
from workflow.log_files import DailyFiles, OneLine
from workflow.settings import Settings

OURS = "duban"


def log_to_standard_error() -> None:
    """Of a command that keeps running: everything of ours, of others what is grave."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger(OURS).setLevel(logging.INFO)
    logging.getLogger("apscheduler").setLevel(
        logging.ERROR
    )  # a run that lasts longer than a tick is none of them


def log_to_files(settings: Settings) -> None:
    """Until the command ends, if a file is set. Raises `ConfigurationError` where it cannot be opened."""
    if settings.log_file is None:
        return
    files = DailyFiles(settings.log_file, settings.log_days)
    files.open_on(office_day(now()))
    root, ours = logging.getLogger(), logging.getLogger(OURS)
    root.addHandler(files)
    before = ours.level
    ours.setLevel(logging.INFO)
    at_the_end.callback(ours.setLevel, before)
    at_the_end.callback(files.close)
    at_the_end.callback(root.removeHandler, files)
