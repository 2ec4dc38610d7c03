"""Small real videos in every condition, and senders that give their bytes to whoever calls, then behave as a sick camera does."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np

RATE_HZ = 20


def write_clip(
    path: Path,
    *,
    frames: int = 40,
    size_px: tuple[int, int] = (160, 120),
    codec: str = "libx264",
    pixels: str = "yuv420p",
    gop: int = RATE_HZ,
    step: Callable[[int], int] = lambda index: index,
    rotation_deg: int = 0,
    format: str | None = None,
) -> Path:
    """A bright bar that moves over grey; `step` gives each picture's time in twentieths of a second."""
    width, height = size_px
    with av.open(str(path), "w", format=format) as container:
        stream = container.add_stream(codec, rate=RATE_HZ, options={"preset": "ultrafast", "x265-params": "log-level=none"})
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = width, height, pixels, gop
        if rotation_deg:
            stream.set_display_rotation(rotation_deg)
        for index in range(frames):
            image = np.full((height, width, 3), 60, np.uint8)
            left = index * 3 % (width - 16)
            image[: height // 3, left : left + 16] = 230
            picture = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format=pixels)
            picture.pts = step(index)
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


@contextmanager
def tcp_sender(pieces: list[bytes], *, stay: bool) -> Iterator[str]:
    """Gives `pieces` to the first caller, and then stays silent, or closes. The address to call."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            connection, _ = listener.accept()
        except OSError:  # closed before anybody called
            return
        with connection:
            for piece in pieces:
                try:
                    connection.sendall(piece)
                except OSError:  # the caller has heard enough
                    return
            if stay:
                over.wait()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        listener.close()
        thread.join(10)
