"""Who may sign in, and as what: accounts, passwords and second factors, sessions, invitations, roles."""
