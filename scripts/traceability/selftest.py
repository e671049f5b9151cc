"""Tests of this tool: every rule is broken once, in a copy of the project's data file, and must be noticed."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from . import check, data, python_source, swift_source
from .results import FAILED, NOT_RUN, PASSED, SKIPPED, PytestRun, SwiftRun, Unreadable

PROJECT = Path(__file__).resolve().parent.parent.parent
PROGRAM = PROJECT / "scripts" / "requirements"
SWIFT_FILE = "Tests/ThingTests/ThingTests.swift"
PYTHON_FILE = "Tests/sdk/test_thing.py"

SWIFT = '''
import Testing
// @Test(.proves("AUTH-01")) in a comment is no citation
@Suite(.proves("WS-01")) struct Things {
    @Test(.proves("PUB-08", "EDGE-09")) func `a sentence, "quoted" // really (yes)`() {}
    @Test(arguments: zip([1, 2], ["a)", "\\"b(", #"raw " ("#, "\\(1 + ("x(".count))"]))
    @MainActor func notCited(n: Int) {}
    @Test(
        .timeLimit(.minutes(1)),
        .proves("EDGE-10"),
        arguments: [#/"/#, /"(/])
    func table(n: Int, _ text: Substring) async throws {}
    @Suite struct Inner { @Test func inner() { let text = """
        .proves("AUTH-02") "
        """ } }
}
@Test(.proves("PIPE-01"), .disabled("why")) func Things_free() {}
'''

PYTHON = """
import pytest
from pytest import mark
pytestmark = [pytest.mark.proves("WS-02"), pytest.mark.slow]

@pytest.mark.proves("PUB-01", "PUB-02")
@pytest.mark.parametrize("n", [1, 2])
def test_free(n): pass

@mark.proves("WS-03")
class TestGroup:
    @mark.proves("WS-04")
    def test_in_group(self): pass
"""

# (name as declared with parameters, line in SWIFT, identifier below the module)
SWIFT_TESTS = (
    ('`a sentence, "quoted" // really (yes)`()', 5, 'Things/`a sentence, "quoted" // really (yes)`()'),
    ("notCited(n:)", 6, "Things/notCited(n:)"),
    ("table(n:_:)", 8, "Things/table(n:_:)"),
    ("inner()", 13, "Things/Inner/inner()"),
    ("Things_free()", 17, "Things_free()"),
)


def stream(outcomes: dict[str, str]) -> str:
    """An event stream as Swift 6.3 writes it; `outcomes` by the first word of a test, passed unless named."""
    place = {"fileID": "ThingTests/ThingTests.swift", "line": 4, "column": 2}
    lines = [("test", {"id": "ThingTests.Things", "kind": "suite", "name": "Things", "sourceLocation": place})]
    events = [("event", {"kind": "testStarted", "testID": "ThingTests.Things"})]
    for name, line, identifier in SWIFT_TESTS:
        test = f"ThingTests.{identifier}/ThingTests.swift:{line}:6"
        place = {"fileID": "ThingTests/ThingTests.swift", "line": line, "column": 6}
        lines.append(("test", {"id": test, "kind": "function", "name": name, "sourceLocation": place}))
        outcome = next((value for key, value in outcomes.items() if key in name), PASSED)
        if outcome == SKIPPED:
            events.append(("event", {"kind": "testSkipped", "testID": test}))
            continue
        events.append(("event", {"kind": "testStarted", "testID": test}))
        if outcome in (FAILED, "known"):
            issue = {"isKnown": outcome == "known"}
            events.append(("event", {"kind": "issueRecorded", "testID": test, "issue": issue}))
        if outcome != NOT_RUN:
            events.append(("event", {"kind": "testEnded", "testID": test}))
    return "".join(json.dumps({"kind": k, "payload": p, "version": 0}) + "\n" for k, p in lines + events)


def junit(free: str = "", group: str = "") -> str:
    """A JUnit file as pytest writes it; `free` and `group` are the children of the cases."""
    return f"""<?xml version="1.0"?><testsuites><testsuite name="pytest">
        <testcase classname="Tests.sdk.test_thing" name="test_free[1]"/>
        <testcase classname="Tests.sdk.test_thing" name="test_free[2]">{free}</testcase>
        <testcase classname="Tests.sdk.test_thing.TestGroup" name="test_in_group">{group}</testcase>
        </testsuite></testsuites>"""


class ProjectCase(unittest.TestCase):
    """A temporary project with the real data file, all rows in their unproven state, and the tests above."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        rows, problems = data.load(PROJECT)
        self.assertEqual(problems, [])
        self.write("docs/requirements.tsv", "")
        reset = []
        for row in rows:
            state = data.UNPROVEN_STATE[row.plan.partition(":")[0]]
            reset += data.with_state([row], state, [row.id], "")[0]
        data.save(self.root, reset)
        self.write(SWIFT_FILE, SWIFT)
        self.write(PYTHON_FILE, PYTHON)

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def mark(self, state: str, *identifiers: str, note: str = "") -> None:
        rows, _ = data.with_state(data.load(self.root)[0], state, list(identifiers), note)
        data.save(self.root, rows)

    def edit(self, old: str, new: str) -> None:
        path = self.root / data.DATA_FILE
        text = path.read_text(encoding="utf-8")
        self.assertIn(old, text)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def problems(self, swift: str | None = None, pytest: str | None = None) -> str:
        swift_files = [self.write("swift.jsonl", swift)] if swift is not None else []
        pytest_files = [self.write("pytest.xml", pytest)] if pytest is not None else []
        return "\n".join(check.examine(self.root, swift_files, pytest_files).problems)

    def run_program(self, *words: str) -> tuple[int, str, str]:
        command = [sys.executable, str(PROGRAM), "--root", str(self.root), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr


class Sources(ProjectCase):
    def test_swift_citations_are_found_with_their_place(self) -> None:
        found, problems = swift_source.citations(self.root)
        self.assertEqual(problems, [])
        places = [(cite.requirement, cite.line, cite.name, cite.is_suite) for cite in found]
        sentence = 'a sentence, "quoted" // really (yes)'
        expected = [("WS-01", 4, "Things", True), ("PUB-08", 5, sentence, False), ("EDGE-09", 5, sentence, False)]
        expected += [("EDGE-10", 8, "table", False), ("PIPE-01", 17, "Things_free", False)]
        self.assertEqual(places, expected)

    def test_python_citations_are_found_with_their_classes(self) -> None:
        found, problems = python_source.citations(self.root)
        self.assertEqual(problems, [])
        places = [(cite.requirement, cite.name, cite.is_suite, cite.classes) for cite in found]
        expected = [("WS-02", "test_thing", True, ()), ("PUB-01", "test_free", False, ())]
        expected += [("PUB-02", "test_free", False, ()), ("WS-03", "TestGroup", True, ("TestGroup",))]
        expected += [("WS-04", "test_in_group", False, ("TestGroup",))]
        self.assertEqual(places, expected)

    def test_a_citation_that_cannot_count_is_a_problem(self) -> None:
        cases = (
            (SWIFT_FILE, 'let shared = [Trait.proves("WS-01")]', "inside @Test"),
            (SWIFT_FILE, "@Test(.proves(name)) func f() {}", "string literals"),
            (SWIFT_FILE, '@Test(.proves("WS-01") func f() {}', "parenthesis"),
            (PYTHON_FILE, 'x = pytest.param(1, marks=pytest.mark.proves("WS-01"))', "counts only"),
            (PYTHON_FILE, "@pytest.mark.proves(NAME)\ndef test_x(): pass", "string literals"),
            (PYTHON_FILE, "def test_x(:", "not readable"),
        )
        for file, text, reason in cases:
            with self.subTest(text):
                self.write(SWIFT_FILE, SWIFT)
                self.write(PYTHON_FILE, PYTHON)
                self.write(file, text)
                self.assertIn(f"{file}:", self.problems())
                self.assertIn(reason, self.problems())

    def test_a_shell_comment_is_no_citation(self) -> None:
        self.write("Tests/run.sh", "# proves: AUTH-01\ntrue\n")
        self.mark("proven", "AUTH-01")
        self.assertIn("AUTH-01: marked proven, but no passing test cites it", self.problems())


class Outcomes(ProjectCase):
    def swift(self, **outcomes: str) -> dict[str, str]:
        run = SwiftRun.read(self.write("swift.jsonl", stream(outcomes)))
        return {cite.requirement: run.outcome(cite) for cite in swift_source.citations(self.root)[0]}

    def pytest(self, text: str) -> dict[str, str]:
        run = PytestRun.read(self.write("pytest.xml", text))
        return {cite.requirement: run.outcome(cite) for cite in python_source.citations(self.root)[0]}

    def test_swift_outcomes(self) -> None:
        self.assertEqual(set(self.swift().values()), {PASSED})
        self.assertEqual(self.swift(sentence=FAILED)["PUB-08"], FAILED)
        self.assertEqual(self.swift(table="known")["EDGE-10"], FAILED)
        self.assertEqual(self.swift(free=SKIPPED)["PIPE-01"], SKIPPED)
        self.assertEqual(self.swift(free=NOT_RUN)["PIPE-01"], NOT_RUN)

    def test_a_suite_passes_only_when_all_its_tests_do(self) -> None:
        for outcome in (FAILED, SKIPPED, NOT_RUN):
            self.assertEqual(self.swift(inner=outcome)["WS-01"], outcome)
            self.assertEqual(self.swift(free=outcome)["WS-01"], PASSED)

    def test_a_source_newer_than_the_results_did_not_run(self) -> None:
        self.write(SWIFT_FILE, "\n" + SWIFT)
        self.assertEqual(set(self.swift().values()), {NOT_RUN})

    def test_pytest_outcomes(self) -> None:
        self.assertEqual(set(self.pytest(junit()).values()), {PASSED})
        failed = self.pytest(junit(free="<failure/>"))
        self.assertEqual((failed["PUB-01"], failed["WS-02"], failed["WS-03"]), (FAILED, FAILED, PASSED))
        skipped = self.pytest(junit(group="<skipped/>"))
        self.assertEqual((skipped["WS-04"], skipped["WS-03"], skipped["PUB-01"]), (SKIPPED, SKIPPED, PASSED))
        self.assertEqual(self.pytest(junit(group="<error/>"))["WS-04"], FAILED)
        elsewhere = self.pytest(junit().replace("Tests.sdk.", ""))
        self.assertEqual(set(elsewhere.values()), {NOT_RUN})

    def test_a_broken_result_file_is_a_problem(self) -> None:
        for text in ("{", '{"kind":"test","payload":{}}', "[]"):
            with self.assertRaises(Unreadable):
                SwiftRun.read(self.write("swift.jsonl", text))
            self.assertIn("swift.jsonl:1", self.problems(swift=text))
        self.assertIn("not a JUnit file", self.problems(pytest="<testsuite>"))


class Rules(ProjectCase):
    def test_the_untouched_project_is_sound(self) -> None:
        self.assertEqual(self.problems(), "")
        self.assertEqual(self.problems(stream({}), junit()), "")

    def test_proven_and_partly_need_a_passing_test(self) -> None:
        for state, note in (("proven", ""), ("partly", "the rest")):
            with self.subTest(state):
                self.mark(state, "PUB-08", note=note)
                self.assertEqual(self.problems(), "")
                self.assertEqual(self.problems(swift=stream({})), "")
                message = f"PUB-08: marked {state}, but no passing test cites it"
                failed = self.problems(swift=stream({"sentence": FAILED}))
                self.assertIn(message, failed)
                self.assertIn(f"{SWIFT_FILE}:5 failed", failed)
                self.assertIn(message, self.problems(pytest=junit()))
                self.mark(state, "AUTH-19", note=note)
                self.assertIn("no test cites it at all", self.problems())
                self.mark("client", "AUTH-19")

    def test_an_unknown_id_is_a_problem(self) -> None:
        self.write(SWIFT_FILE, '@Test(.proves("PUB-99")) func f() {}')
        self.assertIn(f"{SWIFT_FILE}:1: PUB-99: cited, but there is no such requirement", self.problems())

    def test_ids_are_counted(self) -> None:
        self.edit("\nWS-14\t", "\nWS-15\t")
        problems = self.problems()
        self.assertIn("WS-14: missing; the group has 14", problems)
        self.assertIn("WS-15: not an id of any group", problems)
        self.edit("\nWS-15\t", "\nWS-13\t")
        self.assertIn("WS-13: already on line", self.problems())

    def test_each_column_is_checked(self) -> None:
        cases = (
            ("AUTH-01\tCP,SDK\t", "AUTH-01\tSDK,CP\t", "scope"),
            ("AUTH-01\tCP,SDK\tS\t", "AUTH-01\tCP,SDK\tX\t", "kind"),
            ("\tlater:3\tlater\t", "\tlater:x\tlater\t", "plan"),
            ("\tlater:3\tlater\t", "\tlater:3\tdone\t", "the state is one of"),
            ("\tlater:3\tlater\t", "\tlater:3\tclient\t", "with the plan later"),
            ("\tlater:3\tlater\t", "\tlater:3\tpartly\t", "partly needs a note"),
            ("\tlater:3\tlater\t", "\tlater:3\tlater\t" + "x" * 110, "characters"),
            ("\tlater:3\tlater\t", "\tlater:3\tlater\ta|b", "vertical bar"),
            ("AUTH-01\tCP,SDK\t", "AUTH-01\t", "columns instead of"),
            ("id\tscope", "scope\tid", "must name the columns"),
        )
        original = (self.root / data.DATA_FILE).read_text(encoding="utf-8")
        for old, new, reason in cases:
            with self.subTest(reason):
                (self.root / data.DATA_FILE).write_text(original, encoding="utf-8")
                self.edit(old, new)
                self.assertIn(reason, self.problems())


class Program(ProjectCase):
    def test_write_then_check(self) -> None:
        status, out, err = self.run_program("--check")
        self.assertEqual(status, 1)
        self.assertIn("not what would be generated", err)
        status, out, err = self.run_program("--write")
        self.assertEqual((status, err), (0, ""))
        self.assertIn("no result files given", out)
        self.assertEqual(out.splitlines()[-1], "proven 0 of 357 control-plane requirements")
        self.assertEqual(self.run_program("--check")[0], 0)
        self.edit("AUTH-19\tSDK\tS\tclient\tclient\t", "AUTH-19\tSDK\tS\tclient\tclient\tAnd ")
        self.assertEqual(self.run_program("--check")[0], 1)

    def test_a_proven_row_is_counted_only_with_its_test(self) -> None:
        status, out, _ = self.run_program("--set", "proven", "PUB-08", "WS-04")
        self.assertEqual((status, out.splitlines()[-1]), (0, "proven 2 of 357 control-plane requirements"))
        document = (self.root / "docs/requirements.md").read_text(encoding="utf-8")
        self.assertIn("| proven | [ThingTests.swift](../Tests/ThingTests/ThingTests.swift): a sentence", document)
        results = self.write("swift.jsonl", stream({}))
        status, out, err = self.run_program("--check", "--swift-results", str(results))
        self.assertEqual((status, out), (1, "proven 1 of 357 control-plane requirements\n"))
        self.assertIn("WS-04: marked proven", err)

    def test_a_state_that_breaks_a_rule_is_not_written(self) -> None:
        before = (self.root / data.DATA_FILE).read_text(encoding="utf-8")
        for words in (("done", "PUB-08"), ("partly", "PUB-08"), ("proven", "PUB-99"), ("client", "PUB-08")):
            self.assertEqual(self.run_program("--set", *words)[0], 2)
        self.assertEqual((self.root / data.DATA_FILE).read_text(encoding="utf-8"), before)

    def test_suggestions_are_cited_by_passing_tests(self) -> None:
        self.mark("proven", "EDGE-09")
        results = self.write("swift.jsonl", stream({"table": FAILED}))
        status, out, _ = self.run_program("--suggest", "--swift-results", str(results))
        self.assertEqual(status, 0)
        self.assertIn("PUB-08 (open)", out)
        for absent in ("EDGE-09", "EDGE-10", "PUB-01"):
            self.assertNotIn(f"{absent} (", out)


def run() -> int:
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__])
    return 0 if unittest.TextTestRunner(verbosity=1).run(suite).wasSuccessful() else 1
