"""Who must sign, who has signed, and the signed result.

Ed25519 keys, DSSE envelopes (secure-systems-lab/dsse, protocol.md) and gates. Every message is signed in DSSE's
pre-authentication encoding, so that a signature given for one purpose is worth nothing for another. A key is
named by itself: its 32 bytes in hex are the key id.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from itertools import combinations
from typing import Protocol

from auction.breach import Breach
from auction.canonical import canonical
from auction.errors import BadEnvelope, ImpossibleGate, Unsigned, bad_input
from auction.language import say

RESULT_TYPE = "application/vnd.kaibiao.result+json"

KEY_HEX = re.compile(r"[0-9a-f]{64}")
SIGNATURE_HEX = re.compile(r"[0-9a-f]{128}")

FIELD_PRIME = 2**255 - 19
EDWARDS_D = -121665 * pow(121666, -1, FIELD_PRIME) % FIELD_PRIME
ORDER_EIGHT = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
LOW_ORDER = frozenset({0, 1, FIELD_PRIME - 1, ORDER_EIGHT, FIELD_PRIME - ORDER_EIGHT})
"""The y of the eight points with which a signature can be made without a private key."""


@lru_cache(maxsize=1024)
def usable_key(key: str) -> bool:
    """Is `key` the hex of an Ed25519 public key: canonical, on the curve (RFC 8032, 5.1.3), not of low order?"""
    if not KEY_HEX.fullmatch(key):
        return False
    y = int.from_bytes(bytes.fromhex(key), "little") & (2**255 - 1)
    if y >= FIELD_PRIME or y in LOW_ORDER:
        return False
    x_squared_times_a_square = (y * y - 1) * (EDWARDS_D * y * y + 1) % FIELD_PRIME
    return pow(x_squared_times_a_square, (FIELD_PRIME - 1) // 2, FIELD_PRIME) == 1


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key. Raises BadInput where `hex` is not a usable one."""

    hex: str

    def __post_init__(self) -> None:
        if not usable_key(self.hex):
            raise bad_input(say("不是可用的 Ed25519 公钥：应为 64 位小写十六进制，且不是弱密钥"))

    def verifies(self, sig: bytes, data: bytes) -> bool:
        """Did this key sign `data`?"""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.hex)).verify(sig, data)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """An Ed25519 private key, held in memory."""

    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> PrivateKey:
        """A key from the operating system's randomness."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def practice(cls, seed: int, person: str) -> PrivateKey:
        """The key of a scripted seat: anybody can derive it, so its signatures prove nothing about a person."""
        return cls(sha256(canonical(["kaibiao practice key", seed, person])).digest())

    @classmethod
    def from_pem(cls, pem: bytes, passphrase: str) -> PrivateKey:
        """The key in an encrypted PKCS #8 file. Raises BadInput for a wrong passphrase or a damaged file."""
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        if b"-----BEGIN ENCRYPTED PRIVATE KEY-----" not in pem:
            raise bad_input(say("不是加密的私钥文件（PKCS #8 PEM）"))
        try:
            key = load_pem_private_key(pem, passphrase.encode())
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise bad_input(say("口令不对，或密钥文件已损坏")) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise bad_input(say("不是 Ed25519 私钥"))
        return cls(key.private_bytes_raw())

    def to_pem(self, passphrase: str) -> bytes:
        """PKCS #8, encrypted. Raises BadInput for a passphrase that cannot encrypt."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

        key = Ed25519PrivateKey.from_private_bytes(self.secret)
        try:
            locked = BestAvailableEncryption(passphrase.encode())
            return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)
        except ValueError as error:
            raise bad_input(say("这个口令不能用来加密：太短、太长或含有非法字符")) from error

    @property
    def public(self) -> str:
        """The public key, in hex."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw().hex()

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of the signature over `data`."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.secret).sign(data)


class Signer(Protocol):
    """Somebody who can sign: a key in memory today, a token with a national SM2 key another day."""

    @property
    def person(self) -> str:
        """Who signs."""

    @property
    def key(self) -> str:
        """The id of the key that signs."""

    def sign(self, data: bytes) -> bytes:
        """The signature over `data`."""


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A Signer whose private key is in memory."""

    person: str
    private: PrivateKey

    @property
    def key(self) -> str:
        """The public key, in hex."""
        return self.private.public

    def sign(self, data: bytes) -> bytes:
        """The signature over `data`."""
        return self.private.sign(data)


@dataclass(frozen=True, slots=True)
class Authorised:
    """A person who may sign in a role, and the key the person signs with."""

    person: str
    role: str
    key: str


@dataclass(frozen=True, slots=True)
class Signature:
    """What a person signed in a role; `sig` in hex."""

    person: str
    role: str
    key: str
    sig: str


def signature_of(signer: Signer, role: str, over: bytes) -> Signature:
    """`signer` signs `over` in `role`."""
    return Signature(signer.person, role, signer.key, signer.sign(over).hex())


def pae(payload_type: str, payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: what is really signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def seal_bytes(purpose: str, facts: Mapping[str, object]) -> bytes:
    """What is signed when a person seals `facts` (site release, close of the day)."""
    return pae(f"application/vnd.kaibiao.{purpose}+json", canonical(facts))


@dataclass(frozen=True, slots=True)
class Gate:
    """Roles to be filled, each by another person with another key.

    Raises ImpossibleGate when built so that nobody could ever pass it, or everybody.
    """

    demands: tuple[str, ...]
    authorised: tuple[Authorised, ...]

    def __post_init__(self) -> None:
        if not self.demands:
            raise ImpossibleGate(say("签字关口没有要求任何角色"))
        able = [a for a in self.authorised if usable_key(a.key)]
        unfilled = _unfilled(self.demands, able)
        if unfilled:
            roles = "、".join(unfilled)
            raise ImpossibleGate(say("签字关口永远过不去：没有足够的不同人员与密钥担任 {roles}", roles=roles))

    def missing(self, signatures: Iterable[Signature], over: bytes) -> tuple[str, ...]:
        """The demanded roles that valid signatures over `over` leave unfilled, the fewest possible. Never raises."""
        valid = {Authorised(s.person, s.role, s.key) for s in set(signatures) if self._counts(s, over)}
        return _unfilled(self.demands, valid)

    def require(self, signatures: Iterable[Signature], over: bytes) -> None:
        """Raise Unsigned, with a breach for each role that `missing` names."""
        missing = self.missing(signatures, over)
        if missing:
            raise Unsigned([_unsigned(role) for role in missing])

    def _counts(self, signature: Signature, over: bytes) -> bool:
        claimed = Authorised(signature.person, signature.role, signature.key)
        if claimed not in self.authorised or not SIGNATURE_HEX.fullmatch(signature.sig):
            return False
        return usable_key(signature.key) and PublicKey(signature.key).verifies(bytes.fromhex(signature.sig), over)


def _unsigned(role: str) -> Breach:
    return Breach(rule="gate.signatures", citation="", subject=role, message=say("缺少 {role} 的有效签字", role=role))


def _unfilled(demands: Sequence[str], people: Collection[Authorised]) -> tuple[str, ...]:
    """The fewest demands that must stay open; where there is a choice, the later ones."""
    fit = [frozenset((p.person, p.key) for p in people if p.role == role) for role in demands]
    places = range(len(demands))
    open_places = next(
        left
        for count in range(len(demands) + 1)
        for left in combinations(reversed(places), count)
        if _assignable([fit[place] for place in places if place not in left])
    )
    return tuple(demands[place] for place in sorted(open_places))


def _assignable(fit: Sequence[frozenset[tuple[str, str]]]) -> bool:
    """Can each place have one of its (person, key) pairs, no person and no key twice?"""
    if not fit:
        return True
    tightest, *others = sorted(fit, key=len)
    return any(
        _assignable([frozenset(pair for pair in other if pair[0] != person and pair[1] != key) for other in others])
        for person, key in tightest
    )


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload and its signatures, (key id, signature) by key id. Raises BadEnvelope for a doubled key id."""

    payload_type: str
    payload: bytes
    signatures: tuple[tuple[str, bytes], ...]

    def __post_init__(self) -> None:
        if len(dict(self.signatures)) < len(self.signatures):
            raise BadEnvelope(say("同一密钥在签名结果里出现了两次"))
        object.__setattr__(self, "signatures", tuple(sorted(self.signatures)))

    @classmethod
    def of_result(cls, payload: bytes, signatures: Iterable[Signature]) -> Envelope:
        """The result in `payload` with what people signed over `pae(RESULT_TYPE, payload)`."""
        return cls(RESULT_TYPE, payload, tuple((s.key, bytes.fromhex(s.sig)) for s in signatures))

    @classmethod
    def decode(cls, data: bytes) -> Envelope:
        """The envelope in a file. Raises BadEnvelope unless `encode` would give the very same bytes."""
        try:
            envelope = _read_envelope(data)
            same = envelope.encode() == data
        except (ValueError, RecursionError) as error:
            raise BadEnvelope(say("不是完整的签名结果文件")) from error
        if not same:
            raise BadEnvelope(say("签名结果文件的写法被改动过：重新编码后字节不同"))
        if envelope.payload_type != RESULT_TYPE:
            raise BadEnvelope(say("不是开标结果：类型为 {got}", got=ascii(envelope.payload_type)))
        return envelope

    def encode(self) -> bytes:
        """The file's bytes: canonical JSON and a line feed."""
        signatures = [{"keyid": key, "sig": _base64(sig)} for key, sig in self.signatures]
        whole = {"payload": _base64(self.payload), "payloadType": self.payload_type, "signatures": signatures}
        return canonical(whole) + b"\n"

    def verified_keys(self) -> frozenset[str]:
        """The key ids whose signature verifies."""
        signed = pae(self.payload_type, self.payload)
        return frozenset(k for k, sig in self.signatures if usable_key(k) and PublicKey(k).verifies(sig, signed))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _read_envelope(data: bytes) -> Envelope:
    match json.loads(data):
        case {"payload": str(payload), "payloadType": str(payload_type), "signatures": [*signatures]}:
            signed = tuple(_read_signature(signature) for signature in signatures)
            return Envelope(payload_type, base64.b64decode(payload, validate=True), signed)
    raise ValueError("not an envelope")


def _read_signature(signature: object) -> tuple[str, bytes]:
    match signature:
        case {"keyid": str(keyid), "sig": str(sig)}:
            return keyid, base64.b64decode(sig, validate=True)
    raise ValueError("not a signature")
