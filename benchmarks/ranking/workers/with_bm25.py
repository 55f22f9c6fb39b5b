"""Worker: plain BM25 over whole files, words as they stand, lower case. Shows whole files, best first."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from math import log
from typing import Any

from benchmarks.ranking.workers.serve import serve, texts_of

_WORD = re.compile(r"\w+")
_K1, _B = 1.2, 0.75
_CHARS_PER_TOKEN = 3.5


def _rank(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    texts = texts_of(asked["git_dir"], asked["commit"])
    counted = {path: Counter(_WORD.findall(text.lower())) for path, text in texts.items()}
    lengths = {path: sum(counts.values()) for path, counts in counted.items()}
    mean = sum(lengths.values()) / max(1, len(lengths))
    asked_words = Counter(_WORD.findall(f"{asked['title']}\n{asked['body']}".lower()))
    scores = dict.fromkeys(texts, 0.0)
    for word, times in asked_words.items():
        holding = [path for path, counts in counted.items() if word in counts]
        rarity = log(1 + (len(texts) - len(holding) + 0.5) / (len(holding) + 0.5))
        for path in holding:
            count = counted[path][word]
            scores[path] += times * rarity * count * (_K1 + 1) / (count + _K1 * (1 - _B + _B * lengths[path] / mean))
    order = sorted(scores, key=lambda path: (-scores[path], path))[:200]
    return {"order": order, "shown": {budget: _whole(order, texts, budget) for budget in asked["budgets"]}}


def _whole(order: Sequence[str], texts: Mapping[str, str], budget: int) -> dict[str, list[tuple[int, int]]]:
    """Those files in full that still fit."""
    shown, left = {}, budget * _CHARS_PER_TOKEN
    for path in order:
        if len(texts[path]) <= left:
            shown[path] = [(1, texts[path].count("\n") + 1)]
            left -= len(texts[path])
    return shown


if __name__ == "__main__":
    serve(_rank)
