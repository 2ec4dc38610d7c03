"""Cameras a survey can be planned for.

`source` names what sensor, lens and picture were compared with; "35 mm equivalent" that the focal length follows from it and the diagonal,
"format" that the size is the nominal one of the sensor format. Compare what matters with the data sheet of yours, and enter what differs
as a camera of your own.
"""

from math import radians, tan

from geo.primitives import MissionError
from missions.planning.camera import DAYLIGHT_S, THERMAL_S, CameraModel, Shutter

_MECHANICAL, _GLOBAL, _ROLLING = Shutter.MECHANICAL, Shutter.GLOBAL, Shutter.ROLLING

# Public catalogues, as they stood in November 2026.
_QGC = "QGroundControl CameraMetaData.json"
_SFM = "OpenSfM sensor_data.json"
_PIX4D = "Pix4D camera database 19 in uasimg cameras.csv"
_UAS = "uasimg cameras.csv"
_FORMAT = "format, not compared"
_SHEET = "nominal, not compared"
_EQUIVALENT = "35 mm equivalent and format, not compared"

# The simulator's downward camera is given by its angle of view: any sensor with this focal length sees 60 degrees.
_SIMULATED_SENSOR_MM = 9.6
_SIMULATED_FOCAL_MM = _SIMULATED_SENSOR_MM / 2.0 / tan(radians(60.0) / 2.0)


def _model(
    camera_id: str,
    name: str,
    sensor_mm: tuple[float, float],
    focal_mm: float,
    image_px: tuple[int, int],
    interval_s: float,
    source: str,
    *,
    shutter: Shutter = _ROLLING,
    exposure_s: float = DAYLIGHT_S,
) -> CameraModel:
    return CameraModel(camera_id, name, *sensor_mm, focal_mm, *image_px, interval_s, shutter, exposure_s, source)


_ONE_INCH, _FOUR_THIRDS, _APS_C, _FULL_FRAME = (13.2, 8.8), (17.3, 13.0), (23.5, 15.6), (35.9, 24.0)
_TWENTY_MP, _FOUR_THIRDS_PX = (5472, 3648), (5280, 3956)

CAMERA_MODELS: dict[str, CameraModel] = {
    camera.id: camera
    for camera in (
        _model(
            "sunqar-sim-nadir",
            "Simulated downward camera, 60 deg",
            (_SIMULATED_SENSOR_MM, 5.4),
            _SIMULATED_FOCAL_MM,
            (960, 540),
            0.1,
            "the simulator",
            shutter=_GLOBAL,
        ),
        _model("dji-phantom-4-pro", "DJI Phantom 4 Pro", _ONE_INCH, 8.8, _TWENTY_MP, 2.0, _SFM, shutter=_MECHANICAL),
        _model("dji-mavic-2-pro", "DJI Mavic 2 Pro (Hasselblad L1D-20c)", (12.825, 8.55), 10.4785, _TWENTY_MP, 2.0, _PIX4D),
        _model("dji-air-2s", "DJI Air 2S", _ONE_INCH, 8.38, _TWENTY_MP, 2.0, _FORMAT),
        _model("dji-mini-4-pro", "DJI Mini 4 Pro, 12 MP", (9.6, 7.2), 6.72, (4032, 3024), 2.0, _EQUIVALENT),
        _model("dji-mavic-3e", "DJI Mavic 3 Enterprise, wide", _FOUR_THIRDS, 12.29, _FOUR_THIRDS_PX, 0.7, _EQUIVALENT, shutter=_MECHANICAL),
        _model("dji-mavic-3t-thermal", "DJI Mavic 3 Thermal, infrared", (7.68, 6.144), 9.1, (640, 512), 2.0, _SHEET, exposure_s=THERMAL_S),
        _model("dji-zenmuse-p1-24", "DJI Zenmuse P1, 24 mm", _FULL_FRAME, 24.0, (8192, 5460), 0.7, _SFM, shutter=_MECHANICAL),
        _model("dji-zenmuse-p1-35", "DJI Zenmuse P1, 35 mm", _FULL_FRAME, 35.0, (8192, 5460), 0.7, _SFM, shutter=_MECHANICAL),
        _model("dji-zenmuse-p1-50", "DJI Zenmuse P1, 50 mm", _FULL_FRAME, 50.0, (8192, 5460), 0.7, _SFM, shutter=_MECHANICAL),
        _model("sony-a6000-16", "Sony a6000, 16 mm", _APS_C, 16.0, (6000, 4000), 1.0, _QGC, shutter=_MECHANICAL),
        _model("sony-a6000-35", "Sony a6000, 35 mm", _APS_C, 35.0, (6000, 4000), 1.0, _QGC, shutter=_MECHANICAL),
        _model("sony-a7r-ii-28", "Sony a7R II, 28 mm", (35.814, 23.876), 28.0, (7952, 5304), 1.0, _QGC, shutter=_MECHANICAL),
        _model("sony-a7r-iv-35", "Sony a7R IV, 35 mm", (35.7, 23.8), 35.0, (9504, 6336), 1.0, _QGC, shutter=_MECHANICAL),
        _model("sony-rx1r-ii", "Sony RX1R II, 35 mm", _FULL_FRAME, 35.0, (7952, 5304), 1.0, _QGC, shutter=_MECHANICAL),
        _model("sentera-65r", "Sentera 65R", (29.9, 22.4), 27.4, (9344, 7000), 0.3, _QGC, shutter=_GLOBAL),
        _model("sentera-6x", "Sentera 6X, multispectral", (6.57, 4.93), 8.0, (1904, 1428), 0.2, _QGC, shutter=_GLOBAL),
        _model("micasense-rededge-mx", "MicaSense RedEdge-MX", (4.8, 3.6), 5.4, (1280, 960), 1.0, _SHEET, shutter=_GLOBAL),
        _model("parrot-sequoia-rgb", "Parrot Sequoia, RGB", (6.17, 4.63), 4.9, (4608, 3456), 1.0, _QGC),
        _model("yuneec-e90", "Yuneec E90", (13.3056, 8.656), 8.29, _TWENTY_MP, 1.3, _QGC),
        _model("flir-duo-pro-r-19", "FLIR Duo Pro R 640, 19 mm", (10.88, 8.704), 19.0, (640, 512), 1.0, _QGC, exposure_s=THERMAL_S),
        _model("dji-phantom-4-rtk", "DJI Phantom 4 RTK", _ONE_INCH, 8.8, _TWENTY_MP, 2.5, _SFM, shutter=_MECHANICAL),
        _model(
            "dji-phantom-4-multispectral", "DJI Phantom 4 Multispectral", (4.87, 3.96), 5.74, (1600, 1300), 2.0, _SHEET, shutter=_GLOBAL
        ),
        _model("dji-inspire-1-x3", "DJI Zenmuse X3", (6.3175, 4.7381), 3.61, (4000, 3000), 2.0, _UAS),
        _model("dji-zenmuse-x5s-15", "DJI Zenmuse X5S, 15 mm", _FOUR_THIRDS, 15.0, _FOUR_THIRDS_PX, 2.0, _FORMAT, shutter=_MECHANICAL),
        _model("dji-zenmuse-x7-24", "DJI Zenmuse X7, 24 mm", (23.5, 15.7), 24.0, (6016, 4008), 2.0, _SFM, shutter=_MECHANICAL),
        _model("dji-zenmuse-l1-rgb", "DJI Zenmuse L1, colour camera", _ONE_INCH, 8.8, _TWENTY_MP, 2.0, _FORMAT, shutter=_MECHANICAL),
        _model(
            "dji-zenmuse-l2-rgb",
            "DJI Zenmuse L2, colour camera",
            _FOUR_THIRDS,
            12.29,
            _FOUR_THIRDS_PX,
            0.7,
            _EQUIVALENT,
            shutter=_MECHANICAL,
        ),
        _model("dji-zenmuse-h20-wide", "DJI Zenmuse H20 / H20T, wide", (6.17, 4.63), 4.5, (4056, 3040), 2.0, _EQUIVALENT),
        _model(
            "dji-zenmuse-h20t-thermal", "DJI Zenmuse H20T, infrared", (7.68, 6.144), 13.5, (640, 512), 2.0, _SHEET, exposure_s=THERMAL_S
        ),
        _model("dji-zenmuse-h30-wide", "DJI Zenmuse H30 / H30T, wide, 12 MP", (9.6, 7.2), 6.72, (4032, 3024), 2.0, _EQUIVALENT),
        _model(
            "dji-zenmuse-h30t-thermal", "DJI Zenmuse H30T, infrared", (15.36, 12.288), 24.0, (1280, 1024), 2.0, _SHEET, exposure_s=THERMAL_S
        ),
        _model("dji-matrice-30-wide", "DJI Matrice 30 / 30T, wide, 12 MP", (6.4, 4.8), 4.5, (4000, 3000), 2.0, _EQUIVALENT),
        _model("dji-matrice-30t-thermal", "DJI Matrice 30T, infrared", (7.68, 6.144), 9.1, (640, 512), 2.0, _SHEET, exposure_s=THERMAL_S),
        _model("dji-matrice-4e-wide", "DJI Matrice 4E, wide", _FOUR_THIRDS, 12.29, _FOUR_THIRDS_PX, 0.5, _EQUIVALENT, shutter=_MECHANICAL),
        _model("dji-matrice-4t-wide", "DJI Matrice 4T, wide, 12 MP", (9.6, 7.2), 6.72, (4032, 3024), 2.0, _EQUIVALENT),
        _model(
            "dji-mavic-3m-rgb",
            "DJI Mavic 3 Multispectral, colour",
            _FOUR_THIRDS,
            12.29,
            _FOUR_THIRDS_PX,
            0.7,
            _EQUIVALENT,
            shutter=_MECHANICAL,
        ),
        _model("dji-mavic-3m-multispectral", "DJI Mavic 3 Multispectral, bands", (5.184, 3.888), 4.34, (2592, 1944), 2.0, _SHEET),
        _model("dji-mavic-3t-wide", "DJI Mavic 3 Thermal, wide, 12 MP", (6.4, 4.8), 4.4, (4000, 3000), 2.0, _EQUIVALENT),
        _model("autel-evo-2-pro", "Autel EVO II Pro 6K", _ONE_INCH, 10.57, _TWENTY_MP, 2.0, _EQUIVALENT),
        _model("skydio-2-plus", "Skydio 2+ (IMX577)", (6.287, 4.712), 3.7, (4056, 3040), 2.0, "OpenSfM camera_calibration.yaml (Skydio 2)"),
        _model("parrot-anafi", "Parrot ANAFI / ANAFI USA, wide", (5.985, 4.498), 3.98, (5344, 4016), 1.0, _SHEET),
        _model("parrot-anafi-ai", "Parrot ANAFI Ai", (6.4, 4.8), 4.44, (8000, 6000), 1.0, _SHEET),
        _model("sensefly-soda", "senseFly S.O.D.A.", (13.1328, 8.7552), 10.633, _TWENTY_MP, 2.0, _PIX4D, shutter=_GLOBAL),
        _model("sony-a7r-v-35", "Sony A7R V, 35 mm", (35.7, 23.8), 35.0, (9504, 6336), 1.0, _FORMAT, shutter=_MECHANICAL),
        _model("sony-ilx-lr1-35", "Sony ILX-LR1, 35 mm", (35.7, 23.8), 35.0, (9504, 6336), 0.5, _FORMAT, shutter=_MECHANICAL),
        _model("phase-one-ixm-50-35", "Phase One iXM-50, 35 mm", (43.9, 32.9), 35.0, (8280, 6208), 0.5, _FORMAT, shutter=_MECHANICAL),
        _model("phase-one-ixm-100-35", "Phase One iXM-100, 35 mm", (43.9, 32.9), 35.0, (11664, 8750), 0.34, _FORMAT, shutter=_MECHANICAL),
        _model("micasense-rededge-p", "MicaSense RedEdge-P, bands", (5.02, 3.75), 5.5, (1456, 1088), 0.34, _SHEET, shutter=_GLOBAL),
        _model("micasense-altum-pt", "MicaSense Altum-PT, bands", (7.12, 5.33), 8.0, (2064, 1544), 0.5, _SHEET, shutter=_GLOBAL),
        _model("flir-vue-pro-640-13", "FLIR Vue Pro 640, 13 mm", (10.88, 8.704), 13.0, (640, 512), 1.0, _SHEET, exposure_s=THERMAL_S),
        _model("dji-phantom-3-pro", "DJI Phantom 3 Professional / Advanced", (6.3175, 4.7381), 3.61, (4000, 3000), 2.0, _PIX4D),
        _model("dji-phantom-4", "DJI Phantom 4", (6.3175, 4.7381), 3.61, (4000, 3000), 2.0, _UAS),
        _model("dji-mavic-pro", "DJI Mavic Pro", (6.3269, 4.7452), 4.8613, (4000, 3000), 2.0, _PIX4D),
        _model("dji-mavic-air-2", "DJI Mavic Air 2, 12 MP", (6.4, 4.8), 4.5, (4000, 3000), 2.0, _UAS),
        _model("dji-air-3-wide", "DJI Air 3, wide, 12 MP", (9.6, 7.2), 6.72, (4032, 3024), 2.0, _EQUIVALENT),
        _model("dji-mavic-3-pro", "DJI Mavic 3 / 3 Pro (Hasselblad L2D-20c)", _FOUR_THIRDS, 12.29, _FOUR_THIRDS_PX, 2.0, _EQUIVALENT),
        _model("dji-zenmuse-x5", "DJI Zenmuse X5, 15 mm", (17.3, 13.125), 15.4755, (4608, 3456), 2.0, _UAS),
        _model(
            "dji-zenmuse-xt2-13",
            "DJI Zenmuse XT2, infrared, 13 mm",
            (10.88, 8.7),
            13.0,
            (640, 512),
            2.0,
            "waypoints_generator drones.json",
            exposure_s=THERMAL_S,
        ),
        _model("sensefly-aeria-x", "senseFly Aeria X", (23.4558, 15.6372), 18.967, (6000, 4000), 2.0, _PIX4D, shutter=_GLOBAL),
        _model("gopro-hero-4", "GoPro Hero 4 Black", (6.17, 4.55), 2.98, (4000, 3000), 2.0, _QGC),
        _model("micasense-rededge", "MicaSense RedEdge (3)", (4.8, 3.6), 5.5, (1280, 960), 1.0, _QGC, shutter=_GLOBAL),
        _model("parrot-sequoia-bands", "Parrot Sequoia, bands", (4.8, 3.6), 3.98, (1280, 960), 1.0, _UAS, shutter=_GLOBAL),
        _model("sentera-double-4k", "Sentera Double 4K", (6.2, 4.65), 5.4, (4000, 3000), 0.8, _QGC),
        _model("sentera-ndvi-single", "Sentera NDVI Single", (4.68, 3.56), 4.14, (1248, 952), 0.5, _QGC),
        _model("sony-a6300-21", "Sony a6300, 21 mm", _APS_C, 21.0, (6000, 4000), 1.0, _QGC, shutter=_MECHANICAL),
        _model("sony-a6300-28", "Sony a6300, 28 mm", _APS_C, 28.0, (6000, 4000), 1.0, _QGC, shutter=_MECHANICAL),
        _model("sony-a7r-ii-21", "Sony a7R II, 21 mm", (35.814, 23.876), 21.0, (7952, 5304), 1.0, _QGC, shutter=_MECHANICAL),
        _model("sony-a7r-iii-35", "Sony a7R III, 35 mm", _FULL_FRAME, 35.0, (7952, 5304), 1.0, _QGC, shutter=_MECHANICAL),
        _model("sony-rx0", "Sony DSC-RX0", _ONE_INCH, 7.7, (4800, 3200), 2.0, _QGC),
        _model("sony-rx100-ii", "Sony DSC-RX100 II, 28 mm equivalent", _ONE_INCH, 10.4, _TWENTY_MP, 2.0, _QGC, shutter=_MECHANICAL),
        _model("sony-qx1-16", "Sony ILCE-QX1, 16 mm", (23.2, 15.4), 16.0, (5456, 3632), 2.0, _QGC, shutter=_MECHANICAL),
        _model("ricoh-gr-ii", "Ricoh GR II", (23.7, 15.7), 18.3, (4928, 3264), 2.0, _QGC, shutter=_MECHANICAL),
        _model("canon-s100", "Canon PowerShot S100", (7.6, 5.7), 5.2, (4000, 3000), 2.0, _QGC, shutter=_MECHANICAL),
        _model("canon-g9x", "Canon PowerShot G9 X", _ONE_INCH, 10.2, (5488, 3680), 2.0, _QGC, shutter=_MECHANICAL),
        _model("canon-eos-m-22", "Canon EOS M, 22 mm", (22.3, 14.9), 22.0, (5184, 3456), 2.0, _QGC, shutter=_MECHANICAL),
        _model("yuneec-e50", "Yuneec E50", (6.2372, 4.7058), 7.2, (4000, 3000), 1.3, _QGC),
        _model(
            "workswell-wiris-security",
            "Workswell WIRIS Security, infrared, 35 mm",
            (13.6, 10.2),
            35.0,
            (800, 600),
            1.8,
            _QGC,
            exposure_s=THERMAL_S,
        ),
    )
}


def camera_model(camera_id: str) -> CameraModel:
    """Raises `MissionError` naming the ids there are."""
    if camera_id not in CAMERA_MODELS:
        raise MissionError(
            f"There is no camera '{camera_id}'.", code="mission.camera", hint=f"Choose one of: {', '.join(sorted(CAMERA_MODELS))}."
        )
    return CAMERA_MODELS[camera_id]
