"""Looking a file through before it is let in: for marks of state secrets, and for what it would do.

Every text that lies in the file is looked at: under every encoding an office may have used, in every part of
a Word, Excel or PDF file, in every file of an archive or a mail. Pictures hold no text; what should hold text
and cannot be read whole is refused, never let through unread. So is what acts where it is opened: programs,
macros, scripts, web pages, and a file that is another one as well.

`unfolding` goes through a file and all that lies in it; each form has a module that reads it. They say by
`Unfit` why a file cannot be taken in, and `unfolding` of which file that is true.
"""

from workflow.services.screening.unfolding import lines_of_name, mark_in

__all__ = ["lines_of_name", "mark_in"]
