"""Commands on the installation: migrate, doctor, seed."""

from typing import Annotated

import typer
from rich.text import Text

from states.errors import Refusal
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson
from workflow.cli.output import MISCONFIGURED, answer, now, progress_bar, screen
from workflow.services import doctor as checks
from workflow.services import seeding
from workflow.services.installation import install, rules_of
from workflow.settings import load_settings

LEVELS = {"ok": ("正常", "green"), "warning": ("注意", "yellow"), "fault": ("故障", "red")}


def migrate(
    roles: Annotated[bool, typer.Option("--roles", help="分设数据库角色：应用、审计（PostgreSQL）")] = False,
    as_json: AsJson = False,
) -> None:
    """初始化或升级：密钥、文件夹、数据库、规则、日历。"""
    settings = load_settings()
    install(settings, by=signature(None), with_roles=roles).engine.dispose()
    document = {"migrated": True} | ({"roles": True} if roles else {})
    answer(as_json, document, lambda: screen.print("已就绪。下一步：duban import 单位名录.xlsx"))


def doctor(as_json: AsJson = False) -> None:
    """检查安装情况。"""
    findings = _examined()
    document = {"findings": [one.as_json() for one in findings]}
    answer(as_json, document, lambda: _say_findings(findings))
    if any(one.level == checks.FAULT for one in findings):
        raise typer.Exit(MISCONFIGURED)


def seed(
    cases: Annotated[int, typer.Option(help="事项数")],
    seed: Annotated[int, typer.Option(help="随机种子；同种子得同样的数据")] = 1,
    as_json: AsJson = False,
) -> None:
    """在空数据库中造一个可重现的虚构办公室。"""
    with progress_bar("造数", quiet=as_json) as progress:
        report = seeding.seed(
            open_installation(), cases=cases, seed=seed, by=signature(None), at=now(),
            progress=lambda done: progress(done, cases),
        )  # fmt: skip
    answer(as_json, report.as_json(), lambda: screen.print(f"已造事项{report.cases}个"))


def _examined() -> list[checks.Finding]:
    """What the doctor finds; settings and rules that cannot be read are findings like any other."""
    try:
        settings = load_settings()
        rules_of(settings)
    except Refusal as refusal:
        return [checks.Finding("settings", checks.FAULT, refusal.message)]
    return checks.examine(settings, today=now().date())


def _say_findings(findings: list[checks.Finding]) -> None:
    for one in findings:
        screen.print(Text.assemble(LEVELS[one.level], f" {one.check}：{one.message}"), soft_wrap=True)
