"""Who is answered what by the API, written by hand from docs/api.md and the manual.

Nothing here is asked of the program. A route that has no line fails the test; whoever adds one says for whom
it is. What is told about somebody else's matter is what is told of one there is not.
"""

from collections.abc import Collection, Mapping

from states.vocabulary import Role as R
from tests.web.rights import (
    IMPORTING,
    LOOKING,
    OFFICE,
    PARTICIPANTS,
    UNIT,
    Somebody,
    Who,
)

S = Somebody
ADMINISTRATORS = frozenset({R.SYSTEM_ADMIN, R.SECURITY_ADMIN, R.AUDIT_ADMIN})
EVERYBODY: tuple[Who, ...] = (
    *R,
    *(S.STRANGER, S.NO_ROLE, S.DEPUTY, S.CO_LIAISON, S.ACCOUNTABLE),
)
Line = Mapping[Who, tuple[int, int, int]]
"""What each is told about a matter of his own, somebody else's, and one there is not."""


def bearing(told: int, those: Collection[Who] = EVERYBODY, others: int = 403) -> Line:
    """For these; everybody else with a token is told otherwise, and without one nothing."""
    turned_away = {S.STRANGER: 401}
    return {who: (turned_away.get(who, told if who in those else others),) * 3 for who in EVERYBODY}


def of_matters(told: int, own: Collection[Who] = PARTICIPANTS, *, none: int = 404) -> Line:
    """About a matter: to the office and the auditor of every one, to participants of their own."""
    every: dict[Who, tuple[int, int, int]] = dict.fromkeys(OFFICE | {R.AUDITOR}, (told, told, none))
    return {**bearing(none), **every, **dict.fromkeys(own, (told, none, none))}


SEEING = OFFICE | {R.AUDITOR}
NOTHING = bearing(404)
"""Nothing of that name is there, for whomever."""

UNASKED = bearing(422)
"""What is sent is refused for what it says, whoever sends it."""

ROUTES: Mapping[str, Line] = {
    "GET /cases": bearing(200, set(EVERYBODY) - {R.SYSTEM_ADMIN, R.SECURITY_ADMIN}, 404),
    "POST /cases": UNASKED,
    "POST /cases/transitions": bearing(200),
    "GET /openings": bearing(200),
    "GET /cases/{number}": of_matters(200),
    "GET /cases/{number}/history": of_matters(200),
    "GET /cases/{number}/reports": of_matters(200),
    "GET /cases/{number}/explanation": of_matters(200),
    "GET /cases/{number}/deadlines": of_matters(200),
    "GET /cases/{number}/tasks": of_matters(200),
    "GET /cases/{number}/milestones": of_matters(200),
    "GET /cases/{number}/extension": of_matters(200),
    "GET /cases/{number}/measures": of_matters(200),
    "GET /cases/{number}/measures/{measure}": of_matters(200),
    "GET /cases/{number}/measures/{measure}/transitions": of_matters(200),
    "POST /cases/{number}/measures/{measure}/transitions": of_matters(422),
    "GET /cases/{number}/documents": of_matters(200),
    "GET /cases/{number}/documents/{document}/pdf": of_matters(200),
    "GET /cases/{number}/attachments": of_matters(200),
    "GET /cases/{number}/attachments/{sha256}": of_matters(200),
    "GET /cases/{number}/transitions": of_matters(200),
    "POST /cases/{number}/transitions": of_matters(422),
    "GET /signing": bearing(200),
    "GET /signing/{kind}/{id}": NOTHING,
    "GET /signing/{kind}/{id}/pdf": NOTHING,
    "POST /signing/transitions": bearing(200),
    "POST /signing/{kind}/{id}/transitions": NOTHING,
    "GET /desk": bearing(200),
    "GET /wall": bearing(200, OFFICE | UNIT | {R.AUDITOR, S.CO_LIAISON}),
    "GET /statistics": bearing(200, SEEING),
    "GET /units": bearing(200, LOOKING | ADMINISTRATORS),
    "GET /units/{code}": bearing(200, LOOKING | ADMINISTRATORS),
    "GET /people": bearing(200, LOOKING | ADMINISTRATORS),
    "GET /people/{code}": bearing(404, LOOKING | ADMINISTRATORS),
    "GET /calendars": bearing(200, LOOKING),
    "GET /calendars/{year}": bearing(200, LOOKING),
    "GET /policies": bearing(200, LOOKING),
    "GET /policies/current": bearing(200, LOOKING),
    "GET /imports": bearing(200, IMPORTING),
    "POST /imports": bearing(422, IMPORTING),
    "GET /imports/{draft}": bearing(404, IMPORTING),
    "POST /imports/{draft}/corrections": bearing(404, IMPORTING),
    "POST /imports/{draft}/start": bearing(404, IMPORTING),
    "GET /events": bearing(200, set(EVERYBODY) - {R.SYSTEM_ADMIN, R.SECURITY_ADMIN}, 404),
    "GET /events/catalogue": bearing(200),
    "GET /audit/entries": bearing(200, SEEING),
    "GET /audit/days/{day}": bearing(200, SEEING),
    "GET /audit/days/{day}/cases/{number}": {
        **bearing(403),
        **dict.fromkeys(SEEING, (200, 200, 404)),
    },
    "GET /audit/differences": bearing(200, SEEING),
    "GET /audit/verifications": bearing(200, SEEING),
    "POST /audit/verifications": bearing(409, SEEING),
    "GET /audit/checkpoints": bearing(200, SEEING),
    "GET /audit/checkpoints/{serial}": bearing(404, SEEING),
}
"""By method and path, for a token with every scope. What is sent is a command there is not (`nothing`), a
file of no kind, a decision on what does not wait, a checkpoint that is none; the unit is the lead unit's, the
person, the import and the checkpoint are such as nobody knows."""

BODIES: Mapping[str, object] = {
    "POST /cases": {"command": "nothing"},
    "POST /cases/transitions": {"items": [{"number": "滨督2026-999", "command": "nothing"}]},
    "POST /cases/{number}/transitions": {"command": "nothing"},
    "POST /cases/{number}/measures/{measure}/transitions": {"command": "nothing"},
    "POST /signing/transitions": {"items": [{"kind": "measure", "id": "none", "seen": "1"}]},
    "POST /signing/{kind}/{id}/transitions": {"command": "approve"},
    "POST /imports": {"name": "a.exe", "content": "AAAA"},
    "POST /imports/{draft}/corrections": {"lines": {"1": {"left_out": True}}},
    "POST /imports/{draft}/start": {"version": "none"},
    "POST /audit/verifications": {"checkpoint": "none"},
}
ASKED: Mapping[str, Mapping[str, str]] = {
    "GET /audit/differences": {"first": "2026-07-01", "last": "2026-07-20"},
    "GET /audit/entries": {"case": ""},
}
