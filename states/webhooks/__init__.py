"""What other programs are told of a matter: a closed list of events, and the few facts each bears."""
