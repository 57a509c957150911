"""Who may see and do what before the pages, written by hand from the manual and from design §3.

Nothing here is asked of the program: the tests hold the program against it. A route or a command that has no
line here fails them; so whoever adds one says for whom it is.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from states.vocabulary import Role
from states.vocabulary import Role as R


class Somebody(StrEnum):
    """Whoever is not just the holder of a role in his own office or unit."""

    STRANGER = "stranger"
    PROGRAM = "a stranger's program"
    NO_ROLE = "no role"
    DEBTOR = "an officer who owes another password"
    DEPUTY = "an officer's deputy"
    CO_LIAISON = "liaison of a co-unit with a task"
    ACCOUNTABLE = "包保领导"


Who = Role | Somebody
S = Somebody
EVERYBODY: tuple[Who, ...] = (*Role, *Somebody)

Told = int | str
"""A status, or how the address begins that somebody is sent to."""

Line = Mapping[Who, tuple[Told, Told, Told]]
"""What each is told about a matter of his own, somebody else's, and one there is not."""

SIGN_IN, ACCOUNT, DESK, A_MATTER, REGISTER = "/sign-in", "/account", "/desk", "/cases/", "/cases"
ACCOUNTS, AN_ACCOUNT, ROLES = "/accounts", "/accounts/", "/roles"
ACCESS, VERIFICATION, CHECKPOINTS = "/audit/access", "/audit/verification", "/audit/checkpoints"
UNIT = frozenset({R.LIAISON, R.UNIT_HEAD})
OFFICER = frozenset({R.OFFICER, S.DEPUTY})
OFFICE = OFFICER | {
    R.DIRECTOR,
    R.LEADER,
    R.SIGNER,
    R.PRINCIPAL,
    R.ORGANIZATION,
    R.CLERK,
    R.SEAL_KEEPER,
    R.ARCHIVIST,
}
FOLLOWING = OFFICER | {R.DIRECTOR, R.CLERK}
"""Who follows what was issued to a unit."""

IMPORTING = OFFICER | {R.DIRECTOR, R.SYSTEM_ADMIN}
"""Who brings files in (在网页上导入): registers, notices, the directory, each some of these."""

ADMINISTRATORS = {R.SYSTEM_ADMIN, R.SECURITY_ADMIN, R.AUDIT_ADMIN}
RULING = {R.OFFICER, R.DIRECTOR}
"""Who sees to what the office works by (设置)."""

LOOKING = RULING | {R.AUDITOR}
KEEPING = {R.SYSTEM_ADMIN, R.DIRECTOR}
"""Who puts the directory right."""

PARTICIPANTS = UNIT | {S.CO_LIAISON, S.ACCOUNTABLE}
"""Who sees what is a matter of his, and no other."""


def all_alike(told: Told) -> Line:
    """A page for the whole street."""
    return dict.fromkeys(EVERYBODY, (told, told, told))


def signed_in(told: Told, *, in_debt: Told = ACCOUNT) -> Line:
    """A page for everybody who is signed in; who owes something settles that first."""
    turned_away: dict[Who, Told] = {S.STRANGER: SIGN_IN, S.PROGRAM: 401, S.DEBTOR: in_debt}
    return {who: (turned_away.get(who, told),) * 3 for who in EVERYBODY}


def of_matters(told: Told, every: Collection[Who], own: Collection[Who] = ()) -> Line:
    """A page about a matter: for these of every one, for those of their own. Else there is none."""
    lines: dict[Who, tuple[Told, Told, Told]] = dict.fromkeys(every, (told, told, 404))
    return {**signed_in(404), **lines, **dict.fromkeys(own, (told, 404, 404))}


def openings(told: Told, those: Iterable[Who]) -> Line:
    """A form that brings a matter into the register."""
    return {**signed_in(404), **dict.fromkeys(those, (told, told, told))}


def of_settings(told: Told, those: Iterable[Who]) -> Line:
    """A part of the settings, for these; everybody else is refused."""
    return {**signed_in(403), **dict.fromkeys(those, (told,) * 3)}


def of_officers(told: Told) -> Line:
    """A page of what came in from elsewhere (来件), for officers; everybody else is refused."""
    return {**signed_in(403), **dict.fromkeys(OFFICER, (told,) * 3)}


def of_the_three(told: Told, those: Collection[Who] = ADMINISTRATORS) -> Line:
    """A page of the three administrators, or of these of them; everybody else is refused."""
    return {**signed_in(403), **dict.fromkeys(those, (told,) * 3)}


def watched(told: Told) -> Line:
    """A page for the office, the auditor and the people of units; everybody else is refused."""
    return {**signed_in(403), **dict.fromkeys(OFFICE | UNIT | {R.AUDITOR, S.CO_LIAISON}, (told,) * 3)}


def of_the_auditors(told: Told) -> Line:
    """A page of an audit, for whoever sees every matter; everybody else is refused."""
    return {**signed_in(403), **dict.fromkeys(OFFICE | {R.AUDITOR}, (told,) * 3)}


ROUTES: Mapping[str, Line] = {
    "GET /health/live": all_alike(200),
    "GET /health/ready": all_alike(200),
    "GET /metrics": all_alike(200),
    "GET /static": all_alike(200),
    "GET /": {
        **signed_in(DESK),
        R.AUDITOR: (REGISTER,) * 3,
        **dict.fromkeys(ADMINISTRATORS, (ACCOUNTS,) * 3),
    },
    "GET /desk": signed_in(200),
    "GET /sign-in": all_alike(200),
    "POST /sign-in": all_alike(401),
    "GET /sign-in/provider": all_alike(503),
    "GET /sign-in/provider/back": all_alike(401),
    "GET /invitations/{token}": all_alike(409),
    "POST /invitations/{token}": all_alike(409),
    "GET /account": signed_in(200, in_debt=200),
    "POST /account/password": signed_in(422, in_debt=422),
    "POST /account/second-factor/begin": signed_in(422, in_debt=422),
    "POST /account/second-factor": signed_in(422, in_debt=422),
    "POST /account/second-factor/drop": signed_in(422, in_debt=422),
    "GET /account/tokens": signed_in(200),
    "POST /account/tokens": signed_in(422),
    "POST /account/tokens/{token}/revoke": signed_in(404),
    "GET /machines": of_the_three(200),
    "POST /machines": of_the_three(422),
    "POST /machines/{token}/{act}": of_the_three(404),
    "POST /account/calendars": signed_in(422),
    "GET /calendars/{secret}.ics": all_alike(404),
    "GET /accounts": of_the_three(200),
    "POST /accounts": of_the_three(422, {R.SYSTEM_ADMIN}),
    "GET /accounts/{person}": of_the_three(200),
    "POST /accounts/{person}/{act}": of_the_three(AN_ACCOUNT, {R.SYSTEM_ADMIN}),
    "GET /roles": of_the_three(200),
    "GET /roles/requests": of_the_three(200),
    "POST /roles": of_the_three(ROLES, {R.SYSTEM_ADMIN}),
    "POST /roles/decide": of_the_three(422, {R.SECURITY_ADMIN}),
    "GET /sessions": of_the_three(200),
    "GET /imports": {**signed_in(403), **dict.fromkeys(IMPORTING, (200,) * 3)},
    "POST /imports": {**signed_in(403), **dict.fromkeys(IMPORTING, (422,) * 3)},
    "GET /imports/template": {**signed_in(403), **dict.fromkeys(IMPORTING, (200,) * 3)},
    "GET /imports/{draft}": {**signed_in(403), **dict.fromkeys(IMPORTING, (404,) * 3)},
    "POST /imports/{draft}/{act}": {**signed_in(403), **dict.fromkeys(IMPORTING, (404,) * 3)},
    "GET /intake": of_officers(200),
    "GET /intake/draft": of_officers(200),
    "POST /intake/draft": of_officers(422),
    "POST /intake/draft/open": of_officers(422),
    "GET /intake/{item}": of_officers(404),
    "GET /intake/{item}/files/{sha256}": of_officers(404),
    "POST /intake/{item}/{act}": of_officers(404),
    "GET /cases": signed_in(200),
    "GET /register/acts": signed_in(404),
    "POST /register/acts/{command}": signed_in(422),
    "POST /register/columns": signed_in(REGISTER),
    "POST /register/views": signed_in(422),
    "POST /register/export": {**signed_in(200), **dict.fromkeys(ADMINISTRATORS, (403,) * 3)},
    "GET /register/exports": {**signed_in(200), **dict.fromkeys(ADMINISTRATORS, (403,) * 3)},
    "GET /register/exports/{work}/file": {**signed_in(404), **dict.fromkeys(ADMINISTRATORS, (403,) * 3)},
    "GET /cases/{number}": of_matters(200, OFFICE | {R.AUDITOR}, PARTICIPANTS),
    "GET /cases/{number}/files/{sha256}": of_matters(200, OFFICE | {R.AUDITOR}, PARTICIPANTS),
    "GET /cases/new/{command}": openings(200, OFFICER),
    "POST /cases/new/{command}": {**signed_in(409), **dict.fromkeys(OFFICER, (A_MATTER,) * 3)},
    "GET /cases/{number}/acts/{command}": of_matters(200, OFFICE),
    "POST /cases/{number}/acts/{command}": {
        **of_matters(A_MATTER, OFFICE),
        R.AUDITOR: (409, 409, 404),
        **dict.fromkeys(PARTICIPANTS, (409, 404, 404)),
    },
    "GET /cases/{number}/measures/{measure}": of_matters(200, OFFICE | {R.AUDITOR}, PARTICIPANTS),
    "GET /cases/{number}/measures/{measure}/acts/{command}": of_matters(200, FOLLOWING),
    "POST /cases/{number}/measures/{measure}/acts/{command}": {
        **of_matters(409, OFFICE | {R.AUDITOR}, PARTICIPANTS),
        **dict.fromkeys(FOLLOWING, (422, 422, 404)),
    },
    "GET /cases/{number}/papers/{paper}": of_matters(200, OFFICE | {R.AUDITOR}, PARTICIPANTS),
    "GET /cases/{number}/withheld/{matter}": signed_in(404),
    "POST /cases/{number}/withheld/{matter}": signed_in(404),
    "GET /signing": signed_in(200),
    "POST /signing": signed_in(422),
    "GET /signing/{kind}/{id}": signed_in(404),
    "GET /signing/{kind}/{id}/preview": signed_in(404),
    "GET /signing/{kind}/{id}/acts/{command}": signed_in(404),
    "POST /signing/{kind}/{id}/acts/{command}": signed_in(404),
    "GET /wall": watched(200),
    "GET /wall/table": watched(200),
    "GET /reports": watched(200),
    "POST /reports/file": watched(422),
    "GET /audit": {**of_the_auditors(200), R.AUDIT_ADMIN: (ACCESS,) * 3},
    "GET /audit/search": of_the_auditors(200),
    "GET /audit/access": {**signed_in(404), **dict.fromkeys(OFFICE | {R.AUDITOR, R.AUDIT_ADMIN}, (200,) * 3)},
    "GET /audit/day": of_the_auditors(200),
    "GET /audit/differences": of_the_auditors(200),
    "GET /audit/verification": of_the_auditors(200),
    "POST /audit/verification": of_the_auditors(VERIFICATION),
    "GET /audit/checkpoints": of_the_auditors(200),
    "POST /audit/checkpoints": of_the_auditors(CHECKPOINTS),
    "POST /audit/comparison": of_the_auditors(422),
    "GET /audit/checkpoints/{serial}": of_the_auditors(404),
    "GET /audit/exports": of_the_auditors(200),
    "POST /audit/exports": of_the_auditors(422),
    "GET /audit/report": of_the_auditors(200),
    "POST /audit/report": of_the_auditors(422),
    "GET /audit/works/{work}/file": of_the_auditors(404),
    "GET /settings": signed_in(200),
    "GET /settings/units": of_settings(200, LOOKING | ADMINISTRATORS),
    "POST /settings/units": of_settings(422, LOOKING | ADMINISTRATORS),
    "GET /settings/units/{code}": of_settings(200, LOOKING | ADMINISTRATORS),
    "POST /settings/units/{code}/{act}": of_settings(404, LOOKING | ADMINISTRATORS),
    "GET /settings/people": of_settings(200, LOOKING | ADMINISTRATORS),
    "GET /settings/people/{person}": of_settings(200, LOOKING | ADMINISTRATORS),
    "POST /settings/people/{person}": of_settings(409, KEEPING),
    "GET /settings/calendars": of_settings(200, LOOKING),
    "POST /settings/calendars": of_settings(422, LOOKING),
    "GET /settings/calendars/impact": of_settings(200, LOOKING),
    "POST /settings/calendars/impact": of_settings(422, LOOKING),
    "GET /settings/policies": of_settings(200, LOOKING),
    "POST /settings/policies/authority": {**of_settings(403, ()), R.DIRECTOR: (422,) * 3},
    "GET /settings/policies/draft": of_settings(200, LOOKING),
    "POST /settings/policies/draft": of_settings(422, RULING),
    "GET /settings/mail": of_settings(200, LOOKING | {R.SYSTEM_ADMIN}),
    "POST /settings/mail/acts/{act}": of_settings(404, LOOKING | {R.SYSTEM_ADMIN}),
    "GET /settings/webhooks": of_settings(200, ADMINISTRATORS | {R.AUDITOR}),
    "POST /settings/webhooks/acts/{act}": of_settings(404, ADMINISTRATORS | {R.AUDITOR}),
    "GET /settings/mail/queue": of_settings(200, LOOKING | {R.ORGANIZATION}),
    "GET /settings/mail/queue/{id}": of_settings(404, LOOKING | {R.ORGANIZATION}),
    "POST /settings/mail/queue/{id}/{act}": of_settings(404, LOOKING | {R.ORGANIZATION}),
    "GET /settings/numbers": of_settings(200, LOOKING | {R.CLERK}),
    "GET /settings/wordings": of_settings(200, LOOKING),
    "GET /settings/wordings/{kind}": of_settings(404, LOOKING),
    "POST /settings/wordings/{kind}": of_settings(404, RULING),
    "POST /sign-out": all_alike(SIGN_IN),
}
"""By method and path. What is sent is a wrong password, a wrong code, an invitation nobody gave, an opening
(`open`), an account for nobody of the directory, an account disabled, a role proposed for somebody, proposals
declined and decisions taken of which none is ticked, a view without a name, an act on no matter (its form is
asked for without one), no file to import, no text to take apart, and a comment of the office (`comment`);
the file came with an entry that everybody sees who sees the matter. The measure is an inquiry to the matter's
unit that was issued, the paper is its own, and the act is to conclude it without a reason (`conclude`).
Nothing is withheld of the matter; who reads what is, is told in
`test_withheld.py`. Nothing waits in the signing room under the name that is asked for; who decides what
there, in `test_signing.py`. No file on its way in has the name asked for; whose is whose, is told in
`test_import_room.py`. Nothing came in under the name asked for. Nothing is asked of the audit's pages: no
export has a form, no report a period, no file of figures a form; there is no checkpoint of that number, and
nobody asked for the work whose file is wanted. Signing out comes last."""

DEMONSTRATION: Mapping[str, Line] = {
    "POST /sign-in/demonstration/{person}": all_alike("/"),
}
"""What the pages of a demonstration have besides (Five minutes, in the README): everybody may be anybody
there. An ordinary application knows nothing of it."""

HEADS: Mapping[str, Line] = {
    route.replace("GET", "HEAD", 1): line for route, line in ROUTES.items() if route.startswith("GET ")
}
"""Of every page its head alone may be asked for, by the same people."""

EVERY_ROUTE: Mapping[str, Line] = {**HEADS, **ROUTES}


def of_system(himself: Told, another: Told, missing: Told = 403) -> Line:
    """An act of the system administrator on an account: his own, somebody else's, and one there is not.

    The other two may be told which accounts there are (`missing`).
    """
    others: dict[Who, tuple[Told, Told, Told]] = dict.fromkeys(ADMINISTRATORS, (403, 403, missing))
    return {**of_the_three(403, ()), **others, R.SYSTEM_ADMIN: (himself, another, 404)}


def of_security(another: Told) -> Line:
    """An act of the second key: nothing waits of his own account, and nobody else may give it."""
    return {
        **of_the_three(403, ()),
        R.SECURITY_ADMIN: (404, another, 422),
        R.AUDIT_ADMIN: (404, 403, 422),
    }


ACCOUNT_ACTS: Mapping[str, Line] = {
    "invite": of_system(200, 200),
    "reset": of_system(200, 200),
    "disable": of_system(422, AN_ACCOUNT, missing=404),
    "enable": of_system(422, AN_ACCOUNT),
    "unlock": of_system(422, 422),
    "admit": of_security(200),
    "refuse": of_security(AN_ACCOUNT),
    "nothing-like-it": of_the_three(404),
}
"""By act on an account (登录和账号, 三员): somebody else's was invited, which waits for the second key, and
is disabled where it is let in again; nobody is locked."""


SEALED: Line = of_matters(200, {R.DIRECTOR, R.AUDITOR})
"""Who is shown a sealed matter (保管期限和封存), here as his own."""

DIRECTOR, LEADER, PRINCIPAL = frozenset({R.DIRECTOR}), frozenset({R.LEADER}), frozenset({R.PRINCIPAL})
HEAD, ARCHIVIST, CO_UNIT = frozenset({R.UNIT_HEAD}), frozenset({R.ARCHIVIST}), frozenset({S.CO_LIAISON})
ON_REGISTER = "registered handling"
WITH_UNIT = f"assigned {ON_REGISTER}"
SENT_OUT = f"{WITH_UNIT} verifying suspended"
ALIVE = f"draft {SENT_OUT}"
STATES = (*ALIVE.split(), "closed", "archived", "cancelled")

ACTS: Mapping[str, tuple[str, frozenset[Who]]] = {
    "assign": ("draft", DIRECTOR),
    "acknowledge": ("assigned", UNIT),
    "object": ("assigned", UNIT),
    "begin": ("registered", UNIT),
    "report_progress": (ON_REGISTER, UNIT),
    "cosign_progress": (ON_REGISTER, HEAD),
    "send_back_progress": (ON_REGISTER, HEAD),
    "set_cadence": (ON_REGISTER, OFFICER | DIRECTOR),
    "add_task": (WITH_UNIT, OFFICER | DIRECTOR | UNIT),
    "acknowledge_task": (WITH_UNIT, CO_UNIT),
    "report_task": (WITH_UNIT, CO_UNIT),
    "complete_task": (WITH_UNIT, CO_UNIT),
    "object_task": (WITH_UNIT, CO_UNIT),
    "accept_task": (WITH_UNIT, OFFICER | DIRECTOR | UNIT),
    "return_task": (WITH_UNIT, OFFICER | DIRECTOR | UNIT),
    "extend_task": (WITH_UNIT, OFFICER | DIRECTOR | UNIT),
    "cancel_task": (WITH_UNIT, OFFICER | DIRECTOR | UNIT),
    "plan_nodes": (ON_REGISTER, UNIT | OFFICER),
    "replan_nodes": (ON_REGISTER, UNIT | OFFICER),
    "reach_node": (ON_REGISTER, UNIT),
    "move_node": (ON_REGISTER, OFFICER | DIRECTOR),
    "drop_node": (ON_REGISTER, OFFICER | DIRECTOR),
    "log_urge": (WITH_UNIT, OFFICER | DIRECTOR),
    "request_coordination": (ON_REGISTER, UNIT),
    "withdraw_coordination": (ON_REGISTER, UNIT),
    "decide_coordination": (ON_REGISTER, DIRECTOR | LEADER | PRINCIPAL),
    "decline_coordination": (ON_REGISTER, DIRECTOR | LEADER | PRINCIPAL),
    "record_instruction": (ALIVE, OFFICER),
    "reassign": (WITH_UNIT, DIRECTOR),
    "correct": (f"{ALIVE} closed", OFFICER | DIRECTOR),
    "request_extension": (ON_REGISTER, UNIT),
    "consent_extension": (ON_REGISTER, HEAD),
    "review_extension": (ON_REGISTER, OFFICER),
    "grant_extension": (ON_REGISTER, DIRECTOR | LEADER),
    "refuse_extension": (ON_REGISTER, DIRECTOR | LEADER),
    "reclassify": (WITH_UNIT, DIRECTOR),
    "report_completion": ("handling", UNIT),
    "return_for_rework": ("verifying", OFFICER),
    "record_verification": ("verifying", OFFICER),
    "publish_result": ("verifying", OFFICER),
    "record_objection": ("verifying", OFFICER),
    "settle_objection": ("verifying", OFFICER),
    "close_out": ("verifying", DIRECTOR),
    "suspend": (WITH_UNIT, DIRECTOR),
    "resume": ("suspended", DIRECTOR),
    "withdraw": (ALIVE, DIRECTOR),
    "merge": (ALIVE, DIRECTOR),
    "schedule_lookback": ("closed", OFFICER),
    "follow_up": ("closed", OFFICER),
    "reopen": ("closed", DIRECTOR),
    "archive": ("closed", ARCHIVIST),
    "retarget": (SENT_OUT, DIRECTOR),
    "adopt": (f"{ALIVE} closed", DIRECTOR),
    "recount": (SENT_OUT, OFFICER | DIRECTOR),
    "decline_recount": (SENT_OUT, OFFICER | DIRECTOR),
    "comment": (f"{ALIVE} closed archived", OFFICE),
}
"""By command: in which states it exists, and who may open its form there (一个事项的一生, and the sections on
daily work). The matter is led by the units' people, and has a task of the co-unit while it is with them."""

DECIDING = DIRECTOR | LEADER
MEASURE_ACTS: Mapping[str, tuple[str, frozenset[Who]]] = {
    "draft": ("proposed", FOLLOWING),
    "approve": ("proposed", DECIDING),
    "reject": ("proposed", DECIDING),
    "snooze": ("proposed", DECIDING),
    "recuse": ("proposed", DECIDING),
    "serve": ("issued", FOLLOWING),
    "sign": ("issued", UNIT),
    "answer": ("served", FOLLOWING),
    "reply": ("served", UNIT),
    "judge": ("answered", FOLLOWING),
    "review": ("", frozenset()),
    "conclude": ("issued served answered", FOLLOWING),
    "withdraw": ("proposed issued served answered", DIRECTOR),
}
"""By command on an inquiry: in which states it exists, and who may open its form there (一件措施从提出到了
结); only an admonition is reviewed."""

NOTHING_FOR = frozenset(
    {
        "cosign_progress", "send_back_progress", "accept_task", "return_task", "report_task",
        "complete_task", "reach_node", "move_node", "drop_node", "consent_extension", "review_extension",
        "grant_extension", "refuse_extension", "withdraw_coordination", "decide_coordination",
        "decline_coordination", "publish_result", "record_objection", "settle_objection", "reopen",
        "recount", "decline_recount", "replan_nodes",
    }
)  # fmt: skip
"""Commands that have nothing to be about on the matters played: no report waits, no milestone is planned, no
more time and no coordination was asked for, the task is not begun, nothing was verified, no date would be
counted otherwise. Their forms are there all the same; the page does not lead to them."""

OPENINGS: Mapping[str, frozenset[Who]] = {"open": OFFICER}
"""What brings a matter into the register by a form."""

TOO_LATE: Line = of_matters(409, OFFICE | {R.AUDITOR}, PARTICIPANTS)
"""Who sees a matter has a form back whose act is not his, or not now; for everybody else there is none."""

TOO_LATE_TO_OPEN: Line = signed_in(409)
"""A new matter that was typed is given back to whoever may open none."""

FORMLESS = frozenset({"take_over", "restate", "split", "derive", "follow_instruction", "succeed"})
"""Commands that have no plain form: nobody may open one (在网页上办理: those about other matters)."""

ASKED: Mapping[str, Who] = {
    "office": R.DIRECTOR,
    "leader": R.LEADER,
    "principal": R.PRINCIPAL,
    "meeting": R.PRINCIPAL,
}
"""Who decides on coordination once a level is asked (顶格协调)."""
