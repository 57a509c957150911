"""Papers people write about the street lights: an officer drafts, the clerk reviews, somebody above signs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.builders import CLERK, DIRECTOR, LEADER, OFFICER, OPENED, a_receipt, signed
from workflow.services.batch import OpenCase
from workflow.services.documents import drafting, filing, issuing, judging
from workflow.services.office import Office

ORDER = {
    "order": {
        "level": "黄色",
        "defects": "亮灯率仅六成，抢修力量不足。",
        "measures": "增派两个班组，倒排工期。",
    },
    "reply_by": "2026-07-31",
}
"""What people state for a 督办单."""

CIRCULAR = {
    "approved_by": "市委主要负责同志",
    "period": {"since": "2026-06-01", "until": "2026-06-30"},
    "circular": {
        "scope": "督办事项",
        "praise": "市财政局按期办结。",
        "criticism": "部分单位反馈不及时。",
        "demands": "各单位要按期反馈。",
    },
}
TO_PERSON = {
    "person": {"name": "宋宁远", "post": "局长", "unit": "市城市管理局"},
    "personal": {"source": "专项督查", "aspect": "履行督办责任", "facts": "对逾期事项未研究部署。"},
    "reply_by": "2026-07-31",
}
HANDLER, OTHER_HANDLER, PRINCIPAL = "颜秉文", "童晓棠", "顾砚清"

FOR_LEADER = CLERK, LEADER
"""The hands of a paper the leader signs."""


def drafted(
    office: Office,
    case: OpenCase | str | None,
    kind: str = "supervision_order",
    stated: Mapping[str, Any] = ORDER,
    *,
    by: str = OFFICER,
    at: datetime = OPENED,
    **more: Any,
) -> str:
    """A paper as it is drafted; its id."""
    number = case if isinstance(case, str | None) else case.number
    made = drafting.draft(office, kind, number, stated=stated, by=signed(by, at), at=at, **more)
    return str(made["document"])


def brought_to(
    office: Office,
    paper: str,
    state: str,
    *,
    hands: tuple[str, str] = (CLERK, DIRECTOR),
    at: datetime = OPENED,
) -> dict[str, Any]:
    """A drafted paper that came to `state` by the plain road, reviewed and signed by these hands."""
    reviewer, signer = hands
    road: list[tuple[str, Any]] = [
        ("reviewed", lambda: judging.review(office, paper, by=signed(reviewer, at), at=at)),
        ("signed", lambda: judging.sign(office, paper, by=signed(signer, at), at=at, opinion="同意。")),
        ("issued", lambda: issuing.issue(office, paper, by=signed(reviewer, at), at=at)),
        (
            "served",
            lambda: filing.serve(office, paper, by=signed(reviewer, at), at=at, evidence=a_receipt(office)),
        ),
        ("archived", lambda: filing.archive(office, paper, by=signed("柏乐山", at), at=at)),
    ]
    for reached, step in road:
        done: dict[str, Any] = step()
        assert done["state"] == reached
        if reached == state:
            return done
    raise AssertionError(state)
