"""Room 1: what happened -> what is asked -> what must be seen."""
