"""Keys, envelopes and gates."""

import base64
import json
from contextlib import suppress
from itertools import product

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib import dsse
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

from auction.canonical import canonical
from auction.errors import BadEnvelope, BadInput, ImpossibleGate, Unsigned
from auction.signoff import (
    RESULT_TYPE,
    Authorised,
    Envelope,
    Gate,
    KeyHolder,
    PrivateKey,
    PublicKey,
    Signature,
    pae,
    seal_bytes,
    signature_of,
    usable_key,
)

LI = KeyHolder("李发行", PrivateKey.practice(1, "李发行"))
WANG = KeyHolder("王监督", PrivateKey.practice(1, "王监督"))
ZHAO = KeyHolder("赵复核", PrivateKey.practice(1, "赵复核"))
PAYLOAD = canonical({"bond": "江苏债 01", "cutoff": "2.38"})
SIGNED = pae(RESULT_TYPE, PAYLOAD)


def authorised(holder, role):
    return Authorised(holder.person, role, holder.key)


TWO_PEOPLE = Gate(("lead_officer", "supervisor"), (authorised(LI, "lead_officer"), authorised(WANG, "supervisor")))


# Keys


def test_a_key_made_by_rfc_8032_signs_as_the_rfc_says():
    private = PrivateKey(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert private.public == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert private.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


def test_a_public_key_verifies_its_own_signature_and_no_other():
    public = PublicKey(LI.key)
    assert public.verifies(LI.sign(b"x"), b"x")
    assert not public.verifies(LI.sign(b"x"), b"y")
    assert not public.verifies(WANG.sign(b"x"), b"x")
    assert not public.verifies(b"", b"x")


@given(st.integers(), st.text(st.characters(exclude_categories=["Cs"])))
def test_every_key_made_here_is_usable(seed, person):
    assert usable_key(PrivateKey.practice(seed, person).public)


def test_practice_keys_differ_by_seed_and_by_person_and_are_otherwise_the_same():
    keys = [PrivateKey.practice(seed, person).public for seed, person in [(1, "张"), (1, "李"), (11, "张"), (1, "1张")]]
    assert len(set(keys)) == 4
    assert PrivateKey.practice(1, "张").public == keys[0]


def test_generated_keys_are_all_different():
    assert PrivateKey.generate() != PrivateKey.generate()


def test_a_private_key_does_not_show_its_secret():
    assert repr(LI.private) == "PrivateKey()"


WEAK = [
    "00" * 32,
    "00" * 31 + "80",
    "01" + "00" * 31,
    "01" + "00" * 30 + "80",
    "ec" + "ff" * 30 + "7f",
    "ec" + "ff" * 31,
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]


def message_anyone_can_sign(key):
    """A message that the signature of no private key at all, the neutral point and zero, verifies under `key`."""
    unchecked = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    for number in range(1000):
        with suppress(InvalidSignature):
            unchecked.verify(b"\x01" + bytes(63), b"%d" % number)
            return b"%d" % number
    pytest.fail(f"{key} is not weak")


@pytest.mark.parametrize("key", WEAK)
def test_a_key_under_which_anybody_can_sign_is_refused(key):
    forged = (b"\x01" + bytes(63)).hex()
    message = message_anyone_can_sign(key)
    able = (Authorised("乙", "supervisor", key), authorised(WANG, "supervisor"))
    assert not usable_key(key)
    assert Gate(("supervisor",), able).missing([Signature("乙", "supervisor", key, forged)], message) == ("supervisor",)
    with pytest.raises(BadInput):
        PublicKey(key)


@pytest.mark.parametrize(
    "key",
    ["", "zz" * 32, LI.key[2:], LI.key + "00", LI.key.upper(), LI.key + "\n", "02" + "00" * 31, "ff" * 32],
)
def test_what_is_no_public_key_is_refused(key):
    with pytest.raises(BadInput, match="公钥"):
        PublicKey(key)


def test_a_key_comes_back_from_its_file_with_the_passphrase():
    assert PrivateKey.from_pem(LI.private.to_pem("八个字符的口令啊"), "八个字符的口令啊") == LI.private


@pytest.mark.parametrize("passphrase", ["wrong passphrase", "", "\udcff" * 8])
def test_a_wrong_passphrase_is_said_to_be_wrong(passphrase):
    with pytest.raises(BadInput, match="口令不对"):
        PrivateKey.from_pem(LI.private.to_pem("correct horse"), passphrase)


@pytest.mark.parametrize("passphrase", ["", "x" * 2000, "\udcff" * 8])
def test_a_passphrase_that_cannot_encrypt_is_refused(passphrase):
    with pytest.raises(BadInput, match="口令"):
        LI.private.to_pem(passphrase)


def test_a_file_that_holds_no_encrypted_ed25519_key_is_refused():
    other = ec.generate_private_key(ec.SECP256R1())
    locked = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"correct horse"))
    plain = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    cut = LI.private.to_pem("correct horse")[:90]
    for pem, reason in [(locked, "Ed25519"), (plain, "加密"), (b"", "加密"), (cut, "损坏")]:
        with pytest.raises(BadInput, match=reason):
            PrivateKey.from_pem(pem, "correct horse")


# What is signed


def test_pae_is_the_one_of_the_dsse_specification():
    encoded = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert pae("http://example.com/HelloWorld", b"hello world") == encoded


@given(st.text(st.characters(exclude_categories=["Cs"])), st.binary())
def test_pae_is_the_one_of_securesystemslib(payload_type, payload):
    assert pae(payload_type, payload) == dsse.Envelope(payload, payload_type, {}).pae()


def test_a_signature_for_one_purpose_is_worth_nothing_for_another():
    facts = {"count": 3, "head": "ab"}
    closing = seal_bytes("day-close", facts)
    assert closing == b'DSSEv1 38 application/vnd.kaibiao.day-close+json 23 {"count":3,"head":"ab"}'
    gate = Gate(("supervisor",), (authorised(WANG, "supervisor"),))
    signatures = [signature_of(WANG, "supervisor", seal_bytes("site-release", facts))]
    assert gate.missing(signatures, closing) == ("supervisor",)


# Envelopes


@pytest.fixture
def envelope():
    signatures = [signature_of(LI, "lead_officer", SIGNED), signature_of(WANG, "supervisor", SIGNED)]
    return Envelope.of_result(PAYLOAD, signatures)


def test_an_envelope_is_canonical_json_with_the_signatures_by_key(envelope):
    first, second = sorted([LI, WANG], key=lambda holder: holder.key)
    expected = {
        "payload": base64.b64encode(PAYLOAD).decode(),
        "payloadType": "application/vnd.kaibiao.result+json",
        "signatures": [
            {"keyid": holder.key, "sig": base64.b64encode(holder.sign(SIGNED)).decode()} for holder in (first, second)
        ],
    }
    assert envelope.encode() == canonical(expected) + b"\n"


def test_an_envelope_comes_back_whole(envelope):
    assert Envelope.decode(envelope.encode()) == envelope
    assert envelope.verified_keys() == {LI.key, WANG.key}


def test_securesystemslib_verifies_our_envelope(envelope):
    theirs = dsse.Envelope.from_dict(json.loads(envelope.encode()))
    keys = [SSlibKey(h.key, "ed25519", "ed25519", {"public": h.key}) for h in (LI, WANG)]
    assert set(theirs.verify(keys, 2)) == {LI.key, WANG.key}


def test_securesystemslib_and_we_refuse_the_same_signature():
    ours = Envelope(RESULT_TYPE, PAYLOAD, ((LI.key, LI.sign(PAYLOAD)),))
    theirs = dsse.Envelope.from_dict(json.loads(ours.encode()))
    assert ours.verified_keys() == frozenset()
    with pytest.raises(VerificationError):
        theirs.verify([SSlibKey(LI.key, "ed25519", "ed25519", {"public": LI.key})], 1)


def test_signatures_that_do_not_verify_are_not_among_the_verified_keys():
    forged = Envelope(RESULT_TYPE, PAYLOAD, ((LI.key, WANG.sign(SIGNED)), (WANG.key, b""), ("no key", LI.sign(SIGNED))))
    assert forged.verified_keys() == frozenset()


def test_a_changed_byte_breaks_the_file_or_every_signature_it_touches(envelope):
    whole = envelope.encode()
    for place in range(len(whole)):
        changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        with suppress(BadEnvelope):
            assert Envelope.decode(changed).verified_keys() < envelope.verified_keys()


def test_other_writings_of_the_same_envelope_are_refused(envelope):
    whole = envelope.encode()
    parts = json.loads(whole)
    loose_base64 = dict(parts, payload=parts["payload"].replace("=", "") + "====")
    others = [
        whole.rstrip(b"\n"),
        whole + b"\n",
        b"\xef\xbb\xbf" + whole,
        whole.decode().encode("utf-16"),
        json.dumps(parts).encode() + b"\n",
        canonical(dict(parts, more="")) + b"\n",
        canonical(dict(parts, signatures=parts["signatures"][::-1])) + b"\n",
        canonical(dict(parts, signatures=[dict(parts["signatures"][0], more="")])) + b"\n",
        canonical(loose_base64) + b"\n",
        canonical(dict(parts, payload=parts["payload"][:-4] + " " + parts["payload"][-4:])) + b"\n",
    ]
    for other in others:
        with pytest.raises(BadEnvelope):
            Envelope.decode(other)


def test_idle_bits_in_base64_are_refused():
    whole = Envelope(RESULT_TYPE, b"a", ()).encode()
    assert b'"YQ=="' in whole
    with pytest.raises(BadEnvelope):
        Envelope.decode(whole.replace(b"YQ==", b"YR=="))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"{}\n",
        b"[]\n",
        b"null\n",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"payload":1,"payloadType":"x","signatures":[]}\n',
        b'{"payload":"","payloadType":"x","signatures":{}}\n',
        b'{"payload":"","payloadType":"x","signatures":[1]}\n',
        b'{"payload":"","payloadType":"\\ud800","signatures":[]}\n',
        b'{"payload":"\xe5\x80\xba","payloadType":"x","signatures":[]}\n',
    ],
)
def test_what_is_no_envelope_is_refused(data):
    with pytest.raises(BadEnvelope):
        Envelope.decode(data)


def test_an_envelope_of_another_type_is_no_result():
    with pytest.raises(BadEnvelope, match="in-toto"):
        Envelope.decode(Envelope("application/vnd.in-toto+json", b"{}", ()).encode())


def test_a_key_that_signs_twice_is_refused():
    with pytest.raises(BadEnvelope, match="两次"):
        Envelope(RESULT_TYPE, PAYLOAD, ((LI.key, LI.sign(SIGNED)), (LI.key, WANG.sign(SIGNED))))
    twice = {"keyid": LI.key, "sig": ""}
    with pytest.raises(BadEnvelope, match="两次"):
        Envelope.decode(canonical({"payload": "", "payloadType": RESULT_TYPE, "signatures": [twice, twice]}) + b"\n")


# Gates


def test_a_gate_with_every_role_signed_misses_nobody():
    signatures = (signature_of(LI, "lead_officer", SIGNED), signature_of(WANG, "supervisor", SIGNED))
    assert TWO_PEOPLE.missing(signatures, SIGNED) == ()
    assert TWO_PEOPLE.require(signatures, SIGNED) is None


def test_a_gate_demands_each_missing_role_by_name():
    assert TWO_PEOPLE.missing((), SIGNED) == ("lead_officer", "supervisor")
    with pytest.raises(Unsigned) as refusal:
        TWO_PEOPLE.require((), SIGNED)
    assert [(b.rule, b.subject, b.citation) for b in refusal.value.breaches] == [
        ("gate.signatures", "lead_officer", ""),
        ("gate.signatures", "supervisor", ""),
    ]


@pytest.mark.parametrize(
    "worthless",
    [
        signature_of(WANG, "supervisor", SIGNED + b" "),
        signature_of(WANG, "lead_officer", SIGNED),
        signature_of(ZHAO, "supervisor", SIGNED),
        signature_of(KeyHolder("王监督", ZHAO.private), "supervisor", SIGNED),
        signature_of(KeyHolder("赵复核", WANG.private), "supervisor", SIGNED),
        Signature("王监督", "supervisor", WANG.key, ZHAO.sign(SIGNED).hex()),
        Signature("王监督", "supervisor", WANG.key, WANG.sign(SIGNED).hex().upper()),
        Signature("王监督", "supervisor", WANG.key, ""),
        Signature("王监督", "supervisor", WANG.key, "签字"),
        Signature("王监督", "supervisor", "密钥", WANG.sign(SIGNED).hex()),
    ],
)
def test_a_worthless_signature_counts_for_nothing(worthless):
    assert TWO_PEOPLE.missing((signature_of(LI, "lead_officer", SIGNED), worthless), SIGNED) == ("supervisor",)


def test_one_person_with_two_roles_fills_one_of_them():
    able = (authorised(LI, "lead_officer"), authorised(LI, "supervisor"), authorised(WANG, "supervisor"))
    gate = Gate(("lead_officer", "supervisor"), able)
    both = (signature_of(LI, "lead_officer", SIGNED), signature_of(LI, "supervisor", SIGNED))
    assert gate.missing(both, SIGNED) == ("supervisor",)
    assert gate.missing((*both, signature_of(WANG, "supervisor", SIGNED)), SIGNED) == ()


def test_two_keys_do_not_make_two_people_nor_two_names_two_keys():
    spare = KeyHolder(LI.person, PrivateKey.practice(2, LI.person))
    alias = KeyHolder("李四", LI.private)
    able = tuple(authorised(h, "checker") for h in (LI, spare, alias, WANG))
    gate = Gate(("checker", "checker"), able)
    for pair in ((LI, spare), (LI, alias)):
        assert gate.missing([signature_of(h, "checker", SIGNED) for h in pair], SIGNED) == ("checker",)
    assert gate.missing([signature_of(h, "checker", SIGNED) for h in (spare, alias)], SIGNED) == ()


@pytest.mark.parametrize(
    ("demands", "able"),
    [
        ((), (authorised(LI, "lead_officer"),)),
        (("supervisor",), ()),
        (("supervisor",), (authorised(LI, "lead_officer"),)),
        (("supervisor",), (Authorised("甲", "supervisor", WEAK[0]),)),
        (("supervisor",), (Authorised("甲", "supervisor", "not a key"),)),
        (("supervisor", "supervisor"), (authorised(LI, "supervisor"), authorised(LI, "supervisor"))),
        (("lead_officer", "supervisor"), (authorised(LI, "lead_officer"), authorised(LI, "supervisor"))),
        (
            ("lead_officer", "supervisor"),
            (authorised(LI, "lead_officer"), Authorised("王监督", "supervisor", LI.key)),
        ),
    ],
)
def test_a_gate_that_is_empty_or_that_nobody_can_pass_is_refused_when_built(demands, able):
    with pytest.raises(ImpossibleGate):
        Gate(demands, able)


ROLES = ("checker", "lead_officer", "supervisor")
HOLDERS = (LI, WANG, ZHAO, KeyHolder("李发行", ZHAO.private), KeyHolder("孙", LI.private))
GOOD = {(holder, role): signature_of(holder, role, SIGNED) for holder in HOLDERS for role in ROLES}
FORGED = {(holder, role): signature_of(holder, role, b"other bytes") for holder in HOLDERS for role in ROLES}
PAIRS = st.sampled_from(sorted(GOOD, key=str))
DEMANDS = st.lists(st.sampled_from(ROLES), min_size=1, max_size=4).map(tuple)


def unfilled_by_trying_everything(demands, people):
    """Every way to put a person, or nobody, at each demand: the fewest open, later ones rather than earlier."""
    fewest = None
    for seated in product([None, *sorted(people, key=str)], repeat=len(demands)):
        taken = [p for p in seated if p]
        fits = all(p is None or p.role == role for p, role in zip(seated, demands, strict=True))
        if fits and len({p.person for p in taken}) == len({p.key for p in taken}) == len(taken):
            left = [place for place, p in enumerate(seated) if p is None]
            rank = (len(left), [-place for place in reversed(left)])
            fewest = min(fewest, (rank, left)) if fewest else (rank, left)
    return tuple(demands[place] for place in fewest[1])


@given(DEMANDS, st.frozensets(PAIRS, max_size=6))
def test_a_gate_can_be_built_exactly_when_some_assignment_passes_it(demands, able):
    people = tuple(authorised(*pair) for pair in able)
    if unfilled_by_trying_everything(demands, people):
        with pytest.raises(ImpossibleGate):
            Gate(demands, people)
    else:
        assert Gate(demands, people).missing([GOOD[pair] for pair in able], SIGNED) == ()


EVERYBODY = tuple(authorised(*pair) for pair in sorted(GOOD, key=str))


@given(st.data(), DEMANDS.filter(lambda demands: len(demands) <= 3), st.frozensets(PAIRS, max_size=6))
def test_what_is_missing_is_found_by_trying_everything(data, demands, signers):
    forged = data.draw(st.frozensets(PAIRS, max_size=4))
    signatures = [GOOD[pair] for pair in signers] + [FORGED[pair] for pair in forged]
    expected = unfilled_by_trying_everything(demands, [authorised(*pair) for pair in signers])
    assert Gate(demands, EVERYBODY).missing(signatures, SIGNED) == expected


@given(st.data(), DEMANDS.filter(lambda demands: len(demands) <= 3), st.lists(PAIRS, max_size=6))
def test_the_order_and_the_number_of_signatures_never_matter(data, demands, signers):
    gate = Gate(demands, EVERYBODY)
    signatures = [GOOD[pair] for pair in signers]
    doubled = signatures + data.draw(st.lists(st.sampled_from(signatures), max_size=4)) if signatures else []
    shuffled = data.draw(st.permutations(doubled))
    assert gate.missing(shuffled, SIGNED) == gate.missing(signatures, SIGNED)
