"""What holds for any day a command names."""

from states.errors import FactInvalid
from states.question import Question


def not_before_today(question: Question, name: str) -> None:
    day = question.details[name]
    if day < question.day:
        raise FactInvalid(
            f"日期{day}已经过去，请填今天或以后的日期。", code="date_in_the_past", date=day.isoformat()
        )
