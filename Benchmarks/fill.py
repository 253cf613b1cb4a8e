#!/usr/bin/env python3
"""Fills a data folder with realistic models, datasets and spaces: rows as the hub writes them, without their bytes.

    Benchmarks/fill.py DATA --hubctl .build/release/hubctl [--models 100000]

The schema comes from `hubctl admin`; the rows go in through SQLite, since a hundred thousand commits would take an hour.
Also writes DATA/plain.sqlite: the same models in the one flat table that bench_api.py serves.
"""

import argparse
import hashlib
import json
import os
import random
import sqlite3
import subprocess
import time

TASKS = {
    "text-generation": 34, "text-classification": 9, "text-to-image": 9, "image-classification": 8,
    "automatic-speech-recognition": 5, "feature-extraction": 5, "object-detection": 4, "sentence-similarity": 4,
    "token-classification": 4, "fill-mask": 4, "question-answering": 3, "image-segmentation": 3, "depth-estimation": 2,
    "zero-shot-image-classification": 2, "image-to-text": 2, "reinforcement-learning": 2,
}
FAMILIES = ["llama", "mistral", "qwen", "gemma", "phi", "bert", "roberta", "vit", "resnet", "convnext", "whisper", "clip", "detr", "sam", "dinov2", "t5", "falcon", "deepseek", "swin", "yolos"]
SUFFIXES = ["base", "large", "small", "tiny", "chat", "instruct", "finetuned", "v2", "lora", "gguf", "awq", "distilled", "multilingual", "fp16", "merged", "test", "demo"]
LIBRARIES = ["transformers", "diffusers", "timm", "sentence-transformers", "peft", "open_clip", "ultralytics"]
LICENSES = ["mit", "apache-2.0", "cc-by-4.0", "openrail", "llama3", "other"]
LANGUAGES = ["en", "de", "fr", "zh", "es", "ja", "pt"]
WORDS = "model trained dataset accuracy evaluation image text language fine tuned weights vision speech token layer assistant benchmark results learning rate batch epoch optimizer loss intended uses limitations bias training procedure data license citation usage example pipeline inference".split()
NOW = 1_795_000_000_000


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--hubctl", required=True)
    parser.add_argument("--models", type=int, default=100_000)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    rng = random.Random(7)
    subprocess.run([options.hubctl, "admin", "user", "create", "bench", "--data-dir", options.data], check=True, stdout=subprocess.DEVNULL)
    db = sqlite3.connect(os.path.join(options.data, "hub.sqlite3"))
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA cache_size = -500000")
    started = time.time()
    flat = []
    with db:
        owners = []
        for number in range(2000):
            name = f"{rng.choice(FAMILIES)}-lab-{number}"
            row = db.execute(
                "INSERT INTO account (public_id, kind, name, name_key, full_name, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                (f"{number:024x}", "org" if number % 5 == 0 else "user", name, name, name.title(), NOW),
            )
            owners.append((row.lastrowid, name))
        commits(db)
        tags = {}
        for number in range(options.models):
            flat.append(model(db, rng, number, *rng.choice(owners), tags))
        db.execute("INSERT INTO repo_text_search (repo_text_search) VALUES ('optimize')")
        db.execute("INSERT INTO repo_name_search (repo_name_search) VALUES ('optimize')")
    db.execute("ANALYZE")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    plain(os.path.join(options.data, "plain.sqlite"), flat)
    print(json.dumps({"models": options.models, "seconds": round(time.time() - started, 1)}))


TREE = hashlib.sha1(b"tree 0\0").digest()
COMMIT = hashlib.sha1(b"bench").digest()


def commits(db: sqlite3.Connection) -> None:
    """Every repo is at the same commit of a tree with one README."""
    content = b"# Bench\n"
    sha, oid = hashlib.sha256(content).digest(), hashlib.sha1(b"blob 8\0" + content).digest()
    body = b"100644 README.md\0" + oid
    tree = hashlib.sha1(f"tree {len(body)}\0".encode() + body).digest()
    text = f"tree {tree.hex()}\nauthor bench <b@x> 1 +0000\ncommitter bench <b@x> 1 +0000\n\nBench\n".encode()
    global COMMIT
    COMMIT = hashlib.sha1(f"commit {len(text)}\0".encode() + text).digest()
    db.execute("INSERT INTO git_object VALUES (?, 'tree', ?)", (tree, body))
    db.execute("INSERT INTO git_object VALUES (?, 'commit', ?)", (COMMIT, text))
    db.execute("INSERT INTO git_commit VALUES (?, ?, NULL, 1, 1000, 'bench', 'Bench', '')", (COMMIT, tree))
    db.execute("INSERT INTO blob VALUES (?, 8, ?)", (sha, NOW))
    db.execute("INSERT INTO file_object VALUES (?, ?, 8, NULL)", (oid, sha))


def model(db, rng, number, owner_id, owner, tags):
    task = rng.choices(list(TASKS), TASKS.values())[0]
    family, library = rng.choice(FAMILIES), rng.choice(LIBRARIES)
    license, language = rng.choice(LICENSES), rng.choice(LANGUAGES)
    name = f"{family}-{rng.choice(SUFFIXES)}-{rng.choice(SUFFIXES)}-{number}"
    downloads = int(rng.paretovariate(0.6)) % 50_000_000
    likes, created = downloads // 3000, NOW - rng.randrange(90_000_000_000)
    updated = min(NOW, created + rng.randrange(10_000_000_000))
    own = [(library, "library"), ("safetensors", "library"), (family, "other"), (task, "pipeline_tag"), (language, "language"),
           (f"license:{license}", "license"), (f"dataset:set-{rng.randrange(500)}", "dataset"), (f"arxiv:{rng.randrange(1000, 2600)}.{rng.randrange(99999):05}", "arxiv")]
    values = [value for value, _ in own]
    public_id = f"{number + (1 << 80):024x}"
    repo = db.execute(
        """INSERT INTO repo (public_id, kind, owner_id, creator_id, name, name_key, visibility, created_at, updated_at,
            downloads, downloads_all, likes, trending, pipeline_tag, library_name, parameters, tags)
        VALUES (?, 'model', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (public_id, owner_id, owner_id, name, name, "private" if number % 50 == 0 else "public", created, updated, downloads,
         downloads * 3, likes, round(rng.random() * likes, 2), task, library, rng.randrange(10**6, 10**10), json.dumps(values, separators=(",", ":"))),
    ).lastrowid
    for position, (value, kind) in enumerate(own):
        if value not in tags:
            tags[value] = db.execute("INSERT INTO tag (kind, type, value, label) VALUES ('model', ?, ?, ?)", (kind, value, value)).lastrowid
        db.execute("INSERT INTO repo_tag VALUES (?, ?, ?)", (tags[value], repo, position))
    body = " ".join(rng.choices(WORDS, k=120)) + f" {family}"
    if number % 7 == 0:
        body += " chat"
    card = json.dumps({"license": license, "language": [language], "library_name": library, "pipeline_tag": task})
    db.execute("INSERT INTO card (repo_id, commit_oid, data, body) VALUES (?, ?, ?, ?)", (repo, COMMIT, card, body))
    db.execute("INSERT INTO repo_commit VALUES (?, ?)", (repo, COMMIT))
    db.execute("INSERT INTO ref (repo_id, name, target, updated_at) VALUES (?, 'refs/heads/main', ?, ?)", (repo, COMMIT, created))
    full = f"{owner}/{name}"
    db.execute("INSERT INTO repo_name_search (rowid, id) VALUES (?, ?)", (repo, full))
    db.execute("INSERT INTO repo_text_search (rowid, id, tags, card) VALUES (?, ?, ?, ?)", (repo, full, " ".join(values), body))
    return (repo, full, owner, COMMIT.hex(), task, library, downloads, likes, created, updated, number % 50 == 0, False, json.dumps(values), body)


def plain(path: str, rows: list[tuple]) -> None:
    """What somebody would write in an afternoon: one table, one index, one FTS5 table."""
    db = sqlite3.connect(path)
    db.execute(
        """CREATE TABLE model (id INTEGER PRIMARY KEY, repo_id TEXT, author TEXT, sha TEXT, pipeline_tag TEXT, library TEXT,
            downloads INTEGER, likes INTEGER, created_at INTEGER, last_modified INTEGER, private INTEGER, gated INTEGER, tags TEXT)"""
    )
    db.execute("CREATE VIRTUAL TABLE model_fts USING fts5 (repo_id, tags, card, prefix = '2 3')")
    with db:
        public = [row for row in rows if not row[10]]
        db.executemany("INSERT INTO model VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [row[:13] for row in public])
        db.executemany("INSERT INTO model_fts (rowid, repo_id, tags, card) VALUES (?, ?, ?, ?)", [(row[0], row[1], " ".join(json.loads(row[12])), row[13]) for row in public])
        db.execute("CREATE INDEX model_task_downloads ON model (pipeline_tag, downloads DESC)")
        db.execute("INSERT INTO model_fts (model_fts) VALUES ('optimize')")
    db.execute("ANALYZE")
    db.close()


if __name__ == "__main__":
    main()
