"""The narrow read of one person's list, held against the whole pass over everybody's."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from states.clocks import Clock
from states.duties import DutyKind
from states.nodes import Node
from states.tasks import UNDER_WAY, Task
from states.vocabulary import OFFICE_ROLES, ClockName
from tests.builders import LIAISON, a_case, signed, sweep_on
from tests.builders import at as instant
from workflow.services.addressees import MAILBOX
from workflow.services.duties import owed
from workflow.services.installation import install
from workflow.services.relighting import recount
from workflow.services.seeding import seed
from workflow.settings import Settings
from workflow.storage import queries
from workflow.storage.models import CaseUnit
from workflow.storage.queries import CASE
from workflow.storage.session import reading, transaction

NOW = instant(2026, 11, 20, 17)
MOST_OF_UNITS, KINDS = 8, 20
YESTERDAY = NOW.date() - timedelta(days=1)
LATER = NOW.date() + timedelta(days=40)


def a_node(day):
    days = {"due_on": day, "starts_on": day, "planned_on": day, "final_on": LATER}
    return Node(id=1, title="完成施工招标", weight=100, **days)


def a_report(day):
    return Clock(ClockName.FEEDBACK, 1, instant(2026, 11, 2), None, False, "", day, day)


def a_task(day, state, unit):
    clock = Clock(ClockName.TASK, 1, instant(2026, 11, 2), None, False, "", day, day)
    return Task(id=1, unit=unit, title="迁移站牌12处", state=state, clock=clock)


def rare(unit):
    """What may be known of a matter by chance."""
    return [
        *(("promised_on", YESTERDAY), ("hard_to_meet", True), ("extension_to", NOW.date())),
        *(("extension_consented_by", "R010"), ("coordination_level", "leader"), ("progress_of", "R010")),
        *(
            ("lookback_due_on", YESTERDAY),
            ("lookback_finding", "relapsed"),
            ("returns", 1),
            ("lead_unit", None),
        ),
        *(
            ("review_on", YESTERDAY),
            ("due_for_plan", True),
            ("public_objections", 1),
            ("dispatched_on", None),
        ),
        *(("clocks", (a_report(day),)) for day in (YESTERDAY, LATER)),
        *(("nodes", (a_node(day),)) for day in (YESTERDAY, LATER)),
        *(
            ("tasks", (a_task(day, state, unit),))
            for day in (YESTERDAY, LATER)
            for state in sorted(UNDER_WAY)
        ),
        *(("due_on", YESTERDAY), ("due_on", LATER), ("verdict", "passed")),
    ]


@pytest.fixture(scope="module")
def lived(home, tmp_path_factory):
    """An office of invented matters in every state, with plans, tasks and reports, some late and urged."""
    folder, url = tmp_path_factory.mktemp("lived"), home.new_url()
    own = Settings(_env_file=None, database_url=url, secret_file=folder / "k", files=folder / "files")
    made = install(own, by=signed(None, NOW))
    seed(made, cases=60, seed=11, by=signed(None, NOW), at=NOW)
    sweep_on(made, NOW)
    shake(made, Random(7))
    yield made
    made.engine.dispose()
    home.drop(url)


def shake(office, dice):
    """Let rows say what few lives come to, as if it had been entered."""
    with transaction(office.engine) as tx:
        led = [
            (one.id, one.lead_unit)
            for one in tx.execute(select(CASE.c.id, CASE.c.lead_unit).order_by(CASE.c.id))
        ]
        units = sorted({unit for _, unit in led if unit})
        for case_id, _ in led:
            unit = dice.choice(units)
            for name, value in dice.sample(rare(unit), k=5):
                tx.execute(update(CASE).where(CASE.c.id == case_id).values({name: value}))
            queries.add_missing(tx, CaseUnit, {"case_id": case_id, "unit": unit, "part": "task"})
    recount(office, at=NOW)


def astray(office, day, **given):
    """Whoever is told something else by himself than in the pass over everybody: all of the office, and those
    of units who owe most."""
    whole = [one for one in owed(office, day=day).lists if not one.addressee.code.startswith(MAILBOX)]
    in_office = {code for code, roles in roles_by_person(office, day).items() if roles & OFFICE_ROLES}
    of_units = [one for one in whole if one.addressee.code not in in_office][:MOST_OF_UNITS]
    chosen = [one for one in whole if one.addressee.code in in_office] + of_units
    assert len(chosen) > MOST_OF_UNITS
    return [one.addressee.code for one in chosen if told(one) != told(alone(office, one, day, **given))]


def alone(office, one, day, **given):
    (mine,) = owed(office, day=day, person=one.addressee.code, **given).lists
    return mine


def told(one):
    return one.count, one.overdue, one.private, one.content, one.duties


def roles_by_person(office, day):
    with reading(office.engine) as tx:
        found = tx.execute(select(queries.GRANT.c.person, queries.GRANT.c.role)).all()
    return {code: {role for who, role in found if who == code} for code, _ in found}


LIVES = settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@LIVES
@given(days=st.integers(0, 400))
@example(days=0)
@example(days=25)
def test_nobody_s_own_list_lacks_anything_the_whole_pass_gives_him(lived, days):
    day = (NOW + timedelta(days=days)).date()
    assert astray(lived, day, is_today=True) == []


@LIVES
@given(days=st.integers(-200, 0))
def test_nor_that_of_a_day_gone_by_which_no_lights_are_kept_of(lived, days):
    assert astray(lived, (NOW + timedelta(days=days)).date()) == []


def test_most_there_is_to_owe_is_owed_there_by_somebody(lived):
    days = [(NOW + timedelta(days=ahead)).date() for ahead in (0, 25)]
    found = {duty.kind for day in days for one in owed(lived, day=day).lists for duty in one.duties}
    assert len(found) >= KINDS, sorted(found)
    assert found >= {DutyKind.TASK, DutyKind.FEEDBACK, DutyKind.NODE_MISSED, DutyKind.LATE_TASK}


@pytest.mark.parametrize("ahead", [-1, 2])
def test_a_report_alone_that_falls_due_is_found_by_where_its_days_stand(office, ahead):
    case, due_on = a_case(office, "handling"), NOW.date() + timedelta(days=ahead)
    with transaction(office.engine) as tx:
        known = {"clocks": (a_report(due_on),), "due_on": None, "nodes": (), "tasks": ()}
        tx.execute(update(CASE).where(CASE.c.id == case.id).values(known))
    (mine,) = owed(office, day=NOW.date(), person=LIAISON, is_today=True).lists
    assert [(one.kind, one.due_on) for one in mine.duties] == [(DutyKind.FEEDBACK, due_on)]
