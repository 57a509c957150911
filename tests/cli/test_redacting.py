"""Redaction at the command line: what is printed, what the document has, what is refused."""

import pytest

from tests.builders import LIAISON, a_case, at, give

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

KEYS = {"case", "entry", "seq", "fields", "elsewhere", "papers", "erased", "views"}
WHY = ("--reason", "当事人申请，经核实", "--as", "卞知远", "--at", "2026-07-08")


@pytest.fixture
def reported(office):
    """A matter with a phone number in its last entry's words, and in a comment on it."""
    case = a_case(office)
    case = give(office, case, "report_progress", LIAISON, at(2026, 7, 6), progress="住户电话13800000000")
    give(office, case, "comment", "吕喆", at(2026, 7, 7), text="摘录：住户电话13800000000")
    return case


def test_a_redaction_is_one_document(ask, reported):
    done = ask("case", "redact", reported.number, "--entry", reported.seq, *WHY)
    assert done.keys() == KEYS
    assert (done["entry"], done["fields"], done["erased"]) == (reported.seq, ["进展情况"], True)


def test_people_are_told_what_was_done_and_what_it_does_not_reach(duban, reported):
    told = duban("case", "redact", reported.number, "--entry", reported.seq, *WHY)
    assert f"已隐去第{reported.seq}条的进展情况" in told.out and "文件已重写" in told.out
    assert "也有相同的文字，没有隐去" in told.err
    assert "138" not in duban("case", "show", reported.number).out.replace("摘录：住户电话13800000000", "")


def test_screens_show_the_mark_and_the_entry_it_points_to(ask, duban, reported):
    done = ask("case", "redact", reported.number, "--entry", reported.seq, *WHY)
    assert f"〔已隐去，见第{done['seq']}条〕" in duban("case", "show", reported.number).out
    assert f"（第{reported.seq}条的进展情况）" in duban("case", "history", reported.number).out


def test_the_journal_has_its_own(duban, ask, reported):
    ask("export", "history", "a.csv", "--format", "csv", "--reason", "调卷", "--as", "江惟一")
    last = ask("audit", "journal")["entries"][-1]["seq"]
    assert ask("audit", "redact", "--entry", last, *WHY)["case"] is None
    assert "第" in duban("audit", "journal").out
    assert ask("audit", "scrub") == {"erased": True}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--entry", "4", "--reason", "申请"], "person_missing"),
        (["--as", "卞知远", "--reason", "申请"], "entry_missing"),
        (["--entry", "5", "--as", "卞知远"], "reason_missing"),
        (["--entry", "5", "--as", "吕喆", "--reason", "申请"], "not_permitted"),
        (["--entry", "999", "--as", "卞知远", "--reason", "申请"], "entry_unknown"),
    ],
)
def test_refusals(duban, reported, words, code):
    answer = duban("case", "redact", reported.number, *words, "--json")
    assert (answer.code, answer.json["code"]) == (1, code)
