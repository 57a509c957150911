"""What a command sets on a paper beside its state: who took the step, and on which day."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from states.case import Actor
from states.errors import FactInvalid, FactMissing
from states.escalation.effects import SERVICES
from states.papers.facts import PaperFacts

Changes = Mapping[str, Any]
Details = Mapping[str, Any]
BY_HAND = tuple(name for name in SERVICES if name != "signed")


def _write(facts: PaperFacts, actor: Actor, day: date, details: Details) -> Changes:
    """Who wrote last; a draft that was changed has not been reviewed."""
    return {"drafted_by": actor.person, "drafted_on": day}


def _review(facts: PaperFacts, actor: Actor, day: date, details: Details) -> Changes:
    return {"reviewed_by": actor.person, "reviewed_on": day}


def _return(facts: PaperFacts, actor: Actor, day: date, details: Details) -> Changes:
    return {"reviewed_by": None, "reviewed_on": None}


def _sign(facts: PaperFacts, actor: Actor, day: date, details: Details) -> Changes:
    """签发人签发公文，应当签署意见、姓名和完整日期 (《党政机关公文处理工作条例》第二十二条)."""
    return {"signed_by": actor.person, "signed_on": day}


def _issue(facts: PaperFacts, actor: Actor, day: date, details: Details) -> Changes:
    return {"issued_on": day}


def _serve(facts: PaperFacts, actor: Actor, day: date, details: Details) -> Changes:
    """How it reached its addressee, and what proves that."""
    how, served_on = details.get("service") or "hand", details.get("served_on") or day
    if how not in BY_HAND:
        known = "、".join(f"{name}（{SERVICES[name]}）" for name in BY_HAND)
        raise FactInvalid(f"没有“{how}”这种送达方式，可用的有：{known}。", code="service_invalid")
    _proved(facts, how, details)
    if served_on > day:
        raise FactInvalid(f"送达日期{served_on}还没有到，请更正。", code="served_in_future")
    if facts.since is not None and served_on < facts.since:
        raise FactInvalid(
            f"送达日期{served_on}早于印发日期{facts.since}，请更正。", code="served_before_issued"
        )
    return {"service": how, "served_on": served_on}


def _proved(facts: PaperFacts, how: str, details: Details) -> None:
    if how == "mail" and facts.kind.is_confidential:
        raise FactInvalid(
            "致个人的文书不以邮件送达，请当面送达并登记回执。", code="service_by_mail_to_person"
        )
    if how == "mail" and not facts.mail_accepted:
        raise FactInvalid(
            "该文书的邮件尚未被邮件服务器接收，不能登记邮件送达；请先发信，或者改为直接送达。",
            code="mail_not_accepted",
        )
    if how == "refused" and not details.get("reason"):
        raise FactMissing("拒收的须写明经过和见证人。", code="reason_missing", missing="reason")
    if how != "refused" and not details.get("evidence"):
        raise FactMissing(
            "请附送达回执（照片、扫描件或者回执邮件）。", code="receipt_missing", missing="evidence"
        )


def _archive(facts: PaperFacts, actor: Actor, day: date, details: Details) -> Changes:
    return {"archived_on": day}


def _void(facts: PaperFacts, actor: Actor, day: date, details: Details) -> Changes:
    return {"voided_on": day}


EFFECTS: Mapping[str, Callable[[PaperFacts, Actor, date, Details], Changes]] = {
    "draft": _write,
    "revise": _write,
    "review": _review,
    "return": _return,
    "sign": _sign,
    "issue": _issue,
    "serve": _serve,
    "archive": _archive,
    "void": _void,
}
