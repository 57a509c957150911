"""A matter with everything in it: tasks, milestones, extensions, measures, papers, files."""

from datetime import date
from pathlib import Path

from tests.builders import (
    CLERK,
    DIRECTOR,
    LIAISON,
    OFFICER,
    OPENED,
    a_case,
    a_paper_of_proof,
    a_receipt,
    asking,
    at,
    climb,
    give,
    on_escalation,
    sweep_on,
)
from tests.services.test_correcting_nodes import STEPS
from tests.stories import QUESTION
from tests.web.playing import CO_UNIT
from workflow.services.batch import OpenCase
from workflow.services.office import Office

FRIDAY, MOVED = at(2026, 7, 3), date(2026, 7, 24)
REMINDED_AND_ASKED, AUGUST = (at(2026, 7, 27), at(2026, 8, 3)), at(2026, 8, 27)


def a_rich_case(office: Office) -> OpenCase:
    """A matter late in August: asked in writing in vain, with tasks, milestones, an extension and files."""
    case = a_case(office, "handling", co_units=[CO_UNIT], accountable_leader="简宁")
    for title in ("迁移占压灯杆的公交站牌12处", "提供电缆走向图"):
        order = {"unit": CO_UNIT, "task_title": title, "due_on": date(2026, 7, 16)}
        give(office, case, "add_task", OFFICER, **order)
    give(office, case, "plan_nodes", LIAISON, nodes=STEPS)
    for serial in range(3):
        _reports(office, case, serial)
    asking(office, case, FRIDAY, MOVED)
    give(office, case, "grant_extension", DIRECTOR, FRIDAY)
    give(office, case, "log_urge", OFFICER, FRIDAY, means="phone", spoke_with="盛宁远", answer="月底前完成")
    give(office, case, "comment", OFFICER, FRIDAY, text="请法规处会同研究")
    _escalated(office)
    return case


def _reports(office: Office, case: OpenCase, serial: int) -> None:
    """A report with a file of its own."""
    proof: list[Path] = [a_paper_of_proof(office, f"第{serial}次反馈的验收单")]
    said = {"progress": f"已修{serial}00盏", "completion_rate": 30 * serial, "evidence": proof}
    give(office, case, "report_progress", LIAISON, OPENED, **said)


def _escalated(office: Office) -> None:
    """Reminded, asked in writing, and silent until a measure for a person waits for the principal."""
    climb(office, *REMINDED_AND_ASKED)
    asked, served, lapsed = REMINDED_AND_ASKED[-1], at(2026, 8, 5), at(2026, 8, 26)
    on_escalation(office, "inquiry", "approve", DIRECTOR, asked, question=QUESTION)
    on_escalation(office, "inquiry", "serve", CLERK, served, evidence=a_receipt(office))
    sweep_on(office, lapsed)
