"""An OpenAI-compatible endpoint on this machine: a real server of HTTP, which does as it is told and misbehaves on demand."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import anyio
from anyio.abc import SocketAttribute, SocketStream

__all__ = ["FakeEndpoint", "Received", "Reply", "completion", "open_endpoint_server", "sentences"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request as it came."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def instructions(self) -> str:
        return str(self.body["messages"][0]["content"])

    @property
    def data(self) -> dict[str, Any]:
        """The JSON document that the user's message is."""
        parsed: dict[str, Any] = json.loads(self.body["messages"][1]["content"])
        return parsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is sent back, and how badly."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    says_nothing: bool = False
    """Take the request and stay silent until the client goes away."""
    drips: bool = False
    """Send a byte now and then and never come to an end."""
    floods: bool = False
    """Send without end, as fast as the client takes it."""
    breaks_off: bool = False
    """Hang up in the middle of the body."""


def completion(text: str | None) -> Reply:
    """A well-formed answer whose message is `text`."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    document = {"id": "c", "object": "chat.completion", "created": 0, "model": "fake", "choices": [choice]}
    return Reply(body=json.dumps(document).encode())


def sentences(*pairs: tuple[str, list[Any]]) -> Reply:
    """An answer of the form that is asked for: sentences with the numbers of the evidence they lean on."""
    return completion(json.dumps({"sentences": [{"text": text, "evidence": cites} for text, cites in pairs]}))


@dataclass(slots=True)
class FakeEndpoint:
    """The server. `behave` says what a request gets; `received` holds what came, in order."""

    url: str
    behave: Callable[[Received], Reply]
    received: list[Received] = field(default_factory=list)


@asynccontextmanager
async def open_endpoint_server(behave: Callable[[Received], Reply]) -> AsyncIterator[FakeEndpoint]:
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0)
    port = listener.extra(SocketAttribute.local_port)
    server = FakeEndpoint(f"http://127.0.0.1:{port}/v1", behave)

    async def handle(stream: SocketStream) -> None:
        gone = (anyio.BrokenResourceError, anyio.EndOfStream, anyio.ClosedResourceError)
        async with stream:
            with suppress(*gone):
                await _serve(stream, server)

    async with listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, handle)
        yield server
        group.cancel_scope.cancel()


async def _serve(stream: SocketStream, server: FakeEndpoint) -> None:
    received = await _read(stream)
    server.received.append(received)
    reply = server.behave(received)
    if reply.says_nothing:
        await stream.receive()  # ends when the client goes
        return
    length = 10_000_000_000 if reply.drips or reply.floods else len(reply.body)
    headers = {
        "content-type": "application/json",
        "content-length": str(length),
        "connection": "close",
        **reply.headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    await stream.send(f"HTTP/1.1 {reply.status} Status\r\n{lines}\r\n".encode())
    if reply.breaks_off:
        await stream.send(reply.body[: len(reply.body) // 2])
        return
    await stream.send(reply.body) if reply.body else None
    while reply.drips:
        await stream.send(b" ")
        await anyio.sleep(0.01)
    while reply.floods:
        await stream.send(b" " * 65_536)


async def _read(stream: SocketStream) -> Received:
    content = b""
    while b"\r\n\r\n" not in content:
        content += await stream.receive()
    head, body = content.split(b"\r\n\r\n", 1)
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += await stream.receive()
    return Received(path=first.split()[1], headers=headers, body=json.loads(body or b"{}"))
