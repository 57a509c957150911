"""What is printed of the checks of a case: what is still missing; each verification, notice and 回头看."""

from collections.abc import Iterator
from typing import Any

from states.particulars import FILES
from states.words import detail_label
from workflow.cli.output import screen


def say_still_missing(document: dict[str, Any]) -> None:
    """What the unit was sent the matter back for."""
    for place, one in enumerate(document["still_missing"]):
        screen.print(f"  {'尚缺　　' if place else '退回重办'} {one}", soft_wrap=True)


def say_checks(document: dict[str, Any]) -> None:
    """Each check in a line, and its files in another."""
    for one in document["checks"]:
        label = one["label"] + ("（已失效）" if one["lapsed"] else "")
        screen.print(f"  {one['on']} {label}：{'，'.join(_said(one))}", soft_wrap=True)
        for name in FILES:
            if name in one:
                files = "、".join(file["name"] for file in one[name])
                screen.print(f"    {detail_label(name)}：{files}", soft_wrap=True)


def _said(one: dict[str, Any]) -> Iterator[str]:
    yield from (one[name] for name in ("method_label", "finding_label", "ruling_label") if name in one)
    if "channel" in one:
        yield f"载体{one['channel']}，至{one['public_until']}"
    if "due_on" in one:
        yield f"{one['due_on']}前" + (f"（{one['campaign']}）" if "campaign" in one else "")
    if "objector" in one:
        yield f"{one['objector']}提出"
    if "verified_by_name" in one:
        yield f"由{one['verified_by_name']}"
    yield from (one[name] for name in ("verification", "objection", "opinion") if name in one)
