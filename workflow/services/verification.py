"""Proving the history: hashes, keyed codes, the fold against the rows, papers, mails and numbers.

Streams every entry once, case by case. A finding names the entry or row and what kind of tampering fits; none
of them is ever repaired here.
"""

import hmac
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row

from states.document_number import parse as parse_number
from states.errors import Refusal
from states.facts import FACT_NAMES, fold
from states.history import GENESIS, SHA256, chain_hash, keyed_code, personal_hash
from workflow.services import files
from workflow.services.cases import CASE_IDS
from workflow.services.entries import stamp
from workflow.services.office import Office
from workflow.services.register import entries_of
from workflow.storage import queries
from workflow.storage.session import reading

CLEAN, TAMPERED, CANNOT_TELL = 0, 1, 2
VERDICTS = ("clean", "tampered", "cannot_tell")
ISSUING = frozenset({"escalation_issued", "document_issued"})
COLUMNS_IN_PAYLOAD = ("seq", "kind", "actor", "actor_kind")


@dataclass(slots=True)
class Verification:
    """What was looked at, and every finding. `anchored` is false while no checkpoint lies outside."""

    entries: int = 0
    cases: int = 0
    unkeyed: int = 0
    anchored: bool = False
    findings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        if self.findings:
            return TAMPERED
        return CANNOT_TELL if self.unkeyed else CLEAN

    def find(self, code: str, message: str, **where: Any) -> None:
        self.findings.append({"code": code, "message": message, **where})

    def as_json(self) -> dict[str, Any]:
        verdict = VERDICTS[self.exit_code]
        return {
            "verdict": verdict,
            "entries": self.entries,
            "cases": self.cases,
            "unkeyed": self.unkeyed,
            "anchored": self.anchored,
            "note": "" if self.anchored else "未锚定：尚无存于系统之外的检查点",
            "first": self.findings[0] if self.findings else None,
            "findings": self.findings,
        }


def verify(office: Office, *, progress: Callable[[int], None] | None = None) -> Verification:
    """Check the whole history against itself and what it projects; `progress` is told entries done."""
    result = Verification()
    with reading(office.engine) as tx:
        cases = {row.id: row for row in queries.list_cases(tx)}
        named = _Named()
        for case_id, group in groupby(queries.all_events(tx), key=lambda event: event.case_id):
            events = list(group)
            _check_chain(office, result, events)
            _check_projection(result, cases.pop(case_id, None), events)
            named.note(events)
            result.entries += len(events)
            result.cases += case_id != 0
            if progress is not None:
                progress(result.entries)
        for row in cases.values():
            result.find(
                "history_missing", f"事项{row.number}没有任何历史记载：历史被整体删除", case=row.number
            )
        _check_case_ids(tx, result)
        _check_journal(tx, result)
        _check_papers(tx, office, result, named)
        _check_evidence(office, result, named)
    return result


@dataclass(slots=True)
class _Named:
    """What entries name that lies elsewhere: papers and the case of each, their files, the evidence."""

    papers: dict[str, int] = field(default_factory=dict)
    rendered: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)

    def note(self, events: Iterable[Row[Any]]) -> None:
        """Entries changed past reading name nothing; that they were changed is found elsewhere."""
        for event in events:
            details = _payload(event).get("details", {})
            if event.kind in ISSUING:
                self.papers[details.get("document")] = event.case_id
            elif event.kind == "document_rendered":
                self.rendered[details.get("document")] = details.get("sha256")
            self.evidence |= {one["sha256"]: one["name"] for one in details.get("evidence", ())}


def _check_chain(office: Office, result: Verification, events: list[Row[Any]]) -> None:
    previous, recorded = GENESIS, None
    for place, event in enumerate(events, start=1):
        where = {"case": _payload(event).get("case"), "seq": event.seq}
        if event.seq != place:
            result.find("entry_missing", f"第{place}条之后缺少记载：历史条目被删除或插入", **where)
        elif event.previous_hash != previous:
            result.find("chain_broken", "与前一条记载不衔接：历史被改动、删除或重排", **where)
        elif event.algorithm != SHA256:
            result.find("algorithm_unknown", "哈希算法无法识别：该行的栏目被改动", **where)
        elif chain_hash(event.payload, event.previous_hash) != event.hash:
            result.find("entry_changed", "内容与其哈希不符：该条记载被改动", **where)
        else:
            _check_entry(office, result, event, where)
        if recorded is not None and event.recorded_at < recorded:
            result.find("time_order", "记载时间早于前一条：疑似补写", **where)
        previous, recorded = event.hash, event.recorded_at


def _payload(event: Row[Any]) -> dict[str, Any]:
    """The entry as it was stored; empty when it was changed into something else."""
    try:
        payload = json.loads(event.payload)
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}


def _check_entry(office: Office, result: Verification, event: Row[Any], where: dict[str, Any]) -> None:
    """What stands beside the hashed bytes: keyed code, columns, personal text."""
    payload = _payload(event)
    if event.key_id != office.secret.key_id:
        result.unkeyed += 1
    elif not hmac.compare_digest(
        keyed_code(event.hash, office.secret.key, event.algorithm), event.keyed_code
    ):
        result.find("forged", "密钥校验码不符：该条记载不是本系统写入", **where)
    columns = {name: getattr(event, name) for name in COLUMNS_IN_PAYLOAD}
    times = {"occurred_at": stamp(event.occurred_at), "recorded_at": stamp(event.recorded_at)}
    if any(payload.get(name) != value for name, value in (columns | times).items()):
        result.find("columns_changed", "检索栏与记载内容不符：该行的栏目被改动", **where)
    if event.personal is not None and personal_hash(
        event.personal, event.personal_salt or "", event.algorithm
    ) != payload.get("personal"):
        result.find("words_changed", "文字内容与其哈希不符：理由、意见等文字被改动", **where)


def _check_projection(result: Verification, row: Row[Any] | None, events: list[Row[Any]]) -> None:
    """fold(history) equals the row, and the row's head is the chain's."""
    if events[0].case_id == 0:
        return
    try:
        facts = fold(entries_of(events))
    except (TypeError, ValueError, KeyError) as error:
        result.find("entry_unreadable", f"历史无法还原：{error}", case=str(events[0].case_id))
        return
    if row is None:
        result.find("row_missing", f"事项{facts.number}的台账行不存在：台账行被删除", case=facts.number)
        return
    different = [name for name in FACT_NAMES if getattr(row, name) != getattr(facts, name)]
    if different:
        names = "、".join(different)
        result.find(
            "row_changed",
            f"台账行与历史不符（{names}）：绕过系统改动了台账",
            case=facts.number,
            facts=different,
        )
    if (row.seq, row.head) != (events[-1].seq, events[-1].hash):
        result.find("tail_cut", "台账行记得的末条记载与历史不符：末尾记载被删除", case=facts.number)


def _check_case_ids(tx: Connection, result: Verification) -> None:
    """Case ids are given out without gaps, so a case that vanished with its history leaves a hole."""
    last = queries.last_number(tx, CASE_IDS, 0)
    gone = last - queries.count_case_ids(tx)
    if gone:
        result.find("case_missing", f"有{gone}个事项连同历史一起消失：整件被删除", missing=gone)


def _check_journal(tx: Connection, result: Verification) -> None:
    head = queries.journal(tx)
    last = queries.last_event(tx, 0)
    if head is None or last is None or (head.seq, head.head) != (last.seq, last.hash):
        result.find("tail_cut", "办公室日志的末条记载与登记不符：末尾记载被删除", case="office")


def _check_papers(tx: Connection, office: Office, result: Verification, named: _Named) -> None:
    """Papers and entries answer each other, files are unchanged, numbers have no gaps."""
    series: dict[tuple[str, int], list[int]] = defaultdict(list)
    for paper in queries.all_documents(tx):
        if named.papers.pop(paper.id, None) != paper.case_id:
            result.find(
                "paper_unrecorded", f"文书{paper.number}没有对应的历史记载：疑似伪造", document=paper.number
            )
        elif named.rendered.get(paper.id) != paper.sha256:
            result.find(
                "paper_changed", f"文书{paper.number}登记的文件与历史不符：文书被调换", document=paper.number
            )
        if paper.sha256 is not None:
            _check_file(office, result, paper.sha256, f"文书{paper.number}", document=paper.number)
        _file_number(result, series, paper)
    for document_id in named.papers:
        result.find("paper_missing", "历史记载的文书不存在：文书被删除", document=document_id)
    for (code, year), serials in series.items():
        _check_series(tx, result, code, year, serials)
    for message in queries.orphan_messages(tx):
        result.find("mail_unrecorded", f"待发邮件{message.id}没有对应的文书", mail=message.id)


def _file_number(result: Verification, series: Mapping[tuple[str, int], list[int]], paper: Row[Any]) -> None:
    try:
        number = parse_number(paper.number)
    except Refusal as refusal:
        result.find(refusal.code, f"文号“{paper.number}”被改动：{refusal.message}", document=paper.number)
        return
    series[number.code, number.year].append(number.serial)


def _check_evidence(office: Office, result: Verification, named: _Named) -> None:
    for sha256, name in named.evidence.items():
        _check_file(office, result, sha256, f"佐证材料“{name}”", evidence=name)


def _check_file(office: Office, result: Verification, sha256: str, what: str, **where: Any) -> None:
    try:
        files.fetch(office.settings.files, sha256)
    except Refusal as refusal:
        result.find(refusal.code, f"{what}：{refusal.message}", **where)


def _check_series(tx: Connection, result: Verification, code: str, year: int, serials: list[int]) -> None:
    expected = set(range(1, queries.last_number(tx, code, year) + 1))
    for serial in sorted(expected ^ set(serials))[:10]:
        result.find("number_gap", f"文号{code}〔{year}〕{serial}号缺失或多出：文书被删除或伪造", series=code)
