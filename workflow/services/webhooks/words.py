"""What the journal's entries about webhooks say, and what each was about."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

SENTENCES = {
    "webhook_made": "设立事件推送",
    "webhook_proposed": "提请事件推送",
    "webhook_confirmed": "核准事件推送",
    "webhook_declined": "不予核准事件推送",
    "webhook_tried": "试推事件",
    "webhook_rotated": "更换事件推送的签名密钥",
    "webhook_paused": "暂停事件推送",
    "webhook_resumed": "恢复事件推送",
    "webhook_repeated": "补推事件",
    "webhook_revoked": "撤销事件推送",
    "webhook_stopped": "事件推送停止",
}
STOPPED_FOR = {"gone": "接收方不再接收", "failing": "连续多日未能送达"}


def _webhook(details: Mapping[str, Any], _: Mapping[str, str]) -> Iterator[str]:
    yield f"“{details['name']}”"
    yield STOPPED_FOR.get(details.get("because", ""), "")
    yield f"{details['count']}件" if "count" in details else ""
    yield details.get("reason", "")  # people's words, which lie beside the entry


ABOUT: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, str]], Iterator[str]]] = dict.fromkeys(
    SENTENCES, _webhook
)
