"""When a session is over: nothing came for too long, or it has lasted too long; and the other ways to end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from states.vocabulary import Labelled


class Ending(Labelled):
    """Why a session is over."""

    SIGNED_OUT = "signed_out", "本人退出"
    IDLE = "idle", "长时间没有操作"
    EXPIRED = "expired", "已到最长时限"
    ROLES = "role_changed", "职责有变动"
    PASSWORD = "password_changed", "密码已更改"
    SECOND_FACTOR = "second_factor_changed", "动态码已更改"
    DISABLED = "disabled", "账号已停用"
    RESET = "reset", "账号已重置"
    UNLINKED = "unlinked", "统一身份认证的对应已更改"
    RESTORED = "restored", "数据库由备份恢复"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session may be idle, and how long it may last at all."""

    idle: timedelta
    absolute: timedelta


def over(opened_at: datetime, seen_at: datetime, at: datetime, limits: Limits) -> Ending | None:
    """Why a session is over at an instant; None while it goes on."""
    if at - opened_at >= limits.absolute:
        return Ending.EXPIRED
    return Ending.IDLE if at - seen_at >= limits.idle else None
