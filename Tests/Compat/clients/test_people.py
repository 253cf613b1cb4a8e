"""Users and organisations: overviews, members, followers."""

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError

from support.people import ORGANISATION, token_of
from support.shim import status_of

row = pytest.mark.row
FOLLOWERS = "GET /api/users/{u}/followers|following"
ORGANISATIONS = "GET /api/organizations/{o}/overview|followers|members"


@pytest.fixture
def carol(hub, fresh):
    """A user of this test's own: the name and the client."""
    name = fresh().split("/")[1]
    hub.admin("user", "create", name, "--token", token_of(name.replace("-", "")), "--full-name", "Carol Example")
    return name, HfApi(endpoint=hub.url, token=token_of(name.replace("-", "")))


@pytest.fixture
def group(raw, fresh):
    """An organisation that alice has just made through the API."""
    name = fresh().split("/")[1]
    raw.post("/api/organizations", json_body={"name": name, "fullname": "A group"}).expect(201)
    return name


def missing(call):
    with pytest.raises(HfHubHTTPError) as failure:
        call()
    assert status_of(failure.value) == 404


@row("GET /api/users/{u}/overview")
def test_user_overview(alice, carol):
    """get_user_overview counts repositories, likes and followers as far as one may see them"""
    name, api = carol
    api.create_repo(f"{name}/one")
    api.create_repo(f"{name}/two", private=True)
    api.create_repo(f"{name}/three", repo_type="dataset")
    user = alice.api.get_user_overview(name)
    assert (user.username, user.fullname, user.is_pro) == (name, "Carol Example", False)
    assert (user.num_models, user.num_datasets, user.num_spaces) == (1, 1, 0)
    assert (user.num_likes, user.num_following, user.num_followers, user.is_following) == (0, 0, 0, False)
    assert api.get_user_overview(name).num_models == 2
    missing(lambda: alice.api.get_user_overview("no-such-user"))
    missing(lambda: alice.api.get_user_overview(ORGANISATION))
    assert ORGANISATION in {organisation.name for organisation in alice.api.get_user_overview("alice").orgs}


@row(FOLLOWERS, "POST|DELETE /api/users/{u}/follow")
def test_followers(alice, bob, raw, carol):
    """Followers and followed are listed; following twice is no error"""
    name, api = carol
    for token in (alice.token, bob.token, bob.token):
        raw.with_token(token).post(f"/api/users/{name}/follow").expect(200)
    assert {user.username for user in api.list_user_followers(name)} == {"alice", "bob"}
    assert name in {user.username for user in api.list_user_following("bob")}
    assert bob.api.get_user_overview(name).is_following
    assert not api.get_user_overview(name).is_following
    assert api.get_user_overview(name).num_followers == 2
    raw.with_token(bob.token).delete(f"/api/users/{name}/follow").expect(200)
    assert [user.username for user in api.list_user_followers(name)] == ["alice"]
    raw.with_token(None).post(f"/api/users/{name}/follow").expect(401)
    raw.post("/api/users/alice/follow").expect(400)
    missing(lambda: list(api.list_user_followers("no-such-user")))
    missing(lambda: list(api.list_user_following("no-such-user")))


@row(ORGANISATIONS, "POST|DELETE /api/organizations/{o}/follow")
def test_organisation(alice, bob, raw, group):
    """An organisation's overview, members and followers"""
    alice.api.create_repo(f"{group}/open")
    alice.api.create_repo(f"{group}/closed", private=True)
    raw.with_token(bob.token).post(f"/api/organizations/{group}/follow").expect(200)
    seen = bob.api.get_organization_overview(group)
    assert (seen.name, seen.fullname, seen.num_users, seen.num_followers) == (group, "A group", 1, 1)
    assert (seen.num_models, seen.num_datasets, seen.num_spaces, seen.is_verified) == (1, 0, 0, False)
    assert alice.api.get_organization_overview(group).num_models == 2
    assert [user.username for user in bob.api.list_organization_members(group)] == ["alice"]
    assert [user["user"] for user in raw.get(f"/api/organizations/{group}/followers").expect(200).json()] == ["bob"]
    missing(lambda: bob.api.get_organization_overview("no-such-organisation"))
    missing(lambda: list(bob.api.list_organization_members("no-such-organisation")))
    missing(lambda: bob.api.get_organization_overview("alice"))


@pytest.mark.since(1, 0)
@row(ORGANISATIONS)
def test_organisation_followers(alice, bob, raw, group):
    """An organisation's followers"""
    raw.with_token(bob.token).post(f"/api/organizations/{group}/follow").expect(200)
    assert [user.username for user in alice.api.list_organization_followers(group)] == ["bob"]
    raw.with_token(bob.token).delete(f"/api/organizations/{group}/follow").expect(200)
    assert list(alice.api.list_organization_followers(group)) == []
    missing(lambda: list(alice.api.list_organization_followers("no-such-organisation")))


@row("POST|PUT|DELETE /api/organizations/{o}/members", "GET /api/whoami-v2")
def test_members(alice, bob, raw, group, fresh):
    """Members are added, given roles and removed; the role decides what they may do"""
    repo_id = f"{group}/m"
    alice.api.create_repo(repo_id, private=True)
    members = f"/api/organizations/{group}/members"
    raw.with_token(bob.token).post(members, json_body={"user": "bob", "role": "admin"}).expect(403)
    raw.post(members, json_body={"user": "bob", "role": "read"}).expect(201)
    assert bob.api.model_info(repo_id).private
    assert {"name": group, "role": "read"} in [{"name": org["name"], "role": org["roleInOrg"]} for org in bob.api.whoami()["orgs"]]
    with pytest.raises(HfHubHTTPError):
        bob.api.create_repo(f"{group}/bobs")
    # As documented for the Hub.
    raw.request("PUT", f"{members}/bob/role", json_body={"role": "write", "resourceGroups": []}).expect(200)
    bob.api.create_repo(f"{group}/bobs")
    raw.request("PUT", f"{members}/bob/role", json_body={"role": "owner"}).expect(400)
    raw.request("PUT", f"{members}/alice/role", json_body={"role": "read"}).expect(400)
    raw.post(members, json_body={"user": "bob", "role": "read"}).expect(409)
    raw.post(members, json_body={"user": "no-such-user", "role": "read"}).expect(404)
    assert {user.username for user in bob.api.list_organization_members(group)} == {"alice", "bob"}
    raw.delete(f"{members}/bob").expect(200)
    raw.delete(f"{members}/bob").expect(404)
    raw.delete(f"{members}/alice").expect(400)
    with pytest.raises(HfHubHTTPError):
        bob.api.model_info(repo_id)


@row("POST /api/organizations", "GET /api/organizations, /api/organizations/{id}")
def test_make_organisation(alice, raw, group):
    """A user makes an organisation and administers it"""
    assert group in {org["name"] for org in raw.get("/api/organizations").expect(200).json()}
    assert raw.get(f"/api/organizations/{group}").expect(200).json()["name"] == group
    raw.post("/api/organizations", json_body={"name": group.upper()}).expect(409)
    raw.post("/api/organizations", json_body={"name": "alice"}).expect(409)
    raw.post("/api/organizations", json_body={"name": "api"}).expect(400)
    raw.post("/api/organizations", json_body={"name": "bad name"}).expect(400)
    raw.with_token(None).post("/api/organizations", json_body={"name": "anonymous-org"}).expect(401)
    alice.api.create_repo(f"{group}/m")


@row(FOLLOWERS, ORGANISATIONS)
def test_pages(alice, bob, raw, carol, group):
    """Lists of people come in pages with an absolute address of the next"""
    name, api = carol
    raw.post(f"/api/organizations/{group}/members", json_body={"user": "bob", "role": "read"}).expect(201)
    for token in (alice.token, bob.token):
        raw.with_token(token).post(f"/api/users/{name}/follow").expect(200)
    for target in (f"/api/organizations/{group}/members?limit=1", f"/api/users/{name}/followers?limit=1"):
        seen = []
        while target:
            answer = raw.get(target).expect(200)
            seen += [entry["user"] for entry in answer.json()]
            link = answer.header("Link")
            target = link[link.index("<") + 1 : link.index(">")] if link else None
            assert target is None or target.startswith(raw.base)
        assert sorted(seen) == ["alice", "bob"]
