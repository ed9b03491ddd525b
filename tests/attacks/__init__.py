"""The catalogue of attacks, an area a file: each case is a test that carries its id, and docs/security.md names it."""
