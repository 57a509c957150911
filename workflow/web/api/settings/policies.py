"""Policies: the text of one, what is found in a draft, putting it into force, what goes out by itself."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Response
from pydantic import Field

from states import policy as rule_book
from states.policy import Policy
from states.settings_rights import ACTIVATING, OFFICE, Section, check_one_of, check_reads
from workflow.services import activating, authorisation, policies, simulation
from workflow.services.office import Signature
from workflow.web.api import frame
from workflow.web.api.idempotency import AskToSet
from workflow.web.api.office import Version
from workflow.web.api.seats import Reads, Seat, Sets
from workflow.web.api.shapes import Asked, Line, Shape, Words

router = frame.resource("office")

MOST_SOURCE, MOST_TRIED, MOST_REASON = 18_000, 200, 500
Source = Annotated[Words, Field(min_length=1, max_length=MOST_SOURCE, description="In TOML.")]


class Draft(Asked):
    """The text of a policy; `simulate` tries it on open matters, the newest two hundred, too."""

    source: Source
    simulate: bool = False


class Activation(Asked):
    """The text of a policy to be put into force; with `authorises` what it issues by itself is signed for."""

    source: Source
    authorises: bool = False


class AuthorityDecision(Asked):
    """The director's signature under the policy in force, given or taken back with a reason."""

    decision: Literal["authorise", "revoke"]
    reason: Annotated[Line, Field(max_length=MOST_REASON)] = ""


class PolicyText(Shape):
    """The text of a policy, in TOML."""

    source: str


class PolicyFinding(Shape):
    """What was found in a policy. One with a `fault` cannot come into force."""

    level: str
    code: str
    place: str
    message: str


class PolicyChange(Shape):
    """What it changes against the policy in force."""

    place: str
    before: str | None
    after: str | None
    sentence: str


class Examined(Shape):
    """What was found about a draft: in itself, against the policy in force, on open matters."""

    digest: str
    reference: str
    ok: bool
    findings: list[PolicyFinding]
    changes: list[PolicyChange]
    simulation: dict[str, Any] | None = Field(description="Of a draft without a fault, where asked for.")


class Activated(Shape):
    """A policy that is in force now."""

    digest: str
    reference: str
    authorised: bool


class Authority(Shape):
    """Whether what the policy in force issues by itself is signed for, by whom and when."""

    policy: str
    digest: str
    rungs: list[dict[str, Any]]
    authorised_by: str | None
    authorised_at: str | None
    revoked_by: str | None
    revoked_at: str | None


@router.get("/policies/text", response_model=PolicyText, summary="The text of a policy")
def get_policy_text(seat: Reads, version: Version = None) -> Response:
    """The text of a preset by its name, of a policy there was by its hash; else of the one in force."""
    check_reads(Section.POLICIES, seat.roles)
    return frame.told(PolicyText(source=policies.text_of(seat.office, version or "")))


@router.post("/policies/examinations", response_model=Examined, summary="Look a draft over")
def examine_policy(seat: Sets, draft: Draft) -> Response:
    """Check a text, compare it with the policy in force, and try it. It changes nothing, and takes no key."""
    check_one_of(OFFICE, seat.roles, "督办规则的检查和推演只供{}使用。")
    policy = rule_book.read(f"{draft.source}\n")
    examined, changes = policies.look_over(seat.office, policy)
    tried = _tried(seat, policy) if draft.simulate and examined.ok else None
    named = {"digest": policy.digest, "reference": policy.reference, "ok": examined.ok}
    found = {"findings": examined.findings, "changes": changes, "simulation": tried}
    return frame.told(Examined.model_validate({**named, **found}))


@router.post(
    "/policies", response_model=Activated, status_code=HTTPStatus.CREATED, summary="Put a policy into force"
)
def activate_policy(ask: AskToSet, given: Activation) -> Response:
    """Put a policy into force, as the director. Matters handed out before stay under theirs."""
    check_one_of(ACTIVATING, ask.seat.roles, "督办规则只能由{}启用。")

    def work(_: Signature) -> frame.Told:
        told = {"authorises": given.authorises, **ask.signed}
        policy = activating.activate(ask.seat.office, f"{given.source}\n", **told)
        named = {"digest": policy.digest, "reference": policy.reference}
        return frame.shaped(Activated(**named, authorised=given.authorises), HTTPStatus.CREATED)

    return ask.once(work)


@router.get("/policies/authority", response_model=Authority, summary="What goes out by itself")
def get_policy_authority(seat: Reads) -> Response:
    """Who signed for what the policy in force issues by itself."""
    check_reads(Section.POLICIES, seat.roles)
    return frame.told(Authority.model_validate(authorisation.show(seat.office)))


@router.post("/policies/authority", response_model=Authority, summary="Sign for it, or take that back")
def decide_policy_authority(ask: AskToSet, given: AuthorityDecision) -> Response:
    """Sign for what the policy in force issues by itself, as the director, or take the signature back."""
    check_one_of(ACTIVATING, ask.seat.roles, "自动签发只能由{}授权或者撤销。")
    office = ask.seat.office

    def work(_: Signature) -> frame.Told:
        if given.decision == "authorise":
            authorisation.authorise(office, **ask.signed)
        else:
            authorisation.revoke(office, reason=given.reason or None, **ask.signed)
        return frame.shaped(Authority.model_validate(authorisation.show(office)))

    return ask.once(work)


def _tried(seat: Seat, policy: Policy) -> dict[str, Any]:
    return simulation.simulate_open(seat.office, policy, most=MOST_TRIED, today=seat.at).as_json()
