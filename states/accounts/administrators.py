"""The three administrators (三员), and how a role comes to somebody once they are in office.

系统管理员 looks after accounts and proposes roles, 安全保密管理员 confirms them, 安全审计员 looks at what
both did. Nobody holds two of the three or one of them beside another role, so that no person runs the system,
gives himself rights in it and keeps silent about it (GB/T 22239-2019, 8.1.5: 系统管理、审计管理、安全管理).
Nor does the auditor (审计查阅人), who reads everything and changes nothing: nobody looks into what he did
himself.

A right is given after confirmation only, and taken away at once: somebody who left must not go on acting
because a colleague is on holiday. The three themselves and the auditor are the exception: whoever could end
their roles alone would be free of whoever watches him.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from states.errors import FactInvalid, NotPermitted
from states.vocabulary import UNIT_ROLES, WATCHERS, Labelled, Role

PROPOSING = frozenset({Role.SYSTEM_ADMIN})
IMPORTING = frozenset({Role.SYSTEM_ADMIN, Role.DIRECTOR})
"""Who brings in a directory, whose new roles are proposals too."""
DECIDING = frozenset({Role.SECURITY_ADMIN})

SET_APART = f"三员须各由一人专任，{Role.AUDITOR.label}只查不办，均不得互兼或兼任其他职责"
"""The rule as refusals tell it."""

Grant = tuple[str, str, str]
"""Person, role and the unit it is bound to; an office role has none."""


class Change(Labelled):
    """What is to become of a role somebody holds or is to hold, or of what else lets people see matters.

    A unit that is moved takes its matters out of one set of eyes and into another. Matters name their
    accountable leaders (包保领导), so that a name, or a code, lets somebody see them too. Notices go to an
    address, new matters to whoever goes by the name they say, and a unit's papers to its head.
    """

    GRANT = "grant", "授予"
    END = "end", "终止"
    MOVE = "move", "调整隶属"
    NAME = "name", "确认姓名"
    CODE = "code", "确认编码"
    MAIL = "mail", "调整邮箱"
    CALLED = "called", "调整单位名称"
    HEAD = "head", "调整主要负责人"

    @property
    def is_of_a_role(self) -> bool:
        return self in {Change.GRANT, Change.END}

    @property
    def has_values(self) -> bool:
        """Whether it says what is to stand in the directory."""
        return self in {Change.MAIL, Change.CALLED, Change.HEAD}

    def waits(self, role: Role) -> bool:
        """Whether it waits for its confirmation."""
        return self is not Change.END or role in WATCHERS


class Decision(Labelled):
    """What became of a proposal; one that is not decided has none."""

    CONFIRMED = "confirmed", "已核准"
    DECLINED = "declined", "不予核准"
    WITHDRAWN = "withdrawn", "已撤回"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody proposed: a role for a person, the end of one, or what else gives sight. `name` is the
    person's, who is nobody where a unit is moved; without a `role` it is about none."""

    person: str
    name: str
    role: Role | None
    change: Change
    proposed_by: str


def goes_with(role: Role, held: Collection[Role]) -> bool:
    """Whether a role may be held beside these."""
    others = frozenset(held) - {role}
    return not others or (role not in WATCHERS and WATCHERS.isdisjoint(others))


def check_goes_with(name: str, role: Role, held: Collection[Role]) -> None:
    """Raises `FactInvalid` (`role_set_apart`) where a role may not be held beside these, his own or stood in
    for."""
    if goes_with(role, held):
        return
    others = sorted(frozenset(held) - {role})
    raise FactInvalid(
        f"{name}现任或代行{'、'.join(one.label for one in others)}，不能再任{role.label}：{SET_APART}；"
        "请另选一人，或先终止其现任职责、撤销其代理。",
        code="role_set_apart",
        role=role.value,
        held=[one.value for one in others],
    )


def check_unit(role: Role, unit: str) -> None:
    """A unit role is held at a unit, any other at none. Raises `FactInvalid`."""
    if role in UNIT_ROLES and not unit:
        raise FactInvalid(f"{role.label}属于某一单位，请写明单位。", code="unit_missing")
    if role not in UNIT_ROLES and unit:
        raise FactInvalid(f"{role.label}不属于某一单位，请去掉单位。", code="unit_of_office_role")


def check_proposes(roles: Collection[Role]) -> None:
    """Raises `NotPermitted` for whoever may not propose roles."""
    _check_one_of(PROPOSING, roles, "职责变动只能由{}提请。")


def check_imports(roles: Collection[Role]) -> None:
    """Raises `NotPermitted` for whoever may not bring in a directory."""
    _check_one_of(IMPORTING, roles, "三员到位后，单位名录只能由{}导入，请用 --as 写明。")


def check_decides(roles: Collection[Role]) -> None:
    """Raises `NotPermitted` for whoever may not decide on proposals."""
    _check_one_of(DECIDING, roles, "职责变动只能由{}核准。")


def check_not_his_own(decider: str, proposal: Proposal) -> None:
    """Raises `NotPermitted` (`decides_on_himself`) where a proposal concerns whoever decides, or is his."""
    if decider in (proposal.person, proposal.proposed_by):
        own = "本人的变动" if decider == proposal.person else "本人提请的变动"
        what = (proposal.role or proposal.change).label
        raise NotPermitted(
            f"{own}不能由本人核准（{proposal.name}，{what}），请由另一位{Role.SECURITY_ADMIN.label}办理。",
            code="decides_on_himself",
            person=decider,
        )


def clashing(given: Iterable[Grant], standing: Iterable[Grant]) -> frozenset[Grant]:
    """Those of the roles given that cannot come beside the standing ones, or beside each other.

    Standing are those somebody stands in for as well. Whoever is to work for the office or a unit goes on
    doing so: it is the administrator's or the auditor's role that is not given to him.
    """
    stand = frozenset(standing)
    held, wanted = _by_person(stand), _by_person(frozenset(given) - stand)
    return frozenset(
        one
        for person, grants in wanted.items()
        for one in grants
        if not _fits(Role(one[1]), _roles(held.get(person, ())), _roles(grants))
    )


def _fits(role: Role, held: frozenset[Role], wanted: frozenset[Role]) -> bool:
    if role in WATCHERS:
        return goes_with(role, held | wanted)
    return goes_with(role, held)


def _by_person(grants: Iterable[Grant]) -> dict[str, list[Grant]]:
    found: dict[str, list[Grant]] = defaultdict(list)
    for one in grants:
        found[one[0]].append(one)
    return found


def _roles(grants: Iterable[Grant]) -> frozenset[Role]:
    return frozenset(Role(role) for _, role, _ in grants)


def _check_one_of(asked: Collection[Role], roles: Collection[Role], told: str) -> None:
    if frozenset(asked).isdisjoint(roles):
        labels = "或者".join(role.label for role in Role if role in asked)
        raise NotPermitted(told.format(labels), roles=sorted(asked))
