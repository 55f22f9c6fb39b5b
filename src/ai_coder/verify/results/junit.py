"""JUnit XML, as pytest, Jest, Maven, gotestsum and many others write it.

A document with a DOCTYPE is refused: no test runner writes one, and it is where entity bombs are made.
Source: https://github.com/testmoapp/junitxml
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from ai_coder.domain.verification import CaseResult
from ai_coder.verify.results.tally import Tally

_PASSED, _FAILED, _SKIPPED = CaseResult.PASSED, CaseResult.FAILED, CaseResult.SKIPPED
_ENDS = {"failure": _FAILED, "error": _FAILED, "skipped": _SKIPPED}
_NOT_RUN = frozenset({"notrun", "skipped", "suppressed", "disabled", "ignored"})


@dataclass(slots=True)
class _Document:
    """The cases of one report, as the parser comes by them."""

    cases: list[tuple[str, CaseResult]] = field(default_factory=list)
    suites: list[str] = field(default_factory=list)
    name: str = ""
    """Of the case that is open."""
    result: CaseResult = _PASSED

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        match tag:
            case "testsuite":
                self.suites.append(attributes.get("name", ""))
            case "testcase":
                place = attributes.get("classname") or attributes.get("file") or next(reversed(self.suites), "")
                self.name = "::".join(filter(None, (place, attributes.get("name", ""))))
                ends = {attributes.get("status", "").lower(), attributes.get("result", "").lower()}
                self.result = _SKIPPED if ends & _NOT_RUN else _PASSED
            case "failure" | "error" | "skipped" if self.name:
                self.result = _FAILED if _FAILED in {self.result, _ENDS[tag]} else _SKIPPED

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == "testcase" and self.name:
            self.cases.append((self.name, self.result))
            self.name = ""
        elif tag == "testsuite" and self.suites:
            self.suites.pop()


def read_junit(reports: Iterable[str]) -> Tally:
    """The cases of all reports; one that is no well-formed report counts for nothing."""
    tally = Tally()
    for report in reports:
        for name, result in _read(report):
            tally.add(name, result)
    return tally


def _read(report: str) -> list[tuple[str, CaseResult]]:
    document = _Document()
    parser = expat.ParserCreate("utf-8")  # whatever the document declares: it is a text already
    parser.StartElementHandler = document.start
    parser.EndElementHandler = document.end
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(report.encode("utf-8", "replace"), True)  # noqa: FBT003 - expat takes it by place only
    except (expat.ExpatError, _HasDoctype):
        return []
    return document.cases


class _HasDoctype(Exception):
    """The document declares a type."""


def _refuse(*_: object) -> None:
    raise _HasDoctype
