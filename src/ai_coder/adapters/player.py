"""The line of a run that is played back: nothing leaves the machine, and every difference is told."""

import difflib
import json
from collections import deque
from collections.abc import Callable, Iterator

from ai_coder.adapters.line import Send
from ai_coder.domain.cassette import Asked, Cassette, Divergence, Exchange, Given
from ai_coder.domain.report import STATUS_MARKER
from ai_coder.egress import Egress

_IN_ORDER = ("model", "sandbox")
"""Who is told apart by the order of asking alone."""
_MAX_LINES = 12
"""Of a difference that is shown."""
_MAX_CHARS = 300
_NOT_RECORDED = Given(404, {"content-type": "application/json"}, '{"message": "not on the cassette"}')


class Player:
    """Answers as it was answered. Requests to the forge are found by what they ask for, the model's by their order."""

    keeps = True
    waits = False

    def __init__(self, cassette: Cassette) -> None:
        self.divergences: list[Divergence] = []
        self.played = 0
        self._nonces = deque(cassette.nonces)
        self._rows: dict[str, deque[Exchange]] = {kind: deque() for kind in _IN_ORDER}
        self._counts = dict.fromkeys(_IN_ORDER, 0)
        self._rest: dict[tuple[str, str], deque[Exchange]] = {}
        self._last: dict[tuple[str, str], Given] = {}
        for one in cassette.exchanges:
            if one.asked.kind in _IN_ORDER:
                self._rows[one.asked.kind].append(one)
            else:
                self._rest.setdefault(_key(one.asked), deque()).append(one)

    def exchange(self, asked: Asked, send: Send) -> Given:  # noqa: ARG002  the port's form; nothing is sent
        """What came back when it was recorded."""
        self.played += 1
        return self._next(asked) if asked.kind in _IN_ORDER else self._answer(asked)

    def nonce(self, fresh: Callable[[], str]) -> str:
        """The recorded one."""
        return self._nonces.popleft() if self._nonces else fresh()

    def left_out(self) -> Iterator[Divergence]:
        """What the recorded run wrote and this one did not; edits of the status comment follow the clock."""
        for rest in self._rest.values():
            for one in rest:
                if one.asked.is_write and not _is_status(one.asked):
                    yield Divergence(str(one.asked), "the recorded run sent this, and this one does not")
        for kind, row in self._rows.items():
            if row:
                yield Divergence(f"the {kind}", f"it was asked {len(row)} time(s) more when it was recorded")

    def _next(self, asked: Asked) -> Given:
        """What came back in this place of the row."""
        self._counts[asked.kind] += 1
        name, row = f"request {self._counts[asked.kind]} to the {asked.kind}", self._rows[asked.kind]
        if not row:
            self.divergences.append(Divergence(name, f"the recorded run did not ask the {asked.kind} again"))
            return Given(0, fault="unreachable")
        recorded = row.popleft()
        self._compare(name, recorded.asked, asked)
        return recorded.given

    def _answer(self, asked: Asked) -> Given:
        key, status = _key(asked), _is_status(asked)
        rest = self._rest.get(key)
        if rest:
            recorded = rest.popleft()
            if asked.is_write and not status:
                self._compare(str(asked), recorded.asked, asked)
            self._last[key] = recorded.given
        elif key not in self._last or (asked.is_write and not status):
            self.divergences.append(Divergence(str(asked), "the recorded run did not ask for this"))
            return _NOT_RECORDED
        return self._last[key]

    def _compare(self, where: str, recorded: Asked, asked: Asked) -> None:
        before, after = _readable(recorded.body), _readable(Egress().redact(asked.body))
        if before != after or recorded.target != asked.target:
            difference = _difference([recorded.target, *before], [asked.target, *after])
            self.divergences.append(Divergence(where, difference))


def _key(asked: Asked) -> tuple[str, str]:
    """What a request is found by; a GraphQL query is told from others by its text only."""
    text = f"{asked.target} {asked.body}" if asked.body and not asked.is_write else asked.target
    return f"{asked.kind} {asked.method}", text


def _is_status(asked: Asked) -> bool:
    """Whether the request posts or edits the status comment."""
    return "/comments" in asked.target and STATUS_MARKER in asked.body


def _readable(body: str) -> list[str]:
    """JSON in lines, with the lines of its texts as lines."""
    try:
        text = json.dumps(json.loads(body), indent=1, ensure_ascii=False, sort_keys=True)
    except ValueError:
        text = body
    return text.replace("\\n", "\n").split("\n")


def _difference(before: list[str], after: list[str]) -> str:
    """The first lines that differ."""
    lines = (line for line in difflib.unified_diff(before, after, n=0, lineterm="") if line[:3] not in {"---", "+++"})
    shown = [line[:_MAX_CHARS] for line, _ in zip(lines, range(_MAX_LINES + 1), strict=False)]
    return "\n".join([*shown[:_MAX_LINES], "…"] if len(shown) > _MAX_LINES else shown)
