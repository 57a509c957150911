"""A calendar goes into its document and comes out the same, and its hash is of the content alone."""

import json
from dataclasses import replace
from datetime import date

import pytest

from states.calendar import DayKind, OfficeHours, WorkCalendar, as_document, digest, from_document, read_hours
from states.errors import RuleInvalid
from states.history import canonical


def through_json(calendar, **changes):
    document = json.loads(canonical(as_document(calendar))) | changes
    return from_document(document, calendar.version)


def test_a_calendar_comes_back_as_it_went_in(calendar):
    assert through_json(calendar) == calendar


def test_hours_yearly_days_and_known_years_come_back_too():
    six_days = read_hours([["09:00", "12:00"], ["13:00", "24:00"]])
    own = WorkCalendar(
        "own",
        None,
        {date(2026, 1, 1): DayKind.WORKING},
        hours=OfficeHours((six_days,) * 6 + ((),), {date(2026, 1, 2): six_days[:1]}),
        yearly=frozenset({(12, 25), (2, 29)}),
    )
    assert through_json(own) == own


def test_the_hash_does_not_ask_what_the_version_is_called(calendar):
    assert digest(as_document(replace(calendar, version="another"))) == digest(as_document(calendar))


def test_the_hash_is_another_when_one_day_s_source_is(calendar):
    day = date(2026, 10, 1)
    changed = replace(calendar, sources={**calendar.sources, day: "另一件通知"})
    assert digest(as_document(changed)) != digest(as_document(calendar))


def test_the_hash_is_of_canonical_json():
    assert canonical({"乙": 1, "a": [2]}) == '{"a":[2],"乙":1}'
    assert digest({"a": 1}) == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"


@pytest.mark.parametrize(
    "changes",
    [
        {"days": [{"date": "2026-02-30", "kind": "rest", "name": "", "source": ""}]},
        {"days": [{"date": "2026-02-03", "kind": "holiday", "name": "", "source": ""}]},
        {"days": [{"date": "2026-02-03", "kind": "rest"}]},
        {"days": None},
        {"zone": "Asia/Nowhere"},
        {"week": {}},
        {"yearly": ["0229"]},
        {"announced": "2026"},
        {"another": 1},
    ],
)
def test_a_document_of_another_shape_is_refused(calendar, changes):
    with pytest.raises(RuleInvalid) as refused:
        through_json(calendar, **changes)
    assert refused.value.code == "calendar_document_invalid"
