"""`duban case redact`, `duban audit redact`, `duban audit scrub`: people's own words taken away."""

from typing import Annotated, Any

import typer

from states.errors import FactMissing
from workflow import particulars
from workflow.cli.acted import answer_act
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, At, Number, check_named, moment
from workflow.cli.output import answer, mind, screen
from workflow.services import redacting
from workflow.services.redacting import Redacted

Entry = Annotated[str | None, typer.Option("--entry", help="历史条目序号（必填）")]
Reason = Annotated[str | None, typer.Option("--reason", help="理由（必填），记入历史，勿再写入所隐去的内容")]

IN_THE_FILE = {
    True: "数据库文件已重写，其中不再有这些文字的字节",
    False: "其他进程正在使用数据库，文件中尚有残留：请停下它们后运行duban audit scrub",
    None: "PostgreSQL中旧的行版本由库的所有者清除："
    "VACUUM FULL event_words, cases, units, people, register_views, intake_items, intake_supplements;",
}


def add_to_case(app: typer.Typer) -> None:
    """Add this command to `duban case`."""
    app.command("redact")(redact_in_case)


def add_to_audit(app: typer.Typer) -> None:
    """Add these commands to `duban audit`."""
    app.command("redact")(redact_in_journal)
    app.command("scrub")(scrub)


def redact_in_case(
    number: Number,
    *,
    entry: Entry = None,
    reason: Reason = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """隐去一条历史另存的文字：理由、意见、进展等（督查室主任、批示（分管）领导；不得是本人所写）。"""
    _redact(number, entry, reason, person, at, as_json=as_json)


def redact_in_journal(
    *,
    entry: Entry = None,
    reason: Reason = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """隐去督查室工作日志中一条记载另存的文字（督查室主任、批示（分管）领导；不得是本人所写）。"""
    _redact(None, entry, reason, person, at, as_json=as_json)


def scrub(*, as_json: AsJson = False) -> None:
    """重写SQLite数据库文件，清除已隐去文字的残留字节；其他进程须先停下。"""
    erased = redacting.erase(open_installation())
    answer(as_json, {"erased": erased}, lambda: screen.print(IN_THE_FILE[erased], soft_wrap=True))


def _redact(
    number: str | None,
    entry: str | None,
    reason: str | None,
    person: str | None,
    at: str | None,
    *,
    as_json: bool,
) -> None:
    check_named(person)
    if entry is None:
        raise FactMissing("请用 --entry 写明历史条目序号。", code="entry_missing", missing="entry")
    seq, said, instant = particulars.read("entry", entry), particulars.read("reason", reason), moment(at)
    done = redacting.redact(open_installation(), number, seq, reason=said, by=signature(person), at=instant)
    answer_act(as_json, done.as_json(), lambda: _say(done), at=instant)


def _say(done: Redacted) -> None:
    screen.print(f"已隐去第{done.entry}条的{'、'.join(done.fields)}，记为第{done.seq}条", soft_wrap=True)
    screen.print(f"  {IN_THE_FILE[done.erased]}", soft_wrap=True)
    if done.views:
        screen.print(f"  含有相同文字的台账视图{done.views}个一并删去", soft_wrap=True)
    for one in done.elsewhere:
        mind(f"{one['case'] or '工作日志'}第{one['seq']}条也有相同的文字，没有隐去")
    for one in done.papers:
        mind(_paper(one))


def _paper(paper: dict[str, Any]) -> str:
    waits = "，其邮件尚未发出" if paper["waiting"] else ""
    return f"{paper['kind_label']}{paper['number'] or ''}载有相同的文字，已印发的照旧有效{waits}"
