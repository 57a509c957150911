"""The walk through the office: the journal first, then case after case, then what only the whole shows."""

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError, NoResultFound

from workflow.services.cases import CASE_IDS
from workflow.services.office import Office
from workflow.services.replay import Entry, facts_of
from workflow.services.timestamps import certificates_in
from workflow.services.verification.accounts import check_accounts
from workflow.services.verification.api_tokens import check_api_tokens
from workflow.services.verification.asked_values import check_values_confirmed
from workflow.services.verification.branches import Branches
from workflow.services.verification.calendars import calendar_to_check_by, check_calendars
from workflow.services.verification.chain import check_chain, unkeyed
from workflow.services.verification.counts import check_counts
from workflow.services.verification.deputies import Appointments, Recusals, check_deputies
from workflow.services.verification.dossiers import Dossier, dossiers
from workflow.services.verification.eras import Eras
from workflow.services.verification.escalations import check_escalations
from workflow.services.verification.intake import check_intake, check_told
from workflow.services.verification.lives import check_lives
from workflow.services.verification.log import Walk
from workflow.services.verification.lookbacks import Rounds
from workflow.services.verification.mails import check_mails
from workflow.services.verification.mentions import check_mentions
from workflow.services.verification.outside import files_outside
from workflow.services.verification.papers import (
    DocumentNumbers,
    JointPapers,
    check_papers,
    kinds_of_wordings,
)
from workflow.services.verification.permissions import Permissions
from workflow.services.verification.planner import Watch, check_next_look
from workflow.services.verification.projection import (
    check_attachments,
    check_head,
    check_particulars,
    check_row,
)
from workflow.services.verification.role_requests import check_grants_confirmed, check_role_requests
from workflow.services.verification.rules import check_rules, sound_rules
from workflow.services.verification.scheduler import check_digests, check_holds, check_set_asides
from workflow.services.verification.stored import Store
from workflow.services.verification.successions import check_successions
from workflow.services.verification.sweeps import check_sweeps
from workflow.services.verification.verdict import Finding, Verification, finding
from workflow.services.verification.webhooks import check_bodies, check_webhooks
from workflow.services.verification.witnesses import Witnesses, keys_told_in
from workflow.storage import (
    deputies,
    directory_rows,
    evidence,
    log,
    lookbacks,
    queries,
    role_requests,
    rules,
    serials,
    successions,
    sweeps,
    webhooks,
)
from workflow.storage.guarded import is_of_a_row
from workflow.storage.intake import each_item, each_supplement, sources
from workflow.storage.models import Stationery
from workflow.storage.scheduler_models import Hold, SweepRun
from workflow.storage.session import damage, reading
from workflow.storage.streams import by_id, each_account, each_token


def verify(
    office: Office,
    *,
    since: Path | None = None,
    apart_from: Collection[Path] = (),
    progress: Callable[[int], None] | None = None,
) -> Verification:
    """Check the whole history against itself, what follows from it, and the checkpoints kept outside.

    `since` is a checkpoint's file or a folder of them, besides the folder of the settings, in which the files
    `apart_from` are no witnesses; `progress` is told entries done. Raises `ConfigurationError`
    (`anchor_unreadable`, `tsa_certificate_unreadable`).
    """
    result, anchors = Verification(), files_outside(office, since, apart_from)
    office.secret.read_again()
    try:
        with reading(office.engine) as tx:
            _walk(tx, office, anchors, result, progress)
    except DBAPIError as error:
        if not is_of_a_row(error):
            raise
        message = "数据库中有文字无法读取：绕过系统改动了数据，或存储损坏；其后的内容未能核验"
        result.findings.append(finding("database_unreadable", message))
    return result


def _walk(
    tx: Connection,
    office: Office,
    anchors: list[Path],
    result: Verification,
    progress: Callable[[int], None] | None,
) -> None:
    inspection = _Inspection(tx, office)
    for dossier in dossiers(tx):
        result.findings += inspection.of(dossier)
        result.entries += len(dossier.events)
        result.cases += bool(dossier.events) and not dossier.is_journal
        result.unkeyed += unkeyed(dossier, office.secret)
        if progress is not None:
            progress(result.entries)
    result.findings += inspection.of_the_whole()
    result.findings += inspection.of_the_log(anchors, result)


class _Inspection:
    """What must be remembered from one dossier to the next: rules, wordings, numbers, files, ids."""

    def __init__(self, tx: Connection, office: Office) -> None:
        self.tx, self.secret = tx, office.secret
        self.calendar_rows = rules.kept_calendars(tx)
        in_force = rules.calendar_in_force(tx)
        self.calendar = calendar_to_check_by(
            next((row for row in self.calendar_rows if row.version == in_force), None)
        )
        self.watch = Watch.of((), self.calendar)
        self.rule_rows = list(tx.execute(select(queries.RULES)))
        self.rules = sound_rules(self.rule_rows)
        self.kinds, self.faulty_wordings = kinds_of_wordings(
            list(tx.execute(select(queries.table(Stationery))))
        )
        self.numbers, self.joint = DocumentNumbers(), JointPapers(tx)
        self.store = Store(office.settings.files)
        self.eras = Eras()
        self.appointments = Appointments()
        self.permissions = Permissions()
        self.recusals = Recusals.kept_in(tx)
        self.rounds = Rounds()
        self.case_ids = 0
        pinned = office.settings.tsa_certificate
        self.authority = certificates_in(pinned) if pinned is not None else None
        self.witnesses = Witnesses("", (), authority=self.authority)

    def of(self, dossier: Dossier) -> Iterator[Finding]:
        """All findings on one case, or on the journal."""
        yield from _unreadable(dossier)
        yield from check_chain(dossier, self.secret)
        try:
            yield from list(self._journal(dossier) if dossier.is_journal else self._case(dossier))
        except (AttributeError, KeyError, TypeError, ValueError) as error:  # one forged out of shape
            yield finding("entry_unreadable", f"历史无法还原：{error}", case=dossier.name)
        yield from self.eras.check(dossier)
        yield from self.appointments.check(dossier)
        yield from self.numbers.note(dossier)
        yield from self.store.check(dossier)

    def of_the_whole(self) -> Iterator[Finding]:
        """Findings that no single case shows."""
        yield from self.numbers.gaps(self.tx, self.witnesses.branches.skipped)
        yield from self.recusals.unrecorded()
        yield from self.rounds.unlisted()
        yield from self._lost_cases()
        yield from check_counts(self.tx)
        yield from check_bodies(webhooks.each_body(self.tx))
        if damaged := damage(self.tx):
            message = "数据库文件损坏，例如索引与表不符：存储故障，或有人改动了文件；请从备份恢复"
            yield finding("database_damaged", message, told=damaged)

    def of_the_log(self, anchors: list[Path], result: Verification) -> Iterator[Finding]:
        """Findings on the order of all entries and on the checkpoints over it; counts what was compared."""
        rows = log.checkpoints(self.tx)
        result.checkpoints, result.unsealed = len(rows), log.count_unsealed(self.tx)
        try:
            yield from self.witnesses.check_stored(rows)
            yield from self.witnesses.check_outside(anchors)
            walk = Walk(self.tx, self.witnesses.reliable.values())
            yield from walk.check()
            result.sealed, result.anchors = walk.sealed, self.witnesses.anchors
            result.stamps = self.witnesses.stamps
            result.unchecked_stamps = self.witnesses.unchecked_stamps
            result.notices += [*self.witnesses.branches.notices(), *self.witnesses.notices]
        except (TypeError, ValueError, NoResultFound) as error:  # a row that was forged out of shape
            yield finding(
                "log_unreadable", f"日志或检查点无法读取：绕过系统改动了数据（{type(error).__name__}）"
            )

    def _journal(self, dossier: Dossier) -> Iterator[Finding]:
        aside = sweeps.failed_cases(self.tx, waiting=False)
        waiting = frozenset(row.number for row in aside if row.waits)
        self.watch = Watch.of(dossier.history, self.calendar, waiting)
        yield from check_head(dossier, dossier.row)
        origin = dossier.events[0].hash if dossier.events else ""
        branches = Branches.told_in(dossier.history, queries.names_of_people(self.tx))
        keys = keys_told_in(dossier.history)
        self.witnesses = Witnesses(origin, keys, authority=self.authority, branches=branches)
        self.eras = Eras.told_in(dossier)
        yield from self.eras.check_row(evidence.in_force(self.tx))
        yield from check_rules(self.rule_rows, self.rules, dossier.history)
        yield from check_calendars(self.calendar_rows, dossier.history)
        yield from self.faulty_wordings
        self.appointments = Appointments.told_in(dossier)
        yield from check_deputies(deputies.kept(self.tx), self.appointments)
        yield from check_role_requests(role_requests.kept(self.tx), dossier.history)
        yield from check_grants_confirmed(dossier.history)
        yield from check_values_confirmed(dossier.history)
        yield from check_accounts(each_account(self.tx), dossier.history, self.secret)
        yield from self._of_other_programs(dossier.history)
        self.permissions = Permissions.told_in(dossier, self.rules, self.appointments)
        yield from self.permissions.directory.check(directory_rows.kept(self.tx))
        yield from self.permissions.check_journal(dossier)
        self.rounds = Rounds.told_in(dossier)
        yield from self.rounds.check_rows(lookbacks.campaigns(self.tx))
        yield from check_successions(successions.as_written(self.tx), dossier.history)
        yield from check_papers(dossier, self.kinds, {})
        yield from check_lives(dossier, self.kinds)
        yield from check_mails(dossier, {})
        yield from check_attachments(dossier)
        yield from self._of_the_scheduler(dossier)
        yield from check_set_asides(aside, dossier.history)

    def _of_other_programs(self, history: Sequence[Entry]) -> Iterator[Finding]:
        """Who is let in by a token, what was handed in, and who is told of what."""
        yield from check_api_tokens(each_token(self.tx), history, self.secret)
        yield from check_intake(each_item(self.tx), each_supplement(self.tx), history)
        yield from check_told(sources(self.tx), history)
        is_told = webhooks.is_anybody_told(self.tx)
        yield from check_webhooks(webhooks.each(self.tx), history, self.secret, is_told=is_told)

    def _of_the_scheduler(self, dossier: Dossier) -> Iterator[Finding]:
        yield from check_sweeps(by_id(self.tx, SweepRun), dossier.history)
        yield from check_holds(by_id(self.tx, Hold), dossier.history)
        yield from check_digests(sweeps.digests(self.tx), dossier.history)

    def _case(self, dossier: Dossier) -> Iterator[Finding]:
        self.case_ids += bool(dossier.rows or dossier.events or dossier.unreadable)
        if None in dossier.entries:
            raise ValueError(f"第{dossier.entries.index(None) + 1}条内容不可读")
        if dossier.unreadable:
            yield from self.recusals.check(dossier)
            return
        facts = facts_of(dossier.history)
        if dossier.events:
            yield from check_row(dossier, facts)
            yield from check_next_look(dossier, facts, self.rules, self.watch)
            yield from self.rounds.check(dossier, self.rules.lifecycles)
        elif dossier.rows:
            message = f"事项{dossier.name}没有任何历史记载：历史被整体删除"
            yield finding("history_missing", message, case=dossier.name)
        yield from self.permissions.check(dossier)
        yield from check_particulars(dossier, facts)
        yield from check_escalations(dossier, self.secret)
        yield from self.recusals.check(dossier)
        yield from check_mentions(dossier)
        joint = self.joint.of(dossier)
        yield from check_papers(dossier, self.kinds, joint)
        yield from check_mails(dossier, joint)
        yield from check_lives(dossier, self.kinds)

    def _lost_cases(self) -> Iterator[Finding]:
        """Case ids are given out without gaps, so a case that vanished with its history leaves a hole."""
        lost = serials.last_number(self.tx, CASE_IDS, 0) - self.case_ids
        if lost > 0:
            yield finding("case_missing", f"有{lost}个事项连同历史一起消失：整件被删除", missing=lost)
        elif lost < 0:
            yield finding("case_numbers_changed", "事项序号少于现有事项：序号被改小", missing=lost)


def _unreadable(dossier: Dossier) -> Iterator[Finding]:
    """A row that cannot be read was changed past the application; what hangs on it cannot be compared."""
    for row in dossier.unreadable:
        kind = type(row.error).__name__
        message = f"{row.table}表的一行无法读取（{kind}）：绕过系统改动了数据，该事项的其他各表未能比对"
        yield finding("row_unreadable", message, case=dossier.name, table=row.table, row=str(row.id))
