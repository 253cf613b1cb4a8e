"""Discussions and pull requests: opening, writing, reviewing, merging, and who may."""

import subprocess

import pytest
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, hf_hub_download
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError, RevisionNotFoundError

from support.shim import status_of

row = pytest.mark.row
DISCUSSIONS = "GET|POST /api/{T}/{id}/discussions…"
COMMIT = "POST /api/{T}/{id}/commit/{rev}"
REFS = "GET /api/{T}/{id}/refs"


def refused(call, *statuses):
    with pytest.raises(HfHubHTTPError) as failure:
        call()
    assert status_of(failure.value) in statuses, str(failure.value)
    return str(failure.value)


def add(path, text):
    return CommitOperationAdd(path, text.encode() if isinstance(text, str) else text)


def content(repo, path, revision="main", token=None, **options):
    return open(hf_hub_download(repo, path, revision=revision, token=token, force_download=True, **options)).read()


def kinds(details):
    return [event.type for event in details.events]


@row(DISCUSSIONS)
@pytest.mark.parametrize("repo_type", ["model", "dataset"])
def test_discussion(alice, bob, fresh, repo_type):
    """A discussion is opened by anybody signed in, read, commented, renamed, closed and opened again"""
    repo = fresh()
    alice.api.create_repo(repo, repo_type=repo_type)
    opened = bob.api.create_discussion(repo, "  How was this trained? ", description="Hello @alice", repo_type=repo_type)
    assert (opened.num, opened.title, opened.status, opened.author) == (1, "How was this trained?", "open", "bob")
    assert opened.repo_id == repo and opened.repo_type == repo_type
    assert not opened.is_pull_request and opened.diff is None and opened.git_reference is None
    assert opened.url.endswith(f"{repo}/discussions/1")
    (first,) = opened.events
    assert first.type == "comment" and first.content == "Hello @alice" and first.author == "bob"
    assert not first.edited and not first.hidden and first.number_of_edits == 0
    assert 'href="/alice">@alice</a>' in first.rendered

    comment = alice.api.comment_discussion(repo, 1, "On **cats** <script>", repo_type=repo_type)
    assert comment.content == "On **cats** <script>" and comment.author == "alice"
    assert "<script>" not in comment.rendered
    renamed = bob.api.rename_discussion(repo, 1, "Training data?", repo_type=repo_type)
    assert (renamed.old_title, renamed.new_title) == ("How was this trained?", "Training data?")
    closed = alice.api.change_discussion_status(repo, 1, "closed", comment="Answered.", repo_type=repo_type)
    assert closed.new_status == "closed" and closed.author == "alice"
    refused(lambda: alice.api.change_discussion_status(repo, 1, "closed", repo_type=repo_type), 409)
    bob.api.change_discussion_status(repo, 1, "open", repo_type=repo_type)

    details = HfApi(token=False).get_discussion_details(repo, 1, repo_type=repo_type)
    assert kinds(details) == ["comment", "comment", "title-change", "comment", "status-change", "status-change"]
    assert details.title == "Training data?" and details.status == "open"
    assert details.created_at.year > 2000


@row(DISCUSSIONS)
def test_list_discussions(alice, bob, raw, model):
    """The list is filtered by author, type and status, and comes in pages"""
    for number in range(1, 24):
        who = alice if number % 2 else bob
        if number % 5 == 0:
            who.api.create_pull_request(model, f"pull {number}")
        else:
            who.api.create_discussion(model, f"question {number}")
    alice.api.change_discussion_status(model, 1, "closed")

    def numbers(**filters):
        return [discussion.num for discussion in alice.api.get_repo_discussions(model, **filters)]

    assert numbers() == list(range(23, 0, -1))
    assert numbers(author="bob") == list(range(22, 0, -2))
    assert numbers(author="nobody-at-all") == []
    assert numbers(discussion_type="pull_request") == [20, 15, 10, 5]
    assert numbers(discussion_status="closed") == [1]
    assert numbers(discussion_type="discussion", discussion_status="open", author="alice") == [
        number for number in range(23, 1, -2) if number % 5
    ]
    pulls = [discussion for discussion in alice.api.get_repo_discussions(model, discussion_type="pull_request")]
    assert all(pull.is_pull_request and pull.status == "draft" for pull in pulls)

    answer = raw.get(f"/api/models/{model}/discussions?p=2").expect(200)
    assert answer.header("X-Total-Count") == "23"
    page = answer.json()
    assert (page["count"], page["start"], len(page["discussions"])) == (23, 20, 3)
    raw.post(f"/api/models/{model}/discussions/7/pin", json_body={"pinned": True}).expect(200)
    assert numbers()[0] == 7
    assert alice.api.get_discussion_details(model, 7).events[-1].type == "pinning-change"
    raw.get(f"/api/models/{model}/discussions?type=nonsense").expect(400)
    raw.get(f"/api/models/{model}/discussions?p=99").expect(200)
    overview = raw.get("/api/users/bob/overview").expect(200).json()
    assert overview["numDiscussions"] >= 11


@row(DISCUSSIONS)
def test_comments(alice, bob, raw, model):
    """A comment is edited by its author alone, and hidden for good by its author or who may write"""
    alice.api.create_discussion(model, "Comments", description="first")
    comment = bob.api.comment_discussion(model, 1, "a tpyo")
    edited = bob.api.edit_discussion_comment(model, 1, comment.id.upper(), "a typo")
    assert edited.content == "a typo" and edited.edited and edited.number_of_edits == 1
    assert edited.edit_history[0]["raw"] == "a tpyo" and edited.last_edited_by == "bob"
    assert edited.last_edited_at >= edited.created_at
    refused(lambda: alice.api.edit_discussion_comment(model, 1, comment.id, "alice was here"), 403)
    (description, _) = alice.api.get_discussion_details(model, 1).events
    refused(lambda: bob.api.hide_discussion_comment(model, 1, description.id), 403)
    refused(lambda: bob.api.edit_discussion_comment(model, 1, "0" * 24, "none"), 404)
    refused(lambda: bob.api.comment_discussion(model, 1, "   "), 400)
    refused(lambda: bob.api.comment_discussion(model, 1, "x" * 70_000), 400)

    reaction = {"reaction": "👍"}
    raw.post(f"/api/models/{model}/discussions/1/comment/{comment.id}/reaction", json_body=reaction).expect(200)
    event = raw.get(f"/api/models/{model}/discussions/1").json()["events"][1]
    assert event["data"]["reactions"] == [{"reaction": "👍", "count": 1, "users": ["alice"]}]
    raw.request("DELETE", f"/api/models/{model}/discussions/1/comment/{comment.id}/reaction", json_body=reaction).expect(200)
    event = raw.get(f"/api/models/{model}/discussions/1").json()["events"][1]
    assert event["data"]["reactions"] == []

    with pytest.warns(UserWarning):
        hidden = alice.api.hide_discussion_comment(model, 1, comment.id)
    assert hidden.hidden and "typo" not in hidden.content

    bob.api.comment_discussion(model, 1, "**b** <img src=x onerror=alert(1)> `x`")
    html = raw.get(f"/api/models/{model}/discussions/1").json()["events"][-1]["data"]["latest"]["html"]
    assert "<strong>b</strong>" in html and "<code>x</code>" in html and "onerror" not in html
    assert "typo" not in raw.get(f"/api/models/{model}/discussions/1").text
    refused(lambda: bob.api.edit_discussion_comment(model, 1, comment.id, "again"), 403)


@row(DISCUSSIONS)
def test_who_may_discuss(alice, bob, raw, anonymous, model, private_model):
    """Strangers hear nothing of private repositories, the anonymous do not write, bystanders do not decide"""
    alice.api.create_discussion(private_model, "secret plans")
    for call in (
        lambda: list(bob.api.get_repo_discussions(private_model)),
        lambda: bob.api.get_discussion_details(private_model, 1),
        lambda: bob.api.create_discussion(private_model, "hello?"),
        lambda: bob.api.comment_discussion(private_model, 1, "hello?"),
        lambda: bob.api.create_pull_request(private_model, "hello?"),
    ):
        with pytest.raises(RepositoryNotFoundError):
            call()
    alice.api.create_discussion(model, "public")
    anonymous.get(f"/api/models/{model}/discussions/1").expect(200)
    for path, body in (
        ("", {"title": "t", "description": "d"}),
        ("/1/comment", {"comment": "c"}),
        ("/1/status", {"status": "closed"}),
        ("/1/merge", {}),
    ):
        anonymous.post(f"/api/models/{model}/discussions{path}", json_body=body).expect(401)
    refused(lambda: bob.api.rename_discussion(model, 1, "mine now"), 403)
    refused(lambda: bob.api.change_discussion_status(model, 1, "closed"), 403)
    refused(lambda: alice.api.get_discussion_details(model, 2), 404)
    refused(lambda: alice.api.create_discussion(model, "  "), 400)
    raw.with_token(bob.token).post(f"/api/models/{model}/discussions/1/pin").expect(403)

    raw.post(f"/api/models/{model}/discussions/1/lock").expect(200)
    assert "locked" in refused(lambda: bob.api.comment_discussion(model, 1, "but"), 403)
    alice.api.comment_discussion(model, 1, "the last word")
    raw.put(f"/api/models/{model}/settings", json_body={"discussionsDisabled": True}).expect(200)
    assert "disabled" in refused(lambda: bob.api.create_discussion(model, "open?"), 403)
    raw.put(f"/api/models/{model}/settings", json_body={"discussionsDisabled": False}).expect(200)
    bob.api.create_discussion(model, "open again")


@row(DISCUSSIONS, REFS)
def test_draft_pull_request(alice, bob, model):
    """A pull request begins as an empty draft, takes commits of its author, is put forward and merged"""
    alice.api.upload_file(path_or_fileobj=b"one\n", path_in_repo="a.txt", repo_id=model)
    head = alice.api.model_info(model).sha
    draft = bob.api.create_pull_request(model, "Better words", description="Please")
    assert draft.is_pull_request and draft.status == "draft" and draft.git_reference == "refs/pr/1"
    assert draft.target_branch == "refs/heads/main" and draft.conflicting_files == [] and draft.merge_commit_oid is None
    assert draft.diff == ""
    assert alice.api.model_info(model, revision="refs/pr/1").sha == head
    assert [ref.ref for ref in alice.api.list_repo_refs(model, include_pull_requests=True).pull_requests] == ["refs/pr/1"]
    assert alice.api.list_repo_refs(model).pull_requests is None

    commit = bob.api.create_commit(
        model, [add("a.txt", "two\n"), add("docs/b.bin", b"\0" * 5000)], commit_message="Say two", revision="refs/pr/1"
    )
    assert commit.pr_url is None
    assert content(model, "a.txt", "refs/pr/1") == "two\n" and content(model, "a.txt") == "one\n"
    assert "docs/b.bin" in bob.api.list_repo_files(model, revision="refs/pr/1")
    assert "docs/b.bin" not in bob.api.list_repo_files(model)
    details = alice.api.get_discussion_details(model, 1)
    assert kinds(details) == ["comment", "commit"]
    assert (details.events[1].summary, details.events[1].oid) == ("Say two", commit.oid)
    assert "-one\n+two\n" in details.diff and "docs/b.bin" in details.diff

    refused(lambda: alice.api.merge_pull_request(model, 1), 409)
    bob.api.change_discussion_status(model, 1, "open")
    refused(lambda: bob.api.merge_pull_request(model, 1), 403)
    alice.api.merge_pull_request(model, 1, comment="Thanks")
    merged = alice.api.get_discussion_details(model, 1)
    assert merged.status == "merged" and merged.merge_commit_oid == commit.oid
    assert kinds(merged)[-2:] == ["comment", "status-change"] and merged.events[-1].new_status == "merged"
    assert "-one\n+two\n" in merged.diff and merged.conflicting_files == []
    assert content(model, "a.txt") == "two\n"
    refused(lambda: alice.api.merge_pull_request(model, 1), 409)
    refused(lambda: bob.api.change_discussion_status(model, 1, "closed"), 409)
    refused(lambda: bob.api.create_commit(model, [add("a.txt", "x")], commit_message="late", revision="refs/pr/1"), 403)


@row(COMMIT, DISCUSSIONS)
def test_commit_creates_pull_request(alice, bob, model, tmp_path):
    """create_pr opens a pull request with the commit, for people who may only read, large files included"""
    alice.api.upload_file(path_or_fileobj=b"keep", path_in_repo="keep.txt", repo_id=model)
    refused(lambda: bob.api.upload_file(path_or_fileobj=b"x", path_in_repo="x.txt", repo_id=model), 403)
    commit = bob.api.create_commit(
        model,
        [add("README.md", "# Words\n"), CommitOperationDelete("keep.txt")],
        commit_message="Add a card",
        commit_description="It had none.",
        create_pr=True,
    )
    assert commit.pr_num == 1 and commit.pr_revision == "refs/pr/1"
    assert commit.pr_url.endswith(f"/{model}/discussions/1")
    details = alice.api.get_discussion_details(model, 1)
    assert (details.title, details.status, details.author) == ("Add a card", "open", "bob")
    assert kinds(details) == ["comment", "commit"] and details.events[0].content == "It had none."
    assert "keep.txt" in alice.api.list_repo_files(model)

    weights = tmp_path / "model.safetensors"
    weights.write_bytes(bytes(range(256)) * 16_000)
    second = bob.api.upload_file(path_or_fileobj=weights, path_in_repo="model.safetensors", repo_id=model, create_pr=True)
    assert second.pr_num == 2
    fetched = hf_hub_download(model, "model.safetensors", revision="refs/pr/2", cache_dir=tmp_path / "cache")
    assert open(fetched, "rb").read() == weights.read_bytes()
    alice.api.merge_pull_request(model, 2)
    alice.api.merge_pull_request(model, 1)
    assert sorted(alice.api.list_repo_files(model)) == [".gitattributes", "README.md", "model.safetensors"]
    merged = alice.api.get_discussion_details(model, 1)
    assert merged.merge_commit_oid == alice.api.model_info(model).sha
    titles = [commit.title for commit in alice.api.list_repo_commits(model)]
    assert titles[0] == "Add a card (#1)"


@row(COMMIT)
def test_pull_request_from_parent(alice, bob, model):
    """A pull request may begin at an earlier commit; a commit to it checks where it is"""
    first = alice.api.upload_file(path_or_fileobj=b"1", path_in_repo="a.txt", repo_id=model).oid
    alice.api.upload_file(path_or_fileobj=b"2", path_in_repo="a.txt", repo_id=model)
    opened = bob.api.create_commit(
        model, [add("b.txt", "b")], commit_message="b", create_pr=True, parent_commit=first
    )
    assert content(model, "a.txt", opened.pr_revision) == "1"
    refused(
        lambda: bob.api.create_commit(
            model, [add("c.txt", "c")], commit_message="c", revision=opened.pr_revision, parent_commit=first
        ),
        412,
    )
    alice.api.merge_pull_request(model, opened.pr_num)
    assert (content(model, "a.txt"), content(model, "b.txt")) == ("2", "b")


@row(DISCUSSIONS)
def test_conflicts(alice, bob, raw, model):
    """Files that both sides changed are named; lines that both changed apart are merged"""
    lines = [f"line {number}\n" for number in range(30)]
    alice.api.create_commit(
        model, [add("notes.txt", "".join(lines)), add("a.txt", "a\n"), add("gone.txt", "g\n")], commit_message="begin"
    )
    theirs = lines[:2] + ["from bob\n"] + lines[2:]
    apart = bob.api.create_commit(model, [add("notes.txt", "".join(theirs))], commit_message="Apart", create_pr=True)
    clash = bob.api.create_commit(
        model,
        [add("a.txt", "bob\n"), CommitOperationDelete("gone.txt"), add("new", "file")],
        commit_message="Clash",
        create_pr=True,
    )
    alice.api.create_commit(
        model,
        [
            add("notes.txt", "".join(lines + ["from alice\n"])),
            add("a.txt", "alice\n"),
            add("gone.txt", "still here\n"),
            add("new/folder.txt", "folder"),
        ],
        commit_message="Meanwhile",
    )
    assert alice.api.get_discussion_details(model, clash.pr_num).conflicting_files == ["a.txt", "gone.txt", "new"]
    message = refused(lambda: alice.api.merge_pull_request(model, clash.pr_num), 409)
    assert "a.txt, gone.txt, new" in message
    assert content(model, "a.txt") == "alice\n"

    assert alice.api.get_discussion_details(model, apart.pr_num).conflicting_files == []
    raw.post(f"/api/models/{model}/discussions/{apart.pr_num}/merge", json_body={"method": "fast-forward"}).expect(409)
    alice.api.merge_pull_request(model, apart.pr_num)
    assert content(model, "notes.txt") == "".join(theirs + ["from alice\n"])

    # Brought up to date by hand, the other one goes in as well.
    bob.api.create_commit(model, [add("a.txt", "alice\n"), CommitOperationDelete("new")], commit_message="Give in", revision=clash.pr_revision)
    assert alice.api.get_discussion_details(model, clash.pr_num).conflicting_files == ["gone.txt"]


@row(DISCUSSIONS)
def test_merge_methods(alice, raw, model):
    """A merge is a fast-forward, a merge commit, or one commit of all"""

    def pull(path):
        commit = alice.api.create_commit(model, [add(path, path)], commit_message=f"Add {path}", create_pr=True)
        alice.api.create_commit(model, [add(path, path * 2)], commit_message=f"Change {path}", revision=commit.pr_revision)
        return commit.pr_num

    def merge(number, method):
        answer = raw.post(f"/api/models/{model}/discussions/{number}/merge", json_body={"method": method})
        assert answer.expect(200).json()["mergeCommitId"] == alice.api.model_info(model).sha

    def titles():
        return [commit.title for commit in alice.api.list_repo_commits(model)]

    merge(pull("a"), "fast-forward")
    assert titles()[:2] == ["Change a", "Add a"]
    merge(pull("b"), "merge")
    assert titles()[0] == "Add b (#2)"
    merge(pull("c"), "squash")
    assert titles()[:2] == ["Add c (#3)", "Add b (#2)"]
    raw.post(f"/api/models/{model}/discussions/1/merge", json_body={"method": "octopus"}).expect(400)
    assert content(model, "c") == "cc"
    empty = alice.api.create_pull_request(model, "nothing")
    alice.api.change_discussion_status(model, empty.num, "open")
    head = alice.api.model_info(model).sha
    alice.api.merge_pull_request(model, empty.num)
    assert alice.api.get_discussion_details(model, empty.num).merge_commit_oid == head == alice.api.model_info(model).sha


@row("POST /api/{T}/{id}/super-squash/{branch}", REFS)
def test_revisions_of_pull_requests(alice, bob, model):
    """refs/pr/N is a revision everywhere: info, tree, history, tags, squash; others' are not written to"""
    commit = bob.api.create_commit(model, [add("a.txt", "1")], commit_message="one", create_pr=True)
    bob.api.create_commit(model, [add("a.txt", "2")], commit_message="two", revision="refs/pr/1")
    assert [commit.title for commit in alice.api.list_repo_commits(model, revision="refs/pr/1")][:2] == ["two", "one"]
    assert {entry.path for entry in alice.api.list_repo_tree(model, revision="refs/pr/1")} == {".gitattributes", "a.txt"}
    alice.api.create_tag(model, tag="proposal", revision="refs/pr/1")
    assert content(model, "a.txt", "proposal") == "2"
    assert content(model, "a.txt", commit.oid) == "1"
    bob.api.super_squash_history(model, branch="refs/pr/1")
    assert len(alice.api.list_repo_commits(model, revision="refs/pr/1")) == 1
    alice.api.create_commit(model, [add("b.txt", "b")], commit_message="help", revision="refs/pr/1")

    alice.api.create_commit(model, [add("c.txt", "c")], commit_message="mine", create_pr=True)
    refused(lambda: bob.api.create_commit(model, [add("c.txt", "x")], commit_message="x", revision="refs/pr/2"), 403)
    with pytest.raises(RevisionNotFoundError):
        bob.api.create_commit(model, [add("c.txt", "x")], commit_message="x", revision="refs/pr/99")


@row(DISCUSSIONS)
def test_gated_pull_requests(alice, bob, model):
    """Who may not read a gated repository's files sees no difference and proposes none"""
    alice.api.upload_file(path_or_fileobj=b"secret\n", path_in_repo="a.txt", repo_id=model)
    alice.api.create_commit(model, [add("a.txt", "other secret\n")], commit_message="change", create_pr=True)
    alice.api.update_repo_settings(model, gated="manual")
    details = bob.api.get_discussion_details(model, 1)
    assert details.diff is None and details.conflicting_files == []
    refused(lambda: bob.api.create_pull_request(model, "mine"), 403)
    bob.api.create_discussion(model, "May I?")


@row(DISCUSSIONS)
def test_reviews(alice, bob, raw, model, hub, client_environment):
    """Files of a pull request are commented by line, and approved or not, by others than its author"""
    alice.api.upload_file(path_or_fileobj=b"a\nb\n", path_in_repo="a.txt", repo_id=model)
    bob.api.create_commit(model, [add("a.txt", "a\nc\n"), add("new.txt", "new")], commit_message="C", create_pr=True)
    head = alice.api.model_info(model, revision="refs/pr/1").sha
    path = f"/api/models/{model}/discussions/1"
    said = raw.post(f"{path}/comment", json_body={"comment": "Why?", "path": "a.txt", "line": 2}).expect(200).json()["newMessage"]
    assert said["data"]["review"] == {"path": "a.txt", "oid": head, "line": 2}
    assert "review" not in raw.post(f"{path}/comment", json_body={"comment": "All in all"}).expect(200).json()["newMessage"]["data"]
    raw.post(f"{path}/comment", json_body={"comment": "New", "path": "new.txt"}).expect(200)
    for wrong, status in (({"path": "nope.txt"}, 422), ({"path": "a.txt", "line": 0}, 400), ({"path": "../a"}, 422), ({"path": "a.txt", "line": "x"}, 400)):
        raw.post(f"{path}/comment", json_body={"comment": "x"} | wrong).expect(status)
    raw.post(f"{path}/review", json_body={"verdict": "request-changes", "comment": "Explain"}).expect(200)
    raw.with_token(bob.token).post(f"{path}/review", json_body={"verdict": "approve"}).expect(422)
    raw.post(f"{path}/review", json_body={"verdict": "splendid"}).expect(400)
    environment = client_environment | {"HF_TOKEN": alice.token}
    done = subprocess.run([hub.hubctl, "pr", "review", model, "1", "--approve", "--json"], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    subprocess.run([hub.hubctl, "pr", "comment", model, "1", "Fine", "--file", "a.txt", "--line", "1"], env=environment, check=True, timeout=60)
    details = raw.get(path).expect(200).json()
    assert [(each["author"]["name"], each["verdict"], each["oid"]) for each in details["reviews"]] == [("alice", "approve", head)]
    assert [event["data"].get("verdict") for event in details["events"] if event["type"] == "review"] == ["request-changes", "approve"]
    # The clients show what they know of.
    assert "Why?" in [event.content for event in alice.api.get_discussion_details(model, 1).events if event.type == "comment"]
    alice.api.merge_pull_request(model, 1)
    raw.post(f"{path}/review", json_body={"verdict": "approve"}).expect(409)
    alice.api.create_discussion(model, "Talk")
    raw.post(f"/api/models/{model}/discussions/2/review", json_body={"verdict": "approve"}).expect(400)


@pytest.mark.since(2, 0)
@row("POST /uploads")
def test_attachments(alice, raw, anonymous, tmp_path):
    """A picture for a comment is uploaded, and opened by whoever knows its address"""
    picture = tmp_path / "shot.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(5000))
    url = alice.api.upload_attachment(picture)
    answer = anonymous.get(url).expect(200)
    assert answer.body == picture.read_bytes() and answer.header("Content-Type") == "image/png"
    assert answer.header("X-Content-Type-Options") == "nosniff" and "sandbox" in answer.header("Content-Security-Policy")
    assert anonymous.get(url, headers={"Range": "bytes=0-3"}).expect(206).body == b"\x89PNG"
    anonymous.post("/uploads", body=picture.read_bytes(), headers={"Content-Type": "image/png"}).expect(401)
    raw.post("/uploads", body=b"<script>", headers={"Content-Type": "image/png"}).expect(422)
    raw.post("/uploads", body=b"<html>", headers={"Content-Type": "text/html"}).expect(422)
    raw.post("/uploads", body=b"GIF8" + bytes(11 << 20), headers={"Content-Type": "image/gif"}).expect(413)
    anonymous.get("/uploads/" + "0" * 40).expect(404)


@row("git: info/refs, upload-pack, receive-pack", DISCUSSIONS)
def test_git(alice, bob, hub, model, tmp_path):
    """git fetches a pull request and its author pushes to it; nobody else does, and nowhere else"""
    alice.api.upload_file(path_or_fileobj=b"one\n", path_in_repo="a.txt", repo_id=model)
    bob.api.create_pull_request(model, "By git")
    bob.api.change_discussion_status(model, 1, "open")
    folder = tmp_path / "clone"

    def git(*arguments, check=True, where=folder):
        environment = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(tmp_path), "GIT_TERMINAL_PROMPT": "0"}
        done = subprocess.run(["git", *arguments], cwd=where, env=environment, capture_output=True, text=True, timeout=60)
        assert not check or done.returncode == 0, done.stderr
        return done

    def url(person):
        return hub.url.replace("://", f"://{person.name}:{person.token}@") + "/" + model

    git("clone", "-q", url(bob), str(folder), where=tmp_path)
    git("config", "user.name", "Bob")
    git("config", "user.email", "bob@example.org")
    git("fetch", "-q", "origin", "refs/pr/1:pr/1")
    git("checkout", "-q", "pr/1")
    for word in ("two", "three"):
        (folder / "a.txt").write_text(word + "\n")
        git("commit", "-qam", f"Say {word}")
    git("push", "-q", "origin", "pr/1:refs/pr/1")
    details = alice.api.get_discussion_details(model, 1)
    assert [event.summary for event in details.events if event.type == "commit"] == ["Say two", "Say three"]
    refused_push = git("push", "origin", "pr/1:refs/heads/main", check=False)
    assert refused_push.returncode != 0 and "you may not write here" in refused_push.stderr
    assert git("push", "origin", "pr/1:refs/pr/7", check=False).returncode != 0
    assert git("push", "origin", ":refs/pr/1", check=False).returncode != 0
    alice.api.create_pull_request(model, "Not bob's")
    assert git("push", "origin", "pr/1:refs/pr/2", check=False).returncode != 0
    alice.api.merge_pull_request(model, 1)
    git("pull", "-q", "origin", "main")
    assert (folder / "a.txt").read_text() == "three\n"


@row("GET /api/notifications (ours)")
def test_notifications(alice, bob, raw, model, private_model):
    """People hear of discussions they own, take part in, or are named in; never of what they may not see"""
    mine = raw.with_token(bob.token)
    mine.post("/api/discussions/mark-as-read", json_body={"applyToAll": True}).expect(200)
    alice.api.create_discussion(private_model, "hush", description="@bob should not hear")
    alice.api.create_discussion(model, "hear", description="What does @Bob say?")
    answer = mine.get("/api/notifications?readStatus=unread").expect(200).json()
    (notification,) = answer["notifications"]
    assert notification["reason"] == "mention" and notification["repo"]["name"] == model
    assert answer["count"]["unread"] == 1
    ids = [notification["discussion"]["id"]]
    mine.post("/api/discussions/mark-as-read", json_body={"discussionIds": ids}).expect(200)
    assert mine.get("/api/notifications?readStatus=unread").json()["notifications"] == []
    alice.api.comment_discussion(model, 1, "Anybody?")
    assert mine.get("/api/notifications?readStatus=unread").json()["count"]["unread"] == 1
    mine.with_token(None).get("/api/notifications").expect(401)


@row("GET /api/recent-activity (the Hub's pages)")
def test_recent_activity(alice, bob, raw, anonymous, model, private_model):
    """What somebody did is listed, what happened in secret to those only who may see it"""
    alice.api.create_commit(private_model, [add("a.txt", "a")], commit_message="hush")
    commit = alice.api.create_commit(model, [add("a.txt", "a")], commit_message="a")
    alice.api.create_discussion(model, "hear")
    bob.api.create_discussion(model, "hear me")

    def feed(who, query):
        return who.get(f"/api/recent-activity?{query}").expect(200).json()

    public = feed(anonymous, "entity=alice&limit=3")["recentActivity"]
    assert [(item["type"], item["repoId"], item["user"]) for item in public] == [
        ("discussion", model, "alice"), ("update", model, "alice"), ("publish", model, "alice"),
    ]
    assert public[0]["discussionData"]["title"] == "hear" and public[1]["commitOid"] == commit.oid
    assert private_model not in anonymous.get("/api/recent-activity?entity=alice&limit=100").text
    assert private_model in raw.get("/api/recent-activity?entity=alice&limit=100").text
    first = feed(raw, "entity=alice&limit=2")
    rest = feed(raw, f"entity=alice&limit=2&cursor={first['cursor']}")
    assert [item["time"] for item in first["recentActivity"] + rest["recentActivity"]] == sorted(
        (item["time"] for item in first["recentActivity"] + rest["recentActivity"]), reverse=True
    )
    raw.post("/api/users/bob/follow").expect(200)
    followed = feed(raw, "activityType=discussion")["recentActivity"]
    assert followed[0]["user"] == "bob" and followed[0]["discussionData"]["title"] == "hear me"
    raw.delete("/api/users/bob/follow").expect(200)
    anonymous.get("/api/recent-activity").expect(401)
    anonymous.get("/api/recent-activity?entity=alice&activityType=dancing").expect(400)
    anonymous.get("/api/recent-activity?entity=nobody-at-all").expect(404)


@row("PUT|DELETE /api/{T}/{id}/protected-branches/{pattern} (ours)")
def test_protected_branches(alice, bob, raw, fresh, organisation):
    """A protected branch takes merges, and commits of administrators at most"""
    repo = fresh(organisation)
    alice.api.create_repo(repo)
    raw.post(f"/api/organizations/{organisation}/members", json_body={"user": "bob", "role": "write"}).expect(200, 201)
    try:
        raw.put(f"/api/models/{repo}/protected-branches/main", json_body={"push": "admins"}).expect(200)
        assert "protected" in refused(
            lambda: bob.api.create_commit(repo, [add("a.txt", "a")], commit_message="a"), 403
        )
        alice.api.create_commit(repo, [add("a.txt", "a")], commit_message="a")
        raw.put(f"/api/models/{repo}/protected-branches/release%2F*", json_body={"push": "nobody"}).expect(200)
        refused(lambda: alice.api.create_branch(repo, branch="release/1"), 403)
        raw.put(f"/api/models/{repo}/protected-branches/main", json_body={"push": "nobody"}).expect(200)
        refused(lambda: alice.api.create_commit(repo, [add("a.txt", "b")], commit_message="b"), 403)
        refused(lambda: alice.api.super_squash_history(repo), 403)
        pull = alice.api.create_commit(repo, [add("a.txt", "c")], commit_message="c", create_pr=True)
        bob.api.merge_pull_request(repo, pull.pr_num)
        assert content(repo, "a.txt", token=alice.token) == "c"
        raw.with_token(bob.token).delete(f"/api/models/{repo}/protected-branches/main").expect(403)
        raw.delete(f"/api/models/{repo}/protected-branches/main").expect(200)
        raw.delete(f"/api/models/{repo}/protected-branches/main").expect(404)
        bob.api.create_commit(repo, [add("a.txt", "d")], commit_message="d")
        listed = raw.get(f"/api/models/{repo}/protected-branches").json()
        assert listed == [{"pattern": "release/*", "push": "nobody"}]
    finally:
        raw.delete(f"/api/organizations/{organisation}/members/bob")
