"""An item as a program writes it: the body of the interface, and what a file of the folder holds."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from states.attachments import MAX_FILES
from states.errors import FactInvalid
from states.intake import APPLICANT_BOUND, EXTERNAL_BOUND, SHORT_BOUND, Applicant, Arrival
from states.particulars import MAX_TEXT, MAX_TITLE
from states.validation import complaint, place
from workflow.services.files import Given, from_base64

MOST_ITEMS, LONGEST_FILE_NAME = 200, 255
Short = Annotated[str, Field(max_length=SHORT_BOUND)]
OfApplicant = Annotated[str, Field(max_length=APPLICANT_BOUND)]


class Sent(BaseModel):
    """The root of what is sent: nothing unknown is passed over, and null is as if it were not there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, sent: Any) -> Any:
        return {key: one for key, one in sent.items() if one is not None} if isinstance(sent, dict) else sent


class SentApplicant(Sent):
    """Whoever turned to the platform, only as far as the office has to be able to ask back."""

    name: OfApplicant = ""
    contact: OfApplicant = ""


class SentFile(Sent):
    """An attachment: its name and its bytes in Base64."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_FILE_NAME, examples=["现场照片.jpg"])]
    content: str


class Body(Sent):
    """An item. `external_id` is what its source calls it, once and for all; `unit` is the one it would give
    it to, `wished_by` the day it wishes it done by."""

    external_id: Annotated[str, Field(min_length=1, max_length=EXTERNAL_BOUND, examples=["RX20261127-00318"])]
    title: Annotated[str, Field(min_length=1, max_length=MAX_TITLE, examples=["学府路雨后积水"])]
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
    category: Short = ""
    region: Short = ""
    unit: Short = ""
    occurred_at: AwareDatetime | None = None
    received_at: AwareDatetime | None = None
    wished_by: date | None = None
    call_back: bool = False
    applicant: SentApplicant | None = None
    attachments: Annotated[list[SentFile], Field(default_factory=list, max_length=MAX_FILES)]

    @property
    def arrival(self) -> Arrival:
        """What it says."""
        named = self.model_dump(exclude={"applicant", "attachments"})
        sent = self.applicant
        applicant = None if sent is None else Applicant(sent.name, sent.contact)
        return Arrival(**named, applicant=applicant)

    def files(self, folder: Path) -> tuple[Given, ...]:
        """Its attachments, written into a folder. Raises `FactInvalid` (`file_not_base64`)."""
        return tuple(from_base64(one.name, one.content, folder) for one in self.attachments)


class _Several(BaseModel):
    items: Annotated[list[Body], Field(min_length=1, max_length=MOST_ITEMS)]


def bodies_in(data: bytes) -> list[Body]:
    """The items of a file in JSON: one as the interface takes it, or several in a list.

    Raises `FactInvalid` (`intake_file_invalid`) naming what is wrong with which.
    """
    is_list = data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")
    text = data.removeprefix(b"\xef\xbb\xbf")
    try:
        if is_list:
            return _Several.model_validate_json(b'{"items":' + text + b"}").items
        return [Body.model_validate_json(text)]
    except ValidationError as error:
        where = place(error)
        message = f"“{where}”{complaint(error)}" if where else "不是有效的JSON（UTF-8）"
        raise FactInvalid(f"文件内容不对：{message}。", code="intake_file_invalid", place=where) from error
