"""A text's tokens in, what it is mostly about out: a rough sorting for slices, never a feature."""

from collections.abc import Sequence
from typing import Final

OTHER: Final = "other"

TOPICS: Final = {
    "election": "pemilu pilkada pilpres kpu bawaslu caleg capres cawapres paslon tps suara coblos surat kampanye "
    "partai quick count calon gubernur bupati walikota debat hitung",
    "health": "virus covid19 corona vaksin obat dokter penyakit sakit kanker rumah_sakit imunisasi herbal sehat "
    "demam bpjs darah",
    "disaster": "gempa tsunami banjir gunung meletus bmkg longsor kebakaran badai cuaca erupsi bencana",
    "money": "bantuan bansos uang hadiah undian saldo rekening bank pinjaman transfer gratis kuota pajak subsidi "
    "promo kupon",
    "religion": "masjid gereja islam kristen ulama ustadz kiai umat allah haji puasa natal azan agama quran",
    "crime": "culik penculikan begal polisi bom teroris narkoba pembunuhan curi perampok tangkap penipuan",
    "abroad": "china tiongkok asing palestina israel amerika rusia ukraina imigran tka rohingya",
    "services": "listrik pln air pdam jalan tol bbm pertamina sekolah guru ijazah ktp sim e-ktp jadwal",
}
"""Words of our own choosing, by topic; a text belongs to the topic of which it holds most, the first if equal."""

_WORDS: Final = {topic: frozenset(words.split()) for topic, words in TOPICS.items()}


def find_topic(tokens: Sequence[str]) -> str:
    """Return the topic that most tokens speak of, `other` where none does.

    >>> find_topic("bmkg gempa malam ini warga diminta tenang".split())
    'disaster'
    """
    counts = {topic: sum(token in words for token in tokens) for topic, words in _WORDS.items()}
    best = max(counts, key=lambda topic: counts[topic])
    return best if counts[best] else OTHER
