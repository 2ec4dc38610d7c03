"""Light, haze and rain: what they do to colours."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.scenes.model import Weather

Image = NDArray[np.uint8]
RAIN_PICTURES = 6
DUST = (132.0, 172.0, 204.0)
LAMP_TINT = np.array([0.72, 0.92, 1.0])  # blue, green, red of street lamps


@dataclass(frozen=True, slots=True)
class Light:
    """Blue, green, red gains of everything lit from the sky; colours of the air at the horizon and of the sky above it."""

    gain: tuple[float, float, float]
    haze: tuple[float, float, float]
    sky: tuple[float, float, float]
    shadow: float
    lamps: bool


_LIGHTS = {
    "day": Light((1.0, 1.0, 1.0), (214.0, 206.0, 198.0), (206.0, 168.0, 122.0), 0.45, False),
    "dusk": Light((0.56, 0.50, 0.54), (140.0, 140.0, 176.0), (120.0, 88.0, 70.0), 0.15, True),
    "night": Light((0.24, 0.20, 0.19), (40.0, 36.0, 34.0), (30.0, 22.0, 18.0), 0.0, True),
}


def light_of(weather: Weather) -> Light:
    """The light of a scene. Rain takes the sun away: no shadows, grey air, a darker ground."""
    light = _LIGHTS[weather.light]
    if weather.air == "dust":
        tint = [channel * max(light.gain) for channel in DUST]
        light = replace(light, haze=(tint[0], tint[1], tint[2]), sky=(tint[0] * 0.9, tint[1] * 0.95, tint[2]), shadow=light.shadow * 0.3)
    if weather.rain == 0.0:
        return light
    dim = 1.0 - 0.22 * weather.rain
    grey = tuple(channel * (1 - 0.4 * weather.rain) + 0.4 * weather.rain * sum(light.haze) / 3 for channel in light.sky)
    blue, green, red = light.gain
    return Light(
        (blue * dim, green * dim, red * dim), light.haze, (grey[0], grey[1], grey[2]), light.shadow * (1.0 - weather.rain), light.lamps
    )


def lit(image: Image, light: Light) -> Image:
    """The whole picture in this light."""
    if light.gain == (1.0, 1.0, 1.0):
        return image
    ramp = np.arange(256)[:, None] * np.array(light.gain)
    table = np.clip(np.round(ramp), 0, 255).astype(np.uint8)[None]
    darkened: Image = cv2.LUT(image, table)
    return darkened


def haze_share(distance_m: NDArray[np.float64], haze_m: float) -> NDArray[np.float64]:
    """How much of what is seen at a distance is air."""
    share: NDArray[np.float64] = 1.0 - np.exp(-distance_m / haze_m)
    return share


class Rain:
    """Streaks in front of the lens: a few pictures of them, one at a time, never the same two frames in a row."""

    def __init__(self, amount: float, size_px: tuple[int, int], light: Light, seed: int) -> None:
        random = np.random.default_rng(seed)
        width, height = size_px
        tone = int(70 * max(light.gain) + 10)
        self._pictures: list[Image] = []
        for _ in range(RAIN_PICTURES if amount > 0 else 0):
            picture = np.zeros((height, width, 3), np.uint8)
            for _ in range(int(amount * width * height / 1500)):
                x, y = int(random.integers(width)), int(random.integers(height))
                length = int(random.integers(height // 60, height // 22))
                cv2.line(picture, (x, y), (x - length // 6, y + length), (tone, tone, tone), 1, cv2.LINE_AA)
            self._pictures.append(picture)

    def fall(self, image: Image, frame: int) -> None:
        if self._pictures:
            cv2.add(image, self._pictures[frame * 5 % len(self._pictures)], dst=image)
