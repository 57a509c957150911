"""What a reform of units may be: which units, from which day, by which document, and who gets what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from states import particulars
from states.effects.succeeding import units_at_work
from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal
from states.register.units import Directory
from states.vocabulary import Role
from workflow.services import units
from workflow.services.batch import OpenCase, opened
from workflow.services.office import Signature
from workflow.services.people import ancestors, find_person
from workflow.services.work import Work
from workflow.storage import queries, successions

MAX_NAME = 128
FARTHEST_BACK = timedelta(days=366)
"""A reform is registered on its day or later, within a year."""

ANSWERABLE = (Role.OFFICER, Role.DIRECTOR)
AT_WORK = frozenset({"open", "side"})
"""Kinds of states in which a matter passes to a successor; one that was struck off stays its unit's."""

Shares = Mapping[str, str]
"""Successor by matter number, or by the code of a unit below."""


@dataclass(frozen=True, slots=True)
class Decree:
    """What a reform rests on: its document, the day from which it holds, who registers it and when."""

    on: date
    basis: str
    by: Signature
    at: datetime
    dry_run: bool = False


def signer_of(work: Work, by: Signature) -> str:
    """The code of whoever registers a reform, who must be an officer or the director."""
    if by.person is None:
        raise FactMissing("请用 --as 写明由谁办理。", code="person_missing", missing="as")
    person = find_person(work.tx, by.person)
    held = {grant.role for grant in queries.grants_of(work.tx, person.code, work.day)}
    if not held & {role.value for role in ANSWERABLE}:
        known = "或".join(role.label for role in ANSWERABLE)
        raise NotPermitted(f"机构改革只能由{known}登记。", person=person.code)
    return str(person.code)


class Checks:
    """The directory as a reform finds it, and what keeps a reform from being made."""

    def __init__(self, work: Work, decree: Decree, signer: str) -> None:
        self.work, self.tx, self.decree, self.signer = work, work.tx, decree, signer
        self.lineage, self.book = units.lineage_of(work.tx), units.directory(work.tx)
        self._check_decree()

    def _check_decree(self) -> None:
        on, day = self.decree.on, self.work.day
        if not self.decree.basis.strip():
            raise FactMissing("请写明机构改革文件（依据）。", code="basis_missing", missing="basis")
        particulars.check("reform", self.decree.basis)
        if on > day:
            raise FactInvalid(f"生效日期{on}还没有到，请在当日或以后登记。", code="reform_in_future")
        if on < day - FARTHEST_BACK:
            raise FactInvalid(f"生效日期{on}早于一年以前，请核对日期。", code="reform_too_old")

    def code(self, name: str) -> str:
        """The one unit a name stands for, whether it has ended or not."""
        return units.one_by_name(self.tx, name)

    def row(self, code: str) -> Row[Any]:
        return queries.units_by_code(self.tx, [code])[code]

    def former(self, name: str) -> str:
        """A unit that is reformed: nobody has succeeded it yet, and it was there the day before."""
        code = self.code(name)
        row, on = self.row(code), self.decree.on
        if code in self.lineage.succeeded:
            raise _ended(self.book.on(date.max), code)
        if row.valid_from is not None and on <= row.valid_from:
            message = f"“{row.name}”自{row.valid_from}才设立，生效日期{on}不可能在此之前，请核对。"
            raise FactInvalid(message, code="reform_before_founding", unit=code)
        return code

    def successor(self, name: str, former: Sequence[str]) -> str:
        """The unit that goes on with the work of others."""
        code = self.code(name)
        row, day = self.row(code), max(self.decree.on, self.work.day)
        if code in former:
            raise FactInvalid(f"“{row.name}”不能并入自身，请填另一单位。", code="succeeds_itself", unit=code)
        if any(self.lineage.leads_to(code, one) for one in former):
            message = f"“{row.name}”此前已由该单位承继，不能再反过来承继，请核对。"
            raise FactInvalid(message, code="succession_circle", unit=code)
        if self.book.on(day).ended(code):
            raise _ended(self.book.on(day), code)
        if row.valid_from is not None and row.valid_from > self.decree.on:
            message = f"承继单位“{row.name}”自{row.valid_from}才设立，晚于生效日期，请核对。"
            raise FactInvalid(message, code="successor_not_yet", unit=code)
        if self.book.unit(code).is_standing_group:
            message = f"“{row.name}”是{row.kind}，不承担法定责任，请填其责任单位。"
            raise FactInvalid(message, code="successor_is_group", unit=code)
        return code

    def one_of(self, name: str, heirs: Sequence[str]) -> str:
        code = self.code(name)
        if code not in heirs:
            message = f"“{name}”不在承继单位之列，请从--into所写的单位中选。"
            raise FactInvalid(message, code="not_its_successor", unit=code)
        return code

    def check_name(self, code: str, name: str) -> None:
        """The new name of a unit, which has it not already and shares it with nobody."""
        row = self.row(code)
        if row.valid_to is not None and row.valid_to < self.work.day:
            raise _ended(self.book.on(self.work.day), code)
        if not 0 < len(name) <= MAX_NAME:
            raise FactInvalid(f"单位名称应为1至{MAX_NAME}字。", code="name_invalid", unit=code)
        if name == row.name:
            raise FactInvalid(f"该单位的名称已是“{name}”，无须更名。", code="name_unchanged", unit=code)
        if set(self.book.known_as(name)) - {code}:
            message = f"“{name}”已是其他单位或单位组的名称，请另定，或改用合并。"
            raise FactInvalid(message, code="name_taken", unit=code)

    def check_shares(self, code: str, shares: Shares, places: Shares) -> None:
        """Every matter and every unit below has its successor, and nothing else is named."""
        matters, below = {case.number for case in self.matters(code)}, set(self.below(code))
        if stray := sorted((shares.keys() - matters) | (places.keys() - below)):
            message = f"{'、'.join(stray)}不是该单位的在办事项或下级单位，请核对。"
            raise FactInvalid(message, code="share_not_concerned", named=stray)
        undecided = sorted(matters - shares.keys()), sorted(below - places.keys())
        if any(undecided):
            told = "、".join((*undecided[0], *undecided[1])[:20])
            raise FactMissing(
                f"还有{sum(map(len, undecided))}项没有写明由哪个单位承继（{told}），"
                "请用--case 编号=单位、--below 下级单位=单位逐项写明。",
                code="split_undecided",
                cases=undecided[0],
                units=undecided[1],
            )

    def matters(self, code: str) -> list[OpenCase]:
        """The matters still to be done in which a unit has a part, locked."""
        rows = queries.cases_for_update(self.tx, successions.numbers_of_cases(self.tx, [code]))
        return [case for case in map(opened, rows) if self._is_at_work(case, code)]

    def _is_at_work(self, case: OpenCase, code: str) -> bool:
        kind = self.work.lifecycle_of(case).state_rows[case.facts.state].kind
        return kind in AT_WORK and code in units_at_work(case.facts)

    def below(self, code: str) -> list[str]:
        """The units directly below one that are there still."""
        day, rows = self.work.day, queries.units(self.tx)
        return [row.code for row in rows if row.parent == code and not (row.valid_to and row.valid_to < day)]

    def above(self, code: str, heir: str, below: str) -> str | None:
        """Where a unit below one that ends belongs from now on; never under itself."""
        return self.row(code).parent if below in ancestors(queries.unit_parents(self.tx), heir) else heir


def _ended(book: Directory, code: str) -> Refusal:
    found = book.ended(code)
    message = found.message if found else f"单位“{book.unit(code).name}”已停用"
    return FactInvalid(f"{message}。", code="unit_ended", unit=code)
