"""How fast, how high, how long: what manoeuvres ask of the parameters, whatever a firmware calls them. Metres, seconds, degrees."""

from typing import Protocol


class Tuning(Protocol):
    """Read anew at every use, so that a parameter set in flight has effect at once."""

    @property
    def cruise_mps(self) -> float: ...

    @property
    def climb_mps(self) -> float: ...

    @property
    def descend_mps(self) -> float: ...

    @property
    def climb_mps2(self) -> float:
        """Acceleration of climbs and descents on rotors."""
        ...

    def level_mps2(self, speed_mps: float) -> float:
        """Acceleration along a leg up to this speed, on average."""
        ...

    def leg_mps(self, length_m: float) -> float:
        """Fastest on a straight leg of this length, whatever comes before and after it."""
        ...

    @property
    def stray_m(self) -> float:
        """So far beside a leg the vehicle flies back to it and no longer along it."""
        ...

    @property
    def arming_delay_s(self) -> float:
        """Motors do not turn up before so long after arming."""
        ...

    @property
    def spool_up_s(self) -> float:
        """From idling motors to thrust that lifts."""
        ...

    @property
    def waypoint_radius_m(self) -> float: ...

    @property
    def stopped_within_m(self) -> float:
        """How near to a place the time of waiting there begins."""
        ...

    @property
    def takeoff_height_m(self) -> float:
        """Height of a take-off that names none."""
        ...

    @property
    def takeoff_within_m(self) -> float:
        """How close below its height a take-off counts as done."""
        ...

    @property
    def return_wait_s(self) -> float:
        """Time over home before the descent; negative for ever."""
        ...

    @property
    def return_final_height_m(self) -> float:
        """Height the return ends at; 0 lands."""
        ...

    @property
    def return_mps(self) -> float:
        """Level speed of the way home; 0 for the speed in force."""
        ...

    @property
    def idle_disarm_s(self) -> float:
        """Motors left idling on the ground stop after so long; 0 never."""
        ...

    @property
    def turns_to_leg(self) -> bool: ...

    @property
    def turns_on_return(self) -> bool: ...

    @property
    def circle_radius_m(self) -> float:
        """Positive clockwise, negative counter-clockwise."""
        ...

    @property
    def circle_rate_dps(self) -> float: ...

    @property
    def landed_after_s(self) -> float:
        """Time on the ground after which a landing is taken for one."""
        ...

    def landing_mps(self, height_m: float) -> float:
        """Speed of descent at this height."""
        ...

    def return_height_m(self, distance_m: float, height_m: float) -> float:
        """Height above home of a return that begins so far from it and so high."""
        ...


class Readable(Protocol):
    """The reading side of a parameter table."""

    def __getitem__(self, name: str) -> float: ...
