"""The timeline of a case: every entry of its history as a sentence.

A command carries its sentence in the lifecycle table; what it was about is said in brackets behind it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row

from states.corrections import told_corrected, told_move
from states.escalation import RECEIVED
from states.lapsing import told_in_history
from states.lifecycle import Lifecycle
from states.office_time import office_day
from states.visibility import Curtain
from states.vocabulary import ActorKind
from workflow.errors import NotFound
from workflow.services import checks
from workflow.services.access import shown_case
from workflow.services.corrected import Corrections
from workflow.services.dealings import about
from workflow.services.histories import History, shown_history
from workflow.services.mail_trail import about_mail
from workflow.services.moves import about_move
from workflow.services.office import Office
from workflow.services.paper_trail import about_paper
from workflow.services.pasts import unit_names
from workflow.services.redaction_trail import about_redaction
from workflow.services.report_trail import ReportTrail
from workflow.services.retention_trail import about_retention
from workflow.services.seeing import Onlooker
from workflow.services.task_trail import TaskTrail
from workflow.storage import queries
from workflow.storage.session import reading

SENTENCES = {
    "escalation_reached": "达到督办阶梯的一级",
    "escalation_proposed": "提请审批督办措施",
    "escalation_drafted": "拟写督办措施的内容",
    "escalation_snoozed": "审批人暂缓提醒，期限不变",
    "escalation_recused": "审批人声明回避",
    "escalation_approved": "批准督办措施",
    "escalation_rejected": "不批准督办措施",
    "escalation_issued": "发出督办文书",
    "escalation_served": "督办文书送达",
    "escalation_answered": "登记回复",
    "escalation_accepted": "认定回复符合要求",
    "escalation_faulted": "认定回复不符合要求",
    "escalation_asked_again": "回复未说清问题，再次函询",
    "escalation_lapsed": "逾期未复",
    "escalation_reviewed": "影响期满，作出审核结论",
    "escalation_concluded": "督办措施了结",
    "escalation_withdrawn": "撤回督办措施",
    "escalation_carried": "督办措施改由承继单位承接",
    "absorbed": "另一事项并入本事项",
    "parent_merged": "所出自的事项已并入其他事项",
    "unit_told": "邮件告知原牵头单位",
    "document_issued": "印发文书",
    "urge_mailed": "催办单随邮件送交承办单位",
    "document_drafted": "拟写文书",
    "document_revised": "修改文书稿件",
    "document_reviewed": "核稿",
    "document_returned": "文书稿件退回修改",
    "document_signed": "签发文书",
    "document_served": "文书送达",
    "document_archived": "文书归档",
    "document_voided": "文书作废",
    "document_dropped": "文书所列各项督办措施均已撤回，文书作废",
    "document_rendered": "文书成稿并留存",
    "document_unrenderable": "文书未能排版，需人工处理",
    "redacted": "隐去一条记载的文字",
    "retention_set": "定保管期限",
    "matter_sealed": "封存事项",
    "matter_unsealed": "启封事项",
    "mention_seen": "已阅提及本人的批注",
    "intake_linked": "来件归入本事项",
    "mail_sent": "邮件已由邮件服务器接收",
    "mail_deferred": "邮件暂未发出，稍后重试",
    "mail_failed": "邮件被拒收，需人工处理",
    "mail_gave_up": "邮件多次未能发出，不再尝试，需人工处理",
    "mail_uncertain": "邮件是否送出无法确认，将再次发送",
    "mail_held": "邮件暂扣",
    "mail_released": "邮件放行",
    "mail_requeued": "邮件重新发送",
    "mail_redirected": "邮件改发其他地址",
    "mail_cancelled": "邮件取消",
    "mail_bounced": "邮件被退回，需人工处理",
}
"""What a timeline says of entries that are not commands; commands carry their own sentence."""


def history(
    office: Office,
    number: str,
    *,
    as_of: datetime | None = None,
    task: int | None = None,
    by: Onlooker | None = None,
) -> list[dict[str, Any]]:
    """The entries of a case, oldest first, each with its sentence, people's words and hash.

    With `task` only those about this task. To an onlooker those he may see, under the places they have in the
    whole. Raises `NotFound` (also `task_unknown`), `NotPermitted`.
    """
    with reading(office.engine) as tx:
        row, drawn = shown_case(tx, office, number, by)
        shown = shown_history(tx, row.id, drawn, as_of)
        teller = teller_of(tx, office, row, drawn, shown, as_of=as_of)
        told = teller.all(shown)
        if task is not None and not teller.trail.knows(task):
            raise NotFound(f"事项{number}没有序号为“{task}”的协办任务。", code="task_unknown", task=task)
        return [one for one in told if task is None or task in one["tasks"]]


def teller_of(
    tx: Connection,
    office: Office,
    row: Row[Any],
    drawn: Curtain,
    shown: History,
    *,
    as_of: datetime | None = None,
) -> "Teller":
    """Who tells the entries of the case of a row, these, to somebody a curtain is drawn before.

    With `as_of` by the names units had then.
    """
    names, units = queries.names_of_people(tx), unit_names(tx, as_of)
    labels = units | policy_labels(tx, office, row, queries.escalations_of(tx, [row.id]))
    lifecycle = office.lifecycle(tx, row.lifecycle)
    return Teller(lifecycle, names, labels, TaskTrail(units), drawn, shown.corrections)


def policy_labels(
    tx: Connection, office: Office, row: Row[Any], measures: Iterable[Row[Any]]
) -> dict[str, str]:
    """What people call the steps of the ladders a case with these measures was on, and its categories."""
    digests = {one.policy for one in measures} | ({row.policy} - {None})
    rungs = (rung for digest in sorted(digests) for rung in office.policy(tx, digest).rungs)
    categories = {one.id: one.label for one in office.policy(tx, row.policy).categories}
    return categories | {rung.step: rung.label for rung in rungs}


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells the entries of one case, oldest first: under its table, with everybody's names, to one viewer."""

    lifecycle: Lifecycle
    names: Mapping[str, str]
    labels: Mapping[str, str]
    trail: TaskTrail
    drawn: Curtain
    corrections: Corrections
    reports: ReportTrail = field(default_factory=ReportTrail)

    def entry(self, event: Row[Any]) -> dict[str, Any]:
        """One entry, the next of those that are told."""
        return self._told(event, orjson.loads(event.payload))

    def all(self, shown: History) -> list[dict[str, Any]]:
        """Every entry of a history."""
        return [self._told(*one) for one in zip(shown.rows, shown.payloads, strict=True)]

    def some(self, shown: History, wanted: Collection[int]) -> dict[int, dict[str, Any]]:
        """Those of a history's entries that are wanted, by their numbers; what they rest on is followed."""
        told = {}
        for event, payload in zip(shown.rows, shown.payloads, strict=True):
            if event.seq in wanted:
                told[event.seq] = self._told(event, payload)
            else:
                self._follow(self.drawn.told(payload, None)[0])
        return told

    def _told(self, event: Row[Any], payload: dict[str, Any]) -> dict[str, Any]:
        withheld = self.drawn.withholds(payload)
        payload, words = self.drawn.told(payload, orjson.loads(event.personal) if event.personal else None)
        self._follow(payload)
        told = {
            "seq": event.seq,
            "kind": event.kind,
            "sentence": self._sentence(event, payload, words, withheld=withheld),
            "corrected_by": self.corrections.of(event.seq),
            **who_acted(event, self.names),
            "occurred_at": self.corrections.occurred_at(event.seq, event.occurred_at).isoformat(),
            "recorded_at": event.recorded_at.isoformat(),
            **{name: payload[name] for name in ("before", "after", "set", "details")},
            "before_label": self.lifecycle.called(payload["before"]),
            "after_label": self.lifecycle.called(payload["after"]),
            "tasks": self.trail.touched,
            "words": words,
            "withheld": withheld,
            "hash": event.hash,
        }
        return dict(self.drawn.without_names(told))

    def _follow(self, payload: Mapping[str, Any]) -> None:
        self.trail.follow(payload)
        self.reports.follow(payload)

    def _sentence(
        self,
        event: Row[Any],
        payload: Mapping[str, Any],
        words: Mapping[str, Any] | None,
        *,
        withheld: bool,
    ) -> str:
        """What was done, as it reads now; in brackets what it was about, moved, was corrected by."""
        kind, command = event.kind, self.lifecycle.event_rows.get(event.kind)
        payload = {**payload, "words": words or {}}
        payload = payload if withheld else self.corrections.read(event.seq, payload)
        words, details = payload["words"], payload["details"]
        brackets = (
            _about(details, self.labels, self.trail.words),
            _reported(details, payload["set"], self.reports, words),
            about(kind, payload),
            about_move(kind, payload, words, self.labels),
            about_redaction(kind, details),
            about_retention(payload),
            about_paper(kind, details),
            about_mail(kind, details),
            _node(payload),
            _set_aside(payload),
            _mentioned(details, self.names),
            _moved(payload),
            told_in_history(details.get("lapsed", ())),
            told_corrected(self.corrections.of(event.seq)),
        )
        return "".join((command.sentence if command else SENTENCES.get(kind, kind), *brackets))


def written(entry: Mapping[str, Any]) -> str:
    """How an entry was written that was written on another day than it happened: 补录于, 预先记于."""
    if entry["occurred_at"] == entry["recorded_at"]:
        return ""
    happened, noted = (datetime.fromisoformat(entry[name]) for name in ("occurred_at", "recorded_at"))
    if office_day(happened) == office_day(noted):
        return ""
    return "补录于" if noted > happened else "预先记于"


def who_acted(event: Row[Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Who an entry is by and for whom, by code and name."""
    return {
        "actor": event.actor,
        "actor_name": names.get(event.actor) or ActorKind(event.actor_kind).label,
        "actor_kind": event.actor_kind,
        "acting_for": event.acting_for,
        "acting_for_name": event.acting_for and names.get(event.acting_for, event.acting_for),
    }


def _about(details: Mapping[str, Any], labels: Mapping[str, str], tasks: Sequence[str]) -> str:
    """Which measure, which paper and which tasks an entry is about, what was found, in which 回头看."""
    step, number = details.get("step"), details.get("document_number")
    told = [labels.get(step, step)] if step else []
    told += [number] if number else []
    told += [f"与其余{details['matters'] - 1}项合为一件"] if "matters" in details else []
    told += [RECEIVED[details["received"]]] if details.get("received") in RECEIVED else []
    told += [*tasks, *(label for _, label in checks.labels(details))]
    told += [details[name] for name in ("campaign",) if name in details]
    if "former_unit" in details:
        former, successor, reform = (details[name] for name in ("former_unit", "successor", "reform"))
        told += [f"{labels.get(former, former)}→{labels.get(successor, successor)}，依据{reform}"]
    return f"（{'，'.join(told)}）" if told else ""


REPORTING = frozenset({"as_before", "progress_of", "hard_to_meet", "long_term", "cadence"})
LONG_TERM = {"kept": "仍为长期坚持", "ended": "由长期坚持改为限期办结"}
"""What became of a long-term matter that was taken up again."""


def _reported(
    details: Mapping[str, Any], changed: Mapping[str, Any], reports: ReportTrail, words: Mapping[str, Any]
) -> str:
    """What a report is beside its words, or how often reports come: 与上次相同，待会签; 每周反馈."""
    if REPORTING.isdisjoint(details) and REPORTING.isdisjoint(changed):
        return ""
    said = {**details, **changed}
    told = [reports.told(words) if said.get("as_before") else "", "待会签" if said.get("progress_of") else ""]
    if said.get("hard_to_meet"):
        told.append(f"难以按期，预计{said['expected_on']}完成" if said.get("expected_on") else "")
    told.append(LONG_TERM.get(said.get("long_term", ""), ""))
    told.append(f"{said['cadence']}反馈" if said.get("cadence") else "")
    joined = "，".join(filter(None, told))
    return f"（{joined}）" if joined else ""


def _node(payload: Mapping[str, Any]) -> str:
    """The milestone an entry is about, by number, title and day, as it is afterwards."""
    about = payload["details"].get("node")
    nodes = payload["set"].get("nodes") if about is not None else None
    told = [f"（{one['id']}、{one['title']}，{one['due_on']}）" for one in nodes or () if one["id"] == about]
    return "".join(told)


def _set_aside(payload: Mapping[str, Any]) -> str:
    """The day on which a matter that is set aside is looked at again."""
    review_on = payload["set"].get("review_on")
    return f"（{review_on}复查）" if review_on else ""


def _mentioned(details: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Whom a comment asks to look at it."""
    told = "、".join(names.get(code, code) for code in details.get("mentions", ()))
    return f"（提及{told}）" if told else ""


def _moved(payload: Mapping[str, Any]) -> str:
    """The dates an entry moved, with what they were before."""
    moved = payload["details"].get("moved") or {}
    told = [told_move(name, old, new) for name, (old, new) in moved.items()]
    return f"（{'，'.join(told)}）" if told else ""
