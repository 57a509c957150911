"""The courses an invented matter can take, who gives each command in them, and what is said with it.

Data for the seeding, and nothing else.
"""

from dataclasses import dataclass
from typing import Any

from states.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Story:
    """A course a matter can take: its acts, each with the working days waited before it.

    `term` is the limit it is given and `since` how long ago its last act was, both in working days, at least
    and at most. `stated` is the state an old register states of a matter that is taken over.
    """

    acts: tuple[tuple[str, int], ...]
    term: tuple[int, int] = (40, 90)
    since: tuple[int, int] = (1, 10)
    stated: str = "handling"


OPENED = (("open", 0),)
ASSIGNED = (*OPENED, ("assign", 1))
REGISTERED = (*ASSIGNED, ("acknowledge", 2))
HANDLING = (*REGISTERED, ("begin", 2))
REPORTED = (*HANDLING, ("report_progress", 6), ("report_completion", 9))
CLOSED = (*REPORTED, ("close_out", 3))
AGREED = (("consent_extension", 0), ("review_extension", 1), ("grant_extension", 1))
TAKEN_OVER = (("take_over", 0),)

STORIES = (
    Story(OPENED),
    Story(ASSIGNED, since=(1, 3)),
    Story(REGISTERED),
    Story(HANDLING),
    Story(REPORTED),
    Story(CLOSED, since=(1, 120)),
    Story((*CLOSED, ("archive", 20)), since=(1, 120)),
    Story((*REGISTERED, ("suspend", 3)), since=(1, 20)),
    Story((*HANDLING, ("withdraw", 5)), since=(1, 60)),
    Story(HANDLING, term=(8, 15), since=(20, 45)),
    Story(TAKEN_OVER),
    Story(TAKEN_OVER, term=(2, 10), since=(12, 60)),
    Story(TAKEN_OVER, since=(1, 120), stated="closed"),
    Story((*CLOSED, ("follow_up", 10), ("reopen", 5))),
    Story((*HANDLING, ("request_extension", 3), *AGREED)),
    Story((*REPORTED, ("return_for_rework", 2))),
    Story((*ASSIGNED, ("object", 1))),
    Story((*REGISTERED, ("suspend", 3), ("resume", 8))),
)
"""The first nine end in the nine states, the tenth is late; matters go round them in turn."""

HANDS = {
    "open": Role.OFFICER,
    "take_over": Role.OFFICER,
    "return_for_rework": Role.OFFICER,
    "assign": Role.DIRECTOR,
    "consent_extension": Role.UNIT_HEAD,
    "review_extension": Role.OFFICER,
    "grant_extension": Role.DIRECTOR,
    "close_out": Role.DIRECTOR,
    "suspend": Role.DIRECTOR,
    "resume": Role.DIRECTOR,
    "withdraw": Role.DIRECTOR,
    "follow_up": Role.OFFICER,
    "reopen": Role.DIRECTOR,
    "archive": Role.ARCHIVIST,
}
"""Who gives a command, of the office or of the unit; what is not here is given by the unit's liaison."""

WORDS: dict[str, dict[str, Any]] = {
    "begin": {"plan": "成立专班，先易后难，按周调度"},
    "report_progress": {"progress": "已完成过半，正在收尾", "completion_rate": 60},
    "request_extension": {"reason": "管线迁改须待停水窗口"},
    "review_extension": {"opinion": "理由属实，建议同意"},
    "report_completion": {"result": "各项任务已全部完成"},
    "return_for_rework": {"reason": "抽查发现三处未达标准"},
    "close_out": {"verification": "现场抽查十处，均达标准"},
    "suspend": {"reason": "等待上级规划批复"},
    "resume": {"reason": "规划已批复"},
    "withdraw": {"reason": "事项已由上级部门直接办理"},
    "object": {"reason": "不属本单位职责，建议改派"},
    "follow_up": {"method": "document", "finding": "relapsed", "verification": "群众再次反映同一问题"},
    "reopen": {"reason": "回头看发现问题反弹"},
}
"""What people say with a command, where the dice have no part in it."""
