"""Parting the database among its owner, the application and the auditor, each with a role of its own.

Made when the operator asks for it; from then on every `migrate` by the owner gives the roles their rights
anew, so that the tables of a newer release are covered.
"""

from collections.abc import Iterator

from sqlalchemy import Connection

from workflow.errors import ConfigurationError
from workflow.services.batch import Batch
from workflow.services.entries import Act
from workflow.storage import roles

SEPARATED = "database_roles_separated"


def separate(batch: Batch) -> None:
    """Make both roles, and that of analysts, and give them their rights, with an entry where this changes
    anything.

    Raises `ConfigurationError`: `roles_unsupported` (SQLite), `roles_not_owner`, `roles_name_long`,
    `roles_not_permitted` with the statements an administrator has to run, `roles_too_powerful`,
    `roles_schema_open`.
    """
    tx = batch.tx
    _check_possible(tx)
    before = _rights(tx)
    roles.make(tx)
    roles.make_analyst(tx)
    roles.grant(tx)
    roles.grant_analyst(tx)
    _check_bound(tx)
    if _rights(tx) != before:
        application, auditor = roles.names(tx)
        details = {"application": application, "auditor": auditor}
        batch.note(Act(SEPARATED, batch.signature.recorded_at, details=details))


def renew(tx: Connection) -> None:
    """Give the roles their rights again, if they are there and the owner is at work."""
    if tx.dialect.name == "postgresql" and roles.are_there(tx) and roles.is_owner(tx):
        roles.grant(tx)
        roles.grant_analyst(tx)


def deviations(tx: Connection) -> list[str]:
    """The tables of which a role has other rights than it should, as 表（角色）."""
    application, auditor = roles.names(tx)
    has = {name: roles.rights_of(tx, name) for name in (application, auditor)}
    return [
        f"{table}（{name}）"
        for table in sorted(roles.tables(tx))
        for name in (application, auditor)
        if has[name].get(table, frozenset()) != _due(table, auditor=name == auditor)
    ]


def look_over(tx: Connection) -> Iterator[tuple[bool, str]]:
    """How the database is parted, each sentence with whether it is as it should be. For PostgreSQL."""
    application, auditor = roles.names(tx)
    if not roles.are_there(tx):
        yield (
            False,
            "数据库未分设角色，应用以所有者身份运行，能停用保护历史的触发器；可用duban migrate --roles分设",
        )
        return
    if odd := deviations(tx):
        yield False, f"角色权限与规定不符：{'、'.join(odd[:5])}；请以所有者身份运行duban migrate --roles"
    if powerful := roles.too_powerful(tx):
        yield False, f"角色{'、'.join(powerful)}是超级用户或所有者的成员，权限划分对其不起作用"
    if roles.is_owner(tx):
        yield False, f"已分设角色，但当前以所有者身份运行；日常运行请改用{application}的成员登录"
    elif roles.may_write(tx):
        yield True, f"已分设角色，当前以应用角色（{application}）的权限运行"
    else:
        yield True, f"已分设角色，当前只读（{auditor}）：可以查阅、核验、导出，不能办理"


def _due(table: str, *, auditor: bool) -> frozenset[str]:
    return roles.READ if auditor else roles.RIGHTS.get(table, roles.READ)


def _rights(tx: Connection) -> list[object]:
    if roles.missing(tx):
        return []
    return [roles.rights_of(tx, name) for name in roles.names(tx)]


def _check_possible(tx: Connection) -> None:
    if tx.dialect.name != "postgresql":
        raise ConfigurationError(
            "SQLite没有数据库角色：能写数据库文件的人就是所有者。需要分设角色的，请改用PostgreSQL。",
            code="roles_unsupported",
        )
    if not roles.is_owner(tx):
        raise ConfigurationError(
            "分设角色须以数据表所有者的身份进行，请改用建库时的登录角色运行duban migrate --roles。",
            code="roles_not_owner",
        )
    longest = max(roles.names(tx), key=lambda name: len(name.encode()))
    if len(longest.encode()) > roles.LONGEST_NAME:
        message = f"数据库名过长，角色名“{longest}”超过{roles.LONGEST_NAME}字节，请改用较短的库名。"
        raise ConfigurationError(message, code="roles_name_long")
    if roles.missing(tx) and not roles.may_make(tx):
        statements = "；".join(roles.making(tx))
        raise ConfigurationError(
            f"当前登录角色无权建立角色。请数据库管理员执行：{statements}；然后重新运行本命令。",
            code="roles_not_permitted",
            statements=list(roles.making(tx)),
        )


def _check_bound(tx: Connection) -> None:
    """That the rights bind both roles, once given."""
    if powerful := roles.too_powerful(tx):
        raise ConfigurationError(
            f"角色{'、'.join(powerful)}是超级用户或所有者的成员，权限划分对其不起作用；请管理员收回后重试。",
            code="roles_too_powerful",
            roles=powerful,
        )
    if roles.may_build(tx):
        raise ConfigurationError(
            f"任何人都能在此模式中建表，角色分设不严。请数据库管理员执行：{roles.closing(tx)}；然后重试。",
            code="roles_schema_open",
            statements=[roles.closing(tx)],
        )
