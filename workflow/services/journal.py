"""The office's own journal in people's words: rules, calendars, imports, reforms, deputies, sweeps, rounds.

What an entry was about is said in brackets behind its sentence, as in the timeline of a case.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from notifications.facts import kind_label
from states.accounts.administrators import Change
from states.directory import TABLES
from states.office_time import office_minute
from states.papers.life import BY_HAND
from states.redaction import REDACTED, taken_away
from states.vocabulary import Role
from workflow.services.accounts import words as of_accounts
from workflow.services.holds import LABELS as HELD_FOR
from workflow.services.intake import words as of_intake
from workflow.services.paper_trail import paper_words
from workflow.services.readings import LABELS as SEEN
from workflow.services.setting_words import told_of
from workflow.services.timeline import SENTENCES as OF_A_CASE
from workflow.services.webhooks import words as of_webhooks

Details = Mapping[str, Any]
Names = Mapping[str, str]

SENTENCES = {
    "rule_activated": "规则启用",
    "policy_authorised": "授权系统自动签发",
    "policy_revoked": "撤销系统自动签发的授权",
    "policy_retargeted": "事项批量改用另一版规则",
    "calendar_loaded": "载入工作日历",
    "address_silenced": "停用收件地址",
    "address_allowed": "恢复收件地址",
    "bounce_unknown": "收到退信，未能对应到邮件",
    "relay_left_alone": "邮件服务器连续故障，暂停发信",
    "relay_back": "邮件服务器恢复，继续发信",
    "directory_imported": "导入单位名录",
    "directory_changed": "单位名录变动",
    "directory_stated": "登记现行单位名录",
    "register_imported": "导入台账",
    "unit_renamed": "单位更名",
    "units_merged": "单位合并",
    "unit_split": "单位分设",
    "deputy_appointed": "指定代理人",
    "deputy_revoked": "终止代理",
    "administrators_appointed": "设立三员",
    "roles_proposed": "提请变动职责",
    "roles_confirmed": "核准变动职责",
    "roles_declined": "不予核准变动职责",
    "roles_withdrawn": "撤回变动职责的提请",
    "roles_ended": "终止职责",
    "digest_queued": "生成每日待办清单邮件",
    "lookback_opened": "开启一批回头看",
    "swept": "巡查并办理到期事项",
    "sweeps_recorded": "汇总没有事项到期的巡查",
    "sweep_gap": "巡查曾经中断",
    "sweep_held": "暂缓定时巡查",
    "hold_released": "放行定时巡查",
    "plan_applied": "按预演的计划办理",
    "case_set_aside": "巡查搁置一个事项",
    "case_retried": "恢复巡查搁置的事项",
    "signing_key_announced": "登记检查点签名公钥",
    "signing_key_rotated": "更换检查点签名密钥",
    "key_rotated": "更换校验码密钥",
    "keys_known": "登记此前更换过的校验码密钥",
    "digest_switched": "更换摘要算法",
    "checkpoint_queued": "寄送检查点",
    "mail_tried": "试发邮件",
    "wording_changed": "修改文书用语",
    "history_exported": "导出历史",
    "register_exported": "导出台账",
    "report_exported": "导出统计报表",
    "warehouse_exported": "导出数据仓库",
    "database_roles_separated": "分设数据库角色",
    "case_read": "查看事项",
    "withheld_read": "查阅涉及个人的内容",
    "configuration_changed": "系统设置变动",
    "audit_reported": "出具审计报告",
    "backup_made": "备份",
    "backup_restored": "由备份恢复数据库",
    "branch_left": "舍弃备份之后的历史",
    **of_accounts.SENTENCES,
    **of_intake.SENTENCES,
    **of_webhooks.SENTENCES,
}
"""What each kind of the journal's own entries says; mails of no case are told as in a case."""

ROLES_CHANGE = ("roles_proposed", "roles_confirmed", "roles_declined", "roles_withdrawn", "roles_ended")
OF_ACCOUNTS = frozenset(
    {*of_accounts.SENTENCES, "administrators_appointed", *ROLES_CHANGE, "deputy_appointed", "deputy_revoked"}
    | {"directory_imported", "directory_changed", "directory_stated", "database_roles_separated"}
    | {"case_read", "withheld_read", "history_exported", "register_exported", "audit_reported"}
    | {"report_exported", "backup_made", "backup_restored", "warehouse_exported"}
)
"""What tells of accounts, rights, readings and exports, and nothing of what any case says."""

GRANTS_TOLD = 5
RULES = {"lifecycle": "流程表", "policy": "督办规则"}


def sentence_of(kind: str, details: Details, names: Names) -> str:
    """What an entry of the journal says, with what it was about in brackets.

    `names` are those of units and people by code. A kind this release does not know goes by its identifier.
    """
    sentence, told = SENTENCES.get(kind) or OF_A_CASE.get(kind, kind), about(kind, details, names)
    return f"{sentence}（{told}）" if told else sentence


def about(kind: str, details: Details, names: Names) -> str:
    """What an entry was about, without what was done; nothing where there is no more to say."""
    return "，".join(filter(None, _ABOUT[kind](details, names))) if kind in _ABOUT else ""


def _rule(details: Details, _: Names) -> Iterator[str]:
    yield f"{RULES.get(details['rule'], details['rule'])}“{details['name']}”第{details['version']}版"


def _wording(details: Details, _: Names) -> Iterator[str]:
    yield kind_label(details["kind"])
    yield "恢复自带的" if details["packaged"] else ""


def _authority(details: Details, _: Names) -> Iterator[str]:
    yield "、".join(details["rungs"])


def _retargeted(details: Details, _: Names) -> Iterator[str]:
    yield f"{sum(len(cases) for cases in details['before'].values())}项"


def _calendar(details: Details, _: Names) -> Iterator[str]:
    yield details["calendar"]
    yield f"依据{details['source']}"


def _directory(details: Details, _: Names) -> Iterator[str]:
    yield f"{details['units']}个单位"
    yield f"{details['people']}人"
    yield f"{len(details['ended'])}项职责终止" if details["ended"] else ""


def _changes(details: Details, names: Names) -> Iterator[str]:
    """How many rows of each table; role grants one by one where they are few."""
    counts = Counter(row["table"] for row in details["rows"])
    yield from (f"{TABLES[name].label}{count}条" for name, count in counts.items())
    grants = [row for row in details["rows"] if row["table"] == "grants"]
    if len(grants) <= GRANTS_TOLD:
        yield from (_grant(row, names) for row in grants)
    if details["parts"] > 1:
        yield f"共{details['parts']}部分之{details['part']}"


def _grant(row: Details, names: Names) -> str:
    person, role, unit = row["key"]
    days = row.get("set", {})
    since = f"自{days['valid_from']}起" if days.get("valid_from") else ""
    until = f"至{days['valid_to']}止" if days.get("valid_to") else ""
    return f"{names.get(unit, unit)}{Role(role).label}{names.get(person, person)}{since}{until}"


def _register(details: Details, _: Names) -> Iterator[str]:
    yield f"工作表“{details['sheet']}”"
    yield f"{details['rows']}行"
    yield f"立为{details['cases']}项"


def _renamed(details: Details, _: Names) -> Iterator[str]:
    yield f"{details['names']['from']}→{details['names']['to']}"
    yield _basis(details)


def _reformed(details: Details, _: Names) -> Iterator[str]:
    yield f"{'、'.join(details['units'].values())}→{'、'.join(details['successors'].values())}"
    yield _basis(details)
    yield f"{len(details['cases'])}项承继" if details["cases"] else ""


def _basis(details: Details) -> str:
    return f"依据{details['basis']}，自{details['on']}起"


def _deputy(details: Details, names: Names) -> Iterator[str]:
    person, deputy = (names.get(details[name], details[name]) for name in ("person", "deputy"))
    yield f"{deputy}代{person}行使{Role(details['role']).label}职责"
    yield f"{details['valid_from']}至{details['valid_to']}"


def _revoked(details: Details, _: Names) -> Iterator[str]:
    yield f"自{details['revoked_on']}起"


def _administrators(details: Details, names: Names) -> Iterator[str]:
    for role, person in details["administrators"].items():
        yield f"{Role(role).label}{names.get(person, person)}"


def _role_changes(details: Details, names: Names) -> Iterator[str]:
    """What becomes of each role, one by one where they are few, and why."""
    asked = details["requests"]
    yield f"{len(asked)}项" if len(asked) > GRANTS_TOLD else ""
    if len(asked) <= GRANTS_TOLD:
        yield from (_role_change(one, names) for one in asked)
    yield details.get("reason", "")


def _role_change(one: Details, names: Names) -> str:
    unit, person = (names.get(one[name], one[name]) for name in ("unit", "person"))
    change, above = Change(one["change"]), one.get("value", "")
    if change is Change.MOVE:
        return f"{change.label}：{unit}，改隶{names.get(above, above) or '（无上级）'}"
    if not change.is_of_a_role:
        return f"{change.label}{unit or person}，自{one['valid_from']}起"
    return f"{change.label}{person}{unit}{Role(one['role']).label}，自{one['valid_from']}起"


def _digest(details: Details, names: Names) -> Iterator[str]:
    yield names.get(details["addressee"], details["addressee"])
    yield f"{details['count']}项"


def _round(details: Details, _: Names) -> Iterator[str]:
    yield details["campaign"]
    yield f"抽取{len(details['drawing']['drawn'])}项"
    yield f"限{details['due_on']}前完成"


def _swept(details: Details, _: Names) -> Iterator[str]:
    yield f"{details['cases']}项到期"
    yield f"发出{details['issued']}件" if details["issued"] else ""
    yield f"提请审批{details['proposed']}件" if details["proposed"] else ""
    yield f"未办{details['held']}项" if details["held"] else ""


def _idle(details: Details, _: Names) -> Iterator[str]:
    yield f"{details['runs']}次"
    yield _span(details)


def _gap(details: Details, _: Names) -> Iterator[str]:
    yield _span(details)


def _span(details: Details) -> str:
    return "至".join(_minute(details[end]) for end in ("from", "until"))


def _strays(details: Details, _: Names) -> Iterator[str]:
    yield f"{details.get('unknown', 1)}封"
    yield "、".join(details.get("message_ids", ()))


def _held(details: Details, _: Names) -> Iterator[str]:
    yield HELD_FOR.get(details["held_for"]) or details["held_for"]


def _planned(details: Details, _: Names) -> Iterator[str]:
    yield f"{details['steps']}步"


def _exported(details: Details, _: Names) -> Iterator[str]:
    yield "全部事项" if details["scope"] == "all" else details["scope"]
    yield details["format"]
    yield details.get("reason", "")


def _exported_register(details: Details, _: Names) -> Iterator[str]:
    yield f"{details['cases']}项"
    yield details["format"]


def _exported_report(details: Details, _: Names) -> Iterator[str]:
    yield f"{details['since']}至{details['until']}"
    yield details["unit"] or ""
    yield details["format"]


def _roles(details: Details, _: Names) -> Iterator[str]:
    yield f"应用{details['application']}"
    yield f"审计{details['auditor']}"


def _read(details: Details, _: Names) -> Iterator[str]:
    yield str(details["case"])
    yield SEEN.get(details["what"]) or str(details["what"])
    yield f"操作系统账号{details['account'] or '不明'}" if "account" in details else ""
    yield f"系统接口“{details['machine']}”" if "machine" in details else ""


def _read_withheld(details: Details, _: Names) -> Iterator[str]:
    yield str(details["case"])
    yield str(details["what"])
    yield details.get("document_number") or ""


def _configured(details: Details, _: Names) -> Iterator[str]:
    """Every change; where nothing was told before, not even the database's address, how many settings."""
    changes = details["changes"]
    if changes.get("database_url", {}).get("from", "") is None:
        yield f"登记{len(changes)}项"
    else:
        yield from told_of(changes)


def _redacted(details: Details, _: Names) -> Iterator[str]:
    yield taken_away(details)


def _reported(details: Details, _: Names) -> Iterator[str]:
    yield f"{details['from']}至{details['to']}"
    yield "、".join(details["files"])
    yield f"不符{details['counts']['deviations']}处"
    yield f"例外{details['counts']['departures']}件"


def _warehouse(details: Details, _: Names) -> Iterator[str]:
    yield f"{len(details['rows'])}张表"
    yield f"{sum(details['rows'].values())}行"
    yield f"按{details['as_of']}的记载" if "as_of" in details else ""


def _backed_up(details: Details, _: Names) -> Iterator[str]:
    yield details["file"]
    yield f"{details['entries']}条记载"
    yield f"备份于{_minute(details['made_at'])}" if "made_at" in details else ""


def _branch(details: Details, _: Names) -> Iterator[str]:
    common, left = details["last_common"], details["left"]
    yield f"保留至第{common}号检查点" if common else "未保留检查点"
    yield f"其后有{len(left)}个检查点存于系统之外" if left else ""
    yield f"此后由第{details['next']}号起"


def _changed_for(details: Details, _: Names) -> Iterator[str]:
    yield details.get("reason", "")  # people's words, which lie beside the entry


def _set_aside(details: Details, _: Names) -> Iterator[str]:
    yield details["case"]
    yield f"连续{details['failures']}天未能办理"


def _case(details: Details, _: Names) -> Iterator[str]:
    yield details["case"]


def _paper(details: Details, _: Names) -> Iterator[str]:
    yield details.get("document_number") or ""
    yield from paper_words(details)


def _minute(instant: str) -> str:
    return office_minute(datetime.fromisoformat(instant))


_ABOUT: Mapping[str, Callable[[Details, Names], Iterator[str]]] = {
    "rule_activated": _rule,
    "policy_authorised": _authority,
    "policy_revoked": _authority,
    "policy_retargeted": _retargeted,
    "calendar_loaded": _calendar,
    "directory_imported": _directory,
    "wording_changed": _wording,
    "directory_changed": _changes,
    "directory_stated": _changes,
    "register_imported": _register,
    "unit_renamed": _renamed,
    "units_merged": _reformed,
    "unit_split": _reformed,
    "bounce_unknown": _strays,
    "deputy_appointed": _deputy,
    "deputy_revoked": _revoked,
    "administrators_appointed": _administrators,
    **dict.fromkeys(ROLES_CHANGE, _role_changes),
    "digest_queued": _digest,
    "lookback_opened": _round,
    "swept": _swept,
    "sweeps_recorded": _idle,
    "sweep_gap": _gap,
    "sweep_held": _held,
    "hold_released": _held,
    "plan_applied": _planned,
    "history_exported": _exported,
    "register_exported": _exported_register,
    "report_exported": _exported_report,
    "warehouse_exported": _warehouse,
    "database_roles_separated": _roles,
    "case_read": _read,
    "withheld_read": _read_withheld,
    "configuration_changed": _configured,
    REDACTED: _redacted,
    "audit_reported": _reported,
    "backup_made": _backed_up,
    "backup_restored": _backed_up,
    "branch_left": _branch,
    "digest_switched": _changed_for,
    "key_rotated": _changed_for,
    "signing_key_rotated": _changed_for,
    "case_set_aside": _set_aside,
    "case_retried": _case,
    **dict.fromkeys(BY_HAND, _paper),
    **of_accounts.ABOUT,
    **of_intake.ABOUT,
    **of_webhooks.ABOUT,
}
