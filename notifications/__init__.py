"""THE MAIL ROOM: words and sets the papers, builds the mails and hands them to the relay.

`compose` makes a paper of frozen facts, `typeset` prints it, `build_message` wraps it, `Relay` delivers it;
`fetch_mails` takes in what comes back, `read_bounces` reads it.
All settings arrive as arguments; nothing here reads a clock, an environment or the database.
"""
