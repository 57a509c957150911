"""What other systems brought into the invented city, and where they are told: items, a webhook, a call-back.

Nothing leaves: the webhook is paused, the call-back waits for its second key, and both are at an address that
is nobody's.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from states.intake import Applicant, Arrival
from states.vocabulary import Role
from workflow.demo.cast import REVIEWED, THREE
from workflow.demo.matters import OFFICER
from workflow.services.batch import OpenCase
from workflow.services.intake import calling_back, dealing, receiving
from workflow.services.office import Office, Signature
from workflow.services.webhooks import administering, deciding
from workflow.services.webhooks.administering import Asked

SOURCE, PLACE = "12345热线", "https://hotline.example.test/duban"
REGISTERED = "滨河步道护栏松动"
"""The matter that came as an item."""

REPEATED = "石桥农贸市场污水横流"
OPEN = "中屿旧厂房消防通道又被堵"
TEXTS: Mapping[str, str] = {
    REGISTERED: "市民反映滨河步道护栏多处松动，有的立柱已经脱焊，傍晚散步的人多，请尽快加固。",
    REPEATED: "石桥农贸市场后门污水外溢到路面，气味大，商户多次反映没有结果。",
    OPEN: "中屿旧厂房消防通道堵塞，清过一次，现在又停满货车，消防车进不去。",
}
NUMBERS: Mapping[str, str] = {
    REGISTERED: "RX20261112-0417",
    REPEATED: "RX20261118-0092",
    OPEN: "RX20261120-0035",
}


def registered(office: Office, at: datetime, **details: Any) -> OpenCase:
    """The matter an officer registers out of an item of that morning."""
    item = _received(office, REGISTERED, at - timedelta(minutes=20))
    return dealing.register(office, item, by=Signature(OFFICER, "demo", at), at=at, **details)


def bring_in(office: Office, numbers: Mapping[str, str], at: datetime) -> None:
    """An item that is joined to the matter it is about, and one that waits; who is to be told of what."""
    repeated = _received(office, REPEATED, at)
    if REVIEWED in numbers:
        dealing.join(office, repeated, numbers[REVIEWED], by=Signature(OFFICER, "demo", at), at=at)
    _received(office, OPEN, at)
    _told(office, at)


def _received(office: Office, title: str, at: datetime) -> str:
    applicant = Applicant("来电市民", "0000-8800000")
    arrival = Arrival(
        NUMBERS[title], title, TEXTS[title], category="城市管理", received_at=at, applicant=applicant
    )
    return receiving.receive(office, SOURCE, arrival, by=Signature(None, "demo", at), at=at).item


def _told(office: Office, at: datetime) -> None:
    """A webhook that was confirmed and paused, and a call-back that waits for its second key."""
    him: dict[str, Any] = {"by": Signature(THREE[Role.SYSTEM_ADMIN], "demo", at), "at": at}
    made, _ = administering.make(office, Asked(f"{SOURCE}平台", PLACE, whole=True), **him)
    deciding.confirm(office, made.id, by=Signature(THREE[Role.SECURITY_ADMIN], "demo", at), at=at)
    administering.pause(office, made.id, **him)
    calling_back.set_address(office, SOURCE, f"{PLACE}/progress", **him)
