"""What a run of the sender writes: claims, that a message is being handed over, and what came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row

from notifications.bounces import refuses_address
from states.delivery import WAITING, MailState, Next, Outcome, Patience, after, after_attempt
from states.windows import rest_between
from workflow.services import chains
from workflow.services.batch import JOURNAL, OpenCase, at_head
from workflow.services.entries import SYSTEM, Act
from workflow.services.office import Office
from workflow.services.work import Work
from workflow.storage import joint_papers, outbox, papers
from workflow.storage.session import transaction

INTERRUPTED = "发送中断，邮件已交出，未见服务器答复"
BATCH = 50
SPREADS = 0xFFFF


@dataclass(frozen=True, slots=True)
class Answer:
    """What an attempt came to, in the relay's words; `queue_id` is what the relay calls the message.

    `sha256` is that of the bytes that were handed over, or were to be; `asked` for how long the receiver
    asked to be left alone.
    """

    outcome: Outcome
    told: str
    stage: str = ""
    code: int | None = None
    enhanced: str | None = None
    queue_id: str | None = None
    sha256: str | None = None
    asked: timedelta = timedelta()

    @property
    def blames_address(self) -> bool:
        """Whether the relay refused the address for good, and because of itself."""
        refused = self.outcome is Outcome.PERMANENT and self.stage == "rcpt"
        return refused and refuses_address(self.told)

    def as_details(self) -> dict[str, Any]:
        named = {"stage": self.stage, "code": self.code, "enhanced": self.enhanced}
        named |= {"queue_id": self.queue_id, "mail_sha256": self.sha256}
        known = {name: value for name, value in named.items() if value}
        return {"outcome": self.outcome.value, "answer": self.told, **known}


Result = tuple[Row[Any], Answer]
"""A message, and what came of its attempt."""


def claim(tx: Connection, office: Office, now: datetime, lease: timedelta, most: int) -> list[Row[Any]]:
    """Lease the next messages to allowed domains, as many as may still leave this minute.

    Each attempt is counted before it is made.
    """
    left = office.settings.mail_per_minute - outbox.count_since(tx, now - timedelta(minutes=1))
    if left <= 0:
        return []
    return outbox.lease(tx, now, now + lease, office.settings.mail_allow, min(most, left))


def record(work: Work, results: Sequence[Result]) -> list[Next]:
    """Enter what came of attempts, all at once. Raises `LeaseLostError`.

    The cases are locked before the messages, as by everybody who acts on a case and then on its mails.
    """
    messages = [message for message, _ in results]
    histories = _histories(work, messages)
    following = [_following(work, message, answer) for message, answer in results]
    columns = list(map(partial(_columns, work), results, following))
    work.batch.write_beside(lambda tx: outbox.settle(tx, messages, columns))
    for one, (message, answer) in zip(following, results, strict=True):
        act = Act(one.event, work.at, details=_told(message, answer, one))
        for history in histories[message.document_id]:
            chains.enter(work, history, act)
    work.batch.flush()
    return following


def _histories(work: Work, messages: Sequence[Row[Any]]) -> dict[str, list[OpenCase]]:
    """The history of every case the messages' papers concern, by paper; of a paper of none the journal."""
    found = joint_papers.cases_of_papers_for_update(work.tx, {one.document_id for one in messages})
    cases = {row.id: at_head(row) for rows in found.values() for row in rows}
    return {
        paper: [cases[row.id] for row in rows] or [work.batch.open_journal()] for paper, rows in found.items()
    }


def _told(message: Row[Any], answer: Answer, following: Next) -> dict[str, Any]:
    told = about(message) | {"attempt": message.attempts, **answer.as_details()}
    return told | ({"held_for": following.held_for} if following.held_for else {})


def _following(work: Work, message: Row[Any], answer: Answer) -> Next:
    """What follows; of a paper that was made void meanwhile nothing is tried again."""
    following = after_attempt(
        "leased" if answer.outcome in (Outcome.TEMPORARY, Outcome.PERMANENT) else "uncertain",
        answer.outcome,
        attempts=message.attempts,
        since=_since(message),
        now=work.at,
        patience=_patience(work, message),
        asked=answer.asked,
    )
    if following.state in WAITING and papers.is_void(work.tx, message.document_id):
        return Next(after(following.state, "stop"), "mail_cancelled")
    return following


def _columns(work: Work, result: Result, following: Next) -> dict[str, Any]:
    message, answer = result
    return {
        "state": following.state,
        "held_for": following.held_for,
        "last_answer": answer.told,
        "next_attempt_at": following.at or message.next_attempt_at,
        "sent_at": work.at if following.state == MailState.SENT else message.sent_at,
    }


LOST = Answer(Outcome.UNCERTAIN, INTERRUPTED, "end")
"""What is known of a message that was handed over by a sender that ended before it told of the answer."""


def give_back(office: Office, messages: Iterable[Row[Any]]) -> None:
    """Leased messages that were not tried need not wait for their lease to run out."""
    with transaction(office.engine) as tx:
        outbox.release(tx, messages)


def lock_cases(work: Work, messages: Iterable[Row[Any]]) -> None:
    """What whoever enters something about many messages does first: lock their cases, in the order of their
    ids and before the journal, as everybody does."""
    joint_papers.cases_of_papers_for_update(work.tx, {one.document_id for one in messages})


def enter(work: Work, message: Row[Any], event: str, details: dict[str, Any], actor: str = SYSTEM) -> None:
    """Enter something into every case the message's paper concerns, or for a mail of no case the journal."""
    if message.case_id == JOURNAL:
        note(work, Act(event, work.at, actor, details))
    else:
        paper = message.document_id
        cases = joint_papers.cases_of_papers_for_update(work.tx, [paper])[paper]
        chains.enter_all(_again(work), cases, event, details, actor)


def note(work: Work, act: Act) -> None:
    """Enter something into the journal."""
    own = _again(work)
    own.batch.note(act)
    own.batch.flush()


def _again(work: Work) -> Work:
    """A batch is written once: each entry about a message has its own, in the same transaction."""
    return work.again(work.tx, by=work.batch.signature, at=work.at)


def about(message: Row[Any]) -> dict[str, Any]:
    """A message as entries name it."""
    return {"message": message.id, "message_id": message.message_id, "document": message.document_id}


def _patience(work: Work, message: Row[Any]) -> Patience:
    rule = work.policy.mail
    return Patience(
        give_up_after=timedelta(days=rule.give_up_days),
        rest=rest_between(work.calendar, _since(message), work.at),
        asks=message.kind in rule.ask_if_uncertain,
        spread=int(message.id[:4], 16) / SPREADS,
    )


def _since(message: Row[Any]) -> datetime:
    since: datetime = message.tried_since or message.dated
    return since
