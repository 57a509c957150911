"""The web application: the pages of an installation, what monitors ask, and the scheduler beside them."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from http import HTTPStatus
from types import ModuleType

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from states.errors import Refusal
from workflow.errors import SignInNeeded
from workflow.scheduler import CHORES, Scheduler
from workflow.services import demonstration as demonstrations
from workflow.services.office import Office
from workflow.settings import Settings
from workflow.web import health
from workflow.web.api.gate import Gate
from workflow.web.api.mounting import allowed_at, with_api
from workflow.web.frame import hosts
from workflow.web.frame.bounds import Bounded
from workflow.web.frame.counter import Counter, now
from workflow.web.frame.faults import Caught, answer_to, wants_page
from workflow.web.frame.headers import SecurityHeaders
from workflow.web.frame.heads import with_heads
from workflow.web.frame.hosts import KnownHosts
from workflow.web.frame.lanes import open_lanes
from workflow.web.frame.origins import OwnPages
from workflow.web.frame.pages import STATIC
from workflow.web.frame.tracing import Traced
from workflow.web.frame.visiting import to_sign_in
from workflow.web.pages import (
    account,
    accounts,
    acts,
    audit,
    audit_checkpoints,
    audit_days,
    audit_works,
    case,
    demonstration,
    desk,
    feeds,
    files,
    imports,
    intake,
    intake_drafts,
    invitations,
    machines,
    measures,
    provider,
    register,
    register_acts,
    register_keeping,
    reports,
    roles,
    sessions,
    sign_in,
    signing,
    tokens,
    wall_chart,
    withheld,
)
from workflow.web.pages.settings import (
    calendar_impact,
    calendars,
    entrance,
    mail,
    numbers,
    people,
    policies,
    policy_draft,
    queue,
    units,
    webhooks,
    wordings,
)

PAGES = (  # those that are asked for the most first: each is tried in turn
    *(desk, register, register_acts, register_keeping, case, acts, measures),
    *(sign_in, provider, invitations, account, tokens, feeds),
    *(accounts, roles, sessions, machines),
    *(signing, withheld, files, imports, intake_drafts, intake, wall_chart, reports),
    *(audit, audit_days, audit_works, audit_checkpoints),
    *(entrance, units, people, calendars, calendar_impact, policies, policy_draft),
    *(queue, mail, numbers, wordings, webhooks),
)
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    office: Office, *, only: Collection[str] = CHORES, clock: Callable[[], datetime] = now
) -> FastAPI:
    """The application of one installation; a scheduler of these chores runs as long as it does."""
    app = _bare(office, Scheduler(office, only=only, clock=clock))
    return _with_pages(app, Counter(office, clock), PAGES)


def create_demonstration(office: Office, *, clock: Callable[[], datetime]) -> FastAPI:
    """The same of a demonstration, where whoever comes may sign in as anybody.

    Raises `ConfigurationError` (`no_demonstration`) for any other office.
    """
    demonstrations.check_is_one(office)
    app = _bare(office, Scheduler(office, clock=clock))
    app.state.is_demonstration = True
    return _with_pages(app, Counter(office, clock), (demonstration, *PAGES))


def _with_pages(app: FastAPI, counter: Counter, pages: Sequence[ModuleType]) -> FastAPI:
    """The API and the pages on top of the frame; of two for one address the first answers.

    The API comes first: it knows at once what is none of its addresses, pages do not.
    """
    app.state.counter = counter
    open_lanes(with_api(app))
    for one in pages:
        app.include_router(with_heads(one.router))
    app.mount("/static", StaticFiles(directory=STATIC))
    return app


def create_monitored(office: Office, *, only: Collection[str] = CHORES) -> FastAPI:
    """A scheduler of these chores that answers monitors, and nobody else."""
    return _bare(office, Scheduler(office, only=only))


def _bare(office: Office, scheduler: Scheduler) -> FastAPI:
    """The frame, with what monitors ask in it."""
    app = FastAPI(
        title="Duban 督办",
        lifespan=_running(scheduler),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=_doors(office.settings),
    )
    app.state.office_name, app.state.is_demonstration = office.settings.office_name, False
    app.include_router(with_heads(health.router(office, scheduler)))
    for kind in (Refusal, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _failed)
    return app


def _running(scheduler: Scheduler) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        scheduler.start()
        yield
        await run_in_threadpool(scheduler.stop)

    return lifespan


def _doors(settings: Settings) -> list[Middleware]:
    """What every request passes, the outermost first."""
    proxies = [Middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.proxies))]
    return [
        *(proxies if settings.proxies else []),
        Middleware(Traced),
        Middleware(SecurityHeaders),
        Middleware(Caught),
        Middleware(KnownHosts, names=hosts.names_of(settings)),
        Middleware(OwnPages, public=settings.public_url),
        Middleware(Gate, rate=settings.api_rate),
        Middleware(Bounded),
    ]


async def _failed(request: Request, error: Exception) -> Response:
    if isinstance(error, SignInNeeded) and wants_page(request.scope):
        return to_sign_in(request, error)
    answer = answer_to(request.scope, error)
    if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED and (allowed := allowed_at(request.scope)):
        answer.headers["Allow"] = allowed
    return answer
