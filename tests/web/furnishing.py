"""What stands on pages once somebody did something: a file on its way in, an invitation, a paper withheld."""

from datetime import date
from typing import Any

from pyotp import TOTP

from states.accounts.administrators import Change
from states.vocabulary import Role
from tests.builders import (
    CLERK,
    DIRECTOR,
    LIAISON,
    OFFICER,
    PRINCIPAL,
    a_paper_of_proof,
    a_receipt,
    asking,
    at,
    give,
    rows,
    signed,
    sweep_on,
)
from tests.intake import an_arrival, sent
from tests.registers import SAMPLE
from tests.services.test_correcting_nodes import STEPS
from tests.stories import ADMONITION, GROUND, INQUIRY, SERVED
from tests.web.browsing import Browser, session_of
from tests.web.playing import PEOPLE, Play, on_measure
from tests.web.rights import Somebody, Who
from tests.writing import brought_to, drafted
from workflow.addresses import page_of
from workflow.services import audit_works
from workflow.services.accounts import adding, admitting, enrolling, roles, sessions
from workflow.storage.models import Escalation

NOW = at(2026, 8, 25)
INVITED = ("BH217-L", "BH218-L")


def furnish(play: Play) -> dict[Who, list[str]]:
    """Furnish the pages late in August; where some begin besides their front page."""
    _reported_on(play)
    _admonished(play)
    _going_out(play)
    play.pages.now = play.in_debt.now = NOW
    play.browsers.clear()
    officer = play.browser(Role.OFFICER)
    officer.sends("/cases", to="/register/views", state="handling", name="在办的")
    _asked_of_the_audit(play)
    _decisions_waiting(play)
    _codes_in_use(play)
    rich = page_of(play.cases["handling"].number)
    item = sent(play.office, an_arrival(), a_paper_of_proof(play.office), at=NOW).item
    return {
        Role.OFFICER: [rich, _handed_in(officer), f"/intake/{item}"],
        Somebody.STRANGER: _invitations(play),
    }


def _reported_on(play: Play) -> None:
    """A matter in hand has milestones, a report with a file, and waits for more time."""
    office, case = play.office, play.cases["handling"]
    give(office, case, "plan_nodes", LIAISON, INQUIRY, nodes=STEPS)
    proof = [a_paper_of_proof(office, "第一次反馈的验收单")]
    said = {"progress": "已修100盏", "completion_rate": 30, "evidence": proof}
    give(office, case, "report_progress", LIAISON, INQUIRY, **said)
    asking(office, case, INQUIRY, date(2026, 12, 10))
    give(office, case, "comment", OFFICER, INQUIRY, text="请法规处会同研究")


def _admonished(play: Play) -> None:
    """Its unit's head is admonished, for the inquiry was not answered; what else was proposed waits."""
    measure = play.inquiry(play.own.number)[0]
    _on(play, measure, "serve", CLERK, SERVED, evidence=a_receipt(play.office))
    sweep_on(play.office, ADMONITION)
    raised = next(one for one in rows(play.office, Escalation) if one.step == "admonition")
    on_measure(play.office, raised, "approve", PRINCIPAL, ADMONITION, ground=GROUND)


def _going_out(play: Play) -> None:
    """A paper that is signed, and one that is issued, on a matter in hand."""
    for state in ("signed", "issued"):
        paper = drafted(play.office, play.cases["handling"], at=SERVED)
        brought_to(play.office, paper, state, at=SERVED)


def _on(play: Play, measure: str, *given: Any, **details: Any) -> None:
    (row,) = (one for one in rows(play.office, Escalation) if one.id == measure)
    on_measure(play.office, row, *given, **details)


def _handed_in(officer: Browser) -> str:
    """The page of a register on its way in."""
    file = {"file": (SAMPLE.name, SAMPLE.read_bytes())}
    return str(officer.post("/imports", data=officer.form("/imports"), files=file).headers["location"])


def _asked_of_the_audit(play: Play) -> None:
    auditor = play.browser(Role.AUDITOR)
    auditor.sends("/audit/exports", form="jsonl", reason="年度审计")
    auditor.sends("/audit/report", first="2026-07-01", last="2026-07-31")
    auditor.sends("/audit/checkpoints", to="/audit/checkpoints")
    while audit_works.carry_out(play.office, clock=lambda: NOW):
        pass
    auditor.sends("/audit/verification")


def _decisions_waiting(play: Play) -> None:
    by = signed(PEOPLE[Role.SYSTEM_ADMIN], NOW)
    roles.propose(play.office, DIRECTOR, "archivist", Change.GRANT, by=by, at=NOW)


def _invitations(play: Play) -> list[str]:
    """The pages of an invitation that waits to be admitted, and of one that was."""
    by = signed(PEOPLE[Role.SYSTEM_ADMIN], NOW)
    waiting, admitted = (adding.add(play.office, one, by=by, at=NOW) for one in INVITED)
    admitting.admit(play.office, INVITED[1], by=signed(PEOPLE[Role.SECURITY_ADMIN], NOW), at=NOW)
    return [f"/invitations/{one.token}" for one in (waiting, admitted)]


def _codes_in_use(play: Play) -> None:
    """Somebody signs in with codes, and somebody else was offered one."""
    office = play.office
    his, hers = (
        sessions.visitor(office, session_of(office, PEOPLE[one], NOW), at=NOW)
        for one in (Role.CLERK, Somebody.NO_ROLE)
    )
    offer = enrolling.begin_enrolment(office, his, at=NOW)
    enrolling.finish_enrolment(office, his, TOTP(offer.secret).at(NOW), at=NOW)
    enrolling.begin_enrolment(office, hers, at=NOW)
