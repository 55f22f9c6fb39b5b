"""Between the rooms: a branch whose base went on, and a branch that other people moved."""
