"""What an operator meets: restarts, settings, migrations, the first user, and what the server's role may do."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile

import pytest

from drover_process import BIN, EMAIL, PASSWORD, ROOT, eventually, free_port
from servers import MODEL_SHA, External, psql, running, sha256


@pytest.fixture(scope="module")
def external():
    with running(External) as server:
        yield server


@pytest.fixture
def data():
    """A directory that the database's user can reach; pytest's own are closed to it."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="drover-data-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def drover(*arguments, text=None, **environment):
    """Runs the program to its end."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("DROVER_", "DATABASE_", "OCI_"))}
    return subprocess.run([BIN / "drover", *map(str, arguments)], env={**clean, **environment}, input=text or "", text=True,
                          capture_output=True, timeout=60)


def test_a_restart_keeps_everything(tmp_path):
    with running() as server:
        workspace, version, pipeline, publish = server.published()
        edge, bundle = server.edge(publish["id"])
        email, token = server.user()
        joined = server.engine("ship", ROOT / "Examples/house-price/logs.ndjson", persist=tmp_path, bundle=bundle)
        assert joined.returncode == 0, joined.stderr
        keys = server.session.get(f"{server.url}/auth/realms/master/protocol/openid-connect/certs", timeout=10).json()
        secret = pathlib.Path(server.data, "secret.key").read_bytes()
        server.stop()
        assert server.processes() == {}
        logs = pathlib.Path(server.data, "drover.log").read_text()
        assert logs.count("creating the embedded PostgreSQL cluster") == 1
        assert server.process.returncode == 0

        server.restart()
        logs = pathlib.Path(server.data, "drover.log").read_text()
        assert logs.count("creating the embedded PostgreSQL cluster") == 1
        assert logs.count("first administrator created") == 1
        assert pathlib.Path(server.data, "secret.key").read_bytes() == secret
        assert pathlib.Path(server.data, "secret.key").stat().st_mode & 0o777 == 0o600
        assert server.session.get(
            f"{server.url}/auth/realms/master/protocol/openid-connect/certs", timeout=10).json() == keys
        assert server.api("GET", "/workspaces", token).status_code == 200  # A token of before.
        assert server.token(email)
        assert server.api("GET", f"/model-versions/{version['id']}").json() == version
        assert server.api("GET", f"/publishes/{publish['id']}").json()["pipeline_digest"] == publish["pipeline_digest"]
        assert "sha256:" + sha256(server.manifest(publish["pipeline_url"])) == publish["pipeline_digest"]
        assert sha256(server.blob(f"models/{workspace}/house", f"sha256:{MODEL_SHA}").content) == MODEL_SHA
        assert len(server.all_logs(pipeline["id"])) == 1000
        again = server.engine("ship", "-", persist=tmp_path, input='{"time":1}\n')  # The identity still works.
        assert again.returncode == 0, again.stderr
        assert len(server.all_logs(pipeline["id"])) == 1001

        # The keys in the database can't be opened with another secret.
        server.stop()
        pathlib.Path(server.data, "secret.key").write_text("ab" * 32 + "\n")
        failed = drover("serve", "--embedded", "--data", server.data, "--http-port", free_port(), "--edge-port", free_port(),
                        "--embedded-registry-port", server.registry_port, "--migrations", ROOT / "Migrations")
        assert failed.returncode != 0
        assert "seal_key_unknown" in failed.stderr, failed.stderr[-2000:]
        assert server.processes() == {}
        pathlib.Path(server.data, "secret.key").write_bytes(secret)
        server.restart()


@pytest.mark.parametrize("arguments, words", [
    (["--htpp-port", "1"], "--htpp-port"),
    (["--http-port", "80800"], "http.port"),
    (["--http-port", "0"], "http.port"),
    (["--edge-port", "0"], "edge.port"),
    (["--migrations", "/nowhere"], "/nowhere"),
    (["--http-port", "many"], "http.port"),
    (["--http-port", "18080", "--http-port=18081"], "the option '--http-port' is given twice"),
    (["--log-level", "loud"], "log.level"),
    ([], "data"),
])
def test_a_wrong_setting_is_named_at_start(tmp_path, arguments, words):
    data = ["--data", tmp_path / "data"] if arguments else []
    migrations = [] if "--migrations" in arguments else ["--migrations", ROOT / "Migrations"]
    done = drover("serve", "--embedded", *data, *migrations, *arguments)
    assert done.returncode != 0
    assert words in done.stderr, done.stderr
    assert "Fatal" not in done.stderr and len(done.stderr) < 2000


@pytest.mark.parametrize("missing", ["DATABASE_URL", "OCI_REGISTRY", "DROVER_SECRET_KEY"])
def test_without_embedded_each_needed_setting_is_asked_for(missing):
    full = {"DATABASE_URL": "host=/nowhere user=x dbname=y", "OCI_REGISTRY": "127.0.0.1:1", "OCI_PLAIN_HTTP": "true",
            "DROVER_SECRET_KEY": "ab" * 32}
    done = drover("serve", **{k: v for k, v in full.items() if k != missing})
    assert done.returncode != 0
    assert missing.removeprefix("DROVER_").lower().replace("_", ".") in done.stderr, done.stderr


def test_a_second_server_on_the_same_directory_is_refused():
    with running() as server:
        [[postmaster], [registry]] = server.children()
        done = drover("serve", "--embedded", "--data", server.data, "--http-port", free_port(), "--edge-port", free_port(),
                      "--embedded-registry-port", free_port(), "--migrations", ROOT / "Migrations")
        assert done.returncode != 0 and "another drover" in done.stderr, done.stderr[-1000:]
        assert server.children() == ([postmaster], [registry])
        assert server.is_ready()


def test_a_registry_port_that_somebody_else_has_is_refused(data):
    """Whoever listens there would be given every model."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = drover("serve", "--embedded", "--data", data, "--http-port", free_port(), "--edge-port",
                      free_port(), "--embedded-registry-port", port, "--migrations", ROOT / "Migrations")
    assert done.returncode != 0
    assert f"port {port}" in done.stderr, done.stderr


def serve(data, *arguments):
    """Runs the embedded server to an end that comes by itself."""
    return drover("serve", "--embedded", "--data", data, "--http-port", free_port(), "--edge-port", free_port(),
                  "--embedded-registry-port", free_port(), "--migrations", ROOT / "Migrations", *arguments)


def children_with(server, *words):
    """The server's children whose command lines have all the words."""
    return [pid for pid, line in server.processes().items()
            if pid != server.process.pid and "serve --embedded" not in line and all(word in line for word in words)]


MOMENTS = {
    "lock": lambda s: pathlib.Path(s.data, "drover.lock").exists(),
    "initdb": lambda s: children_with(s, "bin/initdb", "postgres.new-"),
    "postmaster": lambda s: children_with(s, "bin/postgres", f"-D {s.data}/postgres "),
    "socket": lambda s: pathlib.Path(s.data, "run/.s.PGSQL.5432").exists(),
    "registry": lambda s: children_with(s, "registry.yml"),
    "migrating": lambda s: b"applied a migration" in pathlib.Path(s.data, "drover.log").read_bytes(),
}


@pytest.mark.parametrize("moment, number", [
    ("lock", signal.SIGTERM), ("initdb", signal.SIGTERM), ("postmaster", signal.SIGHUP), ("socket", signal.SIGTERM),
    ("registry", signal.SIGINT), ("migrating", signal.SIGTERM), ("migrating", signal.SIGINT),
])
def test_a_signal_during_the_start_leaves_nothing_running(moment, number):
    with running(start=False) as server:
        server.launch()
        eventually(lambda: MOMENTS[moment](server), 60, every=0.002)
        server.process.send_signal(number)
        assert server.process.wait(60) == 128 + number, pathlib.Path(server.data, "drover.log").read_text()
        assert server.processes() == {}
        assert not list(pathlib.Path(server.data).glob("postgres.new-*"))
        server.restart()
        assert server.psql(f"select count(*) from users where email = '{EMAIL}'") == [["1"]]


def test_a_terminal_that_closes_stops_the_server_in_order():
    with running() as server:
        server.process.send_signal(signal.SIGHUP)
        assert server.process.wait(60) == 0
        assert server.processes() == {}


@pytest.mark.parametrize("moment", ["initdb", "postmaster", "registry"])
def test_the_next_start_finds_what_a_killed_start_left(moment):
    with running(start=False) as server:
        server.launch()
        eventually(lambda: MOMENTS[moment](server), 60, every=0.002)
        server.kill9()
        server.restart()
        assert children_with(server, "postgres.new-") == []


def test_a_registry_that_does_not_listen_to_reason_is_killed():
    with running() as server:
        [[_], [registry]] = server.children()
        os.kill(registry, signal.SIGSTOP)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(60) == 0
        assert server.processes() == {}


@pytest.mark.skipif(os.geteuid() != 0, reason="needs two users")
def test_a_pid_file_that_names_somebody_elses_process_does_not_keep_the_database_down():
    """As after a restart of a container, where pids begin again."""
    with running() as server:
        pid_file = pathlib.Path(server.data, "postgres/postmaster.pid")
        text = pid_file.read_text()
        server.process.kill()
        server.process.wait(10)
        server.reap()
        other = subprocess.Popen(["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "sleep", "1000"])
        try:
            pid_file.write_text("\n".join([str(other.pid), *text.split("\n")[1:]]))
            shutil.chown(pid_file, "postgres", "postgres")
            server.restart()
            assert other.poll() is None
        finally:
            other.kill()
            other.wait()


def test_a_path_with_spaces_and_quotes_works():
    with running(start=False) as server:
        os.rmdir(server.data)
        server.data = tempfile.mkdtemp(prefix="drover it's \"a\\b\" ", dir="/tmp")
        os.chmod(server.data, 0o755)
        server.start()
        assert server.published()
        server.kill9()
        server.restart()


@pytest.mark.parametrize("mode", [0o777, 0o775])
def test_a_data_directory_that_others_may_write_to_is_refused(tmp_path, mode):
    tmp_path.chmod(mode)
    done = serve(tmp_path)
    assert done.returncode == 1 and "written by others" in done.stderr, done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="needs two users")
def test_a_data_directory_of_another_user_is_refused(tmp_path):
    shutil.chown(tmp_path, "postgres")
    done = serve(tmp_path)
    assert done.returncode == 1 and "belongs to another user" in done.stderr, done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the children as another user")
def test_a_data_directory_that_the_database_can_not_reach_is_refused():
    with tempfile.TemporaryDirectory(dir="/tmp") as closed:  # For its owner only; and a short path.
        done = serve(pathlib.Path(closed, "data"))
    assert done.returncode == 1 and "can't enter" in done.stderr, done.stderr


def test_a_key_file_that_is_open_to_others_is_refused(data):
    key = data / "secret.key"
    key.write_text("ab" * 32 + "\n")
    key.chmod(0o644)
    done = serve(data)
    assert done.returncode == 1 and "secret.key is open to others (mode 0644)" in done.stderr, done.stderr
    assert key.read_text() == "ab" * 32 + "\n"


def test_migrate_tells_and_changes_nothing_when_asked_only(external):
    files = sorted(p.name for p in (ROOT / "Migrations").glob("0*.sql"))
    status = external.migrate("--status")
    assert status.returncode == 0, status.stderr
    rows = status.stdout.splitlines()
    assert len(rows) == len(files) and all("applied" in row for row in rows), status.stdout
    assert external.migrate("--dry-run").stdout.strip() == "nothing to apply"
    assert external.migrate().stdout.strip() == "nothing to apply"

    maintenance = f"host={external.services}/pg user=postgres dbname=postgres"
    psql(maintenance, "create database empty")
    owner = f"host={external.services}/pg user=postgres dbname=empty"
    planned = drover("migrate", "--dry-run", "--migrations", ROOT / "Migrations", DATABASE_OWNER_URL=owner)
    assert planned.stdout.splitlines() == [f"would apply {name}" for name in files], planned.stderr
    assert psql(owner, "select count(*) from pg_tables where schemaname = 'public'") == [["0"]]
    done = drover("migrate", "--migrations", ROOT / "Migrations", DATABASE_OWNER_URL=owner)
    assert done.stdout.splitlines() == [f"applied {name}" for name in files], done.stderr
    missing = drover("migrate", "--migrations", ROOT / "Migrations")
    assert missing.returncode != 0 and "database.owner.url" in missing.stderr


def test_a_changed_migration_is_refused_by_name(external, tmp_path):
    for file in (ROOT / "Migrations").glob("0*.sql"):
        (tmp_path / file.name).write_bytes(file.read_bytes() + (b"-- later\n" if file.name.startswith("0003") else b""))
    done = drover("migrate", "--migrations", tmp_path, DATABASE_OWNER_URL=external.owner)
    assert done.returncode != 0
    assert "0003_" in done.stderr and "changed" in done.stderr, done.stderr


def test_a_user_is_made_from_the_command_line(external):
    made = drover("admin", "create-user", "grace@example.com", "--name", "Grace", text=PASSWORD + "\n",
                  DATABASE_URL=external.login)
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("created user grace@example.com ")
    assert PASSWORD not in made.stdout + made.stderr
    token = external.token("grace@example.com")
    names = [w["name"] for w in external.api("GET", "/workspaces", token).json()["items"]]
    assert names == ["grace@example.com - Default Workspace"]
    assert external.api("POST", "/users", token, json={"email": "x@example.com", "password": PASSWORD}).status_code == 403
    for arguments, text, words in ((["grace@example.com"], PASSWORD + "\n", "grace@example.com"),
                                   (["no-address"], PASSWORD + "\n", "email"),
                                   (["short@example.com"], "short\n", "password"), (["none@example.com"], "", "password")):
        failed = drover("admin", "create-user", *arguments, text=text, DATABASE_URL=external.login)
        assert failed.returncode != 0 and words in failed.stderr.lower(), (arguments, failed.stderr)
    admin = drover("admin", "create-user", "root@example.com", "--admin", text=PASSWORD + "\n", DATABASE_URL=external.login)
    assert admin.returncode == 0 and admin.stdout.startswith("created administrator"), admin.stderr
    assert external.api("POST", "/users", external.token("root@example.com"),
                        json={"email": "made@example.com", "password": PASSWORD}).status_code == 201


def test_without_embedded_the_whole_thread_runs(external, tmp_path):
    _, _, pipeline, publish = external.published()
    _, bundle = external.edge(publish["id"])
    done = external.engine("ship", ROOT / "Examples/house-price/logs.ndjson", persist=tmp_path, bundle=bundle)
    assert done.returncode == 0, done.stderr
    assert len(external.all_logs(pipeline["id"])) == 1000
    assert external.token(EMAIL)


def test_the_servers_role_owns_nothing_and_every_tenant_table_forces_row_level_security(external):
    def one(sql):
        return external.psql(sql)
    assert one("select count(*) from pg_class c join pg_roles r on r.oid = c.relowner"
               " where r.rolname in ('drover_login', 'drover_server', 'drover_system')") == [["0"]]
    assert one("select count(*) from pg_proc p join pg_roles r on r.oid = p.proowner where r.rolname like 'drover_%'") == [["0"]]
    assert one("select count(*) from pg_namespace n join pg_roles r on r.oid = n.nspowner where r.rolname like 'drover_%'") \
        == [["0"]]
    roles = one("select rolname, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolinherit, rolcanlogin from pg_roles"
                " where rolname like 'drover_%' order by 1")
    assert roles == [["drover_login", "f", "f", "f", "f", "f", "t"], ["drover_server", "f", "f", "f", "f", "t", "f"],
                     ["drover_system", "f", "f", "f", "f", "t", "f"]]
    assert one("select distinct usename from pg_stat_activity where application_name = 'drover'") == [["drover_login"]]
    tables = one("select c.relname, c.relrowsecurity and c.relforcerowsecurity, (select count(*) from pg_policy p"
                 " where p.polrelid = c.oid) from pg_class c where c.relnamespace = 'public'::regnamespace"
                 " and c.relkind in ('r', 'p') and exists (select from pg_attribute a where a.attrelid = c.oid"
                 " and a.attname = 'workspace_id' and not a.attisdropped) order by 1")
    assert {"edges", "join_tokens", "log_batches", "models", "pipelines", "publishes", "jobs"} <= {t[0] for t in tables}
    assert all(forced == "t" and int(policies) > 0 for _, forced, policies in tables), tables

    # Nobody's rows without a principal, whatever the code above might forget.
    for table, _, _ in tables:
        done = subprocess.run(["psql", "-XAtq", "-d", external.login, "-c", "set role drover_server",
                               "-c", f"select count(workspace_id) from {table}"], capture_output=True, text=True, timeout=30)
        assert done.returncode != 0 or done.stdout.strip() == "0", (table, done.stdout)
    forbidden = subprocess.run(["psql", "-XAtq", "-d", external.login, "-c", "set role drover_system",
                                "-c", "create table public.mine (a int)"], capture_output=True, text=True, timeout=30)
    assert forbidden.returncode != 0 and "permission denied" in forbidden.stderr
