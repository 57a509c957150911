"""One paper for the matters of a unit that reach a rung together: one number, one mail, in every history."""

import json
from datetime import date

import pytest

from states.errors import FactInvalid
from tests.builders import (
    AUDITOR,
    DIRECTOR,
    LEAD,
    OFFICER,
    OPENED,
    OTHER,
    TITLE,
    at,
    bound_by,
    give,
    given_out,
    history,
    late_cases,
    opened_again,
    papers,
    rows,
    scheduled_on,
    signed,
    sweep_on,
    with_letters_alone,
)
from workflow.cli.case_view import _paper
from workflow.services import joint, register, taking, timeline
from workflow.services.applying import apply_plan
from workflow.services.cases import Order, perform_all
from workflow.services.exporting import export_history
from workflow.services.papers import Desk
from workflow.services.planning import make_plan
from workflow.services.rendering import render_pending, render_to
from workflow.services.sweep import preview, sweep
from workflow.services.verification import verify
from workflow.storage import papers as papers_kept
from workflow.storage.models import Document, Escalation, OutboxMessage
from workflow.storage.session import reading

LATE = at(2026, 7, 23)
RENAMED = {"field": "title", "old": TITLE, "new": "路灯修复", "reason": "名称有误"}


def reminders(office):
    """The papers of 提醒, oldest number first."""
    return papers(office, "reminder")


def listed(paper):
    return [item["number"] for item in paper["items"]]


def details(office, case, kind):
    (entry,) = (one for one in history(office, case) if one.kind == kind)
    return json.loads(entry.payload)["details"]


def test_thirty_late_matters_of_a_unit_make_one_paper_with_one_number_and_one_mail(office):
    cases = late_cases(office, 30)
    report = sweep_on(office, LATE)
    (paper,) = reminders(office)
    measures = rows(office, Escalation)
    assert (paper["number"], listed(paper)) == ("滨督函〔2026〕1号", [case.number for case in cases])
    assert len({row.document_id for row in measures}) == 1
    assert (len(measures), len(rows(office, OutboxMessage)), report.issued, report.papers) == (30, 1, 30, 1)
    assert verify(office).findings == []


def test_a_joint_paper_is_cited_by_papers_of_every_matter_on_it(office):
    cases = late_cases(office, 2)
    sweep_on(office, LATE)
    with reading(office.engine) as tx:
        cited = [papers_kept.issued_of(tx, case.id, "reminder") for case in cases]
    assert [[row.number for row in found] for found in cited] == [["滨督函〔2026〕1号"]] * 2


def test_a_matter_alone_gets_the_letter_it_always_got(office):
    (case,) = late_cases(office, 1)
    sweep_on(office, LATE)
    (paper,) = reminders(office)
    assert paper["case"]["number"] == case.number
    assert "items" not in paper
    assert "matters" not in details(office, case, "escalation_issued")


def test_each_unit_gets_its_own(office):
    ours, theirs = late_cases(office, 3), late_cases(office, 2, OTHER)
    sweep_on(office, LATE)
    found = {paper["addressee"]: listed(paper) for paper in reminders(office)}
    assert found == {LEAD: [one.number for one in ours], OTHER: [one.number for one in theirs]}


def test_every_history_tells_the_whole_paper(office):
    cases = late_cases(office, 3)
    sweep_on(office, LATE)
    told = [details(office, case, "escalation_issued") for case in cases]
    shared = [
        {name: one[name] for name in ("document", "document_number", "facts_sha256", "messages", "matters")}
        for one in told
    ]
    assert shared == [shared[0]] * 3
    assert (shared[0]["matters"], len(shared[0]["messages"])) == (3, 1)
    assert len({one["escalation"] for one in told}) == 3


def test_laying_out_and_sending_are_entered_in_every_matter(office):
    cases = late_cases(office, 3)
    sweep_on(office, LATE)
    assert render_pending(office, by=signed(None, LATE)).rendered == 1
    told = [details(office, case, "document_rendered") for case in cases]
    (paper,) = (row for row in rows(office, Document) if row.kind == "reminder")
    assert {one["sha256"] for one in told} == {paper.sha256}
    assert verify(office).findings == []


def test_every_matter_shows_the_paper_and_of_how_many_it_is(office):
    cases = late_cases(office, 3)
    sweep_on(office, LATE)
    for case in cases:
        (paper,) = register.show(office, case.number, today=LATE)["documents"]
        assert (paper["number"], paper["matters"], len(paper["mails"])) == ("滨督函〔2026〕1号", 3, 1)
        assert "共列3项事项" in _paper(paper)
        told = timeline.history(office, case.number)
        assert any("与其余2项合为一件" in entry["sentence"] for entry in told)


def test_every_matter_is_rendered_from_the_same_paper(office, tmp_path):
    cases = late_cases(office, 2)
    sweep_on(office, LATE)
    out = [tmp_path / f"{place}.txt" for place in range(2)]
    for case, file in zip(cases, out, strict=True):
        render_to(office, case.number, "reminder", file, by=signed(None, LATE), at=LATE)
    assert out[0].read_text() == out[1].read_text()
    assert all(case.number in out[0].read_text() for case in cases)


def test_a_matter_that_is_refused_drops_out_and_gives_its_number_back(office, monkeypatch):
    cases = late_cases(office, 3)
    refused(monkeypatch, cases[0])
    report = sweep_on(office, LATE)
    assert [one["case"] for one in report.held] == [cases[0].number]
    assert [listed(paper) for paper in reminders(office)] == [[one.number for one in cases[1:]]]
    assert given_out(office, "函") == 1
    assert verify(office).findings == []


def test_of_two_of_whom_one_is_refused_the_other_gets_a_letter_of_its_own(office, monkeypatch):
    cases = late_cases(office, 2)
    refused(monkeypatch, cases[1])
    sweep_on(office, LATE)
    (paper,) = reminders(office)
    assert (paper["case"]["number"], paper["number"]) == (cases[0].number, "滨督函〔2026〕1号")
    assert given_out(office, "函") == 1


def test_where_the_list_cannot_hold_a_matter_each_is_written_to_alone(office, monkeypatch):
    cases, as_it_is = late_cases(office, 3), Desk._item

    def item(self, case, prior):
        if case.number == cases[2].number:
            raise FactInvalid("不能列入清单", code="unlistable")
        return as_it_is(self, case, prior)

    monkeypatch.setattr(Desk, "_item", item)
    report = sweep_on(office, LATE)
    assert (report.held, report.papers) == ([], 3)
    assert [paper["case"]["number"] for paper in reminders(office)] == [case.number for case in cases]
    assert verify(office).findings == []


def refused(monkeypatch, case):
    """Nothing can be raised on this case."""

    as_it_is = taking.raise_step

    def raise_step(desk, one, *rest, **named):
        if one.number == case.number:
            raise FactInvalid("不能办理", code="not_today")
        return as_it_is(desk, one, *rest, **named)

    monkeypatch.setattr(taking, "raise_step", raise_step)


def test_a_transaction_that_dies_leaves_nothing_of_a_joint_paper(office, monkeypatch):
    late_cases(office, 3)
    monkeypatch.setattr(Desk, "give_back", lambda self: 1 / 0)
    before = given_out(office, "函")
    sweep_on(office, LATE)
    assert (rows(office, Escalation), given_out(office, "函")) == ([], before)
    assert verify(office).findings == []


def test_where_a_batch_fails_units_are_still_kept_together(office, monkeypatch):
    late_cases(office, 3)
    late_cases(office, 2, OTHER)
    as_it_is, calls = Desk.give_back, []

    def give_back(self):
        calls.append(self)
        if len(calls) == 1:
            raise RuntimeError
        as_it_is(self)

    monkeypatch.setattr(Desk, "give_back", give_back)
    sweep_on(office, LATE)
    assert sorted(len(paper["items"]) for paper in reminders(office)) == [2, 3]


@pytest.mark.parametrize("size", [1, 3, 4, 5, 500])
def test_no_unit_that_fits_is_torn_apart_by_the_end_of_a_transaction(office, size):
    late_cases(office, 3)
    late_cases(office, 3, OTHER)
    sweep(office, as_of=LATE, by=signed(None, LATE), batch_size=size)
    told = sorted(len(paper.get("items", [1])) for paper in reminders(office))
    assert told == ([1] * 6 if size == 1 else [3, 3])


def test_a_dry_run_counts_papers_as_they_would_be(office):
    late_cases(office, 4)
    late_cases(office, 1, OTHER)
    told = preview(office, as_of=LATE, by=signed(None, LATE)).as_json()
    done = sweep_on(office, LATE).as_json()
    assert told == done
    assert (told["papers"], told["issued"]) == (2, 5)
    assert {step["document"] for step in told["steps"]} == {"reminder"}


def test_a_joint_paper_counts_once_against_the_caps(office, tmp_path):
    bound_by(office, tmp_path, joint=True, most_per_sweep=1, most_per_unit=1)
    late_cases(office, 30)
    late_cases(office, 2, OTHER, date(2026, 7, 21))
    first = scheduled_on(office, LATE)
    second = scheduled_on(office, LATE)
    assert [len(paper["items"]) for paper in reminders(office)] == [2, 30]
    assert (first.papers, second.papers) == (1, 1)


def test_of_the_units_papers_of_a_day_one_of_many_matters_is_one(office, tmp_path):
    bound_by(office, tmp_path, joint=True, most_per_unit=2)
    late_cases(office, 3)
    scheduled_on(office, LATE)
    late_cases(office, 3, mark="再")
    scheduled_on(office, at(2026, 7, 23, 10))
    assert [len(paper["items"]) for paper in reminders(office)] == [3, 3]


def test_a_unit_that_had_its_paper_of_the_day_waits(office, tmp_path):
    bound_by(office, tmp_path, joint=True, most_per_unit=1)
    late_cases(office, 2)
    scheduled_on(office, LATE)
    late_cases(office, 2, mark="再")
    report = scheduled_on(office, at(2026, 7, 23, 10))
    assert report.steps == []
    assert len(reminders(office)) == 1


def test_wording_of_the_offices_own_that_knows_no_list_makes_a_letter_each(office, tmp_path):
    own = tmp_path / "own" / "notices" / "reminder.txt.j2"
    own.parent.mkdir(parents=True)
    own.write_text("@标志 {{ office.mark }}\n@文号 {{ number }}\n@标题 提醒函\n@主送 {{ addressee }}\n"
                   "请办理“{{ case.title }}”。\n@署名 {{ office.name }}\n@日期 {{ date|cndate }}\n",
                   encoding="utf-8")  # fmt: skip
    late_cases(office, 2)
    with opened_again(office, templates=tmp_path / "own") as again:
        sweep_on(again, LATE)
        assert all("case" in paper for paper in reminders(again))
        assert render_pending(again, by=signed(None, LATE)).rendered == 2


def test_a_rung_that_is_not_joint_makes_a_letter_each(office, tmp_path):
    with_letters_alone(office, tmp_path)
    late_cases(office, 3)
    sweep_on(office, LATE)
    assert [paper["number"] for paper in reminders(office)] == [f"滨督函〔2026〕{one}号" for one in (1, 2, 3)]


def test_an_event_log_tells_of_it_as_one_object_of_several_matters(office, tmp_path):
    cases = late_cases(office, 3)
    sweep_on(office, LATE)
    export_history(office, tmp_path / "log.json", "ocel", by=signed(AUDITOR, LATE))
    told = json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))
    (paper,) = (one for one in told["objects"] if one["type"] == "document")
    about = {to["objectId"] for to in paper["relationships"] if to["qualifier"] == "about"}
    assert about == {f"case:{case.number}" for case in cases}
    ids = [one["id"] for one in told["objects"]]
    assert len(ids) == len(set(ids))


def test_a_plan_file_is_carried_out_with_the_same_papers(office, tmp_path):
    late_cases(office, 3)
    late_cases(office, 1, OTHER)
    document = make_plan(office, as_of=LATE, by=signed(None, LATE))
    applied = apply_plan(office, document, at=LATE, by=signed(None, LATE), batch_size=2)
    assert (len(applied.steps), applied.held) == (4, [])
    assert sorted(len(paper.get("items", [1])) for paper in reminders(office)) == [1, 3]
    assert verify(office).findings == []


def test_no_paper_lists_more_than_its_bound(office, monkeypatch):
    monkeypatch.setattr(joint, "MOST_MATTERS", 4)
    late_cases(office, 9)
    sweep_on(office, LATE)
    assert [len(paper.get("items", [1])) for paper in reminders(office)] == [4, 4, 1]


def test_the_longest_list_of_the_longest_matters_can_be_laid_out(office):
    stated = {
        "title": "长" * 2_000,
        "source": "来信",
        "origin": "台账",
        "state": "handling",
        "lead_unit": LEAD,
    }
    orders = [
        Order("take_over", details=stated | {"due_on": date(2026, 7, 22)}, new_number=f"续{serial:05}")
        for serial in range(joint.MOST_MATTERS)
    ]
    perform_all(office, orders, by=signed(OFFICER), at=OPENED)
    sweep_on(office, LATE)
    done = render_pending(office, by=signed(None, LATE))
    assert (done.rendered, done.failed) == (1, [])


def test_a_matter_that_leaves_its_unit_leaves_the_paper_to_the_others(office):
    cases = late_cases(office, 2)
    sweep_on(office, LATE)
    give(office, cases[0], "reassign", DIRECTOR, LATE, lead_unit=OTHER, reason="职责调整")
    states = {row.case_id: row.state for row in rows(office, Escalation) if row.document_id}
    assert states == {cases[0].id: "concluded", cases[1].id: "issued"}
    assert verify(office).findings == []
