"""The peer: the same list and search in FastAPI on SQLite, as it is usually written and as fast as it gets.

`/api/models` is a plain `def` with FastAPI's own serialisation; `/api/fast` is async with orjson bytes.
"""

import json
import os
import sqlite3
import threading

import orjson
from fastapi import FastAPI
from fastapi.responses import Response

app = FastAPI()
local = threading.local()
COLUMNS = "id, repo_id, author, sha, pipeline_tag, library, downloads, likes, created_at, last_modified, private, gated, tags"


def database() -> sqlite3.Connection:
    connection = getattr(local, "connection", None)
    if connection is None:
        connection = local.connection = sqlite3.connect(f"file:{os.environ['BENCH_DB']}?mode=ro", uri=True, check_same_thread=False)
        connection.execute("PRAGMA mmap_size = 268435456")
        connection.execute("PRAGMA cache_size = -65536")
    return connection


def find(search: str | None, task: str, limit: int) -> list[dict]:
    if search:
        match = " ".join(f'"{word}"*' for word in search.split())
        rows = database().execute(
            f"SELECT {COLUMNS} FROM model WHERE id IN (SELECT rowid FROM model_fts WHERE model_fts MATCH ?) AND pipeline_tag = ? ORDER BY downloads DESC LIMIT ?",
            (match, task, limit),
        ).fetchall()
    else:
        rows = database().execute(
            f"SELECT {COLUMNS} FROM model WHERE pipeline_tag = ? ORDER BY downloads DESC LIMIT ?", (task, limit)
        ).fetchall()
    return [
        dict(_id=str(r[0]), id=r[1], author=r[2], sha=r[3], pipeline_tag=r[4], library_name=r[5], downloads=r[6], likes=r[7],
             createdAt=r[8], lastModified=r[9], private=bool(r[10]), gated=bool(r[11]), tags=json.loads(r[12]))
        for r in rows
    ]


@app.get("/api/models")
def models(search: str | None = None, pipeline_tag: str = "text-generation", limit: int = 20):
    return find(search, pipeline_tag, limit)


@app.get("/api/fast")
async def fast(search: str | None = None, pipeline_tag: str = "text-generation", limit: int = 20):
    return Response(orjson.dumps(find(search, pipeline_tag, limit)), media_type="application/json")
