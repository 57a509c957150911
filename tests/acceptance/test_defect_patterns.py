"""What other systems got wrong, one promise each: defects of their code, complaints of their users.

Where a promise is proved elsewhere already, the table names the test and nothing is written twice.

| promise | proved by |
| --- | --- |
| a kill at any moment leaves a sweep or a mailing whole | acceptance/test_killed |
| a backlog of more than a thousand is worked off whole | acceptance/test_four_sweepers |
| a month switched off loses nothing | acceptance/test_thirty_days_off |
| random sweeps never raise a rung twice | acceptance/test_ladder_machine |
| a rung is unique in the database itself | storage/test_schema: a_rung_is_raised_once_in_an_epoch |
| a moved date arms the ladder anew, and only there | services/test_sweep: an_extension_moves_the_date… |
| a date is explained by the calendar it was counted by | services/test_recounting: an_explanation_stays… |
| a paper keeps the wording it was issued in | services/test_rendering: a_wording_changed_since… |
| a case keeps the policy it was dispatched under | services/test_installation: a_case_stays_under… |
| a day is no 24 hours of work, a month no 30 days | states/time/test_months, test_office_hours |
| pause and run add up to the time that passed | states/time/test_pauses |
| a failed mail is failed, a lost one is tried again | services/test_delivery |
| a notice loaded later is offered case by case | services/test_recounting |
| a calendar of another process is seen at once | services/test_calendars |
"""

import ast
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from states import lifecycle
from states.deadlines import Limit
from states.errors import FactInvalid
from states.vocabulary import LimitUnit
from tests.builders import (
    DIRECTOR,
    LIAISON,
    OFFICER,
    a_case,
    a_paper_of_proof,
    asking,
    at,
    give,
    history,
    kinds,
    on_escalation,
    raised,
    relapsed,
    rows,
    signed,
    stored,
    suspended,
    sweep_on,
    under_policy,
)
from workflow.services import retargeting
from workflow.services.installation import install
from workflow.services.verification import verify
from workflow.storage.models import Document, Escalation, OutboxMessage

ROOT = Path(__file__).parents[2]
DUE, LATE, INQUIRY_DAY = at(2026, 7, 22), at(2026, 7, 23), at(2026, 7, 30)


def steps(report):
    return [step["step"] for step in report.steps]


class PowerCut(BaseException):
    """Nothing catches this: the process is gone."""


def cut_off_at(office, place, work):
    """Do the work, and cut it off at its n-th statement; whether it came that far."""
    counted = iter(range(1, place + 1))

    def cut(*_):
        if next(counted, None) == place:
            raise PowerCut

    event.listen(office.engine, "before_cursor_execute", cut)
    try:
        work()
    except PowerCut:
        return True
    finally:
        event.remove(office.engine, "before_cursor_execute", cut)
    return False


def of_the_measure(office, case, step):
    """How many rows, papers, mails and entries there are of a measure that was issued."""
    issued = [row for row in rows(office, Escalation) if row.step == step and row.document_id]
    ids = {row.document_id for row in issued}
    papers = [row for row in rows(office, Document) if row.id in ids]
    mails = [row for row in rows(office, OutboxMessage) if row.document_id in ids]
    return len(issued), len(papers), len(mails), kinds(office, case).count("escalation_issued")


def numbered(office):
    """Papers by their numbers."""
    return {row.number: row.id for row in rows(office, Document)}


# 1 act, then mark; or mark, then act


def test_a_crash_at_any_statement_of_a_sweep_leaves_decision_and_mail_or_neither(office):
    case, place = a_case(office), 1
    while cut_off_at(office, place, lambda: sweep_on(office, LATE)):
        assert len(set(of_the_measure(office, case, "reminder"))) == 1
        place += 1
    assert place > 10
    assert of_the_measure(office, case, "reminder") == (1, 1, 1, 1)
    assert raised(office, "reminder").document_id == numbered(office)["滨督函〔2026〕1号"]
    assert verify(office).findings == []


def test_a_crash_at_any_statement_of_an_approval_leaves_paper_and_mail_or_neither(office):
    case = an_inquiry_proposed(office)
    before, place = kinds(office, case).count("escalation_issued"), 1

    def approve():
        on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY_DAY, question="为何逾期？")

    while cut_off_at(office, place, approve) and raised(office, "inquiry").state == "proposed":
        rows_, papers, mails, entries = of_the_measure(office, case, "inquiry")
        assert (rows_, papers, mails, entries) == (0, 0, 0, before)
        place += 1
    assert of_the_measure(office, case, "inquiry") == (1, 1, 1, before + 1)
    assert verify(office).findings == []


def an_inquiry_proposed(office, case=None):
    """A matter whose inquiry waits for its approval."""
    case = case or a_case(office)
    sweep_on(office, LATE)
    on_escalation(office, "reminder", "sign", LIAISON, LATE)
    sweep_on(office, INQUIRY_DAY)
    return case


# 2 a sliding window instead of a ledger


def test_an_outage_of_five_months_loses_nothing(office):
    case = a_case(office)
    assert steps(sweep_on(office, at(2026, 12, 22))) == ["reminder"]
    assert raised(office, "reminder").reached_on == date(2026, 7, 23)
    assert "此前未发期限提示" in json.loads(history(office, case)[-1].payload)["details"]["reason_text"]


# 3 dedupe by day


def test_a_date_moved_on_the_very_day_of_a_notice_is_not_silent(office):
    case, day = a_case(office, due_on=date(2026, 7, 21)), at(2026, 7, 17)
    assert steps(sweep_on(office, day)) == ["due_soon"]
    asking(office, case, day, date(2026, 7, 22))
    give(office, case, "grant_extension", DIRECTOR, day)
    assert steps(sweep_on(office, at(2026, 7, 17, 15))) == ["due_soon"]
    assert sorted((row.epoch, row.due_on.day) for row in rows(office, Escalation)) == [(1, 21), (2, 22)]


# 4 re-arming as a side effect


def test_a_pause_moves_the_date_and_arms_nothing_anew(office):
    case = a_case(office)
    sweep_on(office, LATE)
    suspended(office, case, at(2026, 7, 24), date(2026, 8, 3))
    give(office, case, "resume", DIRECTOR, at(2026, 8, 3), reason="道路已通")
    assert stored(office, case).facts.due_on == date(2026, 7, 30)
    assert [steps(sweep_on(office, at(2026, 8, day))) for day in (3, 4, 10, 20)] == [[], [], [], []]


def test_every_command_says_by_rule_whether_it_begins_a_new_epoch(office):
    case = a_case(office)
    epochs = [stored(office, case).facts.epoch]
    asking(office, case, at(2026, 7, 2), date(2026, 8, 7))
    for command, more in (
        ("grant_extension", {}),
        ("reclassify", {"complexity": "complex", "reason": "复杂"}),
    ):
        give(office, case, command, DIRECTOR, at(2026, 7, 3), **more)
        epochs.append(stored(office, case).facts.epoch)
    assert epochs == [1, 2, 2], "an extension moves the date; a category does not move one that was set"


# 5 one counter instead of intervals


def test_every_pause_stays_an_interval_with_its_cause(office):
    case = a_case(office)
    for first, last in ((6, 8), (13, 15)):
        suspended(office, case, at(2026, 7, first), date(2026, 7, last))
        give(office, case, "resume", DIRECTOR, at(2026, 7, last), reason="道路已通")
    (clock,) = (one for one in stored(office, case).facts.clocks if one.name.value == "handle")
    told = [(one.start.day, one.end.day, one.cause) for one in clock.pauses]
    assert told == [(6, 8, "suspended"), (13, 15, "suspended")]
    assert verify(office).findings == []


# 6 history read with today's configuration


def test_an_old_entry_is_judged_by_the_policy_it_was_made_under(office, tmp_path):
    an_inquiry_proposed(office)
    both = "reply_working_days = 15\njudge_working_days = "
    slower = under_policy(office, tmp_path, both + "5", both + "9")
    install(slower, by=signed(None, INQUIRY_DAY)).engine.dispose()
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY_DAY, question="为何逾期？")
    on_escalation(office, "inquiry", "sign", LIAISON, at(2026, 7, 31))
    answered = on_escalation(office, "inquiry", "answer", OFFICER, at(2026, 8, 3), reply="正在整改")
    assert answered.judge_by == date(2026, 8, 10)
    assert verify(office).findings == []


# 7 overdue as a state


def test_being_late_is_no_state_of_any_table(office):
    names = ("overdue", "late", "escalated", "expired")
    for path in (ROOT / "states" / "tables").glob("standard*.toml"):
        table = lifecycle.parse(path.read_text(encoding="utf-8"))
        assert not [one for one in table.state_rows if any(name in one for name in names)]
    case = a_case(office)
    an_inquiry_proposed(office, case)
    assert stored(office, case).facts.state == "handling"
    assert all("state" not in json.loads(entry.payload)["set"] for entry in history(office, case)[-3:])


# 9 automation in a person's name


def test_what_the_machine_does_is_never_in_a_person_s_name(office):
    case = an_inquiry_proposed(office)
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY_DAY, question="为何逾期？")
    hands = {entry.kind: entry.actor_kind for entry in history(office, case) if "escalation" in entry.kind}
    assert hands == {
        "escalation_issued": "system",
        "escalation_served": "human",
        "escalation_proposed": "system",
        "escalation_approved": "human",
    }


def test_a_proposal_nobody_decides_stays_one_whatever_the_sweeps(office):
    an_inquiry_proposed(office)
    for ahead in range(0, 120, 7):
        sweep_on(office, INQUIRY_DAY + timedelta(days=ahead))
    assert (raised(office, "inquiry").state, raised(office, "inquiry").document_id) == ("proposed", None)
    assert {row.step for row in rows(office, Escalation)} == {"reminder", "inquiry"}


def test_whoever_has_stood_back_is_told_so_when_he_says_it_again(office):
    an_inquiry_proposed(office)
    on_escalation(office, "inquiry", "recuse", DIRECTOR, INQUIRY_DAY, reason="亲属在该单位任职")
    with pytest.raises(FactInvalid) as refused:
        on_escalation(office, "inquiry", "recuse", DIRECTOR, INQUIRY_DAY, reason="亲属在该单位任职")
    assert refused.value.code == "already_recused"


# 11 the calendar cached for the process' life

LOADING = """
import sys
from datetime import date
from pathlib import Path
from tests.builders import at
from tests.climbing import load_days
from tests.conftest import settings_in
from workflow.services.office import open_office

office = open_office(settings_in(Path(sys.argv[1]), sys.argv[2]))
load_days(office, at(2026, 7, 22), {date(2026, 7, 23): False})
"""


def test_a_notice_another_process_loads_is_what_our_next_sweep_counts_by(office):
    a_case(office)
    sweep_on(office, DUE)  # by now this process has its calendar in hand
    folder = str(office.settings.files.parent)
    words = [sys.executable, "-c", LOADING, folder, office.settings.database_url]
    subprocess.run(words, cwd=ROOT, check=True, timeout=120, env={"PYTHONPATH": str(ROOT), "PATH": ""})
    assert steps(sweep_on(office, LATE)) == []
    assert steps(sweep_on(office, at(2026, 7, 24))) == ["reminder"]


# 12 two answers to "is it working time"


def test_a_made_up_sunday_is_worked_for_the_term_the_ladder_and_the_reply_alike(office):
    case = a_case(office, when=at(2026, 9, 18), limit=Limit(LimitUnit.WORKING_DAYS, 1))
    late = a_case(office, when=at(2026, 9, 1), due_on=date(2026, 9, 18))
    assert stored(office, case).facts.due_on == date(2026, 9, 20)
    assert "reminder" not in steps(sweep_on(office, at(2026, 9, 19)))
    assert [(one["case"], one["step"]) for one in sweep_on(office, at(2026, 9, 20)).steps] == [
        (late.number, "reminder")
    ]
    assert raised(office, "reminder").reply_due_on == date(2026, 9, 28)


def test_nothing_but_the_calendar_knows_what_a_weekend_is():
    """`weekday()` decides in the calendar's room alone; elsewhere it only names a day for people."""
    deciding = []
    for room in (
        "states/ladder",
        "states/escalation",
        "states/deadlines",
        "states/clocks",
        "workflow/services",
    ):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Compare) and "weekday" in ast.unparse(node):
                    deciding.append((path.name, node.lineno))
    assert deciding == []


def test_a_reply_whose_term_stood_still_lapses_on_the_day_it_moved_to(office):
    case = an_inquiry_proposed(office)
    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY_DAY, question="为何逾期？")
    on_escalation(office, "inquiry", "sign", LIAISON, at(2026, 7, 31))
    suspended(office, case, at(2026, 8, 3), date(2026, 8, 10))
    give(office, case, "resume", DIRECTOR, at(2026, 8, 10), reason="道路已通")
    for day in (24, 28):
        sweep_on(office, at(2026, 8, day))
        assert raised(office, "inquiry").state == "served"
    assert steps(sweep_on(office, at(2026, 8, 31))) == ["admonition"]
    assert raised(office, "inquiry").state == "lapsed"


# 13 orphan timers after a rename


@pytest.fixture
def renamed(office, tmp_path):
    """A policy that calls the reminder otherwise, in force since a matter was reminded by the old one."""
    case = a_case(office)
    sweep_on(office, LATE)
    default = (ROOT / "states" / "tables" / "default_policy.toml").read_text(encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text(default.replace('step = "reminder"', 'step = "warning"'), encoding="utf-8")
    install(office.settings.model_copy(update={"policy": own}), by=signed(None, LATE)).engine.dispose()
    return case


def test_a_rung_renamed_since_leaves_pinned_matters_climbing(office, renamed):
    on_escalation(office, "reminder", "sign", LIAISON, LATE)
    assert steps(sweep_on(office, INQUIRY_DAY)) == ["inquiry"]
    later = a_case(office)
    assert [(one["case"], one["step"]) for one in sweep_on(office, at(2026, 7, 31)).steps] == [
        (later.number, "warning")
    ]
    assert verify(office).findings == []


def test_a_matter_moved_to_the_new_policy_keeps_what_was_sent_under_the_old(office, renamed):
    day = at(2026, 7, 24)
    done = retargeting.apply(office, "current", None, by=signed(DIRECTOR, day), at=day, reason="规则修订")
    assert done.refused == []
    assert on_escalation(office, "reminder", "sign", LIAISON, day).state == "served"
    assert sweep_on(office, at(2026, 7, 27)).held == []
    assert verify(office).findings == []


# a clock that was wrong


@pytest.mark.parametrize("step", ["reminder", "inquiry"])
def test_a_sweep_by_a_clock_that_ran_ahead_bars_nobody_from_ending_the_matter(office, step):
    case = a_case(office)
    if step == "inquiry":
        an_inquiry_proposed(office, case)
    else:
        sweep_on(office, at(2026, 7, 29))
    ended = give(office, case, "withdraw", DIRECTOR, at(2026, 7, 28), reason="重复交办")
    assert ended.facts.state == "cancelled"
    assert raised(office, step).state == ("withdrawn" if step == "inquiry" else "concluded")
    assert verify(office).findings == []


# what users wrote


def test_a_sweep_every_quarter_of_an_hour_is_one_mail(office):
    a_case(office)
    for quarter in range(0, 24 * 4, 4):
        sweep_on(office, LATE + timedelta(minutes=15 * quarter))
    reminders = {row.id for row in rows(office, Document) if row.kind == "reminder"}
    assert len([row for row in rows(office, OutboxMessage) if row.document_id in reminders]) == 1


def test_a_matter_reopened_fires_nothing_at_once_and_then_begins_at_the_first_rung(office):
    case = closed(office, a_case(office), at(2026, 7, 24))
    reopened = at(2026, 9, 1)
    relapsed(office, case, reopened)
    give(
        office,
        case,
        "reopen",
        DIRECTOR,
        reopened,
        reason="回头看未通过",
        limit=Limit(LimitUnit.WORKING_DAYS, 10),
    )
    assert steps(sweep_on(office, reopened)) == []
    assert steps(sweep_on(office, at(2026, 9, 10))) == ["due_soon"]
    assert {row.epoch for row in rows(office, Escalation)} == {2}


def test_finished_matters_are_never_late_whatever_their_dates(office):
    finished = [closed(office, a_case(office), at(2026, 7, 21)) for _ in range(3)]
    finished.append(give(office, a_case(office), "withdraw", DIRECTOR, at(2026, 7, 21), reason="重复交办"))
    install(office.settings, by=signed(None, LATE)).engine.dispose()
    assert sweep_on(office, at(2026, 12, 1)).cases_due == 0
    assert {stored(office, case).next_action_at for case in finished} == {None}


def closed(office, case, day):
    proof = [a_paper_of_proof(office)]
    give(office, case, "report_completion", LIAISON, day, result="全部复亮", evidence=proof)
    return give(office, case, "close_out", DIRECTOR, day, verification="均亮", evidence=proof)


def test_a_notice_before_the_date_counts_back_across_the_holidays(office):
    a_case(office, when=at(2026, 9, 1), due_on=date(2026, 10, 9))
    found = [day for day in range(21, 31) if steps(sweep_on(office, at(2026, 9, day)))]
    assert found == [29], "8 October, 30 and 29 September are the three working days before the 9th"


def test_a_notice_before_the_date_never_comes_on_the_date_or_after_it(office):
    a_case(office, due_on=date(2026, 7, 18))
    assert steps(sweep_on(office, at(2026, 7, 19))) == []
    assert steps(sweep_on(office, at(2026, 7, 20))) == ["reminder"]


def test_a_matter_sent_back_is_reminded_on_its_second_visit_too(office):
    case, proof = a_case(office), [a_paper_of_proof(office)]
    sweep_on(office, at(2026, 7, 17))
    give(office, case, "report_completion", LIAISON, at(2026, 7, 20), result="基本完成", evidence=proof)
    assert sweep_on(office, at(2026, 7, 24)).steps == []
    give(office, case, "return_for_rework", OFFICER, at(2026, 7, 27), reason="抽查不亮")
    assert stored(office, case).facts.due_on == date(2026, 7, 29)
    assert steps(sweep_on(office, at(2026, 7, 30))) == ["reminder"]


def test_a_matter_handed_to_another_unit_begins_its_ladder_anew(office):
    case = a_case(office, "assigned", due_on=DUE.date())
    sweep_on(office, at(2026, 7, 17))
    give(office, case, "object", LIAISON, at(2026, 7, 20), reason="不属本单位职责")
    give(
        office, case, "assign", DIRECTOR, at(2026, 7, 20), lead_unit="市交通运输局", due_on=date(2026, 7, 23)
    )
    assert steps(sweep_on(office, at(2026, 7, 20))) == ["due_soon"]
    first, second = sorted(rows(office, Escalation), key=lambda row: row.epoch)
    assert (first.epoch, second.epoch) == (1, 2)
    assert first.unit != second.unit == stored(office, case).facts.lead_unit
