"""git clone and fetch, with both versions of the protocol."""

import os
import shutil
import subprocess

import pytest

from support.files import commit_files, git_blob, noise, sha256
from support.git import Git
from support.people import ALICE
from support.raw import Raw

row = pytest.mark.row("git: info/refs, upload-pack, receive-pack")


def history(model: str, commits: int, **options) -> list[str]:
    """Commits made through the API; their ids, the oldest first."""
    for number in range(commits):
        commit_files(ALICE.api, model, {f"folder/{number % 3}.txt": b"%d\n" % number, "README.md": b"# %d\n" % number}, **options)
    return [commit.commit_id for commit in reversed(ALICE.api.list_repo_commits(model, **options))]


@row
def test_clone(both, model):
    """git clone of what the API committed: same ids, same files, and nothing for fsck to find"""
    data = {"README.md": b"# Hello\n", "a/b/c.txt": b"deep\n", "empty": b"", "weights.bin": noise(200_000, 1)}
    commit_files(ALICE.api, model, data)
    clone = both.clone(model, "clone")
    clone.fsck()
    assert clone.head() == ALICE.api.model_info(model).sha
    for path in ("README.md", "a/b/c.txt", "empty"):
        assert (clone.folder / path).read_bytes() == data[path]
        assert clone.out("rev-parse", f"HEAD:{path}") == git_blob(data[path])
    pointer = (clone.folder / "weights.bin").read_text()
    assert f"oid sha256:{sha256(data['weights.bin'])}\nsize 200000\n" in pointer
    assert both.clone(model + ".git", "suffix").head() == clone.head()


@row
def test_clone_kinds(both, dataset, fresh):
    """Datasets and spaces have their own addresses"""
    assert both.clone("datasets/" + dataset, "data").head() == ALICE.api.dataset_info(dataset).sha
    space = fresh()
    ALICE.api.create_repo(space, repo_type="space", space_sdk="static")
    assert both.clone(f"spaces/{space}.git", "space").head() == ALICE.api.space_info(space).sha
    assert both("clone", both.address(dataset), "wrong", ok=False).returncode != 0


@row
def test_ls_remote(both, model):
    """git ls-remote names HEAD, branches and tags"""
    head = history(model, 2)[-1]
    ALICE.api.create_branch(model, branch="dev/one")
    ALICE.api.create_tag(model, tag="v1")
    lines = both.out("ls-remote", "--symref", both.address(model)).splitlines()
    assert lines == [
        "ref: refs/heads/main\tHEAD", f"{head}\tHEAD", f"{head}\trefs/heads/dev/one", f"{head}\trefs/heads/main", f"{head}\trefs/tags/v1",
    ]
    assert both.out("ls-remote", "--heads", both.address(model)).count("\n") == 1


@row
def test_fetch(both, model):
    """git fetch of new commits, of a branch that was there already, and of nothing"""
    history(model, 3)
    clone = both.clone(model, "clone")
    ids = history(model, 4)
    ALICE.api.create_branch(model, branch="old", revision=ids[2])
    clone("fetch", "-q")
    assert clone.head("origin/main") == ids[-1] and clone.head("origin/old") == ids[2]
    assert clone.out("rev-list", "--reverse", "origin/main").split() == ids
    clone("fetch", "-q")
    clone("merge", "-q", "--ff-only", "origin/main")
    clone.fsck()


@row
def test_fetch_from_a_clone_with_own_commits(both, model):
    """Negotiation finds what is in common although the client has hundreds of commits of its own"""
    history(model, 3)
    clone = both.clone(model, "clone")
    for number in range(300):
        clone("commit", "-q", "--allow-empty", "-m", f"own {number}")
    ids = history(model, 2)
    said = clone("fetch", "--progress", GIT_TRACE_PACKET="0").stderr
    assert clone.out("rev-list", "--reverse", "origin/main").split() == ids
    assert "Enumerating objects" in said
    # The two commits, their trees and files, and not what the client had.
    objects = int(said.split("Enumerating objects: ")[1].split(",")[0])
    assert objects <= 8, said
    clone.fsck()


@row
@pytest.mark.parametrize("depth", [1, 3, 100])
def test_shallow(both, model, depth):
    """git clone --depth, then deeper, then whole: each step as from git's own server"""
    ids = history(model, 6)
    mirror = both.clone(model, "mirror.git", "--mirror")
    clone = both.clone(model, "clone", "--depth", str(depth))
    both("clone", "-q", "--depth", str(depth), f"file://{mirror.folder}", "reference")
    reference = both.inside("reference")
    assert clone.out("rev-list", "--reverse", "HEAD").split() == ids[-depth:]
    clone.fsck()
    ids = history(model, 1)
    mirror("fetch", "-q", "origin", "+refs/*:refs/*")
    for step in ([], ["--depth", "2"], ["--deepen", "2"], ["--deepen", "1"], ["--unshallow"]):
        for each in (clone, reference):
            each("fetch", "-q", *step, ok=False)
        found = clone.out("rev-list", "--reverse", "origin/main").split()
        assert found == reference.out("rev-list", "--reverse", "origin/main").split(), step
        assert found[-1] == ids[-1]
        clone.fsck()
    assert found == ids


@row
def test_shallow_since_and_exclude(both, model, git):
    """--shallow-since and --shallow-exclude"""
    work = git.clone(model, "work")
    ids = [work.head()]
    for number in range(5):
        date = f"2020-01-0{number + 1}T00:00:00Z"
        work.write({"f": f"{number}"})
        work("add", "-A")
        work("commit", "-q", "-m", f"{number}", GIT_COMMITTER_DATE=date, GIT_AUTHOR_DATE=date)
        ids.append(work.head())
    work("tag", "v2", ids[2])
    work("push", "-q", "origin", "main", "v2")
    since = both.clone(model, "since", "--shallow-since=2020-01-04T00:00:00Z")
    assert since.out("rev-list", "--reverse", "HEAD").split() == ids[4:]
    without = both.clone(model, "without", "--shallow-exclude=v2")
    assert without.out("rev-list", "--reverse", "HEAD").split() == ids[3:]
    without("fetch", "-q", "--unshallow")
    assert without.out("rev-list", "--reverse", "HEAD").split() == ids
    for clone in (since, without):
        clone.fsck()
    refused = both("clone", "--shallow-exclude=nothing", both.address(model), "refused", ok=False)
    assert "not a ref: nothing" in refused.text


@row
def test_single_branch_and_tags(both, model):
    """--single-branch fetches one branch; tags come along"""
    ids = history(model, 3)
    ALICE.api.create_branch(model, branch="side", revision=ids[1])
    commit_files(ALICE.api, model, {"side.txt": b"side"}, revision="side")
    ALICE.api.create_tag(model, tag="v0", revision=ids[1])
    clone = both.clone(model, "clone", "--single-branch", "--branch", "main")
    assert clone.out("branch", "-r") == "origin/HEAD -> origin/main\n  origin/main"
    assert clone.out("tag") == "v0"
    side = ALICE.api.model_info(model, revision="side").sha
    assert clone("cat-file", "-e", side, ok=False).returncode != 0
    clone("fetch", "-q", "origin", side)
    assert clone.head("FETCH_HEAD") == side


@row
@pytest.mark.parametrize("filter", ["blob:none", "blob:limit=100"])
def test_partial(both, model, filter):
    """A partial clone fetches the rest when it is needed"""
    commit_files(ALICE.api, model, {"small.txt": b"s" * 99, "large.txt": b"l" * 100, "folder/other.txt": b"o" * 5000})
    commit_files(ALICE.api, model, {"large.txt": b"m" * 200})
    clone = both.clone(model, "clone", "--no-checkout", f"--filter={filter}")
    missing = clone.out("rev-list", "--objects", "--all", "--missing=print").count("?")
    assert missing == (5 if filter == "blob:none" else 4)
    assert clone.out("show", "HEAD~1:large.txt") == "l" * 100
    clone("checkout", "-q", "main")
    assert (clone.folder / "folder/other.txt").read_bytes() == b"o" * 5000
    clone.fsck()
    commit_files(ALICE.api, model, {"new.txt": b"n" * 300})
    clone("pull", "-q")
    assert (clone.folder / "new.txt").read_bytes() == b"n" * 300


@row
def test_unsupported_filter(both, model):
    """A filter that is not supported is refused in words"""
    refused = both("clone", "--filter=sparse:oid=main:f", both.address(model), "clone", ok=False)
    assert "is not supported by this hub" in refused.text, refused.text


@row
def test_private(both, private_model, model, hub, tmp_path):
    """Private and absent repositories ask a stranger for credentials, in the same words"""
    commit_files(ALICE.api, private_model, {"README.md": b"secret"})
    assert (both.clone(private_model, "mine").folder / "README.md").read_bytes() == b"secret"
    anonymous = Raw(hub.url)
    answers = []
    for repo in (private_model, "alice/never-was"):
        answer = anonymous.get(f"/{repo}.git/info/refs?service=git-upload-pack").expect(401)
        assert answer.header("WWW-Authenticate").startswith("Basic ")
        answers.append((answer.text, answer.header("X-Error-Code")))
    assert answers[0] == answers[1]
    said = Git(tmp_path, hub.url, version=both.version)("clone", f"{hub.url}/{private_model}", "no", ok=False).text
    assert "could not read Username" in said or "terminal prompts disabled" in said, said
    stranger = Git(tmp_path, hub.url, "hf_" + ("bob" * 12)[:34], version=both.version)
    for repo in (private_model, "alice/never-was"):
        assert "not found" in stranger("clone", stranger.address(repo), "no", ok=False).text
    wrong = Git(tmp_path, hub.url, "hf_wrong", version=both.version)
    assert wrong("clone", wrong.address(private_model), "no", ok=False).returncode != 0


@row
def test_credential_helper(both, private_model, hub):
    """git asks its credential helper when the hub says 401, and a token alone is enough"""
    clone = Git(both.folder, hub.url, version=both.version)
    helper = f"!f() {{ echo username=anything; echo password={ALICE.token}; }}; f"
    clone("-c", f"credential.helper={helper}", "clone", "-q", f"{hub.url}/{private_model}", "helped")
    assert clone.inside("helped").head() == ALICE.api.model_info(private_model).sha
    scheme, host = hub.url.split("://")
    clone("clone", "-q", f"{scheme}://{ALICE.token}:@{host}/{private_model}", "token")


@row
def test_gated(both, model, hub):
    """A gated repository's files are not to be cloned by strangers"""
    ALICE.api.update_repo_settings(model, gated="manual")
    both.clone(model, "mine")
    assert Raw(hub.url).get(f"/{model}/info/refs?service=git-upload-pack").status == 401
    bob = Git(both.folder, hub.url, "hf_" + ("bob" * 12)[:34], version=both.version)
    refused = bob("clone", bob.address(model), "no", ok=False)
    assert "403" in refused.text and "access" in refused.text.lower(), refused.text


@row
def test_objects_of_others(both, model, private_model):
    """An object's id opens nothing: neither commits nor files of another repository can be fetched by it"""
    commit_files(ALICE.api, private_model, {"secret.txt": b"secret of another repo"})
    commit = ALICE.api.model_info(private_model).sha
    clone = both.clone(model, "clone")
    for oid in (commit, git_blob(b"secret of another repo"), "1" * 40):
        refused = clone("fetch", "origin", oid, ok=False)
        assert refused.returncode != 0 and "not our ref" in refused.text, refused.text


@row
def test_moved(both, model, fresh):
    """A clone goes on working under the repository's former name"""
    clone = both.clone(model, "clone")
    ALICE.api.move_repo(from_id=model, to_id=fresh())
    assert both.clone(model, "again").head() == clone.head()


@row
def test_many_branches(both, model):
    """A hundred branches and tags, cloned and mirrored"""
    ids = history(model, 2)
    for number in range(100):
        ALICE.api.create_branch(model, branch=f"branch-{number}", revision=ids[number % 3])
    clone = both.clone(model, "mirror.git", "--mirror")
    assert len(clone.out("for-each-ref").splitlines()) == 101
    clone.fsck()


@row
def test_merges(both, model, git):
    """Histories with merges, of two and of three parents"""
    work = git.clone(model, "work")
    for name in ("a", "b", "c"):
        work("checkout", "-q", "-b", name, "main")
        work.commit(name, {f"{name}.txt": name})
    work("checkout", "-q", "main")
    work("merge", "-q", "--no-ff", "-m", "merge a", "a")
    work("merge", "-q", "-m", "octopus", "b", "c")
    work("push", "-q", "origin", "main")
    clone = both.clone(model, "clone")
    assert clone.out("rev-list", "HEAD") == work.out("rev-list", "HEAD")
    assert clone.out("log", "-1", "--format=%P").count(" ") == 2
    clone.fsck()
    behind = both.clone(model, "behind", "--branch", "main", "--depth", "1")
    behind("fetch", "-q", "--unshallow")
    behind.fsck()


@row
def test_bad_requests(raw, model):
    """Malformed requests get a 4xx or an error of the protocol, and the hub goes on"""
    path = f"/{model}.git/git-upload-pack"
    for body in (b"zzzz", b"0005", b"0003", b"fff0", b"0032want " + b"x" * 40 + b"\n0000", b"001ecommand=nonsense\n00010000", b"\x1f\x8b\x08garbage"):
        for headers in ({}, {"Git-Protocol": "version=2"}):
            answer = raw.post(path, body=body, headers=headers)
            assert answer.status == 400 or (answer.status == 200 and b"ERR " in answer.body), (body, answer)
    assert raw.post(path, body=b"garbage", headers={"Content-Encoding": "gzip"}).status == 400
    assert raw.post(path, body=b"0000", headers={"Content-Encoding": "br"}).status == 400
    assert raw.get(f"/{model}/info/refs").status == 403
    assert raw.get(f"/{model}/info/refs?service=git-shell").status == 403
    raw.get(f"/{model}/info/refs?service=git-upload-pack").expect(200)


@row
def test_dulwich_like_request(raw, model):
    """A request without side bands gets the bare pack"""
    head = ALICE.api.model_info(model).sha
    want = f"want {head}\n".encode()
    body = b"%04x%s" % (len(want) + 4, want) + b"0000" + b"0009done\n"
    answer = raw.post(f"/{model}/git-upload-pack", body=body).expect(200)
    assert answer.body.startswith(b"0008NAK\nPACK")
    git = shutil.which("git")
    done = subprocess.run([git, "index-pack", "--stdin", "--strict"], input=answer.body[8:], capture_output=True, cwd=_empty_repo())
    assert done.returncode == 0, done.stderr


def _empty_repo() -> str:
    import tempfile

    folder = tempfile.mkdtemp()
    subprocess.run(["git", "init", "-q", "--bare", folder], check=True)
    assert os.path.isdir(folder)
    return folder
