"""Taking the history out of the house: one case or all, in one of several forms, as a file and an entry.

The file is written whole beside its place and put there last, once the journal has the entry that tells of
it; an export nobody wrote down leaves no file. `FORMS` is where a form plugs in.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection

from states.calendar import WorkCalendar
from states.errors import UNREADABLE, FactInvalid, NotPermitted
from states.eventlog import LEFT_OUT, Names, Pseudonyms, Trace, trace_of
from states.handlers import veiled
from states.visibility import NO_CURTAIN, Curtain, Sight, sight_of
from workflow.eventlogs.about import About
from workflow.eventlogs.csv_form import write_csv
from workflow.eventlogs.ocel_json import write_ocel_json
from workflow.eventlogs.ocel_sqlite import write_ocel_sqlite
from workflow.eventlogs.xes import write_xes
from workflow.evidence import export as evidence
from workflow.placing import beside, check_place, digest_of, put
from workflow.services.access import shown_case
from workflow.services.batch import Batch
from workflow.services.entries import Act, stamp
from workflow.services.office import Office, Signature
from workflow.services.people import signer
from workflow.services.seeing import Eyes, viewer_of
from workflow.services.timeline import SENTENCES
from workflow.storage import exports, queries, roles, rules
from workflow.storage.guarded import Read, readable
from workflow.storage.retention import sealed_cases
from workflow.storage.session import reading, transaction

KEY_BYTES = 32
EVIDENCE = "jsonl"


@dataclass(slots=True)
class Source:
    """What a form is given to write: the histories of one case or of all, as somebody may see them.

    `scope` is the case's number, None for all. What it has told so far is counted as it is read.
    """

    tx: Connection
    office: Office
    made_at: str
    scope: str | None = None
    case_id: int | None = None
    drawn: Curtain = NO_CURTAIN
    progress: Callable[[int], None] = lambda _done: None
    cases: int = 0
    entries: int = 0
    unreadable: list[dict[str, Any]] = field(default_factory=list)
    with_words: bool = False
    withheld: int = 0

    def traces(self) -> Iterator[Trace]:
        """The cases one by one, each with its entries; those past reading are left out and listed."""
        names = _names(self.tx, self.office)
        rows = exports.payloads(self.tx, self.case_id)
        for _, group in groupby(rows, key=lambda row: row.case_id):
            trace = self._trace(group, names)
            if trace is not None:
                self.cases += 1
                self.entries += len(trace.happenings)
                self.progress(self.cases)
                yield trace

    @property
    def about(self) -> About:
        units = {row.code: row.name for row in queries.units(self.tx)}
        return About(self.scope, self.made_at, units)

    def _trace(self, rows: Iterable[Read], names: Names) -> Trace | None:
        shown = list(self._shown(rows))
        try:
            return trace_of(shown, names) if shown else None
        except UNREADABLE:
            self.unreadable.append({"case": shown[0]["case"], "entry": None})
            return None

    def _shown(self, rows: Iterable[Read]) -> Iterator[Mapping[str, Any]]:
        for row in rows:
            try:
                payload = orjson.loads(readable(row).payload)
                hidden = self.drawn.hides(payload["kind"], payload["details"])
            except UNREADABLE:
                self.unreadable.append({"case": None, "entry": row.id})
                continue
            if not hidden:
                yield veiled(payload) if self.drawn.withholds(payload) else payload


Write = Callable[[Path, Source], None]


def _of_traces(write: Callable[[Path, About, Iterable[Trace]], None]) -> Write:
    """A form that is written from traces."""
    return lambda path, source: write(path, source.about, source.traces())


def _evidence(path: Path, source: Source) -> None:
    """A chain is proved whole or not at all, so nothing can be left out of it for anybody."""
    if source.drawn.is_drawn:
        raise NotPermitted(
            "核验用的导出须包含全部记载，只能由可以查看全部记载的人导出；其他人请导出xes、ocel或csv。",
            code="evidence_is_whole",
        )
    made = evidence.Evidence(
        source.tx, source.case_id, source.scope, with_words=source.with_words, drawn=source.drawn
    )
    evidence.write(path, made)
    source.withheld = made.withheld
    source.cases, source.entries, source.unreadable = made.cases, made.entries, made.unreadable


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a file: what it is called in the entry, and the endings of files it takes (none: any)."""

    name: str
    write: Write
    suffixes: tuple[str, ...] = ()


FORMS: Mapping[str, tuple[Form, ...]] = {
    "xes": (Form("xes", _of_traces(write_xes)),),
    "ocel": (
        Form("ocel-json", _of_traces(write_ocel_json), (".json", ".jsonocel")),
        Form("ocel-sqlite", _of_traces(write_ocel_sqlite), (".sqlite",)),
    ),
    "csv": (Form("csv", _of_traces(write_csv)),),
    "jsonl": (Form(EVIDENCE, _evidence, (".jsonl",)),),
}
"""The forms by the word they are asked for with."""


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that was made: where it lies, what it holds, and the journal's entry that tells of it.

    No entry (`seq` None) tells of one made by a role of the database that can only read.
    """

    file: Path
    form: str
    scope: str | None
    cases: int
    entries: int
    unreadable: tuple[dict[str, Any], ...]
    sha256: str
    seq: int | None

    def as_json(self) -> dict[str, Any]:
        return {
            "file": str(self.file),
            "form": self.form,
            "scope": self.scope or "all",
            "cases": self.cases,
            "entries": self.entries,
            "unreadable": list(self.unreadable),
            "sha256": self.sha256,
            "journal_seq": self.seq,
            "left_out": LEFT_OUT,
        }


def export_history(
    office: Office,
    file: Path,
    form: str,
    *,
    by: Signature,
    case: str | None = None,
    reason: str | None = None,
    force: bool = False,
    words: bool = False,
    progress: Callable[[int], None] = lambda _done: None,
) -> Exported:
    """Write the history of one case or of all into a file, and an entry that it went out.

    A role of the database that can only read gets the file all the same: it can read everything by itself.

    Whoever signs gets what he may see: all only who sees every case, one case without what is kept from him;
    the machine's operator all, but a sealed matter alone only by name. As evidence (`jsonl`) people's words
    go out only with `words`, and the stand-alone verifier is put beside the file.

    Raises `FactInvalid` (`export_form_unknown`, `export_suffix`), `FileRefused` (`export_exists`,
    `export_folder`), `NotPermitted` (also `evidence_is_whole`, `matter_sealed`), `NotFound`.
    """
    chosen = form_for(form, file)
    check_place(file, force=force)
    with beside(file) as waiting:
        with reading(office.engine) as tx:
            source = _source(tx, office, case, by)
            source.progress, source.with_words = progress, words
            chosen.write(waiting, source)
            told = roles.may_write(tx)
        digest = digest_of(waiting)
        seq = _enter(office, chosen, source, digest, by=by, reason=reason) if told else None
        put(waiting, file, force=force)
    if chosen.name == EVIDENCE:
        _put_verifier(file.parent)
    unreadable = tuple(source.unreadable)
    return Exported(file, chosen.name, source.scope, source.cases, source.entries, unreadable, digest, seq)


def form_for(form: str, file: Path) -> Form:
    """The form that is meant by a word and a file's ending. Raises `FactInvalid`."""
    known = FORMS.get(form)
    if known is None:
        words = "、".join(FORMS)
        raise FactInvalid(f"不能导出为“{form[:40]}”，可用的格式：{words}。", code="export_form_unknown")
    found = next((one for one in known if not one.suffixes or file.suffix.lower() in one.suffixes), None)
    if found is None:
        endings = "、".join(ending for one in known for ending in one.suffixes)
        raise FactInvalid(f"{form}格式的文件名须以{endings}结尾，请改文件名。", code="export_suffix")
    return found


def _source(tx: Connection, office: Office, case: str | None, by: Signature) -> Source:
    made_at = stamp(by.recorded_at)
    if case is None:
        return Source(tx, office, made_at, drawn=over_all(tx, office, by))
    row, drawn = shown_case(tx, office, case, viewer_of(by))
    return Source(tx, office, made_at, row.number, row.id, drawn)


def over_all(tx: Connection, office: Office, by: Signature) -> Curtain:
    """What is kept of all cases from whoever signs. Refuses him who does not see every one."""
    viewer = viewer_of(by)
    if viewer is None:
        return NO_CURTAIN
    eyes = Eyes(tx, viewer)
    if sight_of(eyes.roles, is_sealed=bool(sealed_cases(tx))) is not Sight.WHOLE:
        raise NotPermitted(
            f"{viewer.person}不能查看全部事项，因此不能导出全部历史；可以只导出本人有职责的一个事项。",
            code="export_all_not_permitted",
            person=signer(tx, viewer.person),
        )
    return eyes.curtain(office, None)


def _names(tx: Connection, office: Office) -> Names:
    """What things are called, under every lifecycle table there was."""
    tables = {one.digest: one for one in office.every_lifecycle(tx)}
    labels = {digest: {row.event: row.label for row in one.commands} for digest, one in tables.items()}
    states = {digest: {row.id: row.label for row in one.states} for digest, one in tables.items()}
    anywhere = dict(SENTENCES) | {event: label for one in labels.values() for event, label in one.items()}
    return Names(
        pseudonyms=Pseudonyms(secrets.token_bytes(KEY_BYTES)),
        units={row.code: row.name for row in queries.units(tx)},
        labels={digest: anywhere | own for digest, own in labels.items()},
        states=states,
        calendar=_calendars(tx, office),
    )


def _calendars(tx: Connection, office: Office) -> Callable[[str | None], WorkCalendar]:
    """Calendars by version; one that is not kept any more, or none, means the one in force."""
    kept, in_force = frozenset(rules.calendar_versions(tx)), office.calendar(tx)
    return lambda version: office.calendar(tx, version) if version in kept else in_force


def _enter(
    office: Office, form: Form, source: Source, digest: str, *, by: Signature, reason: str | None
) -> int:
    """Enter into the journal what goes out; the entry's seq."""
    details = {
        "format": form.name,
        "scope": source.scope or "all",
        "cases": source.cases,
        "entries": source.entries,
        "unreadable": len(source.unreadable),
        "sha256": digest,
    }
    details |= {"words": True} if source.with_words else {}
    details |= {"words_withheld": source.withheld} if source.withheld else {}
    details |= {} if reason is None else {"reason": reason}
    with transaction(office.engine) as tx:
        person = signer(tx, by.person)
        batch = Batch(tx, office, by)
        seq = batch.note(Act("history_exported", by.recorded_at, person, details))
        batch.flush()
    return seq


def _put_verifier(folder: Path) -> None:
    """The stand-alone verifier beside an export; another file of its name is left as it is."""
    with suppress(FileExistsError), (folder / evidence.VERIFIER).open("xb") as file:
        file.write(evidence.verifier())
