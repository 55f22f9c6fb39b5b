"""A small HTTP/1.1 server on 127.0.0.1 that remembers every exchange. It knows nothing of GitHub."""

import json
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

Json = dict[str, Any]
"""A JSON object, as it comes off the wire."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent."""

    method: str
    path: str
    """As sent: percent-encoded, without the query."""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    raw: bytes = b""

    @property
    def body(self) -> object:
        """The JSON value sent. None when there is none or it is no JSON."""
        with suppress(ValueError):
            return json.loads(self.raw)
        return None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sends back, well-behaved or not."""

    status: int = 200
    body: object = None
    """Bytes are sent as they are, None is an empty body, anything else becomes JSON."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """A `Content-Length` here wins over the true one."""
    hang_up: bool = False
    """Close the connection after the answer. Status 0 closes it without a single byte of one."""
    delay_s: float = 0.0

    @property
    def raw(self) -> bytes:
        """The bytes of the body."""
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, as the log keeps it."""

    request: Request
    reply: Answer

    @property
    def method(self) -> str:
        """The request's method, in upper case."""
        return self.request.method

    @property
    def path(self) -> str:
        """The request's path, percent-encoded."""
        return self.request.path

    @property
    def query(self) -> Mapping[str, str]:
        """The request's query; the last of equal names."""
        return self.request.query

    @property
    def headers(self) -> Mapping[str, str]:
        """The request's headers, names in lower case."""
        return self.request.headers

    @property
    def body(self) -> object:
        """The JSON value the client sent."""
        return self.request.body

    @property
    def status(self) -> int:
        """The answer's status; 0 when the connection was closed without one."""
        return self.reply.status

    @property
    def answer(self) -> object:
        """The answer's body: a JSON value, bytes, or None."""
        return self.reply.body


Handle = Callable[[Request], Answer]


class HttpServer:
    """Answers with `handle`, each connection in a thread of its own, from `start` until `close`."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self._listener: _Listener | None = None
        self._thread = threading.Thread(target=self._serve, name="loopback-server", daemon=True)

    @property
    def url(self) -> str:
        """`http://127.0.0.1:<port>`."""
        if self._listener is None:
            raise RuntimeError("the server is not started")
        return f"http://127.0.0.1:{self._listener.server_address[1]}"

    def start(self) -> Self:
        """Listen on a free port."""
        self._listener = _Listener(self._handle)
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop listening, cut every open connection and wait for the threads."""
        if self._listener is None:
            return
        self._listener.stop_accepting()
        self._thread.join()
        self._listener.cut()
        self._listener = None

    def _serve(self) -> None:
        if self._listener is not None:
            self._listener.accept_all()


class _Listener(ThreadingHTTPServer):
    """Keeps its connections in sight: a client that keeps one alive must not hold up the end."""

    daemon_threads = False
    request_queue_size = 64

    def __init__(self, handle: Handle) -> None:
        self.handle_one = handle
        self.ending = threading.Event()
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        """Bind without the look-up of the host's name, which may ask the network."""
        socketserver.TCPServer.server_bind(self)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 -- the base class's signature
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401, ARG002 -- same
        """A client that went away is no error; one of ours ends the thread loudly."""
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError):
            raise error

    def accept_all(self) -> None:
        """Serve until the end, without asking a clock in between."""
        while True:
            connection, address = self.get_request()
            if self.ending.is_set():
                self.shutdown_request(connection)
                return
            self.process_request(connection, address)

    def stop_accepting(self) -> None:
        """One last connection wakes the thread that waits for connections."""
        self.ending.set()
        socket.create_connection(("127.0.0.1", self.server_address[1])).close()

    def cut(self) -> None:
        """Whoever still reads from a client reads the end; the threads are waited for."""
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "loopback"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Listener

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's signature
        """Nothing goes to standard error; the exchanges are the log."""

    def _respond(self) -> None:
        answer = self.server.handle_one(self._request())
        if answer.delay_s:
            self.server.ending.wait(answer.delay_s)
        self.close_connection = self.close_connection or answer.hang_up or not answer.status
        if answer.status:
            self._send(answer)

    do_GET = _respond  # noqa: N815 -- the base class looks these names up
    do_POST = _respond  # noqa: N815
    do_PATCH = _respond  # noqa: N815
    do_PUT = _respond  # noqa: N815
    do_DELETE = _respond  # noqa: N815

    def _request(self) -> Request:
        url = urlsplit(self.path)
        return Request(
            method=self.command,
            path=url.path,
            query=dict(parse_qsl(url.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            raw=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )

    def _send(self, answer: Answer) -> None:
        raw = answer.raw
        headers = {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(raw))}
        self.send_response(answer.status)
        for name, value in {**headers, **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)
