"""Loading a notice: who may, what becomes of it, and that the calendar in force is the last one loaded."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import insert

from states.calendar import DayKind, as_document, digest, from_document
from states.errors import FactInvalid, NotPermitted, RuleInvalid
from tests.builders import AUDITOR, DIRECTOR, LIAISON, OFFICER, at, row_counts, rows, signed
from workflow.errors import ConfigurationError, NotFound
from workflow.services import installation
from workflow.services.batch import Batch
from workflow.services.calendars import list_versions, load, show
from workflow.services.entries import Act
from workflow.services.office import open_office
from workflow.services.verification import verify
from workflow.storage import rules
from workflow.storage.models import CalendarVersion, Event
from workflow.storage.session import reading, transaction

NOW = at(2026, 11, 20)
YEAR = (
    "2027-01-01,元旦,放假\n2027-02-05至2027-02-12,春节,放假\n2027-02-14,春节,上班\n2027-10-01,国庆节,放假\n"
)
TYPHOON = "2026-11-26,台风停工,放假\n"


@pytest.fixture
def a_file(tmp_path):
    def write(days, name="通知.csv"):
        path = tmp_path / name
        path.write_text(f"日期,名称,类型\n{days}", encoding="utf-8")
        return path

    return write


@pytest.fixture
def loaded(office, a_file):
    """Load days as a person."""

    def call(days, by=OFFICER, when=NOW, **more):
        return load(office, a_file(days), by=signed(by, when), at=when, **more)

    return call


def in_force(office):
    with reading(office.engine) as tx:
        return office.calendar(tx)


def test_a_loaded_notice_is_in_force_at_once_and_says_what_it_changed(office, loaded):
    report = loaded(YEAR, source="国办发明电〔2026〕9号")
    changed = {str(one.date): one.after for one in report.changes}
    assert (changed["2027-02-14"], changed["2027-10-04"]) == (DayKind.MAKE_UP, DayKind.WORKING)
    assert (report.version, report.year) == (in_force(office).version, 2027)
    assert in_force(office).sources[date(2027, 10, 1)] == "国办发明电〔2026〕9号"


def test_what_is_kept_is_the_calendar_with_its_hash(office, loaded):
    report = loaded(YEAR)
    kept = rows(office, CalendarVersion)[-1]
    assert digest(json.loads(kept.content)) == kept.digest == report.digest
    assert from_document(json.loads(kept.content), report.version) == in_force(office) == report.after


def test_the_journal_tells_who_loaded_what(office, loaded):
    report = loaded(YEAR, DIRECTOR, source="国办发明电〔2026〕9号", known_since=date(2026, 11, 4))
    entry = rows(office, Event)[-1]
    told = json.loads(entry.payload)["details"]
    assert (entry.kind, entry.actor) == ("calendar_loaded", rows(office, CalendarVersion)[-1].loaded_by)
    assert (told["digest"], told["calendar"]) == (report.digest, report.version)
    assert (told["source"], told["known_since"]) == ("国办发明电〔2026〕9号", "2026-11-04")
    assert (told["announced"][-1], told["previous"]) == (2027, report.previous)


def test_the_same_file_again_makes_no_version_and_says_so(office, loaded):
    first, counts = loaded(YEAR), row_counts(office)
    again = loaded(YEAR, when=at(2026, 11, 21))
    assert (again.is_new, again.version, again.changes) == (False, first.version, ())
    assert row_counts(office) == counts


def test_a_dry_run_tells_the_same_and_writes_nothing(office, loaded):
    counts = row_counts(office)
    dry = loaded(YEAR, dry_run=True)
    assert row_counts(office) == counts
    real = loaded(YEAR)
    assert dry.as_json() | {"dry_run": False} == real.as_json()


def test_a_local_order_lies_over_the_year(office, loaded):
    first, second = loaded(YEAR), loaded(TYPHOON, source="市防指〔2026〕3号")
    assert (second.year, second.previous) == (None, first.version)
    assert [str(one.date) for one in second.changes] == ["2026-11-26"]
    assert in_force(office).kind(date(2027, 2, 14)) is DayKind.MAKE_UP


def test_without_a_source_the_file_itself_is_one(loaded):
    assert loaded(YEAR).source == "文件“通知.csv”"


def test_a_withdrawn_order_may_be_loaded_again(office, loaded):
    first = loaded(TYPHOON)
    loaded(TYPHOON.replace("放假", "上班"))
    third = loaded(TYPHOON)
    assert (third.is_new, third.digest, third.version) == (True, first.digest, f"{first.version}-2")
    assert in_force(office).version == third.version
    assert verify(office).findings == []


@pytest.mark.parametrize("person", [LIAISON, AUDITOR])
def test_only_the_office_loads_calendars(office, loaded, person):
    counts = row_counts(office)
    for dry_run in (True, False):
        with pytest.raises(NotPermitted):
            loaded(YEAR, person, dry_run=dry_run)
    assert row_counts(office) == counts


def test_an_operator_may_load_as_the_machine(office, loaded):
    loaded(YEAR, None)
    assert rows(office, CalendarVersion)[-1].loaded_by == "system"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"source": "通" * 501}, "source_invalid"),
        ({"source": "通\n知"}, "source_invalid"),
        ({"known_since": date(2026, 11, 21)}, "known_since_invalid"),
    ],
)
def test_a_source_or_day_that_cannot_be_is_refused(loaded, more, code):
    with pytest.raises(FactInvalid) as refused:
        loaded(YEAR, **more)
    assert refused.value.code == code


def test_a_calendar_loaded_by_another_process_is_seen_at_once(office, a_file):
    assert in_force(office).is_provisional(date(2027, 1, 4), date(2027, 1, 4))
    another = open_office(office.settings)
    load(another, a_file(YEAR), by=signed(OFFICER, NOW), at=NOW)
    another.engine.dispose()
    assert not in_force(office).is_provisional(date(2027, 1, 4), date(2027, 1, 4))


def test_a_former_version_can_still_be_asked_for(office, loaded):
    former, report = in_force(office), loaded(YEAR)
    with reading(office.engine) as tx:
        assert office.calendar(tx, report.previous) == former
        with pytest.raises(NotFound) as refused:
            office.calendar(tx, "没有")
    assert refused.value.code == "calendar_unknown"


def test_several_who_load_at_once_lie_over_one_another(office, a_file):
    files = [a_file(f"2026-11-{day},停工,放假\n", f"{day}.csv") for day in (26, 27, 30)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda path: load(office, path, by=signed(OFFICER, NOW), at=NOW), files))
    calendar = in_force(office)
    assert [calendar.kind(date(2026, 11, day)) for day in (26, 27, 30)] == [DayKind.REST] * 3
    assert len({row.previous for row in rows(office, CalendarVersion)}) == 4
    assert verify(office).findings == []


def test_an_entry_of_the_first_schema_has_no_version_to_look_for(office):
    with transaction(office.engine) as tx:
        batch = Batch(tx, office, signed(None, NOW))
        batch.note(Act("calendar_loaded", NOW, details={"calendar": "holidays-0.109", "announced": [2026]}))
        batch.flush()
    assert verify(office).findings == []


def with_another_release(monkeypatch):
    """The program's next release packages a calendar of its own."""
    newer = installation.base_calendar(2030)
    monkeypatch.setattr(installation, "base_calendar", lambda year: newer)
    return newer


def installed_again(office):
    installation.install(office.settings, by=signed(None, at(2026, 12, 1))).engine.dispose()


def test_a_newer_release_s_calendar_comes_into_force_where_none_was_imported(office, monkeypatch):
    newer = with_another_release(monkeypatch)
    installed_again(office)
    assert in_force(office).version == newer.version


def test_a_newer_release_overrides_nothing_the_office_imported(office, loaded, monkeypatch):
    report = loaded(YEAR)
    newer = with_another_release(monkeypatch)
    for _ in range(2):
        installed_again(office)
    assert in_force(office).version == report.version
    assert [one["calendar"] for one in list_versions(office)] == [
        newer.version,
        report.version,
        report.previous,
    ]
    assert [one["in_force"] for one in list_versions(office)] == [False, True, False]
    assert verify(office).findings == []


def test_a_year_is_shown_with_its_breaks_and_sources(office):
    shown = show(office, 2026)
    assert (shown["working_days"], shown["announced"]) == (248, True)
    assert shown["sources"] == ["国务院办公厅关于2026年部分节假日安排的通知"]
    spring = next(one for one in shown["breaks"] if "春节" in one["name"])
    assert (spring["first"], spring["last"], spring["days"]) == ("2026-02-15", "2026-02-23", 9)
    assert len(shown["breaks"]) == 7
    assert shown["digest"] == digest(as_document(in_force(office)))
    assert not show(office, 2027)["announced"]


def test_a_year_may_be_shown_as_it_was_known_before(office, loaded):
    report = loaded(YEAR)
    assert show(office, 2027)["announced"]
    assert not show(office, 2027, report.previous)["announced"]


@pytest.mark.parametrize("year", [1899, 2201, -1, 10**9])
def test_a_year_nothing_is_counted_in_is_refused(office, year):
    with pytest.raises(FactInvalid) as refused:
        show(office, year)
    assert refused.value.code == "year_out_of_range"


@pytest.mark.parametrize("content", ["{}", "no JSON", None])
def test_a_calendar_that_was_changed_is_refused_not_counted_by(office, content):
    kept = dict(rows(office, CalendarVersion)[0]._mapping)
    content = content or kept["content"].replace("2026-10-01", "2026-10-09")
    broken = kept | {"version": "broken", "content": content}
    with transaction(office.engine) as tx:
        tx.execute(insert(rules.CALENDAR).values(broken))
    with pytest.raises(RuleInvalid) as refused:
        show(office, 2026, "broken")
    assert refused.value.code == "calendar_changed"


def test_without_any_calendar_the_office_says_what_to_run(office, monkeypatch):
    monkeypatch.setattr(rules, "calendar_in_force", lambda tx: None)
    with pytest.raises(ConfigurationError) as refused:
        show(office, 2026)
    assert (refused.value.code, "维护人员" in refused.value.message) == ("calendar_missing", True)
