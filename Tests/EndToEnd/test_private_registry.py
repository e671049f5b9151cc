"""A registry with a certificate of a private authority and with Basic credentials, as companies run them."""

import contextlib
import datetime
import ipaddress
import os
import pathlib
import subprocess

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from drover_process import BIN, eventually, free_port
from servers import MODEL_SHA, External, running

USER, PASSWORD = "robot", "open sesame"
# bcrypt of the password.
HTPASSWD = r"robot:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW"


def certificate(name, issuer=None):
    """(key, certificate): of an authority, or of 127.0.0.1 by the authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    signer, by = (issuer[0], issuer[1].subject) if issuer else (key, subject)
    now = datetime.datetime.now(datetime.timezone.utc)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(by).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(days=1))
    made = made.add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    if issuer:
        made = made.add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
    return key, made.sign(signer, hashes.SHA256())


def pem(made):
    return made.public_bytes(serialization.Encoding.PEM)


class PrivateRegistry:
    def __init__(self, directory):
        self.directory, self.port = directory, free_port()
        authority, stranger = certificate("Private CA"), certificate("Another CA")
        key, leaf = certificate("registry", authority)
        for name, data in {"ca.pem": pem(authority[1]), "other.pem": pem(stranger[1]), "leaf.pem": pem(leaf),
                           "key.pem": key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                                        serialization.NoEncryption()),
                           "htpasswd": HTPASSWD.encode()}.items():
            (directory / name).write_bytes(data)
        (directory / "registry.yml").write_text(f"""version: 0.1
log: {{level: warn, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {directory}/data}}, delete: {{enabled: true}}}}
auth: {{htpasswd: {{realm: private, path: {directory}/htpasswd}}}}
http: {{addr: "127.0.0.1:{self.port}", tls: {{certificate: {directory}/leaf.pem, key: {directory}/key.pem}}}}
""")
        with open(directory / "log", "ab") as log:
            self.process = subprocess.Popen(["docker-registry", "serve", directory / "registry.yml"], stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL, start_new_session=True)
        eventually(lambda: self.get("/v2/").status_code == 200, 30)

    def get(self, path):
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"https://127.0.0.1:{self.port}{path}", auth=(USER, PASSWORD), timeout=5,
                                headers={"Accept": "application/vnd.oci.image.manifest.v1+json"},
                                verify=str(self.directory / "ca.pem"))
        return requests.Response()

    def environment(self, authority="ca.pem"):
        return {"OCI_REGISTRY": f"127.0.0.1:{self.port}", "OCI_CA_FILE": str(self.directory / authority),
                "OCI_USERNAME": USER, "OCI_PASSWORD": PASSWORD}

    def stop(self):
        self.process.kill()
        self.process.wait(10)


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    it = PrivateRegistry(tmp_path_factory.mktemp("private"))
    yield it
    it.stop()


@pytest.fixture(scope="module")
def server(registry):
    class Server(External):
        @property
        def environment(self):
            return {**{k: v for k, v in super().environment.items() if k != "OCI_PLAIN_HTTP"}, **registry.environment()}

    with running(Server) as server:
        yield server


def bring(file, environment, **more):
    environment = {**os.environ, **environment, "OCI_REPOSITORY": "brought", **more}
    return subprocess.run([BIN / "drover", "admin", "import", file], env=environment, capture_output=True, text=True,
                          timeout=60, stdin=subprocess.DEVNULL)


def test_models_and_publishes_go_over_tls_of_a_private_authority(registry, server, tmp_path):
    _, version, _, publish = server.published()
    assert publish["status"] == "Published", publish
    name = publish["pipeline_url"].split("/", 1)[1].rsplit(":", 1)[0]
    assert MODEL_SHA in registry.get(f"/v2/{name}/manifests/{publish['pipeline_digest']}").text
    assert registry.get(f"/v2/{name}/blobs/sha256:{version['sha']}").status_code == 200
    assert PASSWORD not in pathlib.Path(f"{server.data}/drover.log").read_text()

    archive = tmp_path / "publish.tar"
    archive.write_bytes(server.api("GET", f"/publishes/{publish['id']}/export").content)
    done = bring(archive, registry.environment())
    assert done.returncode == 0, done.stderr
    assert registry.get(f"/v2/brought/{name}/blobs/sha256:{version['sha']}").status_code == 200
    # Another authority, none, and a wrong password: nothing is sent, and the password is in no message.
    for environment, more in ((registry.environment("other.pem"), {}), ({**registry.environment(), "OCI_CA_FILE": ""}, {}),
                              (registry.environment(), {"OCI_PASSWORD": "wrong sesame"})):
        done = bring(archive, environment, **more)
        assert done.returncode != 0
        assert PASSWORD not in done.stderr + done.stdout and "wrong sesame" not in done.stderr + done.stdout
