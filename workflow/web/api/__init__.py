"""The interface: what other programs ask of the office over HTTP, under `/api/v1`."""
