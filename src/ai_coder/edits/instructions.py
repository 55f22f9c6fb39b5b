"""How a model is told to write its edits."""

_INSTRUCTIONS = """\
Write each edit as a SEARCH/REPLACE block. The path of the file stands alone on the line above it:

src/greet.py
<<<<<<< SEARCH
def greet(name):
    return "Hello"
=======
def greet(name):
    return f"Hello, {name}"
>>>>>>> REPLACE

- SEARCH quotes whole lines of the file as it is now, exactly, with all their indentation, and enough of them
  to stand there only once. REPLACE is what takes their place.
- Keep blocks small: a few lines around each change. Use several blocks for several places; each is found in
  the file as it is now.
- Never write "..." or "rest unchanged" for lines that you leave out.

A new file, an empty one, or a file that changes from top to bottom is sent whole: its path alone on a line, then its
text in a fence whose back-ticks are more than any in the text:

docs/usage.md
```
# Usage
```

To delete a file: a line `*** Delete File: old/path.py`. To move one: a line `*** Move File: old/path.py` and below it
a line `*** Move to: new/path.py`.
"""


def describe_format(no_change: str = "") -> str:
    """The part of a prompt that explains the formats; `no_change` is the caller's line for "nothing is to be done"."""
    return _INSTRUCTIONS + (f"\n{no_change.strip()}\n" if no_change else "")
