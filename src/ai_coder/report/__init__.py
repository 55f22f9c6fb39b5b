"""What people and programs read of a run: status comment, summary, outputs, report file."""
