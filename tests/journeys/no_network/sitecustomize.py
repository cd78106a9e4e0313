"""Imported by each Python process that has this folder on its path: refuses and notes networks."""

from __future__ import annotations

import os
import socket
import sys

NETWORKS = (socket.AF_INET, socket.AF_INET6)
NAMES = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "urllib.Request")


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    is_network = event == "socket.__new__" and arguments[1] in NETWORKS
    if is_network or event in NAMES:
        with open(os.environ["EMBEXPLORER_NETWORK_LOG"], "a", encoding="utf-8") as log:  # noqa: PTH123
            log.write(f"{os.getpid()} {event} {arguments[1:]}\n")
        raise OSError("a network was asked for")


if "EMBEXPLORER_NETWORK_LOG" in os.environ:
    with open(os.environ["EMBEXPLORER_NETWORK_LOG"] + ".watched", "a", encoding="utf-8") as log:  # noqa: PTH123
        log.write(f"{os.getpid()}\n")
    sys.addaudithook(_refuse)
