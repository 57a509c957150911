"""The tables of an audit report: what each lists, and its columns."""

from collections.abc import Mapping

from notifications.report import Column, Table

CASE, SEQ = Column("case", "事项", 8), Column("seq", "条", 3)
RECORDED = Column("recorded_at", "写入时间", 8)
ACTOR, FOR = Column("actor", "办理人", 7), Column("acting_for", "代何人", 7)
ACT = Column("act", "办理", 7)
REASON = Column("reason", "理由", 14)


RULES = "rules"
DEVIATIONS, DEPARTURES, DATING = "deviations", "departures", "dating"
PASSED, LATE, MAILS = "passed_over", "late", "undelivered"
CHANGES, READINGS = "changes", "readings"

NAMES: Mapping[str, str] = {
    RULES: "适用规则",
    DEVIATIONS: "不合流程",
    DEPARTURES: "例外情况",
    DATING: "补录与预记",
    PASSED: "越级与未发",
    LATE: "逾期",
    MAILS: "未能发出",
    CHANGES: "名录与设置变动",
    READINGS: "查看情况",
}
NOTES: Mapping[str, str] = {
    RULES: "本期内起作用的流程表、督办规则和工作日历，以及所核查的记载各依据哪一版。",
    DEVIATIONS: (
        "逐条对照事项当时所属版本的流程表：办理前后的环节、由谁办理、必填内容、办理条件；"
        "督办措施对照审批流程和该事项的督办规则。相符的只计数，不列。"
    ),
    DEPARTURES: (
        "由人更改、放宽或者偏离通常规则的每一次办理，及其理由和批准（办理）人；没有写理由的，注明“未记理由”。"
    ),
    DATING: "所述日期与写入之日不是同一办公日的记载。同日之内的先后属于正常，不列。",
    PASSED: "一次达到几级而只采取最高一级的，以及提请审批后未经批准即随事项变动撤回的督办措施。",
    LATE: "迟于期限的签收、方案、反馈、报结、协办和回复；至期末仍未办的，“实际”一栏为“期末未办”。",
    MAILS: "已不再重试的邮件和未能排版的文书。",
    CHANGES: "单位名录、人员、职责的变动，机构改革，以及系统设置的变动，如工作日志所记。",
    READINGS: "办理单位以外的人查看了几个事项、几次（同一事项一天只记一次）；只计数，逐次见工作日志。",
}
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    RULES: (
        Column("kind", "种类", 6),
        Column("title", "名称", 14),
        Column("version", "版本", 8),
        Column("hash", "哈希", 24),
        Column("since", "启用时间", 8),
        Column("entries", "核查条数", 5),
        Column("note", "说明", 10),
    ),
    DEVIATIONS: (
        CASE, SEQ, RECORDED, ACT, ACTOR, FOR, Column("what", "不符之处", 20),
        Column("rule", "依据", 10), Column("code", "代码", 8),
    ),
    DEPARTURES: (
        CASE, SEQ, RECORDED, Column("kind", "类别", 6), ACT, Column("what", "内容", 16), REASON,
        Column("actor", "批准（办理）人", 7), FOR, Column("joined", "同意、审核", 8),
    ),
    DATING: (
        CASE, SEQ, Column("kind", "性质", 4), ACT, Column("what", "所述日期", 5),
        Column("stated_on", "所述之日", 6), RECORDED, Column("days", "相差天数", 4), ACTOR, FOR, REASON,
    ),
    PASSED: (
        CASE, SEQ, RECORDED, Column("unit", "责任单位", 9), Column("step", "督办措施", 6),
        Column("kind", "情形", 7), Column("passed_over", "未采取的各级", 9),
        Column("reached_on", "达到日期", 6), REASON,
    ),
    LATE: (
        CASE, SEQ, Column("kind", "事由", 7), Column("unit", "责任单位", 9), Column("due_on", "期限", 6),
        Column("came_on", "实际", 6), Column("days", "逾期（日）", 4),
        Column("working_days", "逾期（工作日）", 4), ACTOR, FOR, REASON,
        Column("accepted_by", "认可（审核）", 8),
    ),
    MAILS: (
        CASE, SEQ, RECORDED, ACT, Column("number", "文号", 9), Column("what", "情况", 24),
    ),
    CHANGES: (SEQ, RECORDED, ACT, Column("what", "内容", 30), ACTOR),
    READINGS: (
        Column("reader", "查看人", 12), Column("cases", "事项（个）", 6), Column("readings", "查看（次）", 6),
        Column("first_on", "最早", 6), Column("last_on", "最晚", 6),
    ),
}  # fmt: skip
NO_REASON, WITHHELD = "未记理由", "已隐去"


def table(section: str, rows: list[tuple[str | int, ...]]) -> Table:
    """The table of a section with these rows."""
    return Table(NAMES[section], NOTES[section], COLUMNS[section], rows)
