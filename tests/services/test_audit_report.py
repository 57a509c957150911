"""The audit report: of which days, by whom, on what it stands, and what becomes of its files."""

import hashlib
import json
from datetime import date

import pytest
from openpyxl import load_workbook

from states import lifecycle as lifecycles
from states.audit import Period
from states.errors import FactInvalid, NotPermitted, Refusal
from tests.auditing import JULY, MADE_AT, listed, report_of
from tests.builders import (
    AUDITOR,
    DIRECTOR,
    LEADER,
    LIAISON,
    OFFICER,
    a_case,
    a_paper_of_proof,
    at,
    give,
    opened_again,
    signed,
)
from tests.unguarded import behind_the_application
from workflow.errors import FileRefused
from workflow.services import adopting, cases
from workflow.services.auditing import gathering, make_report, making
from workflow.services.batch import JOURNAL
from workflow.services.checkpoints import checkpoint
from workflow.services.installation import STANDARD, _source
from workflow.services.journal import sentence_of
from workflow.services.redacting import redact
from workflow.storage import queries
from workflow.storage.session import reading, transaction

PROOF = "312盏全部复亮"


def last_entry(office):
    with reading(office.engine) as tx:
        return queries.events_of(tx, JOURNAL)[-1]


def test_a_case_that_keeps_to_its_table_is_counted_and_not_listed(office):
    a_case(office, "archived")
    made = report_of(office)
    assert (made.counts["cases"], made.counts["conforming_cases"], made.counts["deviations"]) == (1, 1, 0)
    assert made.sections["deviations"] == []
    (table, *_) = made.sections["rules"]
    assert (table["kind"], table["entries"]) == ("流程表", made.counts["entries"])


def test_an_entry_written_past_the_case_s_own_table_is_found(office, monkeypatch):
    """A program that asks another table than the case's own leaves an entry its own does not have."""
    case = a_case(office, "registered")
    right = 'event = "completion_reported"\nsentence = "报告办结"\nfrom = ["handling"]'
    assert right in _source(None, STANDARD)
    lax = lifecycles.parse(_source(None, STANDARD).replace(right, right.replace("handling", "registered")))
    with monkeypatch.context() as patched:
        patched.setitem(office._lifecycles, case.facts.lifecycle, lax)
        proof = [a_paper_of_proof(office)]
        give(office, case, "report_completion", LIAISON, at(2026, 7, 3), result=PROOF, evidence=proof)
    (found,) = listed(office, "deviations")
    assert (found["case"], found["act"], found["actor"]) == (case.number, "报结", "盛宁远（BH212-L）")
    assert (found["code"], found["rule"]) == ("no_such_step", "《督查事项标准流程》第3版")
    assert found["what"] == "《督查事项标准流程》第3版不许经“报结”由“台账”到“待审核”"
    assert report_of(office).counts["conforming_cases"] == 0


def test_a_case_is_judged_by_the_table_it_adopted_from_that_entry_on(newer):
    office, case = newer
    adopting.adopt(office, None, by=signed(DIRECTOR, at(2026, 7, 2)), at=at(2026, 7, 2), reason="改用")
    give(office, case, "note_visit", OFFICER, at(2026, 7, 3), reason="现场看了")
    made = report_of(office)
    assert made.counts["deviations"] == 0
    tables = {row["version"]: row["entries"] for row in made.sections["rules"] if row["kind"] == "流程表"}
    assert tables == {"第3版": made.counts["entries"] - 2, "第4版": 2}


def test_a_rule_that_was_changed_in_the_database_is_no_ground_for_anything(office):
    a_case(office)
    with transaction(office.engine) as tx:
        table = queries.RULES
        tx.execute(table.update().where(table.c.kind == "lifecycle").values(source="name = 'x'"))
    with opened_again(office) as again:
        made = report_of(again)
    assert {row["code"] for row in made.sections["deviations"]} == {"table_unknown"}
    assert made.sections["rules"][0]["note"] == "正文与哈希不符，不能作为依据"


def test_both_ends_of_the_period_are_office_days_that_belong_to_it(office):
    case = a_case(office, "handling", at(2026, 7, 1))
    instants = (at(2026, 7, 5, 23, 59), at(2026, 7, 6, 0, 0), at(2026, 7, 8, 23, 59), at(2026, 7, 9, 0, 0))
    for when in instants:
        give(office, case, "comment", OFFICER, when, text=f"{when:%d日%H时}")
    made = report_of(office, (date(2026, 7, 6), date(2026, 7, 8)))
    assert (made.counts["cases"], made.counts["entries"]) == (1, 2)
    assert report_of(office, (date(2026, 7, 7), date(2026, 7, 7))).counts["cases"] == 0


def test_the_entry_and_not_what_it_states_decides_in_which_period_it_is(office):
    case = a_case(office, "handling", at(2026, 7, 1))
    cases.perform(
        office, case.number, "comment", by=signed(OFFICER, at(2026, 8, 3)), at=at(2026, 7, 30), text="补记"
    )
    assert report_of(office, (date(2026, 8, 1), date(2026, 8, 31))).counts["entries"] == 1
    assert listed(office, "dating", JULY) == []


def test_only_who_sees_everything_has_a_report_made(office):
    a_case(office)
    for person in (LIAISON, "宋宁远"):
        with pytest.raises(NotPermitted) as refused:
            report_of(office, by=person)
        assert refused.value.code == "report_not_permitted"
    assert not list(office.settings.files.parent.glob("*.xlsx"))
    assert last_entry(office).kind != "audit_reported"
    assert report_of(office, by=DIRECTOR).seq < report_of(office, by=None).seq


def test_the_journal_tells_of_which_days_it_was_by_whom_and_the_hash_of_every_file(office):
    a_case(office)
    made = report_of(office, JULY, formats=("pdf", "xlsx"))
    entry = last_entry(office)
    details = json.loads(entry.payload)["details"]
    assert (entry.kind, entry.seq, entry.actor) == ("audit_reported", made.seq, "R022")
    assert (details["from"], details["to"], details["counts"]) == ("2026-07-01", "2026-07-31", made.counts)
    folder = office.settings.files.parent
    for one in ("xlsx", "pdf"):
        file = folder / f"审计报告-2026-07-01-2026-07-31.{one}"
        assert details["files"][one] == hashlib.sha256(file.read_bytes()).hexdigest()
        assert file.stat().st_mode & 0o777 == 0o600
    assert sentence_of(entry.kind, details, {}) == (
        "出具审计报告（2026-07-01至2026-07-31，pdf、xlsx，不符0处，例外1件）"
    )


def test_the_same_report_at_the_same_instant_is_the_same_to_the_byte(office):
    a_case(office)
    first, second = ([one["sha256"] for one in report_of(office, by=None).files] for _ in range(2))
    assert first != second, "the log has grown by the first report's entry"
    made = []
    for _ in range(2):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(making, "_enter", lambda *told: 1)
            made.append([one["sha256"] for one in report_of(office, formats=("xlsx", "pdf")).files])
    assert made[0] == made[1]


def test_a_report_nobody_wrote_down_leaves_no_file(office, monkeypatch):
    a_case(office)

    def broken(*told):
        raise FactInvalid("写不进去", code="broken")

    monkeypatch.setattr(making, "_enter", broken)
    before = sorted(office.settings.files.parent.iterdir())
    with pytest.raises(FactInvalid):
        report_of(office)
    assert sorted(office.settings.files.parent.iterdir()) == before


def test_a_file_that_is_there_is_left_as_it_is_unless_told_so(office):
    folder, period, by = office.settings.files.parent, Period(*JULY), signed(AUDITOR, MADE_AT)
    make_report(office, period, folder, by=by, formats=("xlsx",))
    seq = last_entry(office).seq
    with pytest.raises(FileRefused) as refused:
        make_report(office, period, folder, by=by, formats=("xlsx",))
    assert (refused.value.code, last_entry(office).seq) == ("export_exists", seq)
    assert make_report(office, period, folder, by=by, formats=("xlsx",), force=True).seq == seq + 1


def test_the_cover_names_the_checkpoint_the_report_stands_on(office):
    a_case(office)
    assert report_of(office).log.checkpoint is None
    made = checkpoint(office, at=at(2026, 7, 31), by=signed(None, at(2026, 7, 31))).made
    log = report_of(office).as_json()["log"]
    assert (log["checkpoint"]["number"], log["checkpoint"]["root"]) == (1, made.root)
    assert (log["checkpoint"]["hash"], log["checkpoint"]["key"]) == (made.hash, made.key)
    assert log["sealed"] == made.end == log["entries"]


@pytest.mark.parametrize(
    ("days", "more", "code"),
    [
        ((date(2026, 7, 2), date(2026, 7, 1)), {}, "period_reversed"),
        ((date(2000, 1, 1), date(2026, 7, 1)), {}, "report_period_too_long"),
        (JULY, {"formats": ("docx",)}, "report_format_unknown"),
    ],
)
def test_what_cannot_be_reported_is_refused_with_nothing_written(office, days, more, code):
    before = last_entry(office).seq
    with pytest.raises(Refusal) as refused:
        report_of(office, days, **more)
    assert (refused.value.code, last_entry(office).seq) == (code, before)


def test_too_much_for_one_report_asks_for_a_shorter_period(office, monkeypatch):
    monkeypatch.setattr(gathering, "MOST_ROWS", 1)
    a_case(office, "handling", due_on=date(2026, 7, 3))
    with pytest.raises(FactInvalid) as refused:
        report_of(office)
    assert refused.value.code == "report_too_long"


def test_what_is_too_long_to_print_is_printed_only_with_its_workbook(office, monkeypatch):
    monkeypatch.setattr(making, "MOST_PRINTED", 0)
    with pytest.raises(FactInvalid) as refused:
        report_of(office, formats=("pdf",))
    assert refused.value.code == "report_needs_xlsx"
    assert {one["format"] for one in report_of(office, formats=("pdf", "xlsx")).files} == {"xlsx", "pdf"}


def test_words_that_were_taken_away_are_told_to_have_been(office):
    case = a_case(office, "handling")
    case = give(office, case, "withdraw", DIRECTOR, at(2026, 7, 3), reason="与他事重复")
    (found,) = listed(office, "departures", kind="撤销与合并")
    assert found["reason"] == "与他事重复"
    redact(office, case.number, case.seq, reason="核实", by=signed(LEADER, at(2026, 7, 8)), at=at(2026, 7, 8))
    made = report_of(office)
    (found,) = (row for row in made.sections["departures"] if row["kind"] == "撤销与合并")
    assert (found["reason"], made.counts["deviations"]) == ("已隐去", 0)


def test_an_entry_past_reading_is_listed_and_the_others_are_judged(office):
    case, other = a_case(office), a_case(office)
    changed = "UPDATE events SET payload = '{' WHERE case_id = :case AND seq = 2"
    behind_the_application(office, changed, case=case.id)
    made = report_of(office)
    codes = {row["code"] for row in made.sections["deviations"] if row["case"] == case.number}
    assert "entry_unreadable" in codes
    assert not [row for row in made.sections["deviations"] if row["case"] == other.number]


def test_the_cover_counts_departures_by_kind_and_what_is_still_owed(office):
    withdrawn, _ = a_case(office), a_case(office)
    give(office, withdrawn, "withdraw", DIRECTOR, at(2026, 7, 8), reason="重复")
    (made,) = report_of(office).files
    cells = {str(cell.value) for row in load_workbook(made["file"]).worksheets[0] for cell in row}
    assert "3件（另定期限2，撤销与合并1）" in cells and "1件，其中期末未办1件" in cells
    assert any("是否任有关职务由duban verify核查" in cell for cell in cells)
