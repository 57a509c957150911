"""Entering that a case is looked into, before anything of it is shown."""

from workflow.cli.opening import signature
from workflow.cli.output import notes
from workflow.services import readings
from workflow.services.office import Office

UNNOTED = "数据库只能读取（只读文件、备用库或审计角色），本次查看没有记入历史。"


def look_into(office: Office, *numbers: str, what: str, viewer: str | None = None) -> None:
    """Note the reading; of a database that can only be read it is said on standard error that it was not.

    Raises `ReadingRefused` where history cannot be written: then nothing may be shown.
    """
    if numbers and not readings.note(office, numbers, what, by=signature(viewer)):
        notes.print(UNNOTED, soft_wrap=True)
