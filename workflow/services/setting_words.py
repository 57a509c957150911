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
    "dkim_key": "邮件签名私钥",
    "dkim_selector": "邮件签名选择器",
    "channels": "抄送通道",
    "channel_kinds": "抄送的文书种类",
    "channel_allow": "抄送准许连接的内网地址",
    "webhook_allow": "事件推送准许连接的内网地址",
    "webhook_http": "事件推送准许用http",
    "mail_bounces": "收退信的发件地址",
    "bounce_mailbox": "退信邮箱",
    "bounce_folder": "退信移入的文件夹",
    "mail_connections": "邮件服务器同时连接数",
    "mail_per_domain": "同一收件域同时发送封数",
    "mail_per_minute": "每分钟至多发出封数",
    "metrics_allow": "准许读取监控指标的网段",
    "hosts": "网页应答的主机名",
    "proxies": "可信的网页代理",
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
    "seals": "印章文件夹",
    "seal_password": "签名证书",
    "seal_url": "签章服务",
    "seal_token": "签章服务",
    "oidc_issuer": "统一身份认证",
    "oidc_client_id": "统一身份认证的客户端编号",
    "oidc_client_secret": "统一身份认证的客户端",
    "oidc_claim": "统一身份认证的标识项",
    "passwords": "密码规则",
    "session_idle_minutes": "无操作退出分钟数",
    "session_hours": "登录最长小时数",
    "api_rate": "接口令牌的请求频次上限",
    "intake_folder": "来件文件夹",
    "intake_source": "来件文件夹的来源名称",
    "scan": "查毒程序",
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
