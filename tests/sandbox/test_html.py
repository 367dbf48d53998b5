"""parse_mode HTML: what Telegram takes, what it refuses and in which words."""

import pytest

from sandbox.errors import ApiError
from sandbox.html import parse_html

NOT_UNICODE = (
    "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
)
BROKEN = [
    ("a < b", 'Unsupported start tag "" at byte offset 2'),
    ("a <b", "Unclosed start tag at byte offset 2"),
    ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ("<b><i>x</i>", 'Can\'t find end tag corresponding to start tag "b"'),
    ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("Бал</b>", "Unexpected end tag at byte offset 6"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("<b>x</b x>", "Unclosed end tag at byte offset 4"),
    ("line<br>break", 'Unsupported start tag "br" at byte offset 4'),
    ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
    ("<b/>", 'Unsupported start tag "b/" at byte offset 0'),
    ("<!-- x -->", 'Unsupported start tag "!--" at byte offset 0'),
    ("<i =x>y</i>", 'Empty attribute name in the tag "i" at byte offset 0'),
    ("<a href", "Unclosed start tag at byte offset 0"),
    ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
    ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
    ("<a href=x/>y</a>", "Unexpected end of name token at byte offset 8"),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
    ("&#xD800;", NOT_UNICODE),
]

SOUND = [
    ("plain", "plain", []),
    ("&lt;&gt;&amp;&quot;&#65;&#x42;", '<>&"AB', []),
    ("&laquo;&nbsp;& &#0;", "&laquo;&nbsp;& &#0;", []),
    ("&lt b", "< b", []),
    ("a > b", "a > b", []),
    ("<b></b>x", "x", []),
    ("<STRONG>x</strong>", "x", [("bold", 0, 1)]),
    ("<b>x</>", "x", [("bold", 0, 1)]),
    ("<i aba>x</i>", "x", [("italic", 0, 1)]),
    ("🎭<b>🎭</b>", "🎭🎭", [("bold", 2, 2)]),
    ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
    ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
    ("<ins>x</ins><del>y</del>", "xy", [("underline", 0, 1), ("strikethrough", 1, 1)]),
    ("<a href='https://a.example/?a=1&amp;b=2'>x</a>", "x", [("text_link", 0, 1)]),
    ("<a href='javascript'>x</a>", "x", []),
    ("<pre><code class='language-python'>x</code></pre>", "x", [("pre", 0, 1)]),
    ('<tg-time unix="1795416631" format="wDT">x</tg-time>', "x", [("date_time", 0, 1)]),
    ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
]


@pytest.mark.parametrize(("source", "reason"), BROKEN)
def test_broken_html_is_refused_in_telegrams_words(source: str, reason: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert (refused.value.code, refused.value.description) == (400, f"Bad Request: can't parse entities: {reason}")


@pytest.mark.parametrize(("source", "text", "entities"), SOUND)
def test_sound_html_is_text_and_entities(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    found_text, found = parse_html(source)
    assert found_text == text
    assert [(e["type"], e["offset"], e["length"]) for e in found] == entities


def test_links_and_languages_are_kept() -> None:
    _, (link,) = parse_html('<a href="https://a.example/?a=1&amp;b=2">x</a>')
    _, (code,) = parse_html('<pre><code class="language-sql">x</code></pre>')
    assert link["url"] == "https://a.example/?a=1&b=2"
    assert code["language"] == "sql"
