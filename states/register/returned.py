"""A register that left the house and came back: which of its rows were edited, and what is wrong with that.

What is decided rests on the marks a row left with (`states.register.returning`): a cell whose mark is another
one was edited outside; a fact whose mark is another one was changed in the office since. Rows that are gone
say nothing, rows without a number are new matters and none of these.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from states.corrections import EMPTY
from states.register.headers import SEARCHED, Column
from states.register.problems import Finding, Problem
from states.register.returning import KEY, RETURNS, Returnable, marks, plain, read_heading, read_key
from states.register.sheet import CellValue, Formula, Sheet, column_letter
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


def rows_of(back: Returned, known: Collection[str], layout: Mapping[str, Returnable]) -> Iterator[Came]:
    """The rows that are not new: those with a key, and those with a number the office knows."""
    keyed = _at_home(back, _keyed(back), layout)
    for row in _below_heading(back):
        if row in keyed:
            yield keyed[row]
        elif (written := _number(back, row)) in known:
            yield Came(row, written)


def left_unread(back: Returned, layout: Mapping[str, Returnable]) -> Iterator[Problem]:
    """What of the file is read by nobody: columns that are not ours, and ours that are gone."""
    read = {back.key, *(column.number for column in back.columns.values())}
    for at, value in sorted(back.sheet.rows[back.row].cells.items()):
        if at not in read and (heading := text_of(value).strip()):
            letter = column_letter(at)
            message = (
                f"第{letter}列“{heading[:40]}”不是导出时的栏，其中的内容没有读取；改过表头的，请改回原样"
            )
            yield Finding("column_unknown", message).at(back.sheet.name, back.row, letter, heading)
    for name in back.keyed:
        if name in layout and name not in back.columns:
            message = f"没有“{layout[name].heading}”一栏，这一栏没有比较"
            yield Finding("column_gone", message).at(back.sheet.name, back.row)


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


def _keyed(back: Returned) -> dict[int, Came]:
    """The keys, by the row they stand in."""
    if back.key is None:
        return {}
    cells = ((row, back.sheet.rows[row].cells.get(back.key)) for row in _below_heading(back))
    keys = ((row, read_key(cell, back.keyed)) for row, cell in cells)
    return {row: Came(row, *kept) for row, kept in keys if kept is not None}


def _at_home(back: Returned, keyed: Mapping[int, Came], layout: Mapping[str, Returnable]) -> dict[int, Came]:
    """The keys by the row they are of. Whoever sorts what he sees leaves the hidden column as it was: a key
    goes to the one row with its number if that says more of what it said than the row it stands in."""
    called = defaultdict[str, list[int]](list)
    for row in _below_heading(back):
        called[_number(back, row)].append(row)
    homes = [_home(back, one, called[one.number], layout) for one in keyed.values()]
    found = {one.row: one for one in homes}
    return found if len(found) == len(keyed) else dict(keyed)


def _home(back: Returned, key: Came, called: Sequence[int], layout: Mapping[str, Returnable]) -> Came:
    if len(called) != 1 or called[0] == key.row:
        return key
    return min(key, replace(key, row=called[0]), key=lambda one: len(edited(back, one, layout)))


def _below_heading(back: Returned) -> Iterator[int]:
    return (row for row in back.sheet.rows if row > back.row)


def _number(back: Returned, row: int) -> str:
    """The number as it is written in a row."""
    return text_of(back.sheet.rows[row].cells.get(back.columns["number"].number))


@dataclass(frozen=True, slots=True)
class Judge:
    """Decides on the rows of a register that came back; `anyway` are rows a person takes without a key."""

    back: Returned
    layout: Mapping[str, Returnable]
    now: Mapping[str, Now]
    anyway: Collection[int] = frozenset()

    def settle(self, rows: Sequence[Came]) -> Iterator[Settled]:
        """What becomes of every row. Of several of one matter the first that says what it said is that
        matter; where each was edited, nobody can tell which."""
        settled = [self._settle(came) for came in rows]
        alike = defaultdict[str, list[int]](list)
        for came in rows:
            alike[came.number].append(came.row)
        originals = {one.number: one.row for one in reversed(settled) if one.fate is Fate.UNCHANGED}
        for came, one in zip(rows, settled, strict=True):
            there = alike[came.number]
            original = originals.get(came.number, came.row if len(there) == 1 else None)
            yield one if came.row == original else self._copied(came, original, there)

    def _copied(self, came: Came, original: int | None, rows: Sequence[int]) -> Settled:
        first = original or next(row for row in rows if row != came.row)
        problem = self._at(came, "number", _copied(first, came))
        return Settled(came.row, came.number, Fate.REJECTED, (), (problem,))

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
        if any(one.remedy is None for one in problems):
            return replace(settled, fate=Fate.REJECTED)
        if came.marks is None and came.row not in self.anyway and (edits or problems):
            lost = tuple(self._at_column(came, edit.column, _lost(edit)) for edit in edits)
            return replace(settled, fate=Fate.WAITING, problems=(*lost, *problems))
        return replace(settled, fate=Fate.CHANGED if edits else Fate.UNCHANGED, problems=())

    def _judge(self, came: Came, name: str) -> Edit | Finding | None:
        """What an edited cell comes to: a correction, what is wrong with it, or nothing."""
        column, ours, now = self.back.columns[name], self.layout[name], self.now[came.number]
        value = self.back.sheet.rows[came.row].cells.get(column.number)
        stated = plain(value, ours.form)
        if stated == now.plain.get(name, ""):
            return None
        if ours.field is None and came.marks is None:
            return _kept(ours, now.told[name], text_of(value)) if name in now.told else None
        if ours.field is None:
            return _not_editable(ours, now.told.get(name, ""))
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


def _not_editable(ours: Returnable, now: str) -> Finding:
    message = f"{ours.heading}不能在表中修改（系统中为{quoted(now)}）；{ours.road}"
    return Finding("not_editable", message, "改回原值")


def _conflict(ours: Returnable, now: str, stated: str) -> Finding:
    message = (
        f"{ours.heading}在导出之后系统中已改为{quoted(now or EMPTY)}，表中为{quoted(stated or EMPTY)}；"
        "请核对后重新导出再改"
    )
    return Finding("changed_meanwhile", message, "重新导出后再改")


def _kept(ours: Returnable, now: str, stated: str) -> Finding:
    """Of a row without its key: nobody can tell whether the cell was edited or the office went on since."""
    message = (
        f"{ours.heading}在系统中为{quoted(now or EMPTY)}，表中为{quoted(stated or EMPTY)}；不能在表中修改，"
        f"采纳则以系统为准；{ours.road}"
    )
    return Finding("key_lost", message, "以系统为准", ANYWAY)


def _lost(edit: Edit) -> Finding:
    message = (
        f"“{KEY}”一栏已丢失，无法判断导出后有无变动：系统中为{quoted(edit.old or EMPTY)}，"
        f"表中为{quoted(edit.new or EMPTY)}，请人工确认"
    )
    return Finding("key_lost", message, "按表中更正", ANYWAY)
