"""What a proposal says in a plain sentence: who is to have what, and what is to stand in place of what.

The same at every door. What stood there is told while a proposal waits, and with its decision; no longer.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from states.accounts.administrators import Change

LABELS = {
    "parent": "上级单位",
    "email": "邮箱",
    "name": "名称",
    "short_name": "简称",
    "aliases": "别名",
    "head_name": "主要负责人",
}
OF: Mapping[Change, tuple[str, ...]] = {
    Change.MAIL: ("email",),
    Change.CALLED: ("name", "short_name", "aliases"),
    Change.HEAD: ("head_name",),
}
"""The values each change is about."""

NONE = "（无）"


def differences(
    standing: Mapping[str, Any], asked: Mapping[str, Any], names: Iterable[str] = ("parent",)
) -> list[dict[str, str]]:
    """What is to be otherwise, with its label, from what and to what."""
    told = [(LABELS[name], _written(standing.get(name)), _written(asked.get(name))) for name in names]
    if not asked:
        return []
    return [{"label": label, "from": before, "to": after} for label, before, after in told if before != after]


def sentence(one: Mapping[str, Any]) -> str:
    """What is to become of it, in one sentence."""
    change = Change(one["change"])
    if change is Change.NAME:
        return f"{one['person']}即{one['person_name']}，可凭姓名查看列其包保的事项"
    if change is Change.CODE:
        return f"新登记的{one['person_name']}，可凭编码{one['person']}查看列其包保的事项"
    if change is Change.MOVE:
        return f"{one['unit_name']}改隶{one['parent_name'] or NONE}{_aside(one['differences'])}"
    if change.has_values:
        whose = one["unit_name"] or one["unit"] or one["person_name"] or one["person"]
        return f"{whose}（{one['unit'] or one['person']}）{_all(one['differences'])}"
    return f"{one['person_name']}{one['unit_name'] or ''}{one['role_label']}职责"


def _aside(found: list[dict[str, str]]) -> str:
    return f"（原隶{found[0]['from']}）" if found else ""


def _all(found: list[dict[str, str]]) -> str:
    return "；".join(f"{one['label']}：{one['from']} → {one['to']}" for one in found)


def _written(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "、".join(sorted(value)) or NONE
    return str(value) if value else NONE
