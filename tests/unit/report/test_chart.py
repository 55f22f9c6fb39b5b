"""The geometry of the pictures."""

from ai_coder.domain.chat import Usage
from ai_coder.domain.trajectory import Trajectory, Turn, Visit
from ai_coder.report.chart import HEIGHT, WIDTH, time_bars, token_chart


def test_bars_stand_on_each_other():
    """Cached input, other input and output of a step are one bar from the bottom up, as high as their sum."""
    chart = token_chart((Turn(0.0, 1.0, Usage(600, 200, 400), 0.5), Turn(1.0, 1.0, Usage(100, 0), 0.5)))

    cached, fresh, out, other = chart.bars
    assert [bar.kind for bar in chart.bars] == ["cached", "fresh", "out", "fresh"]
    assert fresh.y + fresh.height == cached.y
    assert out.y + out.height == fresh.y
    assert abs(cached.height - 4 * other.height) < 0.01
    assert "600 tokens in (400 from the cache), 200 out, $0.5000" in cached.title


def test_dollars_only_where_they_are_known():
    """The line rises to the whole cost; without a price there is none, and no axis of it."""
    known = token_chart((Turn(0.0, 1.0, Usage(1, 1), 0.25), Turn(1.0, 1.0, Usage(1, 1), 0.75)))
    assert [tick.label for tick in known.dollars] == ["$0.0000", "$0.5000", "$1.0000"]
    assert known.line[1][1] == known.dollars[2].at
    unknown = token_chart((Turn(0.0, 1.0, Usage(1, 1)),))
    assert (unknown.line, unknown.dollars) == ((), ())


def test_nothing_leaves_the_picture():
    """Sixty steps and none at all fit into the same frame."""
    turns = tuple(Turn(float(n), 0.5, Usage(1_000 * n, 50), 0.01) for n in range(60))
    for bar in token_chart(turns).bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
        assert 0 <= bar.y <= bar.y + bar.height <= HEIGHT
    assert len(token_chart(turns).steps) <= 20
    assert token_chart(()).bars == ()


def test_where_the_time_went():
    """Rooms fill the first row; in the second the model's time and the tools' time take turns."""
    trajectory = Trajectory(
        seconds=10.0,
        visits=(Visit("Resolve", "", 0.0, 4.0), Visit("Generate", "", 4.0, 6.0)),
        turns=(Turn(4.0, 2.0), Turn(8.0, 2.0)),
    )
    bars = [(bar.kind, round(bar.x), round(bar.width)) for bar in time_bars(trajectory)]
    assert bars == [
        ("room0", 0, 384),
        ("room1", 384, 576),
        ("model", 384, 192),
        ("tools", 576, 192),
        ("model", 768, 192),
    ]
