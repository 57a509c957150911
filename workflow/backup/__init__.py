"""The file of a backup: its form, writing it and reading it. What goes in is for the services."""
