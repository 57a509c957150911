"""The life of a paper as one table: from where, to where, by whom, with what.

拟稿 → 核稿 → 签发 → 印发 → 送达 → 归档, and 作废 from anywhere before its end. A paper that a command or the
ladder issues enters it at 印发; what becomes of its measure or its matter carries it on, by the machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from states.papers.kinds import PaperKind
from states.vocabulary import DESK_ROLES, PERSONNEL_ROLES, UNIT_ROLES, Role

STATES: Mapping[str, str] = {
    "drafted": "已拟稿",
    "reviewed": "已核稿",
    "signed": "已签发",
    "issued": "已印发",
    "served": "已送达",
    "archived": "已归档",
    "voided": "已作废",
}
UNSIGNED = ("drafted", "reviewed")
"""States in which a paper may still be changed."""

UNISSUED = (*UNSIGNED, "signed")
"""States in which a paper has no number yet."""

LIVING = tuple(state for state in STATES if state != "voided")
By = Literal["desk", "reader", "signer", "archivist", "voider", "machine"]


@dataclass(frozen=True, slots=True)
class CommandRow:
    """One command: the states it is given in, the one it leads to, and what must come with it.

    `by` says who may give it: the `desk` that writes papers of this kind, a `reader` (the desk or whoever
    signs), the kind's `signer`, the `archivist`, a `voider` (whoever could still change it; of a signed one
    whoever could have signed it, or the director), or the `machine` alone. `apart` names whose work is not
    his to judge: those who drafted it, or who drafted and reviewed it.
    """

    label: str
    event: str
    source: tuple[str, ...]
    to: str
    by: By
    needs: tuple[str, ...] = ()
    apart: tuple[Literal["drafters", "reviewers"], ...] = ()

    def starts_from(self, state: str | None) -> bool:
        """Whether it may be given in a state; None is that of a paper there is not yet."""
        return state in (self.source or (None,))


COMMANDS: Mapping[str, CommandRow] = {
    "draft": CommandRow("拟稿", "drafted", (), "drafted", "desk"),
    "revise": CommandRow("修改稿件", "revised", ("drafted",), "drafted", "desk"),
    "review": CommandRow("核稿", "reviewed", ("drafted",), "reviewed", "desk", (), ("drafters",)),
    "return": CommandRow("退回修改", "returned", UNSIGNED, "drafted", "reader", ("reason",)),
    "sign": CommandRow("签发", "signed", ("reviewed",), "signed", "signer", ("opinion",),
                       ("drafters", "reviewers")),
    "issue": CommandRow("印发", "issued", ("signed",), "issued", "desk"),
    "serve": CommandRow("登记送达", "served", ("issued",), "served", "desk"),
    "archive": CommandRow("归档", "archived", ("issued", "served"), "archived", "archivist"),
    "void": CommandRow("作废", "voided", LIVING, "voided", "voider", ("reason",)),
    "send": CommandRow("随命令或督办措施印发", "issued", (), "issued", "machine"),
    "reach": CommandRow("随签收送达", "served", ("issued",), "served", "machine"),
    "file": CommandRow("随事项归档", "archived", ("issued", "served"), "archived", "machine"),
    "replace": CommandRow("被替换而作废", "voided", ("issued", "served", "archived"), "voided", "machine"),
    "drop": CommandRow("随措施撤回而作废", "voided", ("issued", "served", "archived"), "voided", "machine"),
}  # fmt: skip


BY_HAND: Mapping[str, CommandRow] = {
    f"document_{row.event}": row for row in COMMANDS.values() if row.by != "machine"
}
"""The steps people take, by the kind of their entries."""


def roles_for(row: CommandRow, kind: PaperKind, state: str | None) -> frozenset[Role]:
    """The roles that may give a command on a paper of this kind.

    What concerns a person is in the hands of the organization department and of whoever signs it
    (干部管理权限). What a unit writes itself, its own people draft and review as well.
    """
    desk = PERSONNEL_ROLES if kind.is_confidential else _desk_of(kind)
    signers = frozenset(kind.signers)
    over_it = signers if kind.is_confidential else signers | {Role.DIRECTOR}
    return {
        "desk": desk,
        "reader": desk | signers,
        "signer": signers,
        "archivist": PERSONNEL_ROLES if kind.is_confidential else frozenset({Role.ARCHIVIST}),
        "voider": desk | over_it if state in UNSIGNED else over_it,
        "machine": frozenset(),
    }[row.by]


def _desk_of(kind: PaperKind) -> frozenset[Role]:
    return DESK_ROLES | UNIT_ROLES if kind.is_of_unit else DESK_ROLES
