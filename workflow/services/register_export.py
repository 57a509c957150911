"""The register as it is shown, taken out of the house as a file, with an entry that tells of it.

A workbook is made to be filed: lights in colour and word, days as days, a summary by unit and the measures;
CSV is for other programs. Lines go from the database into the file as they are read. Either file can come
back edited: a hidden column tells what it said when it left. Nobody gets one the journal does not tell of;
what was looked for is not written down, only by what: the words may be those of a matter.
"""

import csv
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from states.errors import FactInvalid, NotPermitted
from states.office_time import office_day, office_minute
from states.register.returning import RETURNS, Form, key, key_heading, plain
from states.register.summary import Summary
from states.statistics.matter import Matter, Stage, stage_of
from states.visibility import sees_no_case
from workflow.placing import beside, check_place, digest_of, put
from workflow.services.batch import Batch
from workflow.services.cases import Progress
from workflow.services.entries import Act
from workflow.services.files import waiting_room
from workflow.services.leafing import each_line
from workflow.services.letterheads import OFFICE, letterhead
from workflow.services.office import Office, Signature
from workflow.services.people import signer
from workflow.services.register import Listed
from workflow.services.register_columns import WHY, Cell, Column, on_file, shown
from workflow.services.register_filters import Asked, said
from workflow.services.register_sheets import measures_sheet, summary_sheet
from workflow.services.seeing import Eyes, Onlooker, viewer_of
from workflow.storage.session import reading, transaction
from workflow.workbooks.csv_cells import ENCODINGS, guarded
from workflow.workbooks.filing import DAY, MOMENT, SHARE, FiledRegister, Filing, Heading, Listing
from workflow.workbooks.text_cells import writable

MOST_LINES, MOST_SHOWN = 1_000_000, 20_000
"""A sheet holds hardly more; so many are made while whoever asked on a page waits, more beside the pages."""

NUMBER_FORMATS = {Form.DAY: DAY, Form.MOMENT: MOMENT, Form.SHARE: SHARE, Form.TEXT: ""}


@dataclass(frozen=True, slots=True)
class Taking:
    """How the register is taken out: as `xlsx` or `csv`, that in an encoding; of at most so many lines."""

    form: str = "xlsx"
    encoding: str = "utf-8"
    most: int = MOST_LINES
    progress: Progress | None = None


def export_register(
    office: Office,
    file: Path,
    asked: Asked,
    chosen: Collection[str],
    *,
    by: Signature,
    taking: Taking = Taking(),
    force: bool = False,
) -> int:
    """Put what somebody is shown of the register into a file; how many lines there are.

    Raises as `export_shown`, and `FileRefused` (`export_folder`, `export_exists`).
    """
    check_place(file, force=force)
    with beside(file) as waiting:
        lines = export_shown(office, waiting, asked, chosen, by=by, taking=taking)
        put(waiting, file, force=force)
    return lines


def export_shown(
    office: Office,
    file: Path,
    asked: Asked,
    chosen: Collection[str],
    *,
    by: Signature,
    taking: Taking = Taking(),
) -> int:
    """Write what somebody is shown of the register, in its order and the columns he chose; how many lines
    there are.

    Raises `NotPermitted` (`export_not_yours`), `FactInvalid` (`filters_invalid`, `export_large`).
    """
    with reading(office.engine) as tx:
        going = _Going((tx, office), asked, chosen, by, taking)
        lines: int = WRITERS[taking.form](file, going)
    with transaction(office.engine) as tx:
        batch = Batch(tx, office, by)
        told = {
            "format": taking.form,
            "cases": lines,
            "columns": [one.id for one in going.columns],
            "filters": sorted(asked.given),
            "sha256": digest_of(file),
        }
        batch.note(Act("register_exported", by.recorded_at, signer(tx, by.person), told))
        batch.flush()
    return lines


def exported_beside(
    office: Office, asked: Asked, chosen: Collection[str], *, by: Signature, taking: Taking
) -> Path:
    """The same as a file of the waiting room, for whoever hands it out to do away with; none where it is
    refused. Raises as `export_shown`."""
    file = waiting_room(office.settings.files) / secrets.token_hex(16)
    try:
        export_shown(office, file, asked, chosen, by=by, taking=taking)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return file


class _Going:
    """A register on its way out. Whatever may refuse it does so when it is made, before any line is read."""

    def __init__(
        self,
        desk: tuple[Connection, Office],
        asked: Asked,
        chosen: Collection[str],
        by: Signature,
        taking: Taking,
    ) -> None:
        (tx, office), self.by, self.taking = desk, by, taking
        self.tx, self.office = tx, office
        self.viewer = viewer_of(by)
        self.whole = sees_whole(tx, self.viewer)
        self.columns = shown(chosen, whole=self.whole)
        self.asked = asked
        why = any(one.id == WHY for one in self.columns)
        self._lines = each_line(tx, office, asked, by=self.viewer, today=by.recorded_at, why=why)
        self.read = 0

    def lines(self) -> Iterator[Listed]:
        """Its lines as they are read. Raises `FactInvalid` (`export_large`) where there are too many."""
        for line in self._lines:
            self.read += 1
            if self.read > self.taking.most:
                message = f"超过{self.taking.most}项，不能一次导出，请加上条件分批导出。"
                raise FactInvalid(message, code="export_large", most=self.taking.most)
            if self.taking.progress and self.read % 1000 == 0:
                self.taking.progress(self.read, self.read)
            yield line

    @property
    def issuer(self) -> str:
        """Who keeps the register."""
        return letterhead(self.tx, self.office.settings, OFFICE, office_day(self.by.recorded_at)).name

    @property
    def wanted(self) -> str:
        """What was asked for, in people's words."""
        states = [(row.id, row.label) for row in self.office.lifecycle(self.tx).states]
        categories = [(one.id, one.label) for one in self.office.policy(self.tx).categories]
        return said(self.asked, states, categories) or "全部"

    @property
    def heading_of_keys(self) -> str:
        return key_heading([one.id for one in self.columns])


def sees_whole(tx: Connection, viewer: Onlooker | None) -> bool:
    """Whether whoever takes the register out sees all of it; nobody named is who operates the machine.

    Raises `NotPermitted` (`export_not_yours`) for one of the three administrators.
    """
    if viewer is None:
        return True
    eyes = Eyes(tx, viewer)
    if sees_no_case(eyes.roles):
        message = f"{eyes.person.name}是三员之一，不得导出台账；须了解情况的，请向督查室提出。"
        raise NotPermitted(message, code="export_not_yours")
    return eyes.see_everything


def _write_workbook(file: Path, going: _Going) -> int:
    """The register as it is filed."""
    tally, filing = _Tally(going), _filing(going)
    told, keyed = _cells_of(going.columns), _keys_of(going.columns)
    due = next((place for place, one in enumerate(going.columns) if one.id == "due"), None)
    with FiledRegister(file, filing, made_at=going.by.recorded_at) as book:
        for line in going.lines():
            cells = told(line)
            is_provisional = line.facts.provisional and not line.facts.open_ended
            book.add(cells, keyed(line.facts.number, cells), provisional=due if is_provisional else None)
            tally.add(line)
        book.close(tally.listings())
    return going.read


def _filing(going: _Going) -> Filing:
    when, issuer = office_minute(going.by.recorded_at), going.issuer
    return Filing(
        title="督办台账",
        as_of=f"{issuer}　截至{when}　{going.wanted}　（{RETURNS}）",
        foot=f"{issuer}督办台账，{when}导出",
        columns=tuple(
            Heading(one.heading or one.title, one.width, NUMBER_FORMATS[one.form], is_light=one.id == "light")
            for one in going.columns
        ),
        key=going.heading_of_keys,
    )


def _write_csv(file: Path, going: _Going) -> int:
    """A heading and the lines, every cell quoted, text that looks like a formula guarded."""
    told, keyed = _cells_of(going.columns), _keys_of(going.columns)
    forms = [one.form for one in going.columns]
    encoding = ENCODINGS[going.taking.encoding]
    with file.open("w", encoding=encoding, errors="replace", newline="") as stream:
        rows = csv.writer(stream, quoting=csv.QUOTE_ALL)
        rows.writerow([*(one.heading or one.title for one in going.columns), going.heading_of_keys])
        for line in going.lines():
            cells = told(line)
            texts = [_text(value, form) for value, form in zip(cells, forms, strict=True)]
            rows.writerow([*map(guarded, texts), guarded(keyed(line.facts.number, cells))])
    return going.read


WRITERS: Mapping[str, Any] = {"xlsx": _write_workbook, "csv": _write_csv}


def _text(value: Cell, form: Form) -> str:
    return writable(value) if isinstance(value, str) else plain(value, form)


def _cells_of(columns: Sequence[Column]) -> Any:
    """What turns a line into its cells."""
    readers = [one.filed for one in columns]
    return lambda line: [reader(line) for reader in readers]


def _keys_of(columns: Sequence[Column]) -> Any:
    """What turns the number and the cells of a line into its key."""
    return partial(_key, [one.form for one in columns])


def _key(forms: Sequence[Form], number: str | None, cells: Sequence[Cell]) -> str:
    return key(number, map(on_file, cells, forms))


@dataclass
class _Tally:
    """What the further sheets tell of the lines that went by."""

    going: _Going
    stages: dict[tuple[str | None, str], Stage] = field(default_factory=dict)
    numbers: set[str] | None = None

    def __post_init__(self) -> None:
        going = self.going
        self.summary = Summary(going.by.recorded_at, going.office.calendar(going.tx))
        self.numbers = set() if going.asked.given else None

    def add(self, line: Listed) -> None:
        facts = line.facts
        at = (facts.lifecycle, facts.state)
        if at not in self.stages:
            self.stages[at] = stage_of(self.going.office.lifecycle(self.going.tx, at[0]), at[1])
        matter = Matter(facts, self.stages[at])
        self.summary.add(line.lead_group or line.lead_unit, matter, line.timeliness.light)
        if self.numbers is not None and facts.number:
            self.numbers.add(facts.number)

    def listings(self) -> Iterable[Listing]:
        yield summary_sheet(self.summary)
        if self.going.whole:
            yield measures_sheet(self.going.tx, self.going.office, self.numbers)
