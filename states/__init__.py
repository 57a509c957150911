"""The rule book: pure decisions of the supervision office.

Nothing in here reads a clock, a file, the environment or a database: time and facts are arguments,
and what comes back is a frozen value. The office (`workflow`) performs what the rule book decides.
"""
