"""The user's key folder."""

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from auction.errors import BadInput
from auction.signoff import PrivateKey
from tui.keyfolder import KeyEntry, kaibiao_home, list_keys, new_key, unlock

PASSPHRASE = "正确的马电池钉书钉"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "kaibiao"


@pytest.fixture
def permissions():
    if os.name != "posix":
        pytest.skip("file modes are POSIX")
    before = os.umask(0)
    yield lambda file: stat.S_IMODE(file.stat().st_mode)
    os.umask(before)


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"HOME": "/home/zhang"}, "/home/zhang/.config/kaibiao"),
        ("linux", {"HOME": "/home/zhang", "XDG_CONFIG_HOME": "/etc/zhang"}, "/etc/zhang/kaibiao"),
        ("linux", {"HOME": "/home/zhang", "XDG_CONFIG_HOME": "relative"}, "/home/zhang/.config/kaibiao"),
        ("darwin", {"HOME": "/Users/zhang"}, "/Users/zhang/Library/Application Support/kaibiao"),
        ("win32", {"HOME": "/c", "APPDATA": "/c/AppData/Roaming"}, "/c/AppData/Roaming/kaibiao"),
        ("linux", {"HOME": "/home/zhang", "KAIBIAO_HOME": "/media/stick"}, "/media/stick"),
        ("win32", {"APPDATA": "/c/AppData", "KAIBIAO_HOME": "/media/stick"}, "/media/stick"),
        ("linux", {"HOME": "/home/zhang", "KAIBIAO_HOME": ""}, "/home/zhang/.config/kaibiao"),
    ],
)
def test_the_folder_is_where_the_system_keeps_settings(monkeypatch, platform, environment, expected):
    monkeypatch.setattr(sys, "platform", platform)
    assert kaibiao_home(environment) == Path(expected)


def test_a_new_key_is_listed_and_unlocked(folder):
    entry = new_key(folder, "张三", PASSPHRASE)
    private = unlock(folder, "张三", PASSPHRASE)
    assert entry == KeyEntry("张三", private.public, folder / "keys" / "张三.pem")
    assert list_keys(folder) == (entry,)
    assert json.loads((folder / "keys" / "张三.json").read_bytes()) == {"person": "张三", "public": private.public}


def test_keys_are_listed_by_person_and_an_absent_folder_has_none(folder):
    assert list_keys(folder) == ()
    entries = {name: new_key(folder, name, PASSPHRASE) for name in ("b", "a.b", "买买提·艾力", "Li Si")}
    assert list_keys(folder) == (entries["Li Si"], entries["a.b"], entries["b"], entries["买买提·艾力"])


def test_only_the_owner_may_read_the_folder(permissions, folder):
    (folder / "keys").mkdir(parents=True, mode=0o755)
    new_key(folder, "张三", PASSPHRASE)
    assert permissions(folder / "keys") == 0o700
    assert {permissions(file) for file in (folder / "keys").iterdir()} == {0o600}


def test_a_folder_made_for_the_keys_is_the_owners_alone(permissions, folder):
    new_key(folder, "张三", PASSPHRASE)
    assert permissions(folder) == 0o700


def test_the_private_key_is_not_in_the_folder_in_plain(folder):
    new_key(folder, "张三", PASSPHRASE)
    secret = unlock(folder, "张三", PASSPHRASE).secret
    kept = b"".join(file.read_bytes() for file in (folder / "keys").iterdir())
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in kept
    assert secret not in kept
    assert secret.hex().encode() not in kept


def test_a_name_written_in_another_normal_form_is_the_same_person(folder):
    entry = new_key(folder, " Rene\u0301 ", PASSPHRASE)
    assert entry.person == "Ren\u00e9"
    assert unlock(folder, "Rene\u0301", PASSPHRASE).public == entry.public


@pytest.mark.parametrize("kept", ["张三.pem", "张三.json"])
def test_a_key_is_never_overwritten(folder, kept):
    (folder / "keys").mkdir(parents=True)
    (folder / "keys" / kept).write_text("mine")
    with pytest.raises(BadInput, match=f"{kept}.*不会覆盖"):
        new_key(folder, "张三", PASSPHRASE)
    assert [(file.name, file.read_text()) for file in (folder / "keys").iterdir()] == [(kept, "mine")]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "不能为空"),
        (" \t", "不能为空"),
        ("张" * 41, "最多 40 个字"),
        ("../张三", "不能用的字符"),
        ("..", "不能用的字符"),
        (".张三", "不能用的字符"),
        ("张/三", "不能用的字符"),
        ("张\\三", "不能用的字符"),
        ("张:三", "不能用的字符"),
        ("张\x00三", "不能用的字符"),
        ("张\n三", "不能用的字符"),
        ("张\u202e三", "不能用的字符"),
        ("张\udcff三", "不能用的字符"),
    ],
)
def test_a_name_that_cannot_be_a_files_is_refused(folder, name, reason):
    with pytest.raises(BadInput, match=reason):
        new_key(folder, name, PASSPHRASE)
    assert not folder.exists()


def test_the_longest_name_fits_a_file_name(folder):
    name = "\U00020000" * 40
    assert new_key(folder, name, PASSPHRASE).person == name


@pytest.mark.parametrize(("passphrase", "reason"), [("七个字符的口令", "至少 8"), ("", "至少 8"), ("x" * 2000, "太长")])
def test_a_passphrase_that_will_not_do_is_refused(folder, passphrase, reason):
    with pytest.raises(BadInput, match=reason):
        new_key(folder, "张三", passphrase)
    assert not folder.exists()


def test_a_passphrase_of_eight_characters_will_do(folder):
    new_key(folder, "张三", "八个字符的口令啊")
    assert len(list_keys(folder)) == 1


def test_a_wrong_passphrase_names_the_file(folder):
    new_key(folder, "张三", PASSPHRASE)
    with pytest.raises(BadInput, match=r"张三\.pem.*口令不对"):
        unlock(folder, "张三", "another passphrase")


def test_a_person_without_a_key_is_named(folder):
    with pytest.raises(BadInput, match="没有 李四 的密钥"):
        unlock(folder, "李四", PASSPHRASE)


GOOD_KEY = PrivateKey.practice(1, "张三").public


@pytest.mark.parametrize(
    "card",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b"[" * 100_000,
        json.dumps({"person": "李四", "public": GOOD_KEY}).encode(),
        json.dumps({"person": "张三", "public": "00" * 32}).encode(),
        json.dumps({"person": "张三", "public": GOOD_KEY, "more": ""}).encode(),
    ],
)
def test_a_damaged_card_is_named_by_the_list_and_by_unlock(folder, card):
    new_key(folder, "张三", PASSPHRASE)
    (folder / "keys" / "张三.json").write_bytes(card)
    for look in (lambda: list_keys(folder), lambda: unlock(folder, "张三", PASSPHRASE)):
        with pytest.raises(BadInput, match=r"张三\.json.*已损坏"):
            look()


def test_every_damaged_entry_is_named_at_once(folder):
    for name in ("张三", "李四", "王五"):
        new_key(folder, name, PASSPHRASE)
    (folder / "keys" / "张三.json").write_text("{")
    (folder / "keys" / "王五.pem").unlink()
    with pytest.raises(BadInput) as found:
        list_keys(folder)
    assert {Path(fault.file).name for fault in found.value.faults} == {"张三.json", "王五.pem"}


def test_a_private_key_that_is_not_the_registered_one_is_refused(folder):
    new_key(folder, "张三", PASSPHRASE)
    new_key(folder, "李四", PASSPHRASE)
    keys = folder / "keys"
    (keys / "张三.pem").write_bytes((keys / "李四.pem").read_bytes())
    with pytest.raises(BadInput, match=r"张三\.pem.*不是一对"):
        unlock(folder, "张三", PASSPHRASE)


def test_a_damaged_private_key_is_named(folder):
    new_key(folder, "张三", PASSPHRASE)
    (folder / "keys" / "张三.pem").write_text("-----BEGIN")
    with pytest.raises(BadInput, match=r"张三\.pem.*不是加密的私钥文件"):
        unlock(folder, "张三", PASSPHRASE)


def test_a_folder_that_cannot_be_made_is_named(folder):
    folder.write_text("a file")
    with pytest.raises(BadInput, match="密钥写不进去"):
        new_key(folder, "张三", PASSPHRASE)
