"""Commands on the register as a whole: import, verify, diagram."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from states.accounts.administrators import Change
from states.diagram import mermaid
from states.register.directory_changes import CALLED
from states.register.problems import Problem
from workflow import particulars
from workflow.cli.checking import say_verification
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson
from workflow.cli.output import answer, now, progress_bar, screen
from workflow.cli.tables import table
from workflow.services import directories, importing, verification
from workflow.services.directory_report import DirectoryReport
from workflow.services.installation import lifecycle_of
from workflow.settings import load_settings


def import_(
    file: Annotated[Path, typer.Argument(help="单位名录或台账（.xlsx、.xls、.et、.csv）")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只报告，不写入")] = False,
    as_of: Annotated[str | None, typer.Option("--as-of", help="台账的统计日期，默认今天")] = None,
    accept: Annotated[
        list[str] | None, typer.Option("--accept", help="采纳这些行的建议，如17或17,28")
    ] = None,
    mapping: Annotated[str, typer.Option("--mapping", help="套用在导入页为这一来源记下的列对应关系")] = "",
    reason: Annotated[str, typer.Option("--reason", help="导回的台账：更正的理由")] = "",
    person: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """导入单位名录或台账；由本系统导出、改后导回的台账，只更正改动之处。"""
    office, by = open_installation(), signature(person)
    at = particulars.read_instant(as_of) if as_of else now()
    if directories.is_directory(file):
        found = directories.import_directory(office, file, by=by, at=at, dry_run=dry_run)
        answer(as_json, found.as_json(), lambda: _say_directory(found, dry_run))
        return
    rows = particulars.read_rows(accept or [])
    with progress_bar("导入台账", quiet=as_json) as progress:
        report = importing.import_register(
            office,
            file,
            by=by,
            at=at,
            accept=rows,
            dry_run=dry_run,
            progress=progress,
            reason=reason,
            mapping=mapping,
        )
    answer(as_json, report.as_json(), lambda: _say_import(report, dry_run))


def verify(
    *,
    since: Annotated[Path | None, typer.Option("--since", help="存于系统之外的检查点：文件或文件夹")] = None,
    export: Annotated[Path | None, typer.Option("--export", help="核验导出的历史文件，不用数据库")] = None,
    public_key: Annotated[
        list[str] | None, typer.Option("--public-key", help="纸质留存的签名公钥（核验导出文件时）")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """核验全部历史：0未见篡改，1有篡改，2无法判断。"""
    if export is not None:
        result = verification.verify_file(load_settings(), export, since=since, public_keys=public_key or ())
        answer(as_json, result.as_json(), lambda: say_verification(result))
        raise typer.Exit(result.exit_code)
    with progress_bar("核验历史", quiet=as_json) as progress:
        result = verification.verify(
            open_installation(), since=since, progress=lambda done: progress(done, done)
        )
    answer(as_json, result.as_json(), lambda: say_verification(result))
    raise typer.Exit(result.exit_code)


def diagram() -> None:
    """输出事项流程图（Mermaid）。"""
    print(mermaid(lifecycle_of(load_settings())), end="")


SHOWN_FINDINGS = 20
UNREAD = ("column_unknown", "column_gone")
"""What is noted of columns nobody reads; people are told of them at once."""
LAID_BEFORE = {
    Change.GRANT.label: "授予职责",
    Change.END.label: "终止职责",
    Change.MOVE.label: "调整单位隶属",
}


def _say_directory(report: DirectoryReport, dry_run: bool) -> None:
    """What went in, then what it changes, each by name; of an office's first directory, how much it gives."""
    tallies = report.tallies
    words = "将导入" if dry_run else "已导入"
    screen.print(f"{words}单位{report.units}个、人员{report.people}人、单位组{report.groups}个")
    is_first = not any(counts["changed"] or counts["unchanged"] for counts in tallies.values())
    if not is_first:
        screen.print("；".join(f"{CALLED[one]}：{_tally(counts)}" for one, counts in tallies.items()))
    for found in (report.problems, report.notes):
        _say_found(found)
    counts = Counter(one["change_label"] for one in report.proposed)
    proposed = "、".join(f"{LAID_BEFORE.get(label, label)}{count}项" for label, count in counts.items())
    when = "将" if dry_run else "已"
    told = {
        "changed": f"{when}更新",
        "proposed": f"{when}提请{proposed}，须经安全保密管理员核准（duban user requests）",
        "withdrawn": f"{when}撤回提请{len(report.withdrawn)}项",
        "given": f"{when}授予职责{len(report.given)}项",
        "ended": f"{when}终止职责{len(report.ended)}项",
    }
    for kind, sentences in report.effects.items():
        if sentences:
            _say_effects(told[kind], [] if is_first else sentences)


def _tally(counts: Mapping[str, int]) -> str:
    return f"新增{counts['new']}，有变化{counts['changed']}，已在系统{counts['unchanged']}"


def _say_effects(heading: str, sentences: list[str]) -> None:
    screen.print(heading, soft_wrap=True)
    for one in sentences[:SHOWN_FINDINGS]:
        screen.print(f"  {one}", soft_wrap=True)
    if left := len(sentences[SHOWN_FINDINGS:]):
        screen.print(f"  其余{left}项见--json")


def _say_found(found: list[Problem]) -> None:
    """So many of them, each with its places in the workbook, and how many are left; what is found of several
    rows alike is told once."""
    alike: dict[tuple[str, ...], list[Problem]] = {}
    for one in found:
        alike.setdefault((one.sheet, one.column, one.message, one.code), []).append(one)
    for sheet, column, message, code in list(alike)[:SHOWN_FINDINGS]:
        rows = "、".join(str(one.row) for one in alike[sheet, column, message, code])
        place = f"第{rows}行{column}列" if column else f"第{rows}行"
        screen.print(f"  {sheet}{place}：{message}（{code}）", soft_wrap=True)
    if left := sum(map(len, list(alike.values())[SHOWN_FINDINGS:])):
        screen.print(f"  其余{left}条见--json")


def _say_import(report: importing.ImportReport, dry_run: bool) -> None:
    words = "将导入" if dry_run else "已导入"
    screen.print(
        f"台账共{report.rows}项：{words}{report.imported}项，更新{report.updated}项，未变{report.unchanged}项；"
        f"需人工确认{report.rows_waiting}项，退回更正{report.rows_rejected}项"
    )
    if report.corrected:
        screen.print(f"{'将更正' if dry_run else '已更正'}改动的{report.corrected}项")
    _say_found([one for one in report.notes if one.code in UNREAD])
    if report.needs_person or report.rejected:
        screen.print(_problems(report))
    if report.needs_person:
        screen.print("采纳建议：duban import 文件 --accept 行号[,行号…]")


def _problems(report: importing.ImportReport) -> Table:
    sheet = (*report.needs_person, *report.rejected)[0].sheet
    made = table(f"工作表“{sheet}”", ("行", "列", "处理", "问题", "建议"))
    for words, problems in (("确认", report.needs_person), ("更正", report.rejected)):
        for problem in problems:
            made.add_row(str(problem.row), problem.column, words, problem.message, problem.suggestion)
    return made
