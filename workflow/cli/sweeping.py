"""`duban sweep …`: one sweep by hand, what holds the scheduled ones, and letting them go on."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from states.document_number import parse
from states.errors import FactMissing
from workflow import particulars
from workflow.cli import checkpoints, plans
from workflow.cli.groups import Group
from workflow.cli.marking import keep_mark
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, At, moment
from workflow.cli.output import answer, now, screen
from workflow.cli.tables import minute, step_label, table
from workflow.services import configuration, holds, restoring, scheduled, set_asides, sweep_record
from workflow.services import sweep as sweeping
from workflow.services.branches import Outside
from workflow.services.sweep_report import SweepReport

SHOWN_HOLDS, MOST_RUNS = 100, 1_000

app = typer.Typer(cls=Group, help="巡查到期事项，发出或提请督办措施；暂缓与放行", no_args_is_help=False)


@app.callback(invoke_without_command=True)
def sweep(
    context: typer.Context,
    *,
    once: Annotated[bool, typer.Option("--once", help="只巡查一轮（默认如此）")] = True,
    at: At = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会做什么，不写入")] = False,
    plan: plans.PlanFile = None,
    as_json: AsJson = False,
) -> None:
    """巡查到期事项，发出或提请督办措施。"""
    if context.invoked_subcommand is not None:
        return
    instant = moment(at)
    if plan is not None:
        plans.apply_plan(plan, at=instant, dry_run=dry_run, as_json=as_json)
        return
    office = open_installation()
    if dry_run:
        report = sweeping.preview(office, as_of=instant, by=signature(None))
    else:
        restoring.check_sending(office, by=signature(None))
        configuration.tell(office, by=signature(None))
        report = sweeping.sweep(office, as_of=instant, by=signature(None))
        keep_mark(office)
        checkpoints.keep(office)
    answer(as_json, report.as_json(), lambda: _say_sweep(report, dry_run))


@app.command("holds")
def list_holds(as_json: AsJson = False) -> None:
    """巡查的暂缓与放行，以及被搁置的事项。"""
    office = open_installation()
    document = {"holds": holds.list_holds(office, SHOWN_HOLDS), "set_aside": set_asides.waiting(office)}
    answer(as_json, document, lambda: _say_holds(document))


@app.command("release")
def release(
    *,
    reason: Annotated[str | None, typer.Option("--reason", help="理由")] = None,
    since: Annotated[
        Path | None, typer.Option("--since", help="恢复后：另行存放的检查点，文件或文件夹")
    ] = None,
    used: Annotated[
        list[str] | None, typer.Option("--used", help="恢复后：备份之后已发出的最后文号，可写多个")
    ] = None,
    person: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """放行被暂缓的巡查（督查员或督查室主任）。"""
    said, numbers = particulars.read("reason", reason), particulars.read_names(used or [])
    outside = Outside(since, tuple(parse(one) for one in numbers))
    done = scheduled.release(
        open_installation(), by=signature(person), at=now(), reason=said, outside=outside
    )
    answer(as_json, done, lambda: _say_released(done))


@app.command("retry")
def retry(
    numbers: Annotated[list[str] | None, typer.Argument(help="事项编号，可写多个", metavar="NUMBER")] = None,
    everything: Annotated[bool, typer.Option("--all", help="全部被搁置的事项")] = False,
    person: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """让下一轮巡查重试被搁置的事项（督查员或督查室主任）。"""
    named = particulars.read_names(numbers or [])
    if not named and not everything:
        raise FactMissing("请写明事项编号，或用--all重试全部被搁置的事项。", code="number_missing")
    cases = [] if everything else named
    done = set_asides.retry(open_installation(), cases, by=signature(person), at=now())
    answer(as_json, {"retried": done}, lambda: screen.print(f"将重试{len(done)}项", highlight=False))


@app.command("runs")
def list_runs(
    limit: Annotated[int, typer.Option(help="最多列出几条", min=1, max=MOST_RUNS)] = 50,
    as_json: AsJson = False,
) -> None:
    """巡查记录，最近的在前。"""
    runs = sweep_record.list_runs(open_installation(), limit)
    answer(as_json, {"runs": runs}, lambda: screen.print(_runs_table(runs)))


def _say_sweep(report: SweepReport, dry_run: bool) -> None:
    words = "将发出" if dry_run else "已发出"
    screen.print(
        f"到期{report.cases_due}项：{words}{report.issued}件，提请审批{report.proposed}件，搁置{len(report.held)}项"
    )
    for step in report.steps:
        screen.print(f"  {step['case']}  {step['reason']}", soft_wrap=True)
    for lapse in report.lapses:
        screen.print(
            f"  {lapse['case']}  “{step_label(lapse['step'])}”回复期限已过，记为逾期未复", soft_wrap=True
        )


def _say_released(done: dict[str, Any]) -> None:
    told = "、".join(holds.LABELS[one] for one in done["released"])
    screen.print(f"已放行（{told}），当前待办{done['covers']}件", highlight=False)
    branch = done.get("branch")
    if branch is None:
        return
    for one in branch["numbers"]:
        series = f"{one['series']}〔{one['year']}〕"
        screen.print(f"{series}{one['from']}至{one['to']}号视为已用，不再编发", soft_wrap=True)
    words = f"已登记备份之后存于系统之外的检查点{len(branch['left'])}个，今后的检查点从第{branch['next']}号起"
    screen.print(f"{words}；待发邮件{branch['mails_waiting']}封", soft_wrap=True)


def _say_holds(document: dict[str, Any]) -> None:
    made = table(None, ("起", "缘由", "说明", "放行", "放行人"))
    for one in document["holds"]:
        released = minute(one["released_at"]) or "未放行"
        made.add_row(
            minute(one["since"]), holds.LABELS[one["reason"]], one["told"], released, one["released_by"] or ""
        )
    screen.print(made if document["holds"] else "巡查没有被暂缓过")
    for one in document["set_aside"]:
        screen.print(f"搁置 {one['case']}：连续{one['failures']}次未成，{one['message']}", soft_wrap=True)


def _runs_table(runs: list[dict[str, Any]]) -> Table:
    made = table("巡查记录", ("起", "止", "入口", "轮次", "到期", "发出", "提请", "搁置"))
    for run in runs:
        counts = (str(run[name]) for name in ("runs", "cases_due", "issued", "proposed", "held"))
        made.add_row(minute(run["started_at"]), minute(run["finished_at"]), run["door"], *counts)
    return made
