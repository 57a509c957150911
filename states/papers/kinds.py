"""The kinds of paper an office writes: what each is called, whose it is, whom it concerns, who signs it.

Work notices to units are the supervision office's; measures about a person are the organization department's
(干部管理权限) and share neither letterhead nor number series with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from states.vocabulary import UNIT_ROLES, Role

Issuer = Literal["office", "organization"]
Concern = Literal["unit", "person"]


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of paper.

    `series` follows the organ's code in its number (滨督**函**〔2026〕3号). `signers` may sign it (签发);
    none means that a command or the ladder issues it and nobody drafts it by hand. `stated` names the facts,
    as templates call them, that people must state because the register does not know them; `about` says
    whether it is of one matter or of the office's work as a whole.
    """

    label: str
    series: str
    concerns: Concern = "unit"
    signers: tuple[Role, ...] = ()
    stated: tuple[str, ...] = ()
    about: Literal["case", "office"] = "case"

    @property
    def issuer(self) -> Issuer:
        """Whose letterhead it bears: a measure about a person is the organization department's."""
        return "organization" if self.is_confidential else "office"

    @property
    def is_of_unit(self) -> bool:
        """Whether the unit writes it itself, and its head signs."""
        return not UNIT_ROLES.isdisjoint(self.signers)

    @property
    def is_confidential(self) -> bool:
        """Whether it concerns a person, so that its words never travel by mail."""
        return self.concerns == "person"


TO_WHOM = ("person.name", "person.post", "person.unit")
"""The person a form about a person is of."""

PERSON = (*TO_WHOM, "copies")
"""Whom a paper about a person is to, and who of his unit is told of it."""

APPOINTMENT = ("talk.reason", "talk.at", "talk.place", "talk.hosts", "talk.persons")
"""A talk with a unit (约谈): why, when, where, by whom and with whom."""


def _opinions(*cells: str) -> tuple[str, ...]:
    """The words, the full name and the full date of each opinion cell of a form."""
    return tuple(f"{cell}.{part}" for cell in cells for part in ("words", "by", "on"))


REPLY = (
    *("reply.number", "reply.issued_on", "reply.questions", "reply.answers", "reply.evidence"),
    *("reply.signed.by", "reply.signed.on", *_opinions("reply.endorsement")),
)
"""What was asked in writing, what is answered, and who answers for it."""

OF_PERSON = (Role.ORGANIZATION, Role.PRINCIPAL)
"""Who signs a 提醒 or 函询 of a person and its forms: the organization department, or who orders it.

《关于对党员领导干部进行诫勉谈话和函询的暂行办法》（中办发〔2005〕30号）第二条、第六条: by 干部管理权限 it is
for the 组织（人事）部门, at the Party committee's request. A 诫勉书 is not among them: the principal decides.
"""

PAPERS: Mapping[str, PaperKind] = {
    "assignment": PaperKind("督查通知单", "交"),
    "due_soon": PaperKind("期限提示", "提示"),
    "urge": PaperKind("催办单", "催"),
    "reminder": PaperKind(
        "提醒函", "函", signers=(Role.DIRECTOR,), stated=("reply_by", "reply_working_days")
    ),
    "inquiry": PaperKind("函询通知书", "询"),
    "admonition": PaperKind("诫勉书", "诫", concerns="person"),
    "close_out": PaperKind("销号通知", "销"),
    "dispatch_slip": PaperKind(
        "交办单",
        "交单",
        signers=(Role.DIRECTOR, Role.LEADER),
        stated=("slip.urgency", "slip.conditions"),
    ),
    "inquiry_reply": PaperKind(
        "回函",
        "回",
        signers=(Role.UNIT_HEAD, Role.DIRECTOR),
        stated=REPLY,
    ),
    "personal_inquiry_reply": PaperKind(
        "回函（个人）",
        "回",
        concerns="person",
        signers=OF_PERSON,
        stated=(*TO_WHOM, *REPLY),
    ),
    "admonition_record": PaperKind(
        "诫勉谈话记录",
        "谈",
        concerns="person",
        signers=OF_PERSON,
        stated=(
            *TO_WHOM,
            "ground.clause",
            *("record.held_at", "record.place", "record.talkers", "record.reason"),
            *("record.recorder.name", "record.recorder.unit", "record.recorder.post"),
            *("record.exchanges", "record.statement", "record.corrections"),
            *_opinions("record.checked"),
        ),
    ),
    "extension_form": PaperKind(
        "延期申请单",
        "延",
        signers=(Role.DIRECTOR, Role.LEADER),
        stated=("extension.reason_class", "extension.remaining", "extension.safeguards"),
    ),
    "closing_form": PaperKind(
        "销号申请（审批）表",
        "销审",
        signers=(Role.DIRECTOR, Role.LEADER),
        stated=(
            *("closing.problem", "closing.measures", "closing.self_check"),
            *_opinions("closing.head", "closing.leader"),
        ),
    ),
    "handling_report": PaperKind(
        "办理情况报告",
        "报",
        signers=(Role.UNIT_HEAD, Role.DIRECTOR),
        stated=("report.number", "report.process", "report.problems", "report.next_steps"),
    ),
    "supervision_order": PaperKind(
        "督办单",
        "单",
        signers=(Role.DIRECTOR, Role.SIGNER),
        stated=("order.level", "order.defects", "order.measures", "reply_by"),
    ),
    "talk_notice": PaperKind(
        "约谈通知书",
        "约",
        signers=(Role.LEADER,),
        stated=(*APPOINTMENT, "talk.topics", "talk.materials"),
    ),
    "talk_minutes": PaperKind(
        "约谈纪要",
        "纪",
        signers=(Role.DIRECTOR, Role.LEADER),
        stated=(
            *APPOINTMENT,
            "talk.attendees",
            "talk.recorder",
            "talk.account",
            "talk.statement",
            "talk.commitments",
            "talk.commit_by",
        ),
    ),
    "circular": PaperKind(
        "通报",
        "通",
        signers=(Role.LEADER,),
        stated=(
            "addressee",
            "approved_by",
            "period.since",
            "period.until",
            "circular.scope",
            "circular.praise",
            "circular.criticism",
            "circular.examples",
            "circular.demands",
        ),
        about="office",
    ),
    "conclusion": PaperKind(
        "督查结论",
        "结",
        signers=(Role.LEADER,),
        stated=(
            "government",
            "conclusion.conducted",
            "conclusion.facts",
            "conclusion.evidence",
            "conclusion.verdict",
            "conclusion.rectify",
            "conclusion.rectify_by",
        ),
    ),
    "review_decision": PaperKind(
        "复核决定",
        "复",
        signers=(Role.LEADER,),
        stated=(
            "government",
            "review.applied_on",
            "review.received_on",
            "review.grounds",
            "review.findings",
            "review.decision",
        ),
    ),
    "personal_reminder": PaperKind(
        "提醒函（个人）",
        "提",
        concerns="person",
        signers=OF_PERSON,
        stated=(
            *PERSON,
            "personal.source",
            "personal.aspect",
            "personal.facts",
            "personal.advice",
            "reply_by",
        ),
    ),
    "personal_inquiry": PaperKind(
        "函询通知书（个人）",
        "询",
        concerns="person",
        signers=OF_PERSON,
        stated=(*PERSON, "personal.aspect", "question", "personal.endorser", "personal.deliver_to"),
    ),
}
