"""An unsafe request is carried out once: whoever sends it again under its key is answered as the first time.

The key is noted in the very transaction that carries the request out, as the number of a form is, with a hash
of what was asked for; what was answered is written beside it afterwards. A request that was refused did
nothing, and its key is free. Who comes with a key while the first is on its way waits for the same answer.
"""

import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response

from states.errors import Refusal
from workflow.errors import AlreadyDone, KeyRefused, KeyReused
from workflow.services import forms
from workflow.services.forms import Done
from workflow.services.office import Signature
from workflow.web.api.frame import Told
from workflow.web.api.seats import Hands, Seat, Sets, Writes
from workflow.web.api.standing_in_line import Lines

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
DIGITS = 48
KEY = re.compile(r"[\x21-\x7e]{1,128}")
LINES, AWAITED, BETWEEN = Lines(), 2.0, 0.1
"""So many seconds an answer that another process may be writing is waited for, and between two looks."""
Work = Callable[[Signature], Told]


@dataclass(frozen=True, slots=True)
class Asking:
    """An unsafe request of somebody: the number it is carried out under, and the hash of what it asks for."""

    seat: Seat
    form: str
    fingerprint: str

    @property
    def signature(self) -> Signature:
        """Who signs what it brings about."""
        return replace(self.seat.signature(self.form), asked=self.fingerprint)

    @property
    def signed(self) -> dict[str, Any]:
        """Who does it, under which key, and when: as services take it."""
        return {"by": self.signature, "at": self.seat.at}

    def once(self, work: Work, *, shown_once: bool = False) -> Response:
        """Carry it out, or answer as the first time; an answer that is `shown_once` is kept nowhere.

        Raises whatever `work` raises, `KeyReused` where the key came with another request before,
        `AlreadyDone` where the answer of the first time is lost, and as `Lines.turn`.
        """
        with LINES.turn(self.form):
            if done := self._done():
                return self._again(done, 0.0 if shown_once else AWAITED)
            try:
                answer = work(self.signature)
            except Refusal:
                if done := self._done():
                    return self._again(done, 0.0 if shown_once else AWAITED)
                raise
            return answer.response if shown_once else self._kept(answer)

    def several(self, work: Work) -> Response:
        """The same of a request that asks for several things, each carried out under a number of its own
        (`line`): where it ended midway, whoever sends it again has the rest done.

        Raises as `once`.
        """
        with LINES.turn(self.form):
            if not forms.begin(self.seat.office, self.signature) and (done := self._done()):
                with suppress(AlreadyDone):
                    return self._again(done, AWAITED)
            try:
                return self._kept(work(self.signature))
            except Refusal:
                forms.let_go(self.seat.office, self.signature)
                raise

    def line(self, number: int) -> Signature:
        """The signature of one line of a request that asks for several things."""
        return replace(self.signature, form=sha256(f"{self.form}/{number}".encode()).hexdigest()[:DIGITS])

    def _kept(self, answer: Told) -> Response:
        forms.answered(self.seat.office, self.signature, _written(answer))
        return answer.response

    def _done(self) -> Done | None:
        return forms.done_before(self.seat.office, self.form)

    def _again(self, done: Done, patience: float) -> Response:
        if done.asked != self.fingerprint:
            message = "这个Idempotency-Key已用于另一个请求，未予办理；请为新的请求换一个。"
            raise KeyReused(message, code="idempotency_key_reused")
        kept = self._awaited(done, time.monotonic() + patience)
        if kept is None:
            raise done.refusal
        answer = _read(kept)
        return replace(answer, headers={**answer.headers, REPLAYED: "true"}).response

    def _awaited(self, done: Done | None, until: float) -> str | None:
        """What was answered, if it is known before an instant: another process may be about to write it."""
        while done and done.answer is None and time.monotonic() < until:
            time.sleep(BETWEEN)
            done = self._done()
        return done.answer if done else None


Key = Annotated[
    str | None,
    Header(alias=HEADER, description="1 to 128 visible ASCII characters, new for every new request."),
]


async def asking(request: Request, seat: Writes, key: Key = None) -> Asking:
    """The unsafe request of somebody who acts. Raises `KeyRefused` without a key, or for none of our form."""
    return await _asked(request, seat, key)


async def asking_to_set(request: Request, seat: Sets, key: Key = None) -> Asking:
    """The same of somebody who looks after the settings."""
    return await _asked(request, seat, key)


Ask = Annotated[Asking, Depends(asking)]
AskToSet = Annotated[Asking, Depends(asking_to_set)]


async def handing_in(request: Request, seat: Hands, key: Key = None) -> Asking:
    """The same of a system that hands items in."""
    return await _asked(request, seat, key)


HandIn = Annotated[Asking, Depends(handing_in)]


async def _asked(request: Request, seat: Seat, key: str | None) -> Asking:
    if key is None:
        raise KeyRefused("请求缺少Idempotency-Key，未予办理。", code="idempotency_key_missing")
    if KEY.fullmatch(key) is None:
        message = "Idempotency-Key应为1至128个可见的ASCII字符，未予办理。"
        raise KeyRefused(message, code="idempotency_key_invalid")
    told = f"{request.method}\n{request.url.path}?{request.url.query}\n".encode() + await request.body()
    form = sha256(f"api\n{_whose(seat)}\n{key}".encode()).hexdigest()[:DIGITS]
    return Asking(seat, form, sha256(told).hexdigest())


def _whose(seat: Seat) -> str:
    """A person's keys are his, whichever of his tokens he comes with; a machine's are its token's."""
    return seat.holder.person or f"token:{seat.holder.token}"


def _written(answer: Told) -> str:
    return json.dumps([int(answer.status), dict(answer.headers), answer.body.decode()], ensure_ascii=False)


def _read(kept: str) -> Told:
    status, headers, body = json.loads(kept)
    return Told(body.encode(), status, headers)
