"""Lanes of their own for what takes long: hashes of passwords, talks with the identity provider, laying out.

All other pages share the forty threads of Starlette's pool; eighty people who sign in at once would take them
all, and nobody's page would come. In a lane a few run at once, some wait, which takes no thread, and whoever
comes beyond is told to come again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial, wraps

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import Response

from workflow.errors import TooManyTries
from workflow.services.accounts.hashing import AT_ONCE, too_many_at_once


@dataclass(frozen=True, slots=True)
class Lane:
    """How many requests run in it at once, how many wait, and what whoever comes beyond is told."""

    name: str
    at_once: int
    waiting: int
    busy: Callable[[], TooManyTries] = too_many_at_once


def too_many_drafts() -> TooManyTries:
    """The refusal for whoever asks for a draft while many are being laid out."""
    message = "正在排版的文书太多，请稍等片刻再打开；文字稿就在页面上。"
    return TooManyTries(message, code="drafts_busy", retry_after=5)


def too_many_imports() -> TooManyTries:
    """The refusal for whoever hands in or corrects a file while many are being read."""
    message = "正在读取的导入文件太多，请稍等片刻再提交；已上传的文件和更正都在。"
    return TooManyTries(message, code="imports_busy", retry_after=5)


def too_many_reports() -> TooManyTries:
    """The refusal for whoever asks for a report while many are being counted."""
    message = "正在统计的报表太多，请稍等片刻再打开。"
    return TooManyTries(message, code="reports_busy", retry_after=5)


def too_many_calendars() -> TooManyTries:
    """The refusal for whoever fetches a calendar while many are being made."""
    return TooManyTries("正在生成的日历太多，请稍后再取。", code="calendars_busy", retry_after=60)


HASHES = Lane("hashes", AT_ONCE, 80)
"""An office of eighty that comes at nine is answered within fifteen seconds by a host of two processors."""
TALKS = Lane("talks", 8, 40)
DRAFTS = Lane("drafts", 1, 20, too_many_drafts)
IMPORTS = Lane("imports", 2, 20, too_many_imports)
REPORTS = Lane("reports", 2, 20, too_many_reports)
CALENDARS = Lane("calendars", 2, 40, too_many_calendars)
LANES = (HASHES, TALKS, DRAFTS, IMPORTS, REPORTS, CALENDARS)

Handler = Callable[..., Response]


class Traffic:
    """What is in a lane of one application now; used on its event loop only, so counting needs no lock."""

    def __init__(self, lane: Lane) -> None:
        self._most, self._inside, self._busy = lane.at_once + lane.waiting, 0, lane.busy
        self._limiter = CapacityLimiter(lane.at_once)

    async def run(self, work: Callable[[], Response]) -> Response:
        """Its answer, from a thread of the lane. Raises `TooManyTries` where it is full."""
        if self._inside >= self._most:
            raise self._busy()
        self._inside += 1
        try:
            return await run_sync(work, limiter=self._limiter)
        finally:
            self._inside -= 1


def open_lanes(app: FastAPI) -> None:
    """Give an application its lanes."""
    app.state.lanes = {lane: Traffic(lane) for lane in LANES}


def along(lane: Lane) -> Callable[[Handler], Callable[..., Awaitable[Response]]]:
    """Let a route's handler, which takes its `request`, run in this lane."""

    def laid(handler: Handler) -> Callable[..., Awaitable[Response]]:
        @wraps(handler)
        async def answered(*, request: Request, **given: object) -> Response:
            traffic: Traffic = request.app.state.lanes[lane]
            return await traffic.run(partial(handler, request=request, **given))

        return answered

    return laid
