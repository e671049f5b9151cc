"""Finds `@pytest.mark.proves("PUB-08")` on test functions, test classes and modules."""

from __future__ import annotations

import ast
from pathlib import Path

from .citations import Citation, test_files


def citations(root: Path) -> tuple[list[Citation], list[str]]:
    """All citations in Tests/**/*.py; the second list says which ones cannot count and why."""
    found: list[Citation] = []
    problems: list[str] = []
    for path in test_files(root, ".py"):
        relative = path.relative_to(root).as_posix()
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"), filename=relative)
        except SyntaxError as error:
            problems.append(f"{relative}:{error.lineno}: not readable as Python")
            continue
        scan = _Scan(relative)
        scan.module(tree)
        found += scan.found
        problems += scan.problems + scan.misplaced(tree)
    return found, problems


class _Scan:
    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Citation] = []
        self.problems: list[str] = []
        self.counted: set[int] = set()

    def module(self, tree: ast.Module) -> None:
        self._body(tree.body, ())

    def misplaced(self, tree: ast.Module) -> list[str]:
        return [
            f"{self.file}:{node.lineno}: mark.proves counts only on a test, a test class or in pytestmark"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and _is_mark(node.func) and id(node) not in self.counted
        ]

    def _body(self, body: list[ast.stmt], classes: tuple[str, ...]) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for mark in node.decorator_list:
                    self._mark(mark, node.name, False, classes)
            elif isinstance(node, ast.ClassDef):
                inner = (*classes, node.name)
                for mark in node.decorator_list:
                    self._mark(mark, node.name, True, inner)
                self._body(node.body, inner)
            elif isinstance(node, ast.Assign) and _assigns_pytestmark(node):
                marks = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
                for mark in marks:
                    self._mark(mark, classes[-1] if classes else Path(self.file).stem, True, classes)

    def _mark(self, mark: ast.expr, name: str, is_suite: bool, classes: tuple[str, ...]) -> None:
        if not isinstance(mark, ast.Call) or not _is_mark(mark.func):
            return
        self.counted.add(id(mark))
        literals = [a.value for a in mark.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if mark.keywords or not mark.args or len(literals) != len(mark.args):
            self.problems.append(f"{self.file}:{mark.lineno}: mark.proves takes ids as plain string literals")
            return
        for identifier in literals:
            self.found.append(Citation(identifier, self.file, mark.lineno, name, is_suite, classes))


def _is_mark(node: ast.expr) -> bool:
    """`pytest.mark.proves` or `mark.proves`."""
    if not isinstance(node, ast.Attribute) or node.attr != "proves":
        return False
    owner = node.value
    return (isinstance(owner, ast.Attribute) and owner.attr == "mark") or (
        isinstance(owner, ast.Name) and owner.id == "mark"
    )


def _assigns_pytestmark(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)
