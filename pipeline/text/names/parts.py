"""Ordinary words that names are often made of; they are names only behind what announces one."""

from collections.abc import Mapping
from typing import Final

PERSON_PARTS: Final = frozenset(
    (
        "abadi adil agung aji akbar alam alim amal aman amanah anggun anom arum asih asli asri baja bakti bangun "
        "barokah baskara bening berkah bestari besar bijak bumi cahya cahaya cantik cendana cerdas daya dewa "
        "dewata dharma embun fajar gading gagah gempa gendut geni giri guna guntur gusti halus hamba harapan harja "
        "harum hati hening hidayah hijau hitam idaman ikhlas iman indah intan istimewa jagad jaka jati jaya jelita "
        "jingga jujur karsa karta karya kasih kasturi kembang kencana kerta kuat kukuh kuncoro kurnia kusuma langit "
        "lanang laras laut lestari lintang lugu luhur makmur manis mantap marga matahari mawar mekar melati menur "
        "merdeka merpati mega mulia mulya muda mukti nadi nata nirmala nusa nyata pancar pandu pangestu patih "
        "pelangi pelita perdana perkasa permai permana permata pertiwi perwira pinandita pradana praja prima pribadi "
        "puji pura purnama purwa puspa putih rahayu raharja raja rajin rama ratu raya rejeki rezeki rimba rukun "
        "saba sabar sadar sakti samudra samudera santosa santun sapta sari sasmita satya segara sejati senja "
        "sentosa seruni setia singa slamet soka subur suka sukma sukses suci sulung sumber surga surya syukur "
        "tama tani tapa teja teguh tentram terang timur tirta tresna tua tulus tunggal tunas unggul untung utama "
        "wahyu waluya warsa wasis wibawa widya wijaya wira wiguna wiyata yakin yasa yuda yudha"
    ).split()
)
PLACE_PARTS: Final = frozenset(
    (
        "agung alam alas alun anyar api asam asem asih asri atas awan awu bakti balai bambu banjar barat baru bata "
        "batang batu bawah bengkok bening beringin besar bintang buah buaya buntu bukit bulan bumi bunga bungur cahaya "
        "cempaka cendana dalam damai damar danau darat darma dukuh dua durian emas gading gajah galuh gandaria "
        "garam gading gedong gelam gembong geger girang giri gubuk gudang guna gunung harapan harum hijau hilir "
        "hitam hulu hutan ilir indah jambu jati jaya jeruk kali kalong kandang kapas kapuk karang karya kayu "
        "kebon kebun kecil kedondong kedung kelapa kembang kemang kemuning kenanga kencana kepuh keramat keras "
        "kerbau kertas kidul kota kuala kulon kuning labuhan ladang lama lama langit laut lebak lembah lestari "
        "lima lor lubuk maju makmur mangga manggis manis mas mawar mekar melati merah merak merdeka mesjid mukti "
        "mulia mulya mulyo muara nanas nangka nusa padang padi pagar panca pandan panjang pantai pasar pasir "
        "payung pelita permai permata petak pinang pisang pondok pucung pulau pulo puncak puri puspa putih putri "
        "raja rambutan rangkas randu ranjang rawa raya rejo rimba rimbo rukun sakti salak sari sawah sawo "
        "sedap sejahtera selatan semut sena sendang sentosa serang seberang setia sidomulyo sido simpang singa "
        "situ sri subur suka sukun sulung sumber sumur sungai surya sutra talang taman tanah tanjung tani tapak "
        "tebing tegal telaga telukan tengah terang tiga timur tinggi tirta tomang tua tugu tunas tunggal ujung "
        "ulu unggul utama utara waru waringin wetan wonorejo"
    ).split()
)
PARTY_PARTS: Final = frozenset(
    (
        "adil aksi amanah amanat anak aspirasi bahari bakti bangkit bangsa banteng bela berdaulat berkarya bersama "
        "bersatu bhakti bintang buana buruh bulan cahaya cerdas cinta daulat demokrasi demokratik desa damai "
        "gerakan gotong harapan hati hijau hidup ibu ikatan indonesia jaya karya keadilan kebangkitan kebangsaan "
        "kedaulatan kejayaan kemajuan kemakmuran kerakyatan kerja kesejahteraan kesatuan mandiri maju makmur marhaen "
        "matahari merdeka milenial muda mulia nasional negeri nelayan nurani nusantara obor oposisi padi pancasila "
        "patriot peduli pejuang pekerja pelita pelopor pembangunan pembaruan pembaharuan pemersatu pemuda pendidikan "
        "penegak perempuan perjuangan persatuan persaudaraan pertanian perubahan pribumi rakyat reformasi republik "
        "roda sahabat sarekat sejahtera sejati solidaritas suara swara tani tenaga tunas ummat umat utama wanita warga"
    ).split()
)

PARTS: Final[Mapping[str, frozenset[str]]] = {
    "<PERSON>": PERSON_PARTS,
    "<PLACE>": PLACE_PARTS,
    "<PARTY>": PARTY_PARTS,
}
"""Kind -> its ordinary words."""

TELLING: Final = frozenset(
    (
        "anak bela bersama buruh cinta hidup ikatan kerja kesejahteraan negeri nelayan oposisi pancasila peduli "
        "pekerja pembangunan pemuda pendidikan perempuan pribumi reformasi sahabat suara wanita warga"
    ).split()
)
"""Words of parties' names that say what a claim is about: everyday words that fewer than three listed parties bear."""
