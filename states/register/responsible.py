"""Who is responsible for a row: exactly one lead unit, any number of co-units.

Called by the row reader. A cell that names several leads, nobody in particular, or a unit that has ended asks
a person, with a suggestion where one can be taken.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from states.register.line import Line
from states.register.problems import NOTHING, Finding, Findings, asked, noted
from states.register.units import UnitReading


def read_responsible(line: Line) -> tuple[dict[str, Any], Findings]:
    """The lead unit and the co-units, by their codes."""
    return line.alike(_read, "lead_unit", "co_units")


def _read(line: Line) -> tuple[dict[str, Any], Findings]:
    co_units, lead = _resolved(line, "co_units"), _resolved(line, "lead_unit")
    found = _unit_notes(line, "co_units", co_units) + _co_unit_questions(co_units)
    found += _unit_notes(line, "lead_unit", lead)
    lead_unit = lead.codes[0] if len(lead.codes) == 1 and not lead.problems else None
    if lead_unit:
        found += _legal_owner(line, lead_unit)
    else:
        found += _lead_questions(line, lead, co_units.suggested or co_units.codes)
    led = _led_by(line, lead_unit)
    return {**led, "lead_text": line.text("lead_unit"), "co_units": _without(led, co_units.codes)}, found


def _resolved(line: Line, field: str) -> UnitReading:
    return line.page.resolve(line.text(field), line.label(field))


def _unit_notes(line: Line, field: str, reading: UnitReading) -> Findings:
    value, found = line.value(field), noted(field, *reading.notes)
    if isinstance(value, str) and value != value.rstrip() and len(reading.codes) == 1:
        name = line.page.directory.unit(reading.codes[0]).name
        found += noted(field, Finding("trailing_space", f"{line.label(field)}去除尾部空格后识别为{name}"))
    return found


def _co_unit_questions(reading: UnitReading) -> Findings:
    remedy = None if reading.suggested is None else {"co_units": reading.suggested}
    return asked("co_units", *(replace(finding, remedy=remedy) for finding in reading.problems))


def _lead_questions(line: Line, lead: UnitReading, co_units: tuple[str, ...]) -> Findings:
    remedy = _lead_remedy(line, lead.suggested or (), co_units)
    found = asked("lead_unit", *(replace(finding, remedy=remedy) for finding in lead.problems))
    if len(lead.codes) > 1:
        found += asked("lead_unit", _several_leads(line, lead, remedy))
    return found


def _several_leads(line: Line, lead: UnitReading, remedy: Mapping[str, Any] | None) -> Finding:
    count = f"{line.label('lead_unit')}栏有{len(lead.codes)}个单位"
    if any(note.code == "unit_group" for note in lead.notes):
        message = f"{count}，且以单位组填写，分不出首位，请指定一个牵头单位"
        return Finding("unit_several_leads", message, "指定一个牵头单位，其余填入配合单位")
    first, *others = [line.page.directory.unit(code).name for code in lead.codes]
    moved = "、".join(f"“{name}”" for name in others)
    message = f"{count}，建议首位“{first}”为牵头、{moved}转为配合，请人工确认"
    return Finding("unit_several_leads", message, f"“{first}”为牵头，{moved}转为配合", remedy)


def _legal_owner(line: Line, code: str) -> Findings:
    """A headquarters leads through the unit legally responsible for it, which the directory must name."""
    book = line.page.directory
    unit = book.unit(code)
    if not unit.is_standing_group:
        return NOTHING
    owner = book.legal_owner(code)
    if owner is None:
        message = f"牵头为{unit.kind}，名录未写明法定责任单位，不能交由其牵头，请先补充名录"
        return asked("lead_unit", Finding("group_without_owner", message, f"补充“{unit.name}”的责任单位"))
    message = f"牵头为{unit.kind}，法定责任单位按名录为{owner.name}"
    return noted("lead_unit", Finding("unit_needs_legal_owner", message))


def _led_by(line: Line, code: str | None) -> dict[str, Any]:
    """The unit that leads, and the legal owner of a standing group."""
    book = line.page.directory
    owner = book.legal_owner(code) if code and book.unit(code).is_standing_group else None
    return {"lead_unit": code, "legal_owner": owner.code if owner else None}


def _lead_remedy(
    line: Line, suggested: tuple[str, ...], co_units: tuple[str, ...]
) -> Mapping[str, Any] | None:
    """The first unit leads (a note under the sample register says so), the others join the co-units."""
    if not suggested:
        return None
    first, *others = suggested
    led = _led_by(line, first)
    return {**led, "co_units": _without(led, (*others, *co_units))}


def _without(led: Mapping[str, Any], co_units: Iterable[str]) -> tuple[str, ...]:
    return tuple(code for code in dict.fromkeys(co_units) if code not in led.values())
