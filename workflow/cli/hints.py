"""Which command helps where a refusal says what to do, which the pages tell without it."""

from collections.abc import Mapping

from states.errors import Refusal

HINTS: Mapping[str, str] = {
    "entry_unknown": "duban case history",
    "matter_sealed": "duban retention unseal",
    "progress_missing": "--as-before",
    "expected_on_passed": "--expected-on",
    "promise_in_the_past": "log-urge --at",
    "date_against_history": "correct --entry --field occurred_at",
    "tasks_open": "--open-tasks-reason",
    "stated_ahead": "--at",
    "correction_breaks_document": "correct --reissue，duban escalation withdraw",
    "case_faulty": "duban verify",
    "history_ahead": "duban verify",
    "campaign_unknown": "duban lookback list",
    "policy_unknown": "duban policy list",
    "actor_disabled": "duban user enable",
    "administrator_holds_office": "duban user roles，duban user setup",
    "disables_himself": "不写 --as",
    "nothing_to_admit": "duban user waiting",
    "several_to_admit": "duban user waiting，--which",
    "administrators_missing": "duban user setup",
    "document_unrenderable": "duban document show",
    "lead_has_ended": "duban case succeed",
    "node_invalid": "duban case nodes",
    "key_unknown": "duban evidence rotate --lost",
    "secret_missing": "duban migrate",
    "calendar_missing": "duban migrate",
    "lifecycle_missing": "duban migrate",
    "policy_missing": "duban migrate",
    "schema_version": "duban migrate",
    "calendar_unknown": "duban calendar list",
    "calendar_changed": "duban verify",
    "checkpoint_unknown": "duban checkpoint list",
    "export_all_not_permitted": "--case",
    "report_needs_xlsx": "--format xlsx",
}
"""By the code of the refusal."""


def hinted(refusal: Refusal) -> Refusal:
    """The refusal with the command that helps, in brackets before its full stop."""
    hint = HINTS.get(refusal.code)
    if hint is not None and hint not in refusal.message:
        refusal.message = f"{refusal.message.removesuffix('。')}（{hint}）。"
    return refusal
