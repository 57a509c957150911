"""The records room: tables, sessions, queries and migrations. It decides nothing."""
