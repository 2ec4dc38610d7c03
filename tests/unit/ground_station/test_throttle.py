"""Back-off on failed sign-ins, on an injected clock."""

from ground_station.api.throttle import FREE_ATTEMPTS, LONGEST_DELAY_S, REMEMBERED, LoginThrottle


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def failed(throttle: LoginThrottle, times: int, name: str = "aigul", address: str = "10.0.0.1") -> None:
    for _ in range(times):
        throttle.failed(name, address)


def test_a_few_mistakes_cost_nothing_then_waits_double() -> None:
    throttle = LoginThrottle(Clock())
    failed(throttle, FREE_ATTEMPTS - 1)
    assert throttle.wait_s("aigul", "10.0.0.1") == 0
    waits = []
    for _ in range(4):
        failed(throttle, 1)
        waits.append(throttle.wait_s("aigul", "10.0.0.1"))
    assert waits == [1, 2, 4, 8]


def test_the_wait_runs_out_and_has_a_longest() -> None:
    clock = Clock()
    throttle = LoginThrottle(clock)
    failed(throttle, 100)
    assert throttle.wait_s("aigul", "10.0.0.1") == LONGEST_DELAY_S
    clock.now_s += LONGEST_DELAY_S
    assert throttle.wait_s("aigul", "10.0.0.1") == 0


def test_another_address_and_another_name_are_not_held_back() -> None:
    throttle = LoginThrottle(Clock())
    failed(throttle, 20)
    assert throttle.wait_s("aigul", "10.0.0.2") == 0
    assert throttle.wait_s("bolat", "10.0.0.1") == 0


def test_success_forgets_the_failures() -> None:
    throttle = LoginThrottle(Clock())
    failed(throttle, 20)
    throttle.succeeded("aigul", "10.0.0.1")
    failed(throttle, 1)
    assert throttle.wait_s("aigul", "10.0.0.1") == 0


def test_memory_stays_bounded_under_many_names() -> None:
    throttle = LoginThrottle(Clock())
    failed(throttle, 20)
    for number in range(REMEMBERED):
        throttle.failed(f"name{number}", "10.0.0.9")
    assert throttle.wait_s("aigul", "10.0.0.1") == 0, "the oldest was forgotten"
