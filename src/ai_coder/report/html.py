"""`Report` -> one self-contained page. Pure; every text on it passes `Egress.page`, its template is a file of ours."""

import base64
import hashlib
import re
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from ai_coder.domain.report import Report
from ai_coder.egress import Egress
from ai_coder.report.page_values import page_of

_CODE = re.compile(r"`([^`\n]+)`")


def render_html(report: Report, run_url: str, egress: Egress) -> str:
    """The page. It holds all it needs, and by its own policy a browser loads and runs nothing else."""

    def finalize(value: object) -> object:
        return egress.page(value) if type(value) is str else value

    def inline(text: str) -> Markup:
        """Our own sentences quote names between back quotes; what is between them stays foreign, and is escaped."""
        return Markup(_CODE.sub(r"<code>\1</code>", str(escape(egress.page(text)))))  # noqa: S704  escaped, then marked

    style, script = _asset("report.css"), _asset("report.js")
    environment = Environment(autoescape=True, undefined=StrictUndefined, finalize=finalize)
    environment.filters["inline"] = inline
    return environment.from_string(_asset("report.html")).render(
        page=page_of(report, run_url, egress),
        style=Markup(style),  # noqa: S704  a file of ours
        script=Markup(script),  # noqa: S704  same
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


def _asset(name: str) -> str:
    return resources.files("ai_coder.report").joinpath("page", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """How a content security policy names an inline text.

    Source: https://www.w3.org/TR/CSP3/#grammardef-hash-source
    """
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
