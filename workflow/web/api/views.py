"""How the caller keeps the register before him: the columns of its page, and what he looks for again and
again."""

from typing import Annotated

from fastapi import Response
from pydantic import Field

from workflow import particulars
from workflow.services import register_views
from workflow.services.office import Signature
from workflow.services.register_columns import COLUMNS
from workflow.services.register_filters import CALLED
from workflow.services.register_filters import Asked as Sought
from workflow.services.register_views import LONGEST_NAME
from workflow.web.api import frame
from workflow.web.api.idempotency import Ask
from workflow.web.api.seats import Reads, Seat
from workflow.web.api.shapes import Asked, Line, Shape

router = frame.resource("cases")

Name = Annotated[Line, Field(max_length=particulars.MAX_NAME)]
Called = Annotated[Line, Field(min_length=1, max_length=LONGEST_NAME, examples=["本月到期"])]


class View(Shape):
    """What a view asks for, by the filters of `GET /cases`; `order` is what is `sort` there."""

    name: str
    asked: dict[str, str]


class Kept(Shape):
    """What the caller keeps: the columns of his page, none for the usual ones, and his views."""

    columns: list[str]
    views: list[View]


class Filters(Asked):
    """What is looked for, as in the register's page."""

    words: Name = ""
    state: Name = ""
    light: Name = ""
    unit: Name = ""
    category: Name = ""
    leader: Name = ""
    due_from: Name = ""
    due_until: Name = ""
    order: Name = ""


class ViewKept(Asked):
    """A view to be kept, in place of one of that name."""

    name: Called
    asked: Filters = Field(examples=[dict.fromkeys(list(CALLED)[:1], "路灯")])


class ViewDropped(Asked):
    """A view to be done away with; one there is not is no fault."""

    name: Called


class ColumnsChosen(Asked):
    """The columns of the register's page; none are the usual ones, and what is no column is passed over."""

    columns: Annotated[list[Name], Field(max_length=2 * len(COLUMNS), examples=[[COLUMNS[0].id]])]


@router.get("/register/views", response_model=Kept, summary="The caller's columns and views")
def get_register_views(seat: Reads) -> Response:
    """What the caller keeps; nobody else sees it."""
    return frame.told(_kept(seat))


@router.post("/register/views", response_model=Kept, summary="Keep a view")
def keep_register_view(ask: Ask, given: ViewKept) -> Response:
    """Keep what is looked for under a name."""

    def work(_: Signature) -> frame.Told:
        sought = Sought(**given.asked.model_dump())
        register_views.keep(ask.seat.office, given.name, sought, by=ask.seat.by)
        return frame.shaped(_kept(ask.seat))

    return ask.once(work)


@router.post("/register/views/drop", response_model=Kept, summary="Do away with a view")
def drop_register_view(ask: Ask, given: ViewDropped) -> Response:
    """Do away with a view."""

    def work(_: Signature) -> frame.Told:
        register_views.drop(ask.seat.office, ask.seat.by.person, given.name)
        return frame.shaped(_kept(ask.seat))

    return ask.once(work)


@router.post("/register/columns", response_model=Kept, summary="Choose the columns of the page")
def choose_register_columns(ask: Ask, given: ColumnsChosen) -> Response:
    """Choose the columns of the register's page; `fields` of `GET /cases` is another thing."""

    def work(_: Signature) -> frame.Told:
        register_views.choose_columns(ask.seat.office, ask.seat.by.person, given.columns)
        return frame.shaped(_kept(ask.seat))

    return ask.once(work)


def _kept(seat: Seat) -> Kept:
    found = register_views.kept(seat.office, seat.by.person)
    views = [View(name=name, asked=dict(asked)) for name, asked in found.views.items()]
    return Kept(columns=list(found.columns), views=views)
