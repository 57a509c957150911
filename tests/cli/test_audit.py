"""An auditor at the command line: differences between two days, searching all histories, the journal."""

import pytest

from tests.builders import AUDITOR, LIAISON, OFFICER, a_case, at, give

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

FIELDS = {
    *("part", "part_label", "whose", "field", "label", "change", "change_label"),
    *("old", "new", "old_words", "new_words", "entry"),
}
ENTRY = {
    *("case", "seq", "kind", "sentence", "actor", "actor_name", "actor_kind", "acting_for"),
    *("acting_for_name", "occurred_at", "recorded_at", "words", "corrected_by", "hash"),
}
SPAN = ("--from", "2026-07-01T10:00", "--to", "2026-07-08")


@pytest.fixture
def commented(office):
    """A matter in hand, commented on by the office on the 2nd of July and reporting weekly from the 6th."""
    case = a_case(office)
    give(office, case, "comment", OFFICER, at(2026, 7, 2), text="先不告知承办单位")
    give(office, case, "set_cadence", OFFICER, at(2026, 7, 6), cadence="每周", reason="按周调度")
    return case.number


def test_the_difference_of_two_days_is_one_document(ask, commented):
    found = ask("case", "diff", commented, *SPAN)
    assert found.keys() == {"case", "from", "to", "differences"}
    assert {frozenset(one) for one in found["differences"]} == {frozenset(FIELDS)}
    (cadence,) = [one for one in found["differences"] if one["field"] == "cadence"]
    assert (cadence["label"], cadence["old_words"], cadence["new"]) == ("反馈周期", "（空）", "每周")


def test_the_difference_is_printed_with_the_entry_that_made_it(duban, commented):
    shown = duban("case", "diff", commented, *SPAN).out
    assert "反馈周期" in shown and "2026-07-06 09:00 吕喆：" in shown
    same = ("--from", "2026-07-08", "--to", "2026-07-08")
    assert "没有差别" in duban("case", "diff", commented, *same).out


def test_a_search_is_one_document_with_the_cursor_of_the_next_page(ask, commented):
    first = ask("audit", "search", "--case", commented, "--limit", "2")
    assert {frozenset(one) for one in first["entries"]} == {frozenset(ENTRY)}
    rest = ask("audit", "search", "--case", commented, "--after", first["next"])
    assert [one["seq"] for one in first["entries"] + rest["entries"]] == list(range(1, 8))
    assert rest["next"] is None


def test_the_newest_entries_come_first_when_asked_for(ask, commented, duban):
    newest = ask("audit", "search", "--case", commented, "--newest", "--limit", "3")
    assert [one["seq"] for one in newest["entries"]] == [7, 6, 5]
    wrong = duban("audit", "search", "--after", newest["next"], "--json")
    assert wrong.code == 1 and "cursor_invalid" in wrong.out


def test_a_search_is_printed_with_how_to_go_on(duban, commented):
    shown = duban("audit", "search", "--case", commented, "--limit", "2").out
    assert "拟" in shown and "--after recorded/" in shown
    assert "没有符合条件的记载" in duban("audit", "search", "--case", commented, "--kind", "销号").out


def test_whoever_looks_finds_what_he_may_see(ask, commented):
    words = ("audit", "search", "--text", "先不告知")
    assert [len(ask(*words, "--as", one)["entries"]) for one in (AUDITOR, LIAISON)] == [1, 0]


def test_the_journal_is_read_in_sentences(ask, duban):
    entries = ask("audit", "journal", "--kind", "导入单位名录")["entries"]
    assert [(one["case"], one["kind"]) for one in entries] == [(None, "directory_imported")]
    assert "导入单位名录（" in duban("audit", "journal").out


def test_counts_of_a_past_day_are_one_document(ask, commented):
    found = ask("audit", "counts", "--as-of", "2026-07-01T10:00", "--by", "环节")
    assert found.keys() == {"as_of", "by", "total", "groups", "unreadable"}
    (group,) = found["groups"]
    assert group.keys() == {"group", "name", "matters", "overdue", "lights"}
    assert (found["by"], group["group"], group["name"], group["matters"]) == (
        "state",
        "handling",
        "限期办结",
        1,
    )
    assert len(ask("case", "list", "--as-of", "2026-07-01T10:00")["cases"]) == found["total"]["matters"]
    assert ask("audit", "counts", "--as-of", "2026-07-01T08:00")["total"]["matters"] == 0


def test_counts_are_printed_with_every_light(duban, commented):
    shown = duban("audit", "counts", "--as-of", "2026-07-01T10:00", "--by", "unit").out
    assert all(word in shown for word in ("2026-07-01 10:00 的台账", "市城市管理局", "合计", "黄灯", "逾期"))
