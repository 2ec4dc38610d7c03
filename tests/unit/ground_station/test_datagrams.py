"""Datagrams as they come from the system: whole, in order, and each with its sender."""

import socket
from contextlib import ExitStack

import pytest

from ground_station.links.datagrams import AT_ONCE, receiver_of


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6], ids=["IPv4", "IPv6"])
def test_datagrams_of_any_size_and_of_several_senders_arrive_whole_and_in_order(family: socket.AddressFamily) -> None:
    here = "127.0.0.1" if family == socket.AF_INET else "::1"
    with ExitStack() as open_:
        ear, first, second = (open_.enter_context(socket.socket(family, socket.SOCK_DGRAM)) for _ in range(3))
        for opened in (ear, first, second):
            try:
                opened.bind((here, 0))
            except OSError:
                pytest.skip(f"this machine has no {here}")
        ear.setblocking(False)
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        receiver = receiver_of(ear)
        with pytest.raises(BlockingIOError):
            receiver.receive()
        sizes = [0, 1, 12, 279, 280, 281, 1472, 9000, 40, 0, 20_000]
        sent = [(bytes([number % 251]) * size, sender) for number, size in enumerate(sizes) for sender in (first, second, first)]
        sent += [(bytes([number]) * 40, first) for number in range(AT_ONCE)]
        received = []
        for data, sender in sent:  # of one sender, then of several at once
            sender.sendto(data, ear.getsockname())
        while len(received) < len(sent):
            received += receiver.receive()
        assert received == [(data, sender.getsockname()) for data, sender in sent]
