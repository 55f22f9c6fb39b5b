"""`Report` -> one self-contained page. Pure; every text on it passes `Egress.page`, its template is a file of ours."""

import base64
import hashlib
import re
from functools import cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from ai_coder.domain.report import Report
from ai_coder.egress import Egress
from ai_coder.report.page_values import page_of

_CODE = re.compile(r"`([^`\n]+)`")


def render_html(report: Report, run_url: str, egress: Egress) -> str:
    """The page. It holds all it needs, and by its own policy a browser loads and runs nothing else."""
    style, script = _asset("report.css"), _asset("report.js")
    return _template().render(
        page=page_of(report, run_url, egress),
        egress=egress,
        style=Markup(style),  # noqa: S704  a file of ours
        script=Markup(script),  # noqa: S704  same
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


@cache
def _template() -> Template:
    """The page's template: reading it takes longer than filling it in, and it holds nothing of a run."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, finalize=_finalize)
    environment.filters["inline"] = _inline
    return environment.from_string(_asset("report.html"))


@pass_context
def _finalize(context: Context, value: object) -> object:
    """Every text that the page shows."""
    return context["egress"].page(value) if type(value) is str else value


@pass_context
def _inline(context: Context, text: str) -> Markup:
    """Our own sentences quote names between back quotes; what is between them stays foreign, and is escaped."""
    plain = escape(context["egress"].page(text))
    return Markup(_CODE.sub(r"<code>\1</code>", str(plain)))  # noqa: S704  escaped, then marked


def _asset(name: str) -> str:
    return resources.files("ai_coder.report").joinpath("page", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """How a content security policy names an inline text.

    Source: https://www.w3.org/TR/CSP3/#grammardef-hash-source
    """
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
