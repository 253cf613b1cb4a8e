"""The description of the API (OpenAPI), and whether the hub does what it says.

Requests are made from the description by schemathesis, from a fixed seed. What they name is narrowed to what is there: random
names would all be answered 404. Requests that do not keep to the description name other things, too.
"""

from __future__ import annotations

import copy
import gzip
import html
import pathlib

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import load_all_checks
from schemathesis.generation import GenerationMode

from support.people import ALICE
from support.raw import Raw
from support.server import Server

row = pytest.mark.row
SEED = 20261127
# Requests of each operation at each of its paths: those that keep to the description, and those that do not.
PROPER, IMPROPER = 2, 1


@pytest.fixture(scope="module")
def document(hub) -> dict:
    return Raw(hub.url).get("/openapi.json").expect(200).json()


@row("GET /openapi.json")
def test_valid(document):
    """The description is valid OpenAPI 3.1"""
    problems = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in OpenAPIV31SpecValidator(document).iter_errors()]
    assert not problems, "\n".join(problems)


@row("GET /openapi.json")
def test_served(hub, document):
    """It names the hub by the address it was asked at, packs well, and is not sent again while it is the same"""
    anonymous = Raw(hub.url)
    assert document["servers"] == [{"url": hub.url}]
    answer = anonymous.get("/openapi.json", headers={"Origin": "https://elsewhere.test"}).expect(200)
    assert answer.header("Content-Type") == "application/json; charset=utf-8"
    assert answer.header("Access-Control-Allow-Origin") == "*"
    etag = answer.header("ETag")
    again = anonymous.get("/openapi.json", headers={"If-None-Match": etag}).expect(304)
    assert again.header("ETag") == etag and not again.body
    packed = anonymous.get("/openapi.json", headers={"Accept-Encoding": "gzip"}).expect(200)
    assert gzip.decompress(packed.body) == answer.body and packed.header("ETag") != etag
    anonymous.get("/openapi.json", headers={"Accept-Encoding": "gzip", "If-None-Match": packed.header("ETag")}).expect(304)
    other = anonymous.get("/openapi.json", headers={"Host": "hub.test"}).expect(200)
    assert other.json()["servers"] == [{"url": "http://hub.test"}] and other.header("ETag") != etag


@row("GET /openapi.json")
def test_page(hub, document, tmp_path):
    """The page of the API has every operation, without a script"""
    public = pathlib.Path(__file__).parents[3] / "Public"
    server = Server(hub.hubd, hub.hubctl, tmp_path, settings={"VITRINE_PUBLIC_DIR": str(public)}).start()
    try:
        answer = Raw(server.url).get("/docs/api", headers={"Accept": "text/html"}).expect(200)
    finally:
        assert server.stop() == 0
    page = html.unescape(answer.text)
    assert "<script" not in page.split("<main")[1]
    for path, methods in document["paths"].items():
        assert path in page, path
        for operation in methods.values():
            assert operation["summary"] in page, operation["summary"]
    assert f"curl '{server.url}/api/trending'" in page


# ---------------------------------------------------------------- the hub against its description


def populate() -> dict[str, list]:
    """Makes one of everything, and gives the words for segments of paths that name it."""
    api = ALICE.api
    known = f"{ALICE.name}/known"
    for kind in ("model", "dataset", "space"):
        api.create_repo(known, repo_type=kind, space_sdk="static" if kind == "space" else None)
        api.upload_file(path_or_fileobj=b"---\nlicense: mit\n---\n# Known\n", path_in_repo="README.md", repo_id=known, repo_type=kind)
        api.upload_file(path_or_fileobj=b"{}", path_in_repo="folder/config.json", repo_id=known, repo_type=kind)
        api.create_branch(known, branch="dev", repo_type=kind)
        api.create_discussion(known, title="One", repo_type=kind)
        api.create_pull_request(known, title="Two", repo_type=kind)
    comment = api.comment_discussion(known, 1, "Three")
    collection = api.create_collection("Four", namespace=ALICE.name)
    item = api.add_collection_item(collection.slug, item_id=known, item_type="model").items[0]
    webhook = api.create_webhook(url=ENDPOINT, watched=[{"type": "user", "name": ALICE.name}])
    return {
        "namespace": [ALICE.name], "name": ["known"], "revision": ["main"], "number": [1, 2], "comment": [comment.id],
        "slug": [collection.slug.split("/")[1]], "item": [item.item_object_id], "webhook": [webhook.id],
        "organization": ["acme"], "user": ["alice", "bob"], "member": ["bob"], "task": ["image-classification"],
        # `current` would end the run.
        "token": ["999999"],
    }


# Nothing is sent away from this machine.
ENDPOINT = "http://127.0.0.1:9/"
# What `{path}` is of, by what comes before it.
PATHS = {"tree": "folder", "treesize": "folder", "compare": "main..dev", "diff": "main..dev", "branch": "dev", "tag": "dev"}


def narrowed(document: dict, words: dict[str, list]) -> dict:
    document = copy.deepcopy(document)
    for path, methods in document["paths"].items():
        verb = next((word for word in PATHS if f"/{word}/" in path), "")
        here = words | {"path": [PATHS.get(verb, "README.md")]}
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path" and parameter["name"] in here:
                    parameter["schema"] = {"enum": here[parameter["name"]]}
    document["components"]["schemas"]["WebhookSettings"]["properties"]["url"] = {"enum": [ENDPOINT]}
    return document


CHECKS = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]


def requests_of(operation, mode, count, run) -> None:
    @seed(SEED)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case):
        run(case)

    each()


@row("GET /openapi.json")
def test_conformance(hub, document):
    """No request made from the description breaks the hub, and every answer is one it names"""
    words = populate()
    load_all_checks()
    for word in ("upload", "receive"):
        schemathesis.serializer.alias(f"application/x-git-{word}-pack-request", "application/octet-stream")
    checks = schemathesis.checks.CHECKS.get_by_names(CHECKS)
    write = Raw(hub.url, ALICE.token).get(f"/api/models/{ALICE.name}/known/xet-write-token/main").expect(200).json()
    schema = schemathesis.openapi.from_dict(narrowed(document, words))
    schema.config.base_url = hub.url
    problems: dict[str, str] = {}
    count = 0
    done: set[str] = set()

    # What takes things away comes last.
    for operation in sorted((result.ok() for result in schema.get_all_operations()), key=lambda each: each.method == "delete"):
        definition = operation.definition.raw
        # Those are 501 by intention.
        if definition["tags"] == ["Not on this hub"]:
            continue
        token = write["accessToken"] if definition.get("security") == [{"chunkToken": []}] else ALICE.token
        headers = {} if definition.get("security") == [] else {"Authorization": f"Bearer {token}"}

        def run(case) -> None:
            nonlocal count
            count += 1
            answer = case.call(headers=headers, timeout=30)
            if answer.status_code < 300:
                done.add(case.operation.label)
            case.validate_response(answer, checks=checks, headers=headers)

        for mode, number in ((GenerationMode.POSITIVE, PROPER), (GenerationMode.NEGATIVE, IMPROPER)):
            try:
                requests_of(operation, mode, number, run)
            except Unsatisfiable:
                # There is nothing improper to say to a call without parameters.
                pass
            except (Exception, BaseExceptionGroup) as problem:
                # Of any kind: a check that failed, a connection that was cut, a body that cannot be made.
                problems[f"{operation.label} ({mode.value})"] = str(problem)[:1500]
    assert count > 300
    # Else nothing was there to ask about.
    assert len(done) > 120, sorted(done)
    assert not problems, f"{len(problems)} problems\n\n" + "\n\n".join(f"{name}\n{text}" for name, text in sorted(problems.items()))
