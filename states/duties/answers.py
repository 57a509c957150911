"""What answers what is owed: the commands by which somebody does it, the usual one first.

What is owed on a measure is answered by a command on the measure (`ON_MEASURES`); its approval waits in the
signing room. What neither answers is done elsewhere: a mail in the mail room, a mention by reading.
"""

from collections.abc import Mapping

from states.duties.duty import DutyKind as Owed

ANSWERS: Mapping[Owed, tuple[str, ...]] = {
    Owed.ACKNOWLEDGE: ("acknowledge", "object"),
    Owed.BEGIN: ("begin",),
    Owed.HANDLE: ("report_completion", "request_extension"),
    Owed.REWORK: ("report_completion",),
    Owed.FEEDBACK: ("report_progress",),
    Owed.COSIGN: ("cosign_progress", "send_back_progress"),
    Owed.CONSENT: ("consent_extension",),
    Owed.ACKNOWLEDGE_TASK: ("acknowledge_task", "object_task"),
    Owed.TASK: ("complete_task", "report_task"),
    Owed.REWORK_TASK: ("complete_task",),
    Owed.ACCEPT_TASK: ("accept_task", "return_task"),
    Owed.SETTLE_TASK: ("return_task", "cancel_task"),
    Owed.NODE: ("reach_node",),
    Owed.REPLAN: ("replan_nodes",),
    Owed.REVIEW_EXTENSION: ("review_extension",),
    Owed.DECIDE_EXTENSION: ("grant_extension", "refuse_extension"),
    Owed.FOLLOW_PROMISE: ("log_urge",),
    Owed.COORDINATE: ("decide_coordination", "decline_coordination"),
    Owed.VERIFY: ("record_verification", "return_for_rework", "close_out"),
    Owed.STUDY: ("log_urge",),
    Owed.PUBLISH: ("publish_result",),
    Owed.OBJECTION: ("settle_objection",),
    Owed.CLOSE: ("close_out",),
    Owed.LOOK_BACK: ("follow_up",),
    Owed.REOPEN: ("reopen",),
    Owed.RESUME: ("resume",),
    Owed.NODE_MISSED: ("log_urge",),
    Owed.LATE_TASK: ("log_urge",),
}

ON_MEASURES: Mapping[Owed, str] = {
    Owed.DRAFT: "draft",
    Owed.SIGN: "sign",
    Owed.SERVE: "serve",
    Owed.REPLY: "reply",
    Owed.JUDGE: "judge",
}
