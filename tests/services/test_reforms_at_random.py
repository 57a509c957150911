"""Whatever is merged, split and renamed in whatever order: open work is always owned by somebody."""

from contextlib import suppress
from datetime import date, timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from states.errors import Refusal
from states.office_time import office_day
from tests.builders import a_case, at, rows
from tests.reforming import decree
from workflow.services import reforms, units
from workflow.services.verification import verify
from workflow.storage.directory_models import Unit
from workflow.storage.models import Case
from workflow.storage.session import reading

CODES = ["BH212", "BH213", "BH214", "BH223", "BH216", "BH502", "BH212K1"]
FIRST = at(2026, 7, 6)

unit, several = st.sampled_from(CODES), st.lists(st.sampled_from(CODES), min_size=1, max_size=3)
steps = st.one_of(
    st.tuples(st.just("merge"), several, unit),
    st.tuples(st.just("split"), unit, several),
    st.tuples(st.just("rename"), unit, st.integers(1, 9)),
    st.tuples(st.just("assign"), unit, several),
)


def take(office, step, when):
    """One step on a day; what cannot be done is refused and leaves everything as it was."""
    kind, one, other = step
    reform = decree(on=office_day(when), when=when)
    if kind == "assign":
        a_case(office, "assigned", when, lead_unit=one, co_units=tuple(other))
    elif kind == "merge":
        reforms.merge(office, one, other, reform)
    elif kind == "rename":
        reforms.rename(office, one, f"市第{other}局", reform)
    else:
        with reading(office.engine) as tx:
            below = [row.code for row in units.directory(tx).units if row.parent == one]
        cases = {row.number: other[0] for row in rows(office, Case) if one in concerned(row)}
        places = dict.fromkeys(below, other[0])
        reforms.split(office, one, other, reform, cases=cases, below=places)


def concerned(row):
    return {row.lead_unit, row.lead_group, *row.co_units} - {None}


def orphans(office, day: date):
    """The matters handed out whose lead unit, group or a co-unit is not there on a day."""
    gone = {row.code for row in rows(office, Unit) if row.valid_to is not None and row.valid_to < day}
    return [row.number for row in rows(office, Case) if row.state == "assigned" and gone & concerned(row)]


def test_every_open_matter_is_led_by_a_unit_that_is_there(office):
    days = (FIRST + timedelta(days) for days in count(0))

    @settings(max_examples=6, deadline=None)
    @given(st.lists(steps, min_size=3, max_size=6))
    def played(taken):
        for step, when in zip(taken, days, strict=False):
            with suppress(Refusal):
                take(office, step, when)
            assert orphans(office, office_day(when)) == []

    played()
    assert verify(office).exit_code == 0
