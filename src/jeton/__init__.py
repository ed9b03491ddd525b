"""Jeton: a self-hosted document platform whose REST APIs are opened through OAuth2 applications."""

__version__ = "0.1.0"
