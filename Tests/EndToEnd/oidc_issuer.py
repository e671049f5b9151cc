"""A small OpenID provider that speaks the real protocol on loopback and lies on demand. Tests change what it says."""

import base64
import contextlib
import hashlib
import http.server
import json
import secrets
import threading
import time
import urllib.parse

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

CLIENT, SECRET, AUDIENCE = "drover-client", "s3cret of the client/+&", "drover-api"


class Key:
    """A signing key with its id."""

    def __init__(self, kid, algorithm="RS256"):
        self.kid, self.algorithm = kid, algorithm
        self.private = (ec.generate_private_key(ec.SECP256R1()) if algorithm.startswith("ES")
                        else rsa.generate_private_key(public_exponent=65537, key_size=2048))

    @property
    def jwk(self):
        made = jwt.get_algorithm_by_name(self.algorithm).to_jwk(self.private.public_key(), as_dict=True)
        return {**made, "kid": self.kid, "use": "sig", "key_ops": ["verify"]}

    @property
    def pem(self):
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def sign(self, claims, **header):
        return jwt.encode(claims, self.private, self.algorithm, headers={"kid": self.kid, **header})


def encoded(value):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Issuer:
    """Each attribute below may be changed while it runs; `honest()` puts everything back."""

    def __init__(self, port=0):
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                issuer.answer(self, None)

            def do_POST(self):
                issuer.answer(self, self.rfile.read(int(self.headers["Content-Length"])).decode())

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 100

            def handle_error(self, *_):
                pass  # A client that hung up.

        self.server = Server(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.codes, self.requests, self.released = {}, [], threading.Event()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.keys = [Key("first")]
        self.honest()

    def honest(self):
        self.person = {"sub": "s-1", "email": "grace@corp.example", "email_verified": True, "name": "Grace"}
        self.change = lambda claims: claims            # of the ID token, before it is signed
        self.sign = lambda claims: self.keys[0].sign(claims)
        self.userinfo = None                           # claims that only userinfo has
        self.metadata = {}                             # differences of the discovery document
        self.callback = lambda fields: fields          # what the browser takes back
        self.reuse = False                             # whether a code works again
        self.proof_age = 0                             # of the sign-in here when max_age asks for one; None: not told
        self.released.clear()
        self.broken = {}                               # path: function of the handler, instead of the answer
        self.requests.clear()

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()

    def answer(self, handler, body):
        url = urllib.parse.urlsplit(handler.path)
        self.requests.append(url.path)
        fields = dict(urllib.parse.parse_qsl(body if body is not None else url.query))
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if url.path in self.broken:
                return self.broken[url.path](handler)
            routes = {"/.well-known/openid-configuration": self.discovery, "/jwks": self.jwks, "/token": self.token,
                      "/authorize": self.authorize, "/me": self.me}
            status, value, headers = routes[url.path](handler, fields)
            reply(handler, status, json.dumps(value).encode(), **headers)

    def discovery(self, *_):
        return 200, {"issuer": self.url, "authorization_endpoint": self.url + "/authorize",
                     "token_endpoint": self.url + "/token", "jwks_uri": self.url + "/jwks",
                     "userinfo_endpoint": self.url + "/me", **self.metadata}, {}

    def jwks(self, *_):
        odd = [{"kty": "oct", "kid": "first", "k": encoded(b"x" * 32)}, {"kty": 7}, {"kty": "RSA", "kid": "half", "n": "AQAB"}]
        return 200, {"keys": odd + [key.jwk for key in self.keys]}, {}

    def authorize(self, _, fields):
        assert fields["client_id"] == CLIENT and fields["response_type"] == "code", fields
        assert fields["code_challenge_method"] == "S256" and len(fields["code_challenge"]) == 43, fields
        assert len(fields["state"]) >= 43 and len(fields["nonce"]) >= 43, fields
        code = secrets.token_urlsafe(16)
        self.codes[code] = fields
        back = self.callback({"code": code, "state": fields["state"], "iss": self.url})
        return 302, {}, {"Location": fields["redirect_uri"] + "?" + urllib.parse.urlencode(back)}

    def token(self, handler, fields):
        pair = ":".join(urllib.parse.quote(part, safe="") for part in (CLIENT, SECRET))
        if handler.headers["Authorization"] != "Basic " + base64.b64encode(pair.encode()).decode():
            return 401, {"error": "invalid_client"}, {}
        asked = self.codes.get(fields["code"]) if self.reuse else self.codes.pop(fields["code"], None)
        challenge = hashlib.sha256(fields["code_verifier"].encode()).digest()
        if not asked or asked["redirect_uri"] != fields["redirect_uri"] or encoded(challenge) != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}, {}
        self.id_token = self.sign(self.change({
            **self.times(), **self.proof(asked), **self.person, "iss": self.url, "aud": CLIENT, "nonce": asked["nonce"]}))
        return 200, {"id_token": self.id_token, "access_token": "opaque", "token_type": "Bearer"}, {}

    def proof(self, asked):
        told = "max_age" in asked and self.proof_age is not None
        return {"auth_time": int(time.time()) - self.proof_age} if told else {}

    def me(self, handler, _):
        assert handler.headers["Authorization"] == "Bearer opaque"
        return 200, self.userinfo or self.person, {}

    @staticmethod
    def times(age=0, life=300):
        now = int(time.time())
        return {"iat": now - age, "exp": now - age + life}

    def access_claims(self, **claims):
        return {**self.times(), "iss": self.url, "sub": self.person["sub"], "aud": [AUDIENCE, "account"],
                "jti": secrets.token_hex(8), "scope": "openid", **claims}

    def access_token(self, **claims):
        return self.keys[0].sign(self.access_claims(**claims), typ="at+jwt")

    def untyped(self, **claims):
        """An access token of a provider that gives them no type; a claim of None is left out."""
        values = self.access_claims(**claims)
        return self.keys[0].sign({name: value for name, value in values.items() if value is not None}, typ="JWT")


def reply(handler, status, body, **headers):
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)
