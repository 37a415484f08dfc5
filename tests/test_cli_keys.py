"""`kaibiao keys`."""

import io
import sys

import pytest
from commandline import kaibiao

from tui.keyfolder import unlock

PASSPHRASE = "正确的马电池钉书钉"


@pytest.fixture
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("KAIBIAO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def piped(monkeypatch):
    """Pipe bytes into standard input."""

    def pipe(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="ascii"))

    return pipe


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_a_key_is_made_with_a_passphrase_piped_in_twice_and_then_listed(home, piped, ending):
    piped((PASSPHRASE.encode() + ending) * 2)
    made = kaibiao("keys", "new", "陈岚", "--json")
    listed = kaibiao("keys", "list", "--json")
    assert (made.code, made.err, listed.code) == (0, "", 0)
    assert listed.json == {"folder": str(home), "keys": [made.json]}
    assert unlock(home, "陈岚", PASSPHRASE).public == made.json["public"]
    assert PASSPHRASE not in made.out


def test_people_read_who_has_a_key(home, piped):
    assert kaibiao("keys", "list").out == f"{home} 里还没有密钥\n"
    piped((PASSPHRASE + "\n").encode() * 2)
    made = kaibiao("keys", "new", "陈岚").out.splitlines()
    assert made[0] == "已为 陈岚 建立密钥"
    assert [line.split() for line in kaibiao("keys", "list").out.splitlines()] == [
        ["姓名", "公钥"],
        ["陈岚", made[1].split()[1]],
    ]


@pytest.mark.parametrize(
    ("name", "lines", "message"),
    [
        ("陈岚", f"{PASSPHRASE}\n{PASSPHRASE}。\n".encode(), "两次输入的口令不一样"),
        ("陈岚", f"{PASSPHRASE}\n".encode(), "两次输入的口令不一样"),
        ("陈岚", b"", "口令至少 8 个字符"),
        ("陈岚", PASSPHRASE.encode("gb18030") * 2, "口令应为 UTF-8 文字"),
        ("../陈岚", b"", "姓名里有不能用的字符：'../陈岚'"),
    ],
)
def test_a_key_that_cannot_be_made_is_told(home, piped, name, lines, message):
    piped(lines)
    answer = kaibiao("keys", "new", name, "--json")
    assert (answer.code, [told for _file, _line, _field, told in answer.faults]) == (2, [message])
    assert not home.exists()


def test_a_passphrase_is_no_argument(home):
    assert kaibiao("keys", "new", "陈岚", PASSPHRASE).code == 2
    assert kaibiao("keys", "new", "陈岚", "--passphrase", PASSPHRASE).code == 2
