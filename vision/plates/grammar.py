"""What number plates may say, here and where transit comes from, position by position.

Sources: https://en.wikipedia.org/wiki/Vehicle_registration_plates_of_Kazakhstan for the current and the 1993 series and the regions;
small, foreign and diplomatic series of Kazakhstan and the neighbours' series are from general knowledge of those plates, not from an order.
The region is a sanity check of a read and never evidence of anything.
"""

from dataclasses import dataclass, field

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALPHABET = DIGITS + LETTERS
KAZAKHSTAN_REGIONS = tuple(f"{number:02d}" for number in range(1, 21))  # 12 is Mangystau
# Places in a pattern; any other character stands for itself.
PLACES = {
    "#": DIGITS,
    "@": LETTERS,
    "%": DIGITS,  # of the region's number, checked as a pair
    "!": "ABCDEFHKLMNOPRSTUVWXZ",  # first letter of 1993: the region, R is Mangystau
    "&": "ABCEHKMOPTXY",  # letters that look the same in Latin and Cyrillic script
}


@dataclass(frozen=True, slots=True)
class PlateGrammar:
    """One series. `pattern` is in the order the plate is said in; `two_rows` are the ways it is laid out on a square one.

    `endings`: what the text ends in, where not everything that fits the pattern is given out.
    """

    code: str
    country: str
    pattern: str
    two_rows: tuple[tuple[str, str], ...] = ()
    endings: frozenset[str] = field(default_factory=frozenset)

    def allows(self, text: str) -> bool:
        return (
            len(text) == len(self.pattern)
            and all(character in allowed(place) for character, place in zip(text, self.pattern, strict=True))
            and (not self.endings or text[-2:] in self.endings)
        )

    def region(self, text: str) -> str | None:
        """Number or letter of the region in a text of this series."""
        if "%" in self.pattern:
            first = self.pattern.index("%")
            return text[first : first + 2]
        return text[0] if self.pattern.startswith("!") else None


def allowed(place: str) -> str:
    return PLACES.get(place, place)


def said_order(grammar: PlateGrammar, rows: tuple[str, str]) -> tuple[int, ...]:
    """For each place of the pattern, where it stands when the rows are read one after the other."""
    laid, taken = "".join(rows), set[int]()
    order = []
    for place in grammar.pattern:
        at = next(index for index, other in enumerate(laid) if other == place and index not in taken)
        taken.add(at)
        order.append(at)
    return tuple(order)


_HERE = frozenset(KAZAKHSTAN_REGIONS)
_VELAYATS = frozenset({"AG", "AH", "BN", "DZ", "LB", "MR"})
GRAMMARS = (
    PlateGrammar("kz_2012", "KZ", "###@@@%%", (("###", "@@@%%"), ("###%%", "@@@")), _HERE),
    PlateGrammar("kz_2012_entity", "KZ", "###@@%%", (("###", "@@%%"), ("###%%", "@@")), _HERE),
    PlateGrammar("kz_1993", "KZ", "!###@@@", (("!###", "@@@"),)),
    PlateGrammar("kz_1993_entity", "KZ", "!###@@", (("!###", "@@"),)),
    PlateGrammar("kz_trailer", "KZ", "##@@@%%", (("##", "@@@%%"), ("##%%", "@@@")), _HERE),
    PlateGrammar("kz_motorcycle", "KZ", "##@@%%", (("##", "@@%%"), ("##%%", "@@")), _HERE),
    PlateGrammar("kz_foreigner", "KZ", "@####%%", (("@####", "%%"),), _HERE),
    PlateGrammar("kz_diplomatic", "KZ", "D######", (("D###", "###"),)),
    PlateGrammar("kz_mission_staff", "KZ", "T######", (("T###", "###"),)),
    PlateGrammar("kz_consular", "KZ", "HC######", (("HC###", "###"),)),
    PlateGrammar("ru", "RU", "&###&&##", (("&###", "&&##"),)),
    PlateGrammar("ru_three_digit_region", "RU", "&###&&###", (("&###", "&&###"),)),
    PlateGrammar("ru_trailer", "RU", "&&######"),
    PlateGrammar("ru_motorcycle", "RU", "####&&##", (("####", "&&##"),)),
    PlateGrammar("uz", "UZ", "##@###@@"),
    PlateGrammar("uz_entity", "UZ", "#####@@@"),
    PlateGrammar("tm", "TM", "@@####@@", (("@@####", "@@"),), _VELAYATS),
    PlateGrammar("az", "AZ", "##@@###", (("##@@", "###"),)),
)


def grammars_of(text: str) -> tuple[PlateGrammar, ...]:
    """The series a text may belong to, the likelier first; none for plates of elsewhere. Blanks and dashes do not count."""
    bare = text.upper().replace(" ", "").replace("-", "")
    return tuple(grammar for grammar in GRAMMARS if grammar.allows(bare))


def grammar_of(code: str) -> PlateGrammar:
    return next(grammar for grammar in GRAMMARS if grammar.code == code)


def normal_text(text: str) -> str:
    """As plates are kept and compared: Latin capitals and digits, nothing else."""
    return "".join(CYRILLIC_TWINS.get(character, character) for character in text.upper() if character.isalnum())


CYRILLIC_TWINS = dict(zip("АВЕКМНОРСТУХ", "ABEKMHOPCTYX", strict=True))
