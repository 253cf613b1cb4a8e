"""Where the generations of huggingface_hub differ in how the same thing is asked for."""

from __future__ import annotations

from typing import Any

import huggingface_hub

GENERATION = tuple(int(part) for part in huggingface_hub.__version__.split(".")[:2])
"""(0, 36), (1, …) or (2, …)."""

BACKWARDS: dict[str, Any] = {"direction": -1} if GENERATION < (1, 0) else {}
"""Arguments that make a sorted list begin with the largest. From 1.0 on every sorted list does."""


def status_of(error: BaseException) -> int:
    """The status of the answer behind an error of the client."""
    response = getattr(error, "response", None)
    assert response is not None, f"{error!r} carries no response"
    return response.status_code


def http_errors() -> tuple[type[Exception], ...]:
    """What a refused call raises. Before 1.0 whoami raises the HTTP library's own error."""
    from huggingface_hub.errors import HfHubHTTPError

    if GENERATION < (1, 0):
        import requests

        return HfHubHTTPError, requests.HTTPError
    return (HfHubHTTPError,)


def set_private(api: Any, repo_id: str, private: bool, repo_type: str = "model") -> None:
    api.update_repo_settings(repo_id, private=private, repo_type=repo_type)
