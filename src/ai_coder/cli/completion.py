"""`ai_coder completion`: what a shell needs to complete the commands and their flags, made from the parser itself."""

import argparse
import sys
from collections.abc import Iterator

SHELLS = ("bash", "zsh", "fish")
_FILES = ("--answer", "--folder", "--issue", "--report", "--root")
"""Flags whose value is a path."""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The flags."""
    completion = commands.add_parser("completion", help="print the completion of a shell")
    completion.add_argument("shell", choices=SHELLS, help='as in `eval "$(ai_coder completion bash)"`')


def run(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Print the script."""
    render = {"bash": _bash, "zsh": _zsh, "fish": _fish}[arguments.shell]
    sys.stdout.writelines(f"{line}\n" for line in render(_commands(parser)))
    return 0


def _commands(parser: argparse.ArgumentParser) -> dict[str, tuple[str, list[str]]]:
    """Each command with its help and its flags."""
    [action] = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]  # noqa: SLF001  no other way
    helps = {choice.dest: choice.help or "" for choice in action._choices_actions}  # noqa: SLF001  same
    return {
        name: (helps.get(name, ""), sorted(flag for one in command._actions for flag in one.option_strings))  # noqa: SLF001
        for name, command in action.choices.items()
    }


def _bash(commands: dict[str, tuple[str, list[str]]]) -> Iterator[str]:
    yield "_ai_coder() {"
    yield "  local words"
    yield '  case "${COMP_WORDS[COMP_CWORD-1]}" in'
    yield f'    {"|".join(_FILES)}) COMPREPLY=($(compgen -f -- "${{COMP_WORDS[COMP_CWORD]}}")); return ;;'
    yield "  esac"
    yield '  case "${COMP_WORDS[1]}" in'
    yield from (f'    {name}) words="{" ".join(flags)}" ;;' for name, (_, flags) in commands.items())
    yield f'    *) words="{" ".join([*commands, "--help", "--version"])}" ;;'
    yield "  esac"
    yield f'  [ "$COMP_CWORD" -eq 1 ] && words="{" ".join([*commands, "--help", "--version"])}"'
    yield '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))'
    yield "}"
    yield "complete -F _ai_coder ai_coder"


def _zsh(commands: dict[str, tuple[str, list[str]]]) -> Iterator[str]:
    yield "autoload -U +X compinit && compinit"
    yield "autoload -U +X bashcompinit && bashcompinit"
    yield from _bash(commands)


def _fish(commands: dict[str, tuple[str, list[str]]]) -> Iterator[str]:
    for name, (help_, flags) in commands.items():
        said = help_.replace("'", "")
        yield f"complete -c ai_coder -f -n __fish_use_subcommand -a {name} -d '{said}'"
        for flag in flags:
            kind = f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}"
            files = " -r -F" if flag in _FILES else ""
            yield f"complete -c ai_coder -n '__fish_seen_subcommand_from {name}' {kind}{files}"
