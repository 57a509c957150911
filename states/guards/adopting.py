"""What must hold before a case goes on under another lifecycle table."""

from states.errors import FactInvalid
from states.question import Question


def another_lifecycle(question: Question) -> None:
    """The table in force is another one, and it has the state a matter set aside goes back to."""
    came_from, lifecycle = question.facts.suspended_from, question.lifecycle
    if lifecycle.digest == question.facts.lifecycle:
        raise FactInvalid("该事项已适用现行流程，无须改用。", code="lifecycle_unchanged")
    if came_from is not None and came_from not in lifecycle.state_rows:
        raise FactInvalid(
            f"现行流程没有该事项挂起前的环节“{came_from}”，请先恢复办理再改用流程。",
            code="state_not_in_lifecycle",
            state=came_from,
        )


GUARDS = (another_lifecycle,)
