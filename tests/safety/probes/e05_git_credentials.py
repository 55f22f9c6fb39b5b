"""Looks for the token that a checkout leaves in git's configuration, beside the tree and in the runner's folders."""

import os
import pathlib
import sys

word = "".join(sys.argv[1:3])
found = []
here = pathlib.Path.cwd()
places = [here, *here.parents, *map(pathlib.Path, sys.argv[3:])]
for place in places:
    for pattern in (".git/config", "git-credentials-*.config", ".gitconfig", ".git-credentials"):
        for path in place.glob(pattern) if os.access(place, os.R_OK) else [place / pattern]:
            try:
                if word in path.read_text(errors="replace"):
                    found.append(str(path))
            except OSError as error:
                print(path, error)
print(f"OUT: the token is in {found}" if found else "held: no token is within reach")
sys.exit(42 if found else 0)
