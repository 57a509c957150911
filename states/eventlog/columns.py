"""The closed list of what is told of an entry, in every form alike."""

from dataclasses import dataclass
from enum import StrEnum

LEFT_OUT = (
    "人员以本次导出的化名代替；未导出姓名、电话、地址、本人文字、事项名称和来源依据、附件名称、记载的哈希。"
    "办公室日志不在其内。"
)
"""What every file says of itself: who is in it under a pseudonym, and what is not in it at all."""


class Kind(StrEnum):
    """The type of a value, by the name OCEL 2.0 gives it."""

    TEXT = "string"
    TIME = "time"
    WHOLE = "integer"
    YES_NO = "boolean"


@dataclass(frozen=True, slots=True)
class Column:
    """One thing told of an entry: its name, which is stable, its type, and what it means."""

    name: str
    kind: Kind
    meaning: str


COLUMNS = (
    Column("case", Kind.TEXT, "事项编号"),
    Column("seq", Kind.WHOLE, "记载在事项历史中的序号，自1起"),
    Column("activity", Kind.TEXT, "记载的种类，如acknowledged"),
    Column("label", Kind.TEXT, "种类的中文名称，如签收"),
    Column("occurred_at", Kind.TIME, "何时发生（协调世界时）"),
    Column("recorded_at", Kind.TIME, "何时写入系统（协调世界时）"),
    Column("person", Kind.TEXT, "何人办理（化名）；系统所为的为空"),
    Column("acting_for", Kind.TEXT, "代何人办理（化名）"),
    Column("actor_kind", Kind.TEXT, "人员human或系统system"),
    Column("state_before", Kind.TEXT, "办理前环节"),
    Column("state_after", Kind.TEXT, "办理后环节"),
    Column("state_label", Kind.TEXT, "办理后环节的中文名称"),
    Column("lead_unit", Kind.TEXT, "其时牵头单位的编码"),
    Column("lead_unit_name", Kind.TEXT, "牵头单位的名称"),
    Column("due_on", Kind.TEXT, "其时的办结期限（日期）"),
    Column("escalation", Kind.TEXT, "所涉督办措施"),
    Column("step", Kind.TEXT, "督办措施的级别，如reminder"),
    Column("document", Kind.TEXT, "所涉文书"),
    Column("document_number", Kind.TEXT, "文书的发文字号"),
    Column("working_minutes_since_former", Kind.WHOLE, "距上一条记载的工作分钟"),
    Column("working_days_since_former", Kind.WHOLE, "距上一条记载的工作日，首日不计"),
    Column("working_minutes_since_assignment", Kind.WHOLE, "距交办的工作分钟"),
    Column("working_days_since_assignment", Kind.WHOLE, "距交办的工作日，首日不计"),
    Column("provisional", Kind.YES_NO, "时长是否涉及尚未公布放假安排的年份"),
)
