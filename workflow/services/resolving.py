"""Particulars as people give them, turned into what the rule book decides on: codes, files in the store."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row

from states.corrections import EMPTY, Field, Kind, field_of, field_of_entry, read
from states.earlier import unknown_entry
from states.errors import FactInvalid
from states.guards.correcting_parts import stated_by
from states.office_time import office_day
from states.particulars import FILES
from states.policy import Policy
from states.vocabulary import LinkKind
from workflow.errors import NotFound
from workflow.services import units
from workflow.services.attaching import entered
from workflow.services.batch import OpenCase
from workflow.services.bystanders import ALIVE, ended_where
from workflow.services.corrected import earlier_entry
from workflow.services.files import Kept
from workflow.services.people import find_person
from workflow.services.work import Work
from workflow.storage import lookbacks, queries

LED = ("lead_unit", "lead_group")
UNIT, UNITS = (*LED, "unit", "successor"), ("co_units",)
"""Particulars that name one unit, or several."""

FORMER = ("former_unit",)
"""Particulars that name a unit which may have ended."""


class Resolver:
    """Resolves the particulars of one transaction's orders; what they name is looked up once for all."""

    def __init__(self, work: Work, given: Iterable[Mapping[str, Any]], cases: Mapping[str, OpenCase]) -> None:
        self.work, self.cases, given = work, cases, list(given)
        # Of a matter entered for an earlier day the unit must be there still when it is entered.
        day = max(work.day, office_day(work.batch.signature.recorded_at))
        self.units = units.codes_by_name(work.tx, _units_named(given, UNIT, UNITS), day)
        units.hold(work.tx, {code for codes in self.units.values() for code in codes}, day)
        self.former = units.codes_by_name(work.tx, _units_named(given, FORMER), None)
        leads = {code for name in _units_named(given, LED) for code in self.units[name]}
        self.owners = units.legal_owners(work.tx, leads, day)
        self.entered: dict[Kept, dict[str, Any]] = {}
        self.rules: Mapping[str, Callable[[Any], Any]] = {
            **dict.fromkeys(UNIT, self._unit),
            **dict.fromkeys(UNITS, self._units),
            **dict.fromkeys(FORMER, self._former),
            **dict.fromkeys(FILES, self._files),
            "parent": self._known,
            "campaign": self._campaign,
            "mentions": self._people,
        }

    def resolved(self, details: Mapping[str, Any], policy: Policy, number: str) -> dict[str, Any]:
        """Units and category by code, evidence taken into the store; the rest as it was given.

        `number` is that of the matter they are given for.
        """
        found = {name: value for name, value in details.items() if value is not None}
        for name in [name for name in found if name in self.rules]:
            found[name] = self.rules[name](found[name])
        if "complexity" in found:
            found["complexity"] = policy.category_called(found["complexity"])
        if "former_unit" in found and "successor" in found:
            self._check_succession(found["former_unit"], found["successor"])
        if "surviving" in found:
            self._check_survivor(found["surviving"], number)
        if "split_into" in found:
            self._check_parts(found["split_into"], number)
        led = self._led(found.get("lead_unit"), found.get("lead_group"))
        return found | led | self._correction(found, policy, number)

    def _led(self, code: str | None, group: str | None) -> dict[str, str]:
        """A standing group leads through the unit legally responsible for it, and through no other."""
        if group is not None and self.owners.get(group) != code:
            raise FactInvalid(
                "牵头单位不是该专班（指挥部）的责任单位，请直接填专班（指挥部）为牵头单位。",
                code="group_owner_differs",
                lead_unit=code,
                lead_group=group,
            )
        if code is None or code not in self.owners:
            return {}
        owner = self.owners[code]
        if owner is None:
            name = queries.units_by_code(self.work.tx, [code])[code].name
            raise FactInvalid(
                f"“{name}”没有登记法定责任单位，不能交由其牵头；请在单位名录的“责任单位”栏补充后再办，"
                "或者直接交给责任单位。",
                code="group_without_owner",
                unit=code,
            )
        return {"lead_unit": owner, "lead_group": code}

    def _check_succession(self, former: str, successor: str) -> None:
        """Work passes on only as the office has registered it, so that nobody reassigns in this way."""
        lineage = units.lineage_of(self.work.tx)
        if former != successor and not lineage.leads_to(former, successor):
            raise FactInvalid(
                "没有登记过这两个单位之间的承继关系；请先用duban unit merge或split登记，要换单位的请改派。",
                code="not_its_successor",
                former_unit=former,
                successor=successor,
            )

    def _unit(self, name: str) -> str:
        return _one(self.units[name], name)

    def _former(self, name: str) -> str:
        return _one(self.former[name], name)

    def _units(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for name in names for code in self.units[name]))

    def _people(self, names: Iterable[str]) -> tuple[str, ...]:
        """People by name or code, each once."""
        return tuple(dict.fromkeys(str(find_person(self.work.tx, name).code) for name in names))

    def _files(self, several: Iterable[Kept]) -> list[dict[str, Any]]:
        return [self._file(one) for one in several]

    def _file(self, kept: Kept) -> dict[str, Any]:
        """A file of the store, entered once however many orders come with it."""
        if kept not in self.entered:
            (self.entered[kept],) = entered(self.work, [kept])
        return self.entered[kept]

    def _known(self, number: str) -> str:
        """The number of a matter there is, in whatever state."""
        if number not in self.cases and queries.case_by_number(self.work.tx, number) is None:
            raise unknown(number)
        return number

    def _campaign(self, name: str) -> str:
        """A round of 回头看 that was opened."""
        if lookbacks.campaign(self.work.tx, name) is None:
            raise no_campaign(name)
        return name

    def _check_survivor(self, number: str, merged: str) -> None:
        """A matter is merged into one that is alive, whatever is done beside it, and never in a circle."""
        facts = self.cases[number].facts if number in self.cases else None
        if facts is None:
            raise unknown(number)
        way = ended_where(self.work.tx, self.cases, number)
        if merged in way:
            raise FactInvalid(
                f"事项{number}已并入{merged}，不能反过来并入，请填另一事项的编号。",
                code="merge_circle",
                number=number,
            )
        state = self.work.office.lifecycle(self.work.tx, facts.lifecycle).state_rows[facts.state]
        if state.kind not in ALIVE:
            into = (
                f"{number}已并入{way[-1]}，请并入后者" if way else f"{number}已{state.label}，请并入在办事项"
            )
            raise FactInvalid(f"事项{into}。", code="survivor_ended", number=number, merged_into=[*way])

    def _check_parts(self, numbers: Iterable[str], parent: str) -> None:
        """Only what comes out of the matter in the same go was split off it."""
        born = (self.cases[one].facts for one in numbers if one in self.cases and self.cases[one].is_new)
        if [one.parent for one in born if one.link == LinkKind.SPLIT] != [parent] * len(tuple(numbers)):
            raise FactInvalid(
                "拆分须同时写明分出的各个事项，请用duban case split办理。", code="split_without_parts"
            )

    def _field(self, details: Mapping[str, Any], number: str) -> Field:
        """What a correction names: of an entry, by what that entry states."""
        entry, case = details.get("entry"), self.cases.get(number)
        if entry is None or case is None:
            return field_of(details)
        earlier = earlier_entry(self.work.batch.history_of(case), entry)
        if earlier is None:
            raise unknown_entry(entry)
        row = self.work.lifecycle_of(case).event_rows.get(earlier.kind)
        stated = () if row is None or row.internal else stated_by(row)
        return field_of_entry(details["field"], stated)

    def _correction(self, details: Mapping[str, Any], policy: Policy, number: str) -> dict[str, Any]:
        """What is corrected by its name, and its two values as facts."""
        if "field" not in details:
            return {}
        field = self._field(details, number)
        values = {name: read(field, details[name]) for name in ("old", "new") if name in details}
        if field.kind is Kind.UNITS:
            values = {name: self._units(value) if value != EMPTY else value for name, value in values.items()}
        if field.kind is Kind.CATEGORY:
            values = {name: policy.category_called(value) for name, value in values.items()}
        return {"field": field.name, **values}


def held(tx: Connection, number: str) -> Row[Any]:
    """The row of a matter, locked: what is decided on it is decided on it as it stands. Raises `NotFound`."""
    row = next(iter(queries.cases_for_update(tx, [number])), None)
    if row is None:
        raise unknown(number)
    return row


def unknown(number: str) -> NotFound:
    """The refusal for a number no matter has."""
    return NotFound(f"没有编号为“{number}”的事项，请核对编号。", code="case_unknown", number=number)


def no_campaign(name: str) -> NotFound:
    """The refusal for a round of 回头看 nobody opened."""
    message = f"没有名为“{name[:64]}”的回头看批次，请核对批次名称。"
    return NotFound(message, code="campaign_unknown", campaign=name[:64])


def _one(codes: tuple[str, ...], name: str) -> str:
    if len(codes) != 1:
        raise FactInvalid(
            f"这里只能填一个单位，“{name}”指多个单位；请写明其中一个。", code="unit_several_leads", unit=name
        )
    return codes[0]


def _units_named(
    given: Iterable[Mapping[str, Any]], single: Iterable[str], several: Iterable[str] = ()
) -> set[str]:
    """Every unit the orders name in these particulars, as they write it."""
    named = set[str]()
    for details in given:
        named.update([details[name] for name in single if details.get(name)])
        named.update(*[details[name] for name in several if details.get(name)])
        if details.get("field"):
            named.update(_units_corrected(details))
    return named


def _units_corrected(details: Mapping[str, Any]) -> Iterable[str]:
    """The units a correction of the co-units names."""
    field = field_of(details) if details.get("entry") is None else None
    if field is None or field.kind is not Kind.UNITS:
        return ()
    values = (read(field, details[name]) for name in ("old", "new") if details.get(name))
    return [name for value in values if value != EMPTY for name in value]
