"""What `case show` prints of a request for more time that nobody has decided yet."""

from typing import Any

from workflow.cli.output import screen


def say_extension(document: dict[str, Any]) -> None:
    """One line: until when, why, who agreed to it, who looked at it."""
    told = document["extension"]
    if told is None:
        return
    reason = f"，理由：{told['reason']}" if told["reason"] else ""
    consent = _by("同意", told.get("consented_by_name"), waiting="待单位主要负责人同意")
    review = _by("审核", told.get("reviewed_by_name"), waiting="待审核")
    screen.print(f"  申请延期至{told['to']}（待决定）{reason}；{consent}；{review}", soft_wrap=True)


def _by(act: str, name: str | None, *, waiting: str) -> str:
    return f"{name}已{act}" if name else waiting
