"""Guessing passwords over HTTP: it gets slower and slower, and no answer tells anything."""

import concurrent.futures
import statistics
import time

import pytest
import requests

from drover_process import PASSWORD
from servers import psql, running
from test_identity import ask, oauth_error

WRONG = "wrong password"


def guess(drover, email, password=WRONG, **headers):
    answer = requests.post(f"{drover.url}/auth/realms/master/protocol/openid-connect/token", timeout=30, headers=headers,
                           data={"client_id": "sdk-client", "grant_type": "password", "username": email,
                                 "password": password})
    assert answer.status_code in (200, 400, 503), answer.text
    return answer


def hold_locks(drover):
    """What is locked stays so for an hour, however slow the machine is."""
    psql(drover.postgres, "update login_failures set locked_until = now() + interval '1 h' where locked_until is not null")


def end_locks(drover):
    psql(drover.postgres, "update login_failures set locked_until = now() where locked_until is not null")


def let_in(answer):
    return answer.status_code == 200


@pytest.fixture(scope="module")
def proxied():
    """A server that takes loopback for its proxy, so that a test decides where a request comes from."""
    with running(http_trusted_proxies="127.0.0.0/8,::1") as server:
        yield server


def test_six_wrong_passwords_lock_the_account_for_a_moment(drover):
    email = drover.account()
    wrong = [oauth_error(guess(drover, email), 400, "invalid_grant") for _ in range(6)]
    hold_locks(drover)
    # The right password is refused in the same words.
    assert oauth_error(guess(drover, email, PASSWORD), 400, "invalid_grant") == wrong[0]
    end_locks(drover)
    assert let_in(guess(drover, email, PASSWORD))
    # A success forgets them: five more are free.
    for _ in range(5):
        guess(drover, email)
    assert let_in(guess(drover, email, PASSWORD))


def test_others_are_not_locked(drover):
    (email, _), (other, _) = drover.user(), drover.user()
    for _ in range(8):
        guess(drover, email)
    assert let_in(guess(drover, other, PASSWORD))


def test_a_name_that_nobody_has_is_answered_alike_and_takes_as_long(drover):
    email = drover.account(cheap=False)
    locked = drover.account(cheap=False)
    for _ in range(9):
        guess(drover, locked)
    hold_locks(drover)

    def times(name, password):
        taken, texts = [], set()
        for number in range(5):
            began = time.perf_counter()
            texts.add(tuple(sorted(guess(drover, name(number), password).json().items())))
            taken.append(time.perf_counter() - began)
        return statistics.median(taken), texts

    known, text = times(lambda _: email, WRONG)
    unknown, unknown_text = times(lambda n: f"nobody{n}@example.com", WRONG)
    while_locked, locked_text = times(lambda _: locked, PASSWORD)
    assert text == unknown_text == locked_text and len(text) == 1
    # A hash takes most of the time; without one an answer would take a tenth.
    assert known / 4 < unknown < known * 4, (known, unknown)
    assert known / 4 < while_locked < known * 4, (known, while_locked)


def test_an_address_that_tries_many_accounts_waits_and_others_do_not(proxied):
    email = proxied.account()
    bad, good = {"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-For": "203.0.113.10"}
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: guess(proxied, f"user{n}@example.com", "Summer2026", **bad), range(34)))
    hold_locks(proxied)
    oauth_error(guess(proxied, email, PASSWORD, **bad), 400, "invalid_grant")
    # What a client puts into the header itself stands left of what the proxy saw.
    forged = {"X-Forwarded-For": "198.51.100.77, 203.0.113.9"}
    oauth_error(guess(proxied, email, PASSWORD, **forged), 400, "invalid_grant")
    assert let_in(guess(proxied, email, PASSWORD, **good))
    assert let_in(guess(proxied, email, PASSWORD))


def test_without_trusted_proxies_the_header_is_nobodys_word(drover):
    """Else anybody could have an address of others locked, or count as another one with each guess."""
    email = drover.account()
    for number in range(6):
        guess(drover, email, **{"X-Forwarded-For": f"198.51.100.{number}"})
    hold_locks(drover)
    oauth_error(guess(drover, email, PASSWORD, **{"X-Forwarded-For": "198.51.100.99"}), 400, "invalid_grant")


def test_what_people_type_is_kept_as_a_hash_only(proxied):
    guess(proxied, "my secret typed into the wrong field")
    rows = proxied.psql("select login_failures::text from login_failures")
    assert rows and not any("secret" in column for row in rows for column in row)
    assert proxied.psql("select count(*) from login_failures where length(subject_sha256) <> 32") == [["0"]]
