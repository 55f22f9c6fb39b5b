"""Every scanner of text from outside, on 65,536 characters of any one kind, beside a plain CommonMark parse.

The goal is 50 ms of CPU each; what misses it is marked. `make bench` runs it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from ai_coder.egress import Egress, log_text
from ai_coder.resolve.clean import clean
from ai_coder.resolve.commands import parse_command
from ai_coder.resolve.links import linked_files

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_BODY_CHARS = 65_536
GOAL_MS = 50.0
ATOMS = (
    *("[", "![", "[a](", "[a](b) ", "[a]: b\n", "<", "<!--", "<!", "<?", "<a b=", "`", "`a", "*a", "- a\n", "> "),
    *("https://a ", "https:", "@a", "#1 ", " ", "\n", "\u200b", "\u00e9", "a", "-", "sk-", "eyJ", "%61", "::", "##["),
    *("-----BEGIN PRIVATE KEY-----", "eyJaaaaaaaaa.", "ghp_aaaaaaaa ", "/ai_coder ", "<details>\n", "| a ", "``` \n"),
)
EGRESS = Egress(("ghs_" + "x" * 40, "sk-" + "y" * 40), link_prefix="https://github.com/octo/hello")
SCANNERS: dict[str, Callable[[str], object]] = {
    "clean": clean,
    "links": lambda text: linked_files(text, repository="octo/hello", server_url="https://github.com"),
    "command": parse_command,
    "redact": EGRESS.redact,
    "prose": EGRESS.prose,
    "title": EGRESS.title,
    "finish": lambda text: EGRESS.finish(text * 2),
    "log": log_text,
}


def main() -> int:
    """Print the worst kinds of text for each scanner; 0."""
    parse = MarkdownIt("commonmark").parse
    for scanner in SCANNERS.values():
        scanner(ATOMS[0])  # what is imported late is imported now
    print(f"{'scanner':10} {'worst of':>8} {'ms':>8} {'times a parse':>14}  kind")
    for name, scanner in SCANNERS.items():
        timed = sorted(((_ms(scanner, atom), atom) for atom in ATOMS), reverse=True)
        for spent, atom in timed[:3]:
            ratio = spent / max(_ms(parse, atom), 0.01)
            missed = "  over the goal" if spent > GOAL_MS else ""
            print(f"{name:10} {len(ATOMS):8} {spent:8.1f} {ratio:14.2f}  {atom!r}{missed}")
    return 0


def _ms(function: Callable[[str], object], atom: str) -> float:
    """CPU time of one call on the longest body of that kind."""
    text = (atom * MAX_BODY_CHARS)[:MAX_BODY_CHARS]
    begin = time.process_time()
    function(text)
    return (time.process_time() - begin) * 1000
