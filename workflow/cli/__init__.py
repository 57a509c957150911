"""The command line: a door. It reads words, calls one service, prints one answer.

With `--json` exactly one JSON document goes to standard output, all else to standard error. Exit codes:
0 done, 1 refused (with `code` and facts), 2 misconfigured; 141 where the reader of the output went away.
"""

from workflow.cli.app import main

__all__ = ["main"]
