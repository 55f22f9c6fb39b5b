"""Letters that a reader takes for ASCII letters and a computer does not. Pure.

Source: https://www.unicode.org/reports/tr39/#Confusable_Detection; the table holds the letters that really pass.
"""

import unicodedata

_CYRILLIC = "\u0430\u0441\u0501\u0435\u0456\u043e\u0440\u0445\u0443\u0455\u0458\u04bb\u04cf\u0433\u043a\u043c\u0442"
_GREEK = "\u03b1\u03bf\u03b9\u03c1\u03bd\u03b5\u03ba\u03c4\u03c5"
_OTHERS = "\u0131\u0251\u0261\u0585\u0578"
_SIGNS = "\u2044\u2215\u29f8\u2571\u2010\u2011\u2012\u2013\u2014\u2212\u02cd"
_ALIKE = str.maketrans(
    _CYRILLIC + _GREEK + _OTHERS + _SIGNS, "acdeiopxysjhlrkmt" + "aoipvektu" + "iagon" + "////------_"
)


def skeleton(word: str) -> str:
    """The word in the ASCII characters that it looks like, as far as there are any, in lower case."""
    return unicodedata.normalize("NFKC", word).casefold().translate(_ALIKE)
