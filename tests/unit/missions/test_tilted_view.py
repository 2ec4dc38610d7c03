"""A tilted camera over level ground: the quadrilateral it sees, and how the pixels grow towards the horizon."""

import numpy as np
import pytest
import shapely

from geo.primitives import LocalFrame, LonLat, MissionError
from missions import CAMERA_MODELS, SurveyRequest, SurveyStatistics, plan_survey
from missions.coverage.footprints import Shot, footprints
from missions.planning.gsd import camera_footprint, ground_sample_distance_m
from missions.planning.oblique import tilted_view
from tests.support.plans import ring

CAMERA = CAMERA_MODELS["dji-mavic-3e"]
PLACE = LonLat(51.2, 43.65)


def test_straight_down_it_is_the_footprint_and_one_scale() -> None:
    view, footprint = tilted_view(CAMERA, 100.0, -90.0), camera_footprint(CAMERA, 100.0)
    assert shapely.Polygon(view.corners_m).bounds == pytest.approx(
        (-footprint.across_m / 2, -footprint.along_m / 2, footprint.across_m / 2, footprint.along_m / 2)
    )
    gsd_m = ground_sample_distance_m(CAMERA, 100.0)
    assert (view.near_gsd_m, view.centre_gsd_m, view.far_gsd_m) == pytest.approx((gsd_m, gsd_m, gsd_m))


@pytest.mark.parametrize("pitch_deg", [-80.0, -60.0, -50.0])
def test_tilted_it_is_what_a_photograph_looking_north_shows(pitch_deg: float) -> None:
    view = tilted_view(CAMERA, 80.0, pitch_deg)
    (shown,) = footprints(CAMERA, [Shot(PLACE, 80.0, 0.0, pitch_deg)], LocalFrame(PLACE))
    assert shapely.Polygon(view.corners_m).symmetric_difference(shown).area == pytest.approx(0.0, abs=0.05)
    assert view.near_gsd_m < view.centre_gsd_m < view.far_gsd_m


def test_a_camera_that_sees_the_horizon_is_refused() -> None:
    with pytest.raises(MissionError, match="sees the horizon"):
        tilted_view(CAMERA, 80.0, -20.0)


def test_an_oblique_survey_says_the_scale_of_its_tilted_photos() -> None:
    field = tuple(LonLat(lon, lat) for lon, lat in ((51.160, 43.650), (51.161, 43.650), (51.161, 43.651), (51.160, 43.651)))
    statistics = plan_survey(SurveyRequest(polygon=field, gsd_cm=3.0, passes="oblique", home=field[0])).statistics
    assert isinstance(statistics, SurveyStatistics)
    assert statistics.oblique_gsd_cm is not None
    near, middle, far = statistics.oblique_gsd_cm
    assert near < 3.0 < middle < far


def test_tilted_lines_keep_the_side_overlap_at_the_lower_edge_of_the_picture() -> None:
    field = ring([(0, 0), (300, 0), (300, 200), (0, 200)], PLACE)
    request = SurveyRequest(polygon=field, altitude_m=80.0, passes="oblique", home=field[0], angle_deg=90.0)
    result = plan_survey(request)
    view = tilted_view(CAMERA, 80.0, -50.0)
    width_m = view.corners_m[1][0] - view.corners_m[0][0]
    frame = LocalFrame(field[0])
    looking_east = [photo for photo in result.photos if photo.pitch_deg > -90.0 and abs(photo.heading_deg - 90.0) < 1.0]
    norths = np.unique(np.round([frame.offset_m(photo.position)[1] for photo in looking_east], 1))
    assert np.diff(norths).max() <= (1.0 - request.side_overlap) * width_m + 0.2
