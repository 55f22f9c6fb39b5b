"""`ai_coder replay`: a recorded run once more, with neither net nor key, held against what was recorded."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping

from ai_coder.adapters.cassette_file import read_cassette, versions
from ai_coder.adapters.player import Player
from ai_coder.adapters.terminal_host import TerminalHost
from ai_coder.cli.session import write_files
from ai_coder.domain.cassette import Cassette, Divergence
from ai_coder.domain.report import Report, ending
from ai_coder.egress import Egress
from ai_coder.errors import AiCoderError
from ai_coder.report.finish import finish
from ai_coder.report.outputs import render_outputs
from ai_coder.settings import parse_settings
from ai_coder.wiring import Session, Wire

_DIFFERENT = 1
_BY_THE_WAY = frozenset({"cost_usd"})
"""Outputs that rest on data of ours, which may be newer than the recording."""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The flags."""
    replay = commands.add_parser("replay", help="repeat a recorded run offline and compare it; needs no key")
    replay.add_argument("cassette", metavar="CASSETTE", help="the file run.zip of a run with the input `record`")
    replay.add_argument("--report", metavar="DIR", default="", help="where to write the report of the repeated run")
    replay.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def run(arguments: argparse.Namespace, wire: Wire) -> int:
    """Exit status 0 where the run is the same, 1 where it differs. Raises: ConfigurationError."""
    cassette = read_cassette(arguments.cassette)
    player, host = Player(cassette), TerminalHost(cassette.occasion.run_url)
    report = _play(cassette, player, host, wire)
    found = [*player.divergences, *player.left_out(), *_other_outputs(cassette.outputs, render_outputs(report))]
    if arguments.json:
        rows = [{"where": one.where, "difference": one.difference} for one in found]
        shown = {"same": not found, "exchanges": player.played, "outputs": render_outputs(report), "divergences": rows}
        sys.stdout.write(json.dumps(shown) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _told(cassette, player, report, found))
    if arguments.report:
        write_files(arguments.report, host.files)
    return _DIFFERENT if found else 0


def _play(cassette: Cassette, player: Player, host: TerminalHost, wire: Wire) -> Report:
    """The run with the recorded inputs. Raises: ConfigurationError."""
    occasion = cassette.occasion
    session = Session(occasion.place, occasion.inputs, parse_settings(occasion.inputs), host, wire, player)
    try:
        report = session.answer(occasion.event, occasion.payload)
    except AiCoderError as error:
        report = Report(ending(error))
    finish(report, host, Egress())
    return report


def _other_outputs(recorded: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Divergence]:
    for name, value in recorded.items():
        if name not in _BY_THE_WAY and now.get(name, "") != value:
            yield Divergence(f"output `{name}`", f"-{value}\n+{now.get(name, '')}")


def _told(cassette: Cassette, player: Player, report: Report, found: list[Divergence]) -> Iterator[str]:
    """The verdict, the versions where they differ, and every difference."""
    outputs = render_outputs(report)
    commit = f", commit {outputs['commit_sha'][:12]}" if outputs["commit_sha"] else ""
    here = versions()
    other = {name: then for name, then in cassette.versions.items() if then != here.get(name)}
    if not found:
        yield f"the same run: {player.played} exchanges, {report.status}{commit}"
    else:
        yield f"not the same run: {len(found)} difference(s) in {player.played} exchanges, {report.status}{commit}"
    yield from (f"  {name} {then} then, {here.get(name)} now" for name, then in other.items())
    for one in found:
        yield f"- {one.where}"
        yield from (f"    {line}" for line in one.difference.split("\n"))
