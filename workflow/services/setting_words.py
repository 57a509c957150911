"""Changes of the settings in people's words: what each setting is called, and from what to what it went."""

from collections.abc import Iterator, Mapping

LABELS = {
    "database_url": "数据库",
    "secret_file": "密钥文件",
    "digest": "摘要算法",
    "files": "文件库",
    "fonts": "字体文件夹",
    "templates": "文书模板",
    "policy": "督办规则文件",
    "lifecycle": "办理流程文件",
    "smtp_url": "邮件服务器",
    "mail_from": "发件地址",
    "mail_allow": "准许寄往的邮件域",
    "public_url": "系统网址",
    "sweep_seconds": "巡查间隔秒数",
    "mail_seconds": "寄信间隔秒数",
    "lease_seconds": "巡查占用秒数",
    "checkpoint_dir": "检查点文件夹",
    "checkpoint_seconds": "检查点间隔秒数",
    "checkpoint_entries": "检查点间隔条数",
    "checkpoint_mail": "检查点寄送",
    "tsa_url": "时间戳机构",
    "tsa_certificate": "时间戳机构证书",
    "auditor_mail": "审计邮箱",
    "log_file": "网络日志文件",
    "log_days": "网络日志留存天数",
    "office_name": "督查室名称",
    "office_code": "督查室代字",
    "office_phone": "督查室电话",
    "organization_name": "机关名称",
    "organization_code": "机关代字",
}
CODED = "_password"


def told_of(changes: Mapping[str, Mapping[str, str | None]]) -> Iterator[str]:
    """One change after another; of a password only that there is one, another or none any more."""
    for name, change in changes.items():
        setting = name.removesuffix(CODED)
        label = LABELS.get(setting, setting)
        yield f"{label}的{_password(change)}" if name != setting else f"{label}{_went(change)}"


def _password(change: Mapping[str, str | None]) -> str:
    if change["to"] is None:
        return "密码已去掉"
    return "密码已设置" if change["from"] is None else "密码已更换"


def _went(change: Mapping[str, str | None]) -> str:
    former, now = (f"“{one}”" if one is not None else "未设" for one in (change["from"], change["to"]))
    return f"由{former}改为{now}"
