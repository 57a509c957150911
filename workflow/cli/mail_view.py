"""The outbox on a screen."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from rich.table import Table

from states.office_time import office_day, office_minute
from workflow.cli.document_view import not_laid_out
from workflow.cli.output import screen
from workflow.cli.tables import table

SHOWN = 8
"""So many characters of an id, which tell it as a rule."""


def say_list(messages: list[dict[str, Any]], total: int) -> None:
    """A row for each message; where not all are shown, of how many."""
    shown = f"显示{len(messages)}封，共{total}封" if len(messages) < total else f"{total}封"
    made = table(f"待发箱（{shown}）", ("编号", "事项", "文号", "收件人", "状态", "次数", "服务器答复"))
    for one in messages:
        paper = one["document"] or one["kind_label"]
        made.add_row(
            one["id"][:SHOWN],
            one["case"] or "—",
            paper,
            one["recipient"],
            _standing(one),
            str(one["attempts"]),
            one["answer"] or "",
        )
    screen.print(made)


def say_message(message: dict[str, Any]) -> None:
    """One message, and every attempt at it."""
    screen.print(_particulars(message))


def say_run(report: dict[str, Any], *, allowed: bool) -> None:
    """What a run of the sender did, and what stands in its way."""
    words = f"排版{report['rendered']}件，发出{report['sent']}封，待重试{report['deferred']}封，"
    words += f"失败{report['failed']}封，仍待发{report['waiting']}封，无处可发{report['undelivered']}件"
    words += f"，未能排版{len(report['unrenderable'])}件" if report["unrenderable"] else ""
    screen.print(words, soft_wrap=True)
    for one in report["unrenderable"]:
        screen.print(f"{one['document']}{not_laid_out(one)}", soft_wrap=True)
    if (relay := report["relay"]) is not None:
        screen.print(f"{relay['message']} ({relay['code']})", soft_wrap=True)
    if not allowed:
        screen.print("未设置允许的收件域（DUBAN_MAIL_ALLOW），邮件只进待发箱，不会发出。", soft_wrap=True)


def say_bounces(report: dict[str, Any]) -> None:
    """What a mail that came back was about."""
    words = f"登记退信{report['bounced']}封，未能对应到邮件{report['unknown']}封"
    others = sum(report["others"].values())
    screen.print(f"{words}，其他来信{others}封（不作退信）" if others else words, soft_wrap=True)


def say_address(address: dict[str, Any]) -> None:
    """An address that was silenced, or is written to again."""
    if address["lifted_at"]:
        screen.print(f"已恢复{address['address']}，放行邮件{len(address['released'])}封", soft_wrap=True)
        return
    until = f"至{_end(address['until'])}" if address["until"] else "长期"
    screen.print(f"已停用{address['address']}（{until}）：{address['told']}", soft_wrap=True)


def say_addresses(found: list[dict[str, Any]]) -> None:
    """A row for each address that was ever silenced."""
    made = table(f"停用过的收件地址（{len(found)}个）", ("地址", "现状", "起", "止", "理由"))
    for one in found:
        ends = one["lifted_at"] or one["until"]
        standing = "停用中" if one["in_force"] else "已恢复"
        made.add_row(
            one["address"], standing, _minute(one["since"]), _end(ends) if ends else "长期", one["told"]
        )
    screen.print(made)


def _particulars(message: dict[str, Any]) -> Table:
    made = table(f"邮件 {message['id']}", ("项目", "内容"))
    for name, value in _told(message):
        made.add_row(name, value)
    return made


def _told(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "状态", _standing(message)
    yield "事项", message["case"] or "—"
    yield "文书", message["document"] or message["kind_label"]
    yield "收件人", f"{message['recipient_name']} {message['recipient']}"
    yield "Message-ID", message["message_id"]
    yield "写成", _minute(message["dated"])
    named = (("下次尝试", "next_attempt_at"), ("发出", "sent_at"))
    yield from ((label, _minute(message[name])) for label, name in named if message[name])
    yield from ((label, message[name]) for label, name in (("改发自", "redirected_from"),) if message[name])
    for one in message.get("attempts_told", ()):
        yield _minute(one["at"]), "；".join(filter(None, (one["told"], one["answer"], one["reason"])))


def _standing(message: dict[str, Any]) -> str:
    held = message["held_for_label"]
    return f"{message['state_label']}（{held}）" if held else str(message["state_label"])


def _end(instant: str) -> str:
    """An end to the minute; midnight is the 24:00 of the day it ends."""
    at = datetime.fromisoformat(instant)
    minute = office_minute(at)
    return f"{office_day(at) - timedelta(days=1)} 24:00" if minute.endswith(" 00:00") else minute


def _minute(instant: str) -> str:
    return office_minute(datetime.fromisoformat(instant))
