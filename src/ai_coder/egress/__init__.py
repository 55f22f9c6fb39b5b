"""The only way out for text: redact -> neutralise -> truncate. Pure.

`prose` makes foreign words harmless inside Markdown of ours; `finish` is the last step over the whole text.
"""

from ai_coder.egress.egress import Egress
from ai_coder.egress.log import log_line, log_text

__all__ = ["Egress", "log_line", "log_text"]
