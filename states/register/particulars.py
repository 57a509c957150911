"""What a row says in numbers and words: its number, its texts, how hard it is, how far it has come.

Called by the row reader. Texts are kept whole and as typed; what a spreadsheet would take for a formula stays
text.
"""

import re
from typing import Any

from states.particulars import MAX_TITLE
from states.register.cells import read_number, read_rate
from states.register.line import Line
from states.register.problems import NOTHING, Finding, Findings, asked, found_in, noted, together
from states.register.wording import comparable, quoted
from states.vocabulary import Complexity

LONG_TEXT = 3_000

_TEXTS = (
    *("source", "basis", "title", "detail", "requirement", "measures", "accountable_leader", "contact_name"),
    *("contact_phone", "milestones", "progress", "difficulty", "follow_up", "remark"),
)
_COMPLEXITIES = {one.label: one.label for one in Complexity}
_STARTS_FORMULA = re.compile(r"[=+\-@＝＋－＠]")


def read_particulars(line: Line) -> tuple[dict[str, Any], Findings]:
    """The fields of a matter that are neither units nor days."""
    number, rate = read_number(line.value("number")), read_rate(line.value("completion_rate"))
    found = NOTHING
    texts = {field: line.text(field) for field in _TEXTS if line.cells.get(field) is not None}
    for field, text in texts.items():
        if len(text) >= LONG_TEXT or _STARTS_FORMULA.match(text):
            found += _text_notes(line, field, text)
    complexity, unknown = _complexity(line)
    values = {"number": number.number, "serial": line.text("serial"), "completion_rate": rate.percent}
    return {**values, **texts, "complexity": complexity}, together(
        found_in("number", number),
        found,
        _title_bound(line, texts.get("title", "")),
        unknown,
        found_in("completion_rate", rate),
    )


def _text_notes(line: Line, field: str, text: str) -> Findings:
    notes = []
    if len(text) >= LONG_TEXT:
        message = f"{line.label(field)}{len(text)}字，已完整保留；列表折叠显示，不得截断"
        notes.append(Finding("text_long", message))
    if _STARTS_FORMULA.match(text):
        message = f"{line.label(field)}以“{text[0]}”开头，按普通文本保存，导出时加保护"
        notes.append(Finding("text_formula", message))
    return noted(field, *notes)


def _title_bound(line: Line, title: str) -> Findings:
    if len(title) <= MAX_TITLE:
        return NOTHING
    message = f"{line.label('title')}有{len(title)}字，超过{MAX_TITLE}字，请精简后重新导入"
    return asked("title", Finding("title_too_long", message, "精简，详情移入办理要求"))


def _complexity(line: Line) -> tuple[str, Findings]:
    """The label the office uses for it; a word nobody knows is left out and said so."""
    written = line.text("complexity")
    if not written:
        return "", NOTHING
    label = _COMPLEXITIES.get(comparable(written), "")
    if label:
        return label, NOTHING
    message = f"{line.label('complexity')}{quoted(written)}不认识，本栏不导入；请填{'、'.join(_COMPLEXITIES)}"
    return "", noted("complexity", Finding("complexity_unknown", message))
