"""What a command sets on an escalation beside its state: days, terms and judgements."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from states.deadlines import Term, count
from states.errors import FactInvalid, FactMissing
from states.escalation.question import Question
from states.vocabulary import LimitUnit

Changes = dict[str, Any]

SERVICES = {
    "mail": "邮件送达并有回执",
    "signed": "在系统中签收",
    "hand": "直接送达",
    "refused": "拒收，留置送达",
}
RECEIVED = {"account": "单位以本单位账号提交"}
"""How a reply came in that the unit entered itself, beside those the office was handed."""

JUDGEMENTS = {"sufficient": "符合要求", "insufficient": "不符合要求", "ask_again": "再次函询"}
FINDINGS = {"improved": "已经改正", "unimproved": "没有改正"}
MAX_SNOOZE_WORKING_DAYS = 20


def _propose(question: Question) -> Changes:
    return {}


def _issue(question: Question) -> Changes:
    return {"issued_on": question.day}


def _draft(question: Question) -> Changes:
    """The draft's words lie beside the entry; the row says who drafted."""
    if not set(question.details) & {"question", "ground"}:
        raise FactMissing(
            "请填写拟写的内容（函询的问题，或者诫勉的情形）。", code="draft_empty", missing="question"
        )
    return {"drafted_by": question.actor.person}


def _snooze(question: Question) -> Changes:
    """Quiet until a day, all in all so many working days from its proposal. No deadline moves."""
    until = question.details["until"]
    last = question.calendar.add_working_days(question.facts.raised_on, MAX_SNOOZE_WORKING_DAYS)
    if not question.day < until <= last:
        raise FactInvalid(
            f"暂缓到的日期须在明天至{last}（提出后{MAX_SNOOZE_WORKING_DAYS}个工作日）之间，请更正；已过的不能再暂缓。",
            code="snooze_out_of_bounds",
            last_day=last.isoformat(),
        )
    return {"snoozed_until": until}


def _recuse(question: Question) -> Changes:
    if question.actor.person in question.facts.recused:
        raise FactInvalid("您已对该件声明回避，无须重复声明。", code="already_recused")
    return {}


def _decided(question: Question) -> Changes:
    return {"decided_by": question.actor.person, "decided_on": question.day, "snoozed_until": None}


def _serve(question: Question) -> Changes:
    """How it reached its addressee decides what proves it (送达)."""
    how = question.details.get("service", "hand")
    if how not in SERVICES or how == "signed":
        known = "、".join(f"{name}（{label}）" for name, label in SERVICES.items() if name != "signed")
        raise FactInvalid(f"没有“{how}”这种送达方式，可用的有：{known}。", code="service_invalid")
    _proved(question, how)
    return _served(question, how)


def _sign(question: Question) -> Changes:
    return _served(question, "signed")


def _proved(question: Question, how: str) -> None:
    """By mail: taken by the relay, and a receipt; by hand a receipt; refused, the reason and who saw it."""
    if how == "mail" and question.facts.rung.addressee == "person":
        raise FactInvalid(
            "致个人的文书不以邮件送达，请当面送达并登记回执。", code="service_by_mail_to_person"
        )
    if how == "mail" and not question.facts.mail_accepted:
        raise FactInvalid(
            "该文书的邮件尚未被邮件服务器接收，不能登记邮件送达；请先发信，或者改为直接送达。",
            code="mail_not_accepted",
        )
    if how == "refused" and not question.details.get("reason"):
        raise FactMissing("拒收的须写明经过和见证人。", code="reason_missing", missing="reason")
    if how in ("mail", "hand") and not question.details.get("evidence"):
        raise FactMissing(
            "请附送达回执（照片、扫描件或者回执邮件）。", code="receipt_missing", missing="evidence"
        )


def _served(question: Question, how: str) -> Changes:
    """A plain mail is no paper, and nobody signs for it.

    The reply term runs from receipt, the day of receipt not counted (函询: 15 working days).

    The date a plain notice names holds until its receipt is known. A measure for a person takes effect for
    months from its service, and is reviewed then (诫勉: six months).
    """
    facts, served_on = question.facts, question.details.get("served_on", question.day)
    if not facts.rung.is_numbered:
        raise FactInvalid(f"“{facts.rung.label}”是普通邮件，不作送达和回复登记。", code="not_a_paper")
    if facts.issued_on is not None and served_on < facts.issued_on:
        raise FactInvalid(
            f"送达日期{served_on}早于发出日期{facts.issued_on}，请更正。", code="served_before_issued"
        )
    if served_on > question.day:
        raise FactInvalid(f"送达日期{served_on}还没有到，请更正。", code="served_in_future")
    term = facts.rung.reply_working_days
    by_receipt = question.calendar.add_working_days(served_on, term) if term else None
    return {
        "service": how,
        "served_on": served_on,
        "reply_due_on": by_receipt or facts.reply_due_on,
        **_effect(question, served_on),
    }


def _effect(question: Question, served_on: date) -> Changes:
    months = question.facts.rung.effect_months
    if months is None:
        return {}
    until = count(served_on, Term(LimitUnit.MONTHS, months), question.calendar).due_on
    return {"effect_until": until, "review_on": until}


def _answer(question: Question) -> Changes:
    """The reply is in; it is judged within the rung's own term, where it has one."""
    if not question.details.get("reply") and not question.details.get("evidence"):
        raise FactMissing("请写明回复摘要，或者附回函。", code="reply_missing", missing="reply")
    answered_on = question.details.get("answered_on", question.day)
    if answered_on > question.day:
        raise FactInvalid(f"回复日期{answered_on}还没有到，请更正。", code="answered_in_future")
    if question.facts.served_on and answered_on < question.facts.served_on:
        raise FactInvalid(
            f"回复日期{answered_on}早于送达日期{question.facts.served_on}，请更正。",
            code="answered_before_served",
        )
    term = question.facts.rung.judge_working_days
    judge_by = question.calendar.add_working_days(question.day, term) if term else None
    return {"answered_on": answered_on, "judge_by": judge_by, "judgement": None, "judged_on": None}


def _reply(question: Question) -> Changes:
    """The unit's own reply, there the day it is given. What a person was asked he answers on paper."""
    if question.facts.rung.addressee == "person":
        raise FactInvalid(
            "致个人的文书由本人书面答复，不在系统中回复；收到后由组织部门登记。", code="reply_by_person"
        )
    return _answer(question)


def _accept(question: Question) -> Changes:
    ends = question.facts.rung.effect_months is None
    return _judged(question, "sufficient") | ({"concluded_on": question.day} if ends else {})


def _fault(question: Question) -> Changes:
    return _judged(question, "insufficient")


def _judged(question: Question, judgement: str) -> Changes:
    return {"judgement": judgement, "judged_on": question.day, "judge_by": None}


def _ask_again(question: Question) -> Changes:
    """A second question has a term of its own, from the day it is put."""
    term = question.facts.rung.reply_working_days
    if term is None:
        raise FactInvalid("该文书没有答复期限，不能再次函询。", code="no_reply_term")
    return {
        "asked_again": question.facts.asked_again + 1,
        "reply_due_on": question.calendar.add_working_days(question.day, term),
        "answered_on": None,
        "judge_by": None,
        "judgement": None,
        "judged_on": None,
    }


def _lapse(question: Question) -> Changes:
    """The day its clock came to stands in the row: pauses and notices may have moved it."""
    return {"reply_due_on": question.details.get("reply_due_on", question.facts.reply_due_on)}


def _review(question: Question) -> Changes:
    """After a measure's months, somebody finds whether things have improved (诫勉期满审核)."""
    review_on, finding = question.facts.review_on, question.details["finding"]
    if review_on is None:
        raise FactInvalid("该措施没有期满审核，可直接了结。", code="no_review")
    if question.day < review_on:
        raise FactInvalid(
            f"影响期至{review_on}，期满后再作审核。", code="review_too_early", on=review_on.isoformat()
        )
    if finding not in FINDINGS:
        raise FactInvalid(
            "审核结论只能是improved（已经改正）或unimproved（没有改正）。", code="finding_invalid"
        )
    return {"finding": finding, "concluded_on": question.day}


def _conclude(question: Question) -> Changes:
    """A measure with an effect of months ends by its review alone."""
    if question.facts.rung.effect_months is not None and question.facts.served_on is not None:
        raise FactInvalid("该措施须期满审核后了结。", code="review_owed")
    return {"concluded_on": question.day}


def _end(question: Question) -> Changes:
    return {"concluded_on": question.day}


def _withdraw(question: Question) -> Changes:
    return {}


def _carry(question: Question) -> Changes:
    """The unit was merged or split: its successor owes what it owed."""
    return {"unit": question.details["unit"]}


EFFECTS: Mapping[str, Callable[[Question], Changes]] = {
    "propose": _propose,
    "issue": _issue,
    "draft": _draft,
    "snooze": _snooze,
    "recuse": _recuse,
    "approve": _decided,
    "reject": _decided,
    "serve": _serve,
    "sign": _sign,
    "answer": _answer,
    "reply": _reply,
    "accept": _accept,
    "fault": _fault,
    "ask_again": _ask_again,
    "lapse": _lapse,
    "review": _review,
    "conclude": _conclude,
    "withdraw": _withdraw,
    "end": _end,
    "drop": _withdraw,
    "carry": _carry,
}
