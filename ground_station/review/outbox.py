"""Sends what waits in the outbox, again and again with longer waits, until it is delivered, refused or out of time."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import anyio
import httpx
from nats.aio.client import Client

from geo.core import AuditLog, Database, HandoverRow, HandoverStore, LegalOrderStore, ViolationStore
from geo.primitives import SunqarError, utc_now
from ground_station.review.case_document import gathered_document, withdrawal_document
from ground_station.review.webhook import Answer, retry_after_s, send
from ground_station.settings import HandoverSettings
from ground_station.violation_letters import tell_cases

PERIOD_S = 5.0
BY_ITSELF = "handover"  # who did it, in the audit log

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Outbox:
    """One sender; several processes may each have one, for a row is leased while it is sent."""

    database: Database
    bus: Client
    settings: HandoverSettings
    now: Callable[[], datetime] = utc_now

    async def run(self) -> None:
        """Until cancelled. Without an outside system there is nothing to send."""
        if self.settings.url is None or self.settings.secret is None:
            return
        async with httpx.AsyncClient() as client:
            while True:
                try:
                    await self.send_what_is_due(client)
                except SunqarError as error:
                    logger.warning("hand-over waits: %s", error.message)
                await anyio.sleep(PERIOD_S)

    async def send_what_is_due(self, client: httpx.AsyncClient) -> int:
        """How many were attempted."""
        store, attempts = HandoverStore(self.database), 0
        await store.ask_for_withdrawals(self.now(), self.now() + timedelta(hours=self.settings.give_up_h))
        lease = timedelta(seconds=2 * self.settings.timeout_s)
        while (row := await store.take(self.now(), self.now() + lease)) is not None:
            await self._attempt(client, store, row)
            attempts += 1
        return attempts

    async def _attempt(self, client: httpx.AsyncClient, store: HandoverStore, row: HandoverRow) -> None:
        settings = self.settings
        assert settings.url is not None
        assert settings.secret is not None
        document = {"delivery": str(row.handover_id), "kind": row.kind} | await self.document(row)
        answer = await send(
            *(client, settings.url, settings.secret.get_secret_value(), row.handover_id, document, self.now(), settings.timeout_s)
        )
        await self._note(store, row, answer)

    async def _note(self, store: HandoverStore, row: HandoverRow, answer: Answer) -> None:
        now = self.now()
        if answer.outcome == "delivered":
            assert answer.receipt is not None
            await store.delivered(row.handover_id, answer.receipt, now)
            await tell_cases(self.bus, await ViolationStore(self.database).several([row.violation_id]))
        elif answer.outcome == "refused":
            await store.over(row.handover_id, "refused", answer.trouble, answer.receipt, now)
        else:
            wait_s = retry_after_s(row.tries, self.settings.first_retry_s, self.settings.longest_retry_s)
            next_try_at = now + timedelta(seconds=wait_s)
            if next_try_at < row.deadline_at:
                await store.try_again(row.handover_id, answer.trouble, next_try_at)
                logger.info("hand-over to %s is tried again in %.0f s: it %s", row.target, wait_s, answer.trouble)
                return
            await store.over(row.handover_id, "expired", answer.trouble, answer.receipt, now)
        ended = "delivered" if answer.outcome == "delivered" else "refused" if answer.outcome == "refused" else "expired"
        if ended != "delivered":
            logger.warning("hand-over of violation %s to %s is %s: it %s", row.violation_id, row.target, ended, answer.trouble)
        detail = {"target": row.target, "kind": row.kind, "tries": row.tries, "trouble": answer.trouble, "receipt": answer.receipt}
        await AuditLog(self.database).append(BY_ITSELF, f"violation.handover_{ended}", f"violation/{row.violation_id}", detail)

    async def document(self, row: HandoverRow) -> dict[str, Any]:
        """What is sent: the case as it is now, or that it holds no more."""
        case = await ViolationStore(self.database).get(row.violation_id)
        assert case is not None  # a case in the outbox is never deleted: the outbox refers to it
        if row.kind == "case":
            return await gathered_document(self.database, case)
        order = None if case.legal_order_id is None else await LegalOrderStore(self.database).get(case.legal_order_id)
        return withdrawal_document(case, order)
