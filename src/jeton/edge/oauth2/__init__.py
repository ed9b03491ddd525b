"""The OAuth2 endpoints over HTTP."""
