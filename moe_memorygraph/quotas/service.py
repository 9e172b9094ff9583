"""Keeping tenants to their limits in one process, together with the other processes that serve them.

A call costs no statement: calls by the second and at once are counted here, and of the day's quotas the process has some
in advance (`memory.quotas`), which it settles every few seconds, beside the calls.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import anyio
import structlog

from moe_memorygraph.errors import MemoryGraphError, NotFound, RateLimited, Unavailable
from moe_memorygraph.memory.quotas import Measure, QuotaAccount, QuotaClaim
from moe_memorygraph.quotas.account import RESTS, Account, Book, Sent
from moe_memorygraph.quotas.limits import Limits

if TYPE_CHECKING:  # brings the arrays, which load behind the handshake
    from moe_memorygraph.memory.ports import QuotaLedger, TenantMemory

__all__ = ["PERIOD", "Quotas", "TenantMeter"]

log = structlog.get_logger(__name__)

PERIOD = 5.0
"""Seconds between two settlements: so soon a changed limit is kept to, and use is seen by others."""
LEASE = timedelta(seconds=60)
"""For so long nobody else is lent what a process was; one that is gone keeps it no longer."""
TRUSTED = 40.0
"""Seconds for which a process uses what it was lent: less than the lease, as clocks of machines differ."""
FORGOTTEN = 60.0
"""Seconds after a tenant's last call in which its account is kept up to date."""
SETTLING = 3.0
"""Seconds for one settlement: a call may wait for it."""
AWAY = 1.0
"""Seconds after a settlement that failed, in which none is tried."""

_WORDS: Mapping[Measure, str] = {"calls": "calls", "rows": "rows", "embeddings": "texts to embed"}


class Quotas:
    """All tenants' limits in one process; lives as long as it."""

    def __init__(
        self,
        *,
        defaults: Limits,
        memory: "Callable[[str], Awaitable[TenantMemory]]",
        now: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        """`now` is the time of day, `clock` counts seconds."""
        self._defaults = defaults
        self._memory = memory
        self._now = now
        self._clock = clock
        self._holder = uuid4()
        self._accounts: dict[str, Account] = {}
        self._away_until = 0.0

    async def call(self, tenant_key: str, *, texts: int = 0) -> None:
        """Count a call, and the texts that it has embedded. Raises `RateLimited` where the tenant has none left.

        Raises `NotFound` for a tenant that was never created, and `Unavailable` where it cannot be told.
        """
        account = self._accounts.get(tenant_key) or await self._open(tenant_key)
        now = account.touched_at = self._clock()
        if account.calls is not None and (seconds := account.calls.take(now)):
            account.books["calls"].denied += 1
            raise RateLimited("Too many calls in a short time.", seconds=seconds)
        await self._use(account, "calls", 1, now)
        if texts:
            await self._use(account, "embeddings", texts, now)

    def request(self, tenant_key: str) -> float:
        """Count a request over the network: 0, or in how many seconds one would be taken.

        A tenant may make twice as many as calls, so that a client that goes beyond is told so in its own words first.
        """
        account = self._accounts.get(tenant_key)
        if account is None or account.requests is None:
            return 0.0
        seconds = account.requests.take(self._clock())
        if seconds:
            account.books["calls"].denied += 1
        return seconds

    def denied(self, tenant_key: str) -> None:
        """Note a call that was refused elsewhere."""
        if (account := self._accounts.get(tenant_key)) is not None:
            account.books["calls"].denied += 1

    def at_once(self, tenant_key: str) -> int | None:
        """How many of a tenant's calls may be at work; None: without limit, or not known yet."""
        account = self._accounts.get(tenant_key)
        if account is None or account.limits.calls_at_once is None:
            return None
        return int(account.limits.calls_at_once)

    def meter(self, tenant_key: str) -> "TenantMeter":
        return TenantMeter(self, tenant_key)

    async def take(self, tenant_key: str, measure: Measure, wanted: int) -> tuple[int, Book]:
        """So many of the day, or as many as are left, and the book they were taken from; what is missing counts as denied."""
        account = self._accounts.get(tenant_key) or await self._open(tenant_key)
        now = account.touched_at = self._clock()
        got = await self._taken(account, measure, wanted, now)
        book = account.books[measure]
        book.denied += wanted - got
        return got, book

    async def refusal(self, tenant_key: str, measure: Measure) -> RateLimited:
        """What to say of a day that is used up."""
        account = self._accounts.get(tenant_key) or await self._open(tenant_key)
        return self._refusal(account, measure)

    def _refusal(self, account: Account, measure: Measure) -> RateLimited:
        book = account.books[measure]
        if book.is_lent_out:
            return RateLimited(
                f"What is left of the day's {book.most:,} {_WORDS[measure]} is with other processes.",
                seconds=(RESTS + 1) * PERIOD,
            )
        return RateLimited(
            f"The day's {book.most or 0:,} {_WORDS[measure]} are used up; the next day begins at 00:00 UTC.",
            seconds=account.day_ends - self._clock(),
        )

    async def run(self) -> None:
        """Settle now and then, for ever."""
        while True:
            await anyio.sleep(PERIOD)
            try:
                await self.settle_all()
            except Exception as error:  # the loop must live on: what was not said is said the next time
                log.error("quotas_crashed", error=type(error).__name__)

    async def settle_all(self) -> None:
        """Say what was used, give back what is not needed, and learn of changed limits; forget who is gone."""
        now = self._clock()
        for account in list(self._accounts.values()):
            is_gone = now - account.touched_at > FORGOTTEN
            try:
                await self._settle(account, closing=is_gone)
            except NotFound:  # the tenant was erased
                self._accounts.pop(account.key, None)
                continue
            except MemoryGraphError as error:  # the next time may find the database back
                log.warning("quotas_not_settled", code=error.code)
                return
            if is_gone and account.is_settled and account.touched_at <= now - FORGOTTEN:
                self._accounts.pop(account.key, None)

    async def close(self) -> None:
        """Say what was used and give back what is left."""
        for account in list(self._accounts.values()):
            if account.is_settled:
                continue
            try:
                await self._settle(account, closing=True)
            except NotFound:
                continue
            except MemoryGraphError as error:
                log.warning("quotas_not_settled", code=error.code)
                return

    # -- one account ---------------------------------------------------------------------------------------------

    async def _use(self, account: Account, measure: Measure, count: int, now: float) -> None:
        """All or nothing."""
        book = account.books[measure]
        if now < account.day_ends and (book.most is None or (now < account.trusted_until and book.left >= count)):
            book.take(count)
            return
        if await self._taken(account, measure, count, now) < count:
            account.books[measure].denied += 1
            raise self._refusal(account, measure)

    async def _taken(self, account: Account, measure: Measure, wanted: int, now: float) -> int:
        self._roll(account, now)
        book = account.books[measure]
        if book.most is not None and (book.left < wanted or now >= account.trusted_until):
            if now < book.refused_until and now < account.trusted_until:
                return book.take(wanted)
            await self._settle(account, measure, wanted)
            book = account.books[measure]
        return book.take(wanted)

    async def _open(self, tenant_key: str) -> Account:
        now = self._clock()
        account = Account(tenant_key, self._defaults)
        self._roll(account, now)
        memory = await self._memory(tenant_key)
        own = await memory.quotas.limits()
        if tenant_key not in self._accounts:  # others asked for the same meanwhile
            account.adopt(self._defaults, own, self._clock())
            account.settled_at = now
            self._accounts[tenant_key] = account
        return self._accounts[tenant_key]

    def _roll(self, account: Account, now: float) -> None:
        if now < account.day_ends:
            return
        moment = self._now().astimezone(UTC)
        midnight = datetime.combine(moment.date() + timedelta(days=1), datetime.min.time(), UTC)
        account.begin_day(moment.date(), now + (midnight - moment).total_seconds())

    async def _settle(
        self, account: Account, measure: Measure | None = None, wanted: int = 0, *, closing: bool = False
    ) -> None:
        """Settle, and with `measure` have so much of it lent. Many at once settle once.

        A caller that is cancelled meanwhile is waited for, and not for long, so that what is said and what is noted here
        stay the same. A settlement that is not answered in time may have been written all the same: then what was used
        is counted twice, never less than once.
        """
        async with account.turn:
            now = self._clock()
            if measure is not None and self._is_answered(account, measure, wanted, now):
                return
            if now < self._away_until:
                raise Unavailable("The memory cannot be reached.", "Try again in a moment.")
            with anyio.move_on_after(SETTLING, shield=True):
                try:
                    ledger = (await self._memory(account.key)).quotas
                    await self._settle_with(ledger, account, measure, wanted, closing=closing)
                except Unavailable:
                    self._away_until = self._clock() + AWAY
                    raise
                return
            self._away_until = self._clock() + AWAY
            raise Unavailable("The memory is busy: a quota was not settled in time.", "Try again in a moment.")

    def _is_answered(self, account: Account, measure: Measure, wanted: int, now: float) -> bool:
        book = account.books[measure]
        is_known = now < min(account.trusted_until, account.day_ends)
        return is_known and (book.most is None or book.left >= wanted or now < book.refused_until)

    async def _settle_with(
        self, ledger: "QuotaLedger", account: Account, measure: Measure | None, wanted: int, *, closing: bool
    ) -> None:
        begin = self._clock()
        self._roll(account, begin)
        while account.earlier:
            day, books = account.earlier[0]
            await self._said(ledger, day, books, dict.fromkeys(books, 0), elapsed=1.0, closing=True)
            account.earlier.pop(0)
        books, day, elapsed = account.books, account.day, begin - account.settled_at
        needs = {one: wanted if one == measure else 0 for one in books}
        told = await self._said(ledger, day, books, needs, elapsed=elapsed, closing=closing)
        account.adopt(self._defaults, told.limits, self._clock())
        account.settled_at, account.trusted_until = begin, begin + TRUSTED

    async def _said(
        self,
        ledger: "QuotaLedger",
        day: date,
        books: Mapping[Measure, Book],
        needs: Mapping[Measure, int],
        *,
        elapsed: float,
        closing: bool,
    ) -> QuotaAccount:
        sent = [
            (book, one)
            for book in books.values()
            if (one := book.send(needs[book.measure], elapsed=elapsed, closing=closing)) is not None
        ]
        claims = [self._with_default(one) for _, one in sent]
        now = self._now()
        try:
            told = await ledger.settle(self._holder, claims, day=day, now=now, until=now + LEASE)
        except BaseException:
            for book, one in sent:
                book.unsend(one)
            raise
        refused_until = self._clock() + PERIOD
        for (book, one), standing in zip(sent, told.standings, strict=True):
            book.settle(one, standing, refused_until=refused_until)
        return told

    def _with_default(self, sent: Sent) -> QuotaClaim:
        claim = sent.claim
        return QuotaClaim(
            measure=claim.measure,
            used=claim.used,
            denied=claim.denied,
            needs=claim.needs,
            wants=claim.wants,
            most=self._defaults.a_day(claim.measure),
        )


class TenantMeter:
    """What one load takes of a tenant's day."""

    def __init__(self, quotas: Quotas, tenant_key: str) -> None:
        self._quotas = quotas
        self._tenant_key = tenant_key
        self._books: dict[Measure, Book] = {}

    async def take(self, measure: Measure, wanted: int) -> int:
        """So many, or as many as are left of the day."""
        got, self._books[measure] = await self._quotas.take(self._tenant_key, measure, wanted)
        return got

    def give_back(self, measure: Measure, count: int) -> None:
        """What was taken last and not used."""
        if count:
            self._books[measure].give_back(count)

    async def refusal(self, measure: Measure) -> RateLimited:
        return await self._quotas.refusal(self._tenant_key, measure)
