"""What goes out with an export, so that others can check it without us: the stand-alone verifier."""
