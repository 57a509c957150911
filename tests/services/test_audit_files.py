"""The audit report on what becomes of the file of a matter: its term, its seal, words taken away."""

from datetime import date

import pytest

from tests.auditing import YEAR, listed, report_of
from tests.builders import (
    ARCHIVIST,
    AUDITOR,
    DIRECTOR,
    LIAISON,
    OFFICER,
    TITLE,
    a_case,
    a_paper_of_proof,
    at,
    give,
    signed,
)
from workflow.services import retention
from workflow.services.auditing import making
from workflow.services.redacting import redact

FILED, LATER = at(2026, 7, 8), at(2057, 1, 4)
WHY, SECRET = "经核实", "住户王某某因病未能配合"
AFTERWARDS = date(2057, 1, 1), date(2057, 12, 31)
HE = "卞知远（R010）"


def classify(office, case, word, by=DIRECTOR):
    retention.classify(office, case.number, word, reason=WHY, by=signed(by, FILED), at=FILED)


def seal(office, case, act=retention.seal):
    act(office, case.number, reason=WHY, by=signed(DIRECTOR, LATER), at=LATER)


def take_away(office, case, seq):
    """What the director redacts, as `duban case redact` does."""
    return redact(office, case.number, seq, reason=WHY, by=signed(DIRECTOR, FILED), at=FILED)


def told(row):
    return row["act"], row["what"], row["reason"], row["actor"]


@pytest.fixture
def filed(office):
    return a_case(office, "archived")


@pytest.fixture
def corrected(office):
    """Progress in words that should not have been written, and what they were corrected to."""
    case = a_case(office)
    give(office, case, "report_progress", LIAISON, at(2026, 7, 3), progress=SECRET, completion_rate=30)
    change = {"field": "progress", "old": SECRET, "new": "已复亮90盏"}
    return give(office, case, "correct", OFFICER, at(2026, 7, 6), reason="录错", **change)


def test_setting_a_term_sealing_and_unsealing_keep_to_every_table(office, filed):
    classify(office, filed, "10年")
    classify(office, filed, "30年", ARCHIVIST)
    seal(office, filed)
    seal(office, filed, retention.unseal)
    made = report_of(office, AFTERWARDS, when=LATER)
    assert (made.sections["deviations"], made.counts["entries"]) == ([], 2)
    assert report_of(office, when=LATER).sections["deviations"] == []


def test_a_shortened_term_a_seal_and_its_end_are_departures_and_a_longer_term_is_none(office, filed):
    classify(office, filed, "10年")
    classify(office, filed, "30年", ARCHIVIST)
    seal(office, filed)
    seal(office, filed, retention.unseal)
    (shortened,) = listed(office, "departures", kind="保管与封存")
    assert told(shortened) == ("定保管期限", "保管期限由30年缩短为10年", WHY, HE)
    made = report_of(office, AFTERWARDS, when=LATER).sections["departures"]
    assert [told(row) for row in made] == [
        ("封存事项", "封存事项", WHY, HE),
        ("启封事项", "启封事项", WHY, HE),
    ]


def test_a_redaction_is_a_departure_in_a_case_and_in_the_journal(office, corrected):
    take_away(office, corrected, corrected.seq - 1)
    (found,) = listed(office, "departures", kind="隐去文字")
    what = f"第{corrected.seq - 1}条的进展情况"
    assert (found["case"], found["what"]) == (corrected.number, what)
    assert (found["reason"], found["actor"]) == (WHY, HE)


def test_words_redacted_after_they_were_corrected_are_compared_with_nothing(office, corrected):
    assert report_of(office).counts["deviations"] == 0
    take_away(office, corrected, corrected.seq - 1)
    assert report_of(office).sections["deviations"] == []


def test_a_correction_whose_own_words_were_redacted_tells_that_they_were(office, corrected):
    take_away(office, corrected, corrected.seq)
    made = report_of(office)
    (found,) = (row for row in made.sections["departures"] if row["kind"] == "更正记载")
    assert found["what"] == "进展情况：（已隐去）→（已隐去）" and found["reason"] == "已隐去"
    assert made.sections["deviations"] == []
    assert "〔" not in str(made.sections)


def test_what_the_unit_said_of_its_delay_is_not_told_after_it_was_redacted(office):
    """Nor is the mark that stands in its place, nor what it had said before that."""
    case = a_case(office)
    foretold = {"progress": "已复亮200盏", "hard_to_meet": True, "expected_on": date(2026, 7, 30)}
    for day, words in ((6, "灯具缺货"), (7, SECRET)):
        said = {**foretold, "difficulty": words}
        case = give(office, case, "report_progress", LIAISON, at(2026, 7, day), **said)
    take_away(office, case, case.seq)
    proof = [a_paper_of_proof(office)]
    give(office, case, "report_completion", LIAISON, at(2026, 7, 24), result="全部复亮", evidence=proof)
    made = report_of(office)
    said = str(made.sections["late"])
    assert "预计2026-07-30完成" in said
    assert not [words for words in ("灯具缺货", SECRET, "〔") if words in said]
    assert made.counts["deviations"] == 0


def test_a_sealed_matter_is_left_out_for_whom_it_is_sealed_and_counted(office, filed):
    a_case(office)
    seal(office, filed)
    for person in (OFFICER, None):
        made = report_of(office, by=person, when=LATER)
        assert (made.counts["cases"], made.counts["sealed_left_out"]) == (1, 1)
        assert filed.number not in str(made.sections)
    for person in (DIRECTOR, AUDITOR):
        made = report_of(office, by=person, when=LATER)
        assert (made.counts["cases"], made.counts["sealed_left_out"]) == (2, 0)


def test_the_cover_says_how_many_matters_were_left_out(office, filed, monkeypatch):
    covers = []
    monkeypatch.setitem(
        making.FORMATS, "xlsx", lambda path, report, *_: covers.append(report) or path.touch()
    )
    seal(office, filed)
    for person in (OFFICER, DIRECTOR):
        report_of(office, by=person, when=LATER)
    left, whole = (dict(one.facts) for one in covers)
    assert left["封存未列"] == "1个事项已封存，出具人不能查看，未核查、未列入"
    assert "封存未列" not in whole


def test_a_sealed_matter_is_counted_only_in_the_periods_it_went_on_in(office, filed):
    seal(office, filed)
    quiet = date(2040, 1, 1), date(2040, 12, 31)
    assert report_of(office, quiet, by=OFFICER, when=LATER).counts["sealed_left_out"] == 0
    assert report_of(office, YEAR, by=OFFICER, when=LATER).counts["sealed_left_out"] == 1
    assert TITLE not in str(report_of(office, YEAR, by=OFFICER, when=LATER).sections)
