"""What hubctl pull wrote is what the Python libraries load offline."""

import json
import subprocess
import sys

import pytest
from huggingface_hub import hf_hub_download, snapshot_download

from support.files import FIXTURES, noise

row = pytest.mark.row
PULL = ("GET /api/{T}/{id}/revision/{rev}", "GET /api/{T}/{id}/tree/{rev}[/{path}]", "GET /{P}{id}/resolve/{rev}/{path}")


@pytest.fixture
def home(tmp_path):
    return tmp_path / "hf-home"


@pytest.fixture
def hubctl(hub, client_environment, alice, home):
    """Runs hubctl as alice with a cache of its own and gives its stdout."""

    def run(*arguments, code=0):
        environment = client_environment | {"HF_HOME": str(home), "HF_TOKEN": alice.token}
        done = subprocess.run([hub.hubctl, *arguments], env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == code, f"hubctl {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run


@pytest.fixture
def offline(client_environment, home):
    """Runs Python code with no hub to reach and gives what it printed, as JSON."""

    def run(code):
        environment = client_environment | {
            "HF_HOME": str(home), "HF_HUB_OFFLINE": "1", "HF_ENDPOINT": "http://127.0.0.1:9", "PYTHONWARNINGS": "ignore",
        }
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])

    return run


@row(*PULL)
def test_transformers(alice, model, hubctl, offline):
    """hubctl pull of a model, then AutoModel and pipeline offline"""
    alice.api.upload_folder(folder_path=FIXTURES / "tiny_vit", repo_id=model)
    hubctl("pull", model)
    picture = FIXTURES / "tiny_photos" / "train" / "chelsea_middle.jpg"
    answer = offline(
        "import json\n"
        "from transformers import AutoModel, pipeline\n"
        f"width = AutoModel.from_pretrained({model!r}).config.hidden_size\n"
        f"best = pipeline('image-classification', model={model!r})({str(picture)!r})[0]['label']\n"
        "print(json.dumps([width, best]))"
    )
    assert answer == [32, "tabby, tabby cat"]


@row(*PULL)
def test_dataset(alice, dataset, hubctl, offline):
    """hubctl pull of a dataset, then load_dataset offline"""
    alice.api.upload_folder(folder_path=FIXTURES / "tiny_photos", repo_id=dataset, repo_type="dataset")
    hubctl("pull", dataset, "--type", "dataset")
    answer = offline(
        "import json\n"
        "from huggingface_hub import snapshot_download\n"
        "from datasets import load_dataset\n"
        f"folder = snapshot_download({dataset!r}, repo_type='dataset')\n"
        "rows = load_dataset(folder)\n"
        "print(json.dumps({split: len(part) for split, part in rows.items()}))"
    )
    assert answer == {"train": 8, "test": 4}


@row(*PULL)
def test_timm(alice, model, hubctl, offline):
    """hubctl pull of a real checkpoint, then timm offline"""
    alice.api.upload_folder(folder_path=FIXTURES / "efficientnet_lite0", repo_id=model)
    hubctl("pull", model)
    answer = offline(
        "import json, timm\n"
        f"net = timm.create_model('hf_hub:{model}', pretrained=True)\n"
        "print(json.dumps(net.num_classes))"
    )
    assert answer == 1000


@row(*PULL)
def test_same_layout(alice, model, hubctl, home, tmp_path):
    """The cache is laid out as huggingface_hub lays it out"""
    files = {"a.txt": b"a", "d/w.bin": noise(100_000, "layout"), "d/same.bin": noise(100_000, "layout"), "README.md": b"# R"}
    for path, data in files.items():
        alice.api.upload_file(path_or_fileobj=data, path_in_repo=path, repo_id=model)
    alice.api.create_tag(model, tag="v1")
    hubctl("pull", model)
    hubctl("pull", model, "--revision", "v1")
    for revision in (None, "v1"):
        snapshot_download(model, cache_dir=tmp_path / "reference", revision=revision)

    def layout(folder):
        found = {}
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if name.startswith(".") or "/trees/" in f"/{name}" or ".no_exist" in name or path.is_dir():
                continue
            # A blob that huggingface_hub shares between repos is a link out of the folder; hubctl keeps it inside.
            is_pointer = path.is_symlink() and not name.startswith("blobs/")
            found[name] = str(path.readlink()) if is_pointer else path.read_bytes()
        return found

    stem = "models--" + model.replace("/", "--")
    assert layout(home / "hub" / stem) == layout(tmp_path / "reference" / stem)
    for path, data in files.items():
        assert open(hf_hub_download(model, path, cache_dir=home / "hub", local_files_only=True), "rb").read() == data
    assert snapshot_download(model, cache_dir=home / "hub", local_files_only=True)


@row(*PULL)
def test_shared_both_ways(alice, model, hubctl, home):
    """hubctl does not fetch again what huggingface_hub has fetched"""
    alice.api.upload_file(path_or_fileobj=noise(200_000, "shared"), path_in_repo="w.bin", repo_id=model)
    folder = snapshot_download(model, cache_dir=home / "hub")
    blob = next((home / "hub").rglob("w.bin")).resolve()
    before = blob.stat()
    assert folder in hubctl("pull", model)
    after = blob.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@row(*PULL)
def test_prune_of_shared(alice, model, hubctl, home, fresh):
    """hubctl cache prune frees a file that huggingface_hub shares between repos with the last of them"""
    other = fresh()
    alice.api.create_repo(other)
    data = noise(300_000, "shared by two")
    for repo in (model, other):
        alice.api.upload_file(path_or_fileobj=data, path_in_repo="w.bin", repo_id=repo)
        snapshot_download(repo, cache_dir=home / "hub")
    (entry,) = [path for path in (home / "hub" / "blobs").glob("??/*") if len(path.name) == 64]
    assert entry.read_bytes() == data
    freed = []
    for repo in (model, other):
        refs = home / "hub" / ("models--" + repo.replace("/", "--")) / "refs" / "main"
        refs.unlink()
        planned = json.loads(hubctl("cache", "prune", "--dry-run", "--json"))
        done = json.loads(hubctl("cache", "prune", "--json"))
        assert planned == done and [row["id"] for row in done] == [repo]
        freed.append(done[0]["size"])
        assert entry.exists() == (repo == model)
    assert freed[0] < 300_000 <= freed[1]


@row(*PULL)
def test_pull_errors(fresh, model, hubctl):
    """hubctl pull of what is not there exits with 1"""
    hubctl("pull", fresh(), code=1)
    hubctl("pull", model, "--revision", "nope", code=1)
    hubctl("pull", model, "nope.txt", code=1)
