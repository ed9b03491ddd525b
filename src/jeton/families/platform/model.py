"""What the platform tells of itself before anybody is known."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicConfiguration:
    """Name, language, and which features are there."""

    name: str
    language: str
