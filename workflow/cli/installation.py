"""Commands on the installation: migrate, doctor, seed, serve, worker, demo."""

import logging
import signal
import threading
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from rich.text import Text

from states.errors import Refusal
from workflow import demo as demonstration
from workflow.cli.options import AsJson
from workflow.cli.output import (
    MISCONFIGURED,
    answer,
    notes,
    now,
    open_installation,
    progress_bar,
    screen,
    signature,
)
from workflow.scheduler import Scheduler
from workflow.services import doctor as checks
from workflow.services import seeding
from workflow.services.installation import install, rules_of
from workflow.settings import load_settings
from workflow.web.app import create_app

LEVELS = {"ok": ("正常", "green"), "warning": ("注意", "yellow"), "fault": ("故障", "red")}


def add_to(app: typer.Typer) -> None:
    """Add these commands to the root."""
    for name, command in COMMANDS.items():
        app.command(name)(command)


def migrate(as_json: AsJson = False) -> None:
    """初始化或升级：密钥、文件夹、数据库、规则、日历。"""
    settings = load_settings()
    install(settings, by=signature(None)).engine.dispose()
    answer(as_json, {"migrated": True}, lambda: screen.print("已就绪。下一步：duban import 单位名录.xlsx"))


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


def serve(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="监听端口", min=1, max=65535)] = 8000,
) -> None:
    """启动网页服务（含巡查与发信）。"""
    _log_to_standard_error()
    signal.signal(signal.SIGTERM, _has_stopped)
    uvicorn.run(create_app(open_installation()), host=host, port=port, log_level="warning")


def worker() -> None:
    """只运行巡查与发信，直到收到结束信号。"""
    _log_to_standard_error()
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    scheduler = Scheduler(open_installation())
    scheduler.start()
    notes.print("巡查与发信已启动，按Ctrl-C结束")
    stopped.wait()
    scheduler.stop()


def demo(
    once: Annotated[bool, typer.Option("--once", help="演示后即结束（默认如此）")] = True,
    out: Annotated[Path, typer.Option(help="演示数据与文书的存放处")] = Path("demo-out"),
    port: Annotated[int, typer.Option(help="留给网页演示的端口", min=0, max=65535)] = 0,
    as_json: AsJson = False,
) -> None:
    """用虚构的滨海市演示全过程。"""
    with progress_bar("逐日演示", quiet=as_json) as progress:
        result = demonstration.play(out, progress=progress)
    answer(as_json, result.as_json(), lambda: demonstration.tell(result, screen))
    raise typer.Exit(result.exit_code)


COMMANDS: dict[str, Any] = {
    "demo": demo,
    "migrate": migrate,
    "doctor": doctor,
    "serve": serve,
    "worker": worker,
    "seed": seed,
}


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


def _has_stopped(*_: object) -> None:
    """The web server stops on SIGTERM and then raises it again; by then there is nothing left to end."""


def _log_to_standard_error() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    for name in ("apscheduler", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
