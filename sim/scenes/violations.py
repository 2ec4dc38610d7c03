"""Who breaks which rule, where and when: worked out from how the actors move, so that a scene file cannot claim what does not happen.

`red_light`: the front crosses the stop line after red began and the vehicle goes on past it. `stop_line`: it stands over the line on red.
`rail_crossing`: the front comes between the barriers when red has lasted longer than anybody needs to stop.
`solid_line`: the centre changes side. `wrong_way`: against the lane's heading for 15 m, and not to go by somebody. `overtaking`: that, past
one that moves, in a zone where it is forbidden. `speeding`: faster than the lane's limit. `stalled`: stands 20 s in a lane for nothing.
`illegal_stop`: stands 5 s in a no-stopping area. `box_junction`: stands 5 s behind one that stood when it drove in.
`no_priority`: a vehicle is on the crossing while a person is on it or steps onto it.
`no_entry`, `bus_lane`, `restricted_zone`: drives 10 m inside the area (a bus may use its lane). `shoulder`: 30 m at more than 20 km/h.
`closed_area`: a person or vehicle is inside for 2 s. `forbidden_turn`: the centre comes in over one edge and leaves over the other.
`dig_near_fibre`: a machine stands within 5 m of it.
"""

from sim.scenes.actors import Cast
from sim.scenes.deeds.areas import in_areas
from sim.scenes.deeds.digging import near_fibre
from sim.scenes.deeds.lanes import against_the_traffic, left_standing, over_solid_lines, too_fast
from sim.scenes.deeds.lights import at_rail_crossings, at_stop_lines
from sim.scenes.deeds.moments import STEP_S, TrueViolation
from sim.scenes.deeds.turns import forbidden_turns
from sim.scenes.model import Scene

DEEDS = (
    at_stop_lines,
    at_rail_crossings,
    over_solid_lines,
    too_fast,
    against_the_traffic,
    left_standing,
    in_areas,
    forbidden_turns,
    near_fibre,
)


def violations_of(scene: Scene) -> list[TrueViolation]:
    """All of a scene, in order of time."""
    of = scene.map
    if not (of.stop_lines or of.solid_lines or of.lanes or of.areas or of.fibre or of.rail_crossings or of.forbidden_turns):
        return []  # no rule to break
    cast = Cast(scene)
    steps = [(index * STEP_S, cast.at(index * STEP_S)) for index in range(int(scene.duration_s / STEP_S) + 1)]
    found: list[TrueViolation] = []
    for told in DEEDS:
        found.extend(told(scene, steps))
    return sorted(found, key=lambda one: (one.at_s, one.rule, one.actor_id))
