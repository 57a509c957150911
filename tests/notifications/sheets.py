"""Papers made for one purpose each: wording of their own, and no facts but those the test hands in."""

from typing import Any

from notifications.document import Document
from notifications.stationery import Stationery
from notifications.wording import compose

FORM = """\
@版式 表单
@标题 销号申请（审批）表
@文号 滨督销〔2026〕7号
@标识 内部
@格 事项名称|老旧小区消防通道堵塞整治
@格 事项编号|滨督2026-031|牵头单位|市住房和城乡建设局
@格 交办日期|2026年8月31日|办结期限|2026年10月30日|延期次数|1次
@大格 办理情况|4|47处堵点全部打通。
@续 建立了巡查制度。
@栏 序号|佐证材料|说明
@项 1|现场照片|整治前后各47张
@项 2|验收单|市消防救援支队签章
@意见 牵头单位意见|3|同意申请销号。|甲某|2026年11月12日
@意见 督查室意见|3

本表一式两份。
"""
UPWARD = """\
@版式 文件
@标志 滨海市人民政府督查室文件
@份号 000012
@标识 工作秘密
@紧急程度 特急
@文号 滨督〔2026〕3号
@签发人 甲某某
@签发人 乙某某
@标题 关于老旧小区消防通道堵塞|整治情况的报告
@主送 市人民政府

现将有关情况报告如下。
@署名 滨海市人民政府督查室
@日期 2026年11月17日
@抄送 市政府办公室
@印发 滨海市人民政府督查室|2026年11月18日
"""


def composed(notice: str, facts: dict[str, Any] | None = None, *, draft: bool = False) -> Document:
    """The paper this wording makes."""
    return compose(Stationery("any", notice), facts or {}, draft=draft)
