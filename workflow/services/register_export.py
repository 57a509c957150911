"""The register as it is shown, taken out of the house as a workbook, with an entry that tells of it.

The file is written whole; nobody gets one the journal does not tell of. What was looked for is not written
down, only by what: the words may be those of a matter.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

from notifications.report import Column as Heading
from notifications.report import Report, Table
from states.errors import FactInvalid, NotPermitted
from states.office_time import office_day, office_minute
from states.visibility import sees_no_case
from workflow.placing import digest_of
from workflow.services.batch import Batch
from workflow.services.entries import Act
from workflow.services.leafing import each_line
from workflow.services.letterheads import OFFICE, letterhead
from workflow.services.office import Office, Signature
from workflow.services.people import signer
from workflow.services.register_columns import WHY, Column, shown
from workflow.services.register_filters import Asked, said
from workflow.services.seeing import Eyes, viewer_of
from workflow.storage.session import reading, transaction
from workflow.workbooks.writing import write_workbook

MOST_LINES = 20_000
Rows = list[tuple[str, ...]]


def export_shown(office: Office, file: Path, asked: Asked, chosen: Collection[str], *, by: Signature) -> int:
    """Write what somebody is shown of the register, in its order and the columns he chose; how many lines
    there are.

    Raises `NotPermitted` (`export_not_yours`), `FactInvalid` (`filters_invalid`, `export_large`).
    """
    columns = _columns(office, chosen, by)
    rows, issuer, wanted = _rows(office, asked, columns, by)
    write_workbook(file, _report(rows, issuer, columns, wanted or "全部", by), made_at=by.recorded_at)
    with transaction(office.engine) as tx:
        batch = Batch(tx, office, by)
        told = {
            "format": "xlsx",
            "cases": len(rows),
            "columns": [one.id for one in columns],
            "filters": sorted(asked.given),
            "sha256": digest_of(file),
        }
        batch.note(Act("register_exported", by.recorded_at, signer(tx, by.person), told))
        batch.flush()
    return len(rows)


def _columns(office: Office, chosen: Collection[str], by: Signature) -> tuple[Column, ...]:
    """Those he is shown. Raises `NotPermitted` for one of the three administrators."""
    viewer = viewer_of(by)
    if viewer is None:
        return shown(chosen, whole=True)
    with reading(office.engine) as tx:
        eyes = Eyes(tx, viewer)
        if sees_no_case(eyes.roles):
            message = f"{eyes.person.name}是三员之一，不得导出台账；须了解情况的，请向督查室提出。"
            raise NotPermitted(message, code="export_not_yours")
        return shown(chosen, whole=eyes.see_everything)


def _rows(office: Office, asked: Asked, columns: Sequence[Column], by: Signature) -> tuple[Rows, str, str]:
    rows: Rows = []
    why = any(one.id == WHY for one in columns)
    with reading(office.engine) as tx:
        for line in each_line(tx, office, asked, by=viewer_of(by), today=by.recorded_at, why=why):
            rows.append(tuple(one.told(line) for one in columns))
            if len(rows) > MOST_LINES:
                message = f"超过{MOST_LINES}项，不能一次导出，请加上条件分批导出。"
                raise FactInvalid(message, code="export_large", most=MOST_LINES)
        states = [(row.id, row.label) for row in office.lifecycle(tx).states]
        told = said(asked, states, [(one.id, one.label) for one in office.policy(tx).categories])
        return rows, letterhead(tx, office.settings, OFFICE, office_day(by.recorded_at)).name, told


def _report(rows: Rows, issuer: str, columns: Sequence[Column], told: str, by: Signature) -> Report:
    when = office_minute(by.recorded_at)
    headings = tuple(Heading(one.id, one.title, one.width) for one in columns)
    return Report(
        title="督办台账",
        facts=(("单位", issuer), ("导出时间", when), ("条件", told), ("事项", f"{len(rows)}项")),
        notes=("内容为导出时导出人所能看到的；亮灯由系统按导出时间推算。",),
        signatures=(),
        foot=f"{issuer}督办台账，{when}导出",
        tables=(Table("台账", f"共{len(rows)}项", headings, rows),),
    )
