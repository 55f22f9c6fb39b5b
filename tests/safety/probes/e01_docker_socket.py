"""Talks to a container engine through its socket, which is as good as being root on the host."""

import socket
import sys

found = []
for path in sys.argv[1:]:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        try:
            client.connect(path)
        except OSError as error:
            print(path, error)
        else:
            found.append(path)
print(f"OUT: connected to {found}" if found else "held: no socket can be connected to")
sys.exit(42 if found else 0)
