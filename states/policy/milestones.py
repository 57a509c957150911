"""When missed milestones, and progress behind 序时进度, turn a matter's light."""

from pydantic import Field, model_validator

from states.validation import Row

USUAL_TOLERANCE = 10


class MilestoneRule(Row):
    """A milestone missed by more than so many working days is yellow, or red.

    `schedule_tolerance` are the percent points behind 序时进度 from which on a matter is yellow, by its
    milestones or, without any, by the reported completion rate. None is the usual: `USUAL_TOLERANCE` of the
    rate, while a milestone warns by itself once it is missed.
    """

    yellow_after_working_days: int = Field(0, ge=0, le=366)
    red_after_working_days: int = Field(5, ge=0, le=366)
    schedule_tolerance: int | None = Field(None, ge=0, le=100)

    def tolerance(self, *, planned: bool) -> int | None:
        """The points a matter may be behind, `planned` or without milestones; None: not judged by them."""
        if self.schedule_tolerance is None and not planned:
            return USUAL_TOLERANCE
        return self.schedule_tolerance

    @model_validator(mode="after")
    def _in_order(self) -> "MilestoneRule":
        if self.yellow_after_working_days > self.red_after_working_days:
            raise ValueError("节点逾期亮黄灯的天数多于亮红灯的天数，请改正")
        return self
