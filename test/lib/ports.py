"""Ports of the loopback where nobody listens."""
import socket

_held = []


def closed_port():
    """A port that refuses connections for as long as this program runs: it is taken, and nobody listens,
    so that no other test is given it meanwhile."""
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    _held.append(taken)
    return taken.getsockname()[1]
