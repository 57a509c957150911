"""Who may sign in and who gives rights: passwords, lock-out, sessions, the three administrators (三员)."""
