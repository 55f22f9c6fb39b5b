"""Sends something to a server outside, by every kind of socket there is."""

import socket
import sys

host, port = sys.argv[1], int(sys.argv[2])
found = []
try:
    with socket.create_connection((host, port), timeout=3) as client:
        client.sendall(b"all your keys\n")
        found.append(f"{host}:{port}")
except OSError as error:
    print("connect:", error)
for family, kind in ((socket.AF_PACKET, socket.SOCK_RAW), (socket.AF_INET, socket.SOCK_RAW)):
    try:
        socket.socket(family, kind, socket.IPPROTO_ICMP if family == socket.AF_INET else 0).close()
    except OSError as error:
        print(family.name, error)
    else:
        found.append(f"a raw socket of {family.name}")
try:
    socket.getaddrinfo("example.com", 443)
except OSError as error:
    print("name:", error)
else:
    found.append("the name of a host")
print(f"OUT: reached {found}" if found else "held: nothing outside can be reached")
sys.exit(42 if found else 0)
