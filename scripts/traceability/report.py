"""What docs/requirements.md says; it depends on the data file and the tests' sources only."""

from __future__ import annotations

import posixpath
from pathlib import Path

from .citations import Citation
from .data import DATA_FILE, GROUPS, Requirement

DOCUMENT = Path("docs/requirements.md")
SHOWN_TESTS = 3
COLUMNS = ("proven", "partly", "later", "client's side")

INTRODUCTION = f"""# Requirements

`scripts/requirements --write` makes this file from [{DATA_FILE.name}]({DATA_FILE.name}) and from the ids that tests
cite: `.proves("PUB-08")` on a Swift test or suite, `@pytest.mark.proves("PUB-08")` in Python. Edit the data file, not
this one. `scripts/test` fails when a row says proven or partly and no passing test cites it.

- **Scope**: CP control plane, EDGE edge server, SDK client library, OPS installation.
- **Basis**: S is stated in the description that Drover follows, I is implied by it.
- **proven**: the whole requirement is met, and a passing test shows it.
- **partly**: a passing test shows a part; the note says what is missing.
- **later**: not met yet; the number is the issue that brings it, where one is known.
- **client's side**: behaviour of the client library alone, which a server cannot prove.
"""


def shown_state(row: Requirement) -> str:
    return {"open": "later", "client": "client's side"}.get(row.state, row.state)


def render(requirements: list[Requirement], citations: list[Citation]) -> str:
    by_id: dict[str, list[Citation]] = {}
    for citation in sorted(citations):
        by_id.setdefault(citation.requirement, []).append(citation)
    parts = [INTRODUCTION, _summary(requirements)]
    for group, (count, title) in GROUPS.items():
        rows = [row for row in requirements if row.group == group]
        parts.append(f"## {group}: {title} ({count})\n\n" + _table(rows, by_id))
    return "\n".join(parts)


def _summary(requirements: list[Requirement]) -> str:
    lines = ["| | all | " + " | ".join(COLUMNS) + " |", "|---|---:|" + "---:|" * len(COLUMNS)]
    control_plane = [row for row in requirements if row.is_control_plane]
    for title, rows in (("Control plane", control_plane), ("All", requirements)):
        counts = [sum(shown_state(row) == state for row in rows) for state in COLUMNS]
        lines.append(f"| {title} | {len(rows)} | " + " | ".join(str(count) for count in counts) + " |")
    return "\n".join(lines) + "\n"


def _table(rows: list[Requirement], by_id: dict[str, list[Citation]]) -> str:
    lines = ["| Id | Requirement | Scope | Basis | State | Where |", "|---|---|---|---|---|---|"]
    for row in rows:
        where = _where(row, by_id.get(row.id, []))
        scope = ", ".join(row.scope)
        lines.append(f"| {row.id} | {row.text} | {scope} | {row.kind} | {shown_state(row)} | {where} |")
    return "\n".join(lines) + "\n"


def _where(row: Requirement, cites: list[Citation]) -> str:
    """The citing tests of a row that is proven or partly so, else the issue that will bring it."""
    if row.state in ("proven", "partly"):
        tests = _tests(cites)
        return f"{row.note}; {tests}" if row.note else tests
    reached = f"issue {row.issue}" if row.issue else ""
    return "; ".join(part for part in (row.note, reached) if part)


def _tests(cites: list[Citation]) -> str:
    """At most `SHOWN_TESTS` names, each file named once; a longer list says how many more there are."""
    names: dict[str, list[str]] = {}
    for cite in cites[:SHOWN_TESTS]:
        shown = cite.name.replace("|", "\\|")
        names.setdefault(cite.file, []).append(f"all of {shown}" if cite.is_suite else shown)
    shown_files = [
        f"[{Path(file).name}]({posixpath.relpath(file, DOCUMENT.parent)}): {', '.join(tests)}"
        for file, tests in names.items()
    ]
    more = len(cites) - SHOWN_TESTS
    return "; ".join(shown_files) + (f"; {more} more" if more > 0 else "")
