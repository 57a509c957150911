"""Who is answered what by the API, written by hand from docs/api.md and the manual.

Nothing here is asked of the program. A route that has no line fails the test; whoever adds one says for whom
it is. What is told about somebody else's matter is what is told of one there is not.
"""

from collections.abc import Collection, Mapping

from states.vocabulary import Role as R
from tests.web.rights import (
    IMPORTING,
    KEEPING,
    LOOKING,
    OFFICE,
    OFFICER,
    PARTICIPANTS,
    RULING,
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
    "GET /cases/{number}/measures/{measure}/paper": of_matters(200),
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
    "GET /reports": bearing(200, OFFICE | UNIT | {R.AUDITOR, S.CO_LIAISON}),
    "GET /reports/file": bearing(200, OFFICE | UNIT | {R.AUDITOR, S.CO_LIAISON}),
    "GET /register/file": bearing(200, set(EVERYBODY) - ADMINISTRATORS),
    "GET /register/exports": bearing(200, set(EVERYBODY) - ADMINISTRATORS),
    "POST /register/exports": bearing(422, set(EVERYBODY) - ADMINISTRATORS),
    "GET /register/exports/{work}/file": bearing(404, set(EVERYBODY) - ADMINISTRATORS),
    "GET /register/views": bearing(200),
    "POST /register/views": UNASKED,
    "POST /register/views/drop": bearing(200),
    "POST /register/columns": bearing(200),
    "GET /me": bearing(200),
    "GET /me/tokens": bearing(200),
    "POST /me/tokens/{token}/revoke": NOTHING,
    "GET /me/calendars": bearing(200),
    "POST /me/calendars": NOTHING,
    "POST /me/calendars/revoke": NOTHING,
    "GET /accounts": bearing(200, ADMINISTRATORS),
    "GET /accounts/{person}": bearing(404, ADMINISTRATORS),
    "GET /roles": bearing(200, ADMINISTRATORS),
    "GET /roles/requests": bearing(200, ADMINISTRATORS),
    "GET /sessions": bearing(200, ADMINISTRATORS),
    "GET /machines": bearing(200, ADMINISTRATORS),
    "GET /webhooks": bearing(200, ADMINISTRATORS | {R.AUDITOR}),
    "GET /webhooks/{webhook}": bearing(404, ADMINISTRATORS | {R.AUDITOR}),
    "POST /webhooks": bearing(404, {R.SYSTEM_ADMIN}),
    "POST /webhooks/call-backs": bearing(409, {R.SYSTEM_ADMIN}),
    "POST /webhooks/{webhook}/transitions": bearing(404, {R.SECURITY_ADMIN}),
    "GET /units": bearing(200, LOOKING | ADMINISTRATORS),
    "GET /units/{code}": bearing(200, LOOKING | ADMINISTRATORS),
    "GET /people": bearing(200, LOOKING | ADMINISTRATORS),
    "GET /people/{code}": bearing(404, LOOKING | ADMINISTRATORS),
    "POST /units": bearing(422, KEEPING),
    "POST /units/{code}": bearing(409, KEEPING),
    "POST /units/{code}/reforms": bearing(422, RULING),
    "POST /people/{code}": bearing(404, KEEPING),
    "POST /calendars": bearing(409, LOOKING),
    "GET /calendar-impact": bearing(200, LOOKING),
    "POST /calendar-impact/decisions": bearing(200, LOOKING),
    "GET /policies/text": bearing(200, LOOKING),
    "POST /policies/examinations": bearing(422, RULING),
    "POST /policies": bearing(422, {R.DIRECTOR}),
    "GET /policies/authority": bearing(200, LOOKING),
    "POST /policies/authority": bearing(422, {R.DIRECTOR}),
    "GET /mail": bearing(200, LOOKING | {R.SYSTEM_ADMIN}),
    "POST /mail/trials": bearing(409, LOOKING | {R.SYSTEM_ADMIN}),
    "POST /mail/silences": bearing(409, LOOKING | {R.SYSTEM_ADMIN}),
    "POST /mail/silences/lift": bearing(404, RULING),
    "GET /mail/queue": bearing(200, LOOKING | {R.ORGANIZATION}),
    "GET /mail/queue/{id}": bearing(404, LOOKING | {R.ORGANIZATION}),
    "POST /mail/queue/{id}/transitions": bearing(404, LOOKING | {R.ORGANIZATION}),
    "GET /numbers": bearing(200, LOOKING | {R.CLERK}),
    "GET /numbers/{series}/{year}": bearing(422, LOOKING | {R.CLERK}),
    "GET /wordings": bearing(200, LOOKING),
    "GET /wordings/{kind}": bearing(404, LOOKING),
    "POST /wordings/{kind}/readings": bearing(404, RULING),
    "POST /wordings/{kind}/checks": bearing(404, RULING),
    "POST /wordings/{kind}": bearing(404, RULING),
    "POST /wordings/{kind}/restoration": bearing(404, RULING),
    "GET /calendars": bearing(200, LOOKING),
    "GET /calendars/{year}": bearing(200, LOOKING),
    "GET /policies": bearing(200, LOOKING),
    "GET /policies/current": bearing(200, LOOKING),
    "GET /imports": bearing(200, IMPORTING),
    "POST /imports": bearing(422, IMPORTING),
    "GET /imports/{draft}": bearing(404, IMPORTING),
    "GET /imports/template": bearing(200, IMPORTING),
    "POST /imports/{draft}/columns": bearing(404, IMPORTING),
    "POST /imports/{draft}/mapping": bearing(404, IMPORTING),
    "POST /imports/{draft}/options": bearing(404, IMPORTING),
    "POST /imports/{draft}/discard": bearing(404, IMPORTING),
    "POST /imports/{draft}/corrections": bearing(404, IMPORTING),
    "POST /imports/{draft}/start": bearing(404, IMPORTING),
    "GET /events": bearing(200, set(EVERYBODY) - {R.SYSTEM_ADMIN, R.SECURITY_ADMIN}, 404),
    "GET /events/catalogue": bearing(200),
    "GET /intake": bearing(403),
    "POST /intake": bearing(403),
    "GET /intake/{external_id}": bearing(403),
    "GET /inbox": bearing(200, OFFICER),
    "GET /inbox/{item}": bearing(404, OFFICER),
    "POST /inbox/{item}/register": bearing(404, OFFICER),
    "POST /inbox/{item}/join": bearing(404, OFFICER),
    "POST /inbox/{item}/return": bearing(404, OFFICER),
    "POST /inbox/{item}/note": bearing(404, OFFICER),
    "POST /inbox/{item}/redaction": bearing(404),
    "GET /inbox/{item}/files/{sha256}": bearing(404, OFFICER),
    "POST /minutes/readings": bearing(422, OFFICER),
    "POST /minutes/drafts": bearing(422, OFFICER),
    "GET /audit/entries": bearing(200, SEEING),
    "GET /audit/days/{day}": bearing(200, SEEING),
    "GET /audit/days/{day}/cases/{number}": {
        **bearing(403),
        **dict.fromkeys(SEEING, (200, 200, 404)),
    },
    "GET /audit/differences": bearing(200, SEEING),
    "GET /audit/differences/{number}": {**bearing(403), **dict.fromkeys(SEEING, (200, 200, 404))},
    "GET /audit/accesses": bearing(200, SEEING | {R.AUDIT_ADMIN}, 404),
    "GET /audit/exports": bearing(200, SEEING),
    "POST /audit/exports": bearing(404, SEEING),
    "GET /audit/reports": bearing(200, SEEING),
    "POST /audit/reports": bearing(422, SEEING),
    "GET /audit/works/{work}/file": bearing(404, SEEING),
    "POST /audit/checkpoints": bearing(201, SEEING),
    "POST /audit/comparisons": bearing(409, SEEING),
    "GET /audit/verifications": bearing(200, SEEING),
    "POST /audit/verifications": bearing(409, SEEING),
    "GET /audit/checkpoints": bearing(200, SEEING),
    "GET /audit/checkpoints/{serial}": bearing(404, SEEING),
}
"""By method and path, for a person's token with every scope he may have; items are handed in by
machines. What is sent is a command there is not (`nothing`), a file of no kind, a decision on what does not
wait, a checkpoint that is none; the unit is the lead unit's, the person, the import, the item and the
checkpoint are such as nobody knows."""

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
    "POST /intake": {"external_id": "RX-1", "title": "积水", "text": "逢雨积水"},
    "POST /inbox/{item}/register": {"title": "积水", "source": "热线"},
    "POST /inbox/{item}/join": {"number": "滨督2026-999"},
    "POST /inbox/{item}/return": {"reason": "不属本办"},
    "POST /inbox/{item}/note": {},
    "POST /inbox/{item}/redaction": {"reason": "写有住址"},
    "POST /minutes/readings": {"text": ""},
    "POST /minutes/drafts": {"drafts": [{"title": "", "source": "会议纪要"}]},
    "POST /webhooks": {"name": "平台", "url": "https://hook.example/in", "units": ["天外局"]},
    "POST /webhooks/call-backs": {"source": "平台", "url": "http://127.0.0.1/"},
    "POST /webhooks/{webhook}/transitions": {"command": "confirm"},
    "POST /register/exports": {"asked": {"light": "none"}},
    "POST /audit/verifications": {"checkpoint": "none"},
    "POST /audit/exports": {"form": "csv", "case": "滨督2026-999"},
    "POST /audit/reports": {"first": "2026-07-20", "last": "2026-07-01"},
    "POST /audit/checkpoints": {},
    "POST /audit/comparisons": {"text": "none"},
    "POST /imports/{draft}/columns": {"columns": {"1": "title"}},
    "POST /imports/{draft}/mapping": {"name": "none"},
    "POST /imports/{draft}/options": {"year": 2027},
    "POST /imports/{draft}/discard": {},
    "POST /register/views": {"name": "试", "asked": {}},
    "POST /register/views/drop": {"name": "没有"},
    "POST /register/columns": {"columns": []},
    "POST /me/tokens/{token}/revoke": {},
    "POST /me/calendars": {"unit": "天外局"},
    "POST /me/calendars/revoke": {"unit": "天外局"},
    "POST /units": {"code": "BH240", "name": "市公安局"},
    "POST /units/{code}": {"seen": "none"},
    "POST /units/{code}/reforms": {
        "reform": {"kind": "rename", "to": "市公安局", "on": "2026-07-01", "basis": "滨编发〔2026〕3号"}
    },
    "POST /people/{code}": {"seen": "none"},
    "POST /calendars": {"name": "a.csv", "content": "AAAA"},
    "POST /calendar-impact/decisions": {"decision": "accept", "cases": ["滨督2026-999"]},
    "POST /policies/examinations": {"source": "none"},
    "POST /policies": {"source": "none"},
    "POST /policies/authority": {"decision": "revoke"},
    "POST /mail/trials": {"address": "none"},
    "POST /mail/silences": {"address": "none", "reason": "退信"},
    "POST /mail/silences/lift": {"address": "none@binhai.example"},
    "POST /mail/queue/{id}/transitions": {"command": "hold"},
    "POST /wordings/{kind}/readings": {"texts": {"notice": "none"}},
    "POST /wordings/{kind}/checks": {"texts": {"notice": "none"}},
    "POST /wordings/{kind}": {"texts": {"notice": "none"}, "seen": "none"},
    "POST /wordings/{kind}/restoration": {"seen": "none"},
}
ASKED: Mapping[str, Mapping[str, str]] = {
    "GET /audit/differences": {"first": "2026-07-01", "last": "2026-07-20"},
    "GET /audit/entries": {"case": ""},
    "GET /audit/differences/{number}": {"first": "2026-07-01", "last": "2026-07-20"},
}
