"""Places to clean, building and its permits, fields, and airspace: enough of each to work with, at places where such things are."""
# ruff: noqa: E501  (tables: one thing a line)

from dataclasses import dataclass
from datetime import UTC, date, datetime

from geo.demo.geometry import Line, blob, circle, rectangle, ring_area_m2


@dataclass(frozen=True, slots=True)
class DemoCleanupSite:
    id: str
    kind: str
    state: str
    reported_by: str
    reported_at: datetime
    visits: int
    volume_m3: float | None
    names: tuple[str, str, str]
    area: Line

    @property
    def area_m2(self) -> float:
        return round(ring_area_m2(self.area), 1)


@dataclass(frozen=True, slots=True)
class DemoPermit:
    id: str
    number: str
    issued_to: str
    purpose: str
    valid_from: date
    valid_to: date
    area: Line


@dataclass(frozen=True, slots=True)
class DemoConstructionSite:
    id: str
    kind: str
    state: str
    permit_id: str | None
    started_on: date | None
    planned_end_on: date | None
    progress_fraction: float | None
    names: tuple[str, str, str]
    area: Line


@dataclass(frozen=True, slots=True)
class DemoField:
    id: str
    farm: str
    crop: str
    season: int
    names: tuple[str, str, str]
    area: Line

    @property
    def area_ha(self) -> float:
        return round(ring_area_m2(self.area) / 10_000.0, 2)


@dataclass(frozen=True, slots=True)
class DemoZone:
    """Heights in metres above ground."""

    id: str
    kind: str
    authority: str
    floor_m: float
    ceiling_m: float | None
    valid_from: datetime
    names: tuple[str, str, str]
    area: Line


def _cleanup(
    number: int,
    at: tuple[float, float],
    radius_m: float,
    kind: str,
    history: tuple[str, str, str, int, float | None],
    names: tuple[str, str, str],
) -> DemoCleanupSite:
    state, reported_by, day, visits, volume_m3 = history
    reported_at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    area = blob(at, radius_m, seed=number)
    return DemoCleanupSite(f"cleanup-{number:03d}", kind, state, reported_by, reported_at, visits, volume_m3, names, area)


CLEANUP_SITES = (
    _cleanup(
        1,
        (51.2330, 43.7080),
        55,
        "dump",
        ("reported", "resident", "2025-10-28", 0, None),
        ("Басқұдық маңы", "У Баскудука", "Near Baskuduk"),
    ),
    _cleanup(
        2,
        (51.2790, 43.7020),
        80,
        "construction_waste",
        ("confirmed", "satellite", "2025-09-14", 1, 640.0),
        ("Маңғыстау бекетінің батысы", "Западнее станции Мангистау", "West of Mangystau station"),
    ),
    _cleanup(
        3,
        (51.2180, 43.6420),
        45,
        "dump",
        ("scheduled", "resident", "2025-10-06", 1, 210.0),
        ("Ақтаудың шығыс айналымы", "Восточный объезд Актау", "Aktau eastern bypass"),
    ),
    _cleanup(
        4,
        (51.1030, 43.7480),
        40,
        "shore_litter",
        ("in_progress", "inspector", "2025-10-11", 2, 95.0),
        ("Ақшұқыр жағалауы", "Берег у Акшукура", "Shore near Akshukyr"),
    ),
    _cleanup(
        5,
        (51.4550, 43.6350),
        70,
        "dump",
        ("cleaned", "drone", "2025-08-19", 3, 380.0),
        ("Батыр ауылының шығысы", "Восточнее села Батыр", "East of Batyr"),
    ),
    _cleanup(
        6,
        (51.5900, 43.5600),
        50,
        "dump",
        ("recurred", "drone", "2025-04-22", 4, 170.0),
        ("Қарақия ойысының шеті", "Край впадины Карагие", "Rim of the Karagiye depression"),
    ),
    _cleanup(
        7,
        (52.8130, 43.3600),
        95,
        "dump",
        ("confirmed", "satellite", "2025-07-30", 1, 1150.0),
        ("Жаңаөзеннің батысы", "Западнее Жанаозена", "West of Zhanaozen"),
    ),
    _cleanup(
        8,
        (52.9330, 43.3120),
        60,
        "construction_waste",
        ("scheduled", "resident", "2025-09-27", 1, 320.0),
        ("Рахаттың шығысы", "Восточнее Рахата", "East of Rakhat"),
    ),
    _cleanup(
        9,
        (52.7700, 43.4300),
        65,
        "oily_soil",
        ("in_progress", "inspector", "2025-05-16", 3, 880.0),
        ("Өзен кен орнының маңы", "У месторождения Узень", "Near the Uzen field"),
    ),
    _cleanup(
        10,
        (50.2900, 44.5250),
        35,
        "shore_litter",
        ("verified", "resident", "2025-06-03", 3, 60.0),
        ("Баутиноның шығысы", "Восточнее Баутино", "East of Bautino"),
    ),
    _cleanup(
        11,
        (55.2350, 45.3450),
        75,
        "dump",
        ("reported", "resident", "2025-11-02", 0, None),
        ("Бейнеудің солтүстік-шығысы", "Северо-восток Бейнеу", "North-east of Beineu"),
    ),
    _cleanup(
        12,
        (52.1850, 44.1550),
        50,
        "dump",
        ("verified", "inspector", "2025-05-08", 4, 240.0),
        ("Шетпенің шығысы", "Восточнее Шетпе", "East of Shetpe"),
    ),
    _cleanup(
        13,
        (51.7050, 43.1950),
        45,
        "dump",
        ("cleaned", "resident", "2025-08-05", 2, 130.0),
        ("Құрықтың шығысы", "Восточнее Курыка", "East of Kuryk"),
    ),
)

# Plot: id, centre, length m, width m, heading, holder, purpose, years of the permit, names of the site, kind, state, progress.
_PLOTS = (
    (1, (51.1290, 43.6890), 170, 110, 328, "Building company «Kaspiy Kurylys»", "housing, 9 storeys", "active", 0.62, ("Солтүстік тұрғын үйлері", "Жилые дома «Северный»", "Severny housing")),
    (2, (51.1380, 43.6920), 120, 90, 328, "Education department of Aktau", "school for 1,200 pupils", "active", 0.41, ("1200 орындық мектеп", "Школа на 1200 мест", "School for 1,200 pupils")),
    (3, (51.1560, 43.6875), 140, 100, 328, "Building company «Aktau Story»", "housing, 7 storeys", "planned", 0.0, ("Жаңа тұрғын үйлер", "Новые жилые дома", "New housing")),
    (4, (51.1800, 43.6790), 220, 130, 328, "Health department of the region", "hospital, 300 beds", "active", 0.28, ("300 төсектік аурухана", "Больница на 300 коек", "Hospital with 300 beds")),
    (5, (51.3120, 43.6800), 200, 90, 60, "Mangystau logistics centre", "warehouse", "active", 0.77, ("Логистика орталығы", "Логистический центр", "Logistics centre")),
    (6, (52.8800, 43.3510), 130, 90, 15, "City administration of Zhanaozen", "sports centre", "suspended", 0.35, ("Спорт кешені", "Спортивный комплекс", "Sports centre")),
    (7, (51.6930, 43.1860), 160, 120, 40, "Kuryk district administration", "housing, 5 storeys", "finished", 1.0, ("Құрық тұрғын үйлері", "Жилые дома в Курыке", "Kuryk housing")),
    (8, (55.1720, 45.3340), 110, 80, 15, "Beineu district administration", "kindergarten", "active", 0.55, ("Балабақша", "Детский сад", "Kindergarten")),
)  # fmt: skip

PERMITS = tuple(
    DemoPermit(
        f"permit-{number:03d}",
        f"KZ{47 + number}VUA{1_160_000 + 3_791 * number:08d}",
        holder,
        purpose,
        date(2024 + number % 2, 2 + number, 1),
        date(2026 + number % 2, 2 + number, 1),
        rectangle(centre, length_m + 24.0, width_m + 24.0, heading_deg),
    )
    for number, centre, length_m, width_m, heading_deg, holder, purpose, _, _, _ in _PLOTS
)

CONSTRUCTION_SITES = (
    *(
        DemoConstructionSite(
            f"site-{number:03d}",
            purpose.split(",")[0].split(" for ")[0],
            state,
            f"permit-{number:03d}",
            None if state == "planned" else date(2024 + number % 2, 3 + number, 1),
            date(2026 + number % 2, 1 + number, 15),
            progress,
            names,
            rectangle(centre, length_m, width_m, heading_deg),
        )
        for number, centre, length_m, width_m, heading_deg, _, purpose, state, progress, names in _PLOTS
    ),
    DemoConstructionSite(
        "site-009",
        "foundation pit",
        "active",
        None,
        date(2025, 9, 1),
        None,
        None,
        ("Рұқсатсыз қазаншұңқыр", "Котлован без разрешения", "Foundation pit without a permit"),
        rectangle((51.2260, 43.6930), 60.0, 40.0, 20.0),
    ),
)


def _field(
    number: int,
    farm: str,
    crop: str,
    centre: tuple[float, float],
    size_m: tuple[float, float],
    heading_deg: float,
    names: tuple[str, str, str],
) -> DemoField:
    return DemoField(f"field-{number:03d}", farm, crop, 2025, names, rectangle(centre, *size_m, heading_deg))


FIELDS = (
    _field(1, "Akshukyr", "vegetables", (51.0920, 43.8020), (420, 260), 20, ("Ақшұқыр көкөніс алқабы", "Овощное поле Акшукур", "Akshukyr vegetable field")),
    _field(2, "Akshukyr", "greenhouse", (51.0840, 43.8090), (240, 160), 20, ("Ақшұқыр жылыжайы", "Теплицы Акшукур", "Akshukyr greenhouses")),
    _field(3, "Taushyk", "alfalfa", (51.3750, 44.3560), (640, 420), 70, ("Таушық жоңышқасы", "Люцерна Таушык", "Taushyk alfalfa")),
    _field(4, "Zhyngyldy", "alfalfa", (51.7250, 44.2080), (520, 380), 55, ("Жыңғылды жоңышқасы", "Люцерна Жынгылды", "Zhyngyldy alfalfa")),
    _field(5, "Shaiyr", "melons", (51.8300, 44.2530), (460, 300), 40, ("Шайыр бақшасы", "Бахча Шайыр", "Shaiyr melon field")),
    _field(6, "Shetpe", "barley", (52.1800, 44.1250), (820, 540), 80, ("Шетпе арпасы", "Ячмень Шетпе", "Shetpe barley")),
    _field(7, "Ondy", "alfalfa", (52.4500, 44.0760), (560, 400), 65, ("Онды жоңышқасы", "Люцерна Онды", "Ondy alfalfa")),
    _field(8, "Zharmysh", "potatoes", (52.4750, 44.1400), (480, 320), 85, ("Жармыш картобы", "Картофель Жармыш", "Zharmysh potatoes")),
    _field(9, "Kyzylsai", "fodder", (53.0600, 43.4330), (700, 460), 30, ("Қызылсай мал азығы", "Кормовое поле Кызылсай", "Kyzylsai fodder")),
    _field(10, "Beineu", "fodder", (55.1500, 45.2950), (900, 600), 50, ("Бейнеу мал азығы", "Кормовое поле Бейнеу", "Beineu fodder")),
    _field(11, "Kuryk", "greenhouse", (51.7120, 43.1780), (220, 140), 45, ("Құрық жылыжайы", "Теплицы Курык", "Kuryk greenhouses")),
)  # fmt: skip

_SINCE = datetime(2024, 1, 1, tzinfo=UTC)
AIRPORT = (51.0920, 43.8600)
ZONES = (
    DemoZone(
        "zone-airport",
        "no_fly",
        "Civil aviation authority",
        0.0,
        None,
        _SINCE,
        ("Ақтау халықаралық әуежайы", "Международный аэропорт Актау", "Aktau International Airport"),
        circle(AIRPORT, 5_000.0),
    ),
    DemoZone(
        "zone-airport-approach",
        "controlled",
        "Civil aviation authority",
        120.0,
        None,
        _SINCE,
        ("Ақтау әуежайының бақылау аймағы", "Диспетчерская зона аэропорта Актау", "Aktau airport control zone"),
        circle(AIRPORT, 15_000.0),
    ),
    DemoZone(
        "zone-port",
        "restricted",
        "Port authority",
        0.0,
        150.0,
        _SINCE,
        ("Ақтау теңіз порты", "Морской порт Актау", "Port of Aktau"),
        circle((51.2240, 43.6050), 1_200.0),
    ),
    DemoZone(
        "zone-power-plant",
        "no_fly",
        "Power plant security",
        0.0,
        500.0,
        _SINCE,
        ("МАЭК электр станциясы", "Электростанция МАЭК", "MAEK power plant"),
        circle((51.2840, 43.6070), 1_500.0),
    ),
)
