"""What a test command printed and wrote -> its tests. One module per format; a guess is never made.

Where no format is recognised, the exit status is all that is known.
"""

from ai_coder.verify.results.reading import read_results

__all__ = ["read_results"]
