"""MAVLink over a serial port, through termios: telemetry radios and USB autopilots. Reopens the port when it comes back."""

import asyncio
import errno
import logging
import os
import termios
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import anyio

from geo.primitives import LinkError
from ground_station.links.link import BackOff, Inbox, LinkAddress, Packet, Peer

logger = logging.getLogger(__name__)

READ_BYTES = 4096
PEER = "serial"


class SerialLink:
    """One device in raw 8N1 mode without flow control."""

    def __init__(self, address: LinkAddress) -> None:
        self.url = address.url
        self.address = address
        self.inbox = Inbox()
        self._file: int | None = None

    async def __aenter__(self) -> Self:
        self._open()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close()

    def _open(self) -> None:
        device, baud = self.address.host, self.address.port
        speed = getattr(termios, f"B{baud}", None)
        if speed is None:
            raise LinkError(
                f"Serial speed {baud} baud is not offered by this system.", code="link.url", hint="Use 57600, 115200 or 921600."
            )
        try:
            file = os.open(device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError as error:
            raise self._refusal(device, error) from error
        try:
            _, _, control, _, _, _, characters = termios.tcgetattr(file)
            control &= ~(termios.PARENB | termios.CSTOPB | termios.CSIZE | termios.CRTSCTS)
            control |= termios.CS8 | termios.CREAD | termios.CLOCAL
            termios.tcsetattr(file, termios.TCSANOW, [0, 0, control, 0, speed, speed, characters])
        except termios.error as error:
            os.close(file)
            raise LinkError(f"{device} is not a serial port.", code="link.url", hint="List ports with `ls /dev/serial/by-id`.") from error
        self._file = file
        asyncio.get_running_loop().add_reader(file, self._readable)

    @staticmethod
    def _refusal(device: str, error: OSError) -> LinkError:
        if error.errno == errno.EACCES:
            return LinkError(
                f"Serial port {device} may not be opened by this user.",
                code="link.denied",
                hint="Join the group that owns it: sudo usermod -aG dialout $USER, then sign in again.",
            )
        if error.errno == errno.EBUSY:
            return LinkError(f"Serial port {device} is taken by another program.", code="link.port_taken", hint="Close the other program.")
        return LinkError(
            f"Serial port {device} cannot be opened ({error.strerror}).",
            code="link.unreachable",
            hint="Check the cable and the device name.",
        )

    def _close(self) -> None:
        if self._file is not None:
            asyncio.get_running_loop().remove_reader(self._file)
            os.close(self._file)
            self._file = None
        self.inbox.interrupt()

    def _readable(self) -> None:
        assert self._file is not None
        try:
            data = os.read(self._file, READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self.inbox.put(Packet(data, PEER))
        else:
            logger.info("serial port %s went away, waiting for it", self.address.host)
            self._close()

    def waiting(self) -> Packet | None:
        return self.inbox.take()

    def waiting_packets(self, most: int) -> Sequence[tuple[bytes, Peer]]:
        return self.inbox.take_all(most)

    async def receive(self) -> Packet:
        while (packet := await self.inbox.get()) is None:
            await self._reopen()
        return packet

    async def _reopen(self) -> None:
        back_off = BackOff()
        while self._file is None:
            await anyio.sleep(back_off.next_s())
            try:
                self._open()
            except LinkError as error:
                logger.debug("link %s: %s", self.url, error)

    def send(self, data: bytes, peer: Peer | None = None) -> bool:
        if self._file is None:
            return False
        try:
            # A full output queue means the radio cannot keep up: the rest is dropped, and a cut frame fails its CRC there.
            return os.write(self._file, data) == len(data)
        except OSError:
            return False
