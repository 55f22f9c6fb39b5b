"""No secret leaves, in whatever form it got into the text."""

import base64
import json
import re
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_coder.egress import Egress

SECRET = "p/ssw+rd é\"'<&>=?"
TOKEN = "ghs_1234567_" + "eyJhbGciOi.eyJpc3Mi-_x." * 20
ENCODINGS = {
    "raw": str,
    "reversed": lambda text: text[::-1],
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON with UTF-8": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "URL": lambda text: quote(text, safe=""),
    "URL, lower case": lambda text: quote(text, safe="").lower(),
    "form": quote_plus,
    "hex": lambda text: text.encode().hex(),
    "HEX": lambda text: text.encode().hex().upper(),
    "hex dump": lambda text: text.encode().hex(" "),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64, shifted by 1": lambda text: base64.b64encode(b"a" + text.encode()).decode(),
    "base64, shifted by 2": lambda text: base64.b64encode(b"ab" + text.encode()).decode(),
    "basic authorization": lambda text: base64.b64encode(b"x-access-token:" + text.encode()).decode(),
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "HTML": lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("key: abcdefghijkl", True),
        ("key: lkjihgfedcba", True),
        ("key: ghp_" + "a1B2" * 9, False),
        ("key: ghp_" + "a1B2" * 9 + " abcdefghijkl", True),
    ],
)
def test_keys_of_others_are_no_secret_of_ours(text, holds):
    """Whether a text holds a secret of this run is another question than what has to be hidden in it."""
    assert Egress(("abcdefghijkl",)).holds_secret(text) is holds


def test_a_piece_of_one_sign_is_no_piece():
    """A rule of dashes stays, though a secret has twelve of them in a row."""
    text = "a\n" + "-" * 30 + "\nb"
    assert Egress(("begin" + "-" * 14 + "key",)).redact(text) == text


@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("secret", ["abcdefghijkl", "sECret", "p/ss+w==rd", "pässwörd", "x" * 40, TOKEN])
def test_every_form_goes(secret, encode):
    """A secret is found by its value in every encoding, with whatever stands around it."""
    redacted = Egress((secret,)).redact(f"before {encode(secret)} after")
    assert "***" in redacted
    name_and_edges = "eC1hY2Nlc3MtdG9rZW46" + "A=="  # base64 shares its outer characters with its neighbours
    assert len(redacted) <= len("before *** after" + name_and_edges)
    assert redacted.startswith("before ")
    assert redacted.endswith(" after")


@given(
    st.text(alphabet=[chr(code) for code in range(33, 127) if chr(code) != "*"], min_size=6, max_size=30),
    st.text(),
    st.text(),
    st.sampled_from(sorted(ENCODINGS)),
)
def test_no_form_survives(secret, before, after, name):
    """Nor does any other secret in any other text."""
    form = ENCODINGS[name](secret)
    shared = 4 if "base64" in name else 20 if "basic" in name else 0
    core = form[shared : len(form) - 4 if shared else None]
    assert len(core) < 2 or core not in Egress((secret,)).redact(f"{before} {form} {after}").replace(before, "")


@pytest.mark.parametrize(
    "text",
    [
        "ghp_" + "a1B2" * 9,
        "gho_" + "a1B2" * 9,
        TOKEN,
        "github_pat_11AAAAAAA0" + "a_1" * 20,
        "sk-" + "a1B2" * 12,
        "sk-proj-" + "a1_-" * 12,
        "AKIAIOSFODNN7EXAMPLE",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl-_",
        "xoxb-1234567890-abc",
        "glpat-" + "a1B2" * 5,
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\\nMIIE\\nabc=\\n-----END PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNza",
    ],
)
def test_what_looks_like_a_key_goes(text):
    """A key that is none of ours goes too."""
    assert Egress().redact(f"'{text}'") == "'***'"


@pytest.mark.parametrize(
    "text",
    [
        "ghp_short",
        "sk-learn-compatible-estimator-interfaces",
        "risk-management-2024-edition",
        "a.b.c",
        "eyJust",
        "AKIA",
    ],
)
def test_words_stay(text):
    """A word is no key."""
    assert Egress().redact(text) == text


def test_a_short_secret_is_none():
    """A text of fewer than 6 characters stands everywhere; nothing is searched for it."""
    assert Egress(("a", "", "abcde")).redact("abcde and a") == "abcde and a"


def test_every_line_of_a_secret_goes():
    """A secret of several lines is found line by line."""
    assert Egress(("first line\r\nsecond line\n",)).redact("> second line\n> first line") == "> ***\n> ***"


def test_a_report_stays_json():
    """What is redacted in a JSON text leaves it one."""
    secret = 'quo"te\\d'
    text = json.dumps({"a": secret, "b": "-----BEGIN PRIVATE KEY-----\nabc", "c": 1})
    assert json.loads(Egress((secret,)).redact(text)) == {"a": "***", "b": "***", "c": 1}


def test_a_secret_put_together_by_us_goes():
    """What our own removal of comments joins is searched once more."""
    assert Egress(("abcdefghijkl",)).prose("abcdef<!-- x -->ghijkl") == "***"


def test_secrets_are_not_shown():
    """An `Egress` in a traceback shows none of its secrets."""
    assert "abcdefghijkl" not in repr(Egress(("abcdefghijkl",)))


def test_all_doors_redact():
    """Whichever way a text goes out, its secrets stay."""
    egress = Egress((SECRET,))
    doors = [egress.redact, egress.prose, egress.line, egress.quote, egress.code, egress.finish, egress.summary]
    doors += [egress.title, egress.commit_message, egress.log]
    for door in doors:
        assert re.search(r"a \*\*\* b", door(f"a {SECRET} b")), door
