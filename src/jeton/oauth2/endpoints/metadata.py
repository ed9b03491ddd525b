"""Discovery: what is really there, and nothing else. Source: RFC 8414 section 2; RFC 9728 section 2."""

from collections.abc import Sequence
from typing import Any, Final

from jeton.oauth2.grants import client_credentials

AUTHENTICATION_METHODS: Final = ("client_secret_basic", "client_secret_post")


def authorization_server(issuer: str, scopes: Sequence[str]) -> dict[str, Any]:  # a JSON document
    """The authorization server's metadata."""
    return {
        "issuer": issuer,
        "token_endpoint": f"{issuer}/oauth2/token",
        "token_endpoint_auth_methods_supported": list(AUTHENTICATION_METHODS),
        "grant_types_supported": [client_credentials.GRANT_TYPE],
        "response_types_supported": [],
        "scopes_supported": list(scopes),
        "revocation_endpoint": f"{issuer}/oauth2/revoke",
        "revocation_endpoint_auth_methods_supported": list(AUTHENTICATION_METHODS),
        "introspection_endpoint": f"{issuer}/oauth2/introspect",
        "introspection_endpoint_auth_methods_supported": list(AUTHENTICATION_METHODS),
        "service_documentation": f"{issuer}/openapi.json",
        "protected_resources": [issuer],
    }


def protected_resource(issuer: str, name: str, scopes: Sequence[str]) -> dict[str, Any]:  # a JSON document
    """The API's metadata."""
    return {
        "resource": issuer,
        "resource_name": name,
        "authorization_servers": [issuer],
        "scopes_supported": list(scopes),
        "bearer_methods_supported": ["header"],
        "resource_documentation": f"{issuer}/openapi.json",
    }
