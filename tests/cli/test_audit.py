"""An auditor at the command line: differences between two days, searching all histories, the journal."""

import re

import pytest
from pypdf import PdfReader

from tests.builders import AUDITOR, LIAISON, OFFICER, a_case, at, give, signed
from workflow.cli.output import screen
from workflow.services.cases import perform

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

FIELDS = {
    *("part", "part_label", "whose", "field", "label", "change", "change_label"),
    *("old", "new", "old_words", "new_words", "entry"),
}
ENTRY = {
    *("case", "seq", "kind", "sentence", "actor", "actor_name", "actor_kind", "acting_for"),
    *("acting_for_name", "occurred_at", "recorded_at", "words", "withheld", "corrected_by", "hash"),
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


def columns_of(shown):
    """The cells of a printed table's column joined over its lines, without blanks; by heading."""
    lines = [re.split("[┃│]", line)[1:-1] for line in shown.splitlines() if line[:1] in ("┃", "│")]
    return {one[0].strip(): "".join("".join(one[1:]).split()) for one in zip(*lines, strict=True)}


@pytest.mark.parametrize("words", [("search",), ("journal",)], ids=["search", "journal"])
def test_on_80_columns_nothing_is_cropped(ask, commented, duban, monkeypatch, words):
    words = ("audit", *words, "--to", "2026-07-31")
    entries = ask(*words)["entries"]
    monkeypatch.setattr(screen, "_width", 80)
    shown = columns_of(duban(*words).out)
    assert shown["哈希"] == "".join(one["hash"][:8] for one in entries)
    assert shown["做了什么"] == "".join("".join(one["sentence"].split()) for one in entries)
    assert shown["编号"] == "".join(one["case"] or "工作日志" for one in entries)
    assert shown["谁"] == "".join(one["actor_name"] for one in entries)


def test_when_an_entry_was_written_is_said_where_it_is_another_time(office, commented, duban, monkeypatch):
    perform(office, commented, "comment", at=at(2026, 7, 8), by=signed(OFFICER, at(2026, 7, 9)), text="补记")
    monkeypatch.setattr(screen, "_width", 80)
    assert columns_of(duban("audit", "search", "--text", "补记").out)["时间"].count("写入") == 1
    assert "写入" not in duban("audit", "search", "--case", commented, "--text", "先不告知").out


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


JULY = ("--from", "2026-07-01", "--to", "2026-07-31")
REPORT = {"from", "to", "counts", "log", "files", "journal_seq", "sections", "substitutions"}
SECTIONS = [
    *("rules", "deviations", "departures", "dating", "passed_over", "late", "undelivered"),
    *("changes", "readings"),
]


def test_a_report_is_one_document_and_two_files(ask, commented, tmp_path):
    made = ask("audit", "report", *JULY, "--as", AUDITOR)
    assert made.keys() == REPORT and list(made["sections"]) == SECTIONS
    files = {one["format"]: tmp_path / one["file"] for one in made["files"]}
    assert {name: path.name for name, path in files.items()} == {
        one: f"审计报告-2026-07-01-2026-07-31.{one}" for one in ("xlsx", "pdf")
    }
    text = PdfReader(files["pdf"]).pages[0].extract_text()
    assert "江惟一" in text and "滨督" not in text.partition("单位")[0]
    (cadence,) = [one for one in made["sections"]["departures"] if one["kind"] == "另定反馈周期"]
    assert (cadence["case"], cadence["reason"], cadence["actor"]) == (commented, "按周调度", "吕喆（R011）")
    told = ask("audit", "journal", "--kind", "audit_reported")["entries"]
    assert [one["seq"] for one in told] == [made["journal_seq"]]


def test_a_report_on_paper_names_the_hash_of_its_workbook(ask, commented, tmp_path):
    files = {one["format"]: one for one in ask("audit", "report", *JULY, "--out", ".")["files"]}
    assert [path.stat().st_mode & 0o777 for path in tmp_path.glob("审计报告*")] == [0o600] * 2
    cover = PdfReader(tmp_path / files["pdf"]["file"]).pages[0].extract_text()
    assert files["xlsx"]["sha256"] in cover.replace("\n", "").replace("\u200b", "")


def test_people_are_told_the_counts_and_where_the_files_lie(duban, commented):
    said = duban("audit", "report", *JULY, "--format", "xlsx").out
    assert "流程不符0处" in said and "例外2件" in said and "日志第" in said
    assert "已写出审计报告-2026-07-01-2026-07-31.xlsx" in said and "sha256:" in said


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--from", "2026-08-01", "--to", "2026-07-01"), "period_reversed"),
        (("--from", "2090-01-01", "--to", "2090-03-31"), "period_in_the_future"),
        (("--from", "七月", "--to", "2026-07-01"), "date_invalid"),
        ((*JULY, "--format", "docx"), "report_format_unknown"),
        ((*JULY, "--out", "无"), "export_folder"),
        ((*JULY, "--as", LIAISON), "report_not_permitted"),
        ((*JULY, "--as", "无此人"), "person_unknown"),
    ],
)
def test_a_refused_report_leaves_no_file(duban, commented, tmp_path, words, code):
    answer = duban("audit", "report", *words, "--json")
    assert (answer.code, answer.json["code"]) == (1, code)
    assert not list(tmp_path.glob("审计报告*")) and not list(tmp_path.glob(".duban-*"))


def test_a_report_is_put_over_another_only_when_asked(duban, commented):
    words = ("audit", "report", *JULY, "--format", "xlsx", "--json")
    assert [duban(*words).code, duban(*words).code, duban(*words, "--force").code] == [0, 1, 0]
