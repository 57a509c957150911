"""诫勉谈话记录: whom the talk concerns and what for. What was said in it only those know who were there."""

from collections.abc import Mapping
from typing import Any

from workflow.services.batch import OpenCase
from workflow.services.paper_facts.answering import newest, said_by
from workflow.services.paper_facts.trail import Told
from workflow.services.papers import Desk


def admonition_record(desk: Desk, case: OpenCase, named: Told) -> Mapping[str, Any]:
    """The record of the talk that goes with a 诫勉书, which names person and ground.

    It is the one issued last, to the person `named` where one is.
    """
    paper = said_by(newest(desk, case, "admonition", named))
    return {
        "person": paper.get("person"),
        "ground": paper.get("ground"),
        "record": {"number": paper.get("number"), "issued_on": paper.get("date")},
        "addressee": None,
    }
