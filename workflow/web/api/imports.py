"""Files on their way in: a ledger, a directory or a notice handed in, corrected, brought in."""

import secrets
from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from pathlib import Path as File
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from pydantic import Field

from states.calendar import FIRST_YEAR, LAST_YEAR
from states.importing import Kind
from workflow.services import register_template
from workflow.services.files import from_base64, waiting_room
from workflow.services.import_room import carrying_out, correcting, receiving, sources, views
from workflow.services.import_room.correcting import Corrected
from workflow.services.import_room.drafts import Draft, State
from workflow.services.import_room.examining import busy, changed_meanwhile
from workflow.services.import_room.views import LEAF, TABS, Shown
from workflow.services.office import Signature
from workflow.web.api import details, frame, paging
from workflow.web.api.case_parts import binary
from workflow.web.api.idempotency import Ask, Asking
from workflow.web.api.paging import Wanted
from workflow.web.api.seats import Reads
from workflow.web.api.shapes import ID_BOUND, Asked, Line, Page, Shape
from workflow.web.frame.lanes import IMPORTS, along
from workflow.web.pages.register_keeping import handed_out
from workflow.workbooks.container import Kind as Book

router = frame.resource("imports")

MOST_SOURCE = 500
MOST_PLACE, MOST_COLUMN, MOST_CELL, WORD = 10_000_000, 1_000, 32_767, 16
DraftId = Annotated[str, Path(max_length=ID_BOUND, description="The id of a file on its way in.")]
Place = Annotated[int, Field(ge=0, le=MOST_PLACE)]


class Handed(Asked):
    """A file: its name and its bytes in Base64."""

    name: Annotated[str, Field(min_length=1, max_length=details.LONGEST_FILE_NAME, examples=["台账.xlsx"])]
    content: str


class ImportDraft(Shape):
    """A file on its way in, and how far it is."""

    id: str
    kind: str
    kind_label: str
    state: str
    name: str
    version: str
    total: int
    done: int


class ImportLine(Shape):
    """A line of a file: its cells by column, and what was found about them."""

    place: int
    row: int
    sheet: str
    fate: str
    fate_label: str
    cells: dict[str, str]
    found: list[dict[str, Any]]


class ImportColumn(Shape):
    """A column of a ledger: its heading, and the field it is read as; empty for none."""

    column: int
    heading: str
    field: str


class ImportLines(Shape):
    """Some lines of a file, and how many there are of each kind. `next` is the place the rest lies behind.

    `mappings` are the sources whose files have these columns and would be read otherwise.
    """

    draft: ImportDraft
    counts: dict[str, int]
    items: list[ImportLine]
    next: int | None
    columns: list[ImportColumn]
    mappings: list[str]


class LineCorrected(Asked):
    """What becomes of a line: other cells, left out, or taken with its suggestions."""

    cells: dict[Annotated[int, Field(ge=0, le=MOST_COLUMN)], Annotated[str, Field(max_length=MOST_CELL)]] = (
        Field(default_factory=dict, max_length=MOST_COLUMN)
    )
    left_out: bool = False
    accepted: bool = False


class Corrections(Asked):
    """Lines by their places."""

    lines: Annotated[dict[Place, LineCorrected], Field(min_length=1, max_length=LEAF)]


class ColumnsSaid(Asked):
    """Which field stands in which column, by their numbers; an empty one is not read. With `mapping` it is
    kept for the next file of that source."""

    columns: Annotated[
        dict[Annotated[int, Field(ge=0, le=MOST_COLUMN)], Annotated[Line, Field(max_length=ID_BOUND)]],
        Field(max_length=MOST_COLUMN, examples=[{"2": "title"}]),
    ]
    mapping: Annotated[Line, Field(max_length=ID_BOUND)] = ""


class MappingUsed(Asked):
    """The source the columns are read as another file of was."""

    name: Annotated[Line, Field(min_length=1, max_length=ID_BOUND)]


class NoticeSaid(Asked):
    """What a notice's file does not say: its source, the day it was known, its year."""

    source: Annotated[Line, Field(max_length=MOST_SOURCE)] = ""
    known_since: date | None = None
    year: Annotated[int | None, Field(ge=FIRST_YEAR, le=LAST_YEAR)] = None


class PutAway(Shape):
    """A file that is no more."""

    id: str


class Start(Asked):
    """The file is brought in as it was when its `version` was told."""

    version: Annotated[str, Field(max_length=ID_BOUND)]


@router.get("/imports", response_model=Page[ImportDraft], summary="The caller's files on their way in")
def list_imports(request: Request, seat: Reads, wanted: Wanted) -> Response:
    """One's own files, the last touched first."""
    _, found = views.mine(seat.office, by=seat.by)
    return paging.page(request, Page[ImportDraft], list(map(_told, found)), wanted, ("id",))


@router.post("/imports", response_model=ImportDraft, status_code=HTTPStatus.CREATED, summary="Hand a file in")
@along(IMPORTS)
def hand_import_in(*, request: Request, ask: Ask, handed: Handed) -> Response:
    """Take a file in; it is read at once and nothing of it is brought in."""
    seat = ask.seat

    def work(signed: Signature) -> frame.Told:
        views.mine(seat.office, by=seat.by)
        with TemporaryDirectory(dir=waiting_room(seat.office.settings.files)) as folder:
            given = from_base64(handed.name, handed.content, File(folder))
            draft = receiving.receive(seat.office, given, by=signed, at=seat.at)
        found = views.leaf(seat.office, draft, by=seat.by).draft
        shape = ImportDraft.model_validate(_told(found))
        return frame.shaped(shape, HTTPStatus.CREATED, Location=f"{frame.PREFIX}/imports/{draft}")

    return ask.once(work)


@router.get(
    "/imports/template",
    response_class=Response,
    responses=binary(Book.XLSX.media),
    summary="An empty register",
)
def get_import_template(seat: Reads) -> Response:
    """An empty register to be filled in."""
    views.mine(seat.office, by=seat.by)
    file = waiting_room(seat.office.settings.files) / secrets.token_hex(16)
    register_template.write(seat.office, file, at=seat.at)
    return handed_out(file, "督办台账-模板.xlsx", Book.XLSX.media)


@router.get("/imports/{draft}", response_model=ImportLines, summary="A file and its lines")
def get_import(
    seat: Reads,
    draft: DraftId,
    tab: Annotated[str, Query(max_length=WORD, description="、".join(TABS))] = "",
    after: Annotated[int, Query(ge=0, le=MOST_PLACE)] = 0,
) -> Response:
    """Some lines of a file by what is to be done about them, with what is wrong in which cell."""
    return frame.told(_lines(views.leaf(seat.office, draft, by=seat.by, tab=tab, after=after)))


@router.post("/imports/{draft}/corrections", response_model=ImportDraft, summary="Correct lines")
@along(IMPORTS)
def correct_import(*, request: Request, ask: Ask, draft: DraftId, given: Corrections) -> Response:
    """Correct cells of some lines, leave lines out, or take what is suggested; the file is read anew,
    and its lines are to be asked for: no cell is kept with the key of a request."""
    seat = ask.seat

    def work(signed: Signature) -> frame.Told:
        views.mine(seat.office, by=seat.by)
        lines = {
            place: Corrected(one.cells, one.left_out, one.accepted) for place, one in given.lines.items()
        }
        correcting.correct_lines(seat.office, draft, lines, by=signed, at=seat.at)
        found = views.leaf(seat.office, draft, by=seat.by).draft
        return frame.shaped(ImportDraft.model_validate(_told(found)))

    return ask.once(work)


@router.post("/imports/{draft}/columns", response_model=ImportDraft, summary="Say what its columns are")
@along(IMPORTS)
def set_import_columns(*, request: Request, ask: Ask, draft: DraftId, given: ColumnsSaid) -> Response:
    """Say which field stands in which column; the file is read anew."""

    def change() -> None:
        if given.mapping:
            sources.say(ask.seat.office, draft, given.columns, given.mapping, **ask.signed)
        else:
            correcting.set_columns(ask.seat.office, draft, given.columns, **ask.signed)

    return _changed(ask, draft, change)


@router.post("/imports/{draft}/mapping", response_model=ImportDraft, summary="Read it as its source's last")
@along(IMPORTS)
def use_import_mapping(*, request: Request, ask: Ask, draft: DraftId, given: MappingUsed) -> Response:
    """Read its columns as those of another file of its source were."""
    return _changed(ask, draft, lambda: sources.use(ask.seat.office, draft, given.name, **ask.signed))


@router.post("/imports/{draft}/options", response_model=ImportDraft, summary="Say what a notice does not")
@along(IMPORTS)
def set_import_options(*, request: Request, ask: Ask, draft: DraftId, given: NoticeSaid) -> Response:
    """Say what a notice's file does not; it is read anew."""
    told = {"source": given.source, "known_since": given.known_since, "year": given.year}
    said = {name: "" if one is None else str(one) for name, one in told.items()}
    return _changed(ask, draft, lambda: correcting.set_options(ask.seat.office, draft, said, **ask.signed))


@router.post("/imports/{draft}/discard", response_model=PutAway, summary="Put it away")
def discard_import(ask: Ask, draft: DraftId) -> Response:
    """Do away with a file on its way in; what went in of it stays."""
    seat = ask.seat

    def work(signed: Signature) -> frame.Told:
        views.leaf(seat.office, draft, by=seat.by)
        carrying_out.put_away(seat.office, draft, by=signed)
        return frame.shaped(PutAway(id=draft))

    return ask.once(work)


@router.post("/imports/{draft}/start", response_model=ImportDraft, summary="Bring it in")
@along(IMPORTS)
def start_import(*, request: Request, ask: Ask, draft: DraftId, start: Start) -> Response:
    """Bring in what can be, if the file is as it was told. Short files at once; the rest is done beside, and
    told by its `done`."""
    seat = ask.seat

    def work(signed: Signature) -> frame.Told:
        views.mine(seat.office, by=seat.by)
        standing = carrying_out.start(seat.office, draft, seen=start.version, by=signed, at=seat.at)
        found = views.leaf(seat.office, draft, by=seat.by).draft
        if standing is None:
            raise changed_meanwhile() if found.state is State.OPEN else busy()
        if standing.total <= carrying_out.AT_ONCE:
            carrying_out.carry_out(seat.office, draft, clock=seat.counter.clock)
            found = views.leaf(seat.office, draft, by=seat.by).draft
        return frame.shaped(ImportDraft.model_validate(_told(found)))

    return ask.once(work)


def _changed(ask: Asking, draft: str, change: Callable[[], object]) -> Response:
    """A file after something about it was said otherwise."""
    seat = ask.seat

    def work(_: Signature) -> frame.Told:
        views.mine(seat.office, by=seat.by)
        change()
        found = views.leaf(seat.office, draft, by=seat.by).draft
        return frame.shaped(ImportDraft.model_validate(_told(found)))

    return ask.once(work)


def _told(draft: Draft) -> dict[str, Any]:
    names = ("id", "name", "version", "total", "done")
    kind = Kind(draft.kind)
    told = {name: getattr(draft, name) for name in names}
    return {**told, "kind": kind.value, "kind_label": kind.label, "state": str(draft.state.value)}


def _lines(found: views.Leaf) -> ImportLines:
    items = [_line(table.name, line) for table in found.tables for line in table.lines]
    told = {"draft": _told(found.draft), "counts": found.counts, "items": items, "next": found.after}
    columns = found.draft.told.get("columns") or ()
    return ImportLines.model_validate({**told, "columns": columns, "mappings": found.mappings})


def _line(sheet: str, line: Shown) -> dict[str, Any]:
    return {
        "place": line.place,
        "row": line.row,
        "sheet": sheet,
        "fate": line.fate,
        "fate_label": line.label,
        "cells": {str(column): text for column, text in line.cells.items()},
        "found": [dict(one) for several in line.found.values() for one in several],
    }
