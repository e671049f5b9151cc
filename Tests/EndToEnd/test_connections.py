"""Connections: details that only some may read, attached to workspaces."""

import concurrent.futures
import pathlib
import re
import urllib.parse
import uuid

import pytest

from test_refusals import refused

MASK = "*****"


def secret():
    return f"s3cret-{uuid.uuid4()}"


def create(drover, token=None, name=None, kind="ODBC", details=None, **kwargs):
    body = {"name": name or f"store {uuid.uuid4()}", "type": kind, "details": details or {"password": secret()}}
    return drover.api("POST", "/connections", token, json=body, **kwargs)


def made(drover, token=None, **kwargs):
    answer = create(drover, token, **kwargs)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def by_name(drover, name, token=None):
    items = drover.api("GET", "/connections", token, params={"name": name}).json()["items"]
    return items[0] if items else None


def attachment(drover, method, workspace, connection, token=None):
    return drover.api(method, f"/workspaces/{workspace}/connections/{connection}", token)


def held(drover, workspace, token=None):
    answer = drover.api("GET", f"/workspaces/{workspace}/connections", token)
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["items"]]


def details(drover, connection, token=None):
    return drover.api("GET", f"/connections/{connection}/details", token)


def add_member(drover, workspace, token, role, by=None):
    user = drover.api("GET", "/me", token).json()["id"]
    answer = drover.api("PUT", f"/workspaces/{workspace}/members/{user}", by, json={"role": role})
    assert answer.status_code == 200, answer.text
    return f"/workspaces/{workspace}/members/{user}"


@pytest.mark.proves("CONN-01", "CONN-02", "CONN-04", "CONN-06", "CONN-07", "CONN-09", "CONN-10", "CONN-11", "CONN-12")
def test_the_life_of_a_connection(drover):
    _, token = drover.user()
    me, workspace = drover.api("GET", "/me", token).json()["id"], drover.workspace(token)
    name, given = f"sales {uuid.uuid4()}", {"host": "db.example.com", "port": 5432, "user": "ada", "password": secret()}
    answer = create(drover, token, name=name, kind="ODBC", details=given)
    assert answer.status_code == 201, answer.text
    connection = answer.json()
    assert connection["name"] == name and connection["type"] == "ODBC" and connection["created_by"] == me
    assert connection["details"] == MASK and set(connection) == {"id", "name", "type", "details", "created_by", "created_at"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", connection["created_at"])
    path = answer.headers["Location"].removeprefix("/api/v1")
    assert path == f"/connections/{connection['id']}"
    assert drover.api("GET", path, token).json() == connection == by_name(drover, name, token)

    identity = by_name(drover, name, token)["id"]
    assert held(drover, workspace, token) == []
    assert attachment(drover, "PUT", workspace, identity, token).status_code == 204
    assert attachment(drover, "PUT", workspace, identity, token).status_code == 204  # Once more changes nothing.
    assert drover.api("GET", f"/workspaces/{workspace}/connections", token).json() == {"items": [connection]}
    read = details(drover, identity, token)
    assert read.status_code == 200 and read.json() == given and read.headers["Cache-Control"] == "no-store"

    problem = refused(drover.api("DELETE", path, token), 409, "connection_attached")
    assert problem["detail"].endswith("workspaces that hold it: 1")
    assert attachment(drover, "DELETE", workspace, identity, token).status_code == 204
    assert attachment(drover, "DELETE", workspace, identity, token).status_code == 204
    assert held(drover, workspace, token) == [] and by_name(drover, name, token) == connection  # It stays.
    assert details(drover, identity, token).json() == given
    assert drover.api("DELETE", path, token).status_code == 204
    assert by_name(drover, name, token) is None
    for gone in (drover.api("GET", path, token), details(drover, identity, token), drover.api("DELETE", path, token),
                 attachment(drover, "PUT", workspace, identity, token)):
        assert refused(gone, 404, "not_found")["detail"] == "no such connection"
    assert create(drover, token, name=name).status_code == 201  # The name is free again.


@pytest.mark.proves("CONN-11")
@pytest.mark.parametrize("text", [
    "{}", '{"a": {"b": [1, 2.50, null, true, "\\u0000\\ud83d\\ude9a"]}, "snake_case": 1, "camelCase": 2}',
    '{"big": 123456789012345678901234567890, "exact": 0.1000000000000000000001, "tiny": 1e-400, "ü": "🚚"}'])
def test_details_come_back_as_they_were_given(drover, text):
    body = f'{{"name": "exact {uuid.uuid4()}",\n "details":\t{text} , "type": "HTTPFILE"}}'
    answer = drover.api("POST", "/connections", data=body.encode(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 201, answer.text
    assert details(drover, answer.json()["id"]).text == text


@pytest.mark.proves("CONN-03")
@pytest.mark.parametrize("kind", ["ODBC", "Kafka", "HTTPFILE", "BIGQUERY", "my own thing, v2 🚚"])
def test_a_type_is_any_text(drover, kind):
    answer = create(drover, kind=kind)
    assert answer.status_code == 201 and answer.json()["type"] == kind


@pytest.mark.proves("CONN-05")
def test_a_name_is_taken_once_in_the_instance(drover):
    (_, first), (_, second) = drover.user(), drover.user()
    name = f"twice {uuid.uuid4()}"
    identity = made(drover, first, name=name)
    for token in (first, second):
        refused(create(drover, token, name=name, kind="Kafka"), 409, "name_taken")
    assert by_name(drover, name)["id"] == identity and by_name(drover, name)["type"] == "ODBC"
    assert create(drover, second, name=name.upper()).status_code == 201


@pytest.mark.proves("CONN-07")
@pytest.mark.parametrize("name", ["plain", "with space", "a+b", "a&name=b", "100%", "%20", "ü 🚚", "a/b?c#d", "'; --"])
def test_a_connection_is_found_by_its_exact_name(drover, name):
    name += str(uuid.uuid4())
    identity = made(drover, name=name)
    assert by_name(drover, name)["id"] == identity and by_name(drover, name)["name"] == name
    quoted = urllib.parse.quote(name)  # A space as %20; `params` writes it as +.
    assert [row["id"] for row in drover.api("GET", f"/connections?name={quoted}").json()["items"]] == [identity]
    assert by_name(drover, name[:-1]) is by_name(drover, name.upper()) is None
    refused(drover.api("GET", "/connections?name=%00"), 422, "invalid", "name", "display_text")


@pytest.mark.proves("CONN-06", "CONN-08")
def test_the_list_has_all_connections_of_the_instance_in_pages(drover):
    (_, maker), (_, stranger) = drover.user(), drover.user()
    made_here = [made(drover, maker) for _ in range(3)]
    for token in (maker, stranger, None):
        rows, cursor = [], None
        while not rows or cursor:
            page = drover.api("GET", "/connections", token, params={"limit": 2, **({"cursor": cursor} if cursor else {})})
            assert page.status_code == 200, page.text
            rows, cursor = rows + page.json()["items"], page.json().get("next_cursor")
        identities = [row["id"] for row in rows]
        assert identities == sorted(set(identities)) and set(made_here) <= set(identities)
        assert {row["details"] for row in rows} == {MASK}
    assert [drover.api("GET", "/connections", params={"limit": n}).status_code for n in (0, 1001)] == [422, 422]
    refused(drover.api("GET", "/connections?cursor=nonsense"), 422, "invalid", "cursor")


def body(**changed):
    whole = {"name": f"ok {uuid.uuid4()}", "type": "ODBC", "details": {"a": 1}, **changed}
    return {key: value for key, value in whole.items() if value is not ...}


@pytest.mark.proves("CONN-04")
@pytest.mark.parametrize("bad, field, rule", [
    (body(name=...), "name", "required"), (body(type=...), "type", "required"), (body(details=...), "details", "required"),
    (body(name=""), "name", "display_text"), (body(name="a\nb"), "name", "display_text"),
    (body(name="\x1b[31m"), "name", "display_text"), (body(name="x" * 201), "name", "display_text"),
    (body(name="a\0b"), "name", "display_text"), (body(name=7), "name", "type"),
    (body(type=""), "type", "display_text"), (body(type="x" * 201), "type", "display_text"), (body(type=None), "type", "type"),
    (body(details=None), "details", "type"), (body(details=[]), "details", "type"), (body(details="{}"), "details", "type"),
    (body(details={"a": "x" * 65536}), "details", "size")], ids=lambda value: value if isinstance(value, str) else "")
def test_the_wrong_field_is_named(drover, bad, field, rule):
    refused(drover.api("POST", "/connections", json=bad), 422, "invalid", field, rule)


def test_details_have_a_limit_of_their_own(drover):
    fits = {"a": "x" * (65536 - len('{"a": ""}'))}
    identity = made(drover, details=fits)
    assert details(drover, identity).json() == fits
    refused(drover.api("POST", "/connections", json=body(details={"a": "x" * (1 << 20)})), 413, "too_large")


@pytest.mark.parametrize("identity", ["0", "-1", "01", "x", "9" * 30, "1.0"])
def test_no_id_is_not_found(drover, identity):
    for answer in (drover.api("GET", f"/connections/{identity}"), details(drover, identity),
                   drover.api("DELETE", f"/connections/{identity}"),
                   attachment(drover, "PUT", drover.workspace(), identity)):
        refused(answer, 404, "not_found")


# --- Who may do what ---

class World:
    """A connection that a workspace holds, and everybody who could want something of it."""

    def __init__(self, drover):
        (_, self.creator), (_, self.owner), (_, self.collaborator), (_, self.stranger) = (drover.user() for _ in range(4))
        self.workspace, self.clear = drover.workspace(self.owner), secret()
        self.connection = made(drover, self.creator, details={"password": self.clear})
        add_member(drover, self.workspace, self.creator, "owner", self.owner)
        assert attachment(drover, "PUT", self.workspace, self.connection, self.creator).status_code == 204
        left = add_member(drover, self.workspace, self.creator, "collaborator", self.owner)
        assert drover.api("DELETE", left, self.owner).status_code == 204
        add_member(drover, self.workspace, self.collaborator, "collaborator", self.owner)
        self.tokens = {"nobody": False, "stranger": self.stranger, "collaborator": self.collaborator,
                       "owner": self.owner, "creator": self.creator, "admin": None}


@pytest.fixture(scope="module")
def world(drover):
    return World(drover)


WHO = ["nobody", "stranger", "collaborator", "owner", "creator", "admin"]
# The creator and the administrator are no members of the workspace.
READS = [
    ("/connections", [401, 200, 200, 200, 200, 200]),
    ("/connections/{c}", [401, 200, 200, 200, 200, 200]),
    ("/connections/{c}/details", [401, 403, 200, 200, 200, 403]),
    ("/workspaces/{w}/connections", [401, 404, 200, 200, 404, 404]),
]
# None of these takes effect: the connection is attached (409), or attached again (204).
WRITES = [
    ("DELETE", "/connections/{c}", [401, 403, 403, 403, 409, 409]),
    ("PUT", "/workspaces/{w}/connections/{c}", [401, 404, 403, 204, 404, 404]),
    ("DELETE", "/workspaces/{w}/connections/{other}", [401, 404, 403, 204, 404, 404]),
]


@pytest.mark.proves("CONN-13")
@pytest.mark.parametrize("path, statuses", READS, ids=[path for path, _ in READS])
def test_who_reads_what(drover, world, path, statuses):
    for who, status in zip(WHO, statuses, strict=True):
        answer = drover.api("GET", path.format(c=world.connection, w=world.workspace), world.tokens[who])
        assert answer.status_code == status, (who, answer.text)
        if status != 200:
            refused(answer, status, {401: "unauthenticated", 403: "forbidden", 404: "not_found"}[status])
        assert (world.clear in answer.text) == (status == 200 and path.endswith("/details")), who


@pytest.mark.parametrize("method, path, statuses", WRITES, ids=[f"{method} {path}" for method, path, _ in WRITES])
def test_who_changes_what(drover, world, method, path, statuses):
    other = made(drover)
    for who, status in zip(WHO, statuses, strict=True):
        where = path.format(c=world.connection, w=world.workspace, other=other)
        answer = drover.api(method, where, world.tokens[who])
        assert answer.status_code == status, (who, answer.text)
    assert held(drover, world.workspace, world.owner) == [world.connection]


@pytest.mark.proves("CONN-13")
def test_attaching_does_not_open_the_details(drover, world):
    own = drover.workspace(world.stranger)
    answer = attachment(drover, "PUT", own, world.connection, world.stranger)
    assert "details" in refused(answer, 403, "forbidden")["detail"]
    assert held(drover, own, world.stranger) == []
    refused(details(drover, world.connection, world.stranger), 403, "forbidden")
    # An administrator is no exception; a member of a workspace that holds it may.
    refused(attachment(drover, "PUT", drover.workspace(), world.connection), 403, "forbidden")
    mine = drover.workspace(world.collaborator)
    assert attachment(drover, "PUT", mine, world.connection, world.collaborator).status_code == 204
    assert attachment(drover, "DELETE", mine, world.connection, world.collaborator).status_code == 204


@pytest.mark.proves("CONN-12")
def test_a_connection_that_others_hold_is_not_deleted_and_they_are_not_named(drover):
    (_, maker), (_, owner) = drover.user(), drover.user()
    shared, hidden = drover.workspace(maker), drover.workspace(owner)
    connection = made(drover, maker)
    add_member(drover, shared, owner, "collaborator", maker)
    assert attachment(drover, "PUT", shared, connection, maker).status_code == 204
    assert attachment(drover, "PUT", hidden, connection, owner).status_code == 204
    for token in (maker, None):
        problem = refused(drover.api("DELETE", f"/connections/{connection}", token), 409, "connection_attached")
        assert problem["detail"] == "detach the connection first; workspaces that hold it: 2"
    assert attachment(drover, "DELETE", shared, connection, maker).status_code == 204
    problem = refused(drover.api("DELETE", f"/connections/{connection}", maker), 409, "connection_attached")
    assert problem["detail"].endswith(": 1")
    assert attachment(drover, "DELETE", hidden, connection, owner).status_code == 204
    assert drover.api("DELETE", f"/connections/{connection}").status_code == 204  # The administrator.


@pytest.mark.proves("CONN-02", "CONN-13")
def test_access_ends_with_membership_and_with_attachment(drover):
    (_, maker), (_, guest) = drover.user(), drover.user()
    workspace, connection = drover.workspace(maker), made(drover, maker)
    read = lambda: details(drover, connection, guest).status_code
    assert read() == 403
    member = add_member(drover, workspace, guest, "collaborator", maker)
    assert read() == 403
    attachment(drover, "PUT", workspace, connection, maker)
    assert read() == 200
    drover.api("DELETE", member, maker)
    assert read() == 403
    add_member(drover, workspace, guest, "collaborator", maker)
    assert read() == 200
    attachment(drover, "DELETE", workspace, connection, maker)
    assert read() == 403


def test_an_archived_workspace_takes_no_connection_and_gives_its_own_back(drover):
    workspace, kept, late = drover.workspace(), made(drover), made(drover)
    attachment(drover, "PUT", workspace, kept)
    path = f"/workspaces/{workspace}"
    drover.api("PATCH", path, json={"archived": True}, headers={"If-Match": drover.api("GET", path).headers["ETag"]})
    refused(attachment(drover, "PUT", workspace, late), 409, "workspace_archived")
    assert held(drover, workspace) == [kept] and details(drover, kept).status_code == 200
    assert attachment(drover, "DELETE", workspace, kept).status_code == 204 and held(drover, workspace) == []


def test_the_list_of_a_workspace_has_pages(drover):
    workspace, made_here = drover.workspace(), [made(drover) for _ in range(5)]
    for connection in reversed(made_here):
        attachment(drover, "PUT", workspace, connection)
    rows, cursor = [], None
    while not rows or cursor:
        page = drover.api("GET", f"/workspaces/{workspace}/connections",
                          params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        rows, cursor = rows + page["items"], page.get("next_cursor")
    assert [row["id"] for row in rows] == made_here


@pytest.mark.proves("CONN-12")
def test_attaching_and_deleting_at_once_leave_one_of_the_two(drover):
    token, workspace, outcomes = drover.token(), drover.workspace(), set()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for _ in range(40):
            connection = made(drover, token)
            both = [pool.submit(attachment, drover, "PUT", workspace, connection, token),
                    pool.submit(drover.api, "DELETE", f"/connections/{connection}", token)]
            outcomes.add(tuple(done.result().status_code for done in both))
            # Never a connection that is gone and still held.
            status = drover.api("GET", f"/connections/{connection}", token).status_code
            assert (connection in held(drover, workspace, token)) == (status == 200)
    assert outcomes <= {(204, 409), (404, 204)}


def test_a_repeated_request_makes_one_connection(drover):
    key, name, clear = {"Idempotency-Key": str(uuid.uuid4())}, f"once {uuid.uuid4()}", secret()
    answers = [create(drover, name=name, details={"password": clear}, headers=key) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201] and answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotency-Replayed"] == "true" and clear not in answers[1].text


# --- The secret itself ---

@pytest.mark.proves("CONN-06", "CONN-13")
def test_the_clear_secret_stands_nowhere_but_in_the_details_call(drover):
    (_, maker), (_, stranger) = drover.user(), drover.user()
    workspace, clear, name = drover.workspace(maker), secret(), f"hidden {uuid.uuid4()}"
    given = {"user": "ada", "nested": {"password": clear}}
    answers = [create(drover, maker, name=name, details=given, headers={"Idempotency-Key": str(uuid.uuid4())})]
    connection = answers[0].json()["id"]
    answers += [attachment(drover, "PUT", workspace, connection, maker),
                create(drover, maker, name=name, details=given),  # Refusals that had it at hand.
                create(drover, maker, name="\n", details=given),
                drover.api("POST", "/connections", maker, json={"name": 7, "type": clear, "details": given}),
                drover.api("POST", "/connections", maker, data=f'{{"details": {{"p": "{clear}"}}',
                           headers={"Content-Type": "application/json"}),
                drover.api("GET", "/connections", maker, params={"limit": 1000}),
                drover.api("GET", "/connections", maker, params={"name": name}),
                drover.api("GET", f"/connections/{connection}", maker),
                drover.api("GET", f"/workspaces/{workspace}/connections", maker),
                details(drover, connection, stranger), drover.api("DELETE", f"/connections/{connection}", maker),
                drover.api("GET", f"/workspaces/{workspace}", maker)]
    assert [a.status_code for a in answers] == [201, 204, 409, 422, 422, 400, 200, 200, 200, 200, 403, 409, 200]
    assert not any(clear in a.text + str(a.headers) for a in answers)
    assert clear in details(drover, connection, maker).text
    log = pathlib.Path(drover.data, "drover.log").read_text()
    assert '"route":"/api/v1/connections/{connection_id}/details"' in log and clear not in log
    files = [p for p in pathlib.Path(drover.data, "log").iterdir() if p.is_file()]
    assert any(p.name == "postgres.log" for p in files)
    assert not any(clear.encode() in p.read_bytes() for p in files)
