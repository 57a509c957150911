"""Putting a line of the directory right by itself: what a unit, or a person, may come to say.

The same bounds as in the workbook hold; there a faulty cell is left blank and reported, here it is refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from states.errors import FactInvalid, FactMissing
from states.register.directory import CODE, CODE_BOUND, EMAIL, PERSON_BOUNDS, UNIT_BOUNDS, PersonRecord
from states.register.units import Directory, UnitRecord

MOST_ALIASES, MAX_REMARK = 50, 2_000
LABELS = {
    "code": "单位编码", "parent": "上级单位", "name": "单位全称", "short_name": "规范简称",
    "aliases": "别名", "kind": "单位类别", "head_name": "主要负责人", "head_post": "主要负责人职务",
    "liaison_name": "督查联络员", "liaison_post": "联络员职务", "phone": "联系电话", "email": "电子邮箱",
    "remark": "备注", "valid_from": "有效期起", "valid_to": "有效期止",
}  # fmt: skip
Values = Mapping[str, Any]


def amended_unit(known: UnitRecord, values: Values, book: Directory) -> UnitRecord:
    """A unit with what is put right. Its former name stays an alias: old registers go by it.

    Raises `FactInvalid` or `FactMissing` with the `particular` that is wrong.
    """
    unit = replace(known, **values)
    if known.name and unit.name != known.name:
        unit = replace(unit, aliases=tuple(dict.fromkeys((*unit.aliases, known.name))))
    unit = replace(unit, aliases=tuple(one for one in unit.aliases if one != unit.name))
    _check(unit, book)
    return unit


def new_unit(values: Values, book: Directory) -> UnitRecord:
    """A unit that joins the directory. Raises like `amended_unit`, and for a code that is taken or none."""
    code = str(values.get("code") or "")
    if not CODE.fullmatch(code) or len(code) > CODE_BOUND:
        raise _wrong("code", f"单位编码由字母、数字和 . _ - 组成，至多{CODE_BOUND}位，如BH240。")
    if any(one.code.casefold() == code.casefold() for one in book.units):
        raise _wrong("code", f"编码“{code}”已有单位使用，请另编一个。")
    unit = UnitRecord(**{"parent": None, "name": "", **values})
    _check(unit, book)
    return unit


def amended_person(known: PersonRecord, values: Values) -> PersonRecord:
    """A person with what is put right. Raises like `amended_unit`."""
    person = replace(known, **values)
    if not person.name:
        raise FactMissing("请填写姓名。", code="field_missing", missing="name", particular="name")
    for name, most in (*PERSON_BOUNDS.items(), ("remark", MAX_REMARK)):
        _check_length(name, str(getattr(person, name, "") or ""), most)
    _check_address(person.email)
    return person


def _check(unit: UnitRecord, book: Directory) -> None:
    if not unit.name:
        raise FactMissing("请填写单位全称。", code="field_missing", missing="name", particular="name")
    _check_lengths(unit)
    _check_address(unit.email)
    for name, field in _names(unit):
        if taken := set(book.known_as(name)) - {unit.code}:
            named = "、".join(book.unit(code).name for code in sorted(taken))
            raise _wrong(field, f"“{name}”已指{named}，请另定，或先更正那个单位。", code="name_taken")
    if unit.valid_from and unit.valid_to and unit.valid_to < unit.valid_from:
        raise _wrong("valid_to", "有效期止早于有效期起，请核对日期。")
    _check_place(unit, book)


def _check_lengths(unit: UnitRecord) -> None:
    for name, most in (*UNIT_BOUNDS.items(), ("remark", MAX_REMARK)):
        value = getattr(unit, name)
        for one in value if isinstance(value, tuple) else (value,):
            _check_length(name, str(one), most)
    if len(unit.aliases) > MOST_ALIASES:
        raise _wrong("aliases", f"别名至多{MOST_ALIASES}个。")


def _names(unit: UnitRecord) -> Iterator[tuple[str, str]]:
    yield unit.name, "name"
    yield from ((unit.short_name, "short_name") for _ in range(bool(unit.short_name)))
    yield from ((one, "aliases") for one in unit.aliases)


def _check_place(unit: UnitRecord, book: Directory) -> None:
    """Under a unit there is, and not under itself."""
    parents = {one.code: one.parent for one in book.units}
    if unit.parent is not None and unit.parent not in parents:
        raise _wrong("parent", "上级单位不在名录中，请填名录中的单位名称或编码。")
    above, seen = unit.parent, set[str]()
    while above is not None and above not in seen:
        if above == unit.code:
            raise _wrong("parent", "上级单位不能是本单位或其下级，请另选。")
        seen.add(above)
        above = parents.get(above)


def _check_length(name: str, text: str, most: int) -> None:
    if len(text) > most:
        raise _wrong(name, f"{LABELS.get(name, name)}有{len(text)}字，不得超过{most}字。")


def _check_address(address: str) -> None:
    if address and not EMAIL.fullmatch(address):
        raise _wrong("email", "电子邮箱写法不对，应如 name@binhai.example。")


def _wrong(field: str, message: str, *, code: str = "directory_value_invalid") -> FactInvalid:
    return FactInvalid(message, code=code, particular=field)
