"""From a path to what was declared for it."""

import pytest

from jeton.web.matcher import Found, Matcher, WrongMethod

ROUTES = (
    ("GET", "/api/file/{file_id}", "read"),
    ("PUT", "/api/file/{file_id}", "change"),
    ("POST", "/api/file/upload", "upload"),
    ("GET", "/api/file/{file_id}/download", "download"),
    ("GET", "/api/file/download", "by token"),
    ("GET", "/api/annotations/all", "all"),
    ("GET", "/api/annotations/{target_id}/{type}", "some"),
)


@pytest.mark.parametrize(
    ("method", "path", "target", "parameters"),
    [
        ("GET", b"/api/file/12", "read", {"file_id": "12"}),
        ("GET", b"/api/file/download", "by token", {}),
        ("GET", b"/api/file/download/download", "download", {"file_id": "download"}),
        ("POST", b"/api/file/upload", "upload", {}),
        ("PUT", b"/api/file/upload", "change", {"file_id": "upload"}),
        ("GET", b"/api/file/a%2Fb", "read", {"file_id": "a/b"}),
        ("GET", b"/api/file/%C3%A9", "read", {"file_id": "\u00e9"}),
        ("GET", b"/api/annotations/all", "all", {}),
        ("GET", b"/api/annotations/all/file", "some", {"target_id": "all", "type": "file"}),
        ("GET", b"/api/file/12/", "read", {"file_id": "12"}),
    ],
)
def test_words_stand_before_parameters(method: str, path: bytes, target: str, parameters: dict[str, str]) -> None:
    assert Matcher(ROUTES).match(method, path) == Found(target, parameters)


@pytest.mark.parametrize(
    "path",
    [
        b"/", b"", b"/api", b"/api/file", b"/api/files/12", b"/api/file/12/13", b"/api/file//download", b"/api/FILE/12",
        b"/api/file/%00", b"/api/file/%FF", b"/api/file/" + b"x" * 513, b"/api/%66ile/12",
    ],
)  # fmt: skip
def test_nothing_stands_elsewhere(path: bytes) -> None:
    assert Matcher(ROUTES).match("GET", path) is None


def test_a_wrong_method_names_all_that_are_taken() -> None:
    assert Matcher(ROUTES).match("DELETE", b"/api/file/upload") == WrongMethod(("GET", "POST", "PUT"))
    assert Matcher(ROUTES).match("PATCH", b"/api/file/1/download") == WrongMethod(("GET",))


def test_one_path_is_not_declared_twice() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        Matcher([*ROUTES, ("GET", "/api/file/{other}", "twin")])
