"""A register that left the house and came back: which of its rows were edited, and what is wrong with that.

What is decided rests on the marks a row left with (`states.register.returning`): a cell whose mark is another
one was edited outside; a fact whose mark is another one was changed in the office since. Rows that are gone
say nothing, rows without a number are new matters and none of these.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from states.corrections import EMPTY
from states.register.headers import SEARCHED, Column
from states.register.problems import Finding, Problem
from states.register.returning import KEY, RETURNS, Returnable, marks, plain, read_heading, read_key
from states.register.sheet import CellValue, Formula, Sheet
from states.register.sorting import Fate
from states.register.wording import quoted, text_of

ANYWAY = {"anyway": True}
"""The remedy of a row whose key is lost: what stands in it is taken, whatever happened since."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A register that came back: its sheet, the row of its heading, where each column of ours stands.

    `key` is the column of the keys, None where it was lost; `keyed` the columns they have marks of.
    """

    sheet: Sheet
    row: int
    columns: Mapping[str, Column]
    key: int | None = None
    keyed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Came:
    """A row that is not new: the number it goes by, and its marks; None where its key was lost."""

    row: int
    number: str
    marks: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """A cell somebody edited: the fact it is of, what the office says of it, and what is to be said."""

    column: Column
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of a row that came back."""

    row: int
    number: str
    fate: Fate
    edits: tuple[Edit, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Now:
    """What the office says of a matter: by column, as a cell compares it and as people say it."""

    plain: Mapping[str, str]
    told: Mapping[str, str]


def find_returned(sheets: Sequence[Sheet], layout: Sequence[Returnable]) -> Returned | None:
    """The register of ours among some sheets; None for a file that never left the house."""
    for sheet in sheets:
        for number in sorted(sheet.rows)[:SEARCHED]:
            cells = sheet.rows[number].cells
            keys = {at: read_heading(text) for at, text in cells.items() if isinstance(text, str)}
            found = next(((at, columns) for at, columns in keys.items() if columns is not None), None)
            columns = _columns(cells, layout)
            if "number" in columns and (found or _is_marked(sheet, number)):
                return Returned(sheet, number, columns, *(found or ()))
    return None


def rows_of(back: Returned, known: Collection[str]) -> Iterator[Came]:
    """The rows that are not new: those with a key, and those with a number the office knows."""
    number_at = back.columns["number"].number
    for row, line in back.sheet.rows.items():
        if row <= back.row:
            continue
        kept = None if back.key is None else read_key(line.cells.get(back.key), back.keyed)
        written = text_of(line.cells.get(number_at))
        if kept is not None:
            yield Came(row, *kept)
        elif written in known:
            yield Came(row, written)


def edited(back: Returned, came: Came, layout: Mapping[str, Returnable]) -> tuple[str, ...]:
    """The columns of a row whose cells say something else than they did; all of them where nobody knows."""
    if came.marks is None:
        return tuple(back.columns)
    cells = back.sheet.rows[came.row].cells
    return tuple(
        name
        for name, column in back.columns.items()
        if came.marks.get(name) != marks([plain(cells.get(column.number), layout[name].form)])
    )


@dataclass(frozen=True, slots=True)
class Judge:
    """Decides on the rows of a register that came back; `anyway` are rows a person takes without a key."""

    back: Returned
    layout: Mapping[str, Returnable]
    now: Mapping[str, Now]
    anyway: Collection[int] = frozenset()

    def settle(self, rows: Sequence[Came]) -> Iterator[Settled]:
        """What becomes of every row."""
        first: dict[str, int] = {}
        for came in rows:
            if came.number in first:
                finding = _copied(first[came.number], came)
                yield Settled(came.row, came.number, Fate.REJECTED, (), (self._at(came, "number", finding),))
                continue
            first[came.number] = came.row
            yield self._settle(came)

    def _settle(self, came: Came) -> Settled:
        changed = edited(self.back, came, self.layout)
        if not changed:
            return Settled(came.row, came.number, Fate.UNCHANGED)
        if came.number not in self.now:
            gone = Finding("case_unknown", f"系统中没有编号为“{came.number[:40]}”的事项，或者不得查看")
            return Settled(came.row, came.number, Fate.REJECTED, (), (self._at(came, "number", gone),))
        edits: list[Edit] = []
        problems: list[Problem] = []
        for name in changed:
            found = self._judge(came, name)
            if isinstance(found, Edit):
                edits.append(found)
            elif found is not None:
                problems.append(self._at(came, name, found))
        return self._with_fate(came, tuple(edits), tuple(problems))

    def _with_fate(self, came: Came, edits: tuple[Edit, ...], problems: tuple[Problem, ...]) -> Settled:
        settled = Settled(came.row, came.number, Fate.CHANGED, edits, problems)
        if problems:
            return replace(settled, fate=Fate.REJECTED)
        if not edits:
            return replace(settled, fate=Fate.UNCHANGED)
        if came.marks is None and came.row not in self.anyway:
            lost = tuple(self._at_column(came, edit.column, _lost(edit)) for edit in edits)
            return replace(settled, fate=Fate.WAITING, problems=lost)
        return settled

    def _judge(self, came: Came, name: str) -> Edit | Finding | None:
        """What an edited cell comes to: a correction, what is wrong with it, or nothing."""
        column, ours, now = self.back.columns[name], self.layout[name], self.now[came.number]
        value = self.back.sheet.rows[came.row].cells.get(column.number)
        stated = plain(value, ours.form)
        if stated == now.plain.get(name, ""):
            return None
        if ours.field is None:
            return _not_editable(ours, now.told.get(name, ""), came)
        if isinstance(value, Formula):
            message = f"{ours.heading}是公式，系统不计算公式，请粘贴为数值后重新导入"
            return Finding("formula_live", message, "粘贴为数值")
        told = now.told.get(name, "")
        if came.marks is not None and came.marks.get(name) != marks([now.plain.get(name, "")]):
            return _conflict(ours, told, text_of(value))
        return Edit(column, ours.field, told, _new(value, stated, ours))

    def _at(self, came: Came, name: str, finding: Finding) -> Problem:
        return self._at_column(came, self.back.columns[name], finding)

    def _at_column(self, came: Came, column: Column, finding: Finding) -> Problem:
        return finding.at(self.back.sheet.name, came.row, column.letter, column.label)


def _columns(cells: Mapping[int, CellValue], layout: Sequence[Returnable]) -> dict[str, Column]:
    """Where our headings stand in a row, each once."""
    called, found = {one.heading: one.id for one in layout}, dict[str, Column]()
    for at, value in sorted(cells.items()):
        heading = "".join(str(value).split())
        name = called.get(heading)
        if name is not None and name not in found:
            found[name] = Column(at, heading)
    return found


def _is_marked(sheet: Sheet, heading: int) -> bool:
    """Whether a line above the heading says that the file is ours."""
    above = (line for number, line in sheet.rows.items() if number < heading)
    return any(isinstance(text, str) and RETURNS in text for line in above for text in line.cells.values())


def _new(value: CellValue, stated: str, ours: Returnable) -> str:
    """The words of a correction: as they were written, days and shares in the form they are read in."""
    return text_of(value).strip() if ours.form.value == "text" else stated


def _copied(first: int, came: Came) -> Finding:
    message = f"与第{first}行是同一事项（{came.number[:40]}）；如为新事项，请清空本行的编号和“{KEY}”两栏"
    return Finding("row_copied", message, "删除本行，或清空两栏")


def _not_editable(ours: Returnable, now: str, came: Came) -> Finding | None:
    """Nothing where nobody can tell whether it was edited or has changed since."""
    if came.marks is None and ours.id != "number":
        return None
    message = f"{ours.heading}不能在表中修改（系统中为{quoted(now)}）；{ours.road}"
    return Finding("not_editable", message, "改回原值")


def _conflict(ours: Returnable, now: str, stated: str) -> Finding:
    message = (
        f"{ours.heading}在导出之后系统中已改为{quoted(now or EMPTY)}，表中为{quoted(stated or EMPTY)}；"
        "请核对后重新导出再改"
    )
    return Finding("changed_meanwhile", message, "重新导出后再改")


def _lost(edit: Edit) -> Finding:
    message = (
        f"“{KEY}”一栏已丢失，无法判断导出后有无变动：系统中为{quoted(edit.old or EMPTY)}，"
        f"表中为{quoted(edit.new or EMPTY)}，请人工确认"
    )
    return Finding("key_lost", message, "按表中更正", ANYWAY)
