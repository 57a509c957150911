"""When a checkpoint is due: after a while with something new, after many entries, and once an office day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from states.office_time import office_day

TIME, COUNT, BACKUP, DAY_END, SWITCH, MANUAL = "time", "count", "backup", "day_end", "switch", "manual"
REASONS = {
    TIME: "定时",
    COUNT: "记载数",
    BACKUP: "备份前",
    DAY_END: "日终",
    SWITCH: "换算法或密钥",
    MANUAL: "手工",
}
"""Why a checkpoint was made, and what people call it."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How long something new waits for its checkpoint, and how many entries do not wait for that."""

    wait: timedelta
    entries: int

    def due(self, last: datetime | None, now: datetime, new: int) -> str | None:
        """Why a checkpoint is due, or None. `last` is when the last one was made, `new` counts entries since.

        The day's end is marked even on a day without entries: the auditor sees that the log goes on. A clock
        that was set back counts like one that went on, or there would be none until it has caught up.
        """
        if last is None:
            return TIME if new else None
        if office_day(now) > office_day(last):
            return DAY_END
        if new >= self.entries:
            return COUNT
        return TIME if new and abs(now - last) >= self.wait else None
