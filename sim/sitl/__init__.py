"""Real SITL beside our simulated vehicles: how ArduPilot's and PX4's own simulators are started and wired, without starting them.

Pure: a `SitlRequest` and a program give one `SitlInstance` a vehicle. Whoever runs them owns the processes.
"""

from sim.sitl.ardupilot import ardupilot_instances
from sim.sitl.docker import docker_instances
from sim.sitl.instance import SitlInstance, SitlRequest
from sim.sitl.px4 import px4_instances

__all__ = ["SitlInstance", "SitlRequest", "ardupilot_instances", "docker_instances", "px4_instances"]
