"""The office's own wording, changed before a page: tried, checked, kept under its hash, and written.

The files of `DUBAN_TEMPLATES` stay the one place where wording lies; whoever edits them there goes on doing
so. What is saved here is kept as papers keep theirs: every version can be read and taken up again. The
journal tells who changed what. No paper that was issued changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection

from notifications import proofing, wording_files
from notifications.document import Document
from notifications.errors import MailRoomError, NoticeUnrenderable
from notifications.messages import mailed_facts
from notifications.plain import as_text
from notifications.proofing import FAULT, MEDIA, Finding
from notifications.samples import samples
from notifications.stationery import Stationery, load_any
from notifications.substitution import render
from notifications.wording import compose
from states.errors import FactInvalid
from states.office_time import office_day
from states.settings_rights import WORDING, Section, check_one_of, check_reads
from states.vocabulary import Role
from workflow.errors import ConfigurationError, EditConflict, NotFound
from workflow.services.accounts.role_desk import roles_of, signer_of
from workflow.services.batch import Batch
from workflow.services.entries import Act, stamp
from workflow.services.office import Office, Signature
from workflow.services.printing import printed
from workflow.services.replay import Entry, readable
from workflow.settings import Settings
from workflow.storage import journal, queries
from workflow.storage.session import reading, transaction
from workflow.storage.wordings import kept_with

CHANGED = "wording_changed"
PART_BOUND, LISTED = 16_000, 30
PARTS = {
    "notice": "文书正文",
    "subject": "邮件主题",
    "text": "邮件正文（纯文本）",
    "html": "邮件正文（网页）",
}
Texts = Mapping[str, str]
"""The sources of a kind by the part they are of its stationery."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The wording of a kind as it is used now: its sources, what tells it from the next, where it is from.

    `trouble` says why it cannot be used. `versions` are those saved here, the newest first.
    """

    kind: str
    label: str
    texts: Texts
    digest: str
    is_changed: bool
    may_save: bool
    trouble: str
    versions: Sequence[Mapping[str, Any]]


def show(office: Office, kind: str, *, roles: frozenset[Role], version: str = "") -> Shown:
    """The wording of a kind, with the sources of a kept `version`, by its hash, or as it is used now.

    Raises `NotPermitted` (`setting_not_yours`), `NotFound` (`kind_unknown`, `wording_unknown`).
    """
    check_reads(Section.WORDINGS, roles)
    label, folder = label_of(kind), office.settings.templates
    now, trouble = _now(kind, folder)
    packaged = packaged_texts(kind)
    with reading(office.engine) as tx:
        told, names = journal.entries_of_kind(tx, CHANGED), queries.names_of_people(tx)
        texts = _kept(tx, kind, version) if version else now
    versions = [_version(one, names) for one in readable(reversed(told)) if _is_of(one, kind)]
    may_save = folder is not None and not trouble
    return Shown(
        kind, label, texts, digest_of(kind, now), now != packaged, may_save, trouble, versions[:LISTED]
    )


def packaged_texts(kind: str) -> dict[str, str]:
    """The sources of a kind as they came with this release."""
    return {part: wording_files.packaged(name) for part, name in wording_files.names_of(kind).items()}


def digest_of(kind: str, texts: Texts) -> str:
    """What tells these sources from others: the hash papers name their wording by."""
    return Stationery(kind, **{"notice": "", **texts}).digest


def preview(kind: str, texts: Texts) -> list[tuple[str, str]]:
    """Paper and mail in these words, over the full sample, each under its name; or why there is none."""
    (sample, *_), stationery = samples(kind), Stationery(kind, **{"notice": "", **texts})
    made = []
    for part, source in texts.items():
        try:
            if part == "notice":
                said = as_text(compose(stationery, sample.facts))
            else:
                facts = mailed_facts(kind, sample.facts, recipient_name="收件人", copy_code="0A1B2C3D")
                said = render(source, facts, medium=MEDIA[part])
        except MailRoomError as refusal:
            said = f"不能成文：{refusal.message}"
        made.append((PARTS[part], said))
    return made


def check(settings: Settings, kind: str, texts: Texts) -> list[Finding]:
    """Everything found about these words, papers laid out and looked over; nothing is kept."""

    def printing(paper: Document) -> None:
        printed(paper, settings, issued_at=proofing.DATED)

    with TemporaryDirectory() as place:
        folder = Path(place)
        for part, name in wording_files.names_of(kind).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[part], encoding="utf-8")
        return [one for one in proofing.proof(kind, folder, printing=printing) if one.level != proofing.NOTE]


def save(office: Office, kind: str, texts: Texts, *, seen: str, by: Signature, at: datetime) -> str:
    """Let papers and mails of a kind be worded like this from now on; returns the hash of the wording.

    What is as it came with the release is no file of the office's. `seen` is the hash of what was edited.
    Raises `NotPermitted` (`setting_not_yours`), `ConfigurationError` (`templates_unset`), `EditConflict`
    (`wording_changed`), `FactInvalid` (`wording_faulty`, `wording_unchanged`).
    """
    label_of(kind)
    folder = _folder(office.settings)
    if faults := [one.sentence for one in check(office.settings, kind, texts) if one.level == FAULT]:
        message = f"用语有误，未予保存：{'；'.join(faults[:3])}。"
        raise FactInvalid(message, code="wording_faulty", findings=faults)
    digest = digest_of(kind, texts)
    with _written(kind, texts, folder), transaction(office.engine) as tx:
        batch = Batch(tx, office, by)
        batch.open_journal()  # whoever saves next must see what is saved now
        person = signer_of(tx, by)
        check_one_of(WORDING, roles_of(tx, person, office_day(at)), "文书用语只能由{}修改。")
        former = digest_of(kind, _now(kind, folder)[0])
        _check(former, seen, digest)
        queries.keep_stationery(tx, digest, kind, Stationery(kind, **{"notice": "", **texts}).as_json())
        told = {"kind": kind, "digest": digest, "former": former, "packaged": texts == packaged_texts(kind)}
        batch.note(Act(CHANGED, at, person, told))
        batch.flush()
        _write(kind, texts, folder)
    return digest


@contextmanager
def _written(kind: str, texts: Texts, folder: Path) -> Iterator[None]:
    """The files as they were, if what tells of the change does not come to stand."""
    names = wording_files.names_of(kind).values()
    former = {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}
    try:
        yield
    except BaseException:
        for name in names:
            wording_files.put_back(name, former.get(name), folder)
        raise


def _write(kind: str, texts: Texts, folder: Path) -> None:
    for part, name in wording_files.names_of(kind).items():
        own = None if texts[part] == wording_files.packaged(name) else texts[part].encode()
        wording_files.put_back(name, own, folder)
        if own is not None:
            wording_files.mark_seen(name, folder)


def _check(former: str, seen: str, digest: str) -> None:
    if former != seen:
        raise EditConflict(
            "打开表单以后，用语已被改动，未予保存；您写的仍在下面，现用的可以另开本页对照，核对后再保存。",
            code="wording_changed",
        )
    if former == digest:
        raise FactInvalid("与现用的用语相同，无须保存。", code="wording_unchanged")


def _now(kind: str, folder: Path | None) -> tuple[dict[str, str], str]:
    """The sources in use; where the office's cannot be read, the packaged ones, and why."""
    names = wording_files.names_of(kind)
    try:
        return {part: wording_files.read(name, folder).text for part, name in names.items()}, ""
    except NoticeUnrenderable as refusal:
        return packaged_texts(kind), refusal.message


def _kept(tx: Connection, kind: str, version: str) -> dict[str, str]:
    found = kept_with(tx, kind, version)
    if len(found) != 1:
        raise NotFound("没有留存这一版用语，请从列表进入。", code="wording_unknown")
    kept = Stationery.from_json(found[0])
    return {part: getattr(kept, part) for part in wording_files.names_of(kind)}


def label_of(kind: str) -> str:
    """What people call a kind. Raises `NotFound` (`kind_unknown`)."""
    label = wording_files.kinds().get(kind)
    if label is None:
        raise NotFound("没有这种文书，请从用语一览进入。", code="kind_unknown")
    return label


def _folder(settings: Settings) -> Path:
    if settings.templates is None:
        raise ConfigurationError(
            "还没有指定本单位的文书用语文件夹，不能保存；请维护人员先设置。", code="templates_unset"
        )
    return settings.templates


def _is_of(entry: Entry, kind: str) -> bool:
    return bool((entry.details.model_extra or {}).get("kind") == kind)


def _version(entry: Entry, names: Mapping[str, str]) -> dict[str, Any]:
    told = entry.details.model_extra or {}
    who = names.get(entry.actor, entry.actor)
    at, packaged = stamp(entry.occurred_at), told["packaged"]
    return {"digest": entry.details.digest, "packaged": packaged, "by": who, "at": at}


def overview(office: Office, *, roles: frozenset[Role]) -> list[dict[str, Any]]:
    """Every kind: whether its words are the office's own, their hash, and why they cannot be used.

    What came with the release is not gone through again. Raises `NotPermitted` (`setting_not_yours`),
    `NoticeUnrenderable` (`wording_folder_missing`).
    """
    check_reads(Section.WORDINGS, roles)
    folder = office.settings.templates
    if folder is not None:
        wording_files.check_folder(folder)
    return [_line(kind, label, folder) for kind, label in wording_files.kinds().items()]


def _line(kind: str, label: str, folder: Path | None) -> dict[str, Any]:
    texts, trouble = _now(kind, folder)
    is_changed = bool(trouble) or texts != packaged_texts(kind)
    if is_changed and not trouble:
        trouble = _why_not(kind, folder)
    digest = None if trouble else digest_of(kind, texts)
    return {"kind": kind, "label": label, "changed": is_changed, "digest": digest, "trouble": trouble}


def _why_not(kind: str, folder: Path | None) -> str:
    try:
        load_any(kind, folder)
    except NoticeUnrenderable as refusal:
        return refusal.message
    return ""
