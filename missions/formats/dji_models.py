"""DJI's numbers for aircraft and cameras. Source: DJI Cloud API, "Product Support", enumeration values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DjiModel:
    """`drone` is type and sub-type, `payload` the type of its camera; both go into every wayline file."""

    name: str
    drone: tuple[int, int]
    payload: int


MAVIC_3E = DjiModel("Mavic 3E", (77, 0), 66)
MODELS: tuple[DjiModel, ...] = (
    MAVIC_3E,
    DjiModel("Mavic 3T", (77, 1), 67),
    DjiModel("Mavic 3M", (77, 2), 68),
    DjiModel("Matrice 30", (67, 0), 52),
    DjiModel("Matrice 30T", (67, 1), 53),
    DjiModel("Matrice 3D", (91, 0), 80),
    DjiModel("Matrice 3TD", (91, 1), 81),
    DjiModel("Matrice 4E", (99, 0), 88),
    DjiModel("Matrice 4T", (99, 1), 89),
    DjiModel("Matrice 300 RTK", (60, 0), 43),
    DjiModel("Matrice 350 RTK", (89, 0), 83),
    DjiModel("a drone of DJI Fly", (68, 0), 68),
)
# Follow terrain in real time: DJI WPML, executeHeightMode.
FOLLOWS_SURFACE = frozenset({77, 91, 99})
_P1 = DjiModel("Matrice 350 RTK with Zenmuse P1", (89, 0), 50)
_BY_CAMERA = {
    "dji-mavic-3t": MODELS[1],
    "dji-mavic-3m": MODELS[2],
    "dji-matrice-30t": MODELS[4],
    "dji-matrice-30": MODELS[3],
    "dji-matrice-3td": MODELS[6],
    "dji-matrice-3d": MODELS[5],
    "dji-matrice-4t": MODELS[8],
    "dji-matrice-4e": MODELS[7],
    "dji-zenmuse-p1": _P1,
    "dji-zenmuse-h20": MODELS[9],
    "dji-zenmuse-h30": MODELS[10],
}


def model_for_camera(camera_id: str | None) -> DjiModel:
    """The aircraft that carries a camera of the catalogue; a Mavic 3E, which most pilots have, where nothing is said."""
    found = [model for beginning, model in _BY_CAMERA.items() if (camera_id or "").startswith(beginning)]
    return found[0] if found else MAVIC_3E


def model_name(drone_type: int, sub_type: int) -> str:
    for model in MODELS:
        if model.drone == (drone_type, sub_type):
            return model.name
    return f"aircraft {drone_type}-{sub_type}"
