"""What the journal's entries about items from elsewhere say, and what each was about."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

OF_ITEMS = {
    "intake_received": "收到来件",
    "intake_supplemented": "来件收到补充",
    "intake_registered": "来件登记为新事项",
    "intake_joined": "来件并入已有事项",
    "intake_returned": "来件退回来源",
    "intake_noted": "已阅来件的补充",
    "intake_redacted": "隐去来件的文字",
}
OF_SOURCES = {
    "intake_callback_set": "设置来源的回告地址",
    "intake_callback_proposed": "提请来源的回告地址",
    "intake_callback_confirmed": "核准来源的回告地址",
    "intake_callback_declined": "不予核准来源的回告地址",
    "intake_callback_ended": "停止回告来源",
}
SENTENCES = {
    **OF_ITEMS,
    **OF_SOURCES,
    "intake_applicants_forgotten": "删去已办结来件的申请人信息",
    "minutes_opened": "由会议纪要、批示的文字开为拟办",
}


def _item(details: Mapping[str, Any], _: Mapping[str, str]) -> Iterator[str]:
    yield details["source"]
    yield f"编号{details['external_id']}"
    yield details.get("case") or ""
    yield details.get("reason", "")  # people's words, which lie beside the entry


def _source(details: Mapping[str, Any], _: Mapping[str, str]) -> Iterator[str]:
    yield details["source"]
    yield details.get("reason", "")


def _forgotten(details: Mapping[str, Any], _: Mapping[str, str]) -> Iterator[str]:
    yield f"{details['count']}件"


def _opened(details: Mapping[str, Any], _: Mapping[str, str]) -> Iterator[str]:
    yield "、".join(details["cases"])


ABOUT: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, str]], Iterator[str]]] = {
    **dict.fromkeys(OF_ITEMS, _item),
    **dict.fromkeys(OF_SOURCES, _source),
    "intake_applicants_forgotten": _forgotten,
    "minutes_opened": _opened,
}
