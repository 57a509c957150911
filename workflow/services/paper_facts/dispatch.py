"""Papers that hand a matter out."""

from collections.abc import Mapping
from typing import Any

from workflow.services.batch import OpenCase
from workflow.services.feedback import cadence_in_words
from workflow.services.paper_facts.trail import Trail
from workflow.services.papers import Desk


def assignment(desk: Desk, case: OpenCase) -> Mapping[str, Any]:
    """督查通知单: what leaders instructed, and how often the matter is reported on."""
    return {
        "instructions": Trail.of(desk, case).instructions(),
        "cadence": cadence_in_words(case.facts, desk.work.policy_of(case), desk.work.day),
    }
