"""The one refusal that a notice's file can meet, with the line or entry it is about."""

from states.errors import Refusal


class NoticeRefused(Refusal):
    """A file cannot be read as a holiday notice; the code says why, the facts where."""

    code = "notice_refused"


def at_place(place: str, refusal: Refusal) -> NoticeRefused:
    """The same refusal, with the place in the file it is about."""
    return NoticeRefused(
        f"{place}：{refusal.message}", code=refusal.code, **{**refusal.facts, "place": place}
    )
