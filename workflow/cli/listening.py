"""The door a command answers at, taken before anything else is begun: a port has one listener."""

import errno
import socket

from workflow.cli.output import at_the_end
from workflow.errors import ConfigurationError

WAITING = 2048
"""Callers that may wait to be answered."""

NEAR = 20
"""Ports that are tried where any will do."""


def listen(host: str, port: int) -> list[socket.socket]:
    """Listen at every address of a host, until the command ends.

    Raises `ConfigurationError` (`port_taken`, `cannot_listen`).
    """
    try:
        return [_listening(*address) for address in _addresses(host, port)]
    except OSError as error:
        raise _refused(error, host, port) from error


def listen_near(host: str, port: int) -> list[socket.socket]:
    """The same at this port or, where it is taken, at the next free one of a few.

    Raises `ConfigurationError` (`port_taken`, `cannot_listen`).
    """
    for near in range(port, port + NEAR):
        try:
            return listen(host, near)
        except ConfigurationError as refused:
            if refused.code != "port_taken":
                raise
    return listen(host, port)


def _addresses(host: str, port: int) -> dict[tuple[socket.AddressFamily, str, int], None]:
    """By family, address and port, each once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return dict.fromkeys((family, str(at[0]), int(at[1])) for family, _, _, _, at in found)


def _listening(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    made = socket.create_server((address, port), family=family, backlog=WAITING)
    at_the_end.callback(made.close)
    return made


def _refused(error: OSError, host: str, port: int) -> ConfigurationError:
    if error.errno == errno.EADDRINUSE:
        told = f"端口{port}已被占用，没有启动；请用--port另写一个端口，或者先停止占用它的程序。"
        return ConfigurationError(told, code="port_taken", port=port)
    why = "没有权限使用该端口" if error.errno == errno.EACCES else "这个地址不是本机的"
    told = f"不能在{host}的端口{port}监听：{why}，没有启动；请核对--host和--port。"
    return ConfigurationError(told, code="cannot_listen", host=host, port=port)
