"""账号: everybody's account before the three administrators; the system administrator deals with them."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel
from pydantic import Field as Bound

from states.errors import Refusal
from states.vocabulary import Role
from workflow import particulars
from workflow.errors import NotFound
from workflow.services.accounts import adding, admitting, disabling, invitations, listing, resetting
from workflow.services.accounts.invitations import Invited
from workflow.services.accounts.listing import Standing
from workflow.services.accounts.visitors import Visitor
from workflow.web import fields, sheets
from workflow.web.fields import Field
from workflow.web.frame import tokens
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import status_of
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, Form, Who
from workflow.web.pages.administering import AGAIN, PAGE, address, carried_out, errors_of, read, signed
from workflow.web.pages.sign_in import text
from workflow.web.sheets import Sent

router = APIRouter()

ACCOUNTS = "/accounts"
Words = Annotated[str, Bound(max_length=particulars.MAX_NAME)]
Code = Annotated[str, Path(max_length=particulars.MAX_NAME)]
NEW = (
    Field("person", "人员", "text", owed=True, hint="名录中的姓名；同名的写人员编码", most=64),
    Field("login", "登录名", "text", hint="不填的，以人员编码登录", most=64),
)
REASON = Field("reason", "不予核准的理由", "text", most=500)
DECIDED_IN_THE_LIST = frozenset({"admit", "refuse"})
"""Acts whose forms stand in the list of what waits, beside what they are about."""

ACTS: Mapping[str, tuple[Standing, ...]] = {
    "unlock": (Standing.LOCKED,),
    "invite": (Standing.INVITED, Standing.LAPSED),
    "reset": (Standing.ACTIVE, Standing.LOCKED),
    "disable": (Standing.ACTIVE, Standing.LOCKED, Standing.INVITED, Standing.LAPSED),
    "enable": (Standing.DISABLED,),
}
"""What the page of an account offers, as it stands."""

FIELD_OF = {
    **dict.fromkeys(("person_unknown", "person_ambiguous", "account_exists"), "person"),
    **dict.fromkeys(("login_invalid", "login_taken"), "login"),
}

SHOWN_ONCE = {**dict.fromkeys(("add", "invite", "reset"), "again-link"), "admit": "again-code"}
"""What the answer to an act showed that no page shows again, as `AGAIN` has it."""

DONE = {
    "refuse": ("的账号事项不予核准，已经作废。", tuple(Standing)),
    "unlock": ("的账号没有锁定。", (Standing.ACTIVE,)),
    "disable": ("的账号已停用，登录已全部退出。", (Standing.DISABLED,)),
    "enable": ("的账号已恢复。", (Standing.ACTIVE, Standing.LOCKED, Standing.INVITED, Standing.LAPSED)),
}
"""What the page says after an act, if the account stands like that."""


class Asked(BaseModel):
    """Whose account is looked for, and after which the list goes on."""

    name: Words = ""
    after: Words = ""
    done: Words = ""


@router.get(ACCOUNTS)
def accounts(request: Request, counter: AtCounter, who: Who, asked: Annotated[Asked, Query()]) -> Response:
    """A part of the list, and the form of a new account."""
    with counter.look(who):
        return _listed(request, counter, who, asked)


@router.post(ACCOUNTS)
def add(request: Request, who: Who, form: Form) -> Response:
    """An account for somebody, with his invitation."""
    sent = sheets.sent(request, who, form)

    def deal() -> Response:
        given = read(sent, NEW)
        made = adding.add(sent.counter.office, given["person"], login=given["login"], **signed(sent))
        return _invited(sent, "已开通账号", made)

    shown = SHOWN_ONCE["add"]
    return carried_out(sent, ACCOUNTS, deal, lambda refusal: _add_again(sent, refusal), repeated=shown)


@router.get(f"{ACCOUNTS}/{{person}}")
def account(request: Request, counter: AtCounter, who: Who, person: Code, done: str = "") -> Response:
    """One account, and what may be done with it."""
    with counter.look(who):
        return _account(request, counter, who, person, done=done)


@router.post(f"{ACCOUNTS}/{{person}}/{{act}}")
def deal_with(request: Request, who: Who, form: Form, person: Code, act: str) -> Response:
    """What becomes of it."""
    sent, place = sheets.sent(request, who, form), f"{ACCOUNTS}/{quote(person, safe='')}"

    def again(refusal: Refusal) -> Response:
        if act in DECIDED_IN_THE_LIST:
            return _listed(request, sent.counter, who, Asked(), sent=sent, refusal=refusal)
        return _account(request, sent.counter, who, person, refusal=refusal)

    shown = SHOWN_ONCE.get(act, "again")
    return carried_out(sent, place, lambda: _dealt(sent, person, act, place), again, repeated=shown)


def _dealt(sent: Sent, person: str, act: str, place: str) -> Response:
    deal = DEALINGS.get(act)
    if deal is None:
        raise NotFound("没有这个页面，请从账号列表进入。")
    return deal(sent, person) or RedirectResponse(f"{place}?done={act}", 303)


def _invite(sent: Sent, person: str) -> Response:
    return _invited(sent, "已重发邀请", invitations.invite(sent.counter.office, person, **signed(sent)))


def _reset(sent: Sent, person: str) -> Response:
    both = text(sent.form, "second_factor") == "yes"
    made = resetting.reset(sent.counter.office, person, second_factor=both, **signed(sent))
    return _invited(sent, "已发重置邀请", made)


def _admit(sent: Sent, person: str) -> Response:
    admitted = admitting.admit(sent.counter.office, person, which=_which(sent), **signed(sent))
    return page(sent.request, "admitted.html.j2", made=admitted)


def _refuse(sent: Sent, person: str) -> None:
    reason = particulars.read_text(text(sent.form, "reason").strip()) or None
    admitting.refuse(sent.counter.office, person, reason=reason, which=_which(sent), **signed(sent))


def _disable(sent: Sent, person: str) -> None:
    disabling.disable(sent.counter.office, person, **signed(sent))


def _enable(sent: Sent, person: str) -> None:
    disabling.enable(sent.counter.office, person, **signed(sent))


def _unlock(sent: Sent, person: str) -> None:
    resetting.unlock(sent.counter.office, person, **signed(sent))


DEALINGS: Mapping[str, Callable[[Sent, str], Response | None]] = {
    "invite": _invite,
    "reset": _reset,
    "admit": _admit,
    "refuse": _refuse,
    "disable": _disable,
    "enable": _enable,
    "unlock": _unlock,
}
"""What may be done with an account; what has no page of its own leads back to that of the account."""


def _which(sent: Sent) -> str:
    """The very thing that was looked at: what has changed since is not admitted by it."""
    return text(sent.form, "which")[: particulars.MAX_NAME]


def _invited(sent: Sent, done: str, made: Invited) -> Response:
    """The link, on this answer and nowhere again."""
    base = str(sent.request.base_url).rstrip("/")
    link = made.link if "://" in made.link else base + made.link
    return page(sent.request, "invited.html.j2", done=done, made=made, link=link)


def _add_again(sent: Sent, refusal: Refusal) -> Response:
    """The form as it was filled in."""
    return _listed(sent.request, sent.counter, sent.who, Asked(), sent=sent, refusal=refusal)


def _listed(
    request: Request,
    counter: Counter,
    who: Visitor,
    asked: Asked,
    *,
    sent: Sent | None = None,
    refusal: Refusal | None = None,
) -> Response:
    errors = errors_of(refusal, (*NEW, REASON), FIELD_OF) if refusal else {}
    lines, last = listing.cut(_found(counter, who, asked), PAGE)
    waiting = [] if asked.name or asked.after else _waiting(counter, who)
    return page(
        request,
        "accounts.html.j2",
        status=200 if refusal is None else 422 if errors else status_of(refusal),
        lines=lines,
        asked=asked,
        more=last and address(ACCOUNTS, {"name": asked.name, "after": last["login"]}),
        first=address(ACCOUNTS, {"name": asked.name}),
        fields=fields.filled(NEW, sent.form if sent else {}, errors) if _deals(who) else [],
        key=sent.key if sent else tokens.new_key(),
        trouble_told=refusal.message if refusal and not errors else "",
        done=AGAIN.get(asked.done, ""),
        waiting=[_decided_again(one, sent, errors) for one in waiting[:PAGE]],
        waits_more=len(waiting) > PAGE,
    )


def _waiting(counter: Counter, who: Visitor) -> list[dict[str, Any]]:
    """What waits for the second key, each with a number for its form where it may be the visitor's."""
    listed = admitting.waiting(counter.office, by=counter.signature(who), at=counter.clock())
    return [{**one, "key": tokens.new_key() if _may_admit(who, one) else ""} for one in listed]


def _decided_again(one: Mapping[str, Any], sent: Sent | None, errors: Mapping[str, str]) -> dict[str, Any]:
    """Something that waits, with the reason somebody gave to decline it and what is wrong with that."""
    meant = sent is not None and _which(sent) == one["id"]
    given = text(sent.form, REASON.name)[: REASON.most] if sent and meant else ""
    return {**one, "reason": given, "error": errors.get(REASON.name, "") if meant else ""}


def _may_admit(who: Visitor, one: Mapping[str, Any]) -> bool:
    """The security administrator, but for what is about himself; that, where nobody else could, the audit
    administrator. Whether he really may is decided with the act."""
    if who.person in (one["person"], one["made_by"]):
        return False
    of_security = Role.SECURITY_ADMIN.label in one["roles"]
    return Role.SECURITY_ADMIN in who.roles or (of_security and Role.AUDIT_ADMIN in who.roles)


def _found(counter: Counter, who: Visitor, asked: Asked) -> list[dict[str, Any]]:
    return listing.list_accounts(
        counter.office,
        words=asked.name.strip() or None,
        after=asked.after or None,
        most=PAGE + 1,
        by=counter.signature(who),
        at=counter.clock(),
    )


def _account(
    request: Request,
    counter: Counter,
    who: Visitor,
    person: str,
    *,
    done: str = "",
    refusal: Refusal | None = None,
) -> Response:
    by, at = counter.signature(who), counter.clock()
    told = listing.show_account(counter.office, person, by=by, at=at)
    offered = [act for act, standings in ACTS.items() if told["standing"] in standings]
    return page(
        request,
        "managed_account.html.j2",
        status=200 if refusal is None else status_of(refusal),
        one=told,
        place=f"{ACCOUNTS}/{quote(told['person'], safe='')}",
        acts=offered if _deals(who) else [],
        key=tokens.new_key(),
        trouble_told=refusal.message if refusal else "",
        done=_done(told, done),
    )


def _done(told: Mapping[str, Any], act: str) -> str:
    """What was done, only where the account stands like that: an address may say anything."""
    if act in AGAIN:
        return AGAIN[act]
    if act == "enable" and told["standing"] == Standing.DISABLED:
        return f"已提请恢复{told['name']}的账号，待核准。" if told["waits"] else ""
    words, standings = DONE.get(act, ("", ()))
    return f"{told['name']}{words}" if told["standing"] in standings else ""


def _deals(who: Visitor) -> bool:
    return Role.SYSTEM_ADMIN in who.roles
