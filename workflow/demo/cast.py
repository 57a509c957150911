"""Who can sign in to the demonstration, and what is left to them: accounts, roles and papers that wait.

Their passwords are known to nobody: a visitor takes a part without one (`workflow.services.demonstration`).
"""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from states.accounts.administrators import Change
from states.vocabulary import Role
from workflow.demo.matters import CLERK, DIRECTOR, OFFICER
from workflow.services.accounts import adding, appointing, invitations, roles
from workflow.services.accounts.hashing import Hasher
from workflow.services.documents import drafting, judging
from workflow.services.office import Office, Signature

THREE = {Role.SYSTEM_ADMIN: "易守拙", Role.SECURITY_ADMIN: "米嘉树", Role.AUDIT_ADMIN: "温克俭"}
CAST = (
    *(DIRECTOR, OFFICER, CLERK, "尹修竹", "柏乐山"),
    *("顾砚清", "舒景行", "苗立言"),
    *("盛宁远", "宋宁远", "巫望川"),
    *("颜秉文", "江惟一"),
    *THREE.values(),
)
NEWCOMER = "骆文渊"
CHEAP = Hasher(memory=8, rounds=1, lanes=1)
"""Enough for what nobody has to guess."""

REVIEWED, DRAFTED = "石桥农贸市场污水外溢", "中屿旧厂房消防通道堵塞"
"""Matters with a 督办单 that waits: for its signature, and for its review."""

ORDERS: Mapping[str, Mapping[str, Any]] = {
    REVIEWED: {
        "order": {
            "level": "红色",
            "defects": "污水管网至今未接通，提醒、函询后仍无实质进展。",
            "measures": "明确施工单位和接通日期，每周书面报告进度。",
        },
        "reply_by": "2026-11-27",
    },
    DRAFTED: {
        "order": {
            "level": "黄色",
            "defects": "两处通道仍被违章建筑占用。",
            "measures": "依法拆除，恢复通道宽度，由消防部门验收。",
        },
        "reply_by": "2026-12-04",
    },
}


def let_in(office: Office, at: datetime) -> None:
    """Give each of them an account, then put the three administrators in office."""
    by, cheap = Signature(None, "demo", at), replace(office, hasher=CHEAP)
    for person in CAST:
        invited = adding.add(office, person, by=by, at=at)
        invitations.accept(cheap, invited.token, secrets.token_urlsafe(), at=at)
    appointing.appoint(office, THREE, by=by, at=at)


def leave_waiting(office: Office, numbers: Mapping[str, str], at: datetime) -> None:
    """An account and a role to be admitted, a 督办单 to be signed, one to be reviewed."""
    by = Signature(THREE[Role.SYSTEM_ADMIN], "demo", at)
    adding.add(office, NEWCOMER, by=by, at=at)
    roles.propose(office, NEWCOMER, Role.ARCHIVIST.value, Change.GRANT, by=by, at=at)
    papers = {title: _drafted(office, numbers[title], title, at) for title in ORDERS if title in numbers}
    if REVIEWED in papers:
        judging.review(office, papers[REVIEWED], by=Signature(CLERK, "demo", at), at=at)


def _drafted(office: Office, number: str, title: str, at: datetime) -> str:
    by = Signature(OFFICER, "demo", at)
    made = drafting.draft(office, "supervision_order", number, stated=ORDERS[title], by=by, at=at)
    return str(made["document"])
