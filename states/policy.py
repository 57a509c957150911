"""The escalation policy as a typed, validated, hashed value.

A case is pinned to the version it was assigned under. A policy is a ladder of rungs, lowest first. `parse()`
reads it from TOML and refuses one that could skip a gate: a person-level rung on automatic, an on-approval
rung without approver, a ladder out of order.
"""

import hashlib
import json
from functools import cached_property
from typing import Literal

from pydantic import Field

from states.errors import RuleInvalid
from states.lifecycle import Row
from states.validation import read_table
from states.vocabulary import IssueMode, Role

MAX_OFFSET = 366


class After(Row):
    """What must have gone before: `step` was issued, or its reply lapsed or was judged insufficient."""

    step: str
    fact: Literal["issued", "unanswered"]
    working_days: int = Field(0, ge=0, le=MAX_OFFSET)


class Rung(Row):
    """One step of the ladder. `offset` counts working days from the due day, negative before it."""

    step: str
    label: str
    clock: Literal["handle"]
    offset: int = Field(ge=-MAX_OFFSET, le=MAX_OFFSET)
    lapses: bool = False
    after: After | None = None
    document: str
    series: str
    mode: IssueMode
    approvers: tuple[Role, ...] = ()
    addressee: Literal["unit", "person"]
    reply_working_days: int | None = Field(None, ge=1, le=MAX_OFFSET)
    needs: tuple[Literal["question", "ground"], ...] = ()


class Policy(Row):
    """The whole ladder, lowest rung first."""

    name: str
    title: str
    version: int = Field(ge=1)
    rungs: tuple[Rung, ...] = Field(min_length=1)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @cached_property
    def rung_of(self) -> dict[str, Rung]:
        return {rung.step: rung for rung in self.rungs}

    @property
    def reference(self) -> str:
        """How a paper cites the policy: 《督办阶梯默认规则》第1版."""
        return f"《{self.title}》第{self.version}版"


def parse(text: str) -> Policy:
    """The policy written in TOML. Raises `RuleInvalid` naming the rung and the fault."""
    policy = read_table(Policy, text, named="督办规则", prefix="policy")
    check(policy)
    return policy


def check(policy: Policy) -> None:
    """Refuse a ladder that is out of order or goes past a gate. Raises `RuleInvalid`."""
    seen: dict[str, Rung] = {}
    for rung in policy.rungs:
        _check_rung(rung, seen)
        if seen and rung.offset <= max(one.offset for one in seen.values()):
            _fault(rung, "rung_order", "须比前一级更晚达到")
        seen[rung.step] = rung


def _check_rung(rung: Rung, lower: dict[str, Rung]) -> None:
    if rung.step in lower:
        _fault(rung, "rung_twice", "写了两次")
    if rung.mode is IssueMode.ON_APPROVAL and not rung.approvers:
        _fault(rung, "approver_missing", "须写明由谁审批")
    if rung.after is not None and rung.after.step not in lower:
        _fault(rung, "after_unknown", f"的前置步骤“{rung.after.step}”不在其下")
    _check_person_level(rung)


def _check_person_level(rung: Rung) -> None:
    """诫勉 names a person, a ground and the principal, after an unanswered 函询; 函询 asks a question."""
    if rung.addressee == "person" and rung.mode is IssueMode.AUTOMATIC:
        _fault(rung, "person_level_automatic", "针对个人，不得自动发出")
    if (rung.document == "admonition") != (rung.addressee == "person"):
        _fault(rung, "person_level_document", "的文书与对象不符：诫勉书只对个人，其余文书只对单位")
    decided_right = "ground" in rung.needs and rung.approvers == (Role.PRINCIPAL,)
    if rung.document == "admonition" and not decided_right:
        _fault(rung, "admonition_gate", "须由党委（党组）主要负责人审批，并由人选定情形")
    if rung.document == "admonition" and (rung.after is None or rung.after.fact != "unanswered"):
        _fault(rung, "admonition_gate", "须以函询逾期未复或回复不符合要求为前提")
    if rung.document == "inquiry" and "question" not in rung.needs:
        _fault(rung, "inquiry_without_question", "须写明函询的问题")


def _fault(rung: Rung, code: str, what: str) -> None:
    raise RuleInvalid(f"督办规则中“{rung.label}”{what}。", code=code, step=rung.step)
