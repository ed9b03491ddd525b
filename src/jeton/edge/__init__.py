"""The machines' door: guard, pipeline, bodies and streams of the API, and the OAuth2 endpoints."""
