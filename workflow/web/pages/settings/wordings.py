"""文书用语: every kind, and one being worked on: shown as it would read, checked, saved, brought back."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field as Bound

from notifications.errors import MailRoomError
from notifications.proofing import Finding
from states.errors import FactInvalid, Refusal
from states.settings_rights import WORDING, Section, check_one_of
from workflow import particulars
from workflow.errors import EditConflict
from workflow.services import wording_edits
from workflow.services.accounts.visitors import Visitor
from workflow.services.wording_edits import PART_BOUND, PARTS
from workflow.web import sheets
from workflow.web.frame import tokens
from workflow.web.frame.counter import Counter
from workflow.web.frame.visiting import AtCounter, Form, Who
from workflow.web.pages.administering import signed
from workflow.web.pages.settings.framing import (
    PLACES,
    Back,
    Code,
    answered,
    check_may_read,
    may,
    see,
    setting,
    told_done,
)
from workflow.web.pages.sign_in import text
from workflow.web.sheets import Sent

router = APIRouter()

WORDINGS = PLACES[Section.WORDINGS]
DONE = {
    "saved": "已保存，此后印发的照此成文；已经印发的不变。",
    "restored": "已恢复为自带的用语。",
}
Version = Annotated[str, Bound(max_length=64)]


@router.get(WORDINGS)
def wordings(request: Request, counter: AtCounter, who: Who) -> Response:
    """Every kind, and whether its words are the office's own."""
    check_may_read(who, Section.WORDINGS)
    lines, trouble = [], ""
    try:
        lines = wording_edits.overview(counter.office, roles=who.roles)
    except MailRoomError as refusal:
        trouble = refusal.message
    return setting(
        request,
        who,
        Section.WORDINGS,
        "wordings",
        lines=lines,
        trouble_told=trouble,
        is_set=counter.office.settings.templates is not None,
    )


@router.get(f"{WORDINGS}/{{kind}}")
def wording(request: Request, counter: AtCounter, who: Who, kind: Code, version: Version = "") -> Response:
    """The words of a kind as they are used now, or as they were in a version."""
    return _page(request, counter, who, kind, version=version)


@router.post(f"{WORDINGS}/{{kind}}")
def edit(request: Request, who: Who, form: Form, kind: Code) -> Response:
    """Show how the words would read, check them, save them, or bring the packaged ones back."""
    check_may_read(who, Section.WORDINGS)
    check_one_of(WORDING, who.roles, "文书用语只能由{}修改。")
    wording_edits.label_of(kind)
    sent = sheets.sent(request, who, form)

    def again(back: Back) -> Response:
        return _page(request, sent.counter, who, kind, given=_written(sent, kind), back=back, sent=sent)

    place = f"{WORDINGS}/{quote(kind, safe='')}"
    return answered(sent, "edit", (), place, deal=lambda: _edited(sent, kind, place), again=again)


def _edited(sent: Sent, kind: str, place: str) -> Response:
    office, decision = sent.counter.office, text(sent.form, "decision")
    if decision == "restore":
        texts = wording_edits.packaged_texts(kind)
        wording_edits.save(office, kind, texts, seen=text(sent.form, "seen"), **signed(sent))
        return see(place, "restored")
    texts = _texts(sent, kind)
    if decision == "save":
        wording_edits.save(office, kind, texts, seen=text(sent.form, "seen"), **signed(sent))
        return see(place, "saved")
    findings = wording_edits.check(office.settings, kind, texts) if decision == "check" else None
    read = wording_edits.preview(kind, texts)
    return _page(
        sent.request, sent.counter, sent.who, kind, given=texts, read=read, findings=findings, sent=sent
    )


def _texts(sent: Sent, kind: str) -> dict[str, str]:
    """The sources as they were written. Raises `FactInvalid`."""
    texts = _written(sent, kind)
    for part, source in texts.items():
        if not source.strip():
            raise FactInvalid(f"{PARTS[part]}不能为空。", code="wording_empty")
        if len(source) > PART_BOUND:
            raise FactInvalid(f"{PARTS[part]}不得超过{PART_BOUND}字。", code="text_too_long")
        try:
            particulars.read_text(source)
        except Refusal as refusal:
            raise FactInvalid(f"{PARTS[part]}：{refusal.message}", code=refusal.code) from refusal
    return texts


def _written(sent: Sent, kind: str) -> dict[str, str]:
    """A browser ends lines as a network does; a file ends with one line's end, as the packaged ones do."""
    given = {part: text(sent.form, f"part-{part}") for part in wording_edits.packaged_texts(kind)}
    plain = {part: one.replace("\r\n", "\n").replace("\r", "\n") for part, one in given.items()}
    return {part: one.rstrip("\n") + "\n" for part, one in plain.items()}


def _page(
    request: Request,
    counter: Counter,
    who: Visitor,
    kind: str,
    *,
    version: str = "",
    given: Mapping[str, str] | None = None,
    read: Sequence[tuple[str, str]] = (),
    findings: Sequence[Finding] | None = None,
    back: Back | None = None,
    sent: Sent | None = None,
) -> Response:
    one = wording_edits.show(counter.office, kind, roles=who.roles, version=version)
    texts = one.texts if given is None else given
    return setting(
        request,
        who,
        Section.WORDINGS,
        "wording",
        back=back,
        one=one,
        parts=[
            (part, PARTS[part], source, min(28, source.count("\n") + 3)) for part, source in texts.items()
        ],
        most=PART_BOUND,
        seen=one.digest if sent is None or (back is not None and _is_overtaken(back)) else _seen(sent),
        read=read,
        findings=findings,
        version=version,
        trouble_told=back.refusal.message if back else "",
        may_edit=may(who, WORDING),
        key=back.sent.key if back else tokens.new_key(),
        done=told_done(request, DONE),
    )


def _seen(sent: Sent) -> str:
    """What the form that came rests on."""
    return text(sent.form, "seen")[:64]


def _is_overtaken(back: Back) -> bool:
    return isinstance(back.refusal, EditConflict)
