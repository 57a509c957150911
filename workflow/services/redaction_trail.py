"""What an entry took away, in brackets behind its sentence: which entry's words, and which of them."""

from collections.abc import Mapping
from typing import Any

from states.redaction import REDACTED, names_in
from states.words import detail_label


def about_redaction(kind: str, details: Mapping[str, Any]) -> str:
    """（第5条的理由、意见）; nothing of an entry that is no redaction."""
    if kind != REDACTED:
        return ""
    named = "、".join(map(detail_label, names_in(details["instead"])))
    return f"（第{details['entry']}条的{named}）"
