"""Keys at rest: sealed, opened, rotated, and refused when a file is not as it must be."""

from pathlib import Path

import pytest

from jeton.kernel.configuration import SealBroken
from jeton.kit.clock import DAY, SECOND
from jeton.kit.mint import SystemMint
from jeton.storage.keys import NO_KEYS, KeyFolder, KeysUnsound, key_id

NOW = 1_770_000_000 * SECOND


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    made = KeyFolder(tmp_path / "keys", SystemMint())
    made.add(NOW)
    return made


def test_what_is_sealed_can_be_opened_for_its_purpose_only(keys: KeyFolder) -> None:
    sealed = keys.seal("pässword", "smtp_password")
    assert "ssword" not in sealed
    assert keys.open(sealed, "smtp_password") == "pässword"
    assert keys.seal("pässword", "smtp_password") != sealed
    with pytest.raises(SealBroken):
        keys.open(sealed, "outbox 1")


def test_one_changed_character_is_noticed(keys: KeyFolder) -> None:
    sealed = keys.seal("8 bytes.", "x")
    for place in range(len(key_id(sealed)) + 1, len(sealed)):
        broken = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(SealBroken):
            keys.open(broken, "x")
    for nonsense in ("", ".", "plain", f"{key_id(sealed)}.", f"{key_id(sealed)}.é"):
        with pytest.raises(SealBroken):
            keys.open(nonsense, "x")


def test_the_newest_key_seals_and_all_open(keys: KeyFolder) -> None:
    old = keys.seal("secret", "x")
    newer = keys.add(NOW + DAY)
    assert keys.ids == (key_id(old), newer)
    assert key_id(keys.seal("secret", "x")) == newer
    assert keys.open(old, "x") == "secret"


def test_a_signature_holds_for_its_content_its_purpose_and_its_key_only(keys: KeyFolder) -> None:
    key, signature = keys.sign(b"what was written", "journal")
    assert keys.is_signed(b"what was written", key, signature, "journal")
    assert not keys.is_signed(b"What was written", key, signature, "journal")
    assert not keys.is_signed(b"what was written", key, signature, "outbox 1")
    assert not keys.is_signed(b"what was written", key, signature[:-1], "journal")
    newer = keys.add(NOW + DAY)
    assert not keys.is_signed(b"what was written", newer, signature, "journal")
    assert keys.sign(b"what was written", "journal")[0] == newer
    with pytest.raises(SealBroken):
        keys.is_signed(b"what was written", "k20000101000000-00000000", signature, "journal")


def test_without_a_key_nothing_is_sealed_or_signed(tmp_path: Path) -> None:
    empty = KeyFolder(tmp_path / "none", SystemMint())
    for make in (
        lambda: empty.sign(b"x", "journal"),
        lambda: NO_KEYS.sign(b"x", "journal"),
        lambda: empty.seal("x", "y"),
    ):
        with pytest.raises(KeysUnsound):
            make()
    with pytest.raises(SealBroken):
        NO_KEYS.is_signed(b"x", "k20000101000000-00000000", b"", "journal")


def test_a_key_added_elsewhere_is_found(keys: KeyFolder, tmp_path: Path) -> None:
    other = KeyFolder(tmp_path / "keys", SystemMint())
    other.add(NOW + DAY)
    assert keys.open(other.seal("secret", "x"), "x") == "secret"


def test_key_files_are_for_their_owner_alone(keys: KeyFolder, tmp_path: Path) -> None:
    [file] = (tmp_path / "keys").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    file.chmod(0o640)
    with pytest.raises(KeysUnsound, match="read by others"):
        KeyFolder(tmp_path / "keys", SystemMint())


@pytest.mark.parametrize("content", [b"", b"not base64!", b"c2hvcnQ="])
def test_a_file_that_is_no_key_is_refused(keys: KeyFolder, tmp_path: Path, content: bytes) -> None:
    [file] = (tmp_path / "keys").iterdir()
    file.write_bytes(content)
    with pytest.raises(KeysUnsound, match="not a key"):
        KeyFolder(tmp_path / "keys", SystemMint())


def test_a_missing_key_is_named(keys: KeyFolder, tmp_path: Path) -> None:
    sealed = keys.seal("secret", "x")
    keys.check({key_id(sealed)})
    empty = KeyFolder(tmp_path / "elsewhere", SystemMint())
    with pytest.raises(KeysUnsound, match=key_id(sealed)):
        empty.check({key_id(sealed)})
    with pytest.raises(SealBroken):
        empty.open(sealed, "x")
    with pytest.raises(KeysUnsound, match="keys add"):
        empty.seal("secret", "x")
