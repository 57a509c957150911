"""The wording of papers and mails: shown, read as it would come out, checked, saved, brought back."""

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import Path, Query, Request, Response
from pydantic import Field

from states.errors import FactInvalid
from states.settings_rights import WORDING, check_one_of
from workflow import particulars
from workflow.errors import ConfigurationError, EditConflict
from workflow.services import wording_edits
from workflow.services.office import Signature
from workflow.services.wording_edits import PART_BOUND
from workflow.web.api import frame, paging
from workflow.web.api.idempotency import AskToSet
from workflow.web.api.paging import Wanted
from workflow.web.api.seats import Reads, Seat, Sets
from workflow.web.api.shapes import Asked, Page, Shape
from workflow.web.api.shapes import Source as ToTheLetter
from workflow.web.frame.lanes import DRAFTS, along

router = frame.resource("office")

MOST_HASH, MOST_PARTS = 64, 8
Kind = Annotated[str, Path(max_length=particulars.MAX_NAME, description="`kind` of a paper or mail.")]
Kept = Annotated[
    str, Query(max_length=MOST_HASH, description="`digest` of a version; else what is used now.")
]
Source = Annotated[ToTheLetter, Field(min_length=1, max_length=PART_BOUND)]
Texts = Annotated[
    dict[Annotated[str, Field(max_length=MOST_PARTS * 2)], Source], Field(min_length=1, max_length=MOST_PARTS)
]


class Worded(Asked):
    """The sources of a kind by their parts, all of them."""

    texts: Texts


class WordingSaved(Worded):
    """The same to be used from now on. `seen` is the `digest` of what was edited."""

    seen: Annotated[str, Field(max_length=MOST_HASH)]


class WordingRestored(Asked):
    """The packaged wording is used again. `seen` as for saving."""

    seen: Annotated[str, Field(max_length=MOST_HASH)]


class WordingLine(Shape):
    """A kind, whether its words are the office's own, and why they cannot be used."""

    kind: str
    label: str
    changed: bool
    digest: str | None
    trouble: str


class WordingVersion(Shape):
    """A wording that was saved here."""

    digest: str
    packaged: bool
    by: str
    at: str


class Wording(Shape):
    """The sources of a kind as they are used now, or were in a version."""

    kind: str
    label: str
    texts: dict[str, str]
    digest: str
    is_changed: bool
    may_save: bool
    trouble: str
    versions: list[WordingVersion]


class PartRead(Shape):
    """A part as it would come out, over a sample; or why it does not."""

    label: str
    text: str


class Readings(Shape):
    """The parts of a kind as they would come out."""

    items: list[PartRead]


class WordingFinding(Shape):
    """What was found in a wording. One with a `fault` cannot be saved."""

    level: str
    sentence: str


class Findings(Shape):
    """Everything found in a wording."""

    items: list[WordingFinding]


class Saved(Shape):
    """The hash of the wording that is used from now on."""

    kind: str
    digest: str


@router.get("/wordings", response_model=Page[WordingLine], summary="The kinds of wording")
def list_wordings(request: Request, seat: Reads, wanted: Wanted) -> Response:
    """Every kind of paper and mail."""
    return paging.page(
        request, Page[WordingLine], wording_edits.overview(seat.office, roles=seat.roles), wanted
    )


@router.get("/wordings/{kind}", response_model=Wording, summary="The wording of a kind")
def get_wording(seat: Reads, kind: Kind, version: Kept = "") -> Response:
    """The sources of a kind, with the versions saved here."""
    found = wording_edits.show(seat.office, kind, roles=seat.roles, version=version)
    return frame.told(Wording.model_validate(found))


@router.post("/wordings/{kind}/readings", response_model=Readings, summary="How a wording would read")
def read_wording(seat: Sets, kind: Kind, given: Worded) -> Response:
    """The parts over a sample. It changes nothing, and takes no key."""
    read = wording_edits.preview(kind, _texts(seat, kind, given.texts))
    return frame.told(Readings(items=[PartRead(label=label, text=text) for label, text in read]))


@router.post("/wordings/{kind}/checks", response_model=Findings, summary="Check a wording")
@along(DRAFTS)
def check_wording(*, request: Request, seat: Sets, kind: Kind, given: Worded) -> Response:
    """Everything found in it, its papers laid out. It changes nothing, and takes no key."""
    found = wording_edits.check(seat.office.settings, kind, _texts(seat, kind, given.texts))
    items = [WordingFinding(level=one.level, sentence=one.sentence) for one in found]
    return frame.told(Findings(items=items))


@router.post("/wordings/{kind}", response_model=Saved, summary="Save a wording")
@along(DRAFTS)
def save_wording(*, request: Request, ask: AskToSet, kind: Kind, given: WordingSaved) -> Response:
    """Let papers and mails of a kind be worded like this from now on; those issued stay as they are."""
    return _saved(ask, kind, lambda: _texts(ask.seat, kind, given.texts), given.seen)


@router.post("/wordings/{kind}/restoration", response_model=Saved, summary="Use the packaged wording again")
@along(DRAFTS)
def restore_wording(*, request: Request, ask: AskToSet, kind: Kind, given: WordingRestored) -> Response:
    """Use the wording again that came with this release."""
    return _saved(ask, kind, lambda: wording_edits.packaged_texts(kind), given.seen)


def _saved(ask: AskToSet, kind: str, texts: Callable[[], Mapping[str, str]], seen: str) -> Response:
    _check_may_edit(ask.seat, kind)

    def work(_: Signature) -> frame.Told:
        try:
            digest = wording_edits.save(ask.seat.office, kind, texts(), seen=seen, **ask.signed)
        except ConfigurationError as unset:  # a program is not to come again until somebody set it up
            raise EditConflict(unset.message, code=unset.code) from unset
        return frame.shaped(Saved(kind=kind, digest=digest))

    return ask.once(work)


def _texts(seat: Seat, kind: str, given: Mapping[str, str]) -> dict[str, str]:
    """The sources as files have them, for whoever may edit them. Raises `NotPermitted`, `NotFound`,
    `FactInvalid` (`wording_parts`)."""
    _check_may_edit(seat, kind)
    parts = wording_edits.packaged_texts(kind)
    if given.keys() != parts.keys():
        message = f"这种文书由{'、'.join(parts)}组成，请都写明，不写别的。"
        raise FactInvalid(message, code="wording_parts", parts=list(parts))
    plain = {part: one.replace("\r\n", "\n").replace("\r", "\n") for part, one in given.items()}
    return {part: f"{plain[part].rstrip()}\n" for part in parts}


def _check_may_edit(seat: Seat, kind: str) -> None:
    check_one_of(WORDING, seat.roles, "文书用语只能由{}修改。")
    wording_edits.label_of(kind)
