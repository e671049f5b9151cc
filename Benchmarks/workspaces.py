"""`workspace-list`: the first page of `GET /workspaces` for a user who is a member of 1,000 workspaces, among 100,000 of
them, against the same request to a server whose database has only those 1,000."""

import contextlib
import signal
import time
from http.client import HTTPConnection
from statistics import median

from figure import Figure
from stand import eventually, free_port, get, run

ROUNDS, REQUESTS = 5, 20
OWN, ALL, USERS = 1_000, 100_000, 1_000


def measure(stand):
    user = stand.sql("select id from users order by created_at limit 1")
    before = int(stand.sql(f"select count(*) from workspace_members where user_id = '{user}'"))
    stand.sql(
        "insert into users (id, email, name, is_admin, active, created_at, updated_at) "
        "select gen_random_uuid(), 'member' || n || '@example.com', 'member', false, true, now(), now() "
        f"from generate_series(1, {USERS}) n")
    fill(stand, user, OWN - before, is_member=True)
    copy(stand, "few")
    fill(stand, user, ALL - OWN, is_member=False)
    for database in ("few", "drover"):
        stand.sql("vacuum analyze", database)
    with server(stand, "few") as port:
        sides = [Side(stand, port), Side(stand, stand.port)]
        for number in range(ROUNDS + 1):
            for side in sides:
                side.round(is_counted=number > 0)
    few, many = (median(side.seconds) for side in sides)
    yield Figure("workspace-list", many / few, 1.5, at_most=True,
                 note=f"{many * 1e3:.1f} against {few * 1e3:.1f} ms for 100 of {OWN}")


def fill(stand, user, count, is_member):
    """Workspaces with two members out of the others, and the user, if asked; two models and two pipelines in each."""
    stand.sql(
        f"""
        with others as (select id, row_number() over (order by id) - 1 as n from users where email like 'member%'),
        made as (
            insert into workspaces (name, created_by, created_at, updated_at)
            select 'bench', '{user}', now(), now() from generate_series(1, {count}) returning id
        ), members as (
            insert into workspace_members (workspace_id, user_id, role, created_at)
            select made.id, others.id, 'owner', now()
            from made join others on others.n in (made.id % {USERS}, (made.id + 1) % {USERS})
            union all select id, '{user}', 'collaborator', now() from made where {is_member}
        ), models as (
            insert into models (workspace_id, name, created_by, created_at, updated_at)
            select id, 'm' || n, '{user}', now(), now() from made, generate_series(1, 2) n
        )
        insert into pipelines (workspace_id, name, created_by, created_at, updated_at)
        select id, 'p' || n, '{user}', now(), now() from made, generate_series(1, 2) n
        """)


def copy(stand, database):
    """A database with what the stand's has."""
    file = stand.directory / "dump.sql"
    run("pg_dump", "-f", file, stand.conninfo())
    stand.sql(f"create database {database}", "postgres")
    run("psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-f", file, stand.conninfo(database))


@contextlib.contextmanager
def server(stand, database):
    """Another server, on another database of the same PostgreSQL; yields its port."""
    port = free_port()
    process = stand.serve(
        stand.directory / f"{database}.log", "--database-url", stand.conninfo(database, user="drover"),
        "--oci-registry", f"127.0.0.1:{stand.registry_port}", "--oci-plain-http", "true", "--secret-key-file",
        stand.data / "secret.key", "--http-port", port, "--edge-port", free_port())
    try:
        eventually(lambda: get(port, "/readyz")[0] == 200, 20)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


class Side:
    """Requests to one server and how long each took, in seconds."""

    def __init__(self, stand, port):
        self.headers = {"Authorization": f"Bearer {stand.new_token(port)}"}
        self.connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self.seconds = []

    def round(self, is_counted):
        for _ in range(REQUESTS):
            start = time.perf_counter()
            self.connection.request("GET", "/api/v1/workspaces?limit=100", headers=self.headers)
            answer = self.connection.getresponse()
            body = answer.read()
            if answer.status != 200 or body.count(b'"role":') != 100:
                raise SystemExit(f"GET /workspaces: {answer.status} {body[:200]}")
            if is_counted:
                self.seconds.append(time.perf_counter() - start)
