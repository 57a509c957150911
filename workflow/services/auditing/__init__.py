"""The audit report: what a period's histories tell is gathered, judged by `states.audit`, written."""

from workflow.services.auditing.making import FORMATS, Made, check_wanted, make_report

__all__ = ["FORMATS", "Made", "check_wanted", "make_report"]
