"""What an entry of 改派, 拆分, 合并 or 更正 was about, in brackets behind its sentence."""

from collections.abc import Iterator, Mapping
from typing import Any

from states import corrections

Payload = Mapping[str, Any]


def about_move(kind: str, payload: Payload, words: Payload | None, names: Mapping[str, str]) -> str:
    """The matters, the units and the values an entry names; `words` are those that lie beside it.

    `names` are those of units and categories by code.
    """
    said = {**payload["details"], **(words or {}).get("details", {})}
    told = [*_about(kind, payload, said, names)]
    return f"（{'，'.join(told)}）" if told else ""


def _about(kind: str, payload: Payload, said: Payload, names: Mapping[str, str]) -> Iterator[str]:
    if kind == "corrected":
        yield _corrected(said, names)
    if kind == "reassigned":
        yield f"改由{names.get(payload['set']['lead_unit'], payload['set']['lead_unit'])}牵头"
    if kind == "split":
        yield f"分出{'、'.join(said['split_into'])}"
    if kind == "absorbed":
        yield " ".join(filter(None, (said["absorbed"], said["absorbed_title"])))
    if said.get("surviving"):
        yield f"并入{said['surviving']}"
    if said.get("replaces"):
        yield f"{said['replaces']}作废"


def _corrected(said: Payload, names: Mapping[str, str]) -> str:
    """What was corrected, from what and to what; people's own words may have been taken away since."""
    field = corrections.field_of(said)
    where = f"第{said['entry']}条的" if "entry" in said else ""
    where = f"节点{said['node']}的" if "node" in said else where
    if "new" not in said:
        return f"{where}{field.label}，内容已遮蔽"
    old, new = (corrections.told_of(field, said[name], names) for name in ("old", "new"))
    return f"{where}{field.label}由{old}改为{new}"
