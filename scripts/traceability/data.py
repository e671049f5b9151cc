"""The data file: one line per requirement, tab separated, kept by hand."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

DATA_FILE = Path("docs/requirements.tsv")
COLUMNS = ("id", "scope", "kind", "plan", "state", "requirement", "note")
LONGEST_REQUIREMENT = 110

# How many requirements each group has, in the order of the document.
GROUPS = {
    "AUTH": (19, "Connecting and signing in"),
    "CONN": (13, "Data connections"),
    "WS": (14, "Workspaces"),
    "USER": (6, "Users"),
    "MODEL": (67, "Models: upload, versions, configuration"),
    "IMG": (6, "Containerized MLflow images"),
    "REG": (17, "Model registry services"),
    "VAL": (15, "Validations"),
    "PIPE": (42, "Pipelines, steps, versions, deployment"),
    "AB": (9, "Random split"),
    "SHADOW": (6, "Shadow deployment"),
    "DCFG": (27, "Deployment configuration"),
    "LOG": (35, "Pipeline logs"),
    "PUB": (17, "Publishing to the edge registry"),
    "EDGE": (25, "Edges, bundles, tokens"),
    "ESRV": (24, "Edge server"),
    "ORCH": (30, "Orchestrations, tasks, task runs"),
    "TAG": (12, "Tags"),
    "ASSAY": (54, "Assays"),
    "INF": (15, "Inference on a deployed pipeline"),
    "PINF": (13, "Parallel inference"),
    "CONC": (12, "Concurrent processing of events"),
    "SELD": (36, "Batch processor"),
    "OPS": (13, "Installation and infrastructure"),
}
SCOPES = ("CP", "EDGE", "SDK", "OPS")
KINDS = ("S", "I")
# What each plan says while nothing is proven yet.
UNPROVEN_STATE = {"now": "open", "later": "later", "client": "client"}
STATES = ("open", "proven", "partly", "later", "client")


@dataclass(frozen=True)
class Requirement:
    """One line of the data file."""

    id: str
    scope: tuple[str, ...]
    kind: str
    plan: str
    state: str
    text: str
    note: str
    line: int

    @property
    def group(self) -> str:
        return self.id.rsplit("-", 1)[0]

    @property
    def is_control_plane(self) -> bool:
        return "CP" in self.scope

    @property
    def issue(self) -> str | None:
        """The number of the issue that brings the requirement, where one is known."""
        if self.plan == "now":
            return "2"
        return self.plan.partition(":")[2] or None

    def to_line(self) -> str:
        fields = (self.id, ",".join(self.scope), self.kind, self.plan, self.state, self.text, self.note)
        return "\t".join(fields) + "\n"


def load(root: Path) -> tuple[list[Requirement], list[str]]:
    """Reads the data file; the second list says what is wrong with it, one sentence each."""
    lines = (root / DATA_FILE).read_text(encoding="utf-8").splitlines()
    problems = []
    if not lines or tuple(lines[0].split("\t")) != COLUMNS:
        return [], [f"{DATA_FILE}:1: the first line must name the columns {' '.join(COLUMNS)}"]
    requirements = []
    for number, line in enumerate(lines[1:], start=2):
        fields = line.split("\t")
        if len(fields) != len(COLUMNS):
            problems.append(f"{DATA_FILE}:{number}: {len(fields)} columns instead of {len(COLUMNS)}")
            continue
        identifier, scope, kind, plan, state, text, note = fields
        row = Requirement(identifier, tuple(scope.split(",")), kind, plan, state, text, note, number)
        requirements.append(row)
        problems += [f"{DATA_FILE}:{number}: {identifier}: {reason}" for reason in _faults(row)]
    return requirements, problems + _count_faults(requirements)


def save(root: Path, requirements: list[Requirement]) -> None:
    body = "".join(row.to_line() for row in requirements)
    (root / DATA_FILE).write_text("\t".join(COLUMNS) + "\n" + body, encoding="utf-8")


def with_state(
    requirements: list[Requirement], state: str, identifiers: list[str], note: str
) -> tuple[list[Requirement], list[str]]:
    """The rows with `identifiers` moved to `state`; the second list says what would be wrong then."""
    wanted = set(identifiers)
    changed = [replace(row, state=state, note=note) if row.id in wanted else row for row in requirements]
    problems = [f"{identifier}: there is no such requirement" for identifier in wanted - {row.id for row in changed}]
    problems += [f"{row.id}: {fault}" for row in changed if row.id in wanted for fault in _faults(row)]
    return changed, sorted(problems)


def _faults(row: Requirement) -> list[str]:
    """What is wrong with one row by itself."""
    faults = []
    if not re.fullmatch(r"[A-Z]+-[0-9]{2}", row.id):
        faults.append("an id is a group, a dash and two digits")
    order = [SCOPES.index(part) for part in row.scope if part in SCOPES]
    if len(order) != len(row.scope) or order != sorted(set(order)):
        faults.append(f"the scope is one or more of {', '.join(SCOPES)} in this order, joined by commas")
    if row.kind not in KINDS:
        faults.append("the kind is S (stated) or I (implied)")
    plan, _, issue = row.plan.partition(":")
    if plan not in UNPROVEN_STATE or (":" in row.plan and (plan != "later" or not re.fullmatch("[0-9]+", issue))):
        faults.append("the plan is now, later, later:ISSUE or client")
    elif row.state not in STATES:
        faults.append(f"the state is one of {', '.join(STATES)}")
    elif row.state not in ("proven", "partly", UNPROVEN_STATE[plan]):
        faults.append(f"with the plan {plan} the state is {UNPROVEN_STATE[plan]}, partly or proven")
    if not 0 < len(row.text) <= LONGEST_REQUIREMENT:
        faults.append(f"the requirement takes 1 to {LONGEST_REQUIREMENT} characters")
    if "|" in row.text + row.note:
        faults.append("a vertical bar would break the table")
    if row.state == "partly" and not row.note:
        faults.append("partly needs a note that says what is missing")
    return faults


def _count_faults(requirements: list[Requirement]) -> list[str]:
    """Ids that are duplicated, missing, beyond a group's count or out of order."""
    problems = []
    seen: dict[str, int] = {}
    for row in requirements:
        if row.id in seen:
            problems.append(f"{DATA_FILE}:{row.line}: {row.id}: already on line {seen[row.id]}")
        seen.setdefault(row.id, row.line)
    expected = [f"{group}-{n:02d}" for group, (count, _) in GROUPS.items() for n in range(1, count + 1)]
    for identifier in expected:
        if identifier not in seen:
            count = GROUPS[identifier.rsplit("-", 1)[0]][0]
            problems.append(f"{DATA_FILE}: {identifier}: missing; the group has {count} requirements")
    known = set(expected)
    for identifier, line in seen.items():
        if identifier not in known:
            problems.append(f"{DATA_FILE}:{line}: {identifier}: not an id of any group")
    if not problems and [row.id for row in requirements] != expected:
        problems.append(f"{DATA_FILE}: the rows are not in the order of the groups and numbers")
    return problems
