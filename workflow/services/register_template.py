"""An empty register to be filled in: the columns an import knows, with what to write, and units to choose."""

from datetime import datetime
from pathlib import Path

from states.office_time import office_day
from states.register.headers import REGISTER_NAMES
from states.vocabulary import Complexity
from workflow.placing import beside, check_place
from workflow.placing import put as put_in_place
from workflow.services.office import Office
from workflow.storage import queries
from workflow.storage.session import reading
from workflow.workbooks.blank import Blank, write_blank

NOTES = {
    "number": ("已有编号的照填，如滨督2026-063；空着的由系统挂号。", 10),
    "source": ("如：书记批示件、市政府常务会议、市长信箱。", 12),
    "basis": ("批示、会议的日期和文号，如：顾砚清同志3月2日批示。", 18),
    "title": ("必填。一行一个事项，如：海安路断头路打通。", 30),
    "requirement": ("写明可以衡量的目标，如：12月15日前全线通车。", 24),
    "complexity": ("从下拉中选：一般、复杂、特别复杂。", 8),
    "accountable_leader": ("包保领导的姓名。", 8),
    "lead_unit": ("必填，只能一个；从下拉中选，或填名录中的全称、简称。", 14),
    "co_units": ("可填多个，用顿号隔开，如：市水务局、市公安局。", 18),
    "contact_name": ("承办人的姓名。", 8),
    "contact_phone": ("承办人的电话。", 12),
    "dispatched_on": ("日期，如2026-03-02。", 10),
    "due_on": ("日期，如2026-12-15；没有期限的写“长期坚持”。", 10),
    "extended_to": ("批准延期的，写延期到哪一天。", 10),
    "progress": ("目前进展。", 30),
    "difficulty": ("存在困难和需要协调的事项。", 20),
    "completion_rate": ("百分比，如55%。", 7),
    "closed": ("已销号的填“是”，否则填“否”或空着。", 7),
    "closed_on": ("销号的日期。", 10),
    "remark": ("", 14),
}
"""By field: what to write in a column, and its width in Chinese characters."""

DAYS = ("dispatched_on", "due_on", "extended_to", "closed_on")


def put(office: Office, file: Path, *, at: datetime, force: bool = False) -> None:
    """Put an empty register at a place. Raises `FileRefused` (`export_folder`, `export_exists`)."""
    check_place(file, force=force)
    with beside(file) as waiting:
        write(office, waiting, at=at)
        put_in_place(waiting, file, force=force)


def write(office: Office, file: Path, *, at: datetime) -> None:
    """Write an empty register into a file, with the units there are on the day."""
    day = office_day(at)
    with reading(office.engine) as tx:
        units = [row.name for row in queries.units(tx) if row.valid_to is None or row.valid_to >= day]
    columns = tuple(
        Blank(
            REGISTER_NAMES[field][0], note, width, is_day=field in DAYS,
            choices={"lead_unit": units, "complexity": [one.label for one in Complexity]}.get(field, ()),
        )
        for field, (note, width) in NOTES.items()
    )  # fmt: skip
    write_blank(file, "督办台账", columns, made_at=at)
