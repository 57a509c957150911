"""督办单: how often the unit was urged, what it last reported, and which papers went before."""

from collections.abc import Mapping
from typing import Any

from workflow.services.batch import OpenCase
from workflow.services.paper_facts.citing import prior
from workflow.services.paper_values import iso
from workflow.services.papers import Desk


def supervision_order(desk: Desk, case: OpenCase) -> Mapping[str, Any]:
    """The urges counted since the matter was handed out, the last progress, the prior papers."""
    facts = case.facts
    return {
        "prior": prior(desk, case),
        "urge": {
            "attempt": facts.urges,
            "progress": facts.progress,
            "progress_on": iso(facts.progress_on),
        },
    }
