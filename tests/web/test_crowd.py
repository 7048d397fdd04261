"""Many at the same moment, on SQLite and PostgreSQL: every guess is counted, nobody is thrown out."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from itertools import islice

from argon2 import PasswordHasher

from pipeline.moderation.desk.log import verify_log
from pipeline.web.auth import passwords
from pipeline.web.auth.passwords import Passwords
from tests.web.conftest import Site

AT_ONCE = 6


def test_guesses_at_the_same_moment_are_counted_one_by_one(either_site: Site):
    def guess(_: int) -> int:
        return either_site.browser().log_in("sari", "wrong-password-here").status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = Counter(pool.map(guess, range(18)))
    assert answers == {401: 10, 429: 8}


def test_a_flood_of_logins_leaves_threads_for_others(shared_site: Site, monkeypatch):
    monkeypatch.setattr(passwords, "MOST_WAITING", 1)
    slow = SlowHasher(time_cost=1, memory_cost=8, parallelism=1)
    site = Site(replace(shared_site.services, passwords=Passwords(slow)), shared_site.people)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [
            pool.submit(lambda name: site.browser().log_in(name), f"nobody{number}")
            for number in range(AT_ONCE)
        ]
        refused = [done.result() for done in islice(as_completed(answers), 3)]
        assert site.browser().get("/masuk").status_code == 200
        slow.go_on.set()
    assert all("Banyak orang sedang masuk" in answer.text for answer in refused)
    assert Counter(done.result().status_code for done in answers) == {401: 3, 503: 3}


class SlowHasher(PasswordHasher):
    """Compares only when told to go on."""

    def __init__(self, **cost: int) -> None:
        super().__init__(**cost)
        self.go_on = threading.Event()

    def verify(self, hash: str, password: str) -> bool:  # noqa: A002
        assert self.go_on.wait(60)
        return super().verify(hash, password)


def test_many_come_work_and_leave_at_once(either_site: Site):
    names = ["sari", "budi", "ibu", "dewi"]

    def work(number: int) -> list[int]:
        browser = either_site.browser(names[number % len(names)], address=f"10.5.0.{number}")
        either_site.clock.turn(hours=1 / 60)  # makes sessions note that they are in use
        answers = [browser.get("/akun").status_code for _ in range(3)]
        return [*answers, browser.submit("/keluar").status_code]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(pool.map(work, range(12)))
    assert done == [[200, 200, 200, 303]] * 12
    with either_site.store.reading() as connection:
        assert verify_log(connection, None) == []
