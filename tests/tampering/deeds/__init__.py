"""What the owner of a database can do, by the sections of the detection matrix."""
