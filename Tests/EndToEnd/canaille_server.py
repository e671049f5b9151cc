"""A real OpenID provider for tests, Canaille, in a process of its own: people with passwords, a consent page, PKCE.

    python canaille_server.py PORT CALLBACK
"""

import os
import sys

from canaille import create_app
from canaille.app import models
from joserfc.jwk import RSAKey
from werkzeug.serving import run_simple

from canaille_values import CLIENT, PASSWORD, SECRET


def configuration(port):
    return {
        "SECRET_KEY": os.urandom(16).hex(),
        "SERVER_NAME": f"127.0.0.1:{port}", "PREFERRED_URL_SCHEME": "http",
        "CANAILLE": {"DATABASE": "memory", "JAVASCRIPT": False, "HTMX": False, "CAPTCHA_ENABLED": False,
                     "LOGIN_ATTRIBUTES": ["user_name"]},
        "CANAILLE_OIDC": {
            # Without this it asks nobody for consent.
            "TRUSTED_DOMAINS": [],
            "ACTIVE_JWKS": [RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True)]},
    }


def fill(backend, callback):
    people = {}
    for name, given in (("grace", "Grace"), ("alan", "Alan")):
        people[name] = models.User(
            user_name=name, formatted_name=f"{given} Example", family_name="Example", given_name=given,
            emails=[f"{name}@corp.example"], password=PASSWORD)
        backend.save(people[name])
    backend.save(models.Group(display_name="operators", members=[people["grace"]]))
    client = models.Client(
        client_id=CLIENT, client_secret=SECRET, client_name="Drover", client_uri=callback,
        redirect_uris=[callback], grant_types=["authorization_code"], response_types=["code"],
        scope=["openid", "profile", "email", "groups"], token_endpoint_auth_method="client_secret_basic")
    backend.save(client)
    client.audience = [client]
    backend.save(client)


def main():
    port, callback = int(sys.argv[1]), sys.argv[2]
    app = create_app(configuration(port))
    # It has no such claim of its own: whoever runs it says so, for everybody.
    app.config["CANAILLE_OIDC"]["USERINFO_MAPPING"]["EMAIL_VERIFIED"] = "true"
    with app.app_context():
        fill(app.backend, callback)
    # Browsers keep idle connections open, for which a single thread would wait.
    run_simple("127.0.0.1", port, app, threaded=True)


if __name__ == "__main__":
    main()
