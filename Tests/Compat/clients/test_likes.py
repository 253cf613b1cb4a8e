"""Likes: given by the web's own call, taken back and listed by the clients."""

import pytest
from huggingface_hub.errors import RepositoryNotFoundError

row = pytest.mark.row


@row("DELETE /api/{T}/{id}/like", "GET /api/users/{u}/likes", "GET /api/{T}/{id}/likers")
def test_like_and_unlike(alice, bob, raw, model, dataset):
    """A like is counted, listed by user and by repository, and taken back"""
    raw.with_token(bob.token).post(f"/api/models/{model}/like").expect(200)
    raw.with_token(bob.token).post(f"/api/datasets/{dataset}/like").expect(200)
    assert alice.api.model_info(model).likes == 1
    assert [user.username for user in alice.api.list_repo_likers(model)] == ["bob"]
    liked = alice.api.list_liked_repos("bob")
    assert model in liked.models and dataset in liked.datasets
    bob.api.unlike(model)
    bob.api.unlike(model)
    assert alice.api.model_info(model).likes == 0
    assert list(alice.api.list_repo_likers(model)) == []
    assert model not in bob.api.list_liked_repos().models


@row("GET /api/users/{u}/likes", "GET /api/{T}/{id}/likers")
def test_private_likes(alice, bob, raw, private_model):
    """Likes of private repositories are shown to those who see the repository"""
    raw.post(f"/api/models/{private_model}/like").expect(200)
    assert private_model in alice.api.list_liked_repos().models
    assert private_model not in bob.api.list_liked_repos("alice").models
    with pytest.raises(RepositoryNotFoundError):
        list(bob.api.list_repo_likers(private_model))
    raw.with_token(bob.token).post(f"/api/models/{private_model}/like").expect(404)


@row("GET /api/models")
def test_sorted_by_likes(alice, bob, raw, fresh):
    """Lists sorted by likes begin with the most liked"""
    from support.shim import BACKWARDS

    few, many = fresh(), fresh()
    for repo_id in (few, many):
        alice.api.create_repo(repo_id)
    for token in (alice.token, bob.token):
        raw.with_token(token).post(f"/api/models/{many}/like").expect(200)
    raw.post(f"/api/models/{few}/like").expect(200)
    ids = [model.id for model in alice.api.list_models(author="alice", sort="likes", **BACKWARDS)]
    assert ids.index(many) < ids.index(few)
