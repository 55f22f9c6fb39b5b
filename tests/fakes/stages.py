"""Stages as fixtures hand them out: as many as a test asks for, closed together."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from contract import graphql_schema, openapi
from fakes.stage import Stage

if TYPE_CHECKING:
    from pathlib import Path

S = TypeVar("S", bound=Stage)


class Stages(Generic[S]):
    """Makes stages of one kind: `stage(replies, files=..., **inputs)`."""

    def __init__(self, folder: Path, kind: type[S]) -> None:
        self.made: list[S] = []
        self._folder, self._kind, self._stack = folder, kind, ExitStack()

    def __call__(self, *replies: Any, **options: Any) -> S:
        """Another one."""
        one = self._kind(self._folder / f"stage-{len(self.made)}", replies, **options)
        self._stack.enter_context(one)
        self.made.append(one)
        return one

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def problems(self) -> list[str]:
        """What GitHub's own description has against what was said to the embedded one."""
        said = [exchange for one in self.made for exchange in one.github.requests]
        return [problem for one in said for problem in (*openapi.check(one), *graphql_schema.check(one))]
