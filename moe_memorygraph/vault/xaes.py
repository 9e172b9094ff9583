"""XAES-256-GCM: AES-256-GCM with nonces long enough to be drawn at random.

Each message has a key of its own, made of the first half of its 24 random bytes; the second half is its nonce. Two
messages share both with a chance under 2^-32 after 2^80 of them, so nobody has to count.

Source: C2SP, XAES-256-GCM (https://c2sp.org/XAES-256-GCM), whose vectors a test holds it to.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.kbkdf import KBKDFCMAC, CounterLocation, Mode

__all__ = ["KEY_BYTES", "BoxRefused", "open_box", "seal_box"]

KEY_BYTES = 32
_NONCE_BYTES, _TAG_BYTES = 24, 16


class BoxRefused(Exception):
    """The box is cut off, was changed, or was sealed with another key or for another place."""


def seal_box(key: bytes, content: bytes, place: bytes, *, nonce: bytes | None = None) -> bytes:
    """Nonce, ciphertext and tag. `place` is not in it, but the box opens only with the same. `nonce`: for tests."""
    nonce = secrets.token_bytes(_NONCE_BYTES) if nonce is None else nonce
    return nonce + AESGCM(_key_of_message(key, nonce)).encrypt(nonce[_NONCE_BYTES // 2 :], content, place)


def open_box(key: bytes, box: bytes, place: bytes) -> bytes:
    """What was sealed with this key for this place; raises `BoxRefused` for anything else."""
    if len(box) < _NONCE_BYTES + _TAG_BYTES:
        raise BoxRefused
    nonce, sealed = box[:_NONCE_BYTES], box[_NONCE_BYTES:]
    try:
        return AESGCM(_key_of_message(key, nonce)).decrypt(nonce[_NONCE_BYTES // 2 :], sealed, place)
    except InvalidTag:
        raise BoxRefused from None


def _key_of_message(key: bytes, nonce: bytes) -> bytes:
    """NIST SP 800-108 in counter mode over CMAC."""
    fixed = b"X\0" + nonce[: _NONCE_BYTES // 2]
    location = CounterLocation.BeforeFixed
    made = KBKDFCMAC(algorithms.AES256, Mode.CounterMode, KEY_BYTES, 2, None, location, None, None, fixed)
    return made.derive(key)
