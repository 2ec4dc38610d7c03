"""The face of `geo.terrain`: each name is loaded from its module when it is first asked for."""

from .dem import DEM_SUFFIXES as DEM_SUFFIXES, read_dem as read_dem
from .geoid import geoid_height_m as geoid_height_m
from .heights import (
    Heights as Heights,
    RasterHeights as RasterHeights,
    VerticalReference as VerticalReference,
    grid_heights as grid_heights,
)
from .parabolas import ground_parabolas as ground_parabolas
from .raycast import SurfaceHit as SurfaceHit, first_contact as first_contact, slope_at as slope_at
