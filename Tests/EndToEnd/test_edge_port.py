"""The edge port as a stranger meets it: join tokens, certificates and log batches, good and bad."""

import base64
import concurrent.futures
import gzip
import hashlib
import json
import pathlib
import re
import socket
import ssl
import subprocess
import uuid

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from edge_node import Node, authority_of, bundle_lines, new_key, record, request_for, token_of
from servers import running

REFUSED = {"status": 401, "code": "unauthenticated"}


@pytest.fixture(scope="module")
def server():
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def published(server):
    return server.published()


@pytest.fixture
def make(server, published, tmp_path):
    """Adds an edge and gives a node that holds its bundle."""
    def make(name=None, publish=None):
        edge, bundle = server.edge((publish or published[3])["id"], name=name)
        node = Node(server, bundle, tmp_path / edge["name"])
        node.edge = edge
        return node
    return make


def is_generic_refusal(answer):
    """The one answer to a token that does not work; it must not tell why."""
    body = answer.json()
    return answer.status_code == 401 and "invalid_join_token" in body["detail"] and {
        k: v for k, v in body.items() if k != "request_id"}


# Bundles


@pytest.mark.proves("EDGE-09", "EDGE-10", "EDGE-25")
def test_a_bundle_has_its_lines_in_order_and_pins_the_builtin_authority(server, published):
    workspace, _, _, publish = published
    edge, bundle = server.edge(publish["id"])
    lines = bundle_lines(bundle)
    assert [key for key, _ in lines] == ["BUNDLE_VERSION", "EDGE_NAME", "JOIN_TOKEN", "OPSCENTER_HOST", "PIPELINE_URL",
                                         "WORKSPACE_ID", "OPS_CA_SHA256"]
    values = dict(lines)
    assert values["BUNDLE_VERSION"] == "1"
    assert values["EDGE_NAME"] == edge["name"]
    token = uuid.UUID(values["JOIN_TOKEN"])
    assert (token.version, str(token)) == (4, values["JOIN_TOKEN"])
    assert values["OPSCENTER_HOST"] == f"127.0.0.1:{server.edge_port}"
    assert values["PIPELINE_URL"] == publish["pipeline_url"]
    assert values["WORKSPACE_ID"] == str(workspace)
    assert authority_of(server, values["OPS_CA_SHA256"])
    assert not base64.b64decode(bundle).endswith(b"\n")


def make_certificate(directory):
    """A certificate of somebody's own authority: (chain, key)."""
    chain, key = directory / "own.pem", directory / "own.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=edge.example.com", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                    "-keyout", key, "-out", chain], check=True, capture_output=True, timeout=30)
    return chain, key


@pytest.mark.proves("EDGE-09")
def test_with_a_certificate_of_ones_own_a_bundle_has_the_six_lines_of_the_vendor(tmp_path):
    chain, key = make_certificate(tmp_path)
    with running(edge_certificate=chain, edge_key=key) as server:
        _, _, pipeline, publish = server.published()
        edge, bundle = server.edge(publish["id"])
        assert [key for key, _ in bundle_lines(bundle)] == [
            "BUNDLE_VERSION", "EDGE_NAME", "JOIN_TOKEN", "OPSCENTER_HOST", "PIPELINE_URL", "WORKSPACE_ID"]
        served = ssl.get_server_certificate(("127.0.0.1", server.edge_port))
        assert served.strip() == chain.read_text().strip()
        # Without the system's or the operator's trust the token is not sent.
        refused = server.engine("join", "--give-up-after", "5", persist=tmp_path / "p", bundle=bundle)
        assert refused.returncode == 76, (refused.returncode, refused.stderr)
        joined = server.engine("join", "--ca-file", chain, persist=tmp_path / "p", bundle=bundle)
        assert joined.returncode == 0, joined.stderr
        (tmp_path / "one.ndjson").write_text(json.dumps(record(1)) + "\n")
        shipped = server.engine("ship", tmp_path / "one.ndjson", "--give-up-after", "5", persist=tmp_path / "p")
        # No --ca-file any more: whom the node trusts is part of its identity.
        assert shipped.returncode == 0, shipped.stderr
        assert len(server.all_logs(pipeline["id"])) == 1


# Attestation


@pytest.mark.proves("EDGE-07", "EDGE-12", "EDGE-21")
def test_a_node_gets_an_svid_for_its_key(server, make):
    node = make().join()
    answer, leaf = node.answer, node.certificate
    edge = node.edge
    uri = f"spiffe://drover.local/ns/deployments/edge/{edge['id']}"
    assert (answer["spiffe_id"], answer["edge_id"]) == (uri, edge["id"])
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert [str(name.value) for name in names.value] == [uri]
    assert isinstance(names.value[0], x509.UniformResourceIdentifier) and names.critical
    assert not list(leaf.subject)
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical and usage.value.digital_signature
    assert not usage.value.key_cert_sign and not usage.value.crl_sign
    assert leaf.public_key() == node.key.public_key()
    assert (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days == 7
    for purpose in ("sslclient", "sslserver"):
        checked = subprocess.run(["openssl", "verify", "-x509_strict", "-purpose", purpose, "-CAfile", node.authority,
                                  node.certificate_file], capture_output=True, text=True, timeout=30)
        assert checked.returncode == 0, checked.stderr + checked.stdout
    shown = server.api("GET", f"/edges/{edge['id']}").json()
    assert shown["spiffe_id"] == uri.removeprefix("spiffe://")
    assert shown["state"].lower() == "joined" and shown["attested_at"] and shown["last_contact_at"]


def test_what_a_request_says_of_itself_is_ignored(make):
    node = make()
    other = "spiffe://drover.local/ns/deployments/edge/00000000-0000-4000-8000-000000000000"
    names = [x509.UniformResourceIdentifier(other), x509.DNSName("ops.example.com"), x509.DNSName("localhost")]
    answer = node.attest(csr=request_for(node.key, subject="admin", names=names))
    assert answer.status_code == 200, answer.text
    leaf = x509.load_pem_x509_certificate(answer.json()["svid"][0].encode())
    san = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [name.value for name in san] == [f"spiffe://drover.local/ns/deployments/edge/{node.edge['id']}"]
    assert not list(leaf.subject)


def forged(key, signer):
    """A request for `key` whose signature comes from another key."""
    mine = x509.load_pem_x509_csr(request_for(key).encode())
    theirs = x509.load_pem_x509_csr(request_for(signer).encode())
    spki = [c.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
            for c in (theirs, mine)]
    return request_pem(theirs.public_bytes(serialization.Encoding.DER).replace(*spki))


def request_pem(der):
    return ssl.DER_cert_to_PEM_cert(der).replace(" CERTIFICATE", " CERTIFICATE REQUEST")


@pytest.mark.proves("EDGE-21")
def test_a_bad_request_is_refused_by_name_and_leaves_the_token_alone(make):
    node = make()
    rsa_key = rsa.generate_private_key(65537, 2048)
    good = request_for(node.key)
    cases = {
        "another key's signature": (forged(node.key, new_key()), "csr_signature"),
        "RSA": (request_for(rsa_key), "csr_"),
        "garbage": ("garbage", "csr_pem"),
        "a certificate": (node.authority.read_text(), "csr_pem"),
        "broken DER": ("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n", "csr_pkcs10"),
        "two blocks": (good + good, "csr_"),
        "too long": (good + " " * 9000, "csr_size"),
        "nothing": (" ", "csr_pem"),
    }
    for case, (csr, rule) in cases.items():
        answer = node.attest(csr=csr)
        assert answer.status_code == 422, (case, answer.text)
        [error] = answer.json()["errors"]
        assert error["field"] == "csr" and error["rule"].startswith(rule), (case, error)
    url, verify = node.url + "/attest", str(node.authority)
    huge = requests.post(url, verify=verify, timeout=30, json={"join_token": node.bundle["JOIN_TOKEN"], "csr": "x" * 20_000})
    assert huge.status_code == 413, huge.text
    for body, status in ((b"{", 400), (b"[]", 422), (b'{"csr": ""}', 422), (b'{"join_token": 1, "csr": ""}', 422)):
        answer = requests.post(url, verify=verify, timeout=30, data=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == status, (body, answer.text)
    node.join()


@pytest.mark.proves("EDGE-12", "EDGE-13", "EDGE-16")
def test_every_token_that_does_not_work_gets_the_same_answer(server, make):
    node = make()
    answers = {case: is_generic_refusal(node.attest(token=token)) for case, token in {
        "unknown": str(uuid.uuid4()), "no uuid": "secret", "upper case": node.bundle["JOIN_TOKEN"].upper(),
        "version 1": str(uuid.uuid1()), "spaces": f" {node.bundle['JOIN_TOKEN']}", "empty": " "}.items()}
    digest = hashlib.sha256(node.bundle["JOIN_TOKEN"].encode()).hexdigest()
    where = f"where token_sha256 = '\\x{digest}'"
    [[life]] = server.psql(f"select expires_at - created_at from join_tokens {where}")
    assert life == "24:00:00" or life == "1 day"
    server.psql(f"update join_tokens set expires_at = now() - interval '1 s' {where}")
    answers["expired"] = is_generic_refusal(node.attest())
    server.psql(f"update join_tokens set expires_at = now() + interval '1 h' {where}")
    node.join()
    thief = Node(server, base64_of(node), node.directory / "thief")
    answers["used by another key"] = is_generic_refusal(thief.attest())
    removed = make()
    path = f"/publishes/{removed.edge['publish_id']}/edges/{removed.edge['name']}"
    assert server.api("DELETE", path).status_code == 204
    answers["removed"] = is_generic_refusal(removed.attest())
    assert all(answers.values()), answers
    assert len({json.dumps(a, sort_keys=True) for a in answers.values()}) == 1, answers


def base64_of(node):
    return base64.b64encode("\n".join(f"export {k}={v}" for k, v in node.bundle.items()).encode()).decode()


@pytest.mark.proves("EDGE-12")
def test_the_same_key_may_ask_again_until_its_certificate_was_used(server, make):
    node = make()
    first = node.attest().json()
    again = node.attest().json()
    assert again["svid"] == first["svid"]
    leaf = x509.load_pem_x509_certificate(first["svid"][0].encode())
    assert again["expires_at"][:19] == first["expires_at"][:19] == leaf.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%S")
    node.use(first["svid"][0])
    assert node.send([record(1)], 1).status_code == 200
    assert is_generic_refusal(node.attest())  # The certificate arrived; the token is spent for everybody.

    other = make()
    assert other.attest().status_code == 200
    server.psql("update join_tokens set consumed_at = consumed_at - interval '601 s' where edge_id = '%s'" % other.edge["id"])
    assert is_generic_refusal(other.attest())


@pytest.mark.proves("EDGE-21")
def test_of_sixteen_racing_nodes_one_wins(server, make):
    nodes = [make()]
    nodes += [Node(server, base64_of(nodes[0]), nodes[0].directory / str(n)) for n in range(15)]
    requests_of = [request_for(node.key) for node in nodes]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda pair: pair[0].attest(csr=pair[1]), zip(nodes, requests_of)))
    assert sorted(a.status_code for a in answers) == [200] + [401] * 15
    [winner] = [n for n, a in zip(nodes, answers) if a.status_code == 200]
    winner.join()  # Its own retry still works.
    assert winner.send([record(1)], 1).status_code == 200

    node = make()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: node.attest(), range(16)))
    assert {a.status_code for a in answers} == {200}
    assert len({json.dumps(a.json()["svid"]) for a in answers}) == 1


@pytest.mark.proves("EDGE-12")
def test_a_token_is_kept_as_its_hash_only(server, make):
    node = make()
    token = node.bundle["JOIN_TOKEN"]
    digest = hashlib.sha256(token.encode()).hexdigest()
    assert server.psql(f"select count(*) from join_tokens where token_sha256 = '\\x{digest}'") == [["1"]]
    tables = [t for [t] in server.psql("select format('%I.%I', schemaname, tablename) from pg_tables"
                                       " where schemaname not in ('pg_catalog', 'information_schema')")]
    for table in tables:
        assert server.psql(f"select count(*) from {table} t where t::text like '%{token}%'") == [["0"]], table
        hexed = token.encode().hex()
        assert server.psql(f"select count(*) from {table} t where t::text like '%{hexed}%'") == [["0"]], table
    node.join()
    assert is_secret(server, token)


def is_secret(server, token):
    return all(token not in path.read_text(errors="replace")
               for path in [pathlib.Path(server.data, "drover.log"), *pathlib.Path(server.data, "log").iterdir()])


# Identity


@pytest.mark.proves("EDGE-15", "EDGE-22", "EDGE-02")
def test_a_removed_edge_is_out_and_its_name_is_free(server, published, make):
    node = make("returning").join()
    assert node.send([record(1)], 1).status_code == 200
    path = f"/publishes/{published[3]['id']}/edges"
    taken = server.api("POST", path, json={"name": "returning"})
    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
    _, token = server.user()
    elsewhere = server.published(token)[3]["id"]  # In somebody else's workspace as well.
    taken = server.api("POST", f"/publishes/{elsewhere}/edges", token, json={"name": "returning"})
    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
    assert server.api("DELETE", f"{path}/returning").status_code == 204
    refused = node.send([record(2)], 2)  # On the same connection, from the next request on.
    assert refused.status_code == 403, refused.text
    assert is_generic_refusal(node.attest())

    heir = make("returning")
    assert heir.bundle["JOIN_TOKEN"] != node.bundle["JOIN_TOKEN"] and heir.edge["id"] != node.edge["id"]
    heir.join()
    assert heir.send([record(10)], 1, epoch=node.epoch).json()["acked"] == 1  # Its own stream, whatever it is called.
    assert node.send([record(2)], 2).status_code == 403
    streams = dict(server.psql("select edge_id, acked from log_streams where epoch = '%s'" % node.epoch))
    assert streams == {node.edge["id"]: "1", heir.edge["id"]: "1"}


@pytest.mark.proves("EDGE-23")
def test_the_streams_of_two_edges_stay_apart(server, tmp_path, make):
    workspace, version, pipeline, publish = server.published()
    one, two = make(publish=publish).join(), make(publish=publish).join()
    two.epoch = one.epoch
    for first in (1, 3):
        assert one.send([record(first), record(first + 1)], first).json() == {
            "acked": first + 1, "duplicate": False, "next_delay_ms": 0}
    assert two.send([record(100)], 1).json()["acked"] == 1
    assert two.send([record(104)], 5).status_code == 409
    rows = server.all_logs(pipeline["id"])
    by_partition = {}
    for row in reversed(rows):
        by_partition.setdefault(row["metadata"]["partition"], []).append(row["in"]["n"])
    assert by_partition == {one.edge["name"]: [1, 2, 3, 4], two.edge["name"]: [100]}


def test_the_edge_port_takes_only_tls_1_3_and_certificates_of_its_own_authority(server, make, tmp_path):
    node = make().join()
    unnamed = node.send([record(1)], 1, session=node.new_session())
    assert (unnamed.status_code, unnamed.json()["code"]) == (401, "unauthenticated")

    chain, key = make_certificate(tmp_path)
    foreign = node.new_session()
    foreign.cert = (str(chain), str(key))
    with pytest.raises((requests.exceptions.SSLError, requests.exceptions.ConnectionError)):
        node.send([record(1)], 1, session=foreign)

    # The edge's own key under a self-made certificate with the right name.
    fake = tmp_path / "fake.pem"
    subprocess.run(["openssl", "req", "-x509", "-new", "-key", node.key_file, "-days", "2", "-subj", "/CN=fake", "-addext",
                    f"subjectAltName=URI:spiffe://drover.local/ns/deployments/edge/{node.edge['id']}", "-addext",
                    "keyUsage=critical,digitalSignature", "-addext", "extendedKeyUsage=clientAuth", "-addext",
                    "basicConstraints=critical,CA:FALSE", "-out", fake], check=True, capture_output=True, timeout=30)
    foreign.cert = (str(fake), str(node.key_file))
    with pytest.raises((requests.exceptions.SSLError, requests.exceptions.ConnectionError)):
        node.send([record(1)], 1, session=foreign)

    old = ssl.create_default_context(cafile=str(node.authority))
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError), socket.create_connection(("127.0.0.1", server.edge_port), timeout=10) as plain:
        old.wrap_socket(plain, server_hostname="127.0.0.1")
    new = ssl.create_default_context(cafile=str(node.authority))
    with socket.create_connection(("127.0.0.1", server.edge_port), timeout=10) as plain:
        assert new.wrap_socket(plain, server_hostname="127.0.0.1").version() == "TLSv1.3"
    with socket.create_connection(("127.0.0.1", server.edge_port), timeout=10) as plain:  # No TLS at all.
        plain.sendall(b"GET /api/v1/edge/attest HTTP/1.1\r\nHost: x\r\n\r\n")
        assert not plain.recv(100).startswith(b"HTTP/")
    assert node.send([record(1)], 1).status_code == 200

    # The API port knows nothing of these routes, and the edge port nothing of the API.
    assert requests.post(f"{server.url}/api/v1/edge/logs", timeout=10).status_code in (401, 404)
    assert node.session.get(f"https://127.0.0.1:{server.edge_port}/api/v1/workspaces", timeout=10).status_code == 404


@pytest.mark.proves("EDGE-14", "EDGE-21")
def test_an_edge_that_was_silent_for_seven_days_is_out(server, make):
    node = make().join()
    assert node.send([record(1)], 1).status_code == 200
    silence = "update edges set last_contact_at = now() - interval '%s' where id = '" + node.edge["id"] + "'"
    server.psql(silence % "6 days 23 hours")
    assert node.send([record(2)], 2).status_code == 200  # And that counts as contact.
    [[days]] = server.psql("select now() - last_contact_at < interval '1 minute' from edges where id = '%s'" % node.edge["id"])
    assert days == "t"
    server.psql(silence % "7 days 1 second")
    refused = node.send([record(3)], 3)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden"), refused.text
    assert server.api("GET", f"/edges/{node.edge['id']}").json()["state"] == "stale"
    assert node.send([record(3)], 3).status_code == 403  # Asking does not bring it back.


# Log batches


@pytest.fixture
def node(server, make):
    _, _, pipeline, publish = server.published()
    node = make(publish=publish).join()
    node.pipeline, node.publish = pipeline["id"], publish
    return node


def numbers(server, node):
    """What is stored, oldest first."""
    return [row["in"]["n"] for row in reversed(server.all_logs(node.pipeline))]


@pytest.mark.proves("EDGE-19")
def test_batches_are_applied_once_and_in_order(server, node):
    batch = [record(n) for n in range(1, 6)]
    gap = node.send([record(9)], 9)
    assert (gap.status_code, gap.json()["code"], gap.json()["ack"]["acked"]) == (409, "log_gap", 0), gap.text
    assert node.send(batch, 1).json() == {"acked": 5, "duplicate": False, "next_delay_ms": 0}
    assert node.send(batch, 1).json() == {"acked": 5, "duplicate": True, "next_delay_ms": 0}
    assert node.send(batch[1:3], 2).json()["duplicate"] is True
    gap = node.send([record(7)], 7)
    assert (gap.status_code, gap.json()["ack"]) == (409, {"acked": 5, "duplicate": False, "next_delay_ms": 0})
    overlap = [record(n) for n in range(3, 9)]
    assert node.send(overlap, 3).json()["acked"] == 8
    assert numbers(server, node) == list(range(1, 9))
    other = str(uuid.uuid4())  # A new epoch begins at 1 again.
    assert node.send([record(9)], 2, epoch=other).status_code == 409
    assert node.send([record(9)], 1, epoch=other).json()["acked"] == 1
    assert numbers(server, node) == list(range(1, 10))


def test_sixteen_copies_of_a_batch_at_once_are_stored_once(server, node):
    batch = [record(n) for n in range(1, 101)]

    def one(_):
        session = node.new_session()
        session.cert = node.session.cert
        answers = [node.send(batch, 1, session=session)]
        while answers[-1].status_code == 429:  # More copies than the server takes of one edge at once.
            assert answers[-1].headers["Retry-After"] == "1"
            answers.append(node.send(batch, 1, session=session))
        return answers[-1]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(one, range(16)))
    assert {a.status_code for a in answers} == {200}
    assert sorted(a.json()["duplicate"] for a in answers) == [False] + [True] * 15
    assert numbers(server, node) == list(range(1, 101))


def test_a_bad_batch_is_refused_by_name_and_stores_nothing(server, node):
    good = json.dumps(record(1))
    body = gzip.compress(good.encode() + b"\n")
    cases = [
        (node.send([record(1)], 1, **{"Content-Digest": "sha-256=:" + "A" * 43 + "=:"}), 422, "Content-Digest"),
        (node.send([record(1)], 1, **{"Content-Digest": "nonsense"}), 422, "Content-Digest"),
        (node.send([record(1)], 1, count=2), 422, "X-Count"),
        (node.send([record(1), record(2)], 1, count=1), 422, "X-Count"),
        (node.send([record(1)], 1, count=0), 422, "X-Count"),
        (node.send([record(1)], 0), 422, "X-First-Seq"),
        (node.send([record(1)], -1), 422, "X-First-Seq"),
        (node.send([record(1)], "1e3"), 422, "X-First-Seq"),
        (node.send([record(1)], 2**63), 422, "X-First-Seq"),
        (node.send([record(1)], 1, epoch="today"), 422, "X-Stream-Epoch"),
        (node.send([record(1)], 1, **{"Content-Encoding": "br"}), 415, None),
        (node.send([record(1)], 1, **{"Content-Type": "application/json"}), 415, None),
        (node.send([record(1)], 1, body=body[:-4]), 400, None),
        (node.send([record(1)], 1, body=body + b"x"), 400, None),
        (node.send([record(1)], 1, body=good.encode()), 400, None),
        (node.send([], 1, count=1), 422, "body[0]"),
        (node.send([record(n) for n in range(10_001)], 1), 422, "X-Count"),
    ]
    for number, (answer, status, field) in enumerate(cases):
        assert answer.status_code == status, (number, answer.text)
        if field:
            assert answer.json()["errors"][0]["field"] == field, (number, answer.text)
    assert numbers(server, node) == []
    assert node.send([record(1)], 1).json()["acked"] == 1


@pytest.mark.parametrize("bad", ["nonsense", "[1]", '"text"', "{", '{"a":1', '{"a":1} {"b":2}', '{"a":01}', '{"a":"\t"}',
                                 '{"a":NaN}', '{"a":' + "[" * 80 + "]" * 80 + "}", '{"a":"\\ud800x"', "{'a':1}"])
def test_a_record_that_is_no_json_object_is_named(server, node, bad):
    assert node.send([record(1), record(2)], 1).json()["acked"] == 2
    answer = node.send([record(3), record(4), bad, record(6)], 3)
    assert answer.status_code == 422, answer.text
    assert answer.json()["record"] == 5
    assert answer.json()["errors"][0]["field"] == "body[2]"
    gap = {"gap": {"from": 5, "to": 5, "reason": "refused"}}  # What the agent does then.
    assert node.send([record(3), record(4)], 3).json()["acked"] == 4
    assert node.send([gap], 5).json()["acked"] == 5
    assert node.send([record(6)], 6).json()["acked"] == 6
    assert numbers(server, node) == [1, 2, 3, 4, 6]


def test_a_record_that_is_not_utf8_is_refused(server, node):
    answer = node.send([1], 1, body=gzip.compress(b'{"a":"\xff\xfe"}\n'))
    assert answer.status_code == 422 and answer.json()["errors"][0]["rule"] == "utf8", answer.text


def test_a_gap_is_kept_as_such_and_covers_exactly_its_range(server, node):
    gap = {"gap": {"from": 1, "to": 100_000, "reason": "disk full"}}
    assert node.send([gap], 1, count=99_999).status_code == 422
    assert node.send([gap, record(1)], 1, count=100_000).status_code == 422
    assert node.send([gap], 1, count=100_000).json()["acked"] == 100_000
    assert node.send([record(7)], 100_001).json()["acked"] == 100_001
    assert numbers(server, node) == [7]
    assert server.psql("select gap, first_sequence, last_sequence, record_count from log_batches where edge_id = '%s'"
                       " order by first_sequence" % node.edge["id"])[0] == ["t", "1", "100000", "0"]


@pytest.mark.proves("EDGE-23", "LOG-35")
def test_partition_and_version_are_the_servers(server, node):
    lies = {"partition": "somebody-else", "pipeline_version": str(uuid.uuid4()), "elapsed": [5], "workspace_id": 1}
    doubled = '{"time":1,"in":{"n":2},"metadata":{"partition":"x","a":1},"metadata":{"partition":"y"}}'
    hidden = '{"time":1,"in":{"n":3},"met\\u0061data":{"partition":"x"}}'
    escaped = '{"time":1,"in":{"n":3},"metadata":{"p\\u0061rtition":"x","elapsed":[7]}}'
    for bad in (doubled, hidden):  # A reader might take either for the true one.
        refused = node.send([record(1), bad], 1)
        assert refused.status_code == 422 and refused.json()["record"] == 2, refused.text
    batch = [record(1, metadata=lies), record(2), escaped, '{"time":1,"in":{"n":4}}', '{"time":1,"in":{"n":5},"metadata":null}']
    assert node.send(batch, 1).status_code == 200
    rows = server.all_logs(node.pipeline)
    assert len(rows) == 5
    for row in rows:
        assert row["metadata"]["partition"] == node.edge["name"], row
        assert row["metadata"]["pipeline_version"] == node.publish["pipeline_version_name"], row
    assert rows[-1]["metadata"]["elapsed"] == [5]
    raw = server.logs(node.pipeline).text
    assert "somebody-else" not in raw and "u0061rtition" not in raw and '"partition":"x"' not in raw and '"partition":"y"' not in raw


def memory_peak(server):
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) << 10


def test_a_zip_bomb_and_a_large_body_are_refused_with_bounded_memory(server, node):
    before = memory_peak(server)
    # 512 MiB in half a MB: one long record, or no record at all.
    for filling, limit in ((b" ", 16 << 20), (b"\n", 64 << 20)):
        bomb = gzip.compress(filling * (512 << 20), 9)
        assert len(bomb) < 1 << 20
        answer = node.send([1], 1, body=bomb)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large"), answer.text
        assert answer.json()["detail"] == f"the limit is {limit} bytes"
    growth = memory_peak(server) - before
    assert growth < 96 << 20, f"{growth >> 20} MiB"

    large = json.dumps(record(1, noise=base64.b64encode(random_bytes(5 << 20)).decode()))
    answer = node.send([large], 1)
    assert answer.status_code == 413, answer.text
    assert answer.json()["detail"] == f"the limit is {4 << 20} bytes"
    assert node.send([record(1)], 1).json()["acked"] == 1


def random_bytes(count):
    return b"".join(hashlib.sha256(n.to_bytes(8, "big")).digest() for n in range(count // 32))
