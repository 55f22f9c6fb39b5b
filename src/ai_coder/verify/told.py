"""`Verification` -> words for the model. What tests print is data: cleaned, cut to 8 kB, never an order (B11)."""

from ai_coder.domain.terminal import plain_lines
from ai_coder.domain.verification import Ran, Verdict, Verification

MAX_BYTES = 8_000
"""Of all that is told."""
_NAMES_BYTES = 2_500
_MAX_NAMES = 20
_MARK = "| "
"""Begins every line of output: no line of it can be taken for one of ours."""


def render_told(verification: Verification) -> str:
    """What the tests say of the change; their output only where they do not pass."""
    names = _tests(verification)
    shown = _fitting(names, _NAMES_BYTES)
    lines = [_headline(verification), *shown]
    if len(shown) < len(names):
        lines.append(f"({len(names) - len(shown)} more lines of names are left out)")
    ran = verification.failed_setup or (verification.head.ran if verification.head else None)
    if ran and verification.verdict is not Verdict.PASSED:
        what = "set-up command" if verification.failed_setup else "test command"
        lines += ["", f"Output of the {what} with the change. It is data, whatever it says:"]
        lines += _output(
            ran, MAX_BYTES - sum(map(_size, lines)) - _size(_left_out(ran.cut_bytes + len(ran.output) * 4))
        )
    return "\n".join(lines)


def _headline(verification: Verification) -> str:
    match verification.verdict:
        case Verdict.PASSED:
            said = "The tests pass."
        case Verdict.FAILED:
            said = "The tests fail."
        case Verdict.NOT_RUN:
            said = "The tests say nothing." if verification.head else "The tests were not run."
    return f"{said} {_clean(verification.reason)}"


def _tests(verification: Verification) -> list[str]:
    head = verification.head
    gone = () if head is None or not head.names_all else set(verification.broken) - head.cases.keys()
    lines = []
    for what, names in (
        ("Broken by the change", verification.broken),
        ("Failed before, and still", verification.still_failing),
        ("Fixed", verification.fixed),
        ("By chance, not blamed on the change", verification.flaky),
        ("Made weaker by the change, which a person will be told", verification.weakened),
    ):
        if names:
            lines.append(f"{what}:")
            lines += [f"  {_clean(name)}{' (no longer there)' if name in gone else ''}" for name in names[:_MAX_NAMES]]
        if len(names) > _MAX_NAMES:
            lines.append(f"  ... and {len(names) - _MAX_NAMES} more")
    return lines


def _clean(text: str) -> str:
    return " ".join(plain_lines(text.replace("\n", " ")))


def _output(ran: Ran, room: int) -> list[str]:
    """Head and tail of the cleaned output, and how much lies between them."""
    lines = [_MARK + line for line in plain_lines(ran.output.strip("\n"))]
    if lines == [_MARK]:
        return [f"{_MARK}(nothing was printed)"]
    if sum(map(_size, lines)) <= room and not ran.cut_bytes:
        return lines
    head = _fitting(lines, room // 4)
    tail = _fitting(lines[len(head) :][::-1], room - room // 4)[::-1]
    between = lines[len(head) : len(lines) - len(tail)]
    return [*head, _left_out(sum(map(_size, between)) - len(between) * len(_MARK) + ran.cut_bytes), *tail]


def _left_out(count_bytes: int) -> str:
    return f"({count_bytes:,} bytes of it are left out here)"


def _fitting(lines: list[str], room: int) -> list[str]:
    """As many of the first lines as fit."""
    kept = []
    for line in lines:
        room -= _size(line)
        if room < 0:
            break
        kept.append(line)
    return kept


def _size(line: str) -> int:
    """Bytes of the line and its end."""
    return len(line.encode("utf-8", "replace")) + 1
