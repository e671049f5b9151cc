"""Finds `.proves("PUB-08")` on `@Test` and `@Suite` in Swift files, without a compiler."""

from __future__ import annotations

import re
from pathlib import Path

from .citations import Citation, test_files

ATTRIBUTE = re.compile(r"@(?:Testing\s*\.\s*)?(Test|Suite)\b")
PROVES = re.compile(r"\.\s*proves\s*\(")
TEST_NAME = re.compile(r"\bfunc\s+(`[^`]*`|\w+)")
SUITE_NAME = re.compile(r"\b(?:struct|class|actor|enum|extension)\s+(`[^`]*`|[\w.]+)")
# Where a comment, string, regular expression or name in backticks may begin.
TOKEN_START = re.compile(r'["#/`]')
STRING_START = re.compile(r'(#*)("""|")')
RAW_REGEX_START = re.compile(r"(#+)/")
BARE_REGEX = re.compile(r"/(?![\s/*])(?:[^/\\\n]|\\.)+/")
COMMENT_MARK = re.compile(r"/\*|\*/")


class Unreadable(Exception):
    """The file ends inside a string, a comment or a parenthesis."""


def citations(root: Path) -> tuple[list[Citation], list[str]]:
    """All citations in Tests/**/*.swift; the second list says which ones cannot count and why."""
    found: list[Citation] = []
    problems: list[str] = []
    for path in test_files(root, ".swift"):
        relative = path.relative_to(root).as_posix()
        try:
            _scan(path.read_text(encoding="utf-8"), relative, found, problems)
        except Unreadable as error:
            problems.append(f"{relative}: {error}")
    return found, problems


def _scan(source: str, file: str, found: list[Citation], problems: list[str]) -> None:
    code, strings = blank(source)
    counted: set[int] = set()
    for attribute in ATTRIBUTE.finditer(code):
        opening = _skip_space(code, attribute.end())
        if opening == len(code) or code[opening] != "(":
            continue
        closing = _closing(code, opening)
        line = source.count("\n", 0, attribute.start()) + 1
        is_suite = attribute[1] == "Suite"
        name = (SUITE_NAME if is_suite else TEST_NAME).search(code, closing)
        for call in PROVES.finditer(code, opening, closing):
            counted.add(call.start())
            end = _closing(code, call.end() - 1)
            arguments = [text for start, text in strings.items() if call.end() <= start < end]
            if re.sub(r'[\s,"]', "", code[call.end() : end]) or not arguments or name is None:
                problems.append(f"{file}:{line}: .proves takes ids as plain string literals, on a test or suite")
                continue
            declared = source[name.start(1) : name.end(1)].strip("`")
            found += [Citation(identifier, file, line, declared, is_suite) for identifier in arguments]
    for call in PROVES.finditer(code):
        if call.start() not in counted:
            line = source.count("\n", 0, call.start()) + 1
            problems.append(f"{file}:{line}: .proves counts only inside @Test(…) or @Suite(…)")


def _skip_space(code: str, position: int) -> int:
    while position < len(code) and code[position].isspace():
        position += 1
    return position


def _closing(code: str, opening: int) -> int:
    """Where the parenthesis at `opening` is closed; `code` has no strings or comments left."""
    depth = 0
    for position in range(opening, len(code)):
        if code[position] in "([{":
            depth += 1
        elif code[position] in ")]}":
            depth -= 1
            if depth == 0:
                return position
    raise Unreadable("ends inside a parenthesis")


def blank(source: str) -> tuple[str, dict[int, str]]:
    """The source with the inside of comments, strings and `names` replaced by spaces, every offset unchanged.

    The dictionary has the text of each string literal by the offset of its opening quote.
    """
    out = list(source)
    strings: dict[int, str] = {}
    position = 0
    while start := TOKEN_START.search(source, position):
        position = start.start()
        end = _end_of_token(source, position)
        if end is None:
            position += 1
            continue
        token = source[position:end]
        if token[0] in '#"':
            inner = token.strip("#").strip('"')
            strings[position] = inner
        keep = {position, end - 1} if token[0] in '"`' else set()
        for index in range(position, end):
            if index not in keep and source[index] != "\n":
                # A name in backticks keeps its length as a word, so that it can be found as one.
                out[index] = "_" if token[0] == "`" else " "
        position = end
    return "".join(out), strings


def _end_of_token(source: str, start: int) -> int | None:
    """The end of the comment, string, regex or backticked name that begins at `start`, or nothing."""
    two = source[start : start + 2]
    if two == "//":
        end = source.find("\n", start)
        return len(source) if end < 0 else end
    if two == "/*":
        return _end_of_comment(source, start)
    if source[start] == "`":
        end = source.find("`", start + 1)
        if end < 0:
            raise Unreadable("ends inside a name in backticks")
        return end + 1
    if opening := STRING_START.match(source, start):
        return _end_of_string(source, opening.end(), opening[1], opening[2])
    if opening := RAW_REGEX_START.match(source, start):
        end = source.find("/" + opening[1], opening.end())
        if end < 0:
            raise Unreadable("ends inside a regular expression")
        return end + 1 + len(opening[1])
    if source[start] == "/":
        return _end_of_bare_regex(source, start)
    return None


def _end_of_comment(source: str, start: int) -> int:
    depth = 0
    for mark in COMMENT_MARK.finditer(source, start):
        depth += 1 if mark[0] == "/*" else -1
        if depth == 0:
            return mark.end()
    raise Unreadable("ends inside a comment")


def _end_of_string(source: str, position: int, hashes: str, quote: str) -> int:
    escape = "\\" + hashes
    while position < len(source):
        if source.startswith(escape + "(", position):
            position = _end_of_interpolation(source, position + len(escape))
        elif source.startswith(escape, position):
            position += len(escape) + 1
        elif source.startswith(quote + hashes, position):
            return position + len(quote + hashes)
        elif source[position] == "\n" and quote == '"':
            break
        else:
            position += 1
    line = source.count("\n", 0, position) + 1
    raise Unreadable(f"line {line} ends inside a string")


def _end_of_interpolation(source: str, opening: int) -> int:
    depth, position = 0, opening
    while position < len(source):
        end = _end_of_token(source, position)
        if end is not None:
            position = end
            continue
        if source[position] in "()":
            depth += 1 if source[position] == "(" else -1
            if depth == 0:
                return position + 1
        position += 1
    raise Unreadable("ends inside an interpolation")


def _end_of_bare_regex(source: str, start: int) -> int | None:
    """A slash begins a regular expression only where no left operand can stand before it."""
    before = source[:start].rstrip()[-1:]
    if before and before not in "(,=:[":
        return None
    literal = BARE_REGEX.match(source, start)
    return literal.end() if literal else None
