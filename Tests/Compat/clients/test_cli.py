"""The hf command line."""

import json
import shutil
import subprocess

import pytest

from support.files import FIXTURES, noise
from support.shim import GENERATION

row = pytest.mark.row
REPOS = "repo" if GENERATION < (1, 0) else "repos"
ANSI_FREE = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "200"}


@pytest.fixture
def hf(client_environment, alice, tmp_path):
    """Runs `hf …` as alice and gives what it printed."""

    def run(*arguments: str, code: int = 0, token: str | None = alice.token) -> str:
        environment = client_environment | ANSI_FREE
        if token:
            environment["HF_TOKEN"] = token
        program = shutil.which("hf", path=environment["PATH"])
        assert program, "the hf command is not installed"
        done = subprocess.run(
            [program, *arguments], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == code, f"hf {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    return run


@row("GET /api/whoami-v2")
def test_whoami(hf):
    """hf auth whoami"""
    assert "alice" in hf("auth", "whoami")


@row("GET /api/whoami-v2")
def test_login(hf, alice, monkeypatch, tmp_path, client_environment):
    """hf auth login with a token, then logout"""
    client_environment["HF_HOME"] = str(tmp_path / "login-home")
    hf("auth", "login", "--token", alice.token, token=None)
    assert "alice" in hf("auth", "whoami", token=None)
    hf("auth", "logout", token=None)
    hf("auth", "login", "--token", "hf_" + "x" * 34, token=None, code=1)


@row("POST /api/repos/create")
def test_create(hf, alice, fresh):
    """hf repos create"""
    repo_id = fresh()
    hf(REPOS, "create", repo_id, "--private")
    assert alice.api.model_info(repo_id).private
    hf(REPOS, "create", repo_id, code=1)
    hf(REPOS, "create", repo_id, "--exist-ok")


@row("POST /api/{T}/{id}/commit/{rev}", "GET /{P}{id}/resolve/{rev}/{path}")
def test_upload_and_download(hf, alice, fresh, tmp_path):
    """hf upload of a folder, hf download of all and of some"""
    repo_id = fresh()
    source = tmp_path / "source"
    (source / "sub").mkdir(parents=True)
    (source / "a.txt").write_text("a")
    (source / "sub" / "w.bin").write_bytes(noise(300_000, "cli"))
    (source / "sub" / "skip.log").write_text("log")
    hf("upload", repo_id, str(source), ".", "--exclude", "*.log", "--commit-message", "From the shell")
    assert set(alice.api.list_repo_files(repo_id)) == {".gitattributes", "a.txt", "sub/w.bin"}
    assert alice.api.list_repo_commits(repo_id)[0].title.startswith("From the shell")
    hf("download", repo_id, "--local-dir", str(tmp_path / "all"))
    assert (tmp_path / "all" / "sub" / "w.bin").read_bytes() == noise(300_000, "cli")
    hf("download", repo_id, "a.txt", "--local-dir", str(tmp_path / "one"))
    assert (tmp_path / "one" / "a.txt").read_text() == "a" and not (tmp_path / "one" / "sub").exists()


@row("POST /api/{T}/{id}/commit/{rev}")
def test_upload_checkpoint(hf, alice, fresh, tmp_path):
    """hf upload of a real checkpoint, byte for byte"""
    repo_id = fresh()
    hf("upload", repo_id, str(FIXTURES / "efficientnet_lite0"), ".")
    out = hf("download", repo_id, "--local-dir", str(tmp_path / "out"))
    for path in (FIXTURES / "efficientnet_lite0").iterdir():
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes(), out


@row("POST /api/{T}/{id}/commit/{rev}")
def test_upload_one_file_to_dataset(hf, alice, fresh, tmp_path):
    """hf upload of one file to a dataset on a branch it makes"""
    repo_id = fresh()
    (tmp_path / "d.csv").write_text("a\n1\n")
    hf("upload", repo_id, str(tmp_path / "d.csv"), "data/d.csv", "--repo-type", "dataset")
    hf("upload", repo_id, str(tmp_path / "d.csv"), "e.csv", "--repo-type", "dataset", "--revision", "dev")
    assert "data/d.csv" in alice.api.list_repo_files(repo_id, repo_type="dataset")
    assert "e.csv" in alice.api.list_repo_files(repo_id, repo_type="dataset", revision="dev")


@row("POST /api/{T}/{id}/tag/{rev}", "DELETE /api/{T}/{id}/tag/{tag}")
def test_tags(hf, alice, model):
    """hf repos tag"""
    hf(REPOS, "tag", "create", model, "v1", "-m", "First")
    assert "v1" in hf(REPOS, "tag", "list", model)
    hf(REPOS, "tag", "delete", model, "v1", "-y")
    assert alice.api.list_repo_refs(model).tags == []


@row("POST /api/{T}/{id}/commit/{rev}")
def test_delete_files(hf, alice, model):
    """hf repos delete-files"""
    for path in ("a.json", "b.json", "c.txt"):
        alice.api.upload_file(path_or_fileobj=b"x", path_in_repo=path, repo_id=model)
    command = ["repo-files", "delete"] if GENERATION < (1, 0) else ["repos", "delete-files"]
    hf(*command, model, "*.json")
    assert set(alice.api.list_repo_files(model)) == {".gitattributes", "c.txt"}


@row("GET /api/models", "DELETE /api/repos/delete")
@pytest.mark.since(1, 0)
def test_list(hf, alice, model):
    """hf models ls; hf repos delete"""
    models = json.loads(hf("models", "ls", "--author", "alice", "--search", model.split("/")[1], "--format", "json"))
    assert [entry["id"] for entry in models] == [model]
    hf("repos", "delete", model, "--yes")
    assert not alice.api.repo_exists(model)


@row("HEAD /{P}{id}/resolve/{rev}/{path}")
def test_errors(hf, fresh):
    """Failures say what is wrong and exit with 1"""
    out = hf("download", fresh(), code=1)
    assert "not found" in out.lower()


@pytest.mark.since(1, 0)
@row("GET|POST /api/{T}/{id}/discussions…")
def test_discussions(hf, model, tmp_path):
    """hf upload --create-pr, and hf discussions: create, list, comment, diff, close, reopen, merge"""
    (tmp_path / "card.md").write_text("---\nlicense: mit\n---\nhello\n")
    hf("upload", model, "card.md", "README.md", "--create-pr", "--commit-message", "Add a card")
    assert "Add a card" in hf("discussions", "list", model)
    hf("discussions", "create", model, "--title", "A question", "--body", "Why?")
    hf("discussions", "comment", model, "2", "--body", "Because")
    hf("discussions", "rename", model, "2", "An answer")
    info = hf("discussions", "info", model, "2")
    assert "An answer" in info
    assert "+hello" in hf("discussions", "diff", model, "1")
    hf("discussions", "close", model, "1", "--yes")
    hf("discussions", "reopen", model, "1", "--yes")
    hf("discussions", "merge", model, "1", "--yes")
    assert "Add a card" in hf("discussions", "list", model, "--status", "merged")
    assert "Add a card" not in hf("discussions", "list", model)


@pytest.mark.since(1, 0)
@row("GET|POST|PATCH|DELETE /api/collections…", "GET|POST|DELETE /api/settings/webhooks…")
def test_collections_and_webhooks(hf, alice, model):
    """hf collections and hf webhooks"""
    title = model.split("/")[1]
    hf("collections", "create", title, "--description", "by the CLI")
    (slug,) = [made.slug for made in alice.api.list_collections(owner="alice") if made.title == title]
    hf("collections", "add-item", slug, model, "model", "--note", "good")
    assert title in hf("collections", "list", "--owner", "alice")
    assert model in hf("collections", "info", slug)
    hf("collections", "update", slug, "--theme", "green")
    hf("collections", "delete", slug)

    hf("webhooks", "create", "--url", "https://hooks.example.org/cli", "--watch", f"model:{model}", "--domain", "repo")
    (webhook,) = [hook for hook in alice.api.list_webhooks() if hook.url.endswith("/cli")]
    assert webhook.domains == ["repo"]
    assert webhook.id in hf("webhooks", "list")
    hf("webhooks", "disable", webhook.id)
    assert alice.api.get_webhook(webhook.id).disabled
    hf("webhooks", "delete", webhook.id, "--yes")
    assert webhook.id not in [hook.id for hook in alice.api.list_webhooks()]
