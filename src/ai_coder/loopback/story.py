"""`ai_coder demo`: an issue becomes a pull request, and a comment makes it better; all of it on this machine.

The forge and the scripted model are embedded servers; the action itself is a process of its own with its real adapters.
"""

import json
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TextIO

from ai_coder.errors import ConfigurationError
from ai_coder.loopback import example
from ai_coder.loopback.hosted import HostedRepository
from ai_coder.loopback.http import Json
from ai_coder.loopback.model import ModelServer
from ai_coder.loopback.runner import Ran, Runner, seen_line
from ai_coder.loopback.server import GithubServer

SCRIPTED, SMALL = "scripted", "smollm2"
_WIDTH = 100
_ENDINGS = frozenset({"changed", "no_change", "cannot"})
"""How a run ends on which nothing is broken."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The model of the demo."""

    inputs: Mapping[str, str]
    sentence: str
    """Which model it is, for the person who reads."""
    is_small: bool = False
    is_scripted: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """How the demo is told."""

    model: str = ""
    folder: str = ""
    """Where everything is kept; empty: only the page of the last run is, in a folder for such things."""
    is_json: bool = False
    is_quiet: bool = False


def tell(environ: Mapping[str, str], telling: Telling) -> int:
    """Run the demo and print it; 0 when every run ended as it should. Raises: ConfigurationError."""
    say = _printer(sys.stdout) if not (telling.is_json or telling.is_quiet) else _silence
    with ExitStack() as stack:
        chosen = _choose(environ, telling.model, stack)
        place = _made(Path(telling.folder or stack.enter_context(TemporaryDirectory(prefix="ai_coder-demo-"))))
        server = stack.enter_context(GithubServer(place / "github"))
        say(f"ai_coder demo. GitHub is embedded: it runs in this process, at {server.url}.")
        say(chosen.sentence)
        runner = Runner(place, server.url, example.REPOSITORY, server.token, inputs=chosen.inputs)
        ended = _play(server, runner, chosen, say)
        page = _kept(ended.last, telling.folder)
        if telling.folder:
            say("", f"Kept: the repository in {place / 'github'}, reports and logs in {place}.")
    if telling.is_json:
        shown = {"ok": ended.is_good, "page": page, "outputs": dict(ended.last.outputs)}
        sys.stdout.write(json.dumps(shown) + "\n")
    else:
        _printer(sys.stdout)(f"The second run as a page: {page}")
    return 0 if ended.is_good else 1


def _made(folder: Path) -> Path:
    """The folder, by its whole path. Raises: ConfigurationError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"the folder {str(folder)!r} cannot be made: {error.strerror}"
        raise ConfigurationError(msg, hint="Name a folder that can be written with `--folder`.") from error
    return folder.resolve()


def _silence(*_: str) -> None:
    """Say nothing."""


def _kept(last: Ran, folder: str) -> str:
    """Where the page of the last run stays; empty where there is none."""
    page = Path(last.page)
    if not last.page:
        return ""
    if folder:
        return str(page)
    kept = Path(mkdtemp(prefix="ai_coder-page-"), page.name)
    shutil.copyfile(page, kept)
    return str(kept)


@dataclass(frozen=True, slots=True)
class _Ended:
    """How the story ended."""

    is_good: bool
    last: Ran


def _choose(environ: Mapping[str, str], model: str, stack: ExitStack) -> Chosen:
    """The scripted model, the small one, or the endpoint that the environment names."""
    key = environ.get("OPENAI_API_KEY") or environ.get("OPENAI_KEY") or ""
    base_url = environ.get("OPENAI_BASE_URL", "")
    if model == SMALL:
        from ai_coder.loopback.small_model import SmallModel  # noqa: PLC0415  its packages may not be installed

        small = stack.enter_context(SmallModel())
        sentence = "The model is real and small (SmolLM2, 135 million parameters), on this machine. It is often wrong."
        return Chosen(
            {"openai_base_url": small.url, "model": SMALL, "api": "chat", "mode": "single"}, sentence, is_small=True
        )
    if model != SCRIPTED and (model or key or base_url):
        inputs = {"openai_api_key": key, "openai_base_url": base_url, "model": model}
        which = f"{model or 'the default one'} at {base_url or 'OpenAI'}"
        sentence = f"The model is {which}: this run sends the example there and may cost money."
        return Chosen({name: value for name, value in inputs.items() if value}, sentence)
    scripted = stack.enter_context(ModelServer(example.REPLIES))
    sentence = (
        "The model is scripted: its two answers are written down in the program, to show the way, not the wit. "
        "`make demo-model` takes a real small model; with OPENAI_API_KEY or OPENAI_BASE_URL set, yours is used."
    )
    return Chosen({"openai_base_url": scripted.url, "model": "scripted", "mode": "single"}, sentence, is_scripted=True)


def _play(server: GithubServer, runner: Runner, chosen: Chosen, say: Callable[..., None]) -> _Ended:
    """Two events, two runs, and what stands on the forge after each; whether both ended well."""
    files, title, body, words = (
        (example.SMALL_FILES, example.SMALL_TITLE, example.SMALL_BODY, example.SMALL_COMMENT)
        if chosen.is_small
        else (example.FILES, example.TITLE, example.BODY, example.COMMENT)
    )
    repo = server.create_repository(example.REPOSITORY, files)
    repo.add_person(example.MAINTAINER, "write")
    issue = repo.open_issue(author=example.MAINTAINER, title=title, body=body)
    repo.add_label(issue.number, "ai_coder", actor=example.MAINTAINER)
    _heading(say, f"1. {example.MAINTAINER} labels issue #{issue.number}: {title}")
    say(textwrap.indent(body.rstrip(), "    "))
    labelled = repo.payload("issues", "labeled", sender=example.MAINTAINER, issue=issue.number, label="ai_coder")
    first = _run(runner, "issues", labelled, say)
    is_good = _show_commit(repo, first, say)
    comment = repo.comment(issue.number, author=example.MAINTAINER, body=words)
    _heading(say, f"2. {example.MAINTAINER} comments on issue #{issue.number}")
    say(textwrap.indent(words.rstrip(), "    "))
    commented = repo.payload(
        "issue_comment", "created", sender=example.MAINTAINER, issue=issue.number, comment=comment.id
    )
    second = _run(runner, "issue_comment", commented, say)
    is_good = _show_commit(repo, second, say) and is_good
    _show_forge(repo, issue.number, say)
    if chosen.is_scripted:
        is_good = is_good and [ran.outputs.get("status") for ran in (first, second)] == ["changed", "changed"]
    return _Ended(is_good, second)


def _run(runner: Runner, event: str, payload: Json, say: Callable[..., None]) -> Ran:
    """The run, each line of its log as it comes."""
    masks: list[str] = []

    def watch(line: str) -> None:
        shown = seen_line(line, masks)
        if shown is not None:
            say(f"    {shown}")

    say("", "The run's log:")
    ran = runner.run(event, payload, watch=watch)
    say(f"    (exit status {ran.exit_status})")
    return ran


def _show_commit(repo: HostedRepository, ran: Ran, say: Callable[..., None]) -> bool:
    """The commit of a run; whether it ended as contract and forge have it."""
    commit = ran.outputs.get("commit_sha", "")
    if commit:
        say("", f"Commit {commit[:12]} on branch {ran.outputs['branch']}:")
        say(textwrap.indent(_diff(repo, commit), "    "))
    return ran.exit_status == 0 and ran.outputs.get("status") in _ENDINGS


def _diff(repo: HostedRepository, commit: str) -> str:
    """Subject and diff, as git shows them."""
    shown = repo.state.store.git("show", "--no-color", "--format=%s", commit)
    return shown.decode("utf-8", "replace").rstrip()


def _show_forge(repo: HostedRepository, number: int, say: Callable[..., None]) -> None:
    """What a person sees in the end: the pull request, the comments, the reactions."""
    _heading(say, "3. What stands on GitHub now")
    for pull in repo.pull_requests:
        draft = " (draft)" if pull.draft else ""
        say(f"Pull request #{pull.number}{draft}: {pull.title}", f"    {pull.base} <- {pull.head}", "")
        say(textwrap.indent((pull.body or "").rstrip(), "    "), "")
    for comment in repo.comments(number):
        reactions = " ".join(content for _, content in repo.reactions(number, comment.id))
        say(f"Comment by {comment.author.login}" + (f" [{reactions}]" if reactions else "") + ":")
        say(textwrap.indent(comment.body.rstrip(), "    "), "")


def _heading(say: Callable[..., None], text: str) -> None:
    say("", "=" * _WIDTH, text, "=" * _WIDTH, "")


def _printer(out: TextIO) -> Callable[..., None]:
    def say(*lines: str) -> None:
        out.writelines(line + "\n" for line in _wrapped(lines))
        out.flush()

    return say


def _wrapped(lines: tuple[str, ...]) -> Iterator[str]:
    """Sentences fit a terminal; what is indented stays as it is."""
    for line in lines:
        if line.startswith(" ") or "\n" in line or len(line) <= _WIDTH:
            yield line
        else:
            yield from textwrap.wrap(line, _WIDTH)
