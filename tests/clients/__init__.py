"""Two strict readers, as clients of the vendor read: whatever breaks one of them would break a real client.

Written from wire/files.md section 1.3. Every answer about files and folders, in every API test, passes through both.
"""

import re

from tests.clients import cpp_like, go_like

_PATH = re.compile(
    r"/api/(?:(folders)|(?:archive/)?(folder)(?:/[^/?]+)?"
    r"|(?:archive/)?(file)(?:/(?!download|activity|.*/download)[^/?]+(?:/upload)?)?)(?:\?(.*))?"
)


def read_answer(method: str, path: str, status: int, content: bytes) -> None:
    """Read an answer as the clients would, when it is one that they read. Raises AssertionError."""
    match = _PATH.fullmatch(path)
    if match is None or not content or method in {"DELETE", "HEAD"}:
        return
    if status >= 400:
        if not content.startswith(b'{"type":"urn:jeton:problem:'):  # no client asks for a problem document
            go_like.read_error(content)
        return
    whole_tree = "depth=-1" in (match[4] or "")
    for reader in (go_like, cpp_like):
        if match[1]:
            reader.read_roots(content)
        elif match[2]:
            reader.read_folder(content, whole_tree=whole_tree)
        elif b'"sessionKey"' in content or b'"missing"' in content:
            reader.read_report(content)
        else:
            reader.read_file(content)
