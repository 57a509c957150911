"""What a PDF says of its types and places, for whoever reads one back: the checks, and the OFD writer."""
