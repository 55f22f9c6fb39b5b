"""The page of a run in a real browser: what a person does with it, and what it must not do."""

from pathlib import Path

import pytest

from ai_coder.egress import Egress
from ai_coder.report.html import render_html
from fakes.browser import Browser, NoBrowser
from fakes.github_page import github_page
from fakes.reports import a_report

pytestmark = pytest.mark.node
GOLDEN = Path(__file__).parents[1] / "golden"
SHOWN_STEPS = "[...document.querySelectorAll('.step')].filter((step) => step.checkVisibility()).length"
SAID = """(async () => {
  const said = document.querySelector("#said");
  while (!said.textContent) await new Promise(requestAnimationFrame);
  return said.textContent;
})()"""
SIGHTS = {"desk by day": (1280, False), "tablet by night": (800, True), "phone by day": (360, False)}


@pytest.fixture(name="browser", scope="module")
def _browser():
    try:
        browser = Browser()
    except NoBrowser as error:
        pytest.skip(f"no browser can be started here: {error}")
    with browser:
        yield browser


@pytest.fixture(name="path", scope="module")
def _path(tmp_path_factory):
    """The page of an eventful run."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(render_html(a_report(), "https://github.com/octo/hello/actions/runs/1", Egress()), encoding="utf-8")
    return path


@pytest.mark.parametrize(("width", "dark"), SIGHTS.values(), ids=SIGHTS)
def test_it_opens_quietly(browser, path, width, dark):
    """It asks for nothing but itself, says nothing to the console, and is never wider than the window."""
    browser.open(path, width, dark=dark)

    seen = browser.seen()
    assert seen.requests == [path.as_uri()]
    assert seen.console == []
    assert browser.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)], ids=["desk by day", "phone by night"])
def test_axe_has_nothing_against_it(browser, path, width, dark):
    """With everything unfolded, an accessibility checker finds nothing in either colour scheme."""
    browser.open(path, width, dark=dark)
    browser.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")

    assert browser.axe() == []


def test_steps_are_filtered(browser, path):
    """A kind, and words, leave the steps that fit them; the count says how many."""
    browser.open(path)
    assert browser.evaluate(SHOWN_STEPS) == 8

    browser.click("button[data-kind=edit]")
    assert browser.evaluate(SHOWN_STEPS) == 3
    assert browser.evaluate("document.querySelector('[data-kind=edit]').getAttribute('aria-pressed')") == "true"
    browser.fill("#step-search", "languages.md")
    assert browser.evaluate("document.querySelector('#step-count').textContent") == "1 of 8 steps"

    browser.fill("#step-search", "")
    browser.click("button[data-kind=refused]")
    assert browser.evaluate(SHOWN_STEPS) == 1


def test_steps_are_folded(browser, path):
    """A step is shut until it is clicked on; one button opens all of them, and shuts them again."""
    is_open = "[...document.querySelectorAll('.step')].filter((step) => step.open).length"
    browser.open(path)
    assert browser.evaluate(is_open) == 0

    browser.click(".step:nth-of-type(2) summary")
    assert browser.evaluate(is_open) == 1
    browser.click("#step-fold")
    assert browser.evaluate(is_open) == 8
    browser.click("#step-fold")
    assert browser.evaluate(is_open) == 0


def test_texts_are_copied(browser, path):
    """The button at a text copies just that text, and says so."""
    browser.open(path)
    browser.click("#verification .copy")

    assert browser.evaluate(SAID) == "Copied"
    assert browser.evaluate("navigator.clipboard.readText()") == "pytest -q"


def test_it_tells_the_same_without_scripts(browser, path):
    """Where scripts are off there are no dead buttons, and every step can still be opened."""
    browser.open(path, scripts=False)

    browser.click(".step summary")
    assert browser.seen().console == []
    assert browser.count(".step[open]") == 1
    assert browser.count("button:visible") == 0


@pytest.mark.parametrize("dark", [False, True], ids=["by day", "by night"])
def test_comments_fit_a_phone(browser, tmp_path, dark):
    """What is written to GitHub is nowhere wider than a phone, in GitHub's own style."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in GOLDEN.glob("*.md")}
    path = tmp_path / "comments.html"
    path.write_text(github_page(texts), encoding="utf-8")
    browser.open(path, 360, dark=dark)

    assert browser.evaluate("document.documentElement.scrollWidth") <= 360
    assert browser.count("article") == len(texts) > 10
