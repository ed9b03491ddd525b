"""What is kept of an application's metadata: a JSON object of what is not usual, so that most keep nothing.

Source: kernel.applications.ClientMetadata.
"""

import json
from typing import Any

from jeton.kernel.applications import USUAL, ClientMetadata
from jeton.kernel.scopes import Scopes


def kept(metadata: ClientMetadata) -> str:
    """The text that is kept; empty where all is usual."""
    told: dict[str, Any] = {  # a JSON object
        name: value for name, value in metadata._asdict().items() if value != getattr(USUAL, name)
    }
    if not told:
        return ""
    if "optional_scopes" in told:
        told["optional_scopes"] = metadata.optional_scopes.bits
    return json.dumps(told, ensure_ascii=False)


def read(text: str) -> ClientMetadata:
    """What was kept."""
    if not text:
        return USUAL
    told = json.loads(text)
    told["optional_scopes"] = Scopes(told.get("optional_scopes", 0))
    told["resources"] = tuple(told.get("resources", ()))
    return ClientMetadata(**told)
