"""Units that are merged or renamed: their matters go on with the successor, their names still resolve."""

import json
from datetime import date

import pytest
from openpyxl import load_workbook

from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal
from states.lifecycle import Lifecycle
from tests.builders import (
    DIRECTOR,
    LEAD,
    LEAD_CODE,
    LIAISON,
    OFFICER,
    OTHER,
    OTHER_CODE,
    THREE_WEEKS,
    UNIT_HEAD,
    a_case,
    a_draft,
    a_receipt,
    at,
    climb,
    give,
    history,
    kinds,
    on_escalation,
    papers,
    raised,
    relapsed,
    row_counts,
    rows,
    signed,
    stored,
    suspended,
    sweep_on,
)
from tests.conftest import DIRECTORY
from tests.reforming import BASIS, HEIR, HEIR_CODE, HEIR_HEAD, HEIR_LIAISON, ON, WHEN, decree, merged, renamed
from tests.services.test_directory import changed_directory, take_in
from workflow.services import cases, reforms, register, timeline, unit_views
from workflow.services.verification import verify
from workflow.services.work import Work
from workflow.storage.directory_models import Post, RoleGrant, Unit, UnitSuccession
from workflow.storage.models import CaseUnit, Escalation, Event

LATER = at(2026, 7, 8)


def unit(office, code):
    return next(row for row in rows(office, Unit) if row.code == code)


def entry(office, kind):
    (found,) = [one for one in rows(office, Event) if one.kind == kind]
    return json.loads(found.payload)


def test_an_open_matter_goes_over_with_its_number_limits_and_dates(office):
    before = stored(office, a_case(office))
    merged(office)
    after = stored(office, before)
    changed = {"lead_unit", "witnessed"}
    kept = {name for name in before.facts.__slots__ if name not in changed}
    assert after.facts.lead_unit == HEIR_CODE
    assert [name for name in kept if getattr(before.facts, name) != getattr(after.facts, name)] == []
    assert kinds(office, before)[-1] == "succeeded"
    assert verify(office).exit_code == 0


def test_from_then_on_the_successor_s_people_act_and_nobody_of_the_former_unit(office):
    case = a_case(office)
    merged(office)
    for person in (LIAISON, UNIT_HEAD):
        with pytest.raises(NotPermitted):
            give(office, case, "report_progress", person, LATER, progress="已修复120盏")
    assert give(office, case, "report_progress", HEIR_LIAISON, LATER, progress="已修复120盏").facts.progress


def test_roles_and_posts_at_the_former_unit_end_the_day_before(office):
    made = merged(office)
    assert {(one["name"], one["role"]) for one in made.people} == {
        (LIAISON, "liaison"), (UNIT_HEAD, "unit_head"),
    }  # fmt: skip
    ended = [row for model in (RoleGrant, Post) for row in rows(office, model) if row.unit == LEAD_CODE]
    assert {row.valid_to for row in ended} == {unit(office, LEAD_CODE).valid_to} == {date(2026, 7, 5)}


@pytest.mark.parametrize("state", ["assigned", "registered", "handling", "verifying"])
def test_every_open_state_has_its_successor(office, state):
    case = a_case(office, state)
    merged(office)
    assert (stored(office, case).facts.state, stored(office, case).facts.lead_unit) == (state, HEIR_CODE)


def test_a_suspended_matter_passes_on_and_one_struck_off_stays_its_unit_s(office):
    waiting = suspended(office, a_case(office), at(2026, 7, 2), date(2026, 7, 20))
    closed = a_case(office, "closed")
    made = merged(office)
    assert [one["case"] for one in made.cases] == [waiting.number]
    assert stored(office, waiting).facts.lead_unit == HEIR_CODE
    assert stored(office, closed).facts.lead_unit == LEAD_CODE


def test_a_co_unit_that_comes_to_lead_is_its_own_co_unit_no_longer(office):
    case = a_case(office, co_units=(HEIR, OTHER))
    merged(office)
    facts = stored(office, case).facts
    assert (facts.lead_unit, facts.co_units) == (HEIR_CODE, (OTHER_CODE,))
    index = {(row.unit, row.part) for row in rows(office, CaseUnit) if row.case_id == case.id}
    assert index == {(HEIR_CODE, "lead"), (OTHER_CODE, "co")}
    assert verify(office).exit_code == 0


def test_a_former_co_unit_is_replaced_and_never_named_twice(office):
    helped = a_case(office, lead_unit=OTHER, state="assigned", co_units=(LEAD, HEIR))
    led = a_case(office, lead_unit=HEIR, state="assigned", co_units=(LEAD,))
    made = merged(office)
    assert {one["part"] for one in made.cases} == {"co"}
    assert stored(office, helped).facts.co_units == (HEIR_CODE,)
    assert stored(office, led).facts.co_units == ()


def test_two_units_merged_in_one_go_bring_everything_with_them(office):
    case = a_case(office, co_units=(OTHER,))
    made = merged(office, LEAD, OTHER)
    assert (stored(office, case).facts.lead_unit, stored(office, case).facts.co_units) == (HEIR_CODE, ())
    assert made.units == (LEAD_CODE, OTHER_CODE)
    assert kinds(office, case).count("succeeded") == 2
    assert verify(office).exit_code == 0


def test_units_below_come_under_the_successor(office):
    made = merged(office)
    assert made.below == {"BH212K1": HEIR_CODE, "BH212K2": HEIR_CODE}
    assert unit(office, "BH212K1").parent == HEIR_CODE


def test_a_unit_merged_into_one_of_its_own_divisions_makes_no_circle(office):
    merged(office, into="BH212K1")
    assert [unit(office, code).parent for code in ("BH212K1", "BH212K2")] == ["BH000", "BH212K1"]


def test_the_journal_names_the_document_and_who_registered_it(office):
    case = a_case(office)
    merged(office, by=DIRECTOR)
    payload = entry(office, "units_merged")
    told = payload["details"]
    assert (payload["actor"], told["basis"], told["on"]) == ("R010", BASIS, "2026-07-06")
    assert (told["units"], told["successors"]) == ({LEAD_CODE: LEAD}, {HEIR_CODE: HEIR})
    assert told["cases"] == {f"{case.number}/{LEAD_CODE}": HEIR_CODE}


def test_a_history_tells_from_whom_to_whom_and_why(office):
    case = a_case(office)
    merged(office)
    last = timeline.history(office, case.number)[-1]
    assert f"（{LEAD}→{HEIR}，依据{BASIS}）" in last["sentence"]


def test_a_dry_run_tells_the_same_and_writes_nothing(office):
    a_case(office)
    before = row_counts(office), unit(office, LEAD_CODE), rows(office, RoleGrant)
    promised = merged(office, dry_run=True).as_json()
    assert (row_counts(office), unit(office, LEAD_CODE), rows(office, RoleGrant)) == before
    assert promised | {"dry_run": False} == merged(office).as_json()


@pytest.mark.parametrize("name", [LEAD, LEAD_CODE, "市城管局"])
def test_whoever_names_a_former_unit_is_told_its_successor(office, name):
    merged(office)
    with pytest.raises(FactInvalid, match=f"已于2026-07-06并入“{HEIR}”，请改填“{HEIR}”") as refused:
        give(office, a_draft(office, LATER), "assign", DIRECTOR, LATER, lead_unit=name, limit=THREE_WEEKS)
    assert refused.value.code == "unit_ended"


def test_nobody_hands_a_matter_to_a_former_unit_by_an_earlier_day(office):
    case = a_draft(office)
    merged(office)
    order = {"by": signed(DIRECTOR, LATER), "at": at(2026, 7, 3), "lead_unit": LEAD, "limit": THREE_WEEKS}
    with pytest.raises(FactInvalid) as refused:
        cases.perform(office, case.number, "assign", **order)
    assert refused.value.code == "unit_ended"


def test_a_successor_that_is_merged_in_turn_is_named_in_its_place(office):
    merged(office)
    merged(office, HEIR, into=OTHER, on=date(2026, 7, 7), when=at(2026, 7, 7))
    with pytest.raises(FactInvalid, match=f"请改填“{OTHER}”"):
        give(office, a_draft(office, LATER), "assign", DIRECTOR, LATER, lead_unit=LEAD, limit=THREE_WEEKS)


def test_a_matter_is_not_taken_up_again_under_a_unit_that_has_ended(office):
    case = relapsed(office, a_case(office, "closed"), WHEN)
    merged(office)
    order = {"reason": "回头看又有路灯不亮", "limit": THREE_WEEKS}
    with pytest.raises(FactInvalid, match="请先办理机构承继") as refused:
        give(office, case, "reopen", DIRECTOR, LATER, **order)
    assert refused.value.code == "lead_has_ended"
    passing = {"former_unit": LEAD, "successor": HEIR, "reform": BASIS}
    give(office, case, "succeed", OFFICER, LATER, **passing)
    assert give(office, case, "reopen", DIRECTOR, LATER, **order).facts.lead_unit == HEIR_CODE


def test_nobody_reassigns_a_matter_in_the_name_of_a_reform(office):
    passing = {"former_unit": LEAD, "successor": HEIR, "reform": BASIS}
    with pytest.raises(FactInvalid) as refused:
        give(office, a_case(office), "succeed", OFFICER, WHEN, **passing)
    assert refused.value.code == "not_its_successor"


REFUSED = [
    (("没有此局",), {}, "unit_unknown"),
    ((HEIR,), {}, "succeeds_itself"),
    ((), {"into": "没有此局"}, "unit_unknown"),
    ((), {"into": "市招商引资工作专班"}, "successor_is_group"),
    ((), {"into": "各区市"}, "unit_ambiguous"),
    ((), {"on": date(2026, 7, 7)}, "reform_in_future"),
    ((), {"on": date(2025, 7, 4)}, "reform_too_old"),
    ((), {"basis": " "}, "basis_missing"),
    ((), {"by": LIAISON}, "not_permitted"),
    ((), {"by": None}, "person_missing"),
    ((), {"by": "无此人"}, "person_unknown"),
]


@pytest.mark.parametrize(
    ("units", "given", "code"), REFUSED, ids=lambda one: one if isinstance(one, str) else ""
)
@pytest.mark.parametrize("dry_run", [True, False])
def test_what_cannot_be_merged_is_refused_and_nothing_is_written(office, units, given, code, dry_run):
    before = row_counts(office)
    with pytest.raises(Refusal) as refused:
        merged(office, *units, dry_run=dry_run, **given)
    assert (refused.value.code, row_counts(office)) == (code, before)


def test_merging_nothing_is_refused(office):
    with pytest.raises(FactMissing) as refused:
        reforms.merge(office, [], HEIR, decree())
    assert refused.value.code == "unit_missing"


def test_a_unit_ends_once_and_no_circle_leads_back(office):
    merged(office)
    with pytest.raises(FactInvalid, match="并入") as refused:
        merged(office, into=OTHER)
    assert refused.value.code == "unit_ended"
    with pytest.raises(FactInvalid) as refused:
        merged(office, HEIR, into=LEAD)
    assert refused.value.code == "succession_circle"


def test_nothing_passes_to_a_unit_that_has_ended_or_is_not_there_yet(office, tmp_path):
    take_in(office, changed_directory(tmp_path, HEIR, 有效期止="2026-07-03"), at(2026, 7, 4))
    with pytest.raises(FactInvalid, match="停用") as refused:
        merged(office)
    assert refused.value.code == "unit_ended"
    take_in(office, founded(tmp_path, OTHER, "2026-07-07"), at(2026, 7, 4))
    with pytest.raises(FactInvalid) as refused:
        merged(office, into=OTHER)
    assert refused.value.code == "successor_not_yet"
    with pytest.raises(FactInvalid) as refused:
        merged(office, OTHER, into="市教育局")
    assert refused.value.code == "reform_before_founding"


def founded(folder, name, day):
    """The demo directory with a unit that is there from a day on."""
    book = load_workbook(DIRECTORY)
    book["单位"]["N1"] = "有效期起"
    (line,) = (row[0].row for row in book["单位"].iter_rows() if row[2].value == name)
    book["单位"][f"N{line}"] = day
    book.save(folder / "新名录.xlsx")
    return folder / "新名录.xlsx"


def test_a_unit_the_directory_has_ended_already_can_still_be_succeeded(office, tmp_path):
    case = a_case(office)
    take_in(office, changed_directory(tmp_path, 有效期止="2026-07-02"), at(2026, 7, 3))
    merged(office)
    assert unit(office, LEAD_CODE).valid_to == date(2026, 7, 2)
    assert stored(office, case).facts.lead_unit == HEIR_CODE


def named_at(note):
    """What stands in the workbook where a note points."""
    return [load_workbook(DIRECTORY)[note.sheet][f"{note.column}{note.row}"].value]


def test_an_older_directory_brings_nothing_back_to_life(office):
    merged(office)
    report = take_in(office, DIRECTORY, LATER)
    (note,) = (note for note in report.notes if note.code.startswith("unit_"))
    assert (note.code, *named_at(note)) == ("unit_succeeded", LEAD)
    assert unit(office, LEAD_CODE).valid_to == date(2026, 7, 5)
    assert unit(office, "BH212K1").parent == HEIR_CODE
    assert [row for row in rows(office, RoleGrant) if row.unit == LEAD_CODE and row.valid_to is None] == []


def test_a_renamed_unit_keeps_its_code_and_answers_to_both_names(office):
    case = a_case(office)
    made = renamed(office, "市城市综合管理局")
    assert (unit(office, LEAD_CODE).name, [one["case"] for one in made.cases]) == (
        "市城市综合管理局", [case.number],
    )  # fmt: skip
    for name in (LEAD, "市城管局", "市城市综合管理局"):
        assert a_case(office, "assigned", LATER, lead_unit=name).facts.lead_unit == LEAD_CODE
    assert give(office, case, "report_progress", LIAISON, LATER, progress="已修复120盏")


def test_papers_issued_before_keep_the_former_name(office):
    a_case(office)
    renamed(office, "市城市综合管理局")
    a_case(office, "assigned", LATER)
    assert [paper["addressee"] for paper in papers(office, "assignment")] == [LEAD, "市城市综合管理局"]
    assert entry(office, "unit_renamed")["details"]["names"] == {"from": LEAD, "to": "市城市综合管理局"}
    assert verify(office).exit_code == 0


def test_an_older_directory_does_not_take_the_new_name_away(office):
    renamed(office, "市城市综合管理局")
    report = take_in(office, DIRECTORY, LATER)
    (note,) = (note for note in report.notes if note.code.startswith("unit_"))
    assert (note.code, *named_at(note)) == ("unit_renamed", LEAD)
    assert unit(office, LEAD_CODE).name == "市城市综合管理局"
    assert a_case(office, "assigned", LATER, lead_unit=LEAD).facts.lead_unit == LEAD_CODE


@pytest.mark.parametrize(
    ("name", "code"),
    [(LEAD, "name_unchanged"), (HEIR, "name_taken"), ("各区市", "name_taken"), ("局" * 129, "name_invalid"),
     ("", "name_invalid")],
)  # fmt: skip
def test_a_name_that_cannot_be_given_is_refused(office, name, code):
    with pytest.raises(FactInvalid) as refused:
        renamed(office, name)
    assert refused.value.code == code


def test_a_unit_that_has_ended_is_not_renamed(office):
    merged(office)
    with pytest.raises(FactInvalid) as refused:
        renamed(office, "市城市综合管理局")
    assert refused.value.code == "unit_ended"


def test_a_unit_renamed_twice_and_back_answers_to_every_name(office):
    renamed(office, "市城市综合管理局")
    renamed(office, "市城运局")
    renamed(office, LEAD)
    assert unit_views.show_unit(office, "市城运局", day=ON)["code"] == LEAD_CODE
    assert [row.successor for row in rows(office, UnitSuccession)] == [LEAD_CODE]


def test_a_proposal_goes_on_with_the_successor_and_its_paper_goes_to_it(office):
    case = a_case(office)
    climb(office, at(2026, 7, 23), at(2026, 7, 30))
    assert raised(office, "inquiry").state == "proposed"
    merged(office, on=date(2026, 7, 31), when=at(2026, 7, 31))
    assert {one.unit for one in (raised(office, "inquiry"), raised(office, "reminder"))} == {HEIR_CODE}
    on_escalation(office, "inquiry", "approve", DIRECTOR, at(2026, 8, 3), question="为何未修复？")
    assert papers(office, "inquiry")[-1]["addressee"] == HEIR
    assert kinds(office, case).count("escalation_carried") == 2
    assert verify(office).exit_code == 0


def test_a_proposal_about_the_former_head_never_comes_to_the_successor_s(office):
    case = lapsed_inquiry(office)
    sweep_on(office, at(2026, 8, 28))
    assert (raised(office, "admonition").object_person, raised(office, "admonition").state) == (
        UNIT_HEAD, "proposed",
    )  # fmt: skip
    merged(office, on=date(2026, 8, 29), when=at(2026, 8, 29))
    assert (raised(office, "admonition").state, raised(office, "inquiry").state) == ("withdrawn", "concluded")
    sweep_on(office, at(2026, 9, 30))
    assert raised(office, "admonition").object_person != HEIR_HEAD
    assert stored(office, case).facts.lead_unit == HEIR_CODE
    assert verify(office).exit_code == 0


def test_what_the_former_unit_left_unanswered_is_no_ground_against_the_new_head(office):
    served_inquiry(office)
    reply = {"reply": "正在修复", "judgement": "insufficient", "reason": "未说明原因"}
    on_escalation(office, "inquiry", "answer", OFFICER, at(2026, 8, 20), **reply)
    merged(office, on=date(2026, 8, 20), when=at(2026, 8, 20, 10))
    assert raised(office, "inquiry").state == "concluded"
    sweep_on(office, at(2026, 9, 30))
    assert [row for row in rows(office, Escalation) if row.step == "admonition"] == []
    assert verify(office).exit_code == 0


def test_the_clock_of_a_served_inquiry_runs_on_for_the_successor(office):
    case = served_inquiry(office)
    clocks, due = stored(office, case).facts.clocks, raised(office, "inquiry").reply_due_on
    merged(office, on=date(2026, 8, 10), when=at(2026, 8, 10))
    assert (stored(office, case).facts.clocks, raised(office, "inquiry").reply_due_on) == (clocks, due)
    assert raised(office, "inquiry").unit == HEIR_CODE
    assert verify(office).exit_code == 0


def served_inquiry(office):
    """A matter whose 函询 was served on 2026-08-03."""
    case = a_case(office)
    climb(office, at(2026, 7, 23), at(2026, 7, 30))
    on_escalation(office, "inquiry", "approve", DIRECTOR, at(2026, 7, 31), question="为何未修复？")
    on_escalation(office, "inquiry", "serve", OFFICER, at(2026, 8, 3), evidence=a_receipt(office))
    return case


def lapsed_inquiry(office):
    """The same, never answered: it lapsed on 2026-08-25, and a measure against the head was proposed."""
    case = served_inquiry(office)
    sweep_on(office, at(2026, 8, 25))
    assert raised(office, "inquiry").state == "lapsed"
    return case


def test_the_register_lists_the_successor_and_the_past_the_former_unit(office):
    case = a_case(office)
    merged(office)
    (line,) = register.list_cases(office, today=LATER)
    (then,) = register.list_cases(office, today=LATER, as_of=at(2026, 7, 5))
    assert (line.lead_unit, then.lead_unit, line.facts.number) == (HEIR, LEAD, case.number)


def test_a_unit_shows_its_successor_and_a_successor_what_it_took_over(office):
    case = a_case(office)
    merged(office)
    former, heir = (unit_views.show_unit(office, name, day=LATER.date()) for name in (LEAD, HEIR))
    assert [one["name"] for one in former["successors"]] == [HEIR]
    assert [one["case"] for one in heir["cases"]] == [case.number]
    listed = {one["code"] for one in unit_views.list_units(office, day=LATER.date())}
    everybody = {one["code"] for one in unit_views.list_units(office, day=LATER.date(), ended=True)}
    assert everybody - listed == {LEAD_CODE}


def test_a_matter_of_an_older_table_goes_over_all_the_same(office, monkeypatch):
    case = a_case(office)
    own = Work.lifecycle_of

    def without(work, case):
        table = own(work, case)
        known = [row for row in table.commands if row.id != "succeed"]
        return Lifecycle.model_construct(**dict(table) | {"commands": tuple(known)})

    monkeypatch.setattr(Work, "lifecycle_of", without)
    merged(office)
    assert stored(office, case).facts.lead_unit == HEIR_CODE


def test_an_entry_of_a_succession_is_signed_by_whoever_registered_it(office):
    case = a_case(office)
    merged(office)
    assert history(office, case)[-1].actor == "R011"
