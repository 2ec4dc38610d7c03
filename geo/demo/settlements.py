"""Named places of Mangystau, and its neighbours across the sea that matter here.

Longitude and latitude in degrees to about 100 m; populations as in OpenStreetMap in 2023, which also checks the settlements in tests.
"""
# ruff: noqa: E501  (tables: one place a line)

from dataclasses import dataclass

from geo.primitives import LonLat


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """`kind` is city, town, village, hamlet, or cape, bay, mountain, depression, salt_flat, plateau, shrine, port, field."""

    id: str
    kind: str
    position: LonLat
    name_kk: str
    name_ru: str
    name_en: str
    population: int | None = None


def _parse(table: str) -> tuple[NamedPlace, ...]:
    places = []
    for line in table.strip().splitlines():
        identity, kind, lon, lat, population, kk, ru, en = (cell.strip() for cell in line.split("|"))
        places.append(NamedPlace(identity, kind, LonLat(float(lon), float(lat)), kk, ru, en, int(population) if population else None))
    return tuple(places)


SETTLEMENTS = _parse(
    """
aktau            | city    | 51.168 | 43.635 | 273830 | Ақтау | Актау | Aktau
zhanaozen        | city    | 52.856 | 43.338 | 75604  | Жаңаөзен | Жанаозен | Zhanaozen
fort-shevchenko  | town    | 50.262 | 44.509 | 8778   | Форт-Шевченко | Форт-Шевченко | Fort-Shevchenko
beineu           | town    | 55.186 | 45.321 | 57990  | Бейнеу | Бейнеу | Beineu
mangystau        | town    | 51.305 | 43.692 | 35604  | Маңғыстау | Мангистау | Mangystau
shetpe           | town    | 52.156 | 44.141 | 17078  | Шетпе | Шетпе | Shetpe
kuryk            | town    | 51.680 | 43.177 | 11565  | Құрық | Курык | Kuryk
zhetybay         | village | 52.101 | 43.588 | 13528  | Жетібай | Жетыбай | Zhetybay
baskuduk         | village | 51.209 | 43.687 | 31534  | Басқұдық | Баскудук | Baskuduk
atameken         | village | 51.207 | 43.664 | 29294  | Атамекен | Атамекен | Atameken
kyzyltobe        | village | 51.343 | 43.681 | 25188  | Қызылтөбе | Кызылтобе | Kyzyltobe
batyr            | village | 51.404 | 43.629 | 16621  | Батыр | Батыр | Batyr
daulet           | village | 51.325 | 43.702 | 10135  | Дәулет | Даулет | Daulet
bayandy          | village | 51.307 | 43.765 | 7758   | Баянды | Баянды | Bayandy
omirzak          | village | 51.244 | 43.598 |        | Өмірзақ | Умирзак | Omirzak
akshukyr         | village | 51.061 | 43.783 | 12179  | Ақшұқыр | Акшукур | Akshukyr
sain-shapagatov  | village | 51.032 | 43.839 | 8947   | Сайын Шапағатов | Саина Шапагатова | Sain Shapagatov
bautino          | village | 50.248 | 44.543 | 3903   | Баутино | Баутино | Bautino
kyzylozen        | village | 50.505 | 44.297 | 909    | Қызылөзен | Кызылозен | Kyzylozen
taushyk          | village | 51.349 | 44.347 | 2765   | Таушық | Таушык | Taushyk
zhyngyldy        | village | 51.705 | 44.197 | 2820   | Жыңғылды | Жынгылды | Zhyngyldy
shaiyr           | village | 51.818 | 44.242 | 1466   | Шайыр | Шайыр | Shaiyr
tushybek         | village | 51.942 | 44.150 | 298    | Тұщыбек | Тущыбек | Tushybek
beki             | village | 52.080 | 43.885 | 409    | Бекі | Беки | Beki
zharmysh         | village | 52.458 | 44.149 | 1984   | Жармыш | Жармыш | Zharmysh
ondy             | village | 52.433 | 44.068 | 825    | Онды | Онды | Ondy
bozdak           | hamlet  | 52.946 | 44.159 | 252    | Боздақ | Боздак | Bozdak
say-otes         | village | 53.533 | 44.328 | 1883   | Сайөтес | Сай-Утёс | Say-Otes
ushtagan         | village | 52.723 | 43.825 | 1516   | Үштаған | Уштаган | Ushtagan
akshymyrau       | village | 52.836 | 44.823 | 1117   | Ақшымырау | Акшимрау | Akshymyrau
kyzan            | village | 52.675 | 44.889 | 1929   | Қызан | Кызан | Kyzan
tigen            | hamlet  | 52.088 | 44.480 | 76     | Тиген | Тиген | Tigen
tushykudyk       | village | 51.964 | 44.735 | 1908   | Тұщықұдық | Тущыкудук | Tushykudyk
shebir           | village | 52.092 | 44.814 | 1350   | Шебір | Шебир | Shebir
munaishy         | village | 52.088 | 43.499 | 5209   | Мұнайшы | Мунайшы | Munaishy
tenge            | village | 52.852 | 43.313 | 15894  | Теңге | Тенге | Tenge
rakhat           | village | 52.902 | 43.329 | 35468  | Рахат | Рахат | Rakhat
kenderli-village | village | 52.905 | 43.323 | 12868  | Кендірлі | Кендерли | Kenderli
kyzylsai         | village | 53.038 | 43.448 | 5803   | Қызылсай | Кызылсай | Kyzylsai
bostan           | village | 53.021 | 43.456 | 2028   | Бостан | Бостан | Bostan
kulandy          | village | 53.014 | 43.291 | 1623   | Құланды | Куланды | Kulandy
senek            | village | 53.388 | 43.365 | 1668   | Сенек | Сенек | Senek
akkuduk          | hamlet  | 54.096 | 42.969 | 151    | Аққұдық | Аккудук | Akkuduk
bolashak         | village | 53.680 | 42.329 | 764    | Болашақ | Болашак | Bolashak
tolep            | village | 54.549 | 44.836 | 966    | Төлеп | Толеп | Tolep
sarga            | village | 55.068 | 45.465 | 1543   | Сарға | Сарга | Sarga
yeset            | village | 54.828 | 45.753 | 771    | Есет | Есет | Yeset
borankul         | village | 54.470 | 46.207 | 7277   | Боранқұл | Боранкул | Borankul
syngyrlau        | village | 55.398 | 45.207 | 531    | Сыңғырлау | Сынгырлау | Syngyrlau
turysh           | village | 56.108 | 45.448 | 686    | Тұрыш | Турыш | Turysh
akzhigit         | village | 55.755 | 45.037 | 2025   | Ақжігіт | Акжигит | Akzhigit
sam              | village | 55.868 | 45.236 | 526    | Сам | Сам | Sam
tazhen           | village | 55.972 | 44.892 | 237    | Тәжен | Тажен | Tazhen
"""
)

FEATURES = _parse(
    """
aktau-port       | port       | 51.224 | 43.605 | | Ақтау теңіз порты | Морской порт Актау | Port of Aktau
peschany         | cape       | 51.268 | 43.168 | | Құмды мүйісі | Мыс Песчаный | Cape Peschany
alexander-bay    | bay        | 51.440 | 43.080 | | Александр Бекович-Черкасский шығанағы | Залив Александра Бековича-Черкасского | Bekovich-Cherkassky Bay
kazakh-bay       | bay        | 52.350 | 42.500 | | Қазақ шығанағы | Казахский залив | Kazakh Bay
kenderli-bay     | bay        | 52.640 | 42.700 | | Кендірлі шығанағы | Залив Кендерли | Kenderli Bay
mangystau-bay    | bay        | 50.750 | 44.780 | | Маңғыстау шығанағы | Мангышлакский залив | Mangystau Bay
karagiye         | depression | 51.780 | 43.450 | | Қарақия ойысы (−132 м) | Впадина Карагие (−132 м) | Karagiye depression (−132 m)
sherkala         | mountain   | 52.007 | 44.256 | | Шерқала | Шеркала | Sherkala
otpan            | mountain   | 51.890 | 44.090 | | Отпантау | Отпан-Тау | Otpan-Tau
torysh           | mountain   | 51.604 | 44.316 | | Торыш аңғары | Долина шаров Торыш | Torysh Valley of Balls
shakpak-ata      | shrine     | 51.145 | 44.435 | | Шақпақ ата | Шакпак-Ата | Shakpak-Ata
shopan-ata       | shrine     | 53.392 | 43.550 | | Шопан ата | Шопан-Ата | Shopan-Ata
beket-ata        | shrine     | 54.072 | 43.597 | | Бекет ата | Бекет-Ата | Beket-Ata
bozzhyra         | mountain   | 54.070 | 43.416 | | Бозжыра | Бозжыра | Bozzhyra
ustyurt          | plateau    | 55.100 | 43.600 | | Үстірт | Плато Устюрт | Ustyurt Plateau
buzachi          | plateau    | 51.900 | 45.080 | | Бозащы түбегі | Полуостров Бузачи | Buzachi Peninsula
tupkaragan       | plateau    | 50.750 | 44.420 | | Түпқараған түбегі | Полуостров Тупкараган | Tupkaragan Peninsula
dead-kultuk      | salt_flat  | 54.000 | 45.400 | | Өлі Қолтық соры | Сор Мёртвый Култук | Dead Kultuk salt flat
kaydak           | salt_flat  | 53.400 | 44.900 | | Қайдақ соры | Сор Кайдак | Kaydak salt flat
karazhanbas      | field      | 51.296 | 45.195 | | Қаражанбас кен орны | Месторождение Каражанбас | Karazhanbas oil field
kalamkas         | field      | 51.930 | 45.330 | | Қаламқас кен орны | Месторождение Каламкас | Kalamkas oil field
uzen             | field      | 52.800 | 43.430 | | Өзен кен орны | Месторождение Узень | Uzen oil field
"""
)
