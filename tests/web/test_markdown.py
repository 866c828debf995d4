"""Our documents as HTML."""

import pytest

from web.markdown import to_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Risk\n\nThree **chances**.", "<h2>Risk</h2>\n<p>Three <strong>chances</strong>.</p>"),
        ("- one\n- two\n  lines", "<ul><li>one</li><li>two lines</li></ul>"),
        ("1. first\n2. second", "<ol><li>first</li><li>second</li></ol>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("```\nx <y>\n```", "<pre>x &lt;y&gt;\n</pre>"),
        ("[RAND](https://www.rand.org/x)", '<p><a href="https://www.rand.org/x">RAND</a></p>'),
        ("[here](other-figure.md)", '<p><a href="../other-figure/">here</a></p>'),
        ("[guide](../guide/alerts.md)", "<p>guide</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>x)</p>"),
    ],
)
def test_marks_become_html_and_all_else_is_escaped(text: str, html: str) -> None:
    assert to_html(text) == html


def test_a_table_keeps_its_heading_and_rows() -> None:
    html = to_html("| a | b |\n|---|---|\n| 1 | 2 |")
    assert '<th scope="col">a</th>' in html
    assert "<tr><td>1</td><td>2</td></tr>" in html
