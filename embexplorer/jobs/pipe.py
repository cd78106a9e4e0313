"""Messages between the window's process and its children: length-prefixed, over private pipes."""

from __future__ import annotations

import pickle
import struct
import threading
from typing import IO, Any

_LENGTH = struct.Struct("<Q")


class Pipe:
    """Two byte streams as a message channel between our own two processes.

    Pickle is right here and nowhere else: both ends are this program and the pipe is private.
    """

    def __init__(self, reader: IO[bytes], writer: IO[bytes]) -> None:
        self._reader = reader
        self._writer = writer
        self._lock = threading.Lock()

    def send(self, message: Any) -> None:
        """Send one message; raises OSError when the other side is gone."""
        self.send_pickled(pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL))

    def send_pickled(self, data: bytes) -> None:
        """Send a message that was pickled before."""
        with self._lock:
            self._writer.write(_LENGTH.pack(len(data)))
            self._writer.write(data)
            self._writer.flush()

    def receive(self) -> Any:
        """Wait for one message; raises EOFError when the other side is gone."""
        return pickle.loads(self._exactly(_LENGTH.unpack(self._exactly(_LENGTH.size))[0]))

    def close(self) -> None:
        """Close both directions."""
        for stream in (self._writer, self._reader):
            try:
                stream.close()
            except OSError:  # the other side is gone, which is what closing is for
                continue

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            part = self._reader.read(size - len(data))
            if not part:
                raise EOFError
            data += part
        return bytes(data)
