"""`ChangeSet` -> what it does to tests, a sentence each: a person has to know before they trust a verdict (C17).

Tests are found by the forms of their language, not by running them. What only moves, is renamed or merged into a table
is not weakened: its assertions stand among the lines that the change adds.
"""

from ai_coder.verify.weakened.detect import weakened_tests

__all__ = ["weakened_tests"]
