"""From wording and facts to the official paper.

A notice template is plain text, one paragraph a line. A line `@标题 …` fills a part of the paper; a line
that begins with 一、 （一） 1. or （1） is a heading of that level. `@附表 题目` begins a table behind the
paper; `@表头 栏|栏` and a `@行 格|格` for each row fill it. `@版式 表单` makes a form, whose rows are `@格`,
`@大格`, `@意见`, `@栏` with its `@项`, and `@续`. All of it counts only where the template wrote it: a value
that holds a newline, “一、”, “@抄送” or “|” stays text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from notifications.document import STATE_SECRETS, Annex, Block, Document, Font, Imprint, Run, Signature
from notifications.errors import NoticeUnrenderable
from notifications.form_wording import DIRECTIVES as FORM_ROWS
from notifications.form_wording import FormReader
from notifications.stationery import Stationery
from notifications.substitution import CLOSE, OPEN, render
from notifications.title import title_lines

ONCE = (
    "版式", "标志", "文号", "份号", "标识", "紧急程度", "标题", "主送",
    "署名", "日期", "用印", "附注", "印发", "页签",
)  # fmt: skip
REPEATED = ("附件", "抄送", "签发人")
TABLE = ("附表", "表头", "行")
DIRECTIVES = ONCE + REPEATED + TABLE + FORM_ROWS
FORMS = {"信函": "letter", "文件": "document", "内部": "internal", "表单": "form"}
SEALS = {"留位": "place", "不用印": "none"}

DIRECTIVE = re.compile(r"@(\w+)\s*(.*)")
OUTSIDE_VALUES = rf"(?![^{OPEN}]*{CLOSE})"
BAR = re.compile(r"\|" + OUTSIDE_VALUES)
FULL_STOP = re.compile("。" + OUTSIDE_VALUES)
LEVELS: tuple[tuple[re.Pattern[str], Font], ...] = (
    (re.compile(r"[一二三四五六七八九十百]+、"), "hei"),
    (re.compile(r"（[一二三四五六七八九十百]+）"), "kai"),
    (re.compile(r"[0-9]+\."), "fang"),
    (re.compile(r"（[0-9]+）"), "fang"),
)


def compose(stationery: Stationery, facts: Mapping[str, Any], *, draft: bool = False) -> Document:
    """The paper of this kind over these facts.

    Raises NoticeUnrenderable naming what is missing or wrong; a draft has 〔待填〕 where a fact is missing.
    """
    sheet = _Sheet()
    for line in render(stationery.notice, facts, medium="paper", draft=draft).split("\n"):
        if _bare(line):
            sheet.write(line.strip())
    return sheet.document(draft=draft).model_copy(update={"unbroken": _numbers(facts)})


def _numbers(facts: Any) -> tuple[str, ...]:
    """Every number of a matter or a paper among the facts, the longest first."""
    return tuple(sorted(set(_each_number(facts)), key=lambda one: (-len(one), one)))


def _each_number(facts: Any) -> Iterator[str]:
    if isinstance(facts, Mapping):
        number = facts.get("number")
        yield from [number] if isinstance(number, str) and number else []
        facts = list(facts.values())
    if isinstance(facts, list | tuple):
        for one in facts:
            yield from _each_number(one)


@dataclass
class _Table:
    """A table behind the paper while it is being read."""

    title: str
    columns: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def annex(self) -> Annex:
        return Annex(title=self.title, columns=self.columns, rows=tuple(self.rows))


@dataclass
class _Sheet:
    """The paper while it is being read off the template, line by line."""

    parts: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in REPEATED})
    blocks: list[Block] = field(default_factory=list)
    tables: list[_Table] = field(default_factory=list)
    form: FormReader = field(default_factory=FormReader)

    def write(self, line: str) -> None:
        directive = DIRECTIVE.fullmatch(line)
        if directive is None:
            self.blocks.append(_block(line))
        elif value := directive[2]:
            self.fill(directive[1], value)

    def fill(self, name: str, value: str) -> None:
        if name in TABLE:
            self.tabulate(name, value)
        elif name in FORM_ROWS:
            self.form.read(name, _cells(value))
        elif name in REPEATED:
            self.lists[name].append(_bare(value))
        elif name in ONCE and name not in self.parts:
            self.parts[name] = value
        else:
            known = "、".join(DIRECTIVES)
            reason = "写了两次" if name in ONCE else f"不认识，可用的有：{known}"
            raise NoticeUnrenderable(f"模板中的“@{name}”{reason}。", code="wording_invalid", directive=name)

    def tabulate(self, name: str, value: str) -> None:
        """A table, its head or one of its rows. Its title joins the 附件说明."""
        if name == "附表":
            self.tables.append(_Table(_bare(value)))
            self.lists["附件"].append(_bare(value))
            return
        if not self.tables:
            raise NoticeUnrenderable(
                f"模板中的“@{name}”要写在“@附表”之后。", code="wording_invalid", directive=name
            )
        cells = _cells(value)
        if name == "表头":
            self.tables[-1].columns = cells
        else:
            self.tables[-1].rows.append(cells)

    def document(self, *, draft: bool) -> Document:
        try:
            return Document(
                form=self.choice("版式", FORMS, "信函"),
                mark=self.optional("标志"),
                number=self.optional("文号"),
                copy_number=self.optional("份号"),
                marking=self.marking(),
                urgency=self.optional("紧急程度"),
                approvers=tuple(self.lists["签发人"]),
                title=title_lines(_cells(self.parts.get("标题", ""))),
                addressee=self.optional("主送"),
                rows=self.form.rows(),
                body=tuple(self.blocks),
                attachments=tuple(self.lists["附件"]),
                annexes=tuple(table.annex() for table in self.tables),
                signature=self.signature(),
                seal=self.choice("用印", SEALS, "留位"),
                note=self.optional("附注"),
                copies=tuple(self.lists["抄送"]),
                printed=self.imprint(),
                page_signers=_cells(self.parts["页签"]) if "页签" in self.parts else (),
                draft=draft,
            )
        except ValidationError as error:
            raise _unfit(error) from error

    def part(self, name: str) -> str:
        return _bare(self.parts.get(name, ""))

    def optional(self, name: str) -> str | None:
        return self.part(name) or None

    def marking(self) -> Any:
        """内部 or 工作秘密. Raises `marking_refused` for the mark of a state secret."""
        marking = self.optional("标识")
        if marking and marking.startswith(STATE_SECRETS):
            raise NoticeUnrenderable(
                f"本系统不得处理国家秘密，不能标注“{marking}”。涉密文书请在保密设备上另行制作。",
                code="marking_refused",
            )
        return marking

    def signature(self) -> Signature | None:
        organ, date = self.part("署名"), self.part("日期")
        return Signature(organ=organ, date=date) if organ or date else None

    def imprint(self) -> Imprint | None:
        """`@印发 机关|日期`."""
        if "印发" not in self.parts:
            return None
        cells = _cells(self.parts["印发"])
        if len(cells) != 2:
            raise NoticeUnrenderable(
                "“@印发”的写法是：@印发 机关|日期。", code="wording_invalid", directive="印发"
            )
        return Imprint(organ=cells[0], date=cells[1])

    def choice(self, name: str, choices: Mapping[str, str], usual: str) -> Any:
        chosen = self.part(name) or usual
        if chosen not in choices:
            known = "、".join(choices)
            raise NoticeUnrenderable(f"“@{name}”只能写：{known}。", code="wording_invalid", directive=name)
        return choices[chosen]


def _block(line: str) -> Block:
    for level, (numbering, font) in enumerate(LEVELS, start=1):
        if numbering.match(line):
            return Block(level=level, runs=_runs(line, font))
    return Block(runs=_runs(line, "fang"))


def _runs(line: str, font: Font) -> tuple[Run, ...]:
    """The heading up to the template's first full stop in its own type, what follows in 仿宋."""
    stop = FULL_STOP.search(line)
    if font == "fang" or stop is None or stop.end() == len(line):
        return (Run(text=_bare(line), font=font),)
    return (Run(text=_bare(line[: stop.end()]), font=font), Run(text=_bare(line[stop.end() :])))


def _cells(value: str) -> tuple[str, ...]:
    """What stands between the template's own bars."""
    return tuple(_bare(cell) for cell in BAR.split(value))


def _bare(line: str) -> str:
    return line.replace(OPEN, "").replace(CLOSE, "").strip()


PART_NAMES = {
    "mark": "标志",
    "number": "文号",
    "urgency": "紧急程度",
    "title": "标题",
    "addressee": "主送",
    "body": "正文",
    "organ": "署名",
    "date": "日期",
    "attachments": "附件",
    "annexes": "附表",
    "columns": "表头",
    "rows": "附表各行",
    "copies": "抄送",
    "copy_number": "份号（6位数字）",
    "marking": "标识（内部、工作秘密）",
    "approvers": "签发人",
    "note": "附注",
    "label": "标签",
    "lines": "行数",
    "pairs": "格",
    "paragraphs": "格内文字",
    "signer": "签名",
    "items": "项",
    "page_signers": "页签",
}


def _unfit(error: ValidationError) -> NoticeUnrenderable:
    first = error.errors()[0]
    if "error" in first.get("ctx", {}):
        return NoticeUnrenderable(f"{first['ctx']['error']}。", code="paper_invalid")
    part = next((PART_NAMES[name] for name in reversed(first["loc"]) if name in PART_NAMES), "文书")
    return NoticeUnrenderable(
        f"文书的“{part}”缺失、过长或写法不对，请检查。", code="paper_invalid", part=part
    )
