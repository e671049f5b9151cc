"""Verification of what Drover publishes, from the specifications alone: cosign's simple signing (SIGNATURE_SPEC.md),
Sigstore bundles v0.3 (BUNDLE_SPEC.md) with DSSE envelopes, and referrers of distribution-spec 1.1."""

import base64
import hashlib
import json

import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json"
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
SIGN = "https://sigstore.dev/cosign/sign/v1"
PROVENANCE = "https://slsa.dev/provenance/v1"


class Unverified(Exception):
    """What is there does not prove what it should."""


class Repository:
    """One repository of a registry on plain http: `host/name`."""

    def __init__(self, reference):
        self.reference = reference
        host, self.name = reference.split("/", 1)
        self.base = f"http://{host}/v2/{self.name}"

    def manifest(self, reference):
        """(bytes, media type), or None."""
        answer = requests.get(f"{self.base}/manifests/{reference}", headers={"Accept": f"{MANIFEST}, {INDEX}"}, timeout=30)
        if answer.status_code == 404:
            return None
        answer.raise_for_status()
        if reference.startswith("sha256:") and digest_of(answer.content) != reference:
            raise Unverified("the manifest has another digest")
        return answer.content, answer.headers["Content-Type"]

    def blob(self, descriptor):
        answer = requests.get(f"{self.base}/blobs/{descriptor['digest']}", timeout=30)
        answer.raise_for_status()
        if digest_of(answer.content) != descriptor["digest"] or len(answer.content) != descriptor["size"]:
            raise Unverified("the blob is not what its descriptor says")
        return answer.content

    def referrers(self, digest, artifact_type=None):
        """Descriptors, by the API or by the tag that stands for it."""
        answer = requests.get(f"{self.base}/referrers/{digest}", timeout=30)
        if answer.status_code == 200:
            index = answer.json()
        else:
            found = self.manifest(digest.replace(":", "-"))
            if found is None:
                return []
            if found[1] != INDEX:
                raise Unverified("the referrers tag is no index")
            index = json.loads(found[0])
        return [d for d in index["manifests"] if artifact_type in (None, d.get("artifactType"))]


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def public_key(pem):
    key = serialization.load_pem_public_key(pem.encode())
    assert isinstance(key.curve, ec.SECP256R1)
    return key


def hint_of(key):
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


def check(key, signature, message):
    try:
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Unverified("invalid signature") from None


def verify_cosign(repository, digest, key):
    """The payloads at the tag `.sig` that the key signed; at least one, and each about this manifest."""
    found = repository.manifest(digest.replace(":", "-") + ".sig")
    if found is None:
        raise Unverified("no signatures found")
    accepted = []
    for layer in json.loads(found[0])["layers"]:
        if layer["mediaType"] != SIMPLE_SIGNING:
            continue
        payload = repository.blob(layer)
        try:
            check(key, base64.b64decode(layer["annotations"]["dev.cosignproject.cosign/signature"], validate=True), payload)
        except Unverified:
            continue
        critical = json.loads(payload)["critical"]
        if critical["type"] != "cosign container image signature":
            raise Unverified("another kind of payload")
        if critical["image"]["docker-manifest-digest"] != digest:
            raise Unverified("the payload is about another manifest")
        accepted.append(critical)
    if not accepted:
        raise Unverified("no signature of this key")
    return accepted


def pre_authentication_encoding(kind, payload):
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)


def verify_envelope(envelope, key):
    """The statement inside."""
    [signature] = envelope["signatures"]
    payload = base64.b64decode(envelope["payload"], validate=True)
    check(key, base64.b64decode(signature["sig"], validate=True),
          pre_authentication_encoding(envelope["payloadType"], payload))
    if envelope["payloadType"] != "application/vnd.in-toto+json":
        raise Unverified("another payload type")
    return json.loads(payload)


def bundles(repository, digest):
    """(bundle, descriptor in the referrers list, referring manifest) of each bundle."""
    for descriptor in repository.referrers(digest, BUNDLE):
        manifest = json.loads(repository.manifest(descriptor["digest"])[0])
        if manifest["subject"]["digest"] != digest or manifest["artifactType"] != BUNDLE:
            raise Unverified("a referrer of something else")
        [layer] = manifest["layers"]
        yield json.loads(repository.blob(layer)), descriptor, manifest


def verify_bundles(repository, digest, key):
    """The statements of the key about this manifest, by predicate type; at least one."""
    statements = {}
    for bundle, _, _ in bundles(repository, digest):
        if bundle["mediaType"] != BUNDLE:
            raise Unverified("another version of bundles")
        try:
            statement = verify_envelope(bundle["dsseEnvelope"], key)
        except Unverified:
            continue
        if statement["_type"] != "https://in-toto.io/Statement/v1":
            raise Unverified("no in-toto statement")
        if {"sha256": digest.removeprefix("sha256:")} not in [s["digest"] for s in statement["subject"]]:
            raise Unverified("the statement is about another manifest")
        statements.setdefault(statement["predicateType"], []).append(statement)
    if not statements:
        raise Unverified("no bundle of this key")
    return statements
