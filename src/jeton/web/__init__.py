"""ASGI commons of both doors: answers, strict bodies, headers, languages, the problem table, the matcher, the server."""
