"""Whether papers of a matter are still to come."""

from states.errors import FactInvalid
from states.facts import CaseFacts
from states.lifecycle import Lifecycle
from states.statistics import Stage, stage_of


def check_pursued(facts: CaseFacts, lifecycle: Lifecycle) -> None:
    """Refuse a paper of a matter that was withdrawn or merged. Raises `FactInvalid` (`draft_of_ended`)."""
    if stage_of(lifecycle, facts.state) is not Stage.CANCELLED:
        return
    gone = f"并入{facts.merged_into}，请为该事项拟制" if facts.merged_into else "撤销，不再拟制文书"
    raise FactInvalid(
        f"事项{facts.number}已{gone}；已印发的文书仍可取用。",
        code="draft_of_ended",
        merged_into=facts.merged_into,
    )
