"""What a page shows to no reader although it is markup of something shown: attributes, titles, descriptions. Pure.

Of a tag remain its name and the few attributes that decide what is seen; of a link its words and its address.
"""

import re

_SHOWN = frozenset(
    {"align", "checked", "colspan", "height", "href", "open", "rowspan", "src", "start", "type", "width"}
)
_ATTRIBUTE = r"""\s++[A-Za-z_:@][A-Za-z0-9_.:@-]*+(?:\s*+=\s*+(?:[^\s"'=<>`]++|'[^']*+'|"[^"]*+"))?+"""
TAG = rf"<[A-Za-z][A-Za-z0-9-]*+(?:{_ATTRIBUTE})*+\s*+/?>"
"""An opening tag. Source: https://spec.commonmark.org/0.31.2/#raw-html"""
TITLE = (
    r"\]\([ \t]*+\n?[ \t]*+(?:<[^<>\n]*+>|(?:(?!\]\()[^\s<])++)(?:[ \t]++|[ \t]*+\n[ \t]*+)"
    r"""(?:"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|\((?:[^()\\]|\\.)*+\))\s*+\)"""
)
"""The end of a link that has a title."""
IMAGE = r"!\[(?=[^\[\]])[^\[\]]*+\](?=\((?:<[^<>\n]*+>|(?:(?!\]\()[^\s<()])*+)[\s)])"
"""The beginning of a picture, with its description."""
_TAG_PARTS = re.compile(rf"(<[A-Za-z][A-Za-z0-9-]*+)|({_ATTRIBUTE})|(\s*+/?>)")
_NAME = re.compile(r"\s++([A-Za-z_:@][A-Za-z0-9_.:@-]*+)")
_TITLE_PARTS = re.compile(r"(\]\([ \t]*+\n?[ \t]*+(?:<[^<>\n]*+>|[^\s<]++))")
_TAG = re.compile(TAG)


def bare_tag(tag: str) -> str:
    """The tag without the attributes that no reader sees."""
    kept = []
    for name, attribute, end in _TAG_PARTS.findall(tag):
        found = _NAME.match(attribute)
        if not found or found[1].lower() in _SHOWN:
            kept.append(name or attribute or end)
    return "".join(kept)


def bare_tags(html: str) -> str:
    """The same for every tag of a block of HTML."""
    return _TAG.sub(lambda found: bare_tag(found.group()), html)


def bare_link_end(end: str) -> str:
    """The end of a link without its title."""
    found = _TITLE_PARTS.match(end)
    return f"{found[1]})" if found else end
