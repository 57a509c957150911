"""How an item that came in stands, and who deals with it."""

from states.errors import FactInvalid
from states.vocabulary import Labelled, Role

DESK = frozenset({Role.OFFICER})
"""Who opens matters looks through what may become one."""


class IntakeState(Labelled):
    """Where an item stands: it waits, or an officer has dealt with it."""

    WAITING = "waiting", "待登记"
    REGISTERED = "registered", "已登记为新事项"
    JOINED = "joined", "已并入已有事项"
    RETURNED = "returned", "已退回来源"

    @property
    def has_matter(self) -> bool:
        """Whether it belongs to a matter of the register."""
        return self in (IntakeState.REGISTERED, IntakeState.JOINED)


WAITING = IntakeState.WAITING


def check_waits(state: IntakeState, external_id: str) -> None:
    """Raises `FactInvalid` (`intake_settled`) for an item somebody has dealt with."""
    if state is not IntakeState.WAITING:
        message = f"来件{external_id}{state.label}，无须再办；请刷新后看现在的情况。"
        raise FactInvalid(message, code="intake_settled", state=state.value)
