"""Which tests passed: Swift Testing's event stream and pytest's JUnit file."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

from .citations import Citation

PASSED, FAILED, SKIPPED, NOT_RUN = "passed", "failed", "was skipped", "did not run"


class Unreadable(Exception):
    """A result file that is missing, cut short or of another format."""


def merge(outcomes: list[str]) -> str:
    """One outcome for several runs of a test: a failure stands, a pass outweighs a skip."""
    for outcome in (FAILED, PASSED, SKIPPED):
        if outcome in outcomes:
            return outcome
    return NOT_RUN


def all_of(outcomes: list[str]) -> str:
    """One outcome for the tests of a suite: each of them has to pass, and there has to be one."""
    for outcome in (FAILED, NOT_RUN, SKIPPED):
        if outcome in outcomes:
            return outcome
    return PASSED if outcomes else NOT_RUN


@dataclass
class SwiftRun:
    """One file written by `swift test --event-stream-output-path FILE --event-stream-version 0`."""

    # Identifier of a test or suite by (module/file, line, declared name).
    identifiers: dict[tuple[str, int, str], str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> SwiftRun:
        run = cls()
        # Not `splitlines`: a test's arguments may hold U+2028 or U+0085, which JSON leaves as they are.
        for number, line in enumerate(_text(path).split("\n"), start=1):
            if not line:
                continue
            try:
                record = json.loads(line)
                kind, payload = record["kind"], record["payload"]
                if kind == "test":
                    run._declare(payload)
                elif kind == "event":
                    run._event(payload)
            except (ValueError, KeyError, TypeError) as error:
                raise Unreadable(f"{path}:{number}: not an event of Swift Testing") from error
        return run

    def _declare(self, test: dict) -> None:
        place = test["sourceLocation"]
        self.identifiers[place["fileID"], place["line"], _base_name(test["name"])] = test["id"]
        if test["kind"] == "function":
            self.functions[test["id"]] = NOT_RUN

    def _event(self, event: dict) -> None:
        test = event.get("testID")
        if test not in self.functions:
            return
        if event["kind"] == "issueRecorded" and event["issue"].get("isFailure", True):
            # A known issue is no failure of the run, but it proves nothing.
            self.functions[test] = FAILED
        elif event["kind"] == "testSkipped":
            self.functions[test] = SKIPPED
        elif event["kind"] == "testEnded" and self.functions[test] == NOT_RUN:
            self.functions[test] = PASSED

    def outcome(self, citation: Citation) -> str:
        parts = Path(citation.file).parts
        key = (f"{parts[1]}/{parts[-1]}", citation.line, citation.name)
        identifier = self.identifiers.get(key)
        if identifier is None:
            return NOT_RUN
        if not citation.is_suite:
            return self.functions.get(identifier, NOT_RUN)
        inside = [outcome for test, outcome in self.functions.items() if test.startswith(identifier + "/")]
        return all_of(inside)


def _base_name(name: str) -> str:
    """The name without parameters and backticks: `table(n:)` is `table`."""
    if name.startswith("`"):
        return name[1 : name.index("`", 1)]
    return name.partition("(")[0]


@dataclass
class PytestRun:
    """One file written by `pytest --junitxml FILE`."""

    # Outcomes of all parameters of a test by (dotted module and classes, function).
    cases: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> PytestRun:
        run = cls()
        try:
            tree = ET.fromstring(_text(path))
        except ET.ParseError as error:
            raise Unreadable(f"{path}: not a JUnit file: {error}") from error
        for case in tree.iter("testcase"):
            children = {child.tag for child in case}
            outcome = FAILED if children & {"failure", "error"} else SKIPPED if "skipped" in children else PASSED
            key = (case.get("classname", ""), case.get("name", "").partition("[")[0])
            run.cases.setdefault(key, []).append(outcome)
        return run

    def outcome(self, citation: Citation) -> str:
        # pytest names a module by its path from its root folder, which has to be the project's (--rootdir).
        module = citation.file.removesuffix(".py").replace("/", ".")
        owner = ".".join((module, *citation.classes))
        if citation.is_suite:
            inside = [key for key in self.cases if f"{key[0]}.".startswith(f"{owner}.")]
        else:
            inside = [(owner, citation.name)]
        return all_of([outcome for key in inside for outcome in self.cases.get(key, [])])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}: {error}") from error


@dataclass
class Results:
    """The runs of one check; without any run a citation counts by itself."""

    swift: list[SwiftRun]
    pytest: list[PytestRun]

    @property
    def are_known(self) -> bool:
        return bool(self.swift or self.pytest)

    def outcome(self, citation: Citation) -> str:
        if not self.are_known:
            return PASSED
        runs = self.swift if citation.is_swift else self.pytest
        return merge([run.outcome(citation) for run in runs])
