"""What becomes of messages that cannot be used: kept in the database, then sent to the topic of dead letters, and replayed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from uuid import UUID

import orjson

from graph.store.database import Database
from graph.store.stream_letters import StreamLetter, StreamLetters
from ingest.kafka_cluster import Kafka
from ingest.messages import Refused
from ingest.streams.sending import Outgoing, Sender, TooLargeError
from ingest.streams.topics import dead_topic, make_topics

AT_ONCE = 20
"""How many letters are sent in one transaction: a letter may have some megabytes."""

LOOK_SECONDS = 5.0
"""How often somebody looks for letters that another worker left unsent."""

_logger = logging.getLogger(__name__)


def letters_of(consumer: str, refused: Sequence[Refused]) -> list[StreamLetter]:
    """Return the dead letters of messages that a consumer could not use."""
    return [
        StreamLetter(
            each.message.id,
            consumer,
            each.message.topic,
            each.message.partition,
            each.message.offset,
            each.message.at,
            each.message.key,
            each.message.value,
            each.message.headers,
            each.problems,
        )
        for each in refused
    ]


class DeadLetterPost:
    """Sends every dead letter to `<topic>.dead` after it is committed, and to its topic whenever somebody asks for that.

    Both at least once; the letter's id comes as a header.
    """

    def __init__(self, database: Database, kafka: Kafka, sender: Sender) -> None:
        self._letters = StreamLetters(database)
        self._kafka = kafka
        self._sender = sender
        self._known: set[str] = set()
        self._wanted = asyncio.Event()

    def wake(self) -> None:
        """Say that there are letters to be sent."""
        self._wanted.set()

    async def send(self) -> int:
        """Send what is waiting, and return how many letters these were."""
        count = 0
        while True:
            async with self._letters.publishing(AT_ONCE) as letters:
                await self._send(letters)
            count += len(letters)
            if len(letters) < AT_ONCE:
                return count

    async def replay_asked(self) -> int:
        """Send what somebody asked for to its topic once more, and return how many letters these were."""
        count = 0
        while True:
            async with self._letters.asked(AT_ONCE) as letters:
                await self._sender.send([_again(letter) for letter in letters])
            count += len(letters)
            if len(letters) < AT_ONCE:
                return count

    async def run(self, stop: asyncio.Event) -> None:
        """Send what comes and what is asked for, until `stop` is set; what cannot be sent is tried again."""
        while not stop.is_set():
            self._wanted.clear()
            try:
                await self.send()
                await self.replay_asked()
            except Exception as error:  # whatever it is: the letters are kept, and tried again
                _logger.warning("dead letters wait to be sent: %s", error)
            waiting = [asyncio.create_task(event.wait()) for event in (self._wanted, stop)]
            await asyncio.wait(waiting, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            for task in waiting:
                task.cancel()

    async def _send(self, letters: Sequence[StreamLetter]) -> None:
        new = {dead_topic(letter.topic) for letter in letters} - self._known
        if new:
            await make_topics(self._kafka, new)
            self._known |= new
        try:
            await self._sender.send([_outgoing(letter) for letter in letters])
        except TooLargeError:
            for letter in letters:
                await self._send_alone(letter)

    async def _send_alone(self, letter: StreamLetter) -> None:
        try:
            await self._sender.send([_outgoing(letter)])
        except TooLargeError:
            await self._sender.send([_outgoing(letter, without_value=True)])


async def replay(database: Database, sender: Sender, dead_letter_ids: Sequence[UUID]) -> list[StreamLetter]:
    """Send dead letters to their topics once more, as they came, and return them; raises NotFoundError for unknown ids.

    Whoever takes them in sees them as new messages: what was stored of them before is known again by what it says.
    """
    letters = await StreamLetters(database).some(dead_letter_ids)
    for letter in letters:
        await sender.send([_again(letter)])
        await StreamLetters(database).mark_replayed([letter.dead_letter_id])
    return letters


def _again(letter: StreamLetter) -> Outgoing:
    told = ("goldthread.replay", str(letter.dead_letter_id).encode())
    return Outgoing(letter.topic, letter.key, letter.value, (*letter.headers, told))


def _outgoing(letter: StreamLetter, *, without_value: bool = False) -> Outgoing:
    told = {
        "id": str(letter.dead_letter_id),
        "topic": letter.topic,
        "partition": str(letter.partition),
        "offset": str(letter.offset),
        "reason": letter.reason[:1_000],
        "problems": orjson.dumps(
            [{"path": p.path, "reason": p.reason} for p in letter.problems[:20]]
        ).decode(),
    }
    if without_value:
        told["value"] = "left out: too large for this topic; it is kept in the database"
    headers = tuple((f"goldthread.{name}", text.encode()) for name, text in told.items())
    value = None if without_value else letter.value
    return Outgoing(dead_topic(letter.topic), letter.key, value, (*letter.headers, *headers))
