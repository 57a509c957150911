"""Reading a holiday notice from a file: CSV, JSON as holiday-cn has it, or an ICS calendar.

Called by the calendar service. What the file says becomes a `Notice`, or a refusal that names the line or
entry; nothing is stored here.
"""

from workflow.notices.reading import read_notice, text_of
from workflow.notices.refusals import NoticeRefused

__all__ = ["NoticeRefused", "read_notice", "text_of"]
