"""What a terminal is sent."""

from ai_coder.adapters.terminal_host import TerminalHost


def test_no_control_character_reaches_the_terminal(capsys):
    """Neither ESC nor its one-character kin, which some terminals obey; line ends and tabs stay."""
    TerminalHost().say("a\x1b[2Jb\x9b2Jc\td\u0085\ne\x7f")

    assert capsys.readouterr().err == "a[2Jb2Jc\td\ne\n"
