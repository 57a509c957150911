"""The office: everything that remembers or acts. Doors call services, services call storage."""
