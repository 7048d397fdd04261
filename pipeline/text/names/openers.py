"""The words that announce a name: titles and offices before persons, kinds of places, parties, peoples, faiths."""

from collections.abc import Mapping
from typing import Final

PERSON: Final = frozenset(
    (
        # forms of address
        "pak bapak bpk bapa bu ibu mbah eyang mas mbak mba kang bang abang cak gus ning neng teh ceu nyai nyi "
        "om tante bli mbok pakde bude paklik bulik uda uni datuk daeng puang opung sdr sdri saudara saudari "
        "tuan nyonya nona almarhum almarhumah alm almh bung "
        # faith
        "kiai kyai kh ustad ustadz ustadzah ustaz ust habib tgb buya haji hajah hj h syekh sayyid sayid "
        "pendeta pdt pastor romo uskup suster biksu bhikkhu bante pedanda paus sheikh "
        # degrees, nobility, ranks
        "dr drs dra ir prof profesor insinyur raden rm r raja ratu sultan pangeran teuku tengku teungku tgk "
        "jenderal jendral letjen mayjen brigjen irjen komjen kombes akbp akp kompol kolonel letkol mayor "
        "kapten lettu serda briptu bripka aiptu ipda laksamana marsekal "
        # offices and candidates
        "presiden wapres gubernur wagub bupati wabup walikota wawali wawalkot menteri wamen menko mendagri "
        "menkes menkeu menag menhan menlu mensos menteri mendikbud menkominfo kapolri kapolda kapolres "
        "kapolsek panglima pangdam dandim danramil kajari jaksa hakim camat lurah kades kadus kadis sekda "
        "ketum sekjen waketum jubir capres cawapres cagub cawagub cabup cawabup cawalkot caleg petahana "
        "artis aktor aktris penyanyi dokter senator"
    ).split()
)
PLACE: Final = frozenset(
    "desa kelurahan kel kecamatan kec kabupaten kab kota kotamadya dusun dukuh pedukuhan kampung kampong kp "
    "nagari jorong gampong pekon distrik provinsi prov propinsi pulau kepulauan gili pantai teluk tanjung "
    "gunung gn bukit danau sungai kali waduk bendungan pelabuhan bandara stasiun terminal pasar jalan jl jln "
    "gang gg perumahan perum komplek kompleks pemkab pemkot pemprov pemdes polres polresta polda polsek "
    "polrestabes kodim koramil rsud dapil kpud kawasan wilayah di".split()
) - {"di"}
PARTY: Final = frozenset("partai parpol parlok relawan ormas koalisi poros".split())
PEOPLE: Final = frozenset("suku etnis marga ras klan wong urang".split())
RELIGION: Final = frozenset(
    "agama umat gereja jamaah jemaah jemaat aliran penganut penghayat kepercayaan sekte tarekat mazhab".split()
)

OPENERS: Final[Mapping[str, str]] = {
    word: kind
    for kind, words in (
        ("<PERSON>", PERSON),
        ("<PLACE>", PLACE),
        ("<PARTY>", PARTY),
        ("<PEOPLE>", PEOPLE),
        ("<RELIGION>", RELIGION),
    )
    for word in sorted(words)
}
"""Word -> what follows it is a name of this kind, if it is one at all."""

OFFICES_OF_PLACES: Final = frozenset(
    "gubernur wagub bupati wabup walikota wawali wawalkot kapolda kapolres kapolsek dandim danramil kajari camat "
    "lurah kades kadus sekda kpu bawaslu dprd pilkada pilgub pilbup pilwalkot pilkades".split()
)
"""Before the name of a place; an ordinary word behind one of these is that place ("bupati batang")."""
