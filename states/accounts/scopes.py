"""What the holder of a token of the interface may ask for. The rule stands here and nowhere else.

A scope narrows: a token never gives more than its person has himself. Whoever may act may read as well.
A machine hands in and reads; it neither acts nor looks after settings, since both are done in a name.
"""

from collections.abc import Collection, Iterable, Mapping

from states.errors import FactInvalid, FactMissing, NotPermitted
from states.vocabulary import Labelled


class Scope(Labelled):
    """A part of the interface, with its name on the pages."""

    READ = "read", "查看"
    WRITE = "write", "办理"
    ADMIN = "admin", "设置和账号"
    INTAKE = "intake", "移送登记"
    EVENTS = "events", "事件订阅"


TOLD: Mapping[Scope, str] = {
    Scope.READ: "查看本人能看的事项、台账和统计",
    Scope.WRITE: "以本人职责办理事项（含查看）",
    Scope.ADMIN: "以本人职责变动设置和账号（含查看）",
    Scope.INTAKE: "由其他平台移送事项，待督查员登记",
    Scope.EVENTS: "读取事项变动的记载",
}
"""What each gives, in a sentence for whoever chooses."""

COVERS: Mapping[Scope, frozenset[Scope]] = {
    Scope.WRITE: frozenset({Scope.READ}),
    Scope.ADMIN: frozenset({Scope.READ}),
}
"""Which other scopes one brings along."""

OF_MACHINES = frozenset({Scope.READ, Scope.INTAKE, Scope.EVENTS})
SEEING = frozenset({Scope.READ, Scope.EVENTS})
"""What a machine needs a sight for."""


def has(held: Collection[Scope], needed: Scope) -> bool:
    """Whether a token with these scopes may do what needs one."""
    return needed in held or any(needed in COVERS.get(one, ()) for one in held)


def check_has(held: Collection[Scope], needed: Scope) -> None:
    """Raises `NotPermitted` (`scope_missing`) where a token lacks a scope."""
    if not has(held, needed):
        raise NotPermitted(
            f"这个令牌没有“{needed.label}”（{needed.value}）权限，请换用有此权限的令牌。",
            code="scope_missing",
            scope=needed.value,
            held=sorted(one.value for one in held),
        )


def scopes_of(words: Iterable[str]) -> frozenset[Scope]:
    """Scopes by their identifiers. Raises `FactMissing` (`scopes_missing`), `FactInvalid`
    (`scope_unknown`)."""
    named = frozenset(words)
    if not named:
        raise FactMissing("请至少选择一项权限。", code="scopes_missing", missing="scopes")
    unknown = sorted(named - {one.value for one in Scope})
    if unknown:
        known = "、".join(f"{one.label}（{one.value}）" for one in Scope)
        raise FactInvalid(f"没有“{unknown[0][:40]}”这一权限，可选：{known}。", code="scope_unknown")
    return frozenset(Scope(one) for one in named)


def check_of_machine(scopes: Collection[Scope]) -> None:
    """Raises `FactInvalid` (`scope_of_people`) for what only a person's token may bear."""
    too_much = [one for one in Scope if one in scopes and one not in OF_MACHINES]
    if too_much:
        raise FactInvalid(
            f"“{too_much[0].label}”须以本人名义进行，不能授予系统接口。",
            code="scope_of_people",
            scope=too_much[0].value,
        )
