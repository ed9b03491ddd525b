"""ASGI commons of both doors: answers, strict bodies, headers, languages, problems, the matcher, the server."""
