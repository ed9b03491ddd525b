"""Slow or dangerous work on what people send: passwords hashed, pictures decoded. No transaction, no HTTP, no rule."""

from jeton.workshop.local import LocalWorkshop

__all__ = ["LocalWorkshop"]
