"""What a verification came to, on the screen."""

from rich.text import Text

from workflow.cli.output import screen
from workflow.services.verification import Verification

SHOWN_FINDINGS = 20


def say_verification(result: Verification) -> None:
    verdict, colour = (("未见篡改", "green"), ("发现篡改", "red"), ("无法判断", "yellow"))[result.exit_code]
    counts = f"：核验{result.cases}个事项、{result.entries}条记载"
    screen.print(Text.assemble((verdict, colour), counts))
    if result.anchored:
        screen.print(f"已锚定：与存于系统之外的{result.anchors}个检查点比对")
    else:
        screen.print("未锚定：尚无存于系统之外的检查点")
    if result.stamps:
        screen.print(f"时间戳：{result.stamps}个检查点的时间有外部机构证明")
    if result.unchecked_stamps:
        screen.print(f"未核时间戳：{result.unchecked_stamps}个；请用DUBAN_TSA_CERTIFICATE指明机构证书")
    if result.unsealed:
        screen.print(f"尚未封存：{result.unsealed}条")
    for notice in result.notices[:SHOWN_FINDINGS]:
        screen.print(f"  说明：{notice['message']}", style="yellow", soft_wrap=True)
    if len(result.notices) > SHOWN_FINDINGS:
        screen.print(f"  其余{len(result.notices) - SHOWN_FINDINGS}条说明见--json")
    for finding in result.findings[:SHOWN_FINDINGS]:
        screen.print(f"  {finding.get('case', '')} {finding['message']}", soft_wrap=True)
