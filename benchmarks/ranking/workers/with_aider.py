"""Worker: aider's repository map, personalised with the words and the names of files in the issue, as its chat does."""

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aider.io import InputOutput  # type: ignore[import-not-found]  # in its own environment
from aider.repomap import RepoMap  # type: ignore[import-not-found]  # same

from benchmarks.ranking.workers.serve import serve, texts_of


class _Model:
    """Counts tokens; the order of the tags needs nothing else of a model."""

    def token_count(self, text: str) -> int:
        return len(text) // 4


def _rank(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    text = f"{asked['title']}\n{asked['body']}"
    words = set(re.split(r"\W+", text))
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        paths = []
        for path, content in texts_of(asked["git_dir"], asked["commit"]).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(content, "utf-8", newline="")
            paths.append(str(root / path))
        io = InputOutput(pretty=False, yes=True, fancy_input=False)
        made = RepoMap(map_tokens=8_000, root=str(root), main_model=_Model(), io=io)
        named = {path for path in (Path(one).relative_to(root).as_posix() for one in paths) if path in text}
        tags = made.get_ranked_tags([], paths, named, words, progress=lambda *_: None)
    return {"order": list(dict.fromkeys(tag[0] for tag in tags))[:200]}


if __name__ == "__main__":
    serve(_rank)
