"""What belongs to a case: its history, why it stands there, tasks, milestones, papers, files, measures."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Path, Request, Response

from workflow.services import (
    attachments,
    course,
    explaining,
    measure_desk,
    reading_papers,
    register,
    timeline,
)
from workflow.web.api import frame, paging
from workflow.web.api.case_shapes import (
    Attachment,
    Deadline,
    Document,
    Entry,
    Explanation,
    Extension,
    Measure,
    Milestones,
    Task,
)
from workflow.web.api.cases import Number
from workflow.web.api.paging import Wanted
from workflow.web.api.seats import Reads, Seat
from workflow.web.api.shapes import SHA256, Id, Page
from workflow.web.pages.files import HEADERS, disposition

router = frame.resource("cases")

PDF, BYTES = "application/pdf", "application/octet-stream"
Digest = Annotated[str, Path(pattern=SHA256, description="SHA-256 of the file, in hexadecimal.")]
PaperId = Annotated[Id, Path(description="The id of a paper.")]


def binary(media_type: str) -> dict[int | str, dict[str, Any]]:
    """How a file is described as an answer."""
    schema = {"type": "string", "format": "binary"}
    return {200: {"description": "The file.", "content": {media_type: {"schema": schema}}}}


def handed_out(name: str, media_type: str, data: bytes) -> Response:
    """A file as a download and nothing else."""
    told = {"Content-Type": media_type, "Content-Disposition": disposition(name)}
    return Response(data, headers={**HEADERS, **told})


@router.get("/cases/{number}/history", response_model=Page[Entry], summary="Its history, oldest first")
def list_case_history(request: Request, seat: Reads, number: Number, wanted: Wanted) -> Response:
    """The entries of a case that the caller may see, under the places they have in the whole."""
    with seat.look():
        found = timeline.history(seat.office, number, by=seat.by)
        seat.note([number], "history")
    return paging.page(request, Page[Entry], found, wanted)


@router.get("/cases/{number}/reports", response_model=Page[Entry], summary="What was reported of it")
def list_case_reports(request: Request, seat: Reads, number: Number, wanted: Wanted) -> Response:
    """The reports of progress among the entries of a case, oldest first."""
    with seat.look():
        entries = timeline.history(seat.office, number, by=seat.by)
        seat.note([number], "history")
    found = [one for one in entries if one["kind"] in course.REPORTED]
    return paging.page(request, Page[Entry], found, wanted)


@router.get("/cases/{number}/explanation", response_model=Explanation, summary="Why it stands where it does")
def explain_case(seat: Reads, number: Number) -> Response:
    """The limits of a case day by day, why it stands where it stands, and what comes next."""
    with seat.look():
        found = explaining.explain(seat.office, number, today=seat.at, by=seat.by)
        seat.note([number], "explain")
    return frame.told(Explanation.model_validate(found))


@router.get("/cases/{number}/deadlines", response_model=Page[Deadline], summary="The dates set for it")
def list_case_deadlines(request: Request, seat: Reads, number: Number, wanted: Wanted) -> Response:
    """Every due date that was set, with what it was counted by."""
    return paging.page(request, Page[Deadline], _shown(seat, number)["limits"], wanted)


@router.get("/cases/{number}/tasks", response_model=Page[Task], summary="The tasks of its co-units")
def list_case_tasks(request: Request, seat: Reads, number: Number, wanted: Wanted) -> Response:
    """What co-units are asked to do, and how it stands."""
    return paging.page(request, Page[Task], _shown(seat, number)["tasks"], wanted)


@router.get("/cases/{number}/milestones", response_model=Milestones, summary="The milestones of its plan")
def list_case_milestones(seat: Reads, number: Number) -> Response:
    """The plan, and how far it has come."""
    found = _shown(seat, number)["nodes"]
    return frame.told(Milestones.model_validate({**found, "items": found["nodes"]}))


@router.get("/cases/{number}/extension", response_model=Extension, summary="The pending request for time")
def get_case_extension(seat: Reads, number: Number) -> Response:
    """What is asked for, and who has agreed so far; `pending` is false where nothing is asked for."""
    found = _shown(seat, number)["extension"]
    return frame.told(Extension.model_validate({"pending": found is not None, **(found or {})}))


@router.get("/cases/{number}/measures", response_model=Page[Measure], summary="The measures about it")
def list_case_measures(request: Request, seat: Reads, number: Number, wanted: Wanted) -> Response:
    """The measures that were raised, oldest first, with the commands the caller may give on each."""
    with seat.look(directory=True):
        found = measure_desk.listed(seat.office, number, by=seat.by)
        seat.note([number], "show")
    return paging.page(request, Page[Measure], [told_measure(one) for one in found], wanted)


def told_measure(found: measure_desk.MeasureSheet) -> dict[str, Any]:
    """A measure as the API tells of it."""
    told = {"label": found.rung.label, "unit": found.unit, "commands": [one.id for one in found.commands]}
    return {**found.told, **told, "number": found.number, "title": found.title, "seq": found.seq}


@router.get("/cases/{number}/documents", response_model=Page[Document], summary="Its papers")
def list_case_documents(request: Request, seat: Reads, number: Number, wanted: Wanted) -> Response:
    """The papers that were issued, in the order they were."""
    return paging.page(request, Page[Document], _shown(seat, number)["documents"], wanted)


@router.get(
    "/cases/{number}/documents/{document}/pdf",
    response_class=Response,
    responses=binary(PDF),
    summary="A paper as PDF",
)
def get_case_document(seat: Reads, number: Number, document: PaperId) -> Response:
    """The file that was issued. The reading is noted before it is handed out."""
    signed = seat.signature()
    found = reading_papers.printed(seat.office, number, document, by=signed, viewer=seat.by)
    seat.note([number], "paper")
    return handed_out(found.name, PDF, found.data)


@router.get("/cases/{number}/attachments", response_model=Page[Attachment], summary="Its files")
def list_case_attachments(request: Request, seat: Reads, number: Number, wanted: Wanted) -> Response:
    """The files that came with its entries, oldest first. Files are handed in with a transition."""
    with seat.look():
        found = [one.as_json() for one in attachments.listed(seat.office, number, by=seat.by)]
        seat.note([number], "attachments")
    return paging.page(request, Page[Attachment], found, wanted)


@router.get(
    "/cases/{number}/attachments/{sha256}",
    response_class=Response,
    responses=binary(BYTES),
    summary="A file",
)
def get_case_attachment(seat: Reads, number: Number, sha256: Digest) -> Response:
    """A file by its hash, if it is shown to the caller. The reading is noted before he has it."""
    with seat.look():
        found = attachments.fetched(seat.office, number, sha256, by=seat.by)
        seat.note([number], "attachment")
    return handed_out(found.name, BYTES, found.data)


def _shown(seat: Seat, number: str) -> Mapping[str, Any]:
    """Everything the caller may see of a case; the reading is noted first."""
    with seat.look():
        found = register.show(seat.office, number, today=seat.at, by=seat.by)
        seat.note([number], "show")
    return found
