"""How a model is told to write its edits."""

_INSTRUCTIONS = """\
Write every change as SEARCH/REPLACE blocks. A block is the path of the file alone on a line, then

path/of/file.py
<<<<<<< SEARCH
lines as they stand in the file now
=======
the lines that take their place
>>>>>>> REPLACE

Rules:
- SEARCH quotes whole lines exactly as they are in the file: the same indentation, the same blank lines, no line
  numbers, nothing left out.
- SEARCH must stand exactly once in the file. Quote two or three unchanged lines above and below the change, and more
  where lines repeat.
- REPLACE holds the complete new lines, with the unchanged lines that SEARCH quotes. Never write `... existing code`.
- All blocks are compared with the file as it is now, not with the result of other blocks. Keep blocks small: one for
  each place, in any order, never overlapping.
- The markers `<<<<<<< SEARCH`, `=======` and `>>>>>>> REPLACE` stand alone on their lines, at the very left.

To create a file, or to rewrite one of up to about 150 lines, write its path alone on a line and then its whole text
in a fence:

path/of/new_file.py
```
the whole text
```

(Where the text itself holds a line of three back-ticks, open and close the fence with four.)

To delete a file, or to rename one, write outside of fences

*** Delete File: path/of/old.py

*** Move File: old/name.py
*** Move to: new/name.py

An example. Asked to greet politely and to drop the old script, you answer

greet.py
<<<<<<< SEARCH
def greet(name):
    print("Hi " + name)
=======
def greet(name):
    print(f"Good day, {name}.")
>>>>>>> REPLACE

*** Delete File: scripts/old_greet.py

Either all of your edits are applied or, when one of them cannot be, none.
"""


def describe_format(no_change: str = "") -> str:
    """The part of a prompt that explains the formats; `no_change` is the caller's line for "nothing is to be done"."""
    return _INSTRUCTIONS + (f"\n{no_change.strip()}\n" if no_change else "")
