"""Files on their way in: corrected in their cells, brought in by the road there is, once and whole."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from states.errors import Refusal
from tests.administrators import with_three
from tests.builders import DIRECTOR, LIAISON, OFFICER, SYSTEM_ADMIN, history, rows, signed, stored
from tests.registers import A_MATTER, SAMPLE, SHEET, TAKEN_OVER, a_register, take_over
from tests.services.test_directory import changed_directory
from tests.services.test_register_returns import edit, taken_out
from workflow.services import importing
from workflow.services.files import Given
from workflow.services.import_room import carrying_out, correcting, receiving, views
from workflow.services.import_room.correcting import Corrected
from workflow.services.import_room.drafts import State, fetched
from workflow.services.seeing import Onlooker
from workflow.services.verification import verify
from workflow.storage.directory_models import RoleRequest
from workflow.storage.models import CalendarVersion, Case, Event, StoredFile
from workflow.storage.session import reading
from workflow.storage.work_models import ImportDraft, ImportLine

OLD = Path(__file__).parents[1] / "workbooks" / "旧式台账.xls"
DUE, LEAD = 15, 9
"""Columns of the demo register: 办结时限, 牵头单位."""


@pytest.fixture
def hand_in(office, tmp_path):
    """Hand a copy of a file in, as its bearer."""

    def given(path: Path, person=OFFICER, name=None):
        copy = tmp_path / "upload"
        copy.write_bytes(path.read_bytes())
        by = signed(person_code(office, person), TAKEN_OVER)
        return receiving.receive(office, Given(copy, name or path.name), by=by, at=TAKEN_OVER)

    return given


def person_code(office, name):
    with reading(office.engine) as tx:
        return importing.people.signer(tx, name)


def his(office, person=OFFICER):
    return {"by": signed(person_code(office, person), TAKEN_OVER), "at": TAKEN_OVER}


def draft_of(office, draft, person=OFFICER):
    with reading(office.engine) as tx:
        return fetched(tx, draft, person_code(office, person))


def leaf(office, draft, person=OFFICER, **asked):
    return views.leaf(office, draft, by=Onlooker(person_code(office, person), TAKEN_OVER), **asked)


def bring_in(office, draft, person=OFFICER, when=TAKEN_OVER):
    seen = draft_of(office, draft, person).version
    carrying_out.start(office, draft, seen=seen, **his(office, person))
    carrying_out.carry_out(office, draft, clock=lambda: when)
    return draft_of(office, draft, person)


def notice(tmp_path, *lines):
    path = tmp_path / "2027.csv"
    path.write_text("\n".join(["日期,名称,类型", *lines]), encoding="utf-8")
    return path


def test_a_row_that_updates_a_matter_says_on_its_cell_what_changes(office, hand_in, tmp_path):
    take_over(office, a_register(tmp_path / "one.xlsx", {}))
    changed = {"办结时限": "2026-12-31", "牵头单位": "市水务局", "是否销号": "待销号"}
    draft = hand_in(a_register(tmp_path / "two.xlsx", changed))
    (table,) = leaf(office, draft, tab="ready").tables
    said = {one["message"] for line in table.lines for several in line.found.values() for one in several}
    assert said >= {
        "办结期限由“2026年12月15日”更新为“2026年12月31日”",
        "牵头单位由“市交通运输局”更新为“市水务局”",
        "所处环节由“限期办结”更新为“待审核”",
    }


def test_what_is_corrected_goes_in_and_its_entry_says_so_with_file_sheet_and_row(office, hand_in):
    draft = hand_in(SAMPLE)
    assert leaf(office, draft).counts == {"todo": 14, "ready": 48, "same": 0, "out": 11}
    correcting.correct_lines(office, draft, {51: Corrected({DUE: "2026-02-27"})}, **his(office))
    result = bring_in(office, draft).told["result"]
    assert (result["imported"], result["refused"]) == (49, [])
    case = stored(office, "滨督2026-044")
    assert case.facts.due_on.isoformat() == "2026-02-27"
    (file,) = rows(office, StoredFile)
    assert case.facts.origin == f"{SAMPLE.name}·{SHEET}·第51行（sha256:{file.sha256}）"
    told = json.loads(history(office, case)[0].payload)
    assert told["actor"] == "R011"
    assert told["details"]["accepted"] == [{"code": "cell_corrected", "suggestion": "O列导入时更正"}]
    assert verify(office).exit_code == 0


def test_what_waits_stays_with_its_corrections_and_goes_in_later(office, hand_in):
    draft = hand_in(SAMPLE)
    assert bring_in(office, draft).state is State.OPEN
    assert leaf(office, draft).counts == {"todo": 14, "ready": 0, "same": 48, "out": 11}
    given = {row: Corrected(accepted=True) for row in (17, 28, 31)} | {53: Corrected(left_out=True)}
    correcting.correct_lines(office, draft, given, **his(office))
    assert bring_in(office, draft).told["result"]["imported"] == 3
    assert (len(rows(office, Case)), leaf(office, draft).counts["todo"]) == (51, 10)


def test_a_file_that_is_in_whole_is_kept_no_longer_and_told_when_it_comes_again(office, hand_in, tmp_path):
    draft = hand_in(a_register(tmp_path / "台账.xlsx", {}))
    assert bring_in(office, draft).state is State.DONE
    (kept,) = rows(office, ImportDraft)
    assert (kept.content, rows(office, ImportLine)) == ("", [])
    again = hand_in(tmp_path / "台账.xlsx")
    assert again != draft and views.told_before(draft_of(office, again)) == TAKEN_OVER
    assert bring_in_refused(office, again) == "import_empty" and len(rows(office, Case)) == 1


def bring_in_refused(office, draft):
    with pytest.raises(Refusal) as refused:
        bring_in(office, draft)
    return refused.value.code


def test_a_second_start_of_what_was_seen_once_does_nothing(office, hand_in):
    draft = hand_in(SAMPLE)
    seen = draft_of(office, draft).version
    started = [carrying_out.start(office, draft, seen=seen, **his(office)) for _ in range(2)]
    done = [carrying_out.carry_out(office, draft, clock=lambda: TAKEN_OVER) for _ in range(2)]
    started.append(carrying_out.start(office, draft, seen=seen, **his(office)))
    assert ([one is not None for one in started], done) == ([True, False, False], [True, False])
    assert len(rows(office, Case)) == 48


def test_a_run_that_was_cut_off_is_taken_up_and_nothing_is_lost_or_doubled(
    office, hand_in, tmp_path, monkeypatch
):
    monkeypatch.setattr(carrying_out, "PART", 2)
    unnumbered = [{"督办编号": "", "督办事项": f"第{one}处积水点"} for one in range(5)]
    draft = hand_in(a_register(tmp_path / "台账.xlsx", *unnumbered))
    with monkeypatch.context() as cut:
        cut.setattr(carrying_out._Run, "_end", lambda *_: None)
        cut.setattr(carrying_out, "_parts", lambda given: [given[:2]])
        bring_in(office, draft)
    assert (draft_of(office, draft).state, draft_of(office, draft).done) == (State.RUNNING, 2)
    assert carrying_out.carry_out_waiting(office, clock=lambda: TAKEN_OVER) == 0
    later = TAKEN_OVER + timedelta(seconds=office.settings.lease_seconds + 1)
    assert carrying_out.carry_out_waiting(office, clock=lambda: later) == 1
    result = draft_of(office, draft).told["result"]
    assert (result["earlier"], result["imported"], len(rows(office, Case))) == (2, 3, 5)


def test_a_row_that_is_refused_keeps_no_other_out(office, hand_in, tmp_path, monkeypatch):
    several = [{"督办编号": f"滨督2026-90{one}", "督办事项": f"第{one}处积水点"} for one in range(4)]
    draft = hand_in(a_register(tmp_path / "台账.xlsx", *several))
    bring = importing.bring_in

    def choosy(desk, register, sorting, source, **rest):
        if any(one.row.row == 3 for one in sorting.rows):
            raise Refusal("这一项不能接续", code="not_this_one")
        return bring(desk, register, sorting, source, **rest)

    monkeypatch.setattr(importing, "bring_in", choosy)
    result = bring_in(office, draft).told["result"]
    assert (result["imported"], result["refused"]) == (3, [{"row": 3, "message": "这一项不能接续"}])
    assert len([one for one in rows(office, Event) if one.kind == "register_imported"]) == 3


def test_columns_nobody_knows_are_told_by_a_person(office, hand_in, tmp_path):
    path = a_register(tmp_path / "台账.xlsx", {})
    strange = renamed(path, 督办事项="干什么", 牵头单位="谁来干")
    draft = hand_in(strange)
    standing = draft_of(office, draft)
    assert "督办事项" in standing.told["refusal"]
    fields = {one["column"]: one["field"] for one in standing.told["columns"]}
    correcting.set_columns(office, draft, fields | {3: "title", 4: "lead_unit"}, **his(office))
    assert bring_in(office, draft).told["result"]["imported"] == 1
    assert stored(office, A_MATTER["督办编号"]).facts.title == A_MATTER["督办事项"]


def renamed(path, **headings):
    book = load_workbook(path)
    for cell in book.active[1]:
        cell.value = headings.get(cell.value, cell.value)
    book.save(path)
    return path


def test_a_directory_goes_in_and_what_needs_a_second_person_waits_for_him(office, hand_in, tmp_path):
    with_three(office)
    draft = hand_in(changed_directory(tmp_path, 督查联络员="闻人清"), person=DIRECTOR)
    told = draft_of(office, draft, DIRECTOR).told
    assert told["proposed"]["授予"] == 1 and leaf(office, draft, DIRECTOR).counts["todo"] == 0
    done = bring_in(office, draft, DIRECTOR)
    assert (done.state, done.told["result"]["proposed"]) == (State.DONE, told["proposed"])
    assert len([one for one in rows(office, RoleRequest) if one.role == "liaison"]) == 1


def test_a_line_of_a_notice_is_corrected_and_loading_tells_what_it_touches(office, hand_in, tmp_path):
    draft = hand_in(notice(tmp_path, "2027-01-01,元旦,放假", "2027-02-30,春节,放假"))
    (line,) = leaf(office, draft).tables[0].lines
    assert (line.row, line.fate) == (3, "rejected")
    correcting.correct_lines(office, draft, {3: Corrected({1: "2027-02-05,春节,放假"})}, **his(office))
    correcting.set_options(office, draft, {"source": "放假通知〔2026〕9号"}, **his(office))
    done = bring_in(office, draft)
    assert (done.state, done.told["result"]["calendar"]["new"]) == (State.DONE, True)
    assert rows(office, CalendarVersion)[-1].source == "放假通知〔2026〕9号"


@pytest.mark.parametrize(("person", "path"), [(LIAISON, SAMPLE), (DIRECTOR, SAMPLE), (SYSTEM_ADMIN, SAMPLE)])
def test_a_register_is_brought_in_by_an_officer_alone(office, hand_in, person, path):
    with_three(office)
    with pytest.raises(Refusal) as refused:
        hand_in(path, person=person)
    assert refused.value.code in ("imports_nothing", "imports_other")


def test_nobody_else_has_anything_of_a_file(office, hand_in):
    draft = hand_in(SAMPLE)
    with pytest.raises(Refusal) as refused:
        draft_of(office, draft, DIRECTOR)
    assert refused.value.code == "import_unknown"


def test_files_on_their_way_in_are_bounded(office, hand_in, tmp_path, monkeypatch):
    drafts = [
        hand_in(a_register(tmp_path / "台账.xlsx", {"备注": "", "目前进展情况": str(one)}))
        for one in range(5)
    ]
    assert len(set(drafts)) == 5 and hand_in(tmp_path / "台账.xlsx") == drafts[-1]
    with pytest.raises(Refusal) as refused:
        hand_in(SAMPLE)
    assert refused.value.code == "imports_many"
    carrying_out.put_away(office, drafts[0], by=his(office)["by"])
    monkeypatch.setattr(receiving, "MAX_ROWS", 10)
    with pytest.raises(Refusal) as refused:
        hand_in(SAMPLE)
    assert refused.value.code == "import_too_long"
    later = TAKEN_OVER + timedelta(days=31)
    carrying_out.carry_out_waiting(office, clock=lambda: later)
    assert rows(office, ImportDraft) == rows(office, ImportLine) == []


def test_a_correction_with_a_mark_of_secrecy_is_refused_and_changes_nothing(office, hand_in):
    draft = hand_in(SAMPLE)
    with pytest.raises(Refusal) as refused:
        correcting.correct_lines(office, draft, {51: Corrected({DUE: "机密★10年"})}, **his(office))
    assert (refused.value.code, draft_of(office, draft).changes.cells) == ("state_secret", {})


def test_a_register_of_ours_is_shown_with_its_edits_and_corrected(office, hand_in, tmp_path):
    numbers = [{"督办编号": f"滨督2026-90{one}", "督办事项": f"断头路{one}"} for one in (1, 2)]
    take_over(office, a_register(tmp_path / "原.xlsx", *numbers))
    draft = hand_in(edit(taken_out(office, tmp_path / "出.xlsx"), title_0="海安路", state_1="销号"))
    found = leaf(office, draft)
    assert found.counts == {"todo": 1, "ready": 1, "same": 0, "out": 0}
    (line,) = leaf(office, draft, tab="ready").tables[0].lines
    assert "由“断头路1”更正为“海安路”" in line.found[2][0]["message"]
    assert bring_in(office, draft).told["result"]["corrected"] == 1
    assert stored(office, "滨督2026-901").facts.title == "海安路"


@pytest.mark.parametrize("name", ["台账.xls", "台账.et", "台账.xlsx"])
def test_an_old_workbook_is_read_whatever_it_is_called(office, hand_in, name):
    draft = hand_in(OLD, name=name)
    assert leaf(office, draft).counts["ready"] == 3
    assert bring_in(office, draft).told["result"]["imported"] == 3
    assert stored(office, "滨督2026-904").facts.title == "老旧管网改造4"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_register_in_csv_is_known_from_a_notice(office, hand_in, tmp_path, encoding):
    path, row = tmp_path / "台账.csv", A_MATTER | {"督办事项": "'=1+1"}
    path.write_text(f"{','.join(A_MATTER)}\n{','.join(row.values())}\n", encoding=encoding)
    draft = hand_in(path)
    assert bring_in(office, draft).told["result"]["imported"] == 1
    assert stored(office, "滨督2026-901").facts.title == "=1+1"
