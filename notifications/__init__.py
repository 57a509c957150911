"""The mail room: lays out documents and sends messages. It gets its settings as arguments and never sees the database."""
