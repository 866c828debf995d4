"""Keys of initiatives: given, or made from text so that spelling, blanks and capitals do not matter."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from .errors import ValueRefused, shown

LONGEST = 64
_VALID = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)
_HASH_LENGTH = 8


def given_key(text: str) -> str:
    """A key as written in the file. Raises ValueRefused unless it is one."""
    if not _VALID.fullmatch(text):
        raise ValueRefused(f"{shown(text)} is no key: up to 64 letters, digits, “-”, “_” or “.”")
    return text


def made_key(parts: Sequence[str]) -> str:
    """A key made from one or several texts; a long one ends in a hash of the whole. Raises ValueRefused if empty."""
    if len(parts) == 1 and _VALID.fullmatch(parts[0]):
        return parts[0]
    folded = unicodedata.normalize("NFKD", " ".join(parts)).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
    if not slug:
        raise ValueRefused(f"no key can be made from {shown(' '.join(parts))}")
    if len(slug) <= LONGEST - 4:
        return slug
    digest = hashlib.sha256(slug.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{slug[: LONGEST - 5 - _HASH_LENGTH].rstrip('-')}-{digest}"


class Occurrences:
    """Counts equal keys of one file in its order, so that the second one becomes `key-2`."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def number(self, key: str) -> int:
        """1 for the first row with this key, 2 for the next."""
        self._seen[key] += 1
        return self._seen[key]
