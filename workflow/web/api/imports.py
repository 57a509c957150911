"""Files on their way in: a ledger, a directory or a notice handed in, corrected, brought in."""

from http import HTTPStatus
from pathlib import Path as File
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from pydantic import Field

from states.importing import Kind
from workflow.services.files import waiting_room
from workflow.services.import_room import carrying_out, correcting, receiving, views
from workflow.services.import_room.correcting import Corrected
from workflow.services.import_room.drafts import Draft
from workflow.services.import_room.views import LEAF, TABS, Shown
from workflow.services.office import Signature
from workflow.web.api import details, frame, paging
from workflow.web.api.idempotency import Ask
from workflow.web.api.paging import Wanted
from workflow.web.api.seats import Reads
from workflow.web.api.shapes import ID_BOUND, Asked, Page, Shape
from workflow.web.frame.lanes import IMPORTS, along

router = frame.resource("imports")

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


class ImportLines(Shape):
    """Some lines of a file, and how many there are of each kind. `next` is the place the rest lies behind."""

    draft: ImportDraft
    counts: dict[str, int]
    items: list[ImportLine]
    next: int | None


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


class Start(Asked):
    """The file is brought in as it was when its `version` was told."""

    version: Annotated[str, Field(max_length=ID_BOUND)]


@router.get("/imports", response_model=Page[ImportDraft], summary="The caller's files on their way in")
def list_imports(request: Request, seat: Reads, wanted: Wanted) -> Response:
    """One's own files, the last touched first."""
    _, found = views.mine(seat.office, by=seat.by)
    return paging.page(request, Page[ImportDraft], list(map(_told, found)), wanted)


@router.post("/imports", response_model=ImportDraft, status_code=HTTPStatus.CREATED, summary="Hand a file in")
@along(IMPORTS)
def hand_import_in(*, request: Request, ask: Ask, handed: Handed) -> Response:
    """Take a file in; it is read at once and nothing of it is brought in."""
    seat = ask.seat

    def work(signed: Signature) -> frame.Told:
        views.mine(seat.office, by=seat.by)
        with TemporaryDirectory(dir=waiting_room(seat.office.settings.files)) as folder:
            given = details.file_in(handed.name, handed.content, File(folder))
            draft = receiving.receive(seat.office, given, by=signed, at=seat.at)
        found = views.leaf(seat.office, draft, by=seat.by).draft
        shape = ImportDraft.model_validate(_told(found))
        return frame.shaped(shape, HTTPStatus.CREATED, Location=f"{frame.PREFIX}/imports/{draft}")

    return ask.once(work)


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


@router.post("/imports/{draft}/start", response_model=ImportDraft, summary="Bring it in")
@along(IMPORTS)
def start_import(*, request: Request, ask: Ask, draft: DraftId, start: Start) -> Response:
    """Bring in what can be. Short files at once; the rest is done beside, and told by its `done`."""
    seat = ask.seat

    def work(signed: Signature) -> frame.Told:
        views.mine(seat.office, by=seat.by)
        standing = carrying_out.start(seat.office, draft, seen=start.version, by=signed, at=seat.at)
        if standing is not None and standing.total <= carrying_out.AT_ONCE:
            carrying_out.carry_out(seat.office, draft, clock=seat.counter.clock)
        return frame.shaped(
            ImportDraft.model_validate(_told(views.leaf(seat.office, draft, by=seat.by).draft))
        )

    return ask.once(work)


def _told(draft: Draft) -> dict[str, Any]:
    names = ("id", "name", "version", "total", "done")
    kind = Kind(draft.kind)
    told = {name: getattr(draft, name) for name in names}
    return {**told, "kind": kind.value, "kind_label": kind.label, "state": str(draft.state.value)}


def _lines(found: views.Leaf) -> ImportLines:
    items = [_line(table.name, line) for table in found.tables for line in table.lines]
    told = {"draft": _told(found.draft), "counts": found.counts, "items": items, "next": found.after}
    return ImportLines.model_validate(told)


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
