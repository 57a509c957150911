"""When a matter may go over to another unit because its own was merged or split."""

from states.effects.succeeding import units_at_work
from states.errors import FactInvalid
from states.question import Question


def former_unit_is_concerned(question: Question) -> None:
    former = question.details["former_unit"]
    if former not in units_at_work(question.facts):
        raise FactInvalid(
            f"原单位“{former}”不承担该事项，无须承继，请核对单位。", code="unit_not_concerned", unit=former
        )


def successor_is_another(question: Question) -> None:
    successor = question.details["successor"]
    if successor == question.details["former_unit"]:
        raise FactInvalid("单位不能由自身承继，请填另一单位。", code="succeeds_itself", unit=successor)


GUARDS = (
    former_unit_is_concerned,
    successor_is_another,
)
