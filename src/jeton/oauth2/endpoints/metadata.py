"""Discovery: what is really there, and nothing else. Source: RFC 8414 section 2; RFC 9728 section 2;
RFC 8628 section 4; RFC 9126 section 5; RFC 9449 section 5.1."""

from collections.abc import Sequence
from typing import Any, Final

from jeton.oauth2.grants import authorization_code, client_credentials, device_code, refresh_token
from jeton.oauth2.jws import ALGORITHMS

AUTHENTICATION_METHODS: Final = ("client_secret_basic", "client_secret_post", "private_key_jwt")
PUBLIC: Final = "none"
JWKS_PATH: Final = "/oauth2/jwks"


def authorization_server(issuer: str, scopes: Sequence[str]) -> dict[str, Any]:  # a JSON document
    """The authorization server's metadata."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth2/authorize",
        "token_endpoint": f"{issuer}/oauth2/token",
        "token_endpoint_auth_methods_supported": [*AUTHENTICATION_METHODS, PUBLIC],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "jwks_uri": f"{issuer}{JWKS_PATH}",
        "grant_types_supported": [
            authorization_code.GRANT_TYPE,
            refresh_token.GRANT_TYPE,
            client_credentials.GRANT_TYPE,
            device_code.GRANT_TYPE,
        ],
        "device_authorization_endpoint": f"{issuer}/oauth2/device_authorization",
        "pushed_authorization_request_endpoint": f"{issuer}/oauth2/par",
        "require_pushed_authorization_requests": False,
        "request_parameter_supported": False,
        "dpop_signing_alg_values_supported": list(ALGORITHMS),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "scopes_supported": list(scopes),
        "revocation_endpoint": f"{issuer}/oauth2/revoke",
        "revocation_endpoint_auth_methods_supported": [*AUTHENTICATION_METHODS, PUBLIC],
        "revocation_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "introspection_endpoint": f"{issuer}/oauth2/introspect",
        "introspection_endpoint_auth_methods_supported": list(AUTHENTICATION_METHODS),
        "introspection_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
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
        "dpop_signing_alg_values_supported": list(ALGORITHMS),
        "dpop_bound_access_tokens_required": False,
        "resource_documentation": f"{issuer}/openapi.json",
    }
