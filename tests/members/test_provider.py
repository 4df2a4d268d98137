"""What a provider may say, and above all what is not believed of it."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey

from community.config import load
from community.infra.errors import Unavailable
from community.members import outsiders, provider
from tests.servers.false_provider import FalseProvider, secret_key

SECRET = "known to both of us, and therefore to nobody else in this world"
STRANGE_KEY = RSAKey.generate_key(2048, {"kid": "own", "alg": "RS256", "use": "sig"})
NOW = int(time.time())


@pytest.fixture(scope="module")
def server():
    server = FalseProvider()
    yield server
    server.stop()


@pytest.fixture
def database_kind():
    """What is not believed reaches no database."""
    return "sqlite"


@pytest.fixture
def site(app, server, monkeypatch):
    server.be_good()
    settings = {
        "BASE_URL": "http://localhost:8000", "OIDC_ISSUER": server.issuer,
        "OIDC_CLIENT_ID": "sounding-board", "OIDC_CLIENT_SECRET": SECRET, "OIDC_NAME": "Oak House",
    }  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setitem(app.config, name, value)
    provider.init_app(app)
    yield app.test_client()
    app.extensions.pop("oidc_provider")


def come_back(site, server, **query):
    """Leave for the provider and come back with its answer."""
    asked = parse_qs(urlsplit(site.get("/sign-in/provider").location).query)
    server.claims.setdefault("nonce", asked["nonce"][0])
    values = {"code": "abc", "state": asked["state"][0], **query}
    return site.get("/sign-in/provider/back", query_string=values)


# What the signed answer holds instead of what it should; `left_out` are claims that are not there.
BAD = {
    "nonce of somebody else": {"claims": {"nonce": "another"}},
    "no nonce": {"left_out": ("nonce",)},
    "not signed": {"header": {"alg": "none"}},
    "signed with our secret": {"header": {"alg": "HS256"}, "key": secret_key(SECRET)},
    "signed with a stranger's key": {"key": STRANGE_KEY},
    "signed with a key nobody has": {"key": STRANGE_KEY, "header": {"alg": "RS256", "kid": "strange"}},
    "for another site": {"claims": {"aud": "other-site"}},
    "for us and others, asked by another": {"claims": {"aud": ["sounding-board", "x"], "azp": "x"}},
    "from another issuer": {"claims": {"iss": "https://elsewhere.example"}},
    "expired": {"claims": {"exp": NOW - 120}},
    "from the future": {"claims": {"iat": NOW + 3600, "nbf": NOW + 3600}},
    "without an end": {"left_out": ("exp",)},
    "about nobody": {"claims": {"sub": ""}},
    "about too much": {"claims": {"sub": "x" * 256}},
    "about a number": {"claims": {"sub": 7}},
    "about one, with the address of another": {"more": {"sub": "ben"}},
    "code refused": {"is_unwilling": True},
}  # fmt: skip


class TestBadAnswers:
    def test_a_good_answer_is_believed(self, site, server):
        assert come_back(site, server).location == "/join/provider"

    @pytest.mark.parametrize("wrong", BAD)
    def test_it_opens_nothing(self, site, server, wrong):
        for name, value in BAD[wrong].items():
            setattr(server, name, value)
        answer = come_back(site, server)
        assert (answer.status_code, "could not tell us who you are" in answer.text) == (422, True)
        assert site.get("/join/provider").location == "/sign-in"

    @pytest.mark.parametrize("seconds", [{"exp": -30}, {"iat": 30, "nbf": 30}])
    def test_clocks_may_differ_by_a_minute(self, site, server, seconds):
        # From this moment on: on a busy machine the module was loaded long ago.
        server.claims = {name: int(time.time()) + off for name, off in seconds.items()}
        assert come_back(site, server).location == "/join/provider"

    @pytest.mark.parametrize(
        "query",
        [{"state": "another"}, {"state": ""}, {"iss": "https://elsewhere.example"}, {"code": ""},
         {"code": "", "error": "access_denied"}],
    )  # fmt: skip
    def test_the_way_back_has_to_be_that_of_this_browser(self, site, server, query):
        assert come_back(site, server, **query).status_code == 422
        assert site.get("/join/provider").location == "/sign-in"

    def test_an_answer_is_taken_once_and_by_the_browser_that_asked(self, app, site, server):
        asked = parse_qs(urlsplit(site.get("/sign-in/provider").location).query)
        server.claims["nonce"] = asked["nonce"][0]
        back = {"code": "abc", "state": asked["state"][0]}
        path = "/sign-in/provider/back"
        assert app.test_client().get(path, query_string=back).status_code == 422
        assert site.get(path, query_string=back).location == "/join/provider"
        assert site.get(path, query_string=back).status_code == 422

    @pytest.mark.parametrize("broken", ["/.well-known/openid-configuration", "/keys", "/token", "/more"])
    def test_nonsense_is_an_outage(self, app, site, server, broken):
        if broken == "/.well-known/openid-configuration":
            server.broken = broken
            assert site.get("/sign-in/provider").status_code == 503
        else:
            site.get("/sign-in/provider")
            server.broken = broken
            assert come_back(site, server).status_code == 503


class TestQuestion:
    def test_it_is_asked_with_pkce_and_nonce_and_never_twice_the_same(self, site, server):
        asked = [parse_qs(urlsplit(site.get("/sign-in/provider").location).query) for _time in range(2)]
        assert asked[0]["code_challenge_method"] == ["S256"]
        assert asked[0]["redirect_uri"] == ["http://localhost:8000/sign-in/provider/back"]
        for name in ("state", "nonce", "code_challenge"):
            assert asked[0][name] != asked[1][name]
            assert len(asked[0][name][0]) >= 43

    def test_many_who_wait_for_one_that_is_away_wait_once(self, app, site, server):
        server.broken = "/.well-known/openid-configuration"
        before = len(server.asked)
        for _time in range(5):
            with pytest.raises(Unavailable):
                provider.find()._description.get()
        assert len(server.asked) - before == 1


class TestClaims:
    @pytest.mark.parametrize(
        ("claim", "said", "roles"),
        [
            ("groups", {"groups": ["crew", "other"]}, {("owner", "tea"), ("moderator", "")}),
            ("groups", {"groups": "crew"}, {("owner", "tea"), ("moderator", "")}),
            ("realm_access.roles", {"realm_access": {"roles": ["desk"]}}, {("analyst", "")}),
            ("https://site.example/roles", {"https://site.example/roles": ["desk"]}, {("analyst", "")}),
            ("groups", {"groups": {"crew": True}}, set()),
            ("groups", {}, set()),
        ],
    )
    def test_roles_follow_from_what_the_claim_holds(self, claim, said, roles):
        mapping = [("crew", "owner", "tea"), ("crew", "moderator", ""), ("desk", "analyst", "")]
        found = outsiders.read_outsider(
            {"sub": "rosa", **said}, issuer="x", roles_claim=claim, mapping=mapping
        )
        assert set(found.roles) == roles

    @pytest.mark.parametrize(("said", "is_verified"), [
        (True, True), ("true", True), (False, False), ("false", False), (None, False), ("1", False),
    ])  # fmt: skip
    def test_an_address_is_verified_only_if_that_is_said(self, said, is_verified):
        claims = {"sub": "rosa", "email": "rosa@example.org", "email_verified": said}
        found = outsiders.read_outsider(claims, issuer="x", roles_claim="groups", mapping=[])
        assert found.is_email_verified is is_verified

    @pytest.mark.parametrize("text", ["crew", "=owner", "crew=king", "crew=", "cn=crew, a=owner"])
    def test_a_mapping_that_says_nothing_stops_the_start(self, tmp_path, monkeypatch, text):
        monkeypatch.setenv("OIDC_ROLES", text)
        with pytest.raises(SystemExit, match="OIDC_ROLES"):
            load({"INSTANCE": tmp_path})

    def test_the_mapping_is_read_from_its_setting(self, tmp_path, monkeypatch):
        monkeypatch.setenv("OIDC_ROLES", "cn=crew=moderator, a b=owner@tea")
        assert load({"INSTANCE": tmp_path})["OIDC_ROLES"] == [
            ("cn=crew", "moderator", ""), ("a b", "owner", "tea"),
        ]  # fmt: skip
