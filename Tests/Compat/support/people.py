"""The accounts of a test hub."""

from __future__ import annotations

import dataclasses
import os
from typing import Any


@dataclasses.dataclass(frozen=True)
class Person:
    """A user with a write token."""

    name: str
    token: str

    @property
    def api(self) -> Any:
        """The user's own HfApi (imported late: huggingface_hub reads HF_ENDPOINT at import)."""
        from huggingface_hub import HfApi

        return HfApi(endpoint=os.environ["HF_ENDPOINT"], token=self.token)


def token_of(name: str) -> str:
    return "hf_" + (name * 12)[:34]


ALICE = Person("alice", token_of("alice"))
BOB = Person("bob", token_of("bob"))
ORGANISATION = "acme"
