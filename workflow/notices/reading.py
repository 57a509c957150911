"""Opening a notice's file: bounds, encoding, which form it has, and which year it announces.

CSV and ICS files seldom say whose arrangement they hold. A year's notice always gives 1 January off and a
local order hardly ever does, so a file with that day off announces the year most of its days lie in.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

from states.calendar import DayKind, Notice
from states.secrecy import find_mark
from workflow.notices.csv_form import read_csv
from workflow.notices.ics_form import read_ics
from workflow.notices.json_form import read_json
from workflow.notices.listing import Listing
from workflow.notices.refusals import NoticeRefused

MAX_BYTES = 1_000_000
ENCODINGS = ("utf-8-sig", "gb18030")
FORMS: dict[str, Callable[[str], Listing]] = {
    ".csv": read_csv,
    ".txt": read_csv,
    ".json": read_json,
    ".ics": read_ics,
}


def read_notice(path: Path, *, year: int | None = None) -> Notice:
    """The notice in a file; `year` is the year it announces, where the file does not say.

    Bounds: 1 MB and 400 days. Raises `NoticeRefused` for a file that cannot be read, `RuleInvalid` for a
    notice that contradicts itself.
    """
    text = text_of(path)
    listing = _form(path, text)(text)
    return Notice(_year(listing, year), listing.papers, listing.days, listing.week, listing.hours)


def text_of(path: Path) -> str:
    """What a notice's file says, whatever its encoding. Raises `NoticeRefused`."""
    if not path.is_file():
        raise _refused(path, "file_not_found", "不存在或不是文件，请核对路径和文件名。")
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise _refused(path, "notice_too_large", "超过1MB，不会是放假安排，请确认选对了文件。")
    if not content.strip():
        raise _refused(path, "notice_empty", "是空文件，请确认选对了文件。")
    text = _decoded(path, content)
    if find_mark(text) is not None:
        raise _refused(path, "state_secret", "带有国家秘密标志，不得录入本系统，请改走涉密渠道。")
    return text


def _decoded(path: Path, content: bytes) -> str:
    if b"\x00" in content:
        raise _refused(path, "notice_form_unknown", "不是文本文件，请另存为CSV、JSON或ICS。")
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused(path, "notice_encoding", "的编码无法识别，请另存为UTF-8文本。")


def _form(path: Path, text: str) -> Callable[[str], Listing]:
    """By what the text begins with; a table, which begins with anything, by the file's name."""
    beginning = text.lstrip()[:20].upper()
    if beginning.startswith("{"):
        return read_json
    if beginning.startswith("BEGIN:VCALENDAR"):
        return read_ics
    form = FORMS.get(path.suffix.lower())
    if form is None:
        raise _refused(path, "notice_form_unknown", "不是可用的格式，请用.csv、.json或.ics文件。")
    return form


def _year(listing: Listing, asked: int | None) -> int | None:
    if not listing.states_year:
        return _announced(listing) if asked is None else asked
    if asked is not None and asked != listing.year:
        told = "没有年份，是地方安排" if listing.year is None else f"为{listing.year}年"
        message = f"文件写明的年份{told}，与所填的{asked}年不一致，请核对。"
        raise NoticeRefused(message, code="notice_year_conflict", year=listing.year, asked=asked)
    return listing.year


def _announced(listing: Listing) -> int | None:
    years = Counter(day.date.year for day in listing.days)
    if not years:
        return None
    year = max(years, key=lambda one: (years[one], one))
    new_year = date(year, 1, 1)
    is_off = any(day.date == new_year and day.kind is DayKind.REST for day in listing.days)
    return year if is_off else None


def _refused(path: Path, code: str, reason: str) -> NoticeRefused:
    return NoticeRefused(f"“{path.name}”{reason}", code=code, file=path.name)
