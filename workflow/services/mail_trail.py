"""What became of a mail in words: how often it was tried, and what the relay's answer means.

The answer itself is the relay's own, in whatever language it speaks, and is told to officers beside this.
"""

from collections.abc import Mapping
from typing import Any

from states.delivery import ENTRIES

BY_SUBJECT: Mapping[str, str] = {
    "1.1": "收件地址不存在",
    "1.2": "收件单位的邮件域不存在",
    "1.3": "收件地址写法有误",
    "1.6": "收件地址已经迁移",
    "1.10": "收件单位声明不收邮件",
    "2.1": "收件邮箱已停用",
    "2.2": "收件邮箱已满",
    "2.3": "邮件超过收件邮箱的大小限制",
    "3.4": "邮件超过对方服务器的大小限制",
    "4.1": "对方服务器没有应答",
    "4.2": "与对方服务器的连接中断",
    "4.7": "超过投递时限",
}
"""What an enhanced code says, without its class (RFC 3463; RFC 7505 for 1.10)."""
BY_KIND: Mapping[str, str] = {
    "1": "收件地址有问题",
    "2": "收件邮箱有问题",
    "3": "邮件服务器有故障",
    "4": "网络或路由有问题",
    "5": "与邮件服务器的通信有问题",
    "6": "对方服务器不接受邮件的格式",
    "7": "对方服务器按其收信规则拒收",
}
BY_STAGE: Mapping[str, str] = {
    "connect": "连接不上邮件服务器",
    "tls": "与邮件服务器的加密连接没有建立",
    "login": "邮件服务器不接受本系统的账号",
    "mail": "邮件服务器不接受发件地址",
    "rcpt": "邮件服务器不接受收件地址",
    "data": "邮件服务器不接受邮件内容",
    "end": "邮件交出后没有等到答复",
}
TAKEN = "accepted"


def about_mail(kind: str, details: Mapping[str, Any]) -> str:
    """（第3次尝试，收件邮箱已满）; nothing of a mail that was taken at once."""
    if kind not in ENTRIES:
        return ""
    attempt, reason = details.get("attempt") or 0, _reason(details)
    told = [f"第{attempt}次尝试"] if attempt > 1 else []
    told += [reason] if reason else []
    return f"（{'，'.join(told)}）" if told else ""


def _reason(details: Mapping[str, Any]) -> str:
    if details.get("outcome", TAKEN) == TAKEN and "bounce" not in details:
        return ""
    _, _, status = str(details.get("enhanced") or "").partition(".")
    known = BY_SUBJECT.get(status) or BY_KIND.get(status.partition(".")[0])
    return known or BY_STAGE.get(str(details.get("stage")), "")
