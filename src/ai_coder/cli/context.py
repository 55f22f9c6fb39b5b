"""`ai_coder context`: what of a local repository a model would see for an issue, ranked, with the reasons."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ai_coder.adapters.git_program import GitProgram
from ai_coder.adapters.local_tracker import LocalTracker
from ai_coder.adapters.local_tree import LocalTree
from ai_coder.errors import ConfigurationError, EmptyRepository
from ai_coder.resolve.clean import clean
from ai_coder.resolve.ranking import RankedFile, Ranking, rank

if TYPE_CHECKING:
    from ai_coder.domain.source import LineRange

_DEFAULT_BUDGET = 16_000
_MAX_SHOWN_RANGES = 6


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The flags."""
    context = commands.add_parser("context", help="rank the files of a local repository for an issue; needs no model")
    context.add_argument("--root", metavar="DIR", required=True, help="folder of a local git repository; HEAD is read")
    context.add_argument("--issue", metavar="FILE", required=True, help="Markdown file")
    context.add_argument(
        "--budget", metavar="TOKENS", default=str(_DEFAULT_BUDGET), help=f"most tokens to show ({_DEFAULT_BUDGET})"
    )
    context.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:  # noqa: ARG001  the form of every command
    """Print the ranking. Raises: ConfigurationError, ForgeError."""
    budget = _budget(arguments.budget)
    issue = LocalTracker(Path(arguments.issue), lambda _: None).issue(1)
    tree = _tree(arguments.root)
    title, body = clean(issue.title).text, clean(issue.body).text
    ranking = rank(title, body, tree.entries().values(), tree.stream, budget)
    if arguments.json:
        sys.stdout.write(json.dumps(_value(ranking)) + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in _table(ranking, budget)))
    return 0


def _budget(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        msg = f"--budget {text!r} is no number of tokens"
        raise ConfigurationError(msg, hint="Give a whole number above 0, as in `--budget 16000`.")
    return int(text)


def _tree(root: str) -> LocalTree:
    git = GitProgram(Path(root))
    commit = git.ask("rev-parse", "--quiet", "--verify", "HEAD^{commit}")
    if commit is None:
        msg = f"the repository {root!r} has no commit yet"
        raise EmptyRepository(msg, hint="Make a first commit, then run the command again: files are read from HEAD.")
    return LocalTree(git, commit)


def _value(ranking: Ranking) -> dict[str, object]:
    files = [
        {
            "path": file.path.text,
            "score": file.score,
            "tokens": file.tokens,
            "reasons": list(file.reasons),
            "lines": [[lines.first, lines.last] for lines in file.lines],
        }
        for file in ranking.files
    ]
    return {"files": files, "left_out": ranking.left_out}


def _table(ranking: Ranking, budget: int) -> Iterator[str]:
    if not ranking.files:
        yield f"nothing of the repository answers the issue; {ranking.left_out} file(s) left out"
        return
    yield f"{'score':>6} {'tokens':>7}  file: lines"
    for file in ranking.files:
        yield f"{file.score:6.2f} {file.tokens:7d}  {file.path}: {_shown(file)}"
        yield from (f"{'':16}  - {reason}" for reason in file.reasons)
    used = sum(file.tokens for file in ranking.files)
    yield f"{len(ranking.files)} file(s), {used} of {budget} tokens; {ranking.left_out} file(s) left out"


def _shown(file: RankedFile) -> str:
    if not file.lines:
        return "only its name"
    more = len(file.lines) - _MAX_SHOWN_RANGES
    ranges = ", ".join(map(_range, file.lines[:_MAX_SHOWN_RANGES]))
    return f"{ranges} and {more} more" if more > 0 else ranges


def _range(lines: "LineRange") -> str:
    return f"{lines.first}-{lines.last}"
