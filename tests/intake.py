"""Items as a hotline hands them in, for the tests of every room."""

from datetime import timedelta
from typing import Any

from states.intake import Applicant, Arrival
from tests.builders import LEAD, OPENED, TITLE
from workflow.services.intake import receiving
from workflow.services.intake.receiving import Received
from workflow.services.office import Office, Signature

HOTLINE = "滨海热线"
ARRIVED = OPENED + timedelta(hours=1)
CONTACT = "0000-1234567"


def an_arrival(external_id: str = "RX-0001", **changed: Any) -> Arrival:
    """What a resident told the hotline."""
    told = {"title": TITLE, "text": "望海街道整条街的路灯晚上都不亮，老人出行不便。", "region": "望海街道"}
    told |= {"unit": LEAD, "applicant": Applicant("来电人", CONTACT), "call_back": True}
    return Arrival(external_id, **{**told, **changed})


def sent(office: Office, arrival: Arrival, *files: Any, source: str = HOTLINE, at: Any = ARRIVED) -> Received:
    """Hand it in as the hotline's system does."""
    by = Signature(None, "api", at, token="t" * 32, machine=source)
    return receiving.receive(office, source, arrival, files, by=by, at=at)
