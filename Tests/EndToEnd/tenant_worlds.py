"""Two databases that differ in one tenant: in the first Ada's workspace exists, in the second it never did. Whatever
somebody else asks, both must answer the same, and in the first nothing of hers may change.

Each person's world has one row in every table, made of the column types alone: every number is the person's number,
every UUID and digest follows from it. So a statement is asked about Ada's things by binding her number and her UUID, and
a new table or statement needs nothing here."""

import json
from dataclasses import dataclass

import psycopg

EARLY, NOW, LATE = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2030-01-01T00:00:00Z"
# Everybody who is signed in sees these (docs/architecture.md, Tenancy). The list may only shrink.
INSTANCE_WIDE = {"users", "connections", "tags"}
# Only row-level security shall refuse, so the scratch databases have no checks and no names to collide with.
SETUP = """
create schema probe;
create table probe.checks as
    select c.relname::text, pg_get_constraintdef(k.oid) as def from pg_constraint k join pg_class c on c.oid = k.conrelid
    where k.contype = 'c' and k.connamespace = 'public'::regnamespace;
create function probe.each_row() returns table (relation text, row_text text) language plpgsql as $$
declare t name;
begin
    for t in select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace loop
        return query execute format('select %L::text, to_jsonb(x)::text from public.%I x', t, t);
    end loop;
end $$;
create function probe.same_ids() returns void language sql as
    $$ select setval(oid::regclass, 1000) from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace $$;
do $$ declare c record; begin
    for c in select conrelid::regclass as relation, conname from pg_constraint
             where contype = 'c' and connamespace = 'public'::regnamespace loop
        execute format('alter table %s drop constraint %I', c.relation, c.conname);
    end loop;
end $$;
"""


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    required: bool
    choices: str


@dataclass(frozen=True)
class Person:
    """`number` 0 is nobody: no principal at all."""

    name: str
    number: int

    @property
    def uuid(self):
        return f"00000000-0000-4000-8000-0000000000{self.number:02d}"

    @property
    def principal(self):
        return self.uuid if self.number else ""

    def value(self, kind, early=EARLY):
        """The person's value of a type, as text."""
        values = {
            "bigint": str(self.number), "integer": str(self.number), "smallint": str(self.number), "uuid": self.uuid,
            "text": f"canary-{self.number}", "bytea": "\\x" + f"{self.number:02d}" * 32, "boolean": "false",
            "timestamp with time zone": early, "jsonb": "[]", "text[]": f"{{canary-{self.number}}}",
            "uuid[]": f"{{{self.uuid}}}", "bigint[]": f"{{{self.number}}}", "double precision": "1"}
        assert kind in values, f"tenant_worlds.py has no value of the type {kind}"
        return values[kind]

    def column(self, column):
        """What the person's row has in a column: things that are not over yet."""
        if column.choices:
            return column.choices
        if not column.required and column.type not in ("bigint", "uuid", "bytea"):
            return None
        if column.type == "boolean":
            return str(column.name == "active").lower()
        ends = column.name.startswith("expires") or column.name.endswith("until")
        return self.value(column.type, LATE if ends else EARLY)


class Tables:
    """The tables as pg_catalog has them at this moment."""

    def __init__(self, connection):
        others = connection.execute("""
            select relname from pg_class where relkind not in ('r', 'p', 'S', 'i', 'I', 'c', 't')
            and relnamespace = 'public'::regnamespace""").fetchall()
        assert not others, f"views are not subject to the policies of their reader: {others}"
        rows = connection.execute(r"""
            select c.relname, a.attname, format_type(a.atttypid, null), a.attnotnull,
                (select substring(string_agg(d.def, ' ') from '\(+' || a.attname || ' = (?:ANY \(ARRAY\[)?''([^'']+)''')
                 from probe.checks d where d.relname = c.relname)
            from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relname <> 'schema_migrations'
              and a.attgenerated = '' order by c.relname, a.attnum""").fetchall()
        self.columns = {}
        for table, name, kind, required, choices in rows:
            self.columns.setdefault(table, []).append(Column(name, kind, required, choices))
        keys = connection.execute("""
            select c.conrelid::regclass::text, array_agg(a.attname::text order by a.attnum) from pg_constraint c
            join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
            where c.contype = 'p' and c.connamespace = 'public'::regnamespace group by c.conrelid""").fetchall()
        self.keys = dict(keys)

    def __iter__(self):
        return iter(self.columns)

    def insert(self, connection, table, person, **special):
        values = {column.name: special.get(column.name, person.column(column)) for column in self.columns[table]}
        names, places = ", ".join(values), ", ".join(f"${n}" for n in range(1, len(values) + 1))
        connection.execute(f"insert into {table} ({names}) overriding system value values ({places})",
                           list(values.values()))


@dataclass(frozen=True)
class Outcome:
    """What somebody gets to see: rows and the command's tag, or the SQLSTATE of a refusal."""

    refusal: str | None
    tag: str | None
    rows: tuple


class World:
    """A database, asked as the server asks it."""

    def __init__(self, conninfo, login):
        self.connection = psycopg.connect(conninfo, autocommit=True, cursor_factory=psycopg.RawCursor)
        self.login = login
        self.foreign = frozenset()

    def rows(self):
        return frozenset(self.connection.execute("select relation, row_text from probe.each_row()").fetchall())

    def observe(self, sql, arguments, person, before=""):
        """The outcome of one statement, which is undone, and which rows of the database it removed and added."""
        with self.connection.transaction(force_rollback=True):
            if before:
                self.connection.execute(before)
            self.connection.execute("select probe.same_ids()")
            outcome = self._ask(sql, arguments, person)
            if outcome.refusal or not self.foreign:
                return outcome, frozenset(), frozenset()
            now = self.rows()
            return outcome, self.everything - now, now - self.everything

    def freeze(self, foreign):
        """From now on `foreign` are the rows that nobody else may change."""
        self.everything, self.foreign = self.rows(), foreign

    def _ask(self, sql, arguments, person):
        execute = self.connection.execute
        execute(f"set local session authorization {self.login}")
        execute("set local role drover_server")
        execute("select set_config('drover.principal', $1, true)", [person.principal])
        try:
            with self.connection.transaction():
                cursor = execute(sql, arguments)
                rows = cursor.fetchall() if cursor.description else []
                outcome = Outcome(None, cursor.statusmessage, tuple(sorted(map(str, rows))))
        except psycopg.Error as error:
            outcome = Outcome(error.sqlstate, None, ())
        execute("reset role")
        execute("reset session authorization")
        return outcome


def names_of(row, person):
    """Whether a row's text refers to somebody's workspace."""
    return json.loads(row).get("workspace_id") == person.number
