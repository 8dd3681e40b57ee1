"""Decode, repair, measure: what a worker does with the values of its jobs, each of them decoded once."""

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from mmhub.binding.bound import Bound
from mmhub.errors import Undecodable
from mmhub.faults import Fault
from mmhub.models.weights import remember
from mmhub.operators import (
    Aligner,
    Cleaner,
    Encoder,
    Fact,
    Media,
    Mended,
    ModelOptions,
    Options,
    Segment,
    Segmenter,
    SpanOptions,
)
from mmhub.workers.ask import ask, described, in_rows, text
from mmhub.workers.jobs import Answer, Job, Repaired, Result, Setup, Value
from mmhub.workers.mark import DECODE, TOGETHER, Mark


class Work:
    """The operators of one recipe, ready to be applied; ``mark`` says at any time to what."""

    def __init__(self, setup: Setup, mark: Mark) -> None:
        self.setup = setup
        self.mark = mark
        for bound in setup.bound:
            if bound.weights is not None and isinstance(bound.options, ModelOptions):
                remember(bound.options, bound.weights)
        self._deferred = {setup.bound[place].fields[0] for place in setup.pair_repairs}
        self._unopened = {each.fields[0] for each in setup.bound if _reads_files(each)}

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
            if modality.decode or name in self._deferred:
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
                done.update(zip(some, self._all(name, values, [value.content for value in values]), strict=True))
        return done

    def _job(self, number: int, job: Job, texts: dict[tuple[int, int], tuple[Any, Answer]]) -> Result:
        decoded: list[Any] = []
        answers: list[Answer] = []
        for place, value in enumerate(job.values):
            if (number, place) in texts:
                content, answer = texts[number, place]
            else:
                self.mark.begin(number, place)
                content, answer = self._alone(value)
            decoded.append(content)
            answers.append(answer)
        for place, step in self._pair_repairs(job):
            self.mark.begin(number, place)
            self.mark.step(step)
            self._repair_pair(step, place, job, decoded, answers)
        for place, value in enumerate(job.values):
            if value.field in self._deferred:
                self.mark.begin(number, place)
                self._measure([value], decoded[place : place + 1], answers[place : place + 1])
        self._cut(number, job, decoded, answers)
        pairs: list[Sequence[Any] | Fault] = []
        for place, pair in enumerate(job.pairs, start=len(job.values)):
            self.mark.begin(number, place)
            self.mark.step(pair.bound)
            pairs.append(self._pair(self.setup.bound[pair.bound], decoded[pair.left], decoded[pair.right]))
        return Result(answers=answers, pairs=pairs)

    def _pair_repairs(self, job: Job) -> list[tuple[int, int]]:
        """Return the places of values that are to be mended by others of their row, each with the repair, in order."""
        return [
            (place, step)
            for step in self.setup.pair_repairs
            for place, value in enumerate(job.values)
            if value.field == self.setup.bound[step].fields[0]
        ]

    def _alone(self, value: Value) -> tuple[Any, Answer]:
        """Return one value, decoded if it is no text, with all that was found of it."""
        decode = self.setup.modalities[value.field].decode
        if decode is None:
            return self._all(value.field, [value], [value.content])[0]
        if value.field in self._unopened:
            return value.content, Answer()
        assert isinstance(value.content, Media)
        try:
            content = decode(value.content)
        except Undecodable as error:
            fault = Fault(error.reason, error.message)
        except MemoryError:
            fault = Fault("out-of-memory", "it asks for more memory than a value may have")
        except OSError as error:
            fault = Fault("unreadable", error.strerror or described(error))
        except BaseException as error:  # noqa: BLE001  (a decoder may raise anything)
            fault = Fault("decoder-error", described(error))
        else:
            content, answer = self._all(value.field, [value], [content])[0]
            answer.decoded = True
            return content, answer
        return fault, Answer(fault=fault, decoded=True)

    def _all(self, name: str, values: Sequence[Value], contents: list[Any]) -> list[tuple[Any, Answer]]:
        """Repair, measure and view values of one field; what others of their rows are to mend is only repaired."""
        answers = [Answer() for _ in values]
        for place in self.setup.repairs.get(name, ()):
            self.mark.step(place)
            self._repair(place, name, contents, answers)
        if name not in self._deferred:
            self._measure(values, contents, answers)
        return list(zip(contents, answers, strict=True))

    def _measure(self, values: Sequence[Value], contents: Sequence[Any], answers: Sequence[Answer]) -> None:
        """Measure and view values of one field that repairs are done with."""
        for place in sorted({place for value in values for place in value.wanted}):
            bound = self.setup.bound[place]
            if bound.kind in ("decode", "repair", "segment"):
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

    def _repair(self, place: int, name: str, contents: list[Any], answers: Sequence[Answer]) -> None:
        """Replace contents by what a repair makes of them; a value that a repair fails on is lost to later steps."""
        bound = self.setup.bound[place]
        assert isinstance(bound.operator, Cleaner)
        repair = bound.operator.repair
        assert repair is not None
        sound = [n for n, content in enumerate(contents) if not isinstance(content, Fault)]
        made = ask(bound.step, lambda some: repair(some, bound.options), [contents[n] for n in sound])
        for n, each in zip(sound, made, strict=True):
            answers[n].found[place], contents[n] = self._mended(bound, name, contents[n], each)

    def _repair_pair(self, step: int, place: int, job: Job, contents: list[Any], answers: Sequence[Answer]) -> None:
        """Replace a value by what a repair makes of it by another one of its row; a fault of either is its own."""
        bound = self.setup.bound[step]
        assert isinstance(bound.operator, Aligner)
        repair, content = bound.operator.repair, contents[place]
        assert repair is not None
        made: Any = None
        others = [n for n, value in enumerate(job.values) if value.field == bound.partner]
        faults = [each for each in (content, *(contents[n] for n in others)) if isinstance(each, Fault)]
        if faults or (place, step) in job.given_up:
            made = job.given_up.get((place, step)) or faults[0]
        elif others:
            (made,) = ask(
                bound.step,
                lambda some: repair([some[0][0]], [some[0][1]], bound.options),
                [(content, contents[others[0]])],
            )
        answers[place].found[step], contents[place] = self._mended(bound, bound.fields[0], content, made)

    def _mended(self, bound: Bound, name: str, content: Any, made: Any) -> tuple[Repaired | Fault, Any]:
        """Return what to keep of what a repair has made of a value, and the value as later steps see it."""
        if isinstance(made, Fault):
            return made, made
        if made is None and not bound.facts:
            return Repaired(None), content
        value, facts = (made.value, made.facts) if isinstance(made, Mended) else (made, {})
        modality = self.setup.modalities[name]
        encode = (modality.encode or _bytes) if modality.decode else text
        (new,) = ask(
            bound.step,
            lambda _: [Repaired(None if value is None else _stored(encode(value)), _said(facts, bound.facts))],
            [value],
        )
        if isinstance(new, Fault):
            return new, new
        return new, content if value is None else value

    def _cut(self, number: int, job: Job, contents: Sequence[Any], answers: Sequence[Answer]) -> None:
        """Cut the values of which that is wanted, together with others of their row; none where any has a fault."""
        given = {value.field: content for value, content in zip(job.values, contents, strict=True)}
        for place, value in enumerate(job.values):
            for step in value.wanted:
                bound = self.setup.bound[step]
                if isinstance(bound.operator, Segmenter) and not any(isinstance(each, Fault) for each in contents):
                    self.mark.begin(number, place)
                    self.mark.step(step)
                    several = [given.get(name) for name in (*bound.fields, *bound.beside)]
                    several += [] if job.spans is None else [job.spans]
                    (answers[place].found[step],) = ask(bound.step, _question(bound), [several])

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
        return lambda some: [_pieces(operator, several, options) for several in some]
    assert isinstance(operator, Cleaner)
    measure, facts = operator.measure, operator.facts
    assert measure is not None
    return lambda some: in_rows(measure(some, options), facts, len(some))


def _said(found: Mapping[str, Any], facts: Sequence[Fact]) -> Sequence[Any]:
    """Return the facts of a repair in the order they are declared, those it has not told as None."""
    if not facts and not found:
        return ()
    whole = dict.fromkeys((fact.name for fact in facts), None) | dict(found)
    (row,) = in_rows({name: [value] for name, value in whole.items()}, facts, 1)
    return row


def _stored(made: Any) -> bytes | str:
    """Return what a repair made of a value, where it can be kept."""
    return text(made) if isinstance(made, str) else _bytes(made)


def _bytes(made: Any) -> bytes:
    if not isinstance(made, bytes):
        raise TypeError(f"the repaired value is {type(made).__name__}, expected bytes")
    return made


def _reads_files(bound: Bound) -> bool:
    return isinstance(bound.operator, Segmenter) and bound.operator.reads == "files"


def _pieces(segmenter: Segmenter, given: Sequence[Any], options: Options) -> list[Segment | None]:
    """Return what a value is cut into: where it was asked for spans, as many segments, or None in their place."""
    found = list(segmenter.cut(*given, options))
    if not isinstance(options, SpanOptions):
        return [_sound(each, segmenter) for each in found]
    if len(found) != len(given[-1]):
        raise ValueError(f"{len(found)} segments for {len(given[-1])} spans")
    return [None if each is None else _sound(each, segmenter) for each in found]


def _sound(segment: Any, segmenter: Segmenter) -> Segment:
    if not isinstance(segment, Segment):
        raise TypeError(f"a segment is {type(segment).__name__}, expected Segment")
    if len(segment.beside) != len(segmenter.beside):
        raise ValueError(f"a segment has {len(segment.beside)} pieces beside its own, expected {len(segmenter.beside)}")
    beside = tuple(None if each is None else _stored(each) for each in segment.beside)
    return Segment(int(segment.start), int(segment.end), _stored(segment.value), beside)
