"""What a verification comes to: its findings, and the verdict doors turn into an exit code."""

from dataclasses import dataclass, field
from typing import Any

CLEAN, TAMPERED, CANNOT_TELL = 0, 1, 2
VERDICTS = ("clean", "tampered", "cannot_tell")
Finding = dict[str, Any]


def finding(code: str, message: str, **where: Any) -> Finding:
    """One thing that does not agree, with a stable code, a sentence, and where to look."""
    return {"code": code, "message": message, **where}


@dataclass(slots=True)
class Verification:
    """What was looked at, and every finding.

    `sealed` and `unsealed` count entries with and without a place in the log, `checkpoints` those of the
    database, `anchors` those kept outside that were compared; without any it is not `anchored`. `stamps` are
    time-stamps of these that hold, `unchecked_stamps` those nobody said whom to trust for.
    `notices` are no findings: what does not fit because an entry says why.
    """

    entries: int = 0
    cases: int = 0
    unkeyed: int = 0
    sealed: int = 0
    unsealed: int = 0
    checkpoints: int = 0
    anchors: int = 0
    stamps: int = 0
    unchecked_stamps: int = 0
    findings: list[Finding] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)

    @property
    def anchored(self) -> bool:
        return self.anchors > 0

    @property
    def exit_code(self) -> int:
        if self.findings:
            return TAMPERED
        return CANNOT_TELL if self.unkeyed else CLEAN

    @property
    def first(self) -> Finding | None:
        """The first finding that names an entry, by its place in a history or the log; else the first one."""
        naming = (one for one in self.findings if "seq" in one or "position" in one)
        return next(naming, self.findings[0] if self.findings else None)

    def as_json(self) -> dict[str, Any]:
        verdict = VERDICTS[self.exit_code]
        return {
            "verdict": verdict,
            "entries": self.entries,
            "cases": self.cases,
            "unkeyed": self.unkeyed,
            "anchored": self.anchored,
            "note": "" if self.anchored else "未锚定：尚无存于系统之外的检查点",
            "first": self.first,
            "findings": self.findings,
            "notices": self.notices,
            "sealed": self.sealed,
            "unsealed": self.unsealed,
            "checkpoints": self.checkpoints,
            "anchors": self.anchors,
            "stamps": self.stamps,
            "unchecked_stamps": self.unchecked_stamps,
        }
