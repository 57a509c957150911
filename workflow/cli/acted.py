"""The answer to an act: what was done, and whether it was said to happen on a day that has not come."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from states.office_time import office_day
from workflow.cli.output import answer, mind, now


def answer_act(as_json: bool, document: dict[str, Any], say: Callable[[], None], *, at: datetime) -> None:
    """Print the answer to what is said to happen `at`; ahead of its time it has `stated_ahead`, or a note."""
    ahead = office_day(at) > office_day(now())
    answer(as_json, {**document, "stated_ahead": True} if ahead else document, say)
    if ahead and not as_json:
        mind(_told(at))


def _told(at: datetime) -> str:
    return (
        f"发生时间{office_day(at)}晚于今天，已按预先记入办理；如系笔误，请即核对："
        "已变动计时的，此后办理不得早于该时间，可按该时间撤销（withdraw --at）后另行登记。"
    )
