"""What a look around as another user means: an objection, or none. Pure."""

import base64
from collections.abc import Iterator

from ai_coder.adapters.box_probe import Sight

_MIN_SECRET_BYTES, _MAX_TOLD_CHARS = 8, 200
_EMPTY = "0000000000000000"


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
