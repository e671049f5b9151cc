"""Row-level security alone: no check in Swift stands before what is asked here. Every statement of the server, and raw
SQL on every table, as the server's role with somebody else's principal, in a database with Ada's workspace and in one
without: both must answer alike."""

import contextlib
import re

import psycopg
import pytest

from servers import External, running
from sql_statements import statements
from tenant_worlds import INSTANCE_WIDE, NOW, SETUP, Person, Tables, World, names_of

ADA, EVE, BOB, ROOT, NOBODY = (Person(*pair) for pair in (
    ("Ada", 77), ("stranger", 78), ("collaborator", 79), ("administrator", 80), ("nobody", 0)))
OTHERS = (EVE, BOB, ROOT, NOBODY)
REFUSED = "42501"  # insufficient_privilege: a policy or a missing grant
# Administrators delete what belongs to the instance, unless somebody uses it (CONN-12, TAG-13).
OF_ADMINISTRATORS = {"tag.delete", "connection.delete", "model_registry.get", "model_registry.list",
                     "model_registry.access", "model_registry.delete", "model_registry.touch"}
# They see which registries of models there are, without tokens and workspaces, and take tokens away
# (docs/model-registries.md).
SHOWN_TO_ADMINISTRATORS = {"model_registries"}
# They look for sign-ins that have ended; Ada's has not.
NOT_ENDED = {"sign_in.is_revoked", "sign_in.revoked"}
# They make a row that stands beside all others: no name of a model registry is taken.
BESIDE = {"model_registry.insert"}


class Pair:
    """The two databases, and the questions to both."""

    def __init__(self, server):
        self.host, login = server.owner.removesuffix(" dbname=drover"), "drover_login"
        with self.superuser("drover") as connection:
            connection.execute(SETUP.encode())
            self.people(connection)
        with self.superuser("postgres") as connection:
            connection.execute("create database without template drover")
        self.there, self.gone = (World(f"{self.host} dbname={name}", login) for name in ("drover", "without"))
        before = self.there.rows()
        tables = Tables(self.there.connection)
        for world in (self.there, self.gone):
            with self.replica(world.connection):
                for table in tables:
                    if world is self.there or table in INSTANCE_WIDE:
                        tables.insert(world.connection, table, ADA, **email(ADA, table))
        self.there.freeze(self.there.rows() - before)
        self.mutation = ""

    def superuser(self, database):
        return psycopg.connect(f"{self.host} dbname={database}", autocommit=True, cursor_factory=psycopg.RawCursor)

    @contextlib.contextmanager
    def replica(self, connection):
        """Foreign keys are not looked at, so tables may be filled in any order."""
        connection.execute("set session_replication_role = replica")
        yield
        connection.execute("reset session_replication_role")

    def people(self, connection):
        with self.replica(connection):
            tables = Tables(connection)
            for table in tables:
                tables.insert(connection, table, EVE, **email(EVE, table))
            for person in (BOB, ROOT):
                tables.insert(connection, "users", person, **email(person, "users"),
                              is_admin=str(person is ROOT).lower())
            tables.insert(connection, "workspace_members", BOB, workspace_id=EVE.number, role="collaborator")

    def leaks(self, sql, arguments, person):
        """What a statement tells or does to `person` about Ada's things."""
        seen, removed, added = self.there.observe(sql, arguments, person, self.mutation)
        unseen, _, _ = self.gone.observe(sql, arguments, person, self.mutation)
        found = []
        if seen != unseen:
            found.append(f"answers {seen} with Ada's workspace and {unseen} without")
        touched = removed & self.there.foreign
        if touched:
            found.append(f"changes {sorted(touched)}")
        # Everybody writes the audit of his own acts.
        found += [f"adds {row}" for table, row in added if names_of(row, ADA) and table != "audit_events"]
        return found

    @contextlib.contextmanager
    def mutated(self, sql):
        """Every question is asked after this statement, which is undone with it."""
        self.mutation = sql
        yield
        self.mutation = ""

    def types(self, statement):
        """The types of a statement's parameters, as PostgreSQL infers them, with the type of one given if it must be."""
        connection, wrong = self.there.connection, None
        for kinds in declarations(statement.count):
            try:
                self.prepare(statement.sql, kinds)
            except psycopg.Error as error:
                wrong = wrong or error
                continue
            (types,), = connection.execute(
                "select parameter_types::text[] from pg_prepared_statements where name = 'probed'").fetchall()
            connection.execute("deallocate probed")
            return types
        raise wrong

    def prepare(self, sql, kinds):
        """With text for what functions take in any type, such as concat_ws."""
        declared = f"({', '.join(kinds)})" if kinds else ""
        try:
            self.there.connection.execute(f"prepare probed {declared} as {sql}")
        except psycopg.errors.IndeterminateDatatype as error:
            place = int(re.search(r"parameter \$(\d+)", str(error))[1]) - 1
            self.prepare(sql, [*kinds[:place], "text", *kinds[place + 1:]])

    def questions(self, statement):
        """The statement with Ada's value for each parameter; and again with null where it asks for null."""
        types = self.types(statement)
        sql = re.sub(r"\$(\d+)", lambda place: f"{place[0]}::{types[int(place[1]) - 1]}", statement.sql)
        values = [ADA.value(kind, NOW) for kind in types]
        yield sql, values
        if statement.optional:
            yield sql, [None if n in statement.optional else value for n, value in enumerate(values, 1)]


def declarations(count):
    """No types; then one type for one of the parameters."""
    yield ["unknown"] * count
    for place in range(count):
        for kind in ("uuid", "bigint", "timestamptz", "bytea", "boolean"):
            yield [kind if n == place else "unknown" for n in range(count)]


def email(person, table):
    return {"email": f"canary-{person.number}@example.com"} if table == "users" else {}


@pytest.fixture(scope="module")
def pair():
    with running(External, start=False) as server:
        made = Pair(server)
        yield made
        made.there.connection.close()
        made.gone.connection.close()


def raw(pair, table):
    """Whatever the server's role may try with a table."""
    connection, tables = pair.there.connection, Tables(pair.there.connection)
    columns = [column.name for column in tables.columns[table]]

    def granted(right):
        rows = connection.execute("select c from unnest($1::text[]) c where has_column_privilege('drover_server', $2, c, $3)",
                                  [columns, table, right]).fetchall()
        return [name for name, in rows]
    yield f"select * from {table}", []
    yield f"select count(*) from {table}", []
    if granted("select"):
        yield f"select {', '.join(granted('select'))} from {table}", []
    for name in granted("update") or columns[:1]:
        yield f"update {table} set {name} = {name}", []
    yield f"delete from {table}", []
    if table in tables.keys:
        key = tables.keys[table]
        kinds = {column.name: column for column in tables.columns[table]}
        where = " and ".join(f"{name} = ${n}" for n, name in enumerate(key, 1))
        yield f"delete from {table} where {where}", [ADA.column(kinds[name]) for name in key]
    insertable = [column for column in tables.columns[table] if column.name in (granted("insert") or columns)]
    places = ", ".join(f"${n}" for n in range(1, len(insertable) + 1))
    yield (f"insert into {table} ({', '.join(c.name for c in insertable)}) overriding system value values ({places})",
           [ADA.column(column) for column in insertable])


def raw_leaks(pair, table, person):
    found = []
    for sql, arguments in raw(pair, table):
        is_public = person is ROOT and (table in INSTANCE_WIDE and sql.startswith("delete")
                                        or table in SHOWN_TO_ADMINISTRATORS and not sql.startswith("insert"))
        if not is_public:
            found += [f"{person.name}: {sql}: {leak}" for leak in pair.leaks(sql, arguments, person)]
        outcome = pair.there.observe(sql, arguments, person, pair.mutation)[0]
        if sql.startswith("insert") and outcome.refusal != REFUSED:
            found.append(f"{person.name}: {sql}: {outcome}")
        if sql.startswith("select") and person is NOBODY and any(row not in ("(0,)",) for row in outcome.rows):
            found.append(f"nobody: {sql}: {outcome}")
    return found


def statement_leaks(pair, statement, person):
    if person is ROOT and statement.name in OF_ADMINISTRATORS:
        return []
    return [f"{person.name}: {statement.name}: {leak}" for sql, values in pair.questions(statement)
            for leak in pair.leaks(sql, values, person)]



@pytest.mark.parametrize("statement", statements(), ids=lambda statement: statement.name)
def test_statement(pair, statement):
    assert [leak for person in OTHERS for leak in statement_leaks(pair, statement, person)] == []


@pytest.mark.proves("WS-13")
def test_every_table(pair):
    tables = list(Tables(pair.there.connection))
    assert len(tables) >= 30
    assert [leak for table in tables for person in OTHERS for leak in raw_leaks(pair, table, person)] == []


def test_a_collaborator_administers_nothing(pair):
    assert administered(pair) == []


def administered(pair):
    """What Bob, a collaborator of Eve's workspace, gets done that only its owner may."""
    changes = ["update workspaces set name = name", "update workspace_members set role = 'owner'",
               "delete from workspace_members where user_id <> principal_id()", "delete from workspace_connections",
               f"insert into workspace_members values ({EVE.number}, '{ROOT.uuid}', 'owner', now())",
               f"insert into workspace_connections values ({EVE.number}, {ADA.number}, '{BOB.uuid}', now())",
               "delete from model_versions", "delete from conversions", "update publishes set deleted_at = now()",
               # A token of his own that somebody else is said to have made.
               "insert into api_tokens (id, token_sha256, hint, user_id, name, access, created_by, created_at) values "
               f"(gen_random_uuid(), sha256('new'), 'drp_hint', '{BOB.uuid}', 'n', 'read', '{EVE.uuid}', now())"]
    outcomes = {sql: pair.there.observe(sql, [], BOB, pair.mutation)[0] for sql in changes}
    return [f"collaborator: {sql}: {outcome}" for sql, outcome in outcomes.items()
            if outcome.refusal != REFUSED and outcome.tag not in ("UPDATE 0", "DELETE 0")]


@pytest.mark.proves("WS-13")
def test_a_limited_token_reaches_nothing_else(pair):
    assert beyond_token(pair) == []


def beyond_token(pair):
    """What Ada's own token, which is limited to another workspace, gets to see and done."""
    token = f"""select set_config('drover.token', '{ADA.uuid}', true), set_config('drover.workspaces', '{{999999}}', true);"""
    changes = ["insert into connections (name, type, created_by, created_at) "
               f"values ('of a token', 'HTTP', '{ADA.uuid}', now())", "delete from connections",
               "insert into model_registries (name, url, has_token, created_by, created_at, updated_at) "
               f"values ('of a token', 'https://ml.example.com', false, '{ADA.uuid}', now(), now())",
               # Without a column that is read, or the policy for reading would hide the row.
               "update model_registries set has_token = false", "delete from model_registries",
               "delete from model_registry_tokens", "delete from workspace_model_registries",
               "select id from model_registries", "select registry_id from model_registry_tokens",
               "select registry_id from workspace_model_registries"]
    outcomes = {sql: pair.there.observe(sql, [], ADA, token + pair.mutation)[0]
                for sql in [*changes, "select id from api_tokens", "select workspace_id from workspace_members"]}
    return [f"token: {sql}: {outcome}" for sql, outcome in outcomes.items()
            if outcome.refusal != REFUSED and outcome.tag not in ("DELETE 0", "SELECT 0", "UPDATE 0")]


# The same questions must show Ada her own, or their silence would mean nothing.

def test_what_is_asked_would_show_leaks(pair):
    private = set(Tables(pair.there.connection)) - INSTANCE_WIDE
    for statement in statements():
        answers = [pair.there.observe(sql, values, ADA)[0] for sql, values in pair.questions(statement)]
        about = private & set(re.findall(r"\w+", re.sub("'[^']*'", "", statement.sql)))
        if about and statement.name not in NOT_ENDED | BESIDE and not all(answer.refusal == REFUSED for answer in answers):
            assert statement_leaks(pair, statement, ADA), f"{statement.name}: says the same without Ada's rows"


def test_everybody_sees_their_own(pair):
    assert hidden(pair) == []


def hidden(pair):
    """Tables that the server's role may read and that don't show Ada her row."""
    readable = pair.there.connection.execute("""
        select t from unnest($1::text[]) t where has_any_column_privilege('drover_server', t, 'select')""",
                                             [sorted(set(Tables(pair.there.connection)) - INSTANCE_WIDE)]).fetchall()
    assert len(readable) > 15
    return [table for table, in readable if not pair.leaks(f"select count(*) from {table}", [], ADA)]


# What the questions are worth: the databases are opened a crack, and they must notice.

def policies(pair):
    rows = pair.there.connection.execute("""
        select c.relname, p.polname, p.polcmd::text from pg_policy p join pg_class c on c.oid = p.polrelid
        where 'drover_server'::regrole = any (p.polroles) order by 1, 2""").fetchall()
    assert len(rows) > 30
    return rows


def test_each_policy_is_missed(pair):
    for table, policy, command in policies(pair):
        using = "" if command == "a" else "using (true)"
        check = "with check (true)" if command in "aw*" else ""
        with pair.mutated(f"alter policy {policy} on {table} {using} {check}"):
            assert (any(raw_leaks(pair, table, person) for person in (EVE, NOBODY)) or administered(pair)
                    or beyond_token(pair)), policy


def test_each_table_without_row_security_is_noticed(pair):
    for table in sorted({table for table, _, _ in policies(pair)}):
        with pair.mutated(f"alter table {table} disable row level security"):
            assert raw_leaks(pair, table, EVE) or raw_leaks(pair, table, NOBODY), table


def test_a_new_table_without_policies_is_noticed(pair):
    new = """create table public.notes (workspace_id bigint, note text);
             insert into notes values (77, 'of Ada'); grant select, insert on notes to drover_server"""
    pair.there.connection.execute(new.encode())
    pair.gone.connection.execute(new.replace("insert into notes values (77, 'of Ada');", "").encode())
    try:
        assert "notes" in Tables(pair.there.connection) and len(raw_leaks(pair, "notes", EVE)) > 2
    finally:
        for world in (pair.there, pair.gone):
            world.connection.execute("drop table notes")


def test_a_dropped_policy_is_missed(pair):
    with pair.mutated("drop policy pipelines_member on pipelines"):
        assert hidden(pair) == ["pipelines"]


def test_statements_notice_an_open_policy(pair):
    with pair.mutated("alter policy pipelines_member on pipelines using (true) with check (true)"):
        noticed = {s.name for s in statements() if s.name.startswith("pipeline.") and statement_leaks(pair, s, EVE)}
    assert {"pipeline.get", "pipeline.insert", "pipeline.touch"} <= noticed
