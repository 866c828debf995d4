"""Bytes to text: UTF-8, UTF-16 and Windows-1252 are read; anything else is refused by name, never guessed."""

import re

from .errors import FileRefused

WINDOWS_1252 = "windows-1252"
BROKEN_BYTE = "\ufffd"
SAVE_AS_UTF8 = "Save the file as “CSV UTF-8” and try again."

_SIGNATURES = (
    (b"\xff\xfe\x00\x00", "This file is UTF-32"),
    (b"\x00\x00\xfe\xff", "This file is UTF-32"),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel workbook (.xls)"),
    (b"%PDF", "This is a PDF document"),
    (b"\x1f\x8b", "This file is compressed (gzip)"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")

# Windows-1252 gives every byte but five a character, so a file in another code page decodes without complaint.
# These are the traces that the wrong code page leaves in words.
_WRONG_CODE_PAGE = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<=[a-zà-ÿ])[\u0160\u0178\u017dÀ-ÖØ-Þ](?=[a-z\s,;.]|$)",
        r"(?<=[a-z])[‚„†‡ˆ‰‹ƒ¡¢£¤¥¦¨©ª«¬¯±²³µ¶¸¹º»¼½¾¿÷×](?=[a-z])",
        r"(?<=[a-z])[‚ƒˆ‡‰¤¦¨¬¯³¶¸¹¼¾¿]",
        r"(?<![A-Za-z])[³¹¤¦¨¬¯¶¸¼¾](?=[a-z])",
        r"[þðýÝÐÞ]",
        r"[À-ÖØ-öø-ÿŠŒŽšœžŸ]{4}",
        r"[\u0080-\u00ff\u2010-\u203a\u02c6\u02dc]{8}",
    )
)
_CZECH_LETTERS = re.compile(r"[ìùòï]")
_EURO_SIGN_LATIN9 = re.compile(r"¤")


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text of a file and the name of its encoding.

    With `declared`, Windows-1252 is read on the word of whoever wrote the profile: its words are not judged, and a byte
    that means nothing in it becomes U+FFFD.

    Raises FileRefused for an empty file, binary formats, text that is not valid in its encoding, control characters,
    and bytes that read as Windows-1252 only by turning words into nonsense.
    """
    _refuse_other_formats(data)
    text, name = _decode(data, declared)
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise FileRefused(
            f"The file holds a control character (U+{ord(control[0]):04X}) that text never has. {SAVE_AS_UTF8}",
            line=line,
        )
    return text, name


def _refuse_other_formats(data: bytes) -> None:
    if not data.strip():
        raise FileRefused("The file is empty.")
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise FileRefused(f"{what}, which cannot be read here. Save it as CSV (UTF-8) or XLSX.")


def _decode(data: bytes, declared: str | None) -> tuple[str, str]:
    if data.startswith(b"\xef\xbb\xbf"):
        return _strict(data, "utf-8-sig", "UTF-8"), "UTF-8 with BOM"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strict(data, "utf-16", "UTF-16"), "UTF-16"
    if data[:2000].count(0) > len(data[:2000]) // 4:
        raise FileRefused(f"This looks like UTF-16 without its byte order mark, or like no text at all. {SAVE_AS_UTF8}")
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return (data.decode("cp1252", "replace") if declared else _windows_1252(data)), "Windows-1252"


def _strict(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise FileRefused(f"The file says it is {name}, but a character is broken. {SAVE_AS_UTF8}", line=line) from None


def _windows_1252(data: bytes) -> str:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise FileRefused(
            f"The file is neither UTF-8 nor Windows-1252 (byte 0x{data[error.start]:02X}). {SAVE_AS_UTF8}", line=line
        ) from None
    where = _wrong_code_page(text)
    if where is not None:
        start = text.rfind("\n", 0, where) + 1
        word = text[max(start, where - 12) : where + 12].split("\n")[0]
        raise FileRefused(
            f"The file is not UTF-8, and read as Windows-1252 its words come out broken (“{word.strip()}”). "
            f"{SAVE_AS_UTF8}",
            line=text.count("\n", 0, where) + 1,
        )
    return text


def _wrong_code_page(text: str) -> int | None:
    for pattern in _WRONG_CODE_PAGE:
        found = pattern.search(text)
        if found:
            return found.start()
    czech = _CZECH_LETTERS.search(text)
    if czech and "ø" in text:
        return czech.start()
    return None
