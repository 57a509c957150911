"""Looking an installation over: each check says in one line what is found and what to do."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from notifications.bounces import bounce_address
from notifications.channels.addresses import Listed
from notifications.coverage import Coverage, coverage, standard_characters
from notifications.mailbox import MailboxAddress
from notifications.relay import RelayAddress
from states.burden import NO_CAP
from states.errors import Refusal
from states.office_time import office_day, office_minute
from workflow.digests import check_available
from workflow.services import (
    adopting,
    backing_up,
    database_roles,
    evidence,
    evidence_checks,
    paper_seals,
    policies,
    scanning,
    wordings,
)
from workflow.services.office import Office, open_office
from workflow.services.operation import look_over
from workflow.services.outbox.building import ANY_MESSAGE, dkim_key
from workflow.services.outbox.copies import channels_of
from workflow.services.printing import fonts
from workflow.services.webhooks.standing import STOPPED
from workflow.settings import Settings
from workflow.storage import outbox, queries, webhooks
from workflow.storage.session import reading

WARN_BEFORE = timedelta(days=60)
UNFINISHED = frozenset({"open", "side"})
SHOWN, MOST_DAYS_UNSAVED = 5, 2
OK, WARNING, FAULT = "ok", "warning", "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's result."""

    check: str
    level: str
    message: str

    def as_json(self) -> dict[str, Any]:
        return {"check": self.check, "level": self.level, "message": self.message}


def examine(settings: Settings, *, today: date) -> list[Finding]:
    """Every check, in the order one would mend them. Never raises for a fault it can name."""
    try:
        office = open_office(settings)
    except Refusal as refusal:
        return [Finding("installation", FAULT, _with_the_command(refusal))]
    except DBAPIError as error:
        kind = type(error.orig).__name__
        message = f"数据库无法使用（{kind}），请检查DUBAN_DATABASE_URL及数据库服务"
        return [Finding("installation", FAULT, message)]
    try:
        return _examined(office, today)
    finally:
        office.engine.dispose()


def _with_the_command(refusal: Refusal) -> str:
    """Why there is no office to examine; whoever asks is at the machine, and told the command that helps."""
    helps = "（请运行duban migrate）" if refusal.code == "schema_version" else ""
    return refusal.message.removesuffix("。") + helps


def _examined(office: Office, today: date) -> list[Finding]:
    checks: tuple[tuple[str, Callable[[Office, date], Iterator[tuple[str, str]]]], ...] = (
        ("roles", _roles),
        ("keys", _keys),
        ("calendar", _calendar),
        ("policy", _policy),
        ("burden", _burden),
        ("lifecycle", _lifecycle),
        ("stationery", _stationery),
        ("fonts", _fonts),
        ("seals", _seals),
        ("scan", _scan),
        ("mail", _mail),
        ("sweep", look_over),
        ("evidence", evidence_checks.look_over),
        ("backup", _backup),
    )
    findings = [Finding("database", OK, "数据库已初始化，版本相符")]
    for name, check in checks:
        findings += _found(name, check(office, today)) or [Finding(name, OK, "正常")]
    return findings


def _found(check: str, told: Iterator[tuple[str, str]]) -> list[Finding]:
    """What a check tells; a refusal on its way is a fault of the same check."""
    try:
        return [Finding(check, level, message) for level, message in told]
    except Refusal as refusal:
        return [Finding(check, FAULT, refusal.message)]


def _keys(office: Office, _: date) -> Iterator[tuple[str, str]]:
    """Whether entries can be written here, and former ones be proved."""
    told, wanted = evidence.status(office), office.settings.digest
    check_available(told["algorithm"])
    if not office.secret.keys:
        yield OK, "本机没有密钥文件：能核验哈希和检查点，不能核验校验码，也不能办理"
        return
    office.secret.named(told["key"])
    if wanted != told["algorithm"]:
        yield (
            WARNING,
            f"DUBAN_DIGEST为{wanted}，只在首次安装时起作用，现用{told['algorithm']}；"
            f"需要切换的，请用duban evidence switch {wanted}",
        )
    lost = [one["key"] for one in told["keys"] if not one["held"]]
    if lost:
        yield (
            WARNING,
            f"密钥文件中缺少以前的密钥（{'、'.join(lost)}），相应的记载无法核验校验码；请从备份补回",
        )


def _roles(office: Office, _: date) -> Iterator[tuple[str, str]]:
    """Who may do what in the database. On SQLite whoever can write the file may do everything."""
    with reading(office.engine) as tx:
        if tx.dialect.name == "postgresql":
            for well, sentence in database_roles.look_over(tx):
                yield (OK if well else WARNING), sentence


def _backup(office: Office, today: date) -> Iterator[tuple[str, str]]:
    """When the last backup was made, by the journal; whether its file is still there nobody here can tell."""
    last = backing_up.last_made(office)
    if last is None:
        yield WARNING, "尚未备份；请每晚运行duban backup，备份文件和密钥文件分开存放"
        return
    days = (today - office_day(last)).days
    level = WARNING if days > MOST_DAYS_UNSAVED else OK
    yield (
        level,
        f"最近一次备份：{office_minute(last)}" + (f"，已过{days}天；请每晚备份" if level == WARNING else ""),
    )


def _calendar(office: Office, today: date) -> Iterator[tuple[str, str]]:
    """An unannounced year makes dates provisional; the notice comes about November."""
    with reading(office.engine) as tx:
        calendar = office.calendar(tx)
        unfinished = [state.id for state in office.lifecycle(tx).states if state.kind in UNFINISHED]
        waiting = queries.provisional_due_dates(tx, unfinished)
    needed = date((today + WARN_BEFORE).year, 1, 1)
    years = Counter({needed.year: 0} if calendar.is_provisional(needed, needed) else {})
    years.update(day.year for day in waiting if calendar.is_provisional(day, day))
    for year, cases in sorted(years.items()):
        told = f"，已有{cases}件在办事项的期限为“暂定”" if cases else "，跨入该年的期限将为“暂定”"
        yield WARNING, f"{year}年节假日安排尚未公布或未载入{told}；通知发布后请用duban calendar import载入"


def _policy(office: Office, _: date) -> Iterator[tuple[str, str]]:
    """A policy that leaves a state without a clock or a rung out of reach works, but not as meant."""
    with reading(office.engine) as tx:
        policy, lifecycle = office.policy(tx), office.lifecycle(tx)
    found = policies.examine(policy, lifecycle, office.settings.templates).findings
    yield from (
        (WARNING, f"{one.message}（{one.place}，duban policy check可查看全部）") for one in found[:SHOWN]
    )


def _burden(office: Office, _: date) -> Iterator[tuple[str, str]]:
    """No cap on what units are asked to report is no fault; it is told, because nobody would see it."""
    with reading(office.engine) as tx:
        if office.policy(tx).feedback.reports_per_unit_month is None:
            yield OK, NO_CAP


def _lifecycle(office: Office, _: date) -> Iterator[tuple[str, str]]:
    """A case under a former table lacks the commands a newer one added."""
    with reading(office.engine) as tx:
        behind = adopting.left_behind(tx, office)
    if behind:
        yield (
            WARNING,
            f"{len(behind)}件未归档事项仍适用原流程（{behind[0]}等），新增的命令对其不可用；"
            "可用duban lifecycle adopt --all改用现行流程",
        )


def _stationery(office: Office, _: date) -> Iterator[tuple[str, str]]:
    """The office's own wording, without laying anything out; the packaged one is tried by its tests."""
    for one in wordings.glance(office.settings):
        if one.level in (FAULT, WARNING):
            yield one.level, f"{one.sentence}（duban template check可查看全部）"


def _fonts(office: Office, _: date) -> Iterator[tuple[str, str]]:
    """Which file plays which role, and how much of the 通用规范汉字表 it can print."""
    try:
        found = coverage(fonts(office.settings.fonts))
    except Refusal as refusal:
        yield FAULT, refusal.message
        return
    for one in found:
        yield OK if one.genuine and one.may_embed and not one.missing else WARNING, _font(one)


def _font(one: Coverage) -> str:
    """仿宋：Fandol仿宋（FandolFang-Regular.otf），规范字8105个中自有6638个，其余由后备字体补足."""
    whole = len(standard_characters())
    stands_in = "" if one.genuine else "代替，不是公文规定的字体"
    own = f"规范字{whole}个全部具备" if one.own == whole else f"规范字{whole}个中自有{one.own}个"
    rest = "" if one.own == whole else "，其余由后备字体补足"
    if one.missing:
        rest = f"，另有{len(one.missing)}个任何字体都没有（{one.missing[:SHOWN]}等），请安装字库更全的字体"
    licence = "" if one.may_embed else "；该字体不允许嵌入文件，请换用允许嵌入的字体"
    return f"{one.label}：{one.called}{stands_in}（{Path(one.path).name}），{own}{rest}{licence}"


def _seals(office: Office, _: date) -> Iterator[tuple[str, str]]:
    found = paper_seals.look_over(office.settings)
    yield from ((OK if usable else FAULT, sentence) for usable, sentence in found)


def _scan(office: Office, _: date) -> Iterator[tuple[str, str]]:
    """Whether files are looked at for viruses, tried on one that is none and one every scanner knows."""
    if office.settings.scan is None:
        yield WARNING, "未设置查毒程序（DUBAN_SCAN），附件不查毒"
    else:
        yield OK, f"附件由{scanning.prove(office.settings.scan)}查毒，试查无误"


def _mail(office: Office, _: date) -> Iterator[tuple[str, str]]:
    if office.settings.smtp_url is None:
        yield WARNING, "未设置邮件服务器（DUBAN_SMTP_URL），邮件只进待发箱"
    else:
        try:
            RelayAddress.parse(office.settings.smtp_url)
        except Refusal as refusal:
            yield FAULT, refusal.message
    yield from _carriers(office)
    yield from _programs(office)
    if not office.settings.mail_allow:
        yield WARNING, "未设置允许的收件域（DUBAN_MAIL_ALLOW），任何邮件都不会发出"
    yield from _addresses(office)


def _carriers(office: Office) -> Iterator[tuple[str, str]]:
    """What signs mails, carries copies and takes what comes back."""
    settings = office.settings
    mailbox = settings.bounce_mailbox
    for look in (
        lambda: channels_of(office),
        lambda: Listed.parse(settings.channel_allow),
        lambda: Listed.parse(settings.webhook_allow),
        lambda: dkim_key(settings),
        lambda: MailboxAddress.parse(mailbox.get_secret_value()) if mailbox else None,
        lambda: bounce_address(settings.mail_bounces, ANY_MESSAGE) if settings.mail_bounces else None,
    ):
        try:
            look()
        except Refusal as refusal:
            yield FAULT, refusal.message
    if (settings.dkim_key is None) != (settings.dkim_selector is None):
        yield WARNING, "DUBAN_DKIM_KEY和DUBAN_DKIM_SELECTOR只设了一个，邮件不加DKIM签名"


def _programs(office: Office) -> Iterator[tuple[str, str]]:
    """Other programs that take nothing of what they are to be told."""
    with reading(office.engine) as tx:
        failing = webhooks.failing(tx)
    for one in failing:
        is_over = one.state == STOPPED
        told = (
            "已停止，请查明原因后恢复并补推" if is_over else f"自{office_minute(one.failing_since)}起未能送达"
        )
        yield WARNING, f"事件推送“{one.name}”{told}（{one.told}）"


def _addresses(office: Office) -> Iterator[tuple[str, str]]:
    """A unit without an address is sent no paper; somebody must carry it there. What is of no case and did
    not get there is on nobody's list."""
    with reading(office.engine) as tx:
        unfinished = [state.id for state in office.lifecycle(tx).states if state.kind in UNFINISHED]
        units, stuck = outbox.units_without_address(tx, unfinished), outbox.count_stuck(tx)
    if stuck:
        told = "请用duban outbox list --state failed（或gave_up、bounced）查看，更正地址后重发"
        yield WARNING, f"{stuck}封不属于事项的邮件（每日清单、检查点等）没有送到，{told}"
    if units:
        shown = "、".join(units[:SHOWN]) + ("等" if len(units) > SHOWN else "")
        yield (
            WARNING,
            (
                f"{len(units)}个单位有在办事项但没有邮箱（{shown}），其文书须人工送达；"
                "请在单位名录中补齐后重新导入"
            ),
        )
