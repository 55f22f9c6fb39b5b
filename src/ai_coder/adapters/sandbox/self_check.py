"""What a look around as another user means: an objection, or none. Pure."""

import base64
from collections.abc import Iterator

from ai_coder.adapters.sandbox.probe import Sight

_MIN_SECRET_BYTES, _MAX_TOLD_CHARS = 8, 200
_EMPTY = "0000000000000000"
TELL_STATUS = 'while read -r line; do echo "$line"; done < /proc/self/status'
"""A command of a shell alone, that has the kernel say what the command may do."""
TELL_NAMESPACE = (
    "test -w . || echo 'it cannot write'; test -w /usr && echo 'it can write to /usr'; "
    f'{TELL_STATUS}; while read -r line; do echo "$line"; done < /proc/net/dev'
)
"""The same, with what the command can write to, and which network devices it sees."""
_CONFINED = (("NoNewPrivs:", "1"), ("CapPrm:", _EMPTY), ("CapEff:", _EMPTY))
_LOOPBACK, _DEVICE_COLUMNS = "lo:", 17
"""Of `/proc/net/dev`."""


def status_objection(status: str, uid: int, *, is_filtered: bool) -> str:
    """Why a process is not confined by the kernel's own words (`/proc/self/status`); empty when it is."""
    words = {name: value.split() for name, _, value in (line.partition(":") for line in status.splitlines())}
    expected = {
        "Uid": [str(uid)] * 4,
        "Gid": [str(uid)] * 4,
        "Groups": [],
        "NoNewPrivs": ["1"],
        **{name: [_EMPTY] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")},
        **({"Seccomp": ["2"]} if is_filtered else {}),
    }
    wrong = [name for name, value in expected.items() if words.get(name) != value]
    if not wrong:
        return ""
    differs = ", ".join(f"{name} {words.get(name)}" for name in wrong)
    told = differs if "Uid" in words else " ".join(status.split())[:_MAX_TOLD_CHARS]
    return f"a command cannot be confined to another user here ({told})"


def namespace_objection(told: str) -> str:
    """What is wrong with what `TELL_NAMESPACE` told; empty when nothing is."""
    lines = [line.split() for line in told.splitlines()]
    if not {tuple(line) for line in lines}.issuperset(_CONFINED):
        return " ".join(told.split())[:_MAX_TOLD_CHARS] or "it tells nothing of itself"
    wrong = [" ".join(line) for line in lines if line[:1] == ["it"]]
    devices = [line[0] for line in lines if len(line) == _DEVICE_COLUMNS and line[0].endswith(":")]
    return ", ".join(wrong + [f"it sees the network device {name}" for name in devices if name != _LOOPBACK])


def sight_objection(sight: Sight, secrets: tuple[str, ...]) -> str:
    """Why what another user can reach is too much; empty when it is not."""
    findings = list(sight.findings)
    needles = [needle for secret in secrets for needle in _forms(secret)]
    findings += [f"read a secret in {path!r}" for path, content in sight.files if any(n in content for n in needles)]
    return f"another user can {', and '.join(findings[:3])}" if findings else ""


def _forms(secret: str) -> Iterator[bytes]:
    """The secret and its lines, as they are and in base64, wherever in the encoded text they begin."""
    for text in {secret, *secret.splitlines()}:
        value = text.strip().encode()
        if len(value) >= _MIN_SECRET_BYTES:
            yield value
            for shift in range(3):
                coded = base64.b64encode(b"\0" * shift + value)
                yield coded[(0, 2, 3)[shift] : len(coded) - 4]
