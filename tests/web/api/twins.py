"""What the API has for every page, written by hand: the operation that is its twin, or why there is none.

Nothing here is asked of the program. A route of the pages that has no line fails the test; whoever adds one
says what a program does instead. The reasons stand in docs/api.md word for word.
"""

from collections.abc import Mapping
from enum import StrEnum


class Why(StrEnum):
    """Why a page has no operation of its own."""

    WAY_IN = "Signing in and out, invitations, passwords and second factors: a program bears a token instead."
    PROOF = "A new personal token: made where its person proves that it is he."
    SECOND_KEY = (
        "What gives or takes accounts, roles and machines' tokens: each act is one of two keys (三员)."
    )
    PERSONAL = "What is said of a person, read by the auditor for a reason: shown once, to a person."
    PAGE_ALONE = "A page that only leads to others."
    OWN_SECRET = "The calendar itself: its address is its key, and no token opens it."


W = Why
OFFERED = ("list_case_transitions", "list_openings")
Twin = tuple[str, ...] | Why

TWINS: Mapping[str, Twin] = {
    "GET /": W.PAGE_ALONE,
    "GET /desk": ("list_desk",),
    "GET /cases": ("list_cases", "get_register_views"),
    "GET /register/acts": OFFERED,
    "POST /register/acts/{command}": ("give_case_transitions",),
    "POST /register/columns": ("choose_register_columns",),
    "POST /register/views": ("keep_register_view", "drop_register_view"),
    "POST /register/export": ("get_register_file", "ask_register_export"),
    "GET /register/exports": ("list_register_exports",),
    "GET /register/exports/{work}/file": ("get_register_export_file",),
    "GET /cases/{number}": (
        *("get_case", "list_case_history", "list_case_reports", "explain_case", "list_case_deadlines"),
        *("list_case_tasks", "list_case_milestones", "get_case_extension", "list_case_measures"),
        *("list_case_documents", "list_case_attachments"),
    ),
    "GET /cases/{number}/acts/{command}": OFFERED,
    "POST /cases/{number}/acts/{command}": ("give_case_transition",),
    "GET /cases/new/{command}": ("list_openings",),
    "POST /cases/new/{command}": ("open_case",),
    "GET /cases/{number}/measures/{measure}": ("get_measure", "get_measure_paper"),
    "GET /cases/{number}/measures/{measure}/acts/{command}": ("list_measure_transitions",),
    "POST /cases/{number}/measures/{measure}/acts/{command}": ("give_measure_transition",),
    "GET /cases/{number}/papers/{paper}": ("get_case_document",),
    "GET /cases/{number}/files/{sha256}": ("get_case_attachment",),
    "GET /cases/{number}/withheld/{matter}": W.PERSONAL,
    "POST /cases/{number}/withheld/{matter}": W.PERSONAL,
    "GET /sign-in": W.WAY_IN,
    "POST /sign-in": W.WAY_IN,
    "POST /sign-out": W.WAY_IN,
    "GET /sign-in/provider": W.WAY_IN,
    "GET /sign-in/provider/back": W.WAY_IN,
    "GET /invitations/{token}": W.WAY_IN,
    "POST /invitations/{token}": W.WAY_IN,
    "GET /account": ("get_caller", "list_own_calendars"),
    "POST /account/password": W.WAY_IN,
    "POST /account/second-factor/begin": W.WAY_IN,
    "POST /account/second-factor": W.WAY_IN,
    "POST /account/second-factor/drop": W.WAY_IN,
    "GET /account/tokens": ("list_tokens",),
    "POST /account/tokens": W.PROOF,
    "POST /account/tokens/{token}/revoke": ("revoke_token",),
    "POST /account/calendars": ("make_calendar", "revoke_calendar"),
    "GET /calendars/{secret}.ics": W.OWN_SECRET,
    "GET /accounts": ("list_accounts",),
    "POST /accounts": W.SECOND_KEY,
    "GET /accounts/{person}": ("get_account",),
    "POST /accounts/{person}/{act}": W.SECOND_KEY,
    "GET /roles": ("list_roles", "list_role_requests"),
    "POST /roles": W.SECOND_KEY,
    "POST /roles/decide": W.SECOND_KEY,
    "GET /roles/requests": ("list_role_requests",),
    "GET /sessions": ("list_sessions",),
    "GET /machines": ("list_machines",),
    "POST /machines": W.SECOND_KEY,
    "POST /machines/{token}/{act}": W.SECOND_KEY,
    "GET /signing": ("list_signing",),
    "POST /signing": ("decide_several",),
    "GET /signing/{kind}/{id}": ("get_signing",),
    "GET /signing/{kind}/{id}/preview": ("get_signing_draft",),
    "GET /signing/{kind}/{id}/acts/{command}": ("get_signing",),
    "POST /signing/{kind}/{id}/acts/{command}": ("decide_one",),
    "GET /intake": ("list_inbox",),
    "GET /intake/{item}": ("get_inbox_item",),
    "GET /intake/{item}/files/{sha256}": ("get_inbox_file",),
    "GET /intake/draft": W.PAGE_ALONE,
    "POST /intake/draft": ("read_minutes",),
    "POST /intake/draft/open": ("open_minutes_drafts",),
    "POST /intake/{item}/{act}": (
        "register_inbox_item",
        "join_inbox_item",
        "return_inbox_item",
        "note_inbox_item",
    ),
    "GET /imports": ("list_imports",),
    "POST /imports": ("hand_import_in",),
    "GET /imports/template": ("get_import_template",),
    "GET /imports/{draft}": ("get_import",),
    "POST /imports/{draft}/{act}": (
        *("correct_import", "set_import_columns", "use_import_mapping", "set_import_options"),
        *("start_import", "discard_import"),
    ),
    "GET /wall": ("get_wall",),
    "GET /wall/table": ("get_wall",),
    "GET /reports": ("get_report",),
    "POST /reports/file": ("get_report_file",),
    "GET /audit": ("list_verifications", "list_checkpoints"),
    "GET /audit/search": ("search_entries",),
    "GET /audit/access": ("list_accesses",),
    "GET /audit/day": ("get_past_register", "get_past_case"),
    "GET /audit/differences": ("get_differences", "get_case_differences"),
    "GET /audit/verification": ("list_verifications",),
    "POST /audit/verification": ("ask_verification",),
    "GET /audit/exports": ("list_exports",),
    "POST /audit/exports": ("ask_export",),
    "GET /audit/report": ("list_audit_reports",),
    "POST /audit/report": ("ask_audit_report",),
    "GET /audit/works/{work}/file": ("get_work_file",),
    "GET /audit/checkpoints": ("list_checkpoints",),
    "POST /audit/checkpoints": ("make_checkpoint",),
    "POST /audit/comparison": ("compare_checkpoint",),
    "GET /audit/checkpoints/{serial}": ("get_checkpoint",),
    "GET /settings": W.PAGE_ALONE,
    "GET /settings/units": ("list_units",),
    "POST /settings/units": ("add_unit",),
    "GET /settings/units/{code}": ("get_unit",),
    "POST /settings/units/{code}/{act}": ("amend_unit", "reform_unit"),
    "GET /settings/people": ("list_people",),
    "GET /settings/people/{person}": ("get_person",),
    "POST /settings/people/{person}": ("amend_person",),
    "GET /settings/calendars": ("list_calendars", "get_calendar_year"),
    "POST /settings/calendars": ("load_calendar",),
    "GET /settings/calendars/impact": ("list_calendar_impact",),
    "POST /settings/calendars/impact": ("settle_calendar_impact",),
    "GET /settings/policies": ("list_policies", "get_policy_in_force", "get_policy_authority"),
    "POST /settings/policies/authority": ("decide_policy_authority",),
    "GET /settings/policies/draft": ("get_policy_text",),
    "POST /settings/policies/draft": ("examine_policy", "activate_policy"),
    "GET /settings/mail": ("get_mail",),
    "POST /settings/mail/acts/{act}": ("try_mail", "silence_address", "lift_silence"),
    "GET /settings/mail/queue": ("list_mail_queue",),
    "GET /settings/mail/queue/{id}": ("get_mail_message",),
    "POST /settings/mail/queue/{id}/{act}": ("give_mail_transition",),
    "GET /settings/webhooks": ("list_webhooks", "get_webhook"),
    "POST /settings/webhooks/acts/{act}": (
        *("propose_webhook", "propose_call_back", "give_webhook_transition"),
    ),
    "GET /settings/numbers": ("list_numbers", "get_numbers"),
    "GET /settings/wordings": ("list_wordings",),
    "GET /settings/wordings/{kind}": ("get_wording",),
    "POST /settings/wordings/{kind}": ("read_wording", "check_wording", "save_wording", "restore_wording"),
}
"""By method and path of the pages."""

SEVERAL: Mapping[str, Mapping[str, str]] = {
    "POST /intake/{item}/{act}": {
        "register": "register_inbox_item",
        "join": "join_inbox_item",
        "return": "return_inbox_item",
        "note": "note_inbox_item",
    },
    "POST /imports/{draft}/{act}": {
        "lines": "correct_import",
        "columns": "set_import_columns",
        "mapping": "use_import_mapping",
        "options": "set_import_options",
        "start": "start_import",
        "discard": "discard_import",
    },
    "POST /settings/units/{code}/{act}": {
        "amend": "amend_unit",
        "rename": "reform_unit",
        "merge": "reform_unit",
    },
    "POST /settings/mail/acts/{act}": {
        "try": "try_mail",
        "silence": "silence_address",
        "allow": "lift_silence",
    },
    "POST /settings/webhooks/acts/{act}": {
        "add": "propose_webhook",
        "call-back": "propose_call_back",
        **dict.fromkeys(("try", "rotate", "pause", "resume", "repeat", "revoke"), "give_webhook_transition"),
        **dict.fromkeys(("confirm", "decline"), "give_webhook_transition"),
    },
    "POST /settings/mail/queue/{id}/{act}": dict.fromkeys(
        ("hold", "release", "retry", "cancel"), "give_mail_transition"
    ),
}
"""Of one address for several acts, the twin of each."""

BEYOND = frozenset(
    {"get_statistics", "redact_inbox_item", "list_events", "list_event_types"}
    | {"hand_in", "list_handed_in", "get_handed_in"}
)
"""Operations no page has: the command line has the first two, the others are for programs alone."""
