"""A new run stops the last one wherever it is, in the middle of a write too: no false “saved”, no half record."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import answering
import pytest
from browsing import plain
from serving import NewServer, Server
from size import tell, times
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from wire import PATIENCE, Wire, opened

from lessons.decisions.order import Ordering
from people.access import Principal
from progress.audit import verification
from progress.record import chains
from progress.record.chains import Kind
from quizzes.content import Course

N_RERUNS = times(500, 40)
N_RERUNS_OF_CONTROLS = times(60, 10)
QUIET = 0.3
"""Seconds without a word, after which a server is taken to have done all that it was asked."""
SAVED = "Your answer has been written down"


class Impatient(Wire):
    """A tab that sends an answer, and another run at once."""

    def answer_and_run_again(self, pause: float, *states: WidgetState) -> None:
        again = BackMsg(rerun_script={"page_script_hash": self.page, "query_string": self.query})
        answer = BackMsg()
        answer.CopyFrom(again)
        answer.rerun_script.fragment_id = self.fragment()
        answer.rerun_script.widget_states.widgets.extend(states)
        kept = [state for state in states if not state.trigger_value]
        again.rerun_script.widget_states.widgets.extend(kept)
        self.deltas = []
        self.connection.send(answer.SerializeToString())
        time.sleep(pause)
        self.connection.send(again.SerializeToString())
        self._settle()

    def _settle(self) -> None:
        """Reads until nothing more comes: how many runs the two become is Streamlit's affair."""
        patience = PATIENCE
        while True:
            try:
                frame = self.connection.recv(patience)
            except TimeoutError:
                return
            if self._is_last(frame):
                patience = QUIET
            elif ForwardMsg.FromString(self.frames[-1]).WhichOneof("type") == "new_session":
                patience = PATIENCE


@contextmanager
def in_front_of_questions(server: Server, who: Principal) -> Iterator[Impatient]:
    server.study.cards(who, "en")
    server.study.begin(who, "en")
    with server.client(who) as client:
        client.cookies.set("kodex-language", "en")
        with opened(server.url, client.cookies.jar) as connection:
            yield Impatient(connection)


def interrupted(server: Server, number: int, course: Course, said: str = "") -> Counter[str]:
    """Answers with so many interruptions; counts what was told and what was stored. With `said`, it is those words
    that tell that something is saved; otherwise the explanation does."""
    counts: Counter[str] = Counter()
    chance = random.Random(4)
    while counts["interrupted"] < number:
        who = server.newcomer(f"Netrpělivá Karta {counts['interrupted']}")
        with in_front_of_questions(server, who) as wire:
            attempt = server.study.enrolment(who).attempt
            assert attempt is not None
            tries = 0
            while (kept := server.study.enrolment(who).attempt) and not kept.is_finished and tries < 20:
                tries += 1
                question_id, _ = kept.questions[kept.next_number - 1]
                begun = time.monotonic()
                wire.visit("assessment")
                run = time.monotonic() - begun
                asked = course.questions[question_id].text("en")
                # Steps are sent in the order in which they stand: the buttons that move them run the screen again.
                states = [] if isinstance(asked, Ordering) else answering.filled(wire, asked, asked.right_answer)
                wire.frames.clear()
                wire.answer_and_run_again(chance.uniform(0, run), *states, answering.pressed(wire))
                counts["interrupted"] += 1
                now = server.study.enrolment(who).attempt
                assert now is not None
                is_stored = question_id in now.responses
                is_told = plain(said or asked.options[0].explanation) in wire.held()
                counts["stored"] += is_stored
                counts["told"] += is_told
                counts["falsely told"] += is_told and not is_stored
                counts["stopped early"] += stopped_early(wire)
                if counts["interrupted"] >= number:
                    break
        chain = server.study.chain(who)
        answers = Counter(event.body["question"] for event in chain if event.kind is Kind.ANSWERED)
        counts["half records"] += chains.broken_at(chain) is not None or max(answers.values(), default=1) > 1
    counts["half records"] += len(verification.verify(server.database, (), {}).findings)
    return counts


def stopped_early(wire: Wire) -> bool:
    said = (ForwardMsg.FromString(frame) for frame in wire.frames)
    ends = [each.script_finished for each in said if each.WhichOneof("type") == "script_finished"]
    return ForwardMsg.FINISHED_EARLY_FOR_RERUN in ends


def test_a_rerun_in_the_middle_of_a_write_leaves_no_false_saved_and_no_half_record(own_server: Server) -> None:
    counts = interrupted(own_server, N_RERUNS, own_server.course)
    tell(f"{N_RERUNS} reruns in the middle of an answer: {dict(counts)}")
    assert counts["stopped early"], "no run was ever stopped"
    assert counts["stored"]
    assert (counts["falsely told"], counts["half records"]) == (0, 0)


@pytest.mark.wide
def test_a_step_that_draws_inside_of_its_transaction_tells_falsely(new_server: NewServer) -> None:
    """The negative control: a run is stopped at what it draws, and the transaction with it."""
    server = new_server(PYTHONPATH=str(Path(__file__).with_name("parts")), SAVED=SAVED)
    server.application = "drawing_inside:app"
    server.start()
    try:
        counts = interrupted(server, N_RERUNS_OF_CONTROLS, server.course, said=SAVED)
    finally:
        server.stop()
        server.database.close()
    tell(f"with a step that draws inside of its transaction: {dict(counts)}")
    assert counts["falsely told"]
