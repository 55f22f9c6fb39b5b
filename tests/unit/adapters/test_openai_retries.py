"""What is asked again, how long is waited, and that all of it ends in time. The clock is a fake: nothing sleeps."""

import socketserver
import subprocess
import sys
import threading
import traceback
from contextlib import contextmanager

import pytest

from ai_coder.adapters.clock import SystemClock
from ai_coder.adapters.openai_client import open_model
from ai_coder.domain.chat import Message, Prompt
from ai_coder.errors import ConfigurationError, ModelError
from ai_coder.loopback import Answer
from ai_coder.loopback.model import ModelServer
from ai_coder.settings import ModelSettings, Secret
from fakes.clock import FakeClock
from fakes.models import first

QUESTION = Prompt((Message("user", "What is in a.py?"),))
KEY = "sk-very-secret-key"
HANG_UP = Answer(0)
CUT = Answer(200, b'{"choices": [', {"Content-Length": "500"}, hang_up=True)
RATE = {"error": {"message": "Slow down.", "type": "rate_limit_error"}}
QUOTA = {"error": {"message": "You exceeded your current quota.", "code": "insufficient_quota"}}


@pytest.fixture(name="clock")
def _clock():
    return FakeClock()


@pytest.fixture(name="server")
def _server():
    with ModelServer(["Good."]) as server:
        yield server


def a_model(server, clock, deadline_s=1_000.0, **fields):
    """The chat adapter over the server."""
    settings = ModelSettings(**{"api_key": Secret(KEY), "base_url": server.url, "model": "m", "api": "chat"} | fields)
    return open_model(settings, clock, deadline_s)


@contextmanager
def blanks():
    """An endpoint that begins an answer and then sends a blank every now and then; its URL."""
    ended = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(65_536)
            self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not ended.wait(0.02):
                self.request.sendall(b" ")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            ended.set()
            server.shutdown()


def limited(wait):
    """A rate limit with its header."""
    return Answer(429, RATE, {"Retry-After": wait})


@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize(
    ("answers", "slept"),
    [
        ([], []),
        ([Answer(500)], [1.0]),
        ([Answer(503, RATE), Answer(502, b"<html>")], [1.0, 2.0]),
        ([Answer(503, None, {"Retry-After": "7"})], [7.0]),
        ([HANG_UP, CUT], [1.0, 2.0]),
        ([limited("20")], [20.0]),
        ([limited("120")], [120.0]),
        ([Answer(429, RATE)] * 5, [1.0, 2.0, 4.0, 8.0, 16.0]),
        ([Answer(429, RATE), Answer(500), HANG_UP], [1.0, 1.0, 2.0]),
    ],
)
def test_what_passes_is_waited_for(server, clock, api, answers, slept):
    """A passing fault costs a wait and a call, not the run."""
    server.interceptors.append(first(*answers))

    reply = a_model(server, clock, api=api).complete(QUESTION)

    assert (reply.text, reply.usage.calls) == ("Good.", 1 + len(answers))
    assert clock.slept == slept


@pytest.mark.parametrize(
    ("answer", "asked", "sentence"),
    [
        (Answer(500), 3, "the model's endpoint failed (500: no reason given)"),
        (HANG_UP, 3, "could not be reached, or hung up"),
        (CUT, 3, "could not be reached, or hung up"),
        (Answer(429, RATE), 6, "the rate limit of the model's endpoint is used up (429)"),
        (limited("121"), 1, "the rate limit of the model's endpoint is used up (429), for 121 s more"),
        (Answer(429, QUOTA), 1, "the account behind the key has no credit left (429)"),
        (Answer(401), 1, "does not accept the key"),
        (Answer(400, RATE), 1, "refused the request (400: Slow down.)"),
        (Answer(404, b"404 page not found"), 1, "has no /chat/completions (404)"),
        (Answer(308, None, {"Location": "https://127.0.0.1/v1/chat/completions"}), 1, "has moved (308)"),
    ],
)
def test_what_does_not_pass_ends_the_run(server, clock, answer, asked, sentence):
    """Three tries for a fault, six for a rate limit, one where another would change nothing."""
    server.interceptors.append(lambda _: answer)

    with pytest.raises(ModelError) as caught:
        a_model(server, clock).complete(QUESTION)

    assert sentence in str(caught.value)
    assert len(server.requests) == asked


def test_nobody_is_there(clock):
    """An endpoint that nobody serves is tried three times."""
    with ModelServer() as server:
        url = server.url
    model = open_model(ModelSettings(base_url=url, model="m"), clock, 1_000.0)

    with pytest.raises(ModelError, match="could not be reached"):
        model.complete(QUESTION)
    assert clock.slept == [1.0, 2.0]


def test_a_stranger_to_tls(server, clock):
    """An endpoint whose handshake fails is not tried again: its certificate will not get better."""
    model = a_model(server, clock, base_url=server.url.replace("http:", "https:"))

    with pytest.raises(ModelError, match="certificate"):
        model.complete(QUESTION)
    assert clock.slept == []


def test_no_wait_reaches_past_the_deadline(server, clock):
    """When the wait would end after the deadline, the run ends now and says what it would have waited for."""
    server.interceptors.append(first(limited("30"), limited("100")))

    with pytest.raises(ModelError, match=r"rate limit .* for 100 s more"):
        a_model(server, clock, deadline_s=130.0).complete(QUESTION)
    assert clock.slept == [30.0]


def test_nothing_is_asked_after_the_deadline(server, clock):
    """Time that is up is a failure by itself, before a call is made."""
    clock.sleep(5.0)

    with pytest.raises(ModelError, match="time is up"):
        a_model(server, clock, deadline_s=5.0).complete(QUESTION)
    assert server.requests == []


def test_a_silent_endpoint_is_left(server):
    """An answer that does not come is given up at the deadline."""
    server.interceptors.append(lambda _: Answer(200, delay_s=60.0))
    clock = SystemClock()

    with pytest.raises(ModelError, match="did not answer in time"):
        a_model(server, clock, clock.monotonic_s() + 0.3).complete(QUESTION)


def test_an_endpoint_that_sends_blanks_is_left():
    """Neither do bytes that lead nowhere hold the run up, as some endpoints send them to keep the line open."""
    clock = SystemClock()
    with blanks() as url, pytest.raises(ModelError, match="did not answer in time"):
        open_model(ModelSettings(base_url=url, model="m"), clock, clock.monotonic_s() + 0.3).complete(QUESTION)


def test_the_key_is_sent_and_never_told(server, clock):
    """The key stands in the request's header, and in no exception, however deep."""
    said = {"error": {"message": f"Incorrect key {KEY} for 127.0.0.1"}}
    server.interceptors.append(lambda _: Answer(500, said))

    with pytest.raises(ModelError) as caught:
        a_model(server, clock).complete(QUESTION)

    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert str(caught.value) == "the model's endpoint failed (500: Incorrect key *** for ***)"
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_a_server_without_keys(server, clock):
    """A server of one's own needs no key."""
    assert a_model(server, clock, api_key=Secret()).complete(QUESTION).text == "Good."


@pytest.mark.parametrize("key", ["sk-é", "sk-1\n", " sk-1", "sk-\x00"])
def test_a_key_that_is_none(clock, key):
    """A key with something around it is refused before it is sent, and not quoted."""
    with pytest.raises(ConfigurationError) as caught:
        open_model(ModelSettings(Secret(key), model="m"), clock, 1.0)
    assert "sk-" not in str(caught.value)


def test_the_sdk_is_imported_late():
    """Opening a model imports no SDK: a run that asks nothing does not pay for it."""
    code = (
        "import sys; from ai_coder.adapters.openai_client import open_model\n"
        "from ai_coder.adapters.clock import SystemClock\n"
        "from ai_coder.settings import ModelSettings as S; open_model(S(model='m'), SystemClock(), 1.0);"
        "sys.exit('openai' in sys.modules or 'httpx2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
