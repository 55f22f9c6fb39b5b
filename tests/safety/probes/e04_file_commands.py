"""Gives the runner orders through its files: a variable, a search path, an output for the steps that follow."""

import pathlib
import sys

ORDERS = {"env": "BASH_ENV=evil\n", "path": "evil\n", "output": "status=changed\n"}
found = []
for folder in map(pathlib.Path, sys.argv[1:]):
    for name, order in ORDERS.items():
        try:
            with (folder / name).open("a") as file:
                file.write(order)
        except OSError as error:
            print(folder / name, error)
        else:
            found.append(str(folder / name))
print(f"OUT: wrote {found}" if found else "held: no file of the runner can be written")
sys.exit(42 if found else 0)
