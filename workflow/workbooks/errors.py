"""Why a workbook was not opened."""

from states.errors import Refusal


class WorkbookRefused(Refusal):
    """The file cannot or must not be read. `code` says why: `file_not_found`, `workbook_xls`,
    `workbook_broken`, `workbook_encrypted`, `workbook_too_large`, `workbook_empty` or `state_secret`."""

    code = "workbook_broken"
