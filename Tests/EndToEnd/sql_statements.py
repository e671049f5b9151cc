"""Reads the SQL of Sources/Persistence/Queries out of the Swift sources, so that a new statement is tested unasked."""

import re
from dataclasses import dataclass

from drover_process import ROOT

QUERIES = ROOT / "Sources/Persistence/Queries"
STATEMENT = re.compile(r"(?:\.(?:one|first|rows|execute)|Query)\(\s*\"(\w+(?:\.\w+)?)\",\s*")
FRAGMENT = re.compile(r"(static )?(?:let (\w+): SQL\s*=|func (\w+)\([^{]*-> SQL \{)[^\"]*")
IDS = re.findall(r"typealias (\w+) = (Unique|Integer)ID<", (ROOT / "Sources/Domain/Entities.swift").read_text())
CASTS = {"Date": "timestamptz", "[String]": "text[]", "[UUID]": "uuid[]", "[Int64]": "bigint[]",
         **{f"[{name}]": "uuid[]" if kind == "Unique" else "bigint[]" for name, kind in IDS}}
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


@dataclass(frozen=True)
class Statement:
    """`$n` stands for what Swift binds; `optional` has the parameters that the text asks whether they are null."""

    name: str
    sql: str
    count: int

    @property
    def optional(self):
        asked = re.findall(r"\$(\d+)(?:::\w+)* is null|coalesce\(\$(\d+)", self.sql)
        return {int(first or second) for first, second in asked}


class Source:
    """One Swift file: its string literals and the fragments of SQL that it names."""

    def __init__(self, path):
        self.name, self.text = path.name, path.read_text()
        self.fragments = [(m.start(), m[2] or m[3], self.owner(m.start()) if m[1] else None, self.literal(m.end())[0])
                          for m in FRAGMENT.finditer(self.text)]

    def owner(self, position):
        return re.findall(r"^(?:package )?(?:extension|struct|enum) (\w+)", self.text[:position], re.M)[-1]

    def literal(self, start):
        """The string that begins at `start`, as text and (expression, cast), and where it ends."""
        quote = '"""' if self.text.startswith('"""', start) else '"'
        assert self.text.startswith(quote, start), f"{self.name}: no string after {self.text[start - 60:start]!r}"
        parts, position = [""], start + len(quote)
        while not self.text.startswith(quote, position):
            character = self.text[position]
            if self.text.startswith("\\(", position):
                end = self.closing(position + 1)
                parts += [(self.text[position + 2:end], self.cast(self.text[position + 2:end], start)), ""]
                position = end + 1
            elif character == "\\":
                parts[-1] += ESCAPES.get(self.text[position + 1], "")
                position += 2
            else:
                parts[-1] += character
                position += 1
        return parts, position + len(quote)

    def cast(self, expression, position):
        """Swift binds values with their types; PostgreSQL infers them but for those of dates and arrays, which are taken
        from the signature of the function around."""
        signature = self.text[self.text.rfind("func ", 0, position):position]
        declared = re.search(rf"\b{re.escape(expression)}: (Date\b|\[\w+\])", signature)
        return f"::{CASTS[declared[1]]}" if declared and declared[1] in CASTS else ""

    def closing(self, opening):
        depth, position = 0, opening
        while True:
            character = self.text[position]
            if character == '"':
                position = self.literal(position)[1]
                continue
            depth += {"(": 1, ")": -1}.get(character, 0)
            if depth == 0:
                return position
            position += 1


def statements():
    """All of them, in the order of their names."""
    sources = [Source(path) for path in sorted(QUERIES.glob("*.swift"))]
    shared = {f"{owner}.{name}": parts for source in sources for _, name, owner, parts in source.fragments if owner}
    found = {}
    for source in sources:
        for match in STATEMENT.finditer(source.text):
            local = {name: parts for start, name, owner, parts in source.fragments if not owner and start < match.start()}
            parts = source.literal(match.end())[0]
            assert match[1] not in found, f"two statements are called {match[1]}"
            found[match[1]] = _statement(match[1], parts, {**shared, **local})
            # A condition that the caller may leave out: `let tagged: SQL = … ?? ""`.
            plain = _statement(f"{match[1]}, plain", parts, {**shared, **{name: [] for name in local}})
            if plain.sql != found[match[1]].sql:
                found[plain.name] = plain
    named = {name for source in sources for name in re.findall(r"\"([a-z_]+\.[a-z_]+)\"", source.text)}
    assert named <= set(found), f"not understood: {named - set(found)}"
    return [found[name] for name in sorted(found)]


def _statement(name, parts, fragments):
    pieces = list(_spliced(parts, fragments))
    sql, count = "", 0
    for piece in pieces:
        count += 0 if isinstance(piece, str) else 1
        sql += piece if isinstance(piece, str) else f"${count}{piece[1]}"
    return Statement(name, sql, count)


def _spliced(parts, fragments):
    """Fragments in the place of expressions that name them; other expressions stay, each is a parameter."""
    for part in parts:
        if isinstance(part, str):
            yield part
            continue
        named = fragments.get(part[0].split("(")[0])
        if named is None:
            yield part
        else:
            yield from _spliced(named, fragments)
