"""A page with the widget's mount point, as the hub's model pages have it."""

from __future__ import annotations

import html
import json


def page(
    model: str, task: str, *, examples: list[dict] | None = None, form_key: str | None = None,
    limit: int | None = None, embed: bool = False, private: bool = False, revision: str = "main",
) -> str:
    attributes = {
        "data-widget": "", "data-model": model, "data-revision": revision, "data-task": task,
        "data-task-label": task.replace("-", " ").capitalize(), "data-examples": json.dumps(examples or []),
    }
    if limit:
        attributes["data-limit"] = str(limit)
    if embed:
        attributes["data-embed"] = "true"
    if private:
        attributes["data-private"] = "true"
    mount = " ".join(f'{key}="{html.escape(value)}"' for key, value in attributes.items())
    key = f'<meta name="form-key" content="{html.escape(form_key)}">' if form_key else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">{key}
<title>{html.escape(model)}</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/assets/style.css">
<link rel="stylesheet" href="/assets/widget/widget.css">
</head>
<body>
<div role="main"><h1>{html.escape(model)}</h1>
<section class="widget" {mount}><p>Without JavaScript: curl …</p></section>
</div>
<script type="module" src="/assets/widget/widget.js"></script>
</body>
</html>
"""
