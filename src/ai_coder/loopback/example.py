"""The example of `ai_coder demo`: a small repository, an issue, a comment, and what the scripted model answers."""

REPOSITORY = "octo-org/greetings"
MAINTAINER = "mona"
FILES = {
    "README.md": "# Greetings\n\nGreets people in their language. The list: docs/languages.md\n",
    "hello.py": '''\
"""Greets people."""

GREETINGS = {
    "de": "Hallo",
    "en": "Hello",
}


def greet(name, language="en"):
    """The greeting for one person."""
    return f"{GREETINGS[language]}, {name}!"


if __name__ == "__main__":
    print(greet("world"))
''',
}
TITLE = "Greet people in Portuguese"
BODY = """\
Our users in Lisbon miss their language. Please add it to [hello.py](../blob/main/hello.py), and begin a list of
all languages in [docs/languages.md](../blob/main/docs/languages.md), which does not exist yet.
"""
COMMENT = "Thank you! French, too, please, and put the list in alphabetical order."
REPLIES = (
    """\
Title: Greet people in Portuguese

`hello.py` knows Portuguese now, and `docs/languages.md` lists every language with its code.

hello.py
<<<<<<< SEARCH
    "en": "Hello",
}
=======
    "en": "Hello",
    "pt": "Olá",
}
>>>>>>> REPLACE

docs/languages.md
```
# Languages

- Portuguese (pt)
- English (en)
- German (de)
```
""",
    """\
Title: Greet people in French

French is added to the greetings and to the list, which is in alphabetical order now.

hello.py
<<<<<<< SEARCH
    "en": "Hello",
    "pt": "Olá",
=======
    "en": "Hello",
    "fr": "Bonjour",
    "pt": "Olá",
>>>>>>> REPLACE

docs/languages.md
<<<<<<< SEARCH
- Portuguese (pt)
- English (en)
- German (de)
=======
- English (en)
- French (fr)
- German (de)
- Portuguese (pt)
>>>>>>> REPLACE
""",
)
SMALL_FILES = {"README.md": "# Greetings\n", "notes.md": "# Notes\n\n- Buy milk\n"}
SMALL_TITLE = "Add a line to the notes"
SMALL_BODY = "Add this line to the end of [notes.md](../blob/main/notes.md):\n\n- Call Mona\n"
SMALL_COMMENT = "Add this line to the end of the notes, too:\n\n- Water the plants\n"
"""What a model of 135 million parameters can be asked."""
