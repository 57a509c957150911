"""What a verification came to, on the screen."""

from rich.text import Text

from workflow.cli.output import screen
from workflow.services.verification import Finding, Verification

SHOWN = 20


def say_verification(result: Verification) -> None:
    verdict, colour = (("未见篡改", "green"), ("发现篡改", "red"), ("无法判断", "yellow"))[result.exit_code]
    counts = f"：核验{result.cases}个事项、{result.entries}条记载"
    screen.print(Text.assemble((verdict, colour), counts))
    if result.anchored:
        screen.print(f"已锚定：与存于系统之外的{result.anchors}个检查点比对")
    else:
        screen.print("未锚定：尚无存于系统之外的检查点")
    _say_counts(result)
    _say_some([f"说明：{notice['message']}" for notice in result.notices], "条说明", "yellow")
    if result.first is not None:
        screen.print(f"最先的改动：{_told(result.first)}", style="red", soft_wrap=True)
    _say_some([_told(finding) for finding in result.findings], "处")


def _say_counts(result: Verification) -> None:
    if result.stamps:
        screen.print(f"时间戳：{result.stamps}个检查点的时间有外部机构证明")
    if result.unchecked_stamps:
        screen.print(f"未核时间戳：{result.unchecked_stamps}个；请用DUBAN_TSA_CERTIFICATE指明机构证书")
    if result.unsealed:
        screen.print(f"尚未封存：{result.unsealed}条")
    if result.unkeyed:
        told = f"{result.unkeyed}条记载所用的密钥不在密钥文件中，无法判断是否由本系统写入；请取回原密钥再核验"
        screen.print(told, style="yellow", soft_wrap=True)


def _say_some(lines: list[str], unit: str, style: str = "") -> None:
    """The first of them, and how many are left."""
    for line in lines[:SHOWN]:
        screen.print(f"  {line}", style=style, soft_wrap=True)
    if len(lines) > SHOWN:
        screen.print(f"  其余{len(lines) - SHOWN}{unit}见--json")


def _told(finding: Finding) -> str:
    """Where, what, and its code."""
    case = "办公室日志" if finding.get("case") == "office" else finding.get("case", "")
    seq = f"第{finding['seq']}条" if "seq" in finding else ""
    position = f"（总账第{finding['position']}位）" if "position" in finding else ""
    return f"{case}{seq}{position} {finding['message']}（{finding['code']}）".strip()
