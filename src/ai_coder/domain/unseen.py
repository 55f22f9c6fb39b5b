"""Characters that no reader sees, out of a text. Pure, linear.

A character without a shape of its own stays only where it changes the shape of its neighbours: joiners inside emoji
and between letters of scripts that join, variation selectors behind emoji, tags in the three flags that are made of
them. Source: https://www.unicode.org/reports/tr51/ and https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
"""

import re
import unicodedata

_ZWNJ, _ZWJ, _TEXT_STYLE, _EMOJI_STYLE, _KEYCAP = "\u200c", "\u200d", "\ufe0e", "\ufe0f", "\u20e3"
_BLACK_FLAG = "\U0001f3f4"
_FLAG = (
    f"{_BLACK_FLAG}(?:\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074"
    "|\U000e0077\U000e006c\U000e0073)\U000e007f)"
)
"""The flags of England, Scotland and Wales: a black flag and tags."""
_NEVER = (
    "\\0-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ue000-\uf8ff\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
)
_UNSEEN = re.compile(f"{_FLAG}|[{_NEVER}]+|[\u200c\u200d\ufe0e\ufe0f\ud800-\udfff]")
"""Categories Cc, Cf, Co, Cs, Zl and Zp, and all that is default-ignorable; without line feed and tab, and without the
signs of category Cf that are drawn around the digits behind them (U+0600 and its like)."""
_JOINING = re.compile(
    "[\u0600-\u06ff\u0700-\u077f\u07c0-\u07ff\u0840-\u085f\u0860-\u08ff\u0900-\u0dff\u0f00-\u0fff\u1000-\u109f"
    "\u1780-\u17ff\u1800-\u18af\u1900-\u194f\u1a20-\u1aaf\u1b00-\u1bff\ua800-\ua82f\ua840-\ua87f\ua880-\ua8df"
    "\ua930-\ua9df\uaa00-\uaa7f\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00011000-\U00011fff]"
)
"""Scripts of letters that join: Arabic and its kin, Mongolian, the Indic scripts."""
_VIRAMA = 9
"""Combining class. Source: https://www.unicode.org/reports/tr44/#Canonical_Combining_Class_Values"""
_PICTURE = re.compile(
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
"""The blocks in which the emoji stand."""


def without_unseen(text: str) -> str:
    """The text without characters that no reader sees. Surrogates, which no file can hold, become U+FFFD."""
    kept: list[str] = []
    last, at = "", 0
    for found in _UNSEEN.finditer(text):
        if found.start() > at:
            kept.append(text[at : found.start()])
            last = text[found.start() - 1]
        at = found.end()
        char = _kept(found.group(), last, text[at : at + 1])
        kept.append(char)
        last = char[-1:] or last
    return "".join([*kept, text[at:]])


def _kept(chars: str, last: str, following: str) -> str:
    """A flag as it is, of anything else what `_shown` says."""
    if chars[0] == _BLACK_FLAG:
        return chars
    return _shown(chars, last, following) if len(chars) == 1 else ""


def _shown(char: str, last: str, following: str) -> str:
    """What becomes of `char` between the last character that stayed and the one that follows."""
    if char in {_ZWJ, _ZWNJ}:
        return char if _joins(char, last, following) else ""
    if char in {_TEXT_STYLE, _EMOJI_STYLE}:
        is_keycap = following == _KEYCAP and bool(last) and last in "0123456789#*"
        return char if is_keycap or _PICTURE.match(last) else ""
    return "\ufffd" if "\ud800" <= char <= "\udfff" else ""


def _joins(char: str, last: str, following: str) -> bool:
    """Whether the joiner stands between letters that join, behind a virama, or inside an emoji."""
    if not last:
        return False
    if _is_letter(last) and (_is_letter(following) or unicodedata.combining(last) == _VIRAMA):
        return True
    is_behind_picture = last == _EMOJI_STYLE or bool(_PICTURE.match(last))
    return char == _ZWJ and is_behind_picture and bool(_PICTURE.match(following))


def _is_letter(char: str) -> bool:
    return bool(_JOINING.match(char)) and unicodedata.category(char)[0] in "LM"


def hidden_words(text: str) -> str:
    """What the tag characters and variation selectors of `text` spell in ASCII, the two known ways to write unseen."""
    return "".join(_spelled(char) for char in text)


def _spelled(char: str) -> str:
    code = ord(char)
    if 0xE0020 <= code <= 0xE007E:  # noqa: PLR2004  tags, one for each printable character of ASCII
        return chr(code - 0xE0000)
    byte = code - 0xE0100 + 16 if 0xE0100 <= code <= 0xE01EF else -1  # noqa: PLR2004  selectors 17 to 256
    return chr(byte) if 0x20 <= byte <= 0x7E else ""  # noqa: PLR2004
