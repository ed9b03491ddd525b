"""Shapes and types that the wire shares: msgspec structs, dates, ids, errors, and the one strict reader."""
