"""The sheets beside the register in the workbook an office files: the summary by unit, and the measures.

A measure for a person is counted and never named; no measure at all is shown to whoever does not see the
whole of every matter.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from states.escalation import STATES
from states.register.summary import Counts, Summary, lights_in_order, share
from workflow.services.office import Office
from workflow.storage import measure_reads, queries
from workflow.workbooks.filing import DAY, RATE, Heading, Listing
from workflow.workbooks.lines import Cell

SUMMARY, MEASURES = "按单位汇总", "督办措施"
BASES = (
    "按期办结率＝按期办结÷应办结（已销号或已逾期）；逾期率＝逾期（含逾期办结）÷有期限；"
    "长期坚持、未经交办、撤销、合并的不计入比率；在办含挂起的"
)
OF_UNITS = (
    Heading("牵头单位", 16),
    *(Heading(one, 5) for one in ("事项", "红灯", "黄灯", "绿灯", "灰灯", "在办", "已销号", "其他")),
    Heading("按期办结", 6),
    Heading("应办结", 6),
    Heading("按期办结率", 7, RATE),
    Heading("逾期", 5),
    Heading("有期限", 6),
    Heading("逾期率", 6, RATE),
)
OF_MEASURES = (
    Heading("编号", 9),
    Heading("所涉事项", 28),
    Heading("对象单位", 14),
    Heading("措施", 8),
    Heading("现状", 7),
    Heading("达到日期", 8, DAY),
    Heading("发出日期", 8, DAY),
    Heading("文号", 12),
)
NOT_NAMED = "致个人的{count}件只计数，不列名单（{steps}）"


def summary_sheet(summary: Summary) -> Listing:
    """The counts of every unit, with those of all in the last row."""
    rows = ((unit, *_cells(counts)) for unit, counts in summary.by_unit())
    return Listing(SUMMARY, BASES, OF_UNITS, rows, ("合计", *_cells(summary.total)))


def measures_sheet(tx: Connection, office: Office, numbers: Collection[str] | None) -> Listing:
    """The measures on the matters of some numbers, None for all; those for persons counted in its note."""
    kept = _Measures(tx, office, numbers)
    counts = kept.to_persons()
    told = "、".join(f"{label}{count}件" for label, count in counts.items())
    note = NOT_NAMED.format(count=sum(counts.values()), steps=told) if counts else "没有致个人的措施"
    return Listing(MEASURES, note, OF_MEASURES, kept.rows())


def _cells(counts: Counts) -> Sequence[Cell]:
    return (
        counts.matters,
        *lights_in_order(counts.lights),
        counts.open,
        counts.closed,
        counts.others,
        counts.on_time,
        counts.settled,
        share(counts.on_time, counts.settled),
        counts.late,
        counts.dated,
        share(counts.late, counts.dated),
    )


class _Measures:
    """The measures of a register, read as they are written."""

    def __init__(self, tx: Connection, office: Office, numbers: Collection[str] | None) -> None:
        self._tx, self._office, self._numbers = tx, office, numbers
        self._names = {row.code: row.name for row in queries.units(tx)}

    def to_persons(self) -> Counter[str]:
        """How many of each step go to persons."""
        rungs = (self._rung(row) for row in self._each())
        return Counter(rung.label for rung in rungs if rung.addressee == "person")

    def rows(self) -> Iterator[Sequence[Cell]]:
        """Those to units, the oldest first."""
        for row in self._each():
            rung = self._rung(row)
            if rung.addressee != "person":
                unit, state = self._names.get(row.unit, row.unit), STATES[row.state]
                days = (row.raised_on, row.issued_on)
                yield row.number, row.title, unit, rung.label, state, *days, row.paper

    def _each(self) -> Iterator[Any]:
        for row in measure_reads.each_measure(self._tx):
            if self._numbers is None or row.number in self._numbers:
                yield row

    def _rung(self, row: Any) -> Any:
        return self._office.policy(self._tx, row.policy).rung_of[row.step]
