"""The user's key folder: one encrypted private key and one public card for each person, in `keys/`.

Private keys live here and nowhere else: never in a scenario, a journal or a repository.
"""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from auction.canonical import canonical
from auction.errors import BadInput, Fault, bad_input
from auction.language import say
from auction.signoff import PrivateKey, usable_key
from auction.tables import read_bytes, shown

LONGEST_NAME = 40
SHORTEST_PASSPHRASE = 8
FORBIDDEN_IN_NAMES = frozenset('/\\:*?"<>|')
"""What some file system does not take in a file name."""


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """A person's key as the folder shows it: the public half, and the file of the private one."""

    person: str
    public: str
    file: Path


def kaibiao_home(environment: Mapping[str, str] = os.environ) -> Path:
    """KAIBIAO_HOME, else `kaibiao` in the user's configuration directory."""
    if environment.get("KAIBIAO_HOME"):
        return Path(environment["KAIBIAO_HOME"])
    if sys.platform == "win32" and environment.get("APPDATA"):
        return Path(environment["APPDATA"]) / "kaibiao"
    if sys.platform == "darwin":
        return _user_folder(environment) / "Library" / "Application Support" / "kaibiao"
    named = Path(environment.get("XDG_CONFIG_HOME", ""))
    return (named if named.is_absolute() else _user_folder(environment) / ".config") / "kaibiao"


def new_key(folder: Path, person: str, passphrase: str) -> KeyEntry:
    """Make a key and write it encrypted. Raises BadInput for a bad name or passphrase, or where there is a key."""
    name = checked_name(person)
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise bad_input(say("口令至少 {least} 个字符", least=SHORTEST_PASSPHRASE), field="passphrase")
    private = PrivateKey.generate()
    pem, card = private.to_pem(passphrase), canonical({"person": name, "public": private.public})
    keys = folder / "keys"
    entry = KeyEntry(name, private.public, _pem_file(keys, name))
    for file in (entry.file, _card_file(keys, name)):
        if file.exists():
            raise bad_input(say("{person} 已有密钥，不会覆盖", person=name), file)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keys.mkdir(mode=0o700, exist_ok=True)
        keys.chmod(0o700)
        _write_new(entry.file, pem)
        _write_new(_card_file(keys, name), card)
    except OSError as error:
        raise bad_input(say("密钥写不进去（{reason}）", reason=error.strerror or error), error.filename) from None
    return entry


def list_keys(folder: Path) -> tuple[KeyEntry, ...]:
    """Every key in the folder, by person. Raises BadInput naming every damaged entry."""
    keys = folder / "keys"
    files = (*keys.glob("*.pem"), *keys.glob("*.json"))
    names = sorted({unicodedata.normalize("NFC", file.stem) for file in files})
    entries: list[KeyEntry] = []
    faults: list[Fault] = []
    for name in names:
        try:
            entries.append(_read_entry(keys, name))
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(faults)
    return tuple(entries)


def unlock(folder: Path, person: str, passphrase: str) -> PrivateKey:
    """The person's private key. Raises BadInput where there is none, for a wrong passphrase, or for a damaged entry."""
    entry = _read_entry(folder / "keys", checked_name(person))
    try:
        private = PrivateKey.from_pem(read_bytes(entry.file), passphrase)
    except BadInput as error:
        raise BadInput([replace(fault, file=str(entry.file)) for fault in error.faults]) from error
    if private.public != entry.public:
        raise bad_input(say("私钥与登记的公钥不是一对"), entry.file)
    return private


def checked_name(person: str) -> str:
    """The name as the folder writes it. Raises BadInput for one that cannot be a file's."""
    name = unicodedata.normalize("NFC", person).strip()
    if not name:
        raise bad_input(say("姓名不能为空"), field="person")
    if len(name) > LONGEST_NAME:
        raise bad_input(say("姓名太长：最多 {most} 个字", most=LONGEST_NAME), field="person")
    invisible = any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in name)
    if invisible or name.startswith(".") or FORBIDDEN_IN_NAMES & set(name):
        raise bad_input(say("姓名里有不能用的字符：{got}", got=shown(name)), field="person")
    return name


def _user_folder(environment: Mapping[str, str]) -> Path:
    if environment.get("HOME"):
        return Path(environment["HOME"])
    try:
        return Path.home()
    except RuntimeError:
        raise bad_input(say("找不到用户目录：请设置 KAIBIAO_HOME")) from None


def _pem_file(keys: Path, name: str) -> Path:
    return keys / f"{name}.pem"


def _card_file(keys: Path, name: str) -> Path:
    return keys / f"{name}.json"


def _write_new(file: Path, data: bytes) -> None:
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _read_entry(keys: Path, name: str) -> KeyEntry:
    pem, card = _pem_file(keys, name), _card_file(keys, name)
    if not pem.exists() and not card.exists():
        raise bad_input(say("没有 {person} 的密钥", person=name), pem)
    read_bytes(pem)
    try:
        match json.loads(read_bytes(card)):
            case {"person": str(person), "public": str(public), **others} if not others and person == name:
                if usable_key(public):
                    return KeyEntry(name, public, pem)
    except (ValueError, RecursionError):
        pass
    raise bad_input(say("密钥登记已损坏"), card)
