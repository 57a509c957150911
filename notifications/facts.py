"""The kinds of paper, the frozen facts they may draw on, and what each is called in front of people.

`FACT_LABELS` is the vocabulary of the templates: a name whose root is not here is a slip of the pen and is
refused when the wording is loaded. `prepared` turns the office's JSON facts into what Jinja sees: cleaned,
bounded, and without nulls, so that an absent fact and a null fact are the same thing, a missing one.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from notifications.errors import NoticeUnrenderable
from notifications.filled_forms import LABELS as FILLED_FORMS
from notifications.letter_labels import LETTER_LABELS
from states.papers.kinds import PAPERS

VALUE_BOUND = 6_000
LIST_BOUND = 500

KINDS: Mapping[str, str] = {kind: paper.label for kind, paper in PAPERS.items()}

MAIL_KINDS: Mapping[str, str] = {
    "digest": "督办待办清单",
    "reassigned": "改派告知",
    "checkpoint": "历史检查点",
    "trial": "试发邮件",
    "webhook_stopped": "推送停止告知",
}
"""Kinds that are only a mail: never laid out, numbered or attached; they have no wording for a paper."""

INTERNAL_FORMS: Mapping[str, str] = {"deadline": "期限计算说明"}
"""Papers for the office itself: laid out on request, never issued, numbered, sealed or mailed."""

FACT_LABELS: Mapping[str, str] = {
    "office": "督查机构",
    "office.name": "督查机构名称",
    "office.mark": "发文机关标志",
    "office.phone": "联系电话",
    "office.contact": "联系人",
    "number": "发文字号",
    "date": "成文日期",
    "addressee": "主送机关",
    "to_several": "主送的不止一个单位",
    "copies": "抄送机关",
    "case": "督办事项",
    "case.number": "事项编号",
    "case.title": "事项名称",
    "case.source": "事项来源",
    "case.basis": "交办依据",
    "case.requirement": "办理要求",
    "case.lead_unit": "牵头单位",
    "case.co_units": "协办单位",
    "case.dispatched_on": "交办日期",
    "case.due_on": "办理时限",
    "case.due_within": "办理时限（期间）",
    "case.tentative_due_on": "暂定时限",
    "case.remind_on": "日程提醒日",
    "case.original_due_on": "原定时限",
    "case.original_within": "原定时限（期间）",
    "case.complexity": "办理难度",
    "case.accountable_leader": "包保领导",
    "cadence": "反馈周期",
    "instructions": "领导批示",
    "instructions.entry": "批示在历史中的序号",
    "instructions.leader": "批示领导",
    "instructions.on": "批示日期",
    "instructions.words": "批示内容",
    "clock": "计时环节",
    "late": "逾期情况",
    "late.working_days": "逾期工作日数",
    "late.days": "逾期天数",
    "left": "剩余时间",
    "left.working_days": "剩余工作日数",
    "left.days": "剩余天数",
    "reply_by": "反馈期限",
    "reply_working_days": "反馈工作日数",
    "authority": "授权依据",
    "prior": "此前文书",
    "urge": "催办情况",
    "urge.attempt": "催办次数",
    "urge.original_due_on": "原定时限",
    "urge.progress": "最近进展",
    "urge.progress_on": "最近反馈日期",
    "urge.log": "此前催办",
    "question": "函询问题",
    "person": "当事人",
    "person.name": "当事人姓名",
    "person.post": "当事人职务",
    "person.unit": "当事人所在单位",
    "ground": "诫勉依据",
    "ground.clause": "依据条款",
    "ground.facts": "核实的事实",
    "approved_by": "批准机关",
    "approved_on": "批准日期",
    "result": "办理结果",
    "closed_on": "销号日期",
    "verification": "核验情况",
    "replaces": "被替换的文书",
    "replaces.number": "被替换文书的发文字号",
    "replaces.issued_on": "被替换文书的成文日期",
    "link": "登录地址",
    "recipient_name": "收件人",
    "copy_code": "识别码",
    "day": "清单日期",
    "matters": "合并发文的事项数",
    "items": "事项清单",
    "items.label": "待办名称",
    "items.title": "清单中的事项名称",
    "items.number": "清单中的事项编号",
    "items.co_units": "清单中的协办单位",
    "items.dispatched_on": "清单中的交办日期",
    "items.due_on": "清单中的期限",
    "items.due_within": "清单中的期限（期间）",
    "items.tentative_due_on": "清单中的暂定期限",
    "items.original_due_on": "清单中的原定期限",
    "items.original_within": "清单中的原定期限（期间）",
    "items.late": "清单中的逾期情况",
    "items.prior": "清单中的此前文书",
    "count": "待办件数",
    "count.all": "待办件数",
    "count.overdue": "逾期件数",
    "count.private": "干部监督事项件数",
    "more": "未列出的件数",
    "checkpoint": "检查点",
    "checkpoint.number": "检查点序号",
    "checkpoint.size": "检查点所含记载数",
    "checkpoint.short": "检查点短码",
    "checkpoint.reason": "检查点缘由",
    "checkpoint.lines": "检查点各行",
    "receiver": "接收方",
    "receiver.name": "接收方名称",
    "receiver.because": "停止的原因",
    **FILLED_FORMS,
    **LETTER_LABELS,
}
FORM_LABELS: Mapping[str, str] = {
    "reckoning": "期限计算",
    "reckoning.clock": "期限名称",
    "reckoning.due": "届满时间",
    "reckoning.set_for": "指定的日期",
    "reckoning.since": "起算时间",
    "reckoning.limit": "期限长度",
    "reckoning.awaits": "暂定原因",
    "reckoning.rest_day": "届满日所逢休息日",
    "reckoning.stopped": "停止计时时间",
    "reckoning.rule": "计算规则",
    "reckoning.basis": "计算依据",
    "reckoning.calendar": "日历版本",
    "reckoning.notices": "节假日安排",
    "reckoning.pauses": "暂停计时",
    "reckoning.tally": "逐日计算结果",
    "reckoning.columns": "逐日计算表各栏",
    "reckoning.days": "逐日计算",
}
"""What internal forms draw on besides."""

ROOTS = frozenset(path.partition(".")[0] for path in FACT_LABELS)
FORM_ROOTS = ROOTS | frozenset(path.partition(".")[0] for path in FORM_LABELS)

LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
FIRST_IDEOGRAPHIC_PLANE, END_OF_IDEOGRAPHIC_PLANES = 0x20000, 0x40000


class Branch(dict[str, Any]):
    """A group of facts that knows its own path, so that a missing one can be named in full."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def path_of(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name


def kind_label(kind: str) -> str:
    """What people call a kind of paper or mail; one this release does not know goes by its identifier."""
    return {**KINDS, **MAIL_KINDS, **INTERNAL_FORMS}.get(kind, kind)


def label(path: str) -> str:
    """What a fact is called in a message: “办理时限”（case.due_on）."""
    called = FACT_LABELS.get(path) or FORM_LABELS.get(path)
    return f"“{called}”（{path}）" if called else f"“{path}”"


def prepared(facts: Mapping[str, Any]) -> Branch:
    """The facts as the templates see them. Raises NoticeUnrenderable for a value over 6,000 characters."""
    return _branch("", facts)


def clean(text: str) -> str:
    """The text without what cannot be printed: control, bidirectional, zero-width and private-use characters.

    NFC, never NFKC, which would turn ，（： into ASCII. Planes 2 and 3 are kept whole: Python's tables are
    older than the newest 汉字, and names use them.
    """
    lines = LINE_BREAK.sub("\n", unicodedata.normalize("NFC", text)).split("\n")
    return "\n".join("".join(map(_printable, line)).strip() for line in lines).strip()


def _branch(path: str, facts: Mapping[str, Any]) -> Branch:
    branch = Branch(path)
    for name, value in facts.items():
        if value is not None:
            branch[name] = _value(branch.path_of(name), value)
    return branch


def _value(path: str, value: Any) -> Any:
    match value:
        case str():
            return _text(path, value)
        case bool() | int() | float():
            return value
        case Mapping():
            return _branch(path, value)
        case Sequence() if len(value) <= LIST_BOUND:
            return [_value(path, item) for item in value if item is not None]
    raise NoticeUnrenderable(
        f"{label(path)}的内容无法写入文书，请改为文字、数字或不超过{LIST_BOUND}项的清单。",
        code="fact_invalid",
        fact=path,
    )


def _text(path: str, value: str) -> str:
    if len(value) > VALUE_BOUND:
        raise NoticeUnrenderable(
            f"{label(path)}共{len(value)}字，超过{VALUE_BOUND}字，请删减，或将全文作为附件。",
            code="fact_too_long",
            fact=path,
            length=len(value),
        )
    return clean(value)


def _printable(character: str) -> str:
    if FIRST_IDEOGRAPHIC_PLANE <= ord(character) < END_OF_IDEOGRAPHIC_PLANES:
        return character
    if character == "\t" or (character != "\u3000" and unicodedata.category(character) == "Zs"):
        return " "
    return "" if unicodedata.category(character) in INVISIBLE else character
