"""The demonstration's own door: a visitor plays the part of whoever has an account there, without a password.

There is such a door over a demonstration's database alone, which lies beside the mark its player leaves.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from states.office_time import office_day
from states.vocabulary import ADMINISTRATORS, UNIT_ROLES, Role
from workflow.errors import ConfigurationError, NotFound
from workflow.services.accounts import sessions
from workflow.services.accounts.guessing import told
from workflow.services.accounts.telling import tell
from workflow.services.accounts.tokens import hashed
from workflow.services.duties import TodoList, owed
from workflow.services.entries import Act
from workflow.services.office import Office
from workflow.storage import accounts, gathering, holdings
from workflow.storage.session import one_look, transaction

MARK = ".duban-demo"
"""Lies in a folder a demonstration was played in, beside its database."""

MOST, NAMED = 100, 3
"""Parts, and duties named of each."""

KINDS = (
    ("督查机构", frozenset({Role.DIRECTOR, Role.OFFICER, Role.CLERK, Role.SEAL_KEEPER, Role.ARCHIVIST})),
    ("领导", frozenset({Role.PRINCIPAL, Role.SIGNER, Role.LEADER})),
    ("承办单位", UNIT_ROLES),
    ("组织、审计", frozenset({Role.ORGANIZATION, Role.AUDITOR})),
    ("三员", ADMINISTRATORS),
)
"""Whom parts are listed together with."""

BUSINESS: Mapping[Role, str] = {
    Role.DIRECTOR: "交办、审批、销号",
    Role.OFFICER: "立项、核查、回头看",
    Role.CLERK: "编号、登记送达",
    Role.SEAL_KEEPER: "用印",
    Role.ARCHIVIST: "归档",
    Role.PRINCIPAL: "决定诫勉",
    Role.SIGNER: "签发文书",
    Role.LEADER: "协调、审批延期",
    Role.LIAISON: "签收、反馈、报结",
    Role.UNIT_HEAD: "会签、同意延期申请",
    Role.ORGANIZATION: "办理干部监督事项",
    Role.AUDITOR: "查阅全部台账和历史",
    Role.SYSTEM_ADMIN: "开通账号、提请职责",
    Role.SECURITY_ADMIN: "核准账号和职责",
    Role.AUDIT_ADMIN: "查看账号和登录情况",
}
"""What each is for, where nothing waits for him."""


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody of the demonstration whom a visitor may be: what he is, where, and what he can try."""

    person: str
    name: str
    roles: tuple[Role, ...]
    units: tuple[str, ...]
    tries: str


def check_is_one(office: Office) -> None:
    """Raises `ConfigurationError` (`no_demonstration`) unless the office is a demonstration's."""
    place = office.engine.url
    is_file = place.get_backend_name() == "sqlite" and place.database
    if not is_file or not (Path(str(place.database)).parent / MARK).is_file():
        message = "这不是演示数据，不能免密登录；请另行生成演示数据。"
        raise ConfigurationError(message, code="no_demonstration")


def parts(office: Office, *, at: datetime) -> list[tuple[str, list[Part]]]:
    """Everybody who can sign in, by kind, each with what waits for him now."""
    day = office_day(at)
    with one_look(office.engine) as tx:
        gathering.directory(tx, day)
        gathering.rules(tx)
        waiting = {one.addressee.code: one for one in owed(office, day=day).lists}
        rows = [one for one in accounts.listed(tx, None, None, MOST) if _may_be_played(one)]
        roles, units = holdings.roles_and_units_of(tx, [one.person for one in rows], day)
    found = [_part(row, roles.get(row.person, []), units.get(row.person, []), waiting) for row in rows]
    listed = ((kind, [one for one in found if _kind_of(one) == kind]) for kind, _ in KINDS)
    return [(kind, sorted(those, key=_rank)) for kind, those in listed if those]


def play(office: Office, person: str, *, address: str, agent: str, at: datetime) -> str:
    """Sign in as somebody, by his code; the token of the session.

    Raises `ConfigurationError` (`no_demonstration`), and `NotFound` (`part_unknown`) for whoever is no part.
    """
    check_is_one(office)
    with transaction(office.engine) as tx:
        account = accounts.of_person(tx, person)
        if account is None or not _may_be_played(account):
            raise NotFound("演示中没有这个人，请从登录页选择。", code="part_unknown", person=person[:40])
        token = sessions.open_session(tx, person, address=told(address), agent=agent, at=at)
        entered = {
            "session": hashed(token)[: sessions.SHOWN],
            "address": told(address),
            "demonstration": True,
        }
        tell(tx, office, Act("signed_in", at, person, entered))
    return token


def _may_be_played(account: Any) -> bool:
    return account.password is not None and account.disabled_at is None


def _part(row: Any, roles: list[str], units: list[str], waiting: Mapping[str, TodoList]) -> Part:
    held = tuple(role for role in BUSINESS if role.value in roles)
    tries = _waiting(waiting.get(row.person)) or "、".join(BUSINESS[role] for role in held)
    return Part(row.person, row.name, held, tuple(units), tries)


def _waiting(mine: TodoList | None) -> str:
    """What waits for somebody in a few words: what there is most of, and how much besides."""
    if mine is None:
        return ""
    counted = Counter(duty.label for duty in mine.duties).most_common()
    named = [f"{label}{count}件" for label, count in counted[:NAMED]]
    others = sum(count for _, count in counted[NAMED:]) + mine.more
    named += [f"其他{others}件"] if others else []
    return "、".join([*named, f"干部监督事项{mine.private}件"] if mine.private else named)


def _kind_of(part: Part) -> str:
    return next((kind for kind, roles in KINDS if not roles.isdisjoint(part.roles)), "")


def _rank(part: Part) -> tuple[int, str]:
    return list(BUSINESS).index(part.roles[0]), part.person
