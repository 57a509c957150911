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
    """A command or group of commands: where it stands in the help, its line, its name in a module here."""

    panel: str
    help: str
    module: str
    name: str = "app"


RUNNING, MATTERS, PRESSING, FIGURES, PROOF, SETTING = (
    "装机与运行",
    "台账与事项",
    "督办、文书与发送",
    "统计",
    "审计与存证",
    "单位、人员与规则",
)

CONTENTS: Mapping[str, Chapter] = {
    "demo": Chapter(
        RUNNING,
        "用虚构的滨海市演示全过程；在终端里，或者写明端口的，接着打开网页。",
        "demonstration",
        "demo",
    ),
    "migrate": Chapter(
        RUNNING, "初始化或升级：密钥、文件夹、数据库、规则、日历。", "installation", "migrate"
    ),
    "doctor": Chapter(RUNNING, "检查安装情况。", "installation", "doctor"),
    "serve": Chapter(RUNNING, "启动网页服务（含巡查与发信）。", "running", "serve"),
    "worker": Chapter(
        RUNNING, "只运行巡查与发信等，直到收到结束信号；收到后办完手上的再停。", "running", "worker"
    ),
    "seed": Chapter(RUNNING, "在空数据库中造一个可重现的虚构办公室。", "installation", "seed"),
    "backup": Chapter(RUNNING, "备份数据库、文件库和检查点为一个文件（不含密钥）。", "backups", "backup"),
    "restore": Chapter(
        RUNNING, "由备份恢复到空的数据库，随即核验；恢复后暂缓发信和巡查。", "backups", "restore"
    ),
    "recount": Chapter(RUNNING, "重新计数：挂图作战的计数与事项不符时用。", "counting", "recount"),
    "import": Chapter(
        MATTERS, "导入单位名录或台账；由本系统导出、改后导回的台账，只更正改动之处。", "register", "import_"
    ),
    "export": Chapter(
        MATTERS, "导出台账，导出事项历史：供核验的证据，供过程分析的事件日志；导出数据仓库", "exporting"
    ),
    "case": Chapter(MATTERS, "督办事项：查看与办理", "cases"),
    "intake": Chapter(MATTERS, "来件：热线、信访等移送的，登记、并入、退回；由会议纪要、批示起草", "intake"),
    "todo": Chapter(MATTERS, "待办：某人当日应办的全部事项；不写--as则列各人件数。", "duties", "todo"),
    "digest": Chapter(MATTERS, "给每个有待办的人发一份当日清单；同一人一天只发一份。", "duties", "digest"),
    "explain": Chapter(MATTERS, "说明一个事项的期限如何算出、为何如此、下一步何时。", "explain", "explain"),
    "deadline": Chapter(
        MATTERS, "计算期限，逐日说明；--batch逐行读入，一行一答，有误的行只退回该行。", "deadline", "deadline"
    ),
    "milestones": Chapter(MATTERS, "全部在办事项已逾期和将到的节点。", "milestones", "milestones"),
    "diagram": Chapter(MATTERS, "输出事项流程图（Mermaid）。", "register", "diagram"),
    "sweep": Chapter(PRESSING, "巡查到期事项，发出或提请督办措施；暂缓与放行", "sweeping"),
    "plan": Chapter(
        PRESSING, "列出某一时刻巡查将采取的步骤，可写成计划文件；不写入任何记载。", "plans", "plan"
    ),
    "forecast": Chapter(
        PRESSING, "预测今后若干天内哪些事项在哪一天达到督办阶梯的哪一级。", "plans", "forecast"
    ),
    "escalation": Chapter(PRESSING, "督办措施：提醒、函询、诫勉的审批、送达、回复与了结", "escalations"),
    "document": Chapter(
        PRESSING, "文书：拟稿、核稿、签发、印发、送达、归档、作废，发文登记簿，检查版式", "documents"
    ),
    "render": Chapter(PRESSING, "输出一个事项的文书；未印发的为草稿。", "rendering", "render"),
    "outbox": Chapter(PRESSING, "待发箱：查看、发送、暂扣、放行、重发、改发、取消", "mail"),
    "lookback": Chapter(PRESSING, "回头看批次：成批抽取已销号的事项，跟踪回头看结果", "lookbacks"),
    "statistics": Chapter(
        FIGURES,
        "统计办结、按期办结、逾期、延期、退回、一次销号、反弹和平均办理时长。",
        "statistics",
        "statistics",
    ),
    "report": Chapter(
        FIGURES,
        "月报、季报、年报：数字附分子分母，对比上期和同期；输出表格、网页、通报草稿。",
        "reporting",
        "report",
    ),
    "burden": Chapter(
        FIGURES,
        "反馈负担：各单位有多少事项要求反馈、每月多少次、近30日反馈了多少次，多的在前。",
        "burden",
        "burden",
    ),
    "verify": Chapter(PROOF, "核验全部历史：0未见篡改，1有篡改，2无法判断。", "register", "verify"),
    "audit": Chapter(PROOF, "审计查阅：检索历史、督查室工作日志、往日数量", "audit"),
    "evidence": Chapter(PROOF, "存证：算法与密钥的现状、切换与更换", "evidence"),
    "checkpoint": Chapter(PROOF, "历史检查点：生成、列出、查看", "checkpoints"),
    "retention": Chapter(PROOF, "保管期限：归档事项保管到何时，到期封存与启封", "retention"),
    "user": Chapter(SETTING, "账号和职责：谁可以登录，谁担任什么", "accounts"),
    "token": Chapter(SETTING, "接口令牌：申领、查看、撤销，系统接口的核准", "tokens"),
    "webhook": Chapter(SETTING, "事件推送：设立、核准、试推、暂停、恢复、补推、换密钥、撤销", "webhooks"),
    "unit": Chapter(SETTING, "单位：查看，以及机构改革中的更名、合并、分设", "units"),
    "deputy": Chapter(SETTING, "代理：谁在什么期间代谁履行职责", "deputies"),
    "template": Chapter(SETTING, "文书用语：查看、修改、检查、曾用过哪些", "templates"),
    "policy": Chapter(SETTING, "督办规则：查看、检查、比较与授权", "policy"),
    "lifecycle": Chapter(SETTING, "流程表：历次版本，在办事项改用现行流程", "lifecycles"),
    "calendar": Chapter(SETTING, "工作日历：查看与载入放假通知", "calendar"),
}


class Contents(Group):
    """The root: it lists every command by its line, and fetches the one that is to run."""

    def __init__(self, **attributes: Any) -> None:
        lines: dict[str, Any] = {
            name: TyperCommand(name, help=chapter.help, rich_help_panel=chapter.panel)
            for name, chapter in CONTENTS.items()
        }
        super().__init__(**attributes, commands=lines)

    def meant(self, command: Any) -> Any:
        return fetched(command.name)


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
