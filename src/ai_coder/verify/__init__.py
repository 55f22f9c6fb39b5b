"""The project's own tests on the base and on the result, in boxes of the port `Sandbox` -> `Verification`.

`Verifier` runs, `results` reads what was printed, `compare` decides, `weakened` looks at the change itself, `told` is
what the model hears of it.
"""

from ai_coder.verify.told import render_told
from ai_coder.verify.verifier import Verifier
from ai_coder.verify.weakened import weakened_tests

__all__ = ["Verifier", "render_told", "weakened_tests"]
