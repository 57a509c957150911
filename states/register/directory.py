"""Reading the unit directory (单位名录): units in their tree, people with roles, and group names.

`read_directory` takes the sheets of the workbook and gives records and problems. A record that cannot be
placed (a code used twice, a parent nobody knows, a circle) is left out and named, never guessed.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from states.calendar import WorkCalendar
from states.errors import FactInvalid
from states.register.dates import read_date
from states.register.headers import Header, Names, cell, find_header
from states.register.problems import Finding, Problem
from states.register.sheet import Formula, Sheet
from states.register.units import Directory, GroupRecord, UnitReading, UnitRecord
from states.register.wording import quoted, text_of

__all__ = ["Directory", "DirectoryReading", "GroupRecord", "PersonRecord", "UnitReading", "UnitRecord"]

Bounds = Mapping[str, int]
"""The most characters a field may have; of a list, each entry. Other fields are as long as a cell."""

UNIT_NAMES: Names = {
    "code": ("单位编码", "编码", "单位代码"),
    "parent": ("上级编码", "上级单位编码", "上级单位代码"),
    "name": ("单位全称", "单位名称", "全称"),
    "short_name": ("规范简称", "简称"),
    "aliases": ("别名", "又写作", "曾用名"),
    "kind": ("单位类别", "类别", "单位性质"),
    "head_name": ("主要负责人",),
    "head_post": ("职务", "主要负责人职务"),
    "liaison_name": ("督查联络员", "联络员"),
    "liaison_post": ("联络员职务",),
    "phone": ("联系电话", "联络员电话", "电话"),
    "email": ("联络员电子邮箱", "电子邮箱", "邮箱"),
    "remark": ("备注", "说明"),
    "owner": ("法定责任单位", "责任单位", "牵头责任单位", "挂靠单位"),
    "valid_from": ("有效期起", "启用日期", "生效日期"),
    "valid_to": ("有效期止", "停用日期", "失效日期"),
}
PERSON_NAMES: Names = {
    "code": ("编号", "人员编号", "工号"),
    "name": ("姓名",),
    "unit": ("单位", "所在单位"),
    "post": ("职务",),
    "roles": ("系统角色", "角色"),
    "phone": ("联系电话", "电话"),
    "email": ("电子邮箱", "邮箱"),
    "remark": ("备注",),
}
PERSON_OWED = {"code", "name", "roles"}
GROUP_NAMES: Names = {
    "name": ("组名", "单位组", "单位组名称"),
    "aliases": ("又写作", "别名"),
    "members": ("成员", "成员单位"),
    "remark": ("说明", "备注"),
}

CODE = re.compile(r"[A-Za-z0-9._-]+")
"""What codes of people are made of, where they are new."""

CODE_BOUND = 24
"""Of a unit's code. The codes of its people are made from it and have 32 characters."""

UNIT_BOUNDS: Bounds = {
    **{"code": CODE_BOUND, "name": 128, "short_name": 64, "aliases": 128, "kind": 32, "email": 254},
    **dict.fromkeys(("head_name", "head_post", "liaison_name", "liaison_post", "phone"), 64),
}
PERSON_BOUNDS: Bounds = {"code": 32, "email": 254, **dict.fromkeys(("name", "unit", "post", "phone"), 64)}
GROUP_BOUNDS: Bounds = {"name": 64, "aliases": 64}

_LIST = re.compile(r"[；;\n]+")
EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@(?:[A-Za-z0-9\-]{1,63}\.)+[A-Za-z]{2,63}")
_ANY_DAY = WorkCalendar(version="none", announced_years=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """A person as the directory writes them. `roles` are the Chinese labels; `unit` is a code, None for
    someone whose unit (市委, 市政府) is not in the directory; `unit_text` is what the cell says."""

    code: str
    name: str
    unit: str | None
    unit_text: str
    post: str = ""
    roles: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    remark: str = ""


class Place(NamedTuple):
    """Where in the workbook a unit's name stands: sheet, row, column letter and the heading above it."""

    sheet: str = "单位名录"
    row: int = 0
    column: str = ""
    header: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryReading:
    """The directory's records, parents before children, and what is wrong or worth knowing.

    `places` tells by code where each unit stands, `staff_places` where each person's roles do and
    `code_places` his code, of a directory that was read from a workbook.
    """

    units: tuple[UnitRecord, ...]
    people: tuple[PersonRecord, ...]
    groups: tuple[GroupRecord, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    places: Mapping[str, Place]
    staff_places: Mapping[str, Place]
    code_places: Mapping[str, Place] = field(default_factory=dict)

    def with_codes_that_fit(self, known: Collection[str]) -> "DirectoryReading":
        """Without the people whose codes are neither known nor made of letters, digits and . _ - alone.

        A code must never be what somebody is called: whoever had a leader's name for his code would be taken
        for him.
        """
        misfits = [one for one in self.people if one.code not in known and not CODE.fullmatch(one.code)]
        if not misfits:
            return self
        people = tuple(one for one in self.people if one not in misfits)
        return replace(self, people=people, problems=(*self.problems, *map(self._misfit, misfits)))

    def _misfit(self, person: PersonRecord) -> Problem:
        message = f"人员编码{quoted(person.code)}含有字母、数字和 . _ - 以外的字符，该行未读入"
        found = Finding("person_code_invalid", message, "请另编一个，如R031；已经登记的编码照旧")
        return found.at(*self.code_places.get(person.code, Place()))

    def place_of_role(self, person: str, unit: str) -> Place:
        """Where a person is given a role: by his own line, or by that of the unit."""
        return self.places.get(unit) or self.staff_places.get(person) or Place()

    @property
    def directory(self) -> Directory:
        """The lookup value over the units and groups read."""
        return Directory(self.units, self.groups)


def read_directory(sheets: Sequence[Sheet]) -> DirectoryReading:
    """Read the sheets of a directory workbook.

    Sheets are told by their headings, not their names; sheets with other headings are left alone. Raises
    FactInvalid (`directory_missing`) if no sheet lists units.
    """
    problems: list[Problem] = []
    notes: list[Problem] = []
    unit_lines = list(_lines(sheets, UNIT_NAMES, {"code", "name"}, UNIT_BOUNDS, problems))
    if not unit_lines and not problems:
        message = "工作簿里没有单位：请在表头写明“单位编码”“上级编码”“单位全称”等列，并在表头下填写单位"
        raise FactInvalid(message, code="directory_missing")
    units = _owned(_in_tree_order(unit_lines, problems), unit_lines, problems)
    directory = Directory(units)
    group_lines = _lines(sheets, GROUP_NAMES, {"name", "members"}, GROUP_BOUNDS, problems)
    person_lines = _lines(sheets, PERSON_NAMES, PERSON_OWED, PERSON_BOUNDS, problems)
    staff_lines = list(_rows_under_header(sheets, PERSON_NAMES, PERSON_OWED, PERSON_BOUNDS))
    return DirectoryReading(
        units=units,
        groups=tuple(_group(line, directory, problems) for line in group_lines),
        people=tuple(_person(line, directory, problems, notes) for line in person_lines),
        problems=tuple(problems),
        notes=tuple(notes),
        places={line.text("code"): line.place("name") for line in unit_lines},
        staff_places={line.text("code"): line.place("roles") for line in staff_lines},
        code_places={line.text("code"): line.place("code") for line in staff_lines},
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of a directory sheet, asked by field. A formula, or a text beyond its bound, is blank."""

    sheet: Sheet
    header: Header
    row: int
    bounds: Bounds

    def text(self, field: str) -> str:
        written = self._written(field)
        return "" if self._is_too_long(field, written) else written

    def listed(self, field: str) -> tuple[str, ...]:
        names = (part.strip() for part in _LIST.split(self._written(field)))
        return tuple(name for name in names if name and not self._is_too_long(field, name))

    def too_long(self, field: str) -> Iterator[str]:
        """What is written in a field beyond its bound."""
        written = self._written(field)
        parts = _LIST.split(written) if field == "aliases" else [written]
        yield from (part for part in parts if self._is_too_long(field, part.strip()))

    def _written(self, field: str) -> str:
        value = cell(self.sheet, self.header, self.row, field)
        return "" if isinstance(value, Formula) else text_of(value)

    def _is_too_long(self, field: str, text: str) -> bool:
        return len(text) > self.bounds.get(field, len(text))

    def place(self, field: str) -> Place:
        column = self.header.columns.get(field)
        return Place(self.sheet.name, self.row, *((column.letter, column.label) if column else ()))

    def problem(self, field: str, code: str, message: str, suggestion: str = "") -> Problem:
        return Finding(code, message, suggestion).at(*self.place(field))

    def email(self, problems: list[Problem]) -> str:
        address = self.text("email")
        if not address or EMAIL.fullmatch(address):
            return address
        problems.append(
            self.problem("email", "email_invalid", f"{quoted(address)}不是电子邮箱地址", "请更正")
        )
        return ""

    def day(self, field: str, problems: list[Problem]) -> date | None:
        reading = read_date(cell(self.sheet, self.header, self.row, field), calendar=_ANY_DAY)
        problems += [
            self.problem(field, found.code, found.message, found.suggestion) for found in reading.problems
        ]
        return reading.day


def _lines(
    sheets: Sequence[Sheet], names: Names, required: set[str], bounds: Bounds, problems: list[Problem]
) -> Iterator[_Line]:
    """The usable rows under the first heading that has all required columns.

    A row is left out, with a problem, if a required cell is empty or its code or name was used before.
    """
    key = "code" if "code" in required else "name"
    seen: dict[str, int] = {}
    for line in _rows_under_header(sheets, names, required, bounds):
        problems += [*_formulas(line), *_overlong(line)]
        missing = [line.header.columns[field] for field in sorted(required) if not line.text(field)]
        if missing:
            labels = "、".join(column.label for column in missing)
            problems.append(
                line.problem(key, "directory_incomplete", f"{labels}不能为空，该行未读入", "请补填")
            )
        elif line.text(key) in seen:
            message = f"{quoted(line.text(key))}与第{seen[line.text(key)]}行重复，该行未读入"
            problems.append(line.problem(key, "code_duplicate", message, "请改用不同的编码，或删除重复的行"))
        else:
            seen[line.text(key)] = line.row
            yield line


def _rows_under_header(
    sheets: Sequence[Sheet], names: Names, required: set[str], bounds: Bounds
) -> Iterator[_Line]:
    for sheet in sheets:
        if header := find_header(sheet, names, frozenset(required)):
            below = (row for row in sheet.rows if row > header.row and sheet.own_cells(row))
            yield from (_Line(sheet, header, row, bounds) for row in below)
            return


def _formulas(line: _Line) -> Iterator[Problem]:
    for named in line.header.columns:
        if isinstance(cell(line.sheet, line.header, line.row, named), Formula):
            yield line.problem(
                named, "formula_live", "单元格是公式，未计算，按空白处理", "粘贴为数值后重新导入"
            )


def _overlong(line: _Line) -> Iterator[Problem]:
    for named, column in line.header.columns.items():
        for text in line.too_long(named):
            message = f"{column.label}{quoted(text)}有{len(text)}字，超过{line.bounds[named]}字，按空白处理"
            yield line.problem(named, "text_too_long", message, "请缩短后重新导入")


def _in_tree_order(lines: Sequence[_Line], problems: list[Problem]) -> tuple[UnitRecord, ...]:
    """The units reachable from a root, parents first; what hangs on nothing or in a circle is reported."""
    by_code = {line.text("code"): line for line in lines}
    below: dict[str, list[str]] = {}
    for code, line in by_code.items():
        below.setdefault(line.text("parent"), []).append(code)
    placed = _reachable(below[""], below) if "" in below else []
    lost = [
        code for code, line in by_code.items() if line.text("parent") not in by_code and line.text("parent")
    ]
    orphans = set(_reachable(lost, below))
    for code in by_code.keys() - set(placed):
        problems.append(_misplaced(by_code[code], is_orphan=code in orphans))
    return tuple(_unit(by_code[code], problems) for code in placed)


def _reachable(roots: Sequence[str], below: Mapping[str, Sequence[str]]) -> list[str]:
    found = list(roots)
    for code in found:  # grows while it is walked: breadth first
        found.extend(below.get(code, ()))
    return found


def _misplaced(line: _Line, *, is_orphan: bool) -> Problem:
    parent = quoted(line.text("parent"))
    if is_orphan:
        message = f"上级编码{parent}不在名录中，或其上级未能读入；该单位未读入"
        return line.problem("parent", "unit_parent_unknown", message, "请更正上级编码，或先补上该上级单位")
    message = f"上级编码{parent}与本单位互为上下级，成了循环；该单位未读入"
    return line.problem("parent", "unit_cycle", message, "请更正上级编码")


def _unit(line: _Line, problems: list[Problem]) -> UnitRecord:
    return UnitRecord(
        code=line.text("code"),
        parent=line.text("parent") or None,
        name=line.text("name"),
        short_name=line.text("short_name"),
        aliases=line.listed("aliases"),
        kind=line.text("kind"),
        head_name=line.text("head_name"),
        head_post=line.text("head_post"),
        liaison_name=line.text("liaison_name"),
        liaison_post=line.text("liaison_post"),
        phone=line.text("phone"),
        email=line.email(problems),
        remark=line.text("remark"),
        valid_from=line.day("valid_from", problems),
        valid_to=line.day("valid_to", problems),
    )


def _owned(
    units: tuple[UnitRecord, ...], lines: Sequence[_Line], problems: list[Problem]
) -> tuple[UnitRecord, ...]:
    """The units, each standing group with the unit legally responsible for it."""
    directory, by_code = Directory(units), {line.text("code"): line for line in lines}
    return tuple(
        replace(unit, owner=_owner(unit, by_code[unit.code], directory, problems))
        if unit.is_standing_group
        else unit
        for unit in units
    )


def _owner(unit: UnitRecord, line: _Line, directory: Directory, problems: list[Problem]) -> str | None:
    """As its column names it, else as its remark does; no standing group is responsible for another."""
    stated, named = line.text("owner"), directory.legal_owner(unit.code)
    codes = directory.resolve(stated).codes if stated else (named.code,) if named else ()
    found = [code for code in codes if not directory.unit(code).is_standing_group]
    if len(found) == 1:
        return found[0]
    if stated:
        message = f"责任单位{quoted(stated)}应为名录中的一个法定单位，{quoted(unit.name)}暂无责任单位"
        problems.append(line.problem("owner", "owner_unknown", message, "请填一个法定单位的全称"))
    return None


def _group(line: _Line, directory: Directory, problems: list[Problem]) -> GroupRecord:
    members = directory.resolve(line.text("members"), label="成员")
    problems += [
        line.problem("members", found.code, found.message, found.suggestion) for found in members.problems
    ]
    return GroupRecord(name=line.text("name"), aliases=line.listed("aliases"), members=members.codes)


def _person(line: _Line, directory: Directory, problems: list[Problem], notes: list[Problem]) -> PersonRecord:
    codes = directory.resolve(line.text("unit")).codes
    if len(codes) != 1:
        message = f"单位{quoted(line.text('unit'))}不在单位名录，人员照常读入，不挂单位；领导同志等无须处理"
        notes.append(line.problem("unit", "person_unit_unknown", message))
    return PersonRecord(
        code=line.text("code"),
        name=line.text("name"),
        unit=codes[0] if len(codes) == 1 else None,
        unit_text=line.text("unit"),
        post=line.text("post"),
        roles=line.listed("roles"),
        phone=line.text("phone"),
        email=line.email(problems),
        remark=line.text("remark"),
    )
