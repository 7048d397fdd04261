"""What the rules go by: words and short phrases of our own choosing that tell what a claim is about.

Written as people write them; the rules stem them as Sastrawi does. A strong word says it alone, a hint only
together with another. `NAMES` are typed tokens that `pipeline.text.names` leaves.
"""

from typing import Final

from pipeline.schema.columns import CANDIDATES, DISASTER, HEALTH, RELIGION, SCAM, VOTING

STRONG: Final = {
    VOTING: """
        mencoblos tps kpps pps ppk kpu kpud pantarlih bilik golput pemilu rekapitulasi sirekap surat_suara
        kotak_suara kertas_suara hak_pilih hak_suara daftar_pemilih kartu_pemilih pemungutan_suara
        penghitungan_suara perolehan_suara hitung_cepat quick_count real_count hitung_ulang jari_tinta
        tinta_ungu undangan_memilih pindah_memilih formulir_c1 formulir_c6 saksi_partai hari_tenang
        hari_pemilihan pemungutan_ulang suara_sah suara_tidak tidak_sah hasil_suara pemilih_tetap
        pemilih_ganda panitia_pemilihan petugas_pemilu surat_undangan nyoblos coblosan tercoblos
        jam_pemungutan pleno form_c logistik_pemilu
        """,
    CANDIDATES: """
        paslon capres cawapres cagub cawagub cabup cawabup cawalkot caleg petahana kampanye elektabilitas
        kandidat calon_bupati calon_gubernur calon_wali calon_presiden calon_wakil bakal_calon
        pasangan_calon nomor_urut tim_sukses tim_pemenangan timses simpatisan debat serangan_fajar
        politik_uang koalisi baliho jurkam visi_misi bagi_amplop amplop ijazah_palsu masa_jabatan elektoral
        partai jubir juru_bicara dinasti_politik lawan_politik alat_peraga kunjungan_kerja lhkpn
        harta_kekayaan suap mahar survei deklarasi incumbent wakil_bupati wakil_gubernur mantan_bupati
        putra_daerah elite politikus
        """,
    HEALTH: """
        vaksin imunisasi virus covid19 covid corona kanker diabetes stroke kolesterol hipertensi dbd tbc
        polio campak puskesmas posyandu rumah_sakit rsud igd klinik bpjs dokter perawat bidan apotek obat
        antibiotik dosis herbal stunting gizi gejala wabah demam ginjal tekanan_darah darah_tinggi
        gula_darah sembuh pasien suntik nyamuk jentik fogging keracunan bakteri tensi rawat_inap ramuan
        vitamin alergi batuk pilek flu diare malaria hepatitis ambulans faskes rujukan skrining ibu_hamil
        bayi balita kontrasepsi mandul autisme kolestrol lambung asam_urat
        """,
    DISASTER: """
        gempa tsunami banjir longsor erupsi letusan bmkg bpbd basarnas bencana mengungsi evakuasi
        puting_beliung angin_kencang gunung_meletus abu_vulkanik kebakaran_hutan gelombang_tinggi pintu_air
        magnitudo rob bendungan tanggul waduk tergenang dapur_umum seismograf sirene listrik_padam
        listrik_mati mati_listrik pemadaman_listrik pohon_tumbang air_naik air_pasang air_laut hujan_lebat
        hujan_deras cuaca_buruk cuaca_ekstrem angin_ribut lahar gunung_api karhutla kabut_asap terseret
        tim_sar korban_jiwa jembatan_putus jalan_putus tanah_bergerak garis_pantai radius_aman padam
        kebakaran_gudang kebakaran_pasar kebakaran_rumah rumah_terbakar pasar_terbakar kemarau musim_kering
        """,
    SCAM: """
        otp phishing undian giveaway pinjol dana_kaget klik_tautan klik_link kode_rahasia kode_verifikasi
        biaya_admin biaya_administrasi biaya_pendaftaran uang_muka bayar_di_muka pinjaman_online apk deposit
        investasi saldo_dana saldo_digital transfer_dulu minta_transfer minta_uang minta_foto foto_ktp
        kirim_foto nomor_pin pin_kartu hadiah_mobil hadiah_uang pulsa_gratis kuota_gratis token_gratis
        akun_diblokir cuan rekening_diblokir menang_undian mengaku_petugas m-banking calo gadungan
        lowongan_kerja kerja_paruh pinjaman_tanpa tanpa_jaminan balik_modal uang_kembali kode_qr pindai_kode
        nomor_rekening nomor_kartu data_pribadi cek_nama tilang_elektronik doorprize
        """,
    RELIGION: """
        masjid musala gereja katedral wihara vihara pura kelenteng biara pesantren ulama ustaz ustazah kiai
        pendeta pastor biksu umat jemaat jamaah khotbah sembahyang natal haji umrah quran alkitab kafir
        murtad ibadah agama mualaf majelis_taklim pribumi aseng toleransi santri misa paskah nyepi waisak
        tarawih idul idulfitri iduladha imlek galungan hari_raya tempat_ibadah rumah_ibadah kitab_suci
        penistaan penodaan aliran_sesat intoleran suku etnis dakwah ceramah zakat kurban hijab jilbab mui
        muhammadiyah pgi sekte
        """,
}
"""One of these is enough."""

HINTS: Final = {
    VOTING: """
        suara saksi panitia tinta formulir pungut hitung rekap bawaslu panwaslu pilkada pilpres
        """,
    CANDIDATES: """
        calon bupati gubernur walikota presiden partai dukung survei menang ijazah korupsi politik poster
        spanduk pilkada pilpres deklarasi kader bawaslu panwas tim sembako harta kpk
        """,
    HEALTH: """
        sakit sehat darah jantung rebusan ramuan khasiat bayi hamil balita masker racun lansia menular tubuh
        tablet vitamin alergi pingsan lab rs jarum paru jamu
        """,
    DISASTER: """
        air sungai hujan cuaca gunung laut gelombang ombak retak tenda posko korban siaga waspada darurat
        pesisir lereng perahu pompa listrik pln surut angin jembatan tenggelam hanyut
        """,
    SCAM: """
        hadiah tautan link klik pin transfer rekening saldo akun kode bank pinjaman kupon kuota pulsa admin
        verifikasi modus bonus nik kurir lowongan deposito uang atm ktp penipuan arisan voucher kripto
        """,
    RELIGION: """
        doa tuhan nabi suci hari_raya suku etnis iman dakwah ceramah zakat infak sedekah kurban dosa syirik
        akidah adat hijab kerudung imam puasa lebaran ramadan salat halal haram azan jumatan
        """,
}
"""Two of these are as good as a strong one."""

NAMES: Final = {CANDIDATES: "<PARTY> <BALLOT>", RELIGION: "<RELIGION> <PEOPLE>"}
"""Names that hint at a type, whichever they are: a swap of one party for another changes nothing."""
