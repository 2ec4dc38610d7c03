"""Whom rules of the road are about."""

MOTOR_VEHICLES = frozenset({"car", "bus", "truck", "motorcycle"})
ROAD_USERS = MOTOR_VEHICLES | {"bicycle", "person"}
