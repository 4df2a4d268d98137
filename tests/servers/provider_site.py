"""Canaille, an OpenID Connect provider, with what the tests have to change in it; in its own environment.

Started with its port and the address that it sends browsers back to. `/stage` takes as JSON what is to be so.
"""

import sys

from canaille import create_app
from canaille.app import models
from canaille.app.flask import csrf
from canaille.backends import Backend
from flask import request
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server


def main(port: int, way_back: str) -> None:
    """Serve until the process is ended."""
    app = create_app(
        config={
            "SECRET_KEY": "of the tests",
            "SERVER_NAME": f"localhost:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {"DATABASE": "memory", "SMTP": None, "TIMEZONE": "UTC"},
            "CANAILLE_OIDC": {
                "ACTIVE_JWKS": [new_key("first")],
                "TRUSTED_DOMAINS": "localhost",
            },
        }
    )
    # Who is verified there is not said by Canaille itself: here it is who has a telephone number.
    app.config["CANAILLE_OIDC"]["USERINFO_MAPPING"]["EMAIL_VERIFIED"] = (
        "{% if user.phone_numbers %}true{% endif %}"
    )
    with app.app_context():
        backend = Backend.instance
        backend.save(
            models.Client(
                client_id="sounding-board",
                client_secret="known to both",
                client_name="Sounding Board",
                client_uri=f"http://localhost:{port}",
                contacts=["ops@example.org"],
                redirect_uris=[way_back],
                post_logout_redirect_uris=[way_back.partition("/sign-in")[0] + "/"],
                grant_types=["authorization_code"],
                response_types=["code"],
                scope=["openid", "email", "profile", "groups"],
                token_endpoint_auth_method="client_secret_basic",
            )
        )
        client = backend.get(models.Client, client_id="sounding-board")
        client.audience = [client]
        backend.save(client)

    @app.post("/stage")
    @csrf.exempt
    def stage() -> str:
        wanted = request.get_json()
        if "key" in wanted:
            app.config["CANAILLE_OIDC"]["ACTIVE_JWKS"] = [new_key(wanted["key"])]
        for name, said in wanted.get("people", {}).items():
            person = backend.get(models.User, user_name=name) or models.User(user_name=name, family_name=name)
            person.formatted_name, person.emails = said["name"], [said["email"]]
            person.password = "an old oak door"
            person.phone_numbers = ["+49 555"] if said.get("is_verified", True) else []
            backend.save(person)
            join(person, said.get("groups", []))
        return "so be it"

    def join(person: "models.User", names: list[str]) -> None:
        for group in backend.query(models.Group):
            if group.display_name not in names and person in group.members:
                group.members = [each for each in group.members if each.user_name != person.user_name]
                backend.save(group)
        for name in names:
            group = backend.get(models.Group, display_name=name) or models.Group(
                display_name=name, members=[]
            )
            if person not in group.members:
                group.members = [*group.members, person]
                backend.save(group)

    make_server("127.0.0.1", port, app, threaded=True).serve_forever()


def new_key(kid: str) -> dict[str, str]:
    """A fresh key to sign with."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"}).as_dict(private=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
