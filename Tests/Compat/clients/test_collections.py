"""Collections: made, filled, ordered, listed and deleted, and who sees what of them."""

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError

from support.shim import status_of

row = pytest.mark.row
COLLECTIONS = "GET|POST|PATCH|DELETE /api/collections…"


def refused(call, *statuses):
    with pytest.raises(HfHubHTTPError) as failure:
        call()
    assert status_of(failure.value) in statuses, str(failure.value)


def title(model):
    return model.split("/")[1][:50]


@row(COLLECTIONS)
def test_collection(alice, model, dataset):
    """A collection is made, filled, annotated, ordered, renamed and deleted"""
    made = alice.api.create_collection(f"My: {title(model)}", description="Good ones")
    assert made.slug.startswith("alice/my-") and len(made.slug.rsplit("-", 1)[1]) == 24
    assert made.owner["name"] == "alice" and made.items == [] and made.description == "Good ones"
    assert not made.private and made.upvotes == 0 and made.theme
    assert made.url.endswith(f"/collections/{made.slug}")

    alice.api.add_collection_item(made.slug, model, "model", note="the best")
    alice.api.add_collection_item(made.slug, dataset, "dataset")
    filled = alice.api.add_collection_item(made.slug, "2401.00001", "paper")
    assert [(item.item_id, item.item_type, item.position) for item in filled.items] == [
        (model, "model", 0), (dataset, "dataset", 1), ("2401.00001", "paper", 2),
    ]
    assert filled.items[0].note == "the best" and filled.items[1].note is None
    refused(lambda: alice.api.add_collection_item(made.slug, model, "model"), 409)
    again = alice.api.add_collection_item(made.slug, model, "model", exists_ok=True)
    assert len(again.items) == 3

    first, second, third = (item.item_object_id for item in filled.items)
    alice.api.update_collection_item(made.slug, third, position=0, note="read this first")
    alice.api.delete_collection_item(made.slug, second)
    alice.api.delete_collection_item(made.slug, second, missing_ok=True)
    refused(lambda: alice.api.delete_collection_item(made.slug, second), 404)
    changed = HfApi(token=False).get_collection(made.slug)
    assert [(item.item_id, item.position, item.note) for item in changed.items] == [
        ("2401.00001", 0, "read this first"), (model, 1, "the best"),
    ]

    renamed = alice.api.update_collection_metadata(made.slug, title="Better", description="Better ones", theme="pink")
    assert renamed.title == "Better" and renamed.theme == "pink" and renamed.slug.startswith("alice/better-")
    assert alice.api.get_collection(made.slug).slug == renamed.slug
    assert renamed.last_updated >= made.last_updated
    alice.api.delete_repo(model)
    assert [item.item_id for item in alice.api.get_collection(renamed.slug).items] == ["2401.00001"]
    alice.api.delete_collection(renamed.slug)
    alice.api.delete_collection(renamed.slug, missing_ok=True)
    refused(lambda: alice.api.delete_collection(renamed.slug), 404)


@row(COLLECTIONS)
def test_existing_collection(alice, model):
    """A second collection of the same title is refused, or the first one given"""
    made = alice.api.create_collection(title(model))
    refused(lambda: alice.api.create_collection(title(model)), 409)
    assert alice.api.create_collection(title(model), exists_ok=True).slug == made.slug
    refused(lambda: alice.api.create_collection("x" * 61), 400)
    refused(lambda: alice.api.update_collection_metadata(made.slug, theme="beige"), 400)


@row(COLLECTIONS)
def test_private_collection(alice, bob, raw, model, private_model, fresh, organisation):
    """Private collections, and private repositories in public ones, are for those who may see them"""
    hidden = alice.api.create_collection(title(model), private=True)
    refused(lambda: bob.api.get_collection(hidden.slug), 404)
    assert hidden.slug not in [each.slug for each in bob.api.list_collections(owner="alice")]
    assert hidden.slug in [each.slug for each in alice.api.list_collections(owner="alice")]
    refused(lambda: bob.api.delete_collection(hidden.slug), 404)

    shown = alice.api.create_collection(title(private_model))
    alice.api.add_collection_item(shown.slug, private_model, "model")
    alice.api.add_collection_item(shown.slug, model, "model")
    assert [item.item_id for item in alice.api.get_collection(shown.slug).items] == [private_model, model]
    assert [item.item_id for item in bob.api.get_collection(shown.slug).items] == [model]
    refused(lambda: bob.api.add_collection_item(shown.slug, model, "model"), 403)
    refused(lambda: bob.api.update_collection_metadata(shown.slug, title="mine"), 403)
    raw.with_token(None).request("PATCH", f"/api/collections/{shown.slug}", json_body={"title": "x"}).expect(401)

    own = bob.api.create_collection(title(model))
    refused(lambda: bob.api.add_collection_item(own.slug, private_model, "model"), 404)
    nested = bob.api.add_collection_item(own.slug, shown.slug, "collection")
    assert nested.items[0].item_id == shown.slug
    refused(lambda: bob.api.add_collection_item(own.slug, hidden.slug, "collection"), 404)
    refused(lambda: bob.api.create_collection("Not mine", namespace=organisation), 403)
    ours = alice.api.create_collection(title(model), namespace=organisation)
    assert ours.owner["name"] == organisation


@row(COLLECTIONS)
def test_list_collections(alice, bob, raw, model, dataset):
    """Lists are filtered by owner and item, sorted by time and votes, and show four items of each"""
    slugs = []
    for number in range(3):
        made = bob.api.create_collection(f"{number} {title(model)}")
        bob.api.add_collection_item(made.slug, model, "model")
        slugs.append(made.slug)
    for number in range(5):
        bob.api.add_collection_item(slugs[0], f"2401.0000{number}", "paper")
    listed = list(alice.api.list_collections(owner="bob", item=f"models/{model}"))
    assert [each.slug for each in listed] == [slugs[0], slugs[2], slugs[1]]
    assert [each.position for each in listed] == [0, 1, 2] and len(listed[0].items) == 4
    raw.post(f"/api/collections/{slugs[1]}/upvote").expect(200)
    raw.post(f"/api/collections/{slugs[1]}/upvote").expect(200)
    best = list(alice.api.list_collections(owner=["bob", "alice"], item=[f"models/{model}"], sort="upvotes"))
    assert best[0].slug == slugs[1] and best[0].upvotes == 1
    raw.delete(f"/api/collections/{slugs[1]}/upvote").expect(200)
    assert alice.api.get_collection(slugs[1]).upvotes == 0
    assert len(list(alice.api.list_collections(item=f"models/{model}", limit=2))) == 2
    assert list(alice.api.list_collections(owner="nobody-here")) == []
    assert list(alice.api.list_collections(item=f"datasets/{dataset}")) == []
    page = raw.get(f"/api/collections?item=models/{model}&limit=2")
    assert len(page.json()) == 2 and page.header("Link")
    rest = raw.get(page.header("Link").split(">")[0].lstrip("<")).json()
    assert [each["slug"] for each in page.json() + rest] == [slugs[0], slugs[2], slugs[1]]
    bob.api.update_collection_metadata(slugs[2], position=0)
    assert bob.api.get_collection(slugs[2]).position == 0
