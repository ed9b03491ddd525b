"""Discovery: what is really there, and nothing else. Source: RFC 8414 section 2; RFC 9728 section 2."""

from collections.abc import Sequence
from typing import Any, Final

from jeton.oauth2.grants import authorization_code, client_credentials, refresh_token

AUTHENTICATION_METHODS: Final = ("client_secret_basic", "client_secret_post")
PUBLIC: Final = "none"


def authorization_server(issuer: str, scopes: Sequence[str]) -> dict[str, Any]:  # a JSON document
    """The authorization server's metadata."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth2/authorize",
        "token_endpoint": f"{issuer}/oauth2/token",
        "token_endpoint_auth_methods_supported": [*AUTHENTICATION_METHODS, PUBLIC],
        "grant_types_supported": [
            authorization_code.GRANT_TYPE,
            refresh_token.GRANT_TYPE,
            client_credentials.GRANT_TYPE,
        ],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "scopes_supported": list(scopes),
        "revocation_endpoint": f"{issuer}/oauth2/revoke",
        "revocation_endpoint_auth_methods_supported": [*AUTHENTICATION_METHODS, PUBLIC],
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
