"""The rules that make `scripts/requirements` fail."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from . import data, python_source, report, swift_source
from .citations import Citation
from .data import Requirement
from .results import PASSED, PytestRun, Results, SwiftRun, Unreadable

NEEDS_A_TEST = ("proven", "partly")


@dataclass
class Verdict:
    """What was read and all that is wrong with it."""

    requirements: list[Requirement]
    citations: list[Citation]
    results: Results
    problems: list[str]

    def passing(self, row: Requirement) -> list[Citation]:
        cited = [citation for citation in self.citations if citation.requirement == row.id]
        return [citation for citation in cited if self.results.outcome(citation) == PASSED]

    @property
    def last_line(self) -> str:
        rows = [row for row in self.requirements if row.is_control_plane]
        proven = [row for row in rows if row.state == "proven" and self.passing(row)]
        return f"proven {len(proven)} of {len(rows)} control-plane requirements"

    def suggestions(self) -> list[str]:
        """Rows that a passing test cites and that are not marked as proven."""
        lines = []
        for row in self.requirements:
            passing = self.passing(row)
            if passing and row.state != "proven":
                tests = "; ".join(f"{citation.place} {citation.name}" for citation in passing)
                lines.append(f"{row.id} ({row.state}): {row.text}\n    {tests}")
        return lines


def examine(root: Path, swift_results: list[Path], pytest_results: list[Path]) -> Verdict:
    """Reads everything below `root` and applies every rule but the one about the document."""
    requirements, problems = data.load(root)
    results = Results([], [])
    try:
        results.swift = [SwiftRun.read(path) for path in swift_results]
        results.pytest = [PytestRun.read(path) for path in pytest_results]
    except Unreadable as error:
        problems.append(str(error))
    cites: list[Citation] = []
    for language in (swift_source, python_source):
        found, misplaced = language.citations(root)
        cites += found
        problems += misplaced
    known = {row.id for row in requirements}
    for citation in cites:
        if citation.requirement not in known:
            problems.append(f"{citation.place}: {citation.requirement}: cited, but there is no such requirement")
    verdict = Verdict(requirements, cites, results, problems)
    for row in requirements:
        if row.state in NEEDS_A_TEST and not verdict.passing(row):
            problems.append(_unproven(verdict, row))
    return verdict


def stale(root: Path, verdict: Verdict) -> list[str]:
    """Says so when docs/requirements.md is not what would be generated."""
    path = root / report.DOCUMENT
    written = path.read_text(encoding="utf-8") if path.exists() else ""
    if written == report.render(verdict.requirements, verdict.citations):
        return []
    return [f"{report.DOCUMENT}: not what would be generated; run scripts/requirements --write"]


def _unproven(verdict: Verdict, row: Requirement) -> str:
    cited = [citation for citation in verdict.citations if citation.requirement == row.id]
    reasons = [f"{citation.place} {verdict.results.outcome(citation)}" for citation in cited]
    detail = "; ".join(reasons) if reasons else "no test cites it at all"
    return f"{data.DATA_FILE}:{row.line}: {row.id}: marked {row.state}, but no passing test cites it ({detail})"
