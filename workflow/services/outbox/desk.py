"""The post as its page shows it: how the relay does, what waits, what did not get there, and one message.

Whom a message about a person is for is told to those who handle it alone; a sealed matter has no number here.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from notifications.messages import CONFIDENTIAL_KINDS
from notifications.relay import RelayAddress
from states.delivery import AT_REST, UNDELIVERED, WAITING, MailState, by_hand
from states.errors import FactInvalid, Refusal
from states.settings_rights import Section, check_reads
from states.visibility import sees_sealed
from states.vocabulary import PERSONNEL_ROLES, Role
from workflow.services.office import Office
from workflow.services.outbox import silencing, viewing
from workflow.services.outbox.standing import name_of, standing_of
from workflow.storage import outbox
from workflow.storage.session import reading

POSITIONS = {"closed": "正常", "open": "多次连不上，暂停尝试", "half_open": "正在用一封邮件试通"}
SHOWN = 100
TO_DO = WAITING | AT_REST | UNDELIVERED
NOT_TOLD = "涉及个人，不显示"
PARTS: Mapping[str, tuple[str, frozenset[str]]] = {
    "waiting": ("待发", WAITING),
    "held": ("暂扣", frozenset({"held"})),
    "undelivered": ("没有送到", UNDELIVERED),
    "sent": ("已发", frozenset({"sent"})),
    "cancelled": ("已取消", frozenset({"cancelled"})),
}
"""The parts of the queue, with their names and the states in each."""


def standing(office: Office, *, roles: Collection[Role], at: datetime) -> dict[str, Any]:
    """How the post does: relay, breaker, allowed domains, counts of what waits, silenced addresses.

    Nothing of any matter. Raises `NotPermitted` (`setting_not_yours`).
    """
    check_reads(Section.MAIL, roles)
    settings = office.settings
    relay, trouble = _relay(settings.smtp_url)
    with reading(office.engine) as tx:
        found = standing_of(tx, relay) if relay else None
        counts = outbox.count_by_state(tx, TO_DO)
    silenced = silencing.listed(office, at)
    return {
        "relay": relay,
        "trouble": trouble,
        "sender": settings.mail_from,
        "allowed": list(settings.mail_allow),
        "position": found.position(at) if found else None,
        "position_label": POSITIONS[found.position(at)] if found else None,
        "told": found.told if found else None,
        "closed_until": found.closed_until if found else None,
        "counts": [(MailState(one).label, counts[one]) for one in MailState if one in counts],
        "silenced": [one for one in silenced if one["in_force"]][:SHOWN],
        "lifted": [one for one in silenced if not one["in_force"]][:SHOWN],
    }


def queue(
    office: Office, part: str, *, before: tuple[datetime, str] | None, most: int, roles: Collection[Role]
) -> list[dict[str, Any]]:
    """So many messages of a part, the newest first, of those before one.

    Raises `NotPermitted` (`setting_not_yours`), `FactInvalid` (`mail_part_unknown`).
    """
    check_reads(Section.QUEUE, roles)
    if part not in PARTS:
        raise FactInvalid("没有这一部分，请从待发箱上方选择。", code="mail_part_unknown")
    with reading(office.engine) as tx:
        rows = outbox.leaf(tx, PARTS[part][1], before, most)
    return [_told(row, roles) for row in rows]


def place_of(line: Mapping[str, Any]) -> str:
    """Where a leaf of the queue goes on after this line."""
    return f"{line['dated_at'].isoformat()} {line['id']}"


def read_place(text: str | None) -> tuple[datetime, str] | None:
    """The same as `queue` takes it. Raises `FactInvalid` (`place_invalid`)."""
    if not text:
        return None
    try:
        at, _, id = text.partition(" ")
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None:
            raise ValueError(at)
        instant = instant.astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise FactInvalid("翻页的位置无法识别，请回到第一页。", code="place_invalid") from error
    return instant, id


def message(office: Office, name: str, *, roles: Collection[Role]) -> dict[str, Any]:
    """One message, what became of it, and what may be done about it by hand (`acts`).

    Raises `NotPermitted` (`setting_not_yours`), `NotFound`, `Ambiguous`.
    """
    check_reads(Section.QUEUE, roles)
    told = viewing.show_message(office, name)
    return {**_veiled(told, roles), "acts": by_hand(told["state"])}


def _told(row: Row[Any], roles: Collection[Role]) -> dict[str, Any]:
    told = _veiled(viewing.told(row), roles)
    is_hidden = row.sealed_on is not None and not sees_sealed(roles)
    return {**told, "dated_at": row.dated, **({"case": None} if is_hidden else {})}


def _veiled(told: dict[str, Any], roles: Collection[Role]) -> dict[str, Any]:
    """A message about a person as it is told to whoever does not handle what concerns him."""
    is_about_a_person = told["kind"] in CONFIDENTIAL_KINDS
    told = {**told, "about_a_person": is_about_a_person}
    if not is_about_a_person or not PERSONNEL_ROLES.isdisjoint(roles):
        return told
    steps = [{**one, "answer": None, "reason": None} for one in told.get("attempts_told", ())]
    hidden = {"recipient": NOT_TOLD, "recipient_name": "", "answer": None, "attempts_told": steps}
    return {**told, **hidden}


def _relay(url: str | None) -> tuple[str | None, str]:
    """The relay's host and port, never what opens it; why it cannot be used."""
    if url is None:
        return None, "未设置邮件服务器，邮件只进待发箱。"
    try:
        return name_of(RelayAddress.parse(url)), ""
    except Refusal as refusal:
        return None, refusal.message
