"""Decode, repair, measure: what a worker does with the values of its jobs, each of them decoded once."""

import pickle
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mmhub.bound import Bound
from mmhub.errors import Undecodable
from mmhub.operators import Aligner, Cleaner, Encoder, Media, Segment, Segmenter
from mmhub.units import Fault
from mmhub.workers.ask import ask, described, in_rows, text
from mmhub.workers.jobs import Answer, Job, Repaired, Result, Setup, Value
from mmhub.workers.mark import DECODE, TOGETHER, Mark


class Work:
    """The operators of one recipe, ready to be applied; ``mark`` says at any time to what."""

    def __init__(self, setup: Setup, mark: Mark) -> None:
        self.setup = setup
        self.mark = mark

    def run(self, jobs: Sequence[Job]) -> Iterator[Result]:
        """Yield the result of each job. Texts of several jobs are measured together, those of one job one by one."""
        texts = self._texts(jobs)
        for number, job in enumerate(jobs):
            result = self._job(number, job, texts)
            # Until the result is out, a death is put down to the value that was last.
            self.mark.step(DECODE)
            yield result
            self.mark.rest()

    def _texts(self, jobs: Sequence[Job]) -> dict[tuple[int, int], tuple[Any, Answer]]:
        """Return the repaired text of, and the answer to, every text of the jobs, by job and place."""
        done: dict[tuple[int, int], tuple[Any, Answer]] = {}
        for name, modality in self.setup.modalities.items():
            if modality.decode:
                continue
            places = [
                (number, place)
                for number, job in enumerate(jobs)
                for place, value in enumerate(job.values)
                if value.field == name
            ]
            for some in [places] if len(jobs) > 1 else [[each] for each in places]:
                self.mark.begin(0, TOGETHER if len(jobs) > 1 else some[0][1])
                values = [jobs[number].values[place] for number, place in some]
                pairs = self._measured(name, values, [value.content for value in values])
                done.update(zip(some, pairs, strict=True))
        return done

    def _job(self, number: int, job: Job, texts: dict[tuple[int, int], tuple[Any, Answer]]) -> Result:
        decoded: list[Any] = []
        answers: list[Answer] = []
        for place, value in enumerate(job.values):
            if (number, place) in texts:
                content, answer = texts[number, place]
            else:
                self.mark.begin(number, place)
                content, answer = self._media(value)
            decoded.append(content)
            answers.append(answer)
        pairs: list[Sequence[Any] | Fault] = []
        for place, pair in enumerate(job.pairs, start=len(job.values)):
            self.mark.begin(number, place)
            self.mark.step(pair.bound)
            pairs.append(self._pair(self.setup.bound[pair.bound], decoded[pair.left], decoded[pair.right]))
        return Result(answers=answers, pairs=pairs)

    def _media(self, value: Value) -> tuple[Any, Answer]:
        """Decode one value and return it with all that was found of it."""
        decode = self.setup.modalities[value.field].decode
        assert decode is not None
        assert isinstance(value.content, Media)
        try:
            content = self._decoded(decode, value)
        except Undecodable as error:
            fault = Fault(error.reason, error.message)
        except MemoryError:
            fault = Fault("out-of-memory", "it asks for more memory than a value may have")
        except OSError as error:
            fault = Fault("unreadable", error.strerror or described(error))
        except Exception as error:  # noqa: BLE001  (a decoder may raise anything)
            fault = Fault("decoder-error", described(error))
        else:
            pairs = self._measured(value.field, [value], [content])
            pairs[0][1].decoded = True
            return pairs[0]
        return fault, Answer(fault=fault, decoded=True)

    def _decoded(self, decode: Callable[[Media], Any], value: Value) -> Any:
        """Return a decoded value, or the file itself if it is damaged and asked about by what cuts damaged ones."""
        assert isinstance(value.content, Media)
        try:
            return decode(value.content)
        except Undecodable:
            operators = [self.setup.bound[place].operator for place in value.wanted]
            if any(isinstance(each, Segmenter) and each.damaged for each in operators):
                return value.content
            raise

    def _measured(self, name: str, values: Sequence[Value], contents: list[Any]) -> list[tuple[Any, Answer]]:
        """Repair, measure and view values of one field."""
        answers = [Answer() for _ in values]
        for place in self.setup.repairs.get(name, ()):
            self.mark.step(place)
            self._repair(place, name, contents, answers)
        for place in sorted({place for value in values for place in value.wanted}):
            bound = self.setup.bound[place]
            if bound.kind in ("decode", "repair"):
                continue
            self.mark.step(place)
            asked = [
                n for n, value in enumerate(values) if place in value.wanted and not isinstance(contents[n], Fault)
            ]
            found = ask(bound.step, _question(bound), [contents[n] for n in asked])
            for n, each in zip(asked, found, strict=True):
                (answers[n].views if bound.kind == "encode" and not isinstance(each, Fault) else answers[n].found)[
                    place
                ] = each
        return list(zip(contents, answers, strict=True))

    def _repair(self, place: int, name: str, contents: list[Any], answers: Sequence[Answer]) -> None:
        """Replace contents by what a repair makes of them; a value that a repair fails on is lost to later steps."""
        bound = self.setup.bound[place]
        assert isinstance(bound.operator, Cleaner)
        repair, modality = bound.operator.repair, self.setup.modalities[name]
        assert repair is not None
        encode = (modality.encode or _bytes) if modality.decode else text
        sound = [n for n, content in enumerate(contents) if not isinstance(content, Fault)]
        made = ask(bound.step, lambda some: repair(some, bound.options), [contents[n] for n in sound])
        for n, each in zip(sound, made, strict=True):
            if each is None:
                answers[n].found[place] = Repaired(None)
            elif isinstance(each, Fault):
                answers[n].found[place] = contents[n] = each
            else:
                (new,) = ask(bound.step, lambda some: [_stored(encode(some[0]))], [each])
                answers[n].found[place] = new if isinstance(new, Fault) else Repaired(new)
                contents[n] = new if isinstance(new, Fault) else each

    def _pair(self, bound: Bound, left: Any, right: Any) -> Sequence[Any] | Fault:
        """Return the facts of two values, or the fault of either."""
        assert isinstance(bound.operator, Aligner)
        measure, facts = bound.operator.measure, bound.facts
        for side in (left, right):
            if isinstance(side, Fault):
                return side
        found = ask(
            bound.step,
            lambda some: in_rows(measure([some[0][0]], [some[0][1]], bound.options), facts, 1),
            [(left, right)],
        )
        answer: Sequence[Any] | Fault = found[0]
        return answer


def _question(bound: Bound) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Return the call that asks an operator about a list of decoded values."""
    operator, options, modality = bound.operator, bound.options, bound.modality
    if isinstance(operator, Encoder):
        # A view is packed here, where it can still be told whose fault it is that it does not fit through a pipe.
        return lambda some: [pickle.dumps(operator.view(each, options, modality), protocol=5) for each in some]
    if isinstance(operator, Segmenter):
        return lambda some: [[_sound(segment) for segment in operator.cut(each, options)] for each in some]
    assert isinstance(operator, Cleaner)
    measure, facts = operator.measure, operator.facts
    assert measure is not None
    return lambda some: in_rows(measure(some, options), facts, len(some))


def _stored(made: Any) -> bytes | str:
    """Return what a repair made of a value, where it can be kept."""
    return text(made) if isinstance(made, str) else _bytes(made)


def _bytes(made: Any) -> bytes:
    if not isinstance(made, bytes):
        raise TypeError(f"the repaired value is {type(made).__name__}, expected bytes")
    return made


def _sound(segment: Any) -> Segment:
    if not isinstance(segment, Segment):
        raise TypeError(f"a segment is {type(segment).__name__}, expected Segment")
    return Segment(int(segment.start), int(segment.end), _stored(segment.value))
