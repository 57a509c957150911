"""The counts that are kept, held against the register counted case by case: after anything, at any time."""

import json
from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import update

from states.errors import Refusal
from states.vocabulary import Light
from tests.builders import OFFICER, a_case, give, signed
from tests.builders import at as instant
from tests.services.test_any_life import STANDARD, StoredLife
from tests.services.test_recounting import LOADED, TYPHOON
from tests.states.test_any_sequence import given_on, lived
from workflow.services import calendar_loading, relighting
from workflow.services.installation import install
from workflow.services.register import list_cases
from workflow.services.seeding import seed
from workflow.services.verification import verify
from workflow.services.wall_chart import wall_chart
from workflow.settings import Settings
from workflow.storage import tallies
from workflow.storage.lights import LIGHT
from workflow.storage.session import reading, transaction

NOW = instant(2026, 11, 20, 17)
LATER = [0, 1, 3, 4, 10, 25, 60]


@pytest.fixture(scope="module")
def city(home, tmp_path_factory):
    """An office of invented matters that lived a while through the services."""
    folder, url = tmp_path_factory.mktemp("counted"), home.new_url()
    own = Settings(_env_file=None, database_url=url, secret_file=folder / "k", files=folder / "files")
    made = install(own, by=signed(None, NOW))
    seed(made, cases=120, seed=5, by=signed(None, NOW), at=NOW)
    yield made
    made.engine.dispose()
    home.drop(url)


@pytest.mark.parametrize("days", LATER)
def test_counts_kept_are_the_register_counted_by_unit_and_light(city, days):
    at = NOW + timedelta(days=days, hours=3)
    assert kept(city, at) == counted(city, at)


@pytest.mark.parametrize("days", [1, 3, 25])
def test_what_is_foreseen_is_what_the_register_comes_to_on_that_day(city, days):
    foreseen = chart(city, NOW).ahead[days - 1]
    evening = NOW.replace(hour=23, minute=59) + timedelta(days=days)
    lines = list_cases(city, today=evening)
    assert foreseen.on == evening.date()
    assert foreseen.tally.red == sum(one.timeliness.light is Light.RED for one in lines)
    assert foreseen.tally.overdue == sum(one.timeliness.overdue for one in lines)


def test_a_matter_falls_due_on_its_day_in_the_week_and_in_what_is_foreseen(office):
    a_case(office, due_on=date(2026, 7, 29))
    hanging = chart(office, instant(2026, 7, 27, 9))
    assert [day for day, count in hanging.due if count] == [date(2026, 7, 29)]
    assert [one.on for one in hanging.ahead if one.due] == [date(2026, 7, 29)]


def test_the_weeks_tell_what_was_handed_out_and_struck_off_in_them(city):
    weeks, lines = chart(city, NOW).weeks, list_cases(city, today=NOW)
    since = weeks[0].since
    opened = [one.facts.dispatched_on for one in lines if (one.facts.dispatched_on or since) > since]
    assert sum(one.opened for one in weeks) >= len(opened) > 0 and sum(one.closed for one in weeks) > 0
    assert weeks[-1].overdue == sum(one.timeliness.overdue for one in lines)


def test_after_any_commands_and_any_time_the_counts_are_the_sums(office):
    for number in (1, 2):
        a_case(office)
        dice = Random(number)
        life = StoredLife(office)
        lived(life, dice, given_on(STANDARD))
        for days in (0, 5, 40):
            assert kept(office, life.at + timedelta(days=days)) == counted(
                office, life.at + timedelta(days=days)
            )
    assert is_sound(office)


def test_a_refused_command_counts_nothing(office):
    case = a_case(office, "handling")
    before = everything(office)
    with pytest.raises(Refusal):
        give(office, case, "close_out", OFFICER)
    assert everything(office) == before


def test_counts_changed_past_the_program_are_found_and_counted_anew(office):
    a_case(office, "handling")
    with transaction(office.engine) as tx:
        tx.execute(update(tallies.TALLY).values(red=7))
    assert [one["code"] for one in verify(office).findings] == ["counts_changed"]
    relighting.recount(office, at=NOW)
    assert verify(office).findings == []


def test_lights_that_turn_otherwise_under_another_calendar_are_counted_so(office, tmp_path):
    for _ in range(3):
        a_case(office, "handling")
    before, notice = everything(office), tmp_path / "notice.json"
    closed = {"name": "台风停工", "date": "2026-07-20", "isOffDay": True}
    notice.write_text(json.dumps({**TYPHOON, "days": [closed]}, ensure_ascii=False), encoding="utf-8")
    calendar_loading.load(office, notice, by=signed(OFFICER, LOADED), at=LOADED)
    assert everything(office) != before
    assert is_sound(office)


def test_counting_all_anew_changes_nothing(city):
    before = everything(city)
    with transaction(city.engine) as tx:
        tallies.rebuild(tx)
    assert everything(city) == before and all(map(any, before.values()))


def test_what_is_kept_of_each_case_is_what_its_row_comes_to(city):
    before = standing(city)
    relighting.recount(city, at=NOW)
    assert standing(city) == before


def standing(office):
    """What is kept of each case but for since when it is yellow or red, which is told anew every day."""
    with reading(office.engine) as tx:
        rows = tx.execute(LIGHT.select().order_by(LIGHT.c.case_id)).mappings()
        return [{name: row[name] for name in row if name not in ("yellow_at", "red_at")} for row in rows]


def everything(office):
    with reading(office.engine) as tx:
        return {tuple(row[:3]): row[3:] for row in tx.execute(tallies.TALLY.select())}


def is_sound(office):
    with reading(office.engine) as tx:
        return not tallies.astray(tx) and all(map(any, everything(office).values()))


def chart(office, at):
    return wall_chart(office, by=None, today=at)


def kept(office, at):
    """How the counts that are kept say each unit stands."""
    return {(one.unit, *vars_of(one.tally)) for one in chart(office, at).units}


def counted(office, at):
    """The same, told from every line of the register."""
    found = {}
    for line in list_cases(office, today=at):
        shown = found.setdefault(line.facts.lead_unit or "", Counter())
        shown[line.timeliness.light] += 1
        shown["overdue"] += line.timeliness.overdue and line.timeliness.light is not Light.GREY
    lights = (Light.GREEN, Light.YELLOW, Light.RED, "overdue")
    told = {(unit, *(shown[light] for light in lights)) for unit, shown in found.items()}
    return {one for one in told if sum(one[1:4])}


def vars_of(tally):
    return tally.green, tally.yellow, tally.red, tally.overdue
