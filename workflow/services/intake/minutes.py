"""Minutes and instructions on their way to drafts: the text of a file, and the drafts somebody chose.

Nothing is opened before it was shown and chosen, and nothing is assigned: what is opened is a draft (拟办).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from defusedxml.ElementTree import ParseError, iterparse
from sqlalchemy import Connection

from states.errors import FactInvalid, FactMissing
from states.intake.minutes import fingerprint
from states.office_time import office_day
from workflow import particulars
from workflow.errors import FileRefused
from workflow.services import files
from workflow.services.batch import OpenCase, facts_shown
from workflow.services.cases import Order, next_numbers, perform_within
from workflow.services.entries import Act
from workflow.services.files import Given
from workflow.services.office import Office, Signature
from workflow.services.people import signer
from workflow.services.seeing import Eyes, Onlooker
from workflow.services.series import chosen_series
from workflow.storage import intake, journal
from workflow.storage.session import reading, transaction
from workflow.workbooks.csv_in import decoded

MIB = 1024 * 1024
MAX_FILE, MOST_CHOSEN = 8 * MIB, 100
TEXTS = (".txt", ".docx")
BODY = "word/document.xml"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BREAKS = {f"{WORD}tab": "\t", f"{WORD}br": "\n", f"{WORD}cr": "\n", f"{WORD}p": "\n"}
OPENING, OPENED = "open", "minutes_opened"


@dataclass(frozen=True, slots=True)
class Made:
    """A matter that was opened from a text before, under its number and by its name now."""

    number: str
    title: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Chosen:
    """A draft somebody chose, as he corrected it."""

    title: str
    source: str
    basis: str = ""
    requirement: str = ""


def text_of(office: Office, given: Given) -> str:
    """The text of a .txt or .docx file, which is looked through like every file that comes in.

    Numbers that Word makes by itself are no text, and are not in it. Raises as `files.take_in`, and
    `FileRefused` (`minutes_type`, `file_too_large`, `file_broken`).
    """
    suffix = Path(given.name).suffix.lower()
    if suffix not in TEXTS:
        message = "请上传.txt或.docx文件，或者把文字粘贴到框中。"
        raise FileRefused(message, code="minutes_type", name=given.name)
    if given.path.is_file() and given.path.stat().st_size > MAX_FILE:
        message = f"“{given.name}”超过{MAX_FILE // MIB}MB，请只留文字。"
        raise FileRefused(message, code="file_too_large", name=given.name)
    files.dismiss([files.take_in(office.settings.files, given, scanner=office.settings.scan)])
    if suffix == ".txt":
        return decoded(given.path, "文本").replace("\r\n", "\n").replace("\r", "\n")
    try:
        return "".join(_pieces(given.path.read_bytes()))
    except (KeyError, BadZipFile, ParseError) as error:
        message = f"“{given.name}”不是完整的Word文档，请用Word或WPS另存为.docx，或者粘贴文字。"
        raise FileRefused(message, code="file_broken", name=given.name) from error


def made_before(office: Office, text: str, *, by: Onlooker | None) -> list[Made]:
    """The drafts that were opened from this text, the earliest first, as far as they are shown to somebody.

    Raises as `Eyes`.
    """
    with reading(office.engine) as tx:
        opened_on = dict(_opened_from(tx, fingerprint(text)))
        rows = intake.cases_numbered(tx, opened_on)
        eyes = None if by is None or not rows else Eyes(tx, by)
        shown = [one for one in rows if eyes is None or eyes.see(facts_shown(tx, one))]
        made = (Made(one.number, one.title or "", opened_on[one.number]) for one in shown)
        return sorted(made, key=lambda one: (one.opened_at, one.number))


def _opened_from(tx: Connection, text: str) -> Iterator[tuple[str, datetime]]:
    for entry in journal.entries_of_kind(tx, OPENED):
        details = json.loads(entry.payload)["details"]
        if details["fingerprint"] == text:
            yield from ((number, entry.recorded_at) for number in details["cases"])


def open_chosen(
    office: Office, chosen: Sequence[Chosen], *, by: Signature, at: datetime, text: str | None = None
) -> list[OpenCase]:
    """Open a draft matter of each that was chosen, all or none; `text` is the fingerprint of what they were
    taken from, which the journal keeps, so that whoever takes it apart again is told.

    Raises `FactMissing` (`drafts_none`), `FactInvalid` (`drafts_many`), and as `cases.create`.
    """
    if not chosen:
        raise FactMissing("请至少勾选一项。", code="drafts_none", missing="chosen")
    if len(chosen) > MOST_CHOSEN:
        raise FactInvalid(f"一次最多{MOST_CHOSEN}项，请分次办理。", code="drafts_many")
    with transaction(office.engine) as tx:
        year = office_day(at).year
        series = chosen_series(tx, office, None, year=year)
        numbers = next_numbers(tx, series, year, len(chosen))
        orders = [
            Order(OPENING, details=_details(one), new_number=number)
            for one, number in zip(chosen, numbers, strict=True)
        ]
        told = {"fingerprint": text, "cases": numbers}
        note = Act(OPENED, at, signer(tx, by.person), told)
        return perform_within(tx, office, orders, by=by, at=at, note=note)


def _details(one: Chosen) -> dict[str, str]:
    told = {"title": one.title, "source": one.source, "basis": one.basis, "requirement": one.requirement}
    read = {name: particulars.read_text(text) for name, text in told.items()}
    return {name: text for name, text in read.items() if text}


def _pieces(data: bytes) -> Iterator[str]:
    """The text of a Word document, paragraph by paragraph."""
    with ZipFile(BytesIO(data)) as archive, archive.open(BODY) as body:
        for _, element in iterparse(body):
            if element.tag == f"{WORD}t":
                yield element.text or ""
            elif element.tag in BREAKS:
                yield BREAKS[element.tag]
