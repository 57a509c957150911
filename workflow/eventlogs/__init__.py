"""The forms a history leaves the house in: XES, OCEL 2.0 as JSON and as SQLite, CSV.

Each writes traces as they come and keeps at most one of them, so that a log of any length needs little
memory. They know nothing of the database, of rights or of where the file goes.
"""
