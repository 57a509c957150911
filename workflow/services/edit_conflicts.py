"""What stands in the way of entries that were to be written: somebody else was there before."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from workflow.errors import EditConflict

NAMED = 5


def edited(numbers: Iterable[str]) -> EditConflict:
    """The refusal where somebody else has changed these cases meanwhile."""
    return EditConflict("事项刚被他人更新，请重新查看后再办。", cases=[*numbers][:NAMED])


def ahead(events: Iterable[Mapping[str, Any]]) -> EditConflict:
    """The refusal where the chains of these entries are longer than what is known of them."""
    names = list(dict.fromkeys(json.loads(event["payload"])["case"] for event in events))[:NAMED]
    message = (
        f"{'、'.join(names)}中有的历史多出登记所不知的记载，疑似绕过系统写入，不能续记；请告知维护人员核查。"
    )
    return EditConflict(message, code="history_ahead", cases=names)
