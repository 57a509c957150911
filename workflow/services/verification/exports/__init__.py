"""Proving an exported file without the database it came from, by the written evidence format."""

from workflow.services.verification.exports.inspection import verify_export, verify_file

__all__ = ["verify_export", "verify_file"]
