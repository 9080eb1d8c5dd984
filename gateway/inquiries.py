"""Questions to the fusion about what made a track, and who waits for which answer.

Only so many may be open at once: a question costs the fusion a walk through a cycle's credits, and an
asker who is turned away can ask again.
"""

import asyncio

from contracts import topics
from contracts.broker import Session
from contracts.codec import encode
from contracts.provenance import ProvenanceAnswer, ProvenanceQuestion
from gateway.settings import GatewaySettings


class TooManyQuestions(RuntimeError):
    """As many questions are open as may be."""

    def __init__(self, open_max: int) -> None:
        super().__init__(f"{open_max} questions are open, as many as may be; ask again in a moment")


class Inquiries:
    """The questions that are open."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._open: dict[str, tuple[ProvenanceQuestion, asyncio.Future[ProvenanceAnswer]]] = {}

    async def ask(self, session: Session, question: ProvenanceQuestion) -> ProvenanceAnswer:
        """Put a question to the fusion of its scope and return what it says.

        Raises:
            TooManyQuestions: it was not asked.
            BrokerLost: the broker went while we asked.
            TimeoutError: no answer in time.
        """
        if len(self._open) >= self._settings.questions_max:
            raise TooManyQuestions(self._settings.questions_max)
        answer: asyncio.Future[ProvenanceAnswer] = asyncio.get_running_loop().create_future()
        self._open[question.request_id] = question, answer
        try:
            async with asyncio.timeout(self._settings.question_timeout_s):
                topic = topics.provenance_questions(self._settings.exercise, question.scope)
                await session.publish(topic, encode(question, "json"))
                return await answer
        finally:
            del self._open[question.request_id]

    def hear(self, said: ProvenanceAnswer) -> None:
        """Hand an answer to whoever waits for it; what answers another question than ours is not for us."""
        asked = self._open.get(said.request_id)
        if asked is None or asked[1].done():
            return
        question, answer = asked
        if (said.scope, said.track_number) == (question.scope, question.track_number):
            answer.set_result(said)
