"""An encoding is read right or refused, never mangled."""

import pytest

from portfolio.importing.parse.encoding import decode
from portfolio.importing.parse.errors import FileRefused

WESTERN = "key;name\n1;Müller – Café “Ñandú”, 5 € für Ærø, l’été à Nîmes\n"


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with BOM"),
        ("utf-16", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_a_known_encoding_is_read_right(codec: str, name: str) -> None:
    assert decode(WESTERN.encode(codec)) == (WESTERN, name)


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1250", "Żółta łódka, źle zapisana"),
        ("cp1250", "Příliš žluťoučký kůň úpěl"),
        ("iso-8859-2", "Żółta łódka, źle zapisana"),
        ("cp1251", "Портфель проектов"),
        ("koi8-r", "Портфель проектов"),
        ("cp1253", "Χαρτοφυλάκιο έργων"),
        ("cp1254", "Yapay zekâ ile iş gücü, ışık ve dağıtım"),
        ("cp1255", "תיק פרויקטים"),
        ("cp1256", "محفظة المشاريع"),
        ("cp1257", "Mākslīgais intelekts, šķērsļi"),
        ("mac-roman", "Café Müller, reçu à l'été"),
        ("cp437", "Café Müller, voilà"),
        ("cp850", "Größe und Qualität prüfen"),
        ("shift_jis", "人工知能の一覧"),
        ("gb18030", "人工智能项目清单"),
        ("big5", "人工智慧專案清單"),
        ("euc-kr", "인공지능 과제 목록"),
        ("utf-32", "name"),
        ("utf-16-le", "key,name of the thing"),
        ("cp037", "key,name"),
    ],
)
def test_another_encoding_is_refused(codec: str, text: str) -> None:
    with pytest.raises(FileRefused):
        decode(("key,name\n1," + text + "\n").encode(codec))


def test_a_broken_character_is_refused_with_its_line() -> None:
    with pytest.raises(FileRefused) as refusal:
        decode(b"\xef\xbb\xbfkey\nok\nb\xe9\n")
    assert refusal.value.issue.line == 3


def test_a_nul_is_refused_with_its_line() -> None:
    with pytest.raises(FileRefused, match=r"U\+0000") as refusal:
        decode(b"key,name\n1,a\x00b\n")
    assert refusal.value.issue.line == 2


@pytest.mark.parametrize("data", [b"", b"  \n ", b"%PDF-1.7 ...", b"\xd0\xcf\x11\xe0....", b"\x1f\x8b\x08...."])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(FileRefused):
        decode(data)
