"""The commands of the root: what each is for and where it is, so that only the one asked for is imported.

A command line that imported them all would be longer in coming than most commands are at work.
"""

import gc
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand

from workflow.cli.groups import Group


@dataclass(frozen=True, slots=True)
class Chapter:
    """One command or group of commands: its line in the help, and its name in a module of this package."""

    help: str
    module: str
    name: str = "app"


CONTENTS: Mapping[str, Chapter] = {
    "demo": Chapter("用虚构的滨海市演示全过程；在终端里接着打开网页。", "demonstration", "demo"),
    "migrate": Chapter("初始化或升级：密钥、文件夹、数据库、规则、日历。", "installation", "migrate"),
    "doctor": Chapter("检查安装情况。", "installation", "doctor"),
    "serve": Chapter("启动网页服务（含巡查与发信）。", "running", "serve"),
    "worker": Chapter("只运行巡查与发信等，直到收到结束信号；收到后办完手上的再停。", "running", "worker"),
    "seed": Chapter("在空数据库中造一个可重现的虚构办公室。", "installation", "seed"),
    "import": Chapter(
        "导入单位名录或台账；由本系统导出、改后导回的台账，只更正改动之处。", "register", "import_"
    ),
    "explain": Chapter("说明一个事项的期限如何算出、为何如此、下一步何时。", "explain", "explain"),
    "backup": Chapter("备份数据库、文件库和检查点为一个文件（不含密钥）。", "backups", "backup"),
    "restore": Chapter("由备份恢复到空的数据库，随即核验；恢复后暂缓发信和巡查。", "backups", "restore"),
    "verify": Chapter("核验全部历史：0未见篡改，1有篡改，2无法判断。", "register", "verify"),
    "recount": Chapter("重新计数：挂图作战的计数与事项不符时用。", "counting", "recount"),
    "render": Chapter("输出一个事项的文书；未印发的为草稿。", "rendering", "render"),
    "diagram": Chapter("输出事项流程图（Mermaid）。", "register", "diagram"),
    "plan": Chapter("列出某一时刻巡查将采取的步骤，可写成计划文件；不写入任何记载。", "plans", "plan"),
    "forecast": Chapter("预测今后若干天内哪些事项在哪一天达到督办阶梯的哪一级。", "plans", "forecast"),
    "deadline": Chapter(
        "计算期限，逐日说明；--batch逐行读入，一行一答，有误的行只退回该行。", "deadline", "deadline"
    ),
    "todo": Chapter("待办：某人当日应办的全部事项；不写--as则列各人件数。", "duties", "todo"),
    "digest": Chapter("给每个有待办的人发一份当日清单；同一人一天只发一份。", "duties", "digest"),
    "milestones": Chapter("全部在办事项已逾期和将到的节点。", "milestones", "milestones"),
    "statistics": Chapter(
        "统计办结、按期办结、逾期、延期、退回、一次销号、反弹和平均办理时长。", "statistics", "statistics"
    ),
    "report": Chapter(
        "月报、季报、年报：数字附分子分母，对比上期和同期；输出表格、网页、通报草稿。", "reporting", "report"
    ),
    "burden": Chapter(
        "反馈负担：各单位有多少事项要求反馈、每月多少次、近30日反馈了多少次，多的在前。", "burden", "burden"
    ),
    "case": Chapter("督办事项：查看与办理", "cases"),
    "intake": Chapter("来件：热线、信访等移送的，登记、并入、退回；由会议纪要、批示起草", "intake"),
    "audit": Chapter("审计查阅：检索历史、督查室工作日志、往日数量", "audit"),
    "escalation": Chapter("督办措施：提醒、函询、诫勉的审批、送达、回复与了结", "escalations"),
    "document": Chapter("文书：拟稿、核稿、签发、印发、送达、归档、作废，发文登记簿，检查版式", "documents"),
    "deputy": Chapter("代理：谁在什么期间代谁履行职责", "deputies"),
    "lookback": Chapter("回头看批次：成批抽取已销号的事项，跟踪回头看结果", "lookbacks"),
    "user": Chapter("账号和职责：谁可以登录，谁担任什么", "accounts"),
    "token": Chapter("接口令牌：申领、查看、撤销，系统接口的核准", "tokens"),
    "webhook": Chapter("事件推送：设立、核准、试推、暂停、恢复、补推、换密钥、撤销", "webhooks"),
    "unit": Chapter("单位：查看，以及机构改革中的更名、合并、分设", "units"),
    "outbox": Chapter("待发箱：查看、发送、暂扣、放行、重发、改发、取消", "mail"),
    "template": Chapter("文书用语：查看、修改、检查、曾用过哪些", "templates"),
    "policy": Chapter("督办规则：查看、检查、比较与授权", "policy"),
    "lifecycle": Chapter("流程表：历次版本，在办事项改用现行流程", "lifecycles"),
    "calendar": Chapter("工作日历：查看与载入放假通知", "calendar"),
    "sweep": Chapter("巡查到期事项，发出或提请督办措施；暂缓与放行", "sweeping"),
    "export": Chapter(
        "导出台账，导出事项历史：供核验的证据，供过程分析的事件日志；导出数据仓库", "exporting"
    ),
    "retention": Chapter("保管期限：归档事项保管到何时，到期封存与启封", "retention"),
    "evidence": Chapter("存证：算法与密钥的现状、切换与更换", "evidence"),
    "checkpoint": Chapter("历史检查点：生成、列出、查看", "checkpoints"),
}


class Contents(Group):
    """The root: it lists every command by its line, and fetches the one that is to run."""

    def __init__(self, **attributes: Any) -> None:
        lines: dict[str, Any] = {
            name: TyperCommand(name, help=chapter.help) for name, chapter in CONTENTS.items()
        }
        super().__init__(**attributes, commands=lines)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, _, rest = super().resolve_command(ctx, args)
        return name, fetched(str(name)), rest


def fetched(name: str) -> Any:
    """The command itself, imported from where it is."""
    chapter = CONTENTS[name]
    found = getattr(_module(f"workflow.cli.{chapter.module}"), chapter.name)
    if isinstance(found, typer.Typer):
        group = typer.main.get_group(found)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return typer.main.get_command(alone)


def _module(name: str) -> Any:
    """Nothing of what is imported goes again, so the collector never looks through it, now or at the end."""
    if name in sys.modules:
        return sys.modules[name]
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()
        gc.enable()
