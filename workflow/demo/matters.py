"""A score of invented matters and how each goes: who acts when, counted in working days from dispatch.

City, units, people and matters are invented; the commands are those of the lifecycle table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from states.deadlines import Limit
from states.nodes.planning import Step
from states.vocabulary import LimitUnit

DIRECTOR, OFFICER, CLERK, ARCHIVIST = "卞知远", "吕喆", "佟靖言", "柏乐山"
UNIT, UNIT_HEAD = "unit", "unit_head"
"""Stand for the liaison and the principal of whichever unit leads the matter by then."""

EVIDENCE = "evidence"
"""A particular the player fills with a file it writes."""


@dataclass(frozen=True, slots=True)
class Beat:
    """One act of a story: so many working days after dispatch, by whom, which command."""

    after: int
    by: str
    command: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter as it is opened and dispatched on a day, and the story that follows.

    One without a lead unit is not dispatched.
    """

    opened: date
    title: str
    requirement: str
    lead: str
    complexity: str
    story: tuple[Beat, ...]
    source: str = "现场检查即时交办"
    co_units: tuple[str, ...] = ()


def _start(day: int = 1, **dates: int) -> tuple[Beat, ...]:
    plan = {"plan": "专班推进，逐日调度，逐点验收", **dates}
    return (Beat(day, UNIT, "acknowledge"), Beat(day + 1, UNIT, "begin", plan))


def _finish(day: int, result: str, *, closed_after: int = 1) -> tuple[Beat, ...]:
    return (
        Beat(day, UNIT, "report_completion", {"result": result, EVIDENCE: "办理情况报告"}),
        Beat(
            day + closed_after,
            DIRECTOR,
            "close_out",
            {"verification": "现场核查属实，群众认可", EVIDENCE: "核查记录"},
        ),
    )


def _progress(day: int, words: str, rate: int) -> Beat:
    return Beat(day, UNIT, "report_progress", {"progress": words, "completion_rate": rate})


def _planned(day: int, *steps: Step) -> Beat:
    return Beat(day, UNIT, "plan_nodes", {"nodes": steps})


def _reached(day: int, node: int) -> Beat:
    return Beat(day, UNIT, "reach_node", {"node": node})


ARCHIVED = (Beat(30, ARCHIVIST, "archive"),)
PROMPT = (*_start(), *_finish(4, "已全部整改到位"))
STEADY = (*_start(), _progress(8, "完成过半，其余按计划推进", 55), *_finish(15, "任务全部完成，达到销号标准"))
LATE = (*_start(2), _progress(6, "施工单位进场晚于计划", 40), *_finish(9, "已补齐进度并完成", closed_after=2))
ASKED = (*_start(2), _progress(5, "产权单位未达成一致", 30), *_finish(22, "经协调全部完成", closed_after=2))
SILENT = _start(2)
EXTENDED = (
    *_start(),
    Beat(12, UNIT, "request_extension", {"due_on": 30, "reason": "连续降雨，室外作业停工九天"}),
    Beat(12, UNIT_HEAD, "consent_extension"),
    Beat(13, OFFICER, "review_extension", {"opinion": "降雨记录属实，建议同意"}),
    Beat(13, DIRECTOR, "grant_extension", {"opinion": "情况属实，同意延期，原期限继续记载"}),
    *_finish(30, "延期内完成"),
)
REWORKED = (
    *_start(),
    Beat(9, UNIT, "report_completion", {"result": "已完成", EVIDENCE: "办理情况报告"}),
    Beat(11, OFFICER, "return_for_rework", {"reason": "抽查三处有两处未达标准"}),
    *_finish(16, "返工后全部达标"),
)
SUSPENDED = (
    *_start(due_on=45),
    Beat(6, DIRECTOR, "suspend", {"reason": "待上级规划批复", "review_on": 40, EVIDENCE: "请示件"}),
    Beat(18, DIRECTOR, "resume", {"reason": "批复已下达"}),
    *_finish(26, "按批复实施完成"),
)
WAITING = (
    *_start(),
    Beat(5, DIRECTOR, "suspend", {"reason": "土地权属诉讼未结", "review_on": 60, EVIDENCE: "应诉通知书"}),
)
PLEADING = (
    *_start(),
    Beat(4, UNIT, "request_extension", {"due_on": 12, "reason": "定制管件到货晚于约定"}),
)
LAYING = (
    *_start(),
    _planned(
        3,
        Step(title="完成管网普查", working_days=4, weight=20),
        Step(title="主干管检修", working_days=6, weight=50, after=(1,)),
        Step(title="换热站联调", working_days=4, weight=20, after=(2,)),
        Step(title="冷态试运行", working_days=2, weight=10, after=(3,)),
    ),
    Beat(
        3,
        DIRECTOR,
        "add_task",
        {"unit": "市能源热力集团", "task_title": "提供主干管阀门井台账", "due_on": 21},
    ),
    _reached(9, 1),
    _progress(11, "主干管检修过半，两处阀门井配件未到", 45),
)
"""Behind its milestones, before its date; a co-unit has its part in it."""

LIGHTING = (
    *_start(),
    _planned(
        2,
        Step(title="完成照明排查", working_days=2, weight=40),
        Step(title="更换灯具并验收", working_days=2, weight=60, after=(1,)),
    ),
    _reached(4, 1),
)
OBJECTED = (
    Beat(1, UNIT, "object", {"reason": "该路段已移交交通部门养护，不属我单位职责"}),
    Beat(3, DIRECTOR, "assign", {"lead_unit": "市交通运输局"}),
    Beat(4, UNIT, "acknowledge"),
    Beat(5, UNIT, "begin", {"plan": "当周排查，两周修复"}),
    *_finish(9, "修复完成，恢复通行"),
)
WITHDRAWN = (*_start(), Beat(4, DIRECTOR, "withdraw", {"reason": "与年度攻坚项目内容重复，并入该项目调度"}))
RELAPSED = (
    *_start(),
    *_finish(4, "占道经营已清理"),
    Beat(
        19,
        OFFICER,
        "follow_up",
        {
            "method": "on_site",
            "finding": "relapsed",
            "verification": "夜市收摊后仍有五处占道经营",
            "evidence_after": "回头看现场照片",
        },
    ),
    Beat(20, DIRECTOR, "reopen", {"reason": "回头看发现反弹", "limit": Limit(LimitUnit.WEEKS, 2)}),
    *_finish(26, "落实定人定岗，复查三次未反弹"),
)

MATTERS = (
    Matter(
        date(2026, 7, 1),
        "望海街道盲道破损影响通行",
        "破损盲道全部修复，连续十日无新增占压",
        "市城市管理局",
        "ordinary",
        (*PROMPT, *ARCHIVED),
    ),
    Matter(
        date(2026, 7, 2),
        "银滩公交首末站无遮雨设施",
        "两处首末站建成候车亭并投入使用",
        "市交通运输局",
        "complex",
        STEADY,
    ),
    Matter(
        date(2026, 7, 3),
        "石桥农贸市场污水外溢",
        "污水管网接通，连续两周水质检测合格",
        "市水务局",
        "ordinary",
        SILENT,
        co_units=("北桥区人民政府",),
    ),
    Matter(
        date(2026, 7, 8),
        "企业开办“一件事”跨部门流转超时",
        "全流程不超过一个工作日，超时清零",
        "市行政审批局",
        "complex",
        REWORKED,
        source="企业走访问题",
    ),
    Matter(
        date(2026, 7, 13),
        "灯塔街道校门口护学岗空缺",
        "七所学校护学岗排班到位，上下学时段在岗率100%",
        "市公安局交警支队",
        "ordinary",
        PROMPT,
        source="诉求平台转办件",
    ),
    Matter(
        date(2026, 7, 20),
        "滨海大道一期绿化养护欠费",
        "欠费清零并建立按季拨付台账",
        "市财政局",
        "complex",
        LATE,
    ),
    Matter(
        date(2026, 7, 23),
        "岭下街道道路塌陷修复",
        "塌陷处修复并完成管线排查",
        "市城市管理局",
        "ordinary",
        OBJECTED,
    ),
    Matter(
        date(2026, 8, 3),
        "养老助餐点食品留样不规范",
        "四十二个助餐点留样全部合格",
        "市民政局",
        "ordinary",
        RELAPSED,
        source="民生实事",
        co_units=("市市场监督管理局",),
    ),
    Matter(
        date(2026, 8, 5),
        "老旧小区飞线充电隐患",
        "排查整治三百个单元，建成充电位一千二百个",
        "市住房城乡建设局",
        "complex",
        EXTENDED,
        co_units=("东港区人民政府", "西岭区人民政府"),
    ),
    Matter(
        date(2026, 8, 10),
        "渔港环境卫生脏乱",
        "建立日清制度，连续四周暗访达标",
        "市农业农村局",
        "ordinary",
        ASKED,
    ),
    Matter(
        date(2026, 8, 17),
        "医保异地结算窗口排队过长",
        "高峰等候不超过十五分钟",
        "市卫生健康委",
        "ordinary",
        PROMPT,
        source="诉求平台转办件",
    ),
    Matter(
        date(2026, 8, 24),
        "园区雨污分流改造",
        "六点三公里管网完成改造并通过闭水试验",
        "市水务局",
        "very_complex",
        SUSPENDED,
        source="市政府常务会议",
    ),
    Matter(
        date(2026, 9, 1),
        "新学期学校食堂明厨亮灶",
        "一百一十八所学校食堂视频接入并正常运行",
        "市教育局",
        "complex",
        STEADY,
        source="民生实事",
        co_units=("市市场监督管理局",),
    ),
    Matter(
        date(2026, 9, 7),
        "中屿旧厂房消防通道堵塞",
        "通道全部打通，验收合格",
        "中屿区人民政府",
        "ordinary",
        SILENT,
    ),
    Matter(
        date(2026, 9, 14),
        "人才公寓电梯停运",
        "三部电梯恢复运行并落实维保",
        "市人力资源社会保障局",
        "ordinary",
        LATE,
        source="诉求平台转办件",
    ),
    Matter(
        date(2026, 9, 22),
        "统计数据报送口径不一",
        "四类指标统一口径并发布操作手册",
        "市统计局",
        "complex",
        WITHDRAWN,
        source="市委常委会会议",
    ),
    Matter(
        date(2026, 10, 9),
        "国庆假期景区停车秩序混乱",
        "新增临时车位八百个，发布分流方案",
        "市文化和旅游局",
        "ordinary",
        ASKED,
    ),
    Matter(
        date(2026, 10, 9),
        "高新区人才驿站未按期开放",
        "两处驿站开放，床位不少于一百二十张",
        "高新区管委会",
        "ordinary",
        SILENT,
    ),
    Matter(
        date(2026, 10, 15),
        "高新区企业用地证照办理滞后",
        "积压七十三宗全部办结",
        "市自然资源和规划局",
        "complex",
        WAITING,
        source="企业走访问题",
    ),
    Matter(
        date(2026, 10, 26),
        "冬季供暖前管网检修",
        "检修一百六十公里，隐患清零",
        "市城市管理局",
        "complex",
        LAYING,
        source="民生实事",
        co_units=("市能源热力集团",),
    ),
    Matter(
        date(2026, 11, 4),
        "西岭区泵站备用电源失效",
        "备用电源恢复，试运行合格",
        "西岭区人民政府",
        "ordinary",
        SILENT,
    ),
    Matter(
        date(2026, 11, 4),
        "北桥区背街小巷路灯不亮",
        "二十六条小巷亮灯率达到98%",
        "北桥区人民政府",
        "ordinary",
        SILENT,
    ),
    Matter(
        date(2026, 11, 9), "人行天桥照明缺失", "十四座天桥照明全部恢复", "市城市管理局", "ordinary", LIGHTING
    ),
    Matter(
        date(2026, 11, 12),
        "滨河步道护栏松动",
        "松动护栏全部加固，验收合格",
        "市城市管理局",
        "ordinary",
        (
            *_start(),
            Beat(5, UNIT, "report_completion", {"result": "护栏已全部加固", EVIDENCE: "办理情况报告"}),
        ),
        source="诉求平台转办件",
    ),
    Matter(
        date(2026, 11, 13),
        "港口街公厕改造滞后",
        "三座公厕改造完成并开放",
        "市城市管理局",
        "ordinary",
        PLEADING,
    ),
    Matter(
        date(2026, 11, 16),
        "市民热线高频诉求化解",
        "前十类高频诉求逐类出台解决办法",
        "市信访局",
        "complex",
        (Beat(1, UNIT, "acknowledge"),),
        source="诉求平台转办件",
    ),
    Matter(
        date(2026, 11, 19),
        "校园周边流动摊点噪声扰民",
        "六所学校周边摊点规范入市",
        "市城市管理局",
        "ordinary",
        (),
        source="民生实事",
    ),
    Matter(
        date(2026, 11, 20),
        "海港大道积水点整治",
        "三处积水点改造完成，小时雨量五十毫米不积水",
        "",
        "complex",
        (),
        source="市政府常务会议",
    ),
)
