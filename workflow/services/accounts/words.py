"""What the journal's entries about accounts say, and what each was about."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from states.accounts.admission import Purpose
from states.accounts.scopes import Scope
from states.accounts.sessions import Ending
from states.office_time import office_minute

SENTENCES = {
    "account_added": "建立账号并发出邀请",
    "invited": "重新发出邀请",
    "invitation_accepted": "凭邀请设置密码",
    "signed_in": "登录",
    "sign_in_failed": "登录失败",
    "proof_failed": "登录后重新验证本人失败",
    "account_locked": "连续登录失败，暂时锁定账号",
    "device_locked": "连续登录失败，一个登录过的浏览器暂按没有登录过的对待",
    "account_unlocked": "解除账号锁定",
    "address_stopped": "登录失败过多，暂停受理一个网络地址的登录",
    "session_ended": "退出登录",
    "password_changed": "更改密码",
    "second_factor_enrolled": "启用动态码",
    "second_factor_dropped": "停用动态码",
    "account_disabled": "停用账号",
    "account_enabled": "恢复账号",
    "account_linked": "对应统一身份认证账号",
    "account_unlinked": "解除统一身份认证账号的对应",
    "account_reset": "重置账号并发出邀请",
    "link_offered": "提请对应统一身份认证账号",
    "link_admitted": "核准对应统一身份认证账号",
    "link_declined": "不予核准对应统一身份认证账号",
    "enabling_offered": "提请恢复账号",
    "enabling_admitted": "核准恢复账号",
    "enabling_declined": "不予核准恢复账号",
    "invitation_admitted": "核准邀请，发出核对码",
    "invitation_declined": "不予核准邀请，邀请作废",
    "invitation_withdrawn": "核对码连续输错，邀请作废",
    "token_made": "申领接口令牌",
    "token_revoked": "撤销接口令牌",
    "token_tries_stopped": "无效令牌过多，暂停受理一个网络地址的接口请求",
    "machine_proposed": "提请系统接口令牌",
    "machine_made": "设立系统接口令牌",
    "machine_confirmed": "核准系统接口令牌",
    "machine_declined": "不予核准系统接口令牌",
    "feed_made": "生成日历订阅地址",
    "feed_revoked": "停用日历订阅地址",
    "feed_address_stopped": "日历订阅地址试错过多，暂停受理一个网络地址",
}

DEALINGS = (
    "account_added",
    "invited",
    "account_disabled",
    "account_enabled",
    "account_linked",
    "account_unlinked",
    "account_reset",
    "account_unlocked",
    "link_offered",
    "enabling_offered",
)
"""What is done to somebody else's account."""

ADMISSIONS = (
    "link_admitted",
    "link_declined",
    "enabling_admitted",
    "enabling_declined",
    "invitation_admitted",
    "invitation_declined",
)
"""What becomes of that where it has to be admitted."""

TOKENS = (
    "token_made",
    "token_revoked",
    "machine_proposed",
    "machine_made",
    "machine_confirmed",
    "machine_declined",
)

SHOWN, UNITS_TOLD = 12, 5
SUBJECT_SHOWN = 33
"""Of the hash of a name at the provider: its key's name and 64 bits, enough to hold a name against."""

WRONG = {
    "unknown": "没有这个登录名",
    "password": "密码不对",
    "code": "动态码不对或未填",
    "code_used": "动态码已经用过",
    "disabled": "账号已停用",
    "locked": "账号在锁定期内",
    "changed": "账号刚被改动",
    "subject": "统一身份认证的账号在本系统没有对应的人员",
    "token": "统一身份认证的应答不能核实",
}


def _person(details: Mapping[str, Any], names: Mapping[str, str]) -> str:
    person = details.get("person", "")
    return names.get(person, person)


def _account(details: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    yield _person(details, names)
    yield Purpose(details["what"]).label if "what" in details else ""
    yield f"登录名{details['login']}" if "login" in details else ""
    yield "动态码一并停用" if details.get("second_factor") else ""
    yield f"结束{details['sessions']}处登录" if details.get("sessions") else ""
    yield f"{len(details['tokens'])}个接口令牌失效" if details.get("tokens") else ""
    yield f"邀请有效至{_minute(details['until'])}" if "until" in details else ""
    yield "待核准" if details.get("waits") else ""
    yield f"标识摘要{details['subject'][:SUBJECT_SHOWN]}" if "subject" in details else ""
    yield details.get("reason", "")


def _address(details: Mapping[str, Any], _: Mapping[str, str]) -> Iterator[str]:
    yield details["address"]
    yield "经统一身份认证" if details.get("by_provider") else ""


def _failure(details: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    yield _person(details, names)
    yield WRONG.get(details["wrong"]) or str(details["wrong"])
    yield details.get("address", "")
    yield "在本人登录过的浏览器上" if details.get("device") else ""
    yield f"锁定至{_minute(details['until'])}" if "until" in details else ""


def _feed(details: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    unit = details["unit"]
    yield f"单位日历：{names.get(unit, unit)}" if unit else "本人日历"
    yield "原地址作废" if details.get("replaces") else ""


def _ended(details: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    yield _person(details, names)
    yield Ending(details["ended_for"]).label


def _token(details: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    """A machine's is told with who answers for it."""
    yield (
        f"{details['name']}（负责人{_person(details, names)}）" if details.get("machine") else details["name"]
    )
    yield "" if details.get("machine") else _person(details, names)
    yield f"权限{'、'.join(Scope(one).label for one in details['scopes'])}" if "scopes" in details else ""
    yield _seen(details["units"], names) if details.get("units", ()) != [] and "units" in details else ""
    yield f"有效至{_minute(details['until'])}" if "until" in details else ""
    yield f"编号{details['token'][:SHOWN]}"
    yield details.get("reason", "")


def _seen(units: list[str] | None, names: Mapping[str, str]) -> str:
    if units is None:
        return "可见全部事项"
    return f"可见{'、'.join(names.get(one, one) for one in units[:UNITS_TOLD])}等{len(units)}个单位的事项"


def _minute(instant: str) -> str:
    return office_minute(datetime.fromisoformat(instant))


ABOUT: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, str]], Iterator[str]]] = {
    **dict.fromkeys(SENTENCES, _account),
    "signed_in": _address,
    "address_stopped": _address,
    "feed_address_stopped": _address,
    "feed_made": _feed,
    "feed_revoked": _feed,
    "sign_in_failed": _failure,
    "proof_failed": _failure,
    "account_locked": _failure,
    "device_locked": _failure,
    "session_ended": _ended,
    "token_tries_stopped": _address,
    **dict.fromkeys(TOKENS, _token),
}
