"""A citation: a test, or a suite of tests, that names a requirement it proves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

TESTS = Path("Tests")
SKIPPED_FOLDERS = {"__pycache__", "node_modules"}


@dataclass(frozen=True, order=True)
class Citation:
    """`requirement` is cited by the test or suite `name`, declared in `file` (from the project's root)."""

    requirement: str
    file: str
    line: int
    name: str
    is_suite: bool
    # Python only: the classes around the test, or the class itself.
    classes: tuple[str, ...] = ()

    @property
    def is_swift(self) -> bool:
        return self.file.endswith(".swift")

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


def test_files(root: Path, suffix: str) -> list[Path]:
    """The files under Tests with this suffix, in a fixed order; hidden folders are left out."""
    found = []
    for path in sorted((root / TESTS).rglob(f"*{suffix}")):
        folders = path.relative_to(root).parts[:-1]
        if path.is_file() and not any(part.startswith(".") or part in SKIPPED_FOLDERS for part in folders):
            found.append(path)
    return found
