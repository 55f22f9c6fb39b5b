"""What a command printed: head and tail of a stream of any length, in bounded memory."""

MAX_OUTPUT_BYTES = 1_000_000


class BoundedOutput:
    """Takes in everything, keeps the first and the last half of what fits."""

    def __init__(self, max_bytes: int = MAX_OUTPUT_BYTES) -> None:
        self._half = max_bytes // 2
        self._head = bytearray()
        self._tail = bytearray()
        self._size = 0

    def feed(self, data: bytes) -> None:
        """Take in what came next."""
        self._size += len(data)
        room = self._half - len(self._head)
        self._head += data[:room]
        self._tail += data[room:]
        if len(self._tail) > 2 * self._half:
            del self._tail[: -self._half]

    @property
    def cut_bytes(self) -> int:
        """How many bytes of the middle are left out."""
        return self._size - len(self._head) - min(len(self._tail), self._half)

    @property
    def text(self) -> str:
        """Head and tail, with a line between them that says how much is missing; undecodable bytes are replaced."""
        gap = f"\n[{self.cut_bytes} bytes left out]\n".encode() if self.cut_bytes else b""
        return (self._head + gap + self._tail[-self._half :]).decode("utf-8", "replace")
