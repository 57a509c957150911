"""A synthetic office for trials and measurements: an invented city whose matters have already lived a while.

The dice decide who is asked to do what; the services do it, day by day in the order of the days, so that the
history is as real as any office's. The same seed and instant give the same office. Only ever into an empty
database.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from states.calendar import WorkCalendar
from states.deadlines import Limit
from states.errors import FactInvalid
from states.facts import CaseFacts
from states.lifecycle import Lifecycle
from states.office_time import OFFICE_ZONE, office_day
from states.register.directory import DirectoryReading
from states.vocabulary import UNIT_ROLES, LimitUnit, Role
from workflow.errors import DatabaseNotEmpty
from workflow.services import files
from workflow.services.batch import OpenCase
from workflow.services.cases import Order, next_numbers, perform_within
from workflow.services.directories import write_directory
from workflow.services.invention import (
    SERIES,
    home_units,
    invented_directory,
    invented_matter,
    staff_code,
    unit_code,
)
from workflow.services.office import Office, Signature
from workflow.services.stories import HANDS, STORIES, WORDS, Story
from workflow.storage import log, queries
from workflow.storage.directory_models import Unit
from workflow.storage.models import Case
from workflow.storage.session import reading, transaction

MAX_CASES = 1_000_000
MAX_SEED = 2**32 - 1
COHORT = 500
OFFICE_OPENS = time(10, tzinfo=OFFICE_ZONE)
EVIDENCE = "现场核查记录：各项任务均已完成，照片与验收单附后。"


@dataclass(frozen=True, slots=True)
class SeedReport:
    """What was made. `states` counts cases by state, `late` those whose running clock has passed its date."""

    cases: int
    seed: int
    units: int
    people: int
    states: dict[str, int]
    late: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def seed(
    office: Office,
    *,
    cases: int,
    seed: int,
    by: Signature,
    at: datetime,
    progress: Callable[[int], None] | None = None,
) -> SeedReport:
    """Make an office of `cases` matters that has worked up to `at`; `progress` is told how many are done.

    Raises `DatabaseNotEmpty` when there is a unit or a case already, `FactInvalid` when `cases` (1 to
    1,000,000) or `seed` (0 to 4,294,967,295) is out of range.
    """
    _check_bounds(cases, seed)
    _check_empty(office)
    directory = invented_directory(_dice(seed, "directory"))
    made = write_directory(office, directory, source=f"虚构名录（种子{seed}）", by=by, at=at)
    with TemporaryDirectory() as folder:
        town = _town(office, seed, at, directory, folder=Path(folder))
        states, late = _play(office, by, town, _agenda(town, cases), progress or (lambda _done: None))
    return SeedReport(cases, seed, made.units, made.people, states, late)


@dataclass(frozen=True, slots=True)
class _Town:
    """What every scene looks at. `homes` are the units that handle matters, each with those under it."""

    seed: int
    today: date
    calendar: WorkCalendar
    lifecycle: Lifecycle
    homes: tuple[tuple[str, ...], ...]
    evidence: files.Kept

    def working_days_after(self, day: date, count: int) -> date:
        return self.calendar.add_working_days(day, count)

    def is_late(self, facts: CaseFacts) -> bool:
        running = self.lifecycle.is_running(facts.state)
        return running and facts.due_on is not None and facts.due_on < self.today


@dataclass(slots=True)
class _Cohort:
    """Matters that go through one story together, on the same days and in the same home's care."""

    place: int
    size: int
    story: Story
    home: tuple[str, ...]
    numbers: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Scene:
    """One act of a cohort: a day, a command, and dice of its own."""

    day: date
    cohort: _Cohort
    act: int
    dice: Random

    @property
    def command(self) -> str:
        return self.cohort.story.acts[self.act][0]

    @property
    def is_first(self) -> bool:
        return self.act == 0

    @property
    def is_last(self) -> bool:
        return self.act == len(self.cohort.story.acts) - 1

    @property
    def hand(self) -> str:
        """The code of the person who gives the command."""
        role = HANDS.get(self.command, Role.LIAISON)
        return unit_code(role, self.cohort.home[0]) if role in UNIT_ROLES else staff_code(role)


def _town(office: Office, seed: int, at: datetime, directory: DirectoryReading, *, folder: Path) -> _Town:
    evidence = folder / "核查记录.txt"
    evidence.write_text(EVIDENCE, encoding="utf-8")
    with reading(office.engine) as tx:
        calendar, lifecycle = office.calendar(tx), office.lifecycle(tx)
    kept = files.take_in(office.settings.files, evidence)
    return _Town(seed, office_day(at), calendar, lifecycle, home_units(directory), kept)


def _agenda(town: _Town, cases: int) -> list[_Scene]:
    """Every act of every cohort, in the order of the days."""
    scenes = [scene for cohort in _cohorts(town, cases) for scene in _scenes(town, cohort)]
    return sorted(scenes, key=lambda scene: (scene.day, scene.cohort.place))


def _cohorts(town: _Town, cases: int) -> Iterator[_Cohort]:
    """So many that every story comes round at least twice, if there are matters enough."""
    size = min(COHORT, max(1, cases // (2 * len(STORIES))))
    for place, start in enumerate(range(0, cases, size)):
        home = _dice(town.seed, place, "home").choice(town.homes)
        yield _Cohort(place, min(size, cases - start), STORIES[place % len(STORIES)], home)


def _scenes(town: _Town, cohort: _Cohort) -> Iterator[_Scene]:
    """The acts of a cohort, their days counted back from today."""
    ago = _dice(town.seed, cohort.place, "since").randint(*cohort.story.since)
    waits = [wait for _command, wait in cohort.story.acts]
    for act in range(len(waits)):
        day = town.working_days_after(town.today, -(ago + sum(waits[act + 1 :])))
        yield _Scene(day, cohort, act, _dice(town.seed, cohort.place, act))


def _play(
    office: Office, by: Signature, town: _Town, agenda: list[_Scene], progress: Callable[[int], None]
) -> tuple[dict[str, int], int]:
    """Play every scene; returns how many cases came to each state, and how many are late."""
    states, late, acted = dict.fromkeys(town.lifecycle.state_rows, 0), 0, 0
    acts = sum(scene.cohort.size for scene in agenda)
    cases = sum(scene.cohort.size for scene in agenda if scene.is_last)
    for scene in agenda:
        done = [case.facts for case in _perform(office, by, town, scene)]
        for facts in done if scene.is_last else ():
            states[facts.state] += 1
            late += town.is_late(facts)
        acted += len(done)
        progress(cases * acted // acts)
    return states, late


def _perform(office: Office, by: Signature, town: _Town, scene: _Scene) -> list[OpenCase]:
    """One command on a whole cohort, by one hand, in one transaction."""
    at, cohort = datetime.combine(scene.day, OFFICE_OPENS), scene.cohort
    hand = replace(by, person=scene.hand, recorded_at=at)
    with transaction(office.engine) as tx:
        if scene.is_first:
            series = office.settings.office_code or SERIES
            cohort.numbers = next_numbers(tx, series, scene.day.year, cohort.size)
        return perform_within(
            tx, office, [_order(town, scene, one) for one in cohort.numbers], by=hand, at=at
        )


def _order(town: _Town, scene: _Scene, number: str) -> Order:
    thrown = PARTICULARS.get(scene.command, _nothing)(town, scene)
    details = WORDS.get(scene.command, {}) | thrown
    if scene.is_first:
        return Order(scene.command, details=details, new_number=number)
    return Order(scene.command, number, details)


def _nothing(_town: _Town, _scene: _Scene) -> dict[str, Any]:
    return {}


def _matter(_town: _Town, scene: _Scene) -> dict[str, Any]:
    return invented_matter(scene.dice)


def _old_row(town: _Town, scene: _Scene) -> dict[str, Any]:
    """A row of an old register: the matter, its units, where it stands and the dates it states."""
    story, dice = scene.cohort.story, scene.dice
    row = {
        "state": story.stated,
        "origin": "虚构台账",
        "dispatched_on": town.working_days_after(scene.day, -dice.randint(20, 60)),
        "due_on": town.working_days_after(scene.day, dice.randint(*story.term)),
    }
    if town.lifecycle.state_rows[story.stated].kind == "closed":
        row["closed_on"] = town.working_days_after(scene.day, -dice.randint(1, 15))
    return invented_matter(dice) | _units(town, scene) | row


def _dispatch(town: _Town, scene: _Scene) -> dict[str, Any]:
    return _units(town, scene) | _limit(town, scene)


def _units(town: _Town, scene: _Scene) -> dict[str, Any]:
    home, dice = scene.cohort.home, scene.dice
    others = [other[0] for other in town.homes if other is not home]
    return {"lead_unit": dice.choice(home), "co_units": tuple(dice.sample(others, dice.randint(0, 2)))}


def _limit(_town: _Town, scene: _Scene) -> dict[str, Any]:
    return {"limit": Limit(LimitUnit.WORKING_DAYS, scene.dice.randint(*scene.cohort.story.term))}


def _later_date(town: _Town, scene: _Scene) -> dict[str, Any]:
    """Beyond any limit that was given, and within what a policy allows."""
    return {"due_on": town.working_days_after(scene.day, 86)}


def _review(town: _Town, scene: _Scene) -> dict[str, Any]:
    return {"review_on": town.working_days_after(scene.day, 60), "evidence": [town.evidence]}


def _proof(town: _Town, _scene: _Scene) -> dict[str, Any]:
    return {"evidence": [town.evidence]}


PARTICULARS: Mapping[str, Callable[[_Town, _Scene], dict[str, Any]]] = {
    "open": _matter,
    "take_over": _old_row,
    "assign": _dispatch,
    "reopen": _limit,
    "request_extension": _later_date,
    "suspend": _review,
    "report_completion": _proof,
    "close_out": _proof,
}
"""What the dice, or the day, have to say to a command."""


def _dice(*throw: object) -> Random:
    """Dice that fall the same way for the same throw."""
    return Random("/".join(map(str, throw)))  # noqa: S311 – no secret hangs on them


def _check_bounds(cases: int, seed: int) -> None:
    if not 1 <= cases <= MAX_CASES:
        raise FactInvalid(
            f"事项数{cases}超出范围，请填1至{MAX_CASES}之间的整数。", code="cases_out_of_range", cases=cases
        )
    if not 0 <= seed <= MAX_SEED:
        raise FactInvalid(
            f"种子{seed}超出范围，请填0至{MAX_SEED}之间的整数。", code="seed_out_of_range", seed=seed
        )


def _check_empty(office: Office) -> None:
    with reading(office.engine) as tx:
        units, cases = queries.count_rows(tx, Unit), queries.count_rows(tx, Case)
        anchored = log.last_checkpoint(tx) is not None  # what is played lies before it
    if units or cases or anchored:
        held = f"{units}个单位、{cases}个事项" + ("和历史检查点" if anchored else "")
        raise DatabaseNotEmpty(
            f"数据库中已有{held}；造数只能用空数据库，请用DUBAN_DATABASE_URL另指一个。",
            units=units,
            cases=cases,
        )
