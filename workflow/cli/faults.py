"""Every failure as a refusal: the last net of the command line.

Called by the root alone. What nobody foresaw becomes `internal`; its traceback is shown only to whoever asks
for it with `DUBAN_TRACEBACK=1`.
"""

import errno
import os
import traceback
from functools import singledispatch

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from typer import TyperException

from states.errors import Refusal
from workflow.cli import usage
from workflow.cli.hints import hinted
from workflow.errors import ConfigurationError, ProgramFault
from workflow.storage import guards
from workflow.storage.busy import is_transient

REASONS = {
    errno.ENOENT: "不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "所在磁盘只读",
    errno.EISDIR: "是文件夹",
    errno.ENOTDIR: "上级不是文件夹",
    errno.EEXIST: "已存在",
    errno.ENOSPC: "磁盘已满",
    errno.ENAMETOOLONG: "名称过长",
    errno.EADDRINUSE: "端口已被占用",
}
NOT_ALLOWED = frozenset({"42501", "25006"})
"""PostgreSQL: insufficient privilege, read-only transaction."""


@singledispatch
def refusal_of(error: Exception) -> Refusal:
    """The refusal a person is told, whatever the failure."""
    if os.environ.get("DUBAN_TRACEBACK") == "1":
        traceback.print_exception(error)
    return ProgramFault(
        f"程序内部出错（{type(error).__name__}），请设DUBAN_TRACEBACK=1重新执行，将所示详情交维护人员。"
    )


@refusal_of.register
def _(error: Refusal) -> Refusal:
    return hinted(error)


@refusal_of.register
def _(error: TyperException) -> Refusal:
    return usage.refusal_of(error)


@refusal_of.register
def _(error: OSError) -> Refusal:
    name = str(error.filename or "")[:200]
    what = f"文件或文件夹“{name}”无法读写" if name else "操作系统未能完成这一步"
    reason = REASONS.get(error.errno or 0, "原因不明")
    return Refusal(f"{what}：{reason}，请核对路径和权限。", code="file_unusable", name=name)


@refusal_of.register
def _(error: DBAPIError) -> Refusal:
    if is_transient(error):
        return Refusal("数据库正忙，本次未办理，请稍后重试。", code="database_busy")
    if guards.is_refusal(error):
        return _guarded()
    if getattr(error.orig, "sqlstate", None) in NOT_ALLOWED:
        return ConfigurationError(
            "当前的数据库角色无权这样做，本次未办理：审计角色只能查阅、核验、导出，升级须用所有者。"
            "请核对DUBAN_DATABASE_URL中的登录角色。",
            code="database_not_permitted",
        )
    kind = type(error.orig).__name__
    if isinstance(error, DataError | IntegrityError):
        message = f"数据库未接受这些内容（{kind}）：有一项过长，或与已有记载冲突，请核对后重试。"
        return Refusal(message, code="data_refused")
    return ConfigurationError(
        f"数据库无法使用（{kind}），请检查DUBAN_DATABASE_URL及数据库服务。", code="database_away"
    )


def _guarded() -> Refusal:
    return Refusal(
        "数据库拒绝了这次写入：历史记载只增不改，事项状态只能随记载一并改变。本次未办理；"
        "请用duban verify核查数据库，并将此事告知维护人员。",
        code="history_guarded",
    )
