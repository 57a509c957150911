"""The commands on an escalation as one table: from where, to where, by whom, with what."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from transitions import Machine

from states.policy import Rung
from states.vocabulary import DESK_ROLES, PERSONNEL_ROLES, UNIT_ROLES, Role

STATES = {
    "reached": "已达到",
    "proposed": "待审批",
    "approved": "已批准",
    "issued": "已发出",
    "served": "已送达",
    "answered": "已回复",
    "lapsed": "逾期未复",
    "concluded": "已了结",
    "rejected": "不予采取",
    "withdrawn": "已撤回",
}
OVER = frozenset({"concluded", "rejected", "withdrawn"})
"""States in which nobody owes anything any more."""

HEAD = frozenset({Role.UNIT_HEAD})
MACHINE: frozenset[Role] = frozenset()
PENDING = ("issued", "served", "lapsed", "answered")


@dataclass(frozen=True, slots=True)
class CommandRow:
    """One command: the states it is given in and leads to, none where it stays; and what must come with it.

    `by` says who may give it: the rung's `approver`, the `desk` (for papers to a person the organization
    department), the `unit` it was issued to, the `director`, or the `machine` alone.
    """

    label: str
    event: str
    source: tuple[str, ...]
    to: tuple[str, ...]
    by: str
    needs: tuple[str, ...] = ()


COMMANDS = {
    "propose": CommandRow("提请审批", "proposed", ("reached",), ("proposed",), "machine"),
    "issue": CommandRow("发出", "issued", ("reached", "approved"), ("issued",), "machine"),
    "draft": CommandRow("拟写内容", "drafted", ("proposed",), ("proposed",), "desk"),
    "snooze": CommandRow("暂缓提醒", "snoozed", ("proposed",), ("proposed",), "approver",
                         ("until", "reason")),
    "recuse": CommandRow("回避", "recused", ("proposed",), ("proposed",), "approver", ("reason",)),
    "approve": CommandRow("批准", "approved", ("proposed",), ("approved",), "approver"),
    "reject": CommandRow("不批准", "rejected", ("proposed",), ("rejected",), "approver", ("reason",)),
    "serve": CommandRow("登记送达", "served", ("issued",), ("served",), "desk"),
    "sign": CommandRow("签收", "served", ("issued",), ("served",), "unit"),
    "answer": CommandRow("登记回复", "answered", ("served", "lapsed"), ("answered",), "desk"),
    "reply": CommandRow("回复", "answered", ("served", "lapsed"), ("answered",), "unit"),
    "accept": CommandRow("认定回复符合要求", "accepted", ("answered",), ("concluded", "answered"), "desk"),
    "fault": CommandRow("认定回复不符合要求", "faulted", ("answered",), ("answered",), "desk", ("reason",)),
    "ask_again": CommandRow("再次函询", "asked_again", ("answered",), ("served",), "desk", ("question",)),
    "lapse": CommandRow("逾期未复", "lapsed", ("served",), ("lapsed",), "machine"),
    "review": CommandRow("期满审核", "reviewed", ("served", "lapsed", "answered"), ("concluded",), "desk",
                         ("finding", "reason")),
    "conclude": CommandRow("了结", "concluded", PENDING, ("concluded",), "desk", ("reason",)),
    "withdraw": CommandRow("撤回", "withdrawn", ("proposed", *PENDING), ("withdrawn",), "director",
                           ("reason",)),
    "end": CommandRow("随事项办结了结", "concluded", PENDING, ("concluded",), "machine"),
    "carry": CommandRow("改由承继单位承接", "carried", ("proposed", *PENDING), (), "machine"),
    "drop": CommandRow("随事项变动撤回", "withdrawn", ("proposed",), ("withdrawn",), "machine"),
}  # fmt: skip


def approvers(rung: Rung) -> frozenset[Role]:
    """Who decides on a proposal of this rung; on an automatic one that nobody has authorised the director."""
    return frozenset(rung.approvers or (Role.DIRECTOR,))


def roles_for(row: CommandRow, rung: Rung) -> frozenset[Role]:
    """The roles that may give a command on an escalation of this rung."""
    to_person = rung.addressee == "person"
    return {
        "approver": approvers(rung),
        "desk": PERSONNEL_ROLES if to_person else DESK_ROLES,
        "unit": HEAD if to_person else UNIT_ROLES,
        "director": approvers(rung) if to_person else frozenset({Role.DIRECTOR}),
        "machine": MACHINE,
    }[row.by]


@cache
def machine() -> Machine:
    """The escalation machine, built once, without a model; the walker says which way a fork leads."""
    return Machine(
        model=None,
        states=list(STATES),
        initial="reached",
        auto_transitions=False,
        transitions=list(_arrows()),
    )


def _arrows() -> Iterator[dict[str, object]]:
    for name, row in COMMANDS.items():
        for source in row.source:
            for dest in row.to or (source,):
                yield {"trigger": name, "source": source, "dest": dest, "conditions": [_leads_to(dest)]}


def _leads_to(dest: str) -> object:
    return lambda walker: walker.leads_to(dest)
