"""约谈通知书 and 约谈纪要: the papers before the talk, and the notice it was called by."""

from collections.abc import Mapping
from typing import Any

from workflow.services.batch import OpenCase
from workflow.services.paper_facts.citing import last_issued, prior
from workflow.services.papers import Desk


def talk_notice(desk: Desk, case: OpenCase) -> Mapping[str, Any]:
    """What was sent to the unit before it is called to a talk."""
    return {"prior": prior(desk, case)}


def talk_minutes(desk: Desk, case: OpenCase) -> Mapping[str, Any]:
    """The notice that called to the talk, where one was issued."""
    return {"talk_notice": last_issued(desk, case, "talk_notice")}
