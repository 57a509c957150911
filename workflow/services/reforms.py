"""机构改革: units that are renamed, merged or split, and who goes on with their work.

One transaction each: the office's journal says by which document, the unit's days and names change, and
every matter still to be done passes to its successor by an event of its own, with its limits running. A dry
run goes the whole way, meets every refusal and is taken back.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from states.burden import Inherited
from states.errors import FactInvalid, FactMissing
from workflow.services import directory_record
from workflow.services.batch import Batch, OpenCase
from workflow.services.burden import asked_of
from workflow.services.cases import Order, perform_within
from workflow.services.entries import Act
from workflow.services.office import Office
from workflow.services.reform_checks import Checks, Decree, Shares, signer_of
from workflow.services.work import SUCCEED, begin
from workflow.storage import directory_rows, imports, queries, successions
from workflow.storage.session import rehearsal, transaction

__all__ = ["Decree", "Reform", "merge", "rename", "split"]


@dataclass(slots=True)
class Reform:
    """What a reform did, or would do. `people` are the roles that end, as person, role and unit.

    `burdens` are the reports each successor is asked for; a reform is law, and no cap prevents it.
    `called` are the names units had before it, by code.
    """

    kind: str
    units: tuple[str, ...]
    successors: tuple[str, ...]
    decree: Decree
    cases: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, str]] = field(default_factory=list)
    below: dict[str, str | None] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    burdens: list[Inherited] = field(default_factory=list)
    called: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in ("kind", "cases", "people", "below", "groups", "names")}
        return {
            **told,
            "units": list(self.units),
            "successors": list(self.successors),
            "on": self.decree.on.isoformat(),
            "basis": self.decree.basis,
            "burdens": [one.as_json() for one in self.burdens],
            "dry_run": self.decree.dry_run,
        }


def rename(office: Office, unit: str, to: str, decree: Decree) -> Reform:
    """Let a unit go by another name; the former one stays an alias, papers issued before keep theirs.

    Raises `FactInvalid` for a name it has already or another unit has, a unit that has ended, or a day that
    cannot be; `FactMissing` without a basis; `NotPermitted` for anybody but an officer or the director.
    """
    with _reforming(office, decree) as desk:
        code, name = desk.former(unit), to.strip()
        desk.check_name(code, name)
        row, made = desk.row(code), Reform("renamed", (code,), (code,), decree)
        for former in filter(None, (row.name, row.short_name)):
            successions.keep_alias(desk.tx, code, former)
        successions.change_unit(desk.tx, code, name=name, short_name=None)
        desk.keep(code, [code])
        made.called = desk.called()
        made.names = {"from": row.name, "to": name}
        made.cases = [desk.told(case, code, code) for case in desk.matters(code)]
        desk.note("unit_renamed", made, names=made.names)
    return made


def merge(office: Office, former: Sequence[str], into: str, decree: Decree) -> Reform:
    """Let one unit go on with the work of others, which end the day before; returns what passed to it.

    Raises like `rename`, and where a unit would be merged with itself, in a circle, or into one that has
    ended, is not there yet or is a standing group.
    """
    with _reforming(office, decree) as desk:
        codes = tuple(dict.fromkeys(desk.former(name) for name in former))
        if not codes:
            raise FactMissing("请写明并入的单位。", code="unit_missing", missing="unit")
        heir = desk.successor(into, codes)
        made = Reform("merged", codes, (heir,), decree)
        for code in codes:
            desk.end(code, [heir], made)
        orders = [order for code in codes for order in desk.orders(code, made, lambda _: heir)]
        for code in codes:
            below = desk.below(code)
            desk.place({one: desk.above(code, heir, one) for one in below}, made)
        desk.carry_out("units_merged", made, orders)
    return made


def split(
    office: Office, unit: str, into: Sequence[str], decree: Decree, *, cases: Shares, below: Shares
) -> Reform:
    """Let several units go on with the work of one, which ends the day before.

    `cases` and `below` name the successor of every matter still to be done and of every unit below. Raises
    like `merge`, and `FactMissing` (`split_undecided`) with the list of those nobody has decided on.
    """
    with _reforming(office, decree) as desk:
        code = desk.former(unit)
        heirs = list(dict.fromkeys(desk.successor(name, (code,)) for name in into))
        if len(heirs) < 2:
            raise FactInvalid(
                "分设须写明两个以上的承继单位；只有一个的，请用duban unit merge。", code="split_into_one"
            )
        shares = {number: desk.one_of(name, heirs) for number, name in cases.items()}
        places = {desk.code(name): desk.one_of(heir, heirs) for name, heir in below.items()}
        made = Reform("split", (code,), tuple(heirs), decree)
        desk.end(code, heirs, made)
        desk.check_shares(code, shares, places)
        orders = desk.orders(code, made, lambda number: shares[number])
        desk.place({one: desk.above(code, heir, one) for one, heir in places.items()}, made)
        desk.carry_out("unit_split", made, orders)
    return made


@contextmanager
def _reforming(office: Office, decree: Decree) -> Iterator["_Desk"]:
    """The transaction of a reform, one at a time; of a dry run it is taken back."""
    with (rehearsal if decree.dry_run else transaction)(office.engine) as tx:
        directory_record.stand_in_line_for(tx)
        work, before = begin(tx, office, by=decree.by, at=decree.at), directory_rows.kept(tx)
        desk = _Desk(work, decree, signer_of(work, decree.by))
        yield desk
        apart = replace(decree.by, form=None)  # the form was noted with what the reform wrote, flushed by now
        batch = Batch(tx, office, apart)
        directory_record.note_changes(batch, before, at=decree.at, actor=desk.signer)
        batch.flush()


class _Desk(Checks):
    """One reform on its way: what it changes."""

    def end(self, code: str, heirs: Sequence[str], made: Reform) -> None:
        """Let a unit end the day before, with every role and post at it, and enter who succeeds it.

        Its own row goes first: whoever is about to hand it a matter waits, and finds that it has ended.
        """
        row, last = self.row(code), self.decree.on - timedelta(days=1)
        successions.change_unit(self.tx, code, valid_to=min(row.valid_to or last, last))
        self.keep(code, heirs)
        grants = successions.grants_at(self.tx, code, last)
        names = queries.names_of_people(self.tx)
        made.people += [
            {"person": one.person, "name": names.get(one.person, one.person), "role": one.role, "unit": code}
            for one in grants
        ]
        imports.end_grants(self.tx, grants, last)
        imports.end_posts(self.tx, successions.posts_at(self.tx, code, last), last)
        self._hand_over_groups(code, heirs, made)

    def _hand_over_groups(self, code: str, heirs: Sequence[str], made: Reform) -> None:
        """Standing groups the unit was responsible for get its successor, if it is one."""
        if len(heirs) > 1:
            return
        for group in self.book.units:
            if group.is_standing_group and getattr(self.book.legal_owner(group.code), "code", None) == code:
                successions.change_unit(self.tx, group.code, owner=heirs[0])
                made.groups[group.code] = heirs[0]

    def keep(self, code: str, heirs: Sequence[str]) -> None:
        told = {"on": self.decree.on, "basis": self.decree.basis}
        successions.keep_succession(self.tx, [{"unit": code, "successor": heir, **told} for heir in heirs])

    def orders(self, code: str, made: Reform, heir_of: Callable[[str], str]) -> list[Order]:
        """One order for each matter of a unit that ends."""
        found = self.matters(code)
        made.cases += [self.told(case, code, heir_of(case.number)) for case in found]
        return [Order(SUCCEED, case.number, self._passing(code, heir_of(case.number))) for case in found]

    def _passing(self, code: str, heir: str) -> dict[str, str]:
        return {"former_unit": code, "successor": heir, "reform": self.decree.basis}

    def place(self, places: Mapping[str, str | None], made: Reform) -> None:
        """Move the units below one that ends."""
        for code, parent in places.items():
            successions.change_unit(self.tx, code, parent=parent)
            made.below[code] = parent

    def told(self, case: OpenCase, code: str, heir: str) -> dict[str, Any]:
        """A matter that passes on, with the part the unit has in it."""
        facts = case.facts
        lead = code in (facts.lead_unit, facts.lead_group)
        tasks = [task.id for task in facts.tasks if task.is_open and task.unit == code]
        part = "lead" if lead else "co" if code in facts.co_units else "task"
        return {
            "case": case.number, "title": facts.title, "state": facts.state, "part": part, "tasks": tasks,
            "unit": code, "successor": heir,
        }  # fmt: skip

    def called(self) -> dict[str, str]:
        """What every unit was called before the reform, by code."""
        return {unit.code: unit.name for unit in self.book.units}

    def carry_out(self, kind: str, made: Reform, orders: Sequence[Order]) -> None:
        """Give every matter to its successor, enter the reform in the journal, and tell what it burdens."""
        made.called = self.called()
        by, at, before = self.decree.by, self.decree.at, asked_of(self.work, made.successors)
        perform_within(self.tx, self.work.office, orders, by=by, at=at, note=self._act(kind, made))
        after, cap = asked_of(self.work, made.successors), self.work.policy.feedback.reports_per_unit_month
        made.burdens = [
            Inherited(code, self.book.unit(code).name, before[code], after[code], cap)
            for code in made.successors
        ]

    def note(self, kind: str, made: Reform, **more: Any) -> None:
        self.work.batch.note(self._act(kind, made, **more))
        self.work.batch.flush()

    def _act(self, kind: str, made: Reform, **more: Any) -> Act:
        """The entry: which units, by which document, from which day, and what passed on with them."""
        told = {
            "units": {code: self.book.unit(code).name for code in made.units},
            "successors": {code: self.book.unit(code).name for code in made.successors},
            "on": self.decree.on.isoformat(),
            "basis": self.decree.basis,
            "cases": {f"{one['case']}/{one['unit']}": one["successor"] for one in made.cases},
            "ended": [[one["person"], one["role"], one["unit"]] for one in made.people],
            "below": dict(made.below),
            "groups": dict(made.groups),
        }
        return Act(kind, self.decree.at, self.signer, {**told, **more})
