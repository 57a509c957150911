"""`python -m workflow.cli` is the same as `duban`."""

from workflow.cli.app import main

main()
