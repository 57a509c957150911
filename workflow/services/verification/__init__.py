"""Proving the history: hashes, keyed codes, and everything that must follow from the entries.

`verify` reads every table of cases once, case by case. A finding names the row and what kind of tampering
fits; nothing is ever repaired here.
"""

from workflow.services.verification.exports import verify_file
from workflow.services.verification.inspection import verify
from workflow.services.verification.verdict import Finding, Verification

__all__ = ["Finding", "Verification", "verify", "verify_file"]
