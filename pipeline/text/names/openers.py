"""The words that announce a name: titles and offices before persons, kinds of places, parties, peoples, faiths."""

from collections.abc import Mapping
from typing import Final

TITLES: Final = frozenset(
    (
        # forms of address
        "pak bapak bpk bapa bu ibu mbah eyang mas mbak mba kang bang abang cak gus ning neng teh ceu nyai nyi "
        "om tante bli mbok pakde bude paklik bulik uda datuk daeng puang opung sdr sdri saudara saudari "
        "tuan nyonya nona almarhum almarhumah alm almh bung "
        # faith
        "kiai kyai kh ustad ustadz ustadzah ustaz ust habib tgb buya haji hajah hj h syekh sayyid sayid "
        "pendeta pdt pastor romo uskup suster biksu bhikkhu bante pedanda paus sheikh "
        # degrees, nobility, ranks
        "dr drs dra ir prof profesor insinyur raden rm r raja ratu sultan pangeran teuku tengku teungku tgk "
        "jenderal jendral letjen mayjen brigjen irjen komjen kombes akbp akp kompol kolonel letkol mayor "
        "kapten lettu serda briptu bripka aiptu ipda laksamana marsekal"
    ).split()
)
OFFICES: Final = frozenset(
    (
        "presiden wapres gubernur wagub bupati wabup walikota wawali wawalkot menteri wamen menko mendagri "
        "menkes menkeu menag menhan menlu mensos mendikbud menkominfo kapolri kapolda kapolres kapolsek "
        "panglima pangdam dandim danramil kajari jaksa hakim camat lurah kades kadus kadis sekda ketum "
        "sekjen waketum jubir capres cawapres cagub cawagub cabup cawabup cawalkot caleg petahana artis "
        "aktor aktris penyanyi dokter senator"
    ).split()
)
SETTLEMENTS: Final = frozenset(
    "desa kelurahan kel kecamatan kec kabupaten kab kota kotamadya dusun dukuh pedukuhan kampung kampong kp "
    "nagari jorong gampong pekon distrik provinsi prov propinsi pulau kepulauan".split()
)
SITES: Final = frozenset(
    "gili pantai teluk tanjung gunung gn bukit danau sungai kali waduk bendungan pelabuhan bandara stasiun "
    "terminal pasar jalan jl jln gang gg perumahan perum komplek kompleks pemkab pemkot pemprov pemdes polres "
    "polresta polda polsek polrestabes kodim koramil rsud dapil kpud kawasan wilayah".split()
)
PARTIES: Final = frozenset("partai parpol parlok".split())
GROUPS: Final = frozenset(
    "relawan ormas koalisi poros gerakan front barisan laskar aliansi komunitas paguyuban himpunan "
    "perkumpulan dpp dpw dpd dpc".split()
)
PEOPLES: Final = frozenset("suku etnis marga ras klan wong urang".split())
FAITHS: Final = frozenset(
    "agama umat gereja jamaah jemaah jemaat aliran penganut penghayat kepercayaan sekte tarekat mazhab".split()
)

ANNOUNCED: Final[Mapping[str, str]] = {
    word: kind
    for kind, words in (
        ("<PERSON>", TITLES | OFFICES),
        ("<PLACE>", SETTLEMENTS | SITES),
        ("<PARTY>", PARTIES | GROUPS),
        ("<PEOPLE>", PEOPLES),
        ("<RELIGION>", FAITHS),
    )
    for word in sorted(words)
}
"""Word -> what follows it is a name of this kind, if it is one at all."""

ABSORBED: Final[Mapping[str, str]] = {
    word: ANNOUNCED[word] for word in sorted(TITLES | SETTLEMENTS | PARTIES | GROUPS | PEOPLES | FAITHS)
} | {"orang": "<PEOPLE>", "keturunan": "<PEOPLE>", "kaum": "<RELIGION>"}
"""Word -> before a name of this kind it is part of it: "Pak Jokowi" is "Jokowi"; offices say more and stay."""

OFFICES_OF_PLACES: Final = frozenset(
    "gubernur wagub bupati wabup walikota wawali wawalkot kapolda kapolres kapolsek dandim danramil kajari camat "
    "lurah kades kadus sekda kpu bawaslu dprd pilkada pilgub pilbup pilwalkot pilkades".split()
)
"""Before the name of a place; an ordinary word behind one of these is that place ("bupati batang")."""

RESPECTED: Final = frozenset(
    (
        "wakil ketua anggota calon mantan eks kepala tim panitia dewan majelis rakyat pemilu pemilihan umum negara "
        "republik indonesia nusantara hari tanggal bulan tahun jam pukul tuhan nabi rasul selamat pagi siang sore "
        "malam salam hormat bapak ibu sekolah universitas rumah sakit kantor dinas polisi tentara bank kartu undang "
        "dasar mahkamah konstitusi agung kementerian kejaksaan badan lembaga komisi pusat daerah nasional senin "
        "selasa rabu kamis jumat sabtu minggu januari februari maret april mei juni juli agustus september oktober "
        "november desember yang dan di ke dari ini itu untuk dengan adalah akan ada saya kami kita anda mereka"
    ).split()
)
"""Words that people like to write with a capital and that are part of no person's name."""

NEVER: Final = RESPECTED | frozenset(ANNOUNCED)
