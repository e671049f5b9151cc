"""A node as an attacker or another implementation would write it: own keys, own requests, the edge port over real TLS."""

import base64
import gzip
import hashlib
import json
import ssl
import subprocess
import uuid

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def bundle_lines(bundle):
    """The lines of an EDGE_BUNDLE as pairs, in order."""
    lines = base64.b64decode(bundle, validate=True).decode().split("\n")
    assert all(line.startswith("export ") for line in lines), lines
    return [tuple(line.removeprefix("export ").split("=", 1)) for line in lines]


def token_of(bundle):
    return dict(bundle_lines(bundle))["JOIN_TOKEN"]


def pem(thing):
    return thing.public_bytes(serialization.Encoding.PEM).decode()


def key_pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption()).decode()


def request_for(key, subject="node", names=()):
    """A PKCS#10 request."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(list(names)), critical=False)
    return pem(builder.sign(key, hashes.SHA256()))


def new_key():
    return ec.generate_private_key(ec.SECP256R1())


def authority_of(server, fingerprint):
    """The certificate at the edge port whose SHA-256 the bundle pins, as PEM."""
    done = subprocess.run(["openssl", "s_client", "-showcerts", "-connect", f"127.0.0.1:{server.edge_port}"],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    for part in done.stdout.split(begin)[1:]:
        text = begin + part.split(end)[0] + end + "\n"
        if hashlib.sha256(ssl.PEM_cert_to_DER_cert(text)).hexdigest() == fingerprint:
            return text
    raise AssertionError("the pinned authority is not in the chain: " + done.stdout[-2000:])


class Node:
    """One key, and the certificate it got."""

    def __init__(self, server, bundle, directory, key=None):
        self.server, self.bundle = server, dict(bundle_lines(bundle))
        self.directory = directory
        directory.mkdir(exist_ok=True)
        self.key = key or new_key()
        self.authority = directory / "authority.pem"
        self.authority.write_text(authority_of(server, self.bundle["OPS_CA_SHA256"]))
        self.key_file, self.certificate_file = directory / "key.pem", directory / "certificate.pem"
        self.key_file.write_text(key_pem(self.key))
        self.epoch = str(uuid.uuid4())
        self.session = self.new_session()

    def new_session(self):
        """Trusts the pinned authority, whatever the environment says; presents nothing."""
        session = requests.Session()
        session.trust_env, session.verify = False, str(self.authority)
        return session

    @property
    def url(self):
        return f"https://127.0.0.1:{self.server.edge_port}/api/v1/edge"

    def attest(self, csr=None, token=None):
        return requests.post(self.url + "/attest", verify=str(self.authority), timeout=30, json={
            "join_token": token or self.bundle["JOIN_TOKEN"], "csr": csr or request_for(self.key)})

    def join(self):
        answer = self.attest()
        assert answer.status_code == 200, answer.text
        self.answer = answer.json()
        self.use("".join(self.answer["svid"]))
        return self

    def use(self, certificate_pem):
        self.certificate_file.write_text(certificate_pem)
        self.certificate = x509.load_pem_x509_certificate(certificate_pem.encode())
        self.session.cert = (str(self.certificate_file), str(self.key_file))

    def send(self, records, first, count=None, epoch=None, body=None, session=None, **headers):
        """Ships a batch; `records` are objects or text lines."""
        if body is None:
            lines = [r if isinstance(r, str) else json.dumps(r, separators=(",", ":")) for r in records]
            body = gzip.compress("".join(line + "\n" for line in lines).encode(), 1)
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        return (session or self.session).post(self.url + "/logs", data=body, timeout=60, headers={
            "Content-Type": "application/x-ndjson", "Content-Encoding": "gzip",
            "X-Stream-Epoch": epoch or self.epoch, "X-First-Seq": str(first),
            "X-Count": str(len(records) if count is None else count),
            "Content-Digest": f"sha-256=:{digest}:", **headers})


def record(number, **more):
    return {"time": 1736150400000 + number, "in": {"n": number}, "out": {"n": [number]}, "anomaly": {"count": 0},
            "metadata": {"last_model": "{}", "elapsed": [1, 2], "dropped": []}, **more}
