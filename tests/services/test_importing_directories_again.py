"""A directory on its way in: which lines change what, and what it gives, ends, asks for and takes back."""

from openpyxl import load_workbook

from tests.administrators import with_three
from tests.builders import DIRECTOR, LEAD, LIAISON, OFFICER, row_counts, rows
from tests.conftest import DIRECTORY
from tests.services.test_directory import SUCCESSOR, UNITS, changed_directory
from tests.services.test_directory_proposing import AUDITOR, directory_giving
from tests.services.test_import_room import bring_in, draft_of, hand_in, his, leaf
from workflow.services.import_room import carrying_out, correcting, examining
from workflow.services.import_room.correcting import Corrected
from workflow.storage.directory_models import RoleRequest, Unit

__all__ = ["hand_in"]

NUMBER = "0999-1234567"


def with_phone(folder, number=NUMBER):
    """The demo directory with another telephone number of a unit."""
    book = load_workbook(DIRECTORY)
    (line,) = (row[0].row for row in book[UNITS].iter_rows() if row[2].value == LEAD)
    heading = next(cell for cell in book[UNITS][1] if "电话" in str(cell.value))
    book[UNITS][f"{heading.column_letter}{line}"] = number
    book.save(folder / "电话.xlsx")
    return folder / "电话.xlsx"


def told(office, draft):
    return draft_of(office, draft, DIRECTOR).told


def lines(office, draft, tab):
    return [line for table in leaf(office, draft, DIRECTOR, tab=tab).tables for line in table.lines]


def said(line):
    return [one["message"] for several in line.found.values() for one in several]


def test_the_same_directory_again_says_that_nothing_changes(office, hand_in):
    before = row_counts(office)
    draft = hand_in(DIRECTORY, person=DIRECTOR)
    found = leaf(office, draft, DIRECTOR)
    assert (found.counts["ready"], found.counts["todo"], found.draft.total) == (0, 0, 0)
    assert not told(office, draft)["acts"] and found.counts["same"] > 0
    tallies = told(office, draft)["tallies"]
    assert {(one["new"], one["changed"]) for one in tallies.values()} == {(0, 0)}
    after = row_counts(office)
    assert {name for name in after if after[name] != before[name]} == {"import_drafts", "import_lines"}


def test_a_line_says_field_by_field_what_it_changes_before_and_after(office, hand_in, tmp_path):
    old = next(one.phone for one in rows(office, Unit) if one.name == LEAD)
    draft = hand_in(with_phone(tmp_path), person=DIRECTOR)
    (line,) = lines(office, draft, "ready")
    change = f"联系电话由“{old}”更新为“{NUMBER}”"
    assert (line.fate, said(line)) == ("changed", [change])
    assert told(office, draft)["tallies"]["units"]["changed"] == 1
    result = bring_in(office, draft, DIRECTOR).told["result"]
    assert f"{LEAD}（BH212）：{change}" in result["effects"]["changed"]["told"]


def test_a_correction_made_in_the_system_is_told_before_an_older_file_undoes_it(office, hand_in, tmp_path):
    bring_in(office, hand_in(with_phone(tmp_path), person=DIRECTOR), DIRECTOR)
    (line,) = lines(office, hand_in(DIRECTORY, person=DIRECTOR), "ready")
    (change,) = said(line)
    assert change.startswith(f"联系电话由“{NUMBER}”更新为")


def test_a_successor_is_told_with_the_roles_given_and_ended_by_name(office, hand_in, tmp_path):
    draft = hand_in(changed_directory(tmp_path, 督查联络员=SUCCESSOR), person=DIRECTOR)
    effects = told(office, draft)["effects"]
    assert effects["given"]["told"] == [f"{SUCCESSOR}{LEAD}督查联络员"]
    assert effects["ended"]["told"] == [f"{LIAISON}{LEAD}督查联络员"]
    assert bring_in(office, draft, DIRECTOR).told["result"]["effects"] == effects


def test_whoever_is_named_no_more_loses_his_role_and_is_told_though_no_line_changes(
    office, hand_in, tmp_path
):
    with_three(office)
    draft = hand_in(changed_directory(tmp_path, without=OFFICER), person=DIRECTOR)
    assert draft_of(office, draft, DIRECTOR).total == 0
    assert told(office, draft)["effects"]["ended"]["told"] == [f"{OFFICER}督查员"]
    done = bring_in(office, draft, DIRECTOR)
    assert done.told["result"]["effects"]["ended"]["count"] == 1


def test_a_proposal_stands_in_its_line_and_what_is_withdrawn_is_told_before_and_after(
    office, hand_in, tmp_path
):
    with_three(office)
    draft = hand_in(directory_giving(tmp_path, {OFFICER: "督查员；档案员"}), person=DIRECTOR)
    (line,) = lines(office, draft, "ready")
    assert said(line) == [f"须经核准，核准以前照旧：授予：{OFFICER}档案员职责"]
    bring_in(office, draft, DIRECTOR)
    again = hand_in(DIRECTORY, person=DIRECTOR)
    assert told(office, again)["effects"]["withdrawn"]["told"] == [f"授予：{OFFICER}档案员职责"]
    (line,) = lines(office, again, "ready")
    assert said(line) == [f"撤回待核准的提请：授予：{OFFICER}档案员职责"]
    assert [one.decision for one in rows(office, RoleRequest)] == [None]
    assert bring_in(office, again, DIRECTOR).told["result"]["effects"]["withdrawn"]["count"] == 1


def test_the_auditor_s_end_is_a_proposal_told_by_name(office, hand_in, tmp_path):
    with_three(office)
    effects = told(office, hand_in(changed_directory(tmp_path, without=AUDITOR), person=DIRECTOR))["effects"]
    assert effects["proposed"]["told"] == [f"终止：{AUDITOR}审计查阅人职责"]
    assert effects["ended"]["count"] == 0


def test_days_a_line_changes_are_told_in_words(office, hand_in, tmp_path):
    draft = hand_in(changed_directory(tmp_path, 有效期止="2026-12-31"), person=DIRECTOR)
    (line,) = lines(office, draft, "ready")
    assert said(line) == ["有效期止由“（空）”更新为“2026年12月31日”"]


def test_a_directory_that_lay_open_is_measured_by_what_stands_when_it_is_brought_in(
    office, hand_in, tmp_path
):
    draft = hand_in(DIRECTORY, person=DIRECTOR)
    shown = draft_of(office, draft, DIRECTOR).version
    bring_in(office, hand_in(with_phone(tmp_path), person=DIRECTOR), DIRECTOR)
    assert carrying_out.start(office, draft, seen=shown, **his(office, DIRECTOR)) is None
    assert next(one.phone for one in rows(office, Unit) if one.name == LEAD) == NUMBER
    assert hand_in(DIRECTORY, person=DIRECTOR) == draft
    assert told(office, draft)["tallies"]["units"]["changed"] == 1


def test_a_correction_saved_while_the_file_is_read_anew_is_not_lost(office, hand_in, tmp_path, monkeypatch):
    draft = hand_in(with_phone(tmp_path), person=DIRECTOR)
    bring_in(office, hand_in(with_phone(tmp_path, "0999-7654321"), person=DIRECTOR), DIRECTOR)
    read = examining.examined

    def meanwhile(*asked, **by):
        found = read(*asked, **by)
        monkeypatch.setattr(examining, "examined", read)
        correcting.correct_lines(office, draft, {2: Corrected({}, left_out=True)}, **his(office, DIRECTOR))
        return found

    monkeypatch.setattr(examining, "examined", meanwhile)
    examining.read_anew(office, draft, **his(office, DIRECTOR))
    assert draft_of(office, draft, DIRECTOR).changes.left_out
