"""What a scanner sees that knows nothing of the program: TLS by nmap, and the headers of whatever is answered."""

import datetime
import json
import re
import socket
import subprocess
import xml.etree.ElementTree

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from drover_process import EMAIL, ROOT, eventually, free_port
from edge_node import key_pem, new_key, pem
from page_client import PageClient

DOCUMENT = json.loads((ROOT / "docs/openapi.json").read_text())
READS = sorted(path for path, item in DOCUMENT["paths"].items() if "get" in item and "servers" not in item)
PAGES = sorted(path for path in READS if "Pages" in DOCUMENT["paths"][path]["get"]["tags"])
STRONG = {"TLS_AKE_WITH_AES_128_GCM_SHA256", "TLS_AKE_WITH_AES_256_GCM_SHA384", "TLS_AKE_WITH_CHACHA20_POLY1305_SHA256"}
# The same for everybody, and no secret.
CACHEABLE = {"/api/v1/openapi.json", "/auth/realms/master/.well-known/openid-configuration",
             "/auth/realms/master/protocol/openid-connect/certs", "/assets/pages.css"}
# Our name may be known; what we are made of, and which version of it, is nobody's business.
MADE_OF = re.compile(rb"hummingbird|swift|nio\b|libpq|postgres|boringssl|\.swift:\d+", re.I)


def scan(port):
    """What nmap's ssl-enum-ciphers finds: {protocol: {cipher: grade}} and the least grade."""
    done = subprocess.run(["nmap", "-Pn", "-n", "-sT", "-p", str(port), "--script", "ssl-enum-ciphers", "-oX", "-",
                           "127.0.0.1"], capture_output=True, text=True, timeout=120, check=True)
    script = xml.etree.ElementTree.fromstring(done.stdout).find(".//script[@id='ssl-enum-ciphers']")
    if script is None:
        return {}, None, []
    found = {}
    for protocol in script.findall("table"):
        ciphers = protocol.find("table[@key='ciphers']")
        found[protocol.get("key")] = {
            cipher.find("elem[@key='name']").text: cipher.find("elem[@key='strength']").text for cipher in ciphers}
    warnings = [elem.text for elem in script.findall("table/table[@key='warnings']/elem")]
    return found, script.find("elem[@key='least strength']").text, warnings


def test_the_edge_port_speaks_tls_1_3_only_and_no_weak_cipher(drover):
    found, least, warnings = scan(drover.edge_port)
    assert list(found) == ["TLSv1.3"] and set(found["TLSv1.3"]) <= STRONG and found["TLSv1.3"], found
    assert set(found["TLSv1.3"].values()) == {"A"} and least == "A" and warnings == []


def test_the_scan_sees_an_old_protocol_where_there_is_one(tmp_path):
    key, name = new_key(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "old")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + datetime.timedelta(1)).sign(
        key, hashes.SHA256())
    (tmp_path / "key.pem").write_text(key_pem(key))
    (tmp_path / "certificate.pem").write_text(pem(certificate))
    port = free_port()
    server = subprocess.Popen(["openssl", "s_server", "-tls1_2", "-accept", str(port), "-key", tmp_path / "key.pem",
                               "-cert", tmp_path / "certificate.pem", "-cipher", "ALL", "-quiet"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: is_open(port))
        found, _, _ = scan(port)
        assert "TLSv1.2" in found and "TLSv1.3" not in found
    finally:
        server.kill()
        server.wait()


def is_open(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def test_the_api_port_takes_no_tls(drover):
    # A proxy brings it (README); half of it here would be worse than none.
    assert scan(drover.port) == ({}, None, [])


def check(answer, path):
    """What every answer keeps to."""
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff", path
    # The framework leaves leading zeros out, so one server in sixteen has shorter ids.
    assert re.fullmatch("[0-9a-f]{17,32}", headers["X-Request-Id"]), path
    assert not {"Server", "X-Powered-By", "Via", "Access-Control-Allow-Origin"} & set(headers), headers
    shared = answer.status_code == 200 and path in CACHEABLE
    assert headers["Cache-Control"].startswith("public, max-age=" if shared else "no-store"), (path, headers)
    told = " ".join(f"{name}: {value}" for name, value in headers.items()).encode()
    assert not MADE_OF.search(told), told
    if answer.status_code >= 400:
        assert not MADE_OF.search(answer.content), answer.text


@pytest.mark.parametrize("path", READS)
def test_every_answer_has_the_headers(drover, path):
    url = drover.url + re.sub(r"\{\w+\}", "1", path)
    for token in (None, "made-up", drover.bearer()):
        headers = {"Origin": "https://evil.example", **({"Authorization": f"Bearer {token}"} if token else {})}
        check(drover.session.get(url, headers=headers, allow_redirects=False, timeout=30), path)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_keeps_to_itself(drover, path):
    stranger, person = PageClient(drover), PageClient(drover)
    person.sign_in(EMAIL)
    for browser in (stranger, person):
        page = browser.get(re.sub(r"\{\w+\}", "1", path))
        if "text/css" in page.headers.get("Content-Type", ""):
            continue
        if page.html:
            policy = dict(part.strip().split(" ", 1) for part in page.headers["Content-Security-Policy"].split(";"))
            assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
            assert set(policy) <= {"default-src", "style-src", "form-action", "frame-ancestors", "base-uri"}
            assert "unsafe" not in page.headers["Content-Security-Policy"]
            assert page.headers["Referrer-Policy"] == "no-referrer" and page.headers["X-Frame-Options"] == "DENY"
        for cookie in browser.session.cookies:
            assert cookie.has_nonstandard_attr("HttpOnly") and cookie.path == "/" and not cookie.domain_specified
            assert cookie.get_nonstandard_attr("SameSite") in ("Lax", "Strict")


MALFORMED = [b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET /\x00 HTTP/1.1\r\n\r\n",
             b"TRACE / HTTP/1.1\r\nHost: a\r\nX-Mine: echo-me\r\nConnection: close\r\n\r\n",
             b"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
             b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello",
             b"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
             b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 100_000 + b"\r\n\r\n"]


@pytest.mark.parametrize("request_bytes", MALFORMED, ids=range(len(MALFORMED)))
def test_what_is_no_request_learns_nothing(drover, request_bytes):
    answer = b""
    with socket.create_connection(("127.0.0.1", drover.port), timeout=5) as connection:
        try:
            connection.sendall(request_bytes)
            connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65536):
                answer += part
        except (ConnectionError, TimeoutError):
            pass  # Hanging up is an answer.
    assert not MADE_OF.search(answer) and b"echo-me" not in answer and b"root:" not in answer
    assert not re.search(rb"^HTTP/1\.1 (2|5)\d\d", answer) and not re.search(rb"^server:", answer, re.I | re.M), answer
    assert drover.is_ready()
