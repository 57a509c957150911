"""The log as files, one a day, each record one line, kept for as long as the law asks and longer.

《网络安全法》 asks that network logs are kept for at least six months; below `SHORTEST_DAYS` no setting goes.
The day stands in a file's name and nothing is ever renamed, so that several processes may write the same
files: two that turned a common file over by themselves would lose each other's records.
"""

import logging
import os
import re
import sys
from datetime import date, datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from workflow.errors import ConfigurationError

SHORTEST_DAYS, LONGEST_DAYS = 183, 36_500
OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
IDEOGRAPHIC_SPACE = "\u3000"


class OneLine(logging.Formatter):
    """A record as one line: when, how grave, from where, and what; nobody's words make another."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(process)d] %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return _moment(record).isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        return "".join(map(_written, super().format(record)))


class DailyFiles(WatchedFileHandler):
    """Writes `duban.log` as `duban-2026-11-20.log`, readable by its owner only, and keeps the newest `days`.

    Days without a record have no file, so that what is kept never covers less. A file taken away is made
    anew. When it cannot be written, standard error is told, once until it can be again.
    """

    def __init__(self, path: Path, days: int) -> None:
        self._path, self._days, self._day = path.absolute(), days, ""
        self._error: BaseException | None = None
        super().__init__(path, encoding="utf-8", delay=True)
        self.setFormatter(OneLine())

    def emit(self, record: logging.LogRecord) -> None:
        before, self._error = self._error, None
        try:
            self._turn_to(_moment(record).date().isoformat())
            super().emit(record)
        except OSError:
            self.handleError(record)
        if (before is None) != (self._error is None):
            print(self._told, file=sys.stderr)

    def handleError(self, record: logging.LogRecord) -> None:
        """A log that fails neither stops the work nor fails in silence."""
        self._error = sys.exc_info()[1]

    @property
    def _told(self) -> str:
        if self._error is not None:
            return f"日志无法写入{self.baseFilename}（{self._error}），记录只在标准错误"
        return f"日志已恢复写入{self.baseFilename}"

    def open_on(self, day: date) -> None:
        """Open the file of a day. Raises `ConfigurationError` (`log_file`) where it cannot be."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._turn_to(day.isoformat())
            self.stream = self._open()
        except OSError as error:
            raise ConfigurationError(
                f"日志文件无法写入{self._path}，请核对DUBAN_LOG_FILE及文件夹权限。", code="log_file"
            ) from error

    def _open(self) -> Any:
        return open(self.baseFilename, self.mode, encoding=self.encoding, opener=_for_its_owner)

    def _turn_to(self, day: str) -> None:
        if day == self._day:
            return
        self._close_stream()
        self.baseFilename = str(self._path.with_name(f"{self._path.stem}-{day}{self._path.suffix}"))
        self._day = day
        self._drop_oldest()

    def _close_stream(self) -> None:
        """Close the file; the next record opens one."""
        stream, self.stream = self.stream, None
        if stream is not None:
            stream.close()

    def _drop_oldest(self) -> None:
        for old in sorted(self._files())[: -self._days]:
            old.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        """The files of all days, this one's among them as it will be."""
        named = re.compile(rf"{re.escape(self._path.stem)}-\d{{4}}-\d\d-\d\d{re.escape(self._path.suffix)}")
        found = {one for one in self._path.parent.iterdir() if named.fullmatch(one.name)}
        return list(found | {Path(self.baseFilename)})


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, OFFICE_ZONE)


def _written(character: str) -> str:
    """A character that shows, or its escape: line ends, control characters, what turns the direction."""
    if character.isprintable() or character == IDEOGRAPHIC_SPACE:
        return character
    return character.encode("unicode_escape").decode()
