"""Decode, repair, measure: what a worker does with the values of its jobs, each of them decoded once."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mmhub.bound import Bound
from mmhub.errors import Undecodable
from mmhub.operators import Aligner, Cleaner, Encoder, Media, Segmenter
from mmhub.units import Fault
from mmhub.workers.ask import ask, in_rows
from mmhub.workers.jobs import Answer, Job, Repaired, Result, Setup, Value

Begin = Callable[[int], None]
"""Told the place in ``Job.values`` of the value that is begun, or -1 for the texts of all jobs together."""


class Work:
    """The operators of one recipe, ready to be applied."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup

    def run(self, jobs: Sequence[Job], begin: Begin) -> Iterator[Result]:
        """Yield the result of each job. Texts of several jobs are measured together; media value by value."""
        texts = self._texts(jobs, begin)
        for number, job in enumerate(jobs):
            yield self._job(number, job, texts, begin)

    def _texts(self, jobs: Sequence[Job], begin: Begin) -> dict[tuple[int, int], tuple[Any, Answer]]:
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
            if not places:
                continue
            begin(-1 if len(jobs) > 1 else places[0][1])
            values = [jobs[number].values[place] for number, place in places]
            pairs = self._measured(name, values, [value.content for value in values])
            done.update(zip(places, pairs, strict=True))
        return done

    def _job(self, number: int, job: Job, texts: dict[tuple[int, int], tuple[Any, Answer]], begin: Begin) -> Result:
        decoded: list[Any] = []
        answers: list[Answer] = []
        for place, value in enumerate(job.values):
            if (number, place) in texts:
                content, answer = texts[number, place]
            else:
                begin(place)
                content, answer = self._media(value)
            decoded.append(content)
            answers.append(answer)
        pairs = [
            self._pair(self.setup.bound[pair.bound], decoded[pair.left], decoded[pair.right]) for pair in job.pairs
        ]
        return Result(answers=answers, pairs=pairs)

    def _media(self, value: Value) -> tuple[Any, Answer]:
        """Decode one value and return it with all that was found of it."""
        decode = self.setup.modalities[value.field].decode
        assert decode is not None
        assert isinstance(value.content, Media)
        try:
            content = decode(value.content)
        except Undecodable as error:
            fault = Fault(error.reason, error.message)
        except MemoryError:
            fault = Fault("out-of-memory", "it asks for more memory than a value may have")
        except OSError as error:
            fault = Fault("unreadable", error.strerror or str(error))
        except Exception as error:  # noqa: BLE001  (a decoder may raise anything)
            fault = Fault("decoder-error", f"{type(error).__name__}: {error}")
        else:
            pairs = self._measured(value.field, [value], [content])
            pairs[0][1].decoded = True
            return pairs[0]
        return fault, Answer(fault=fault, decoded=True)

    def _measured(self, name: str, values: Sequence[Value], contents: list[Any]) -> list[tuple[Any, Answer]]:
        """Repair, measure and view values of one field."""
        answers = [Answer() for _ in values]
        for place in self.setup.repairs.get(name, ()):
            self._repair(place, name, contents, answers)
        for place in sorted({place for value in values for place in value.wanted}):
            bound = self.setup.bound[place]
            if bound.kind in ("decode", "repair"):
                continue
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
        repair, encode = bound.operator.repair, self.setup.modalities[name].encode
        assert repair is not None
        sound = [n for n, content in enumerate(contents) if not isinstance(content, Fault)]
        made = ask(bound.step, lambda some: repair(some, bound.options), [contents[n] for n in sound])
        for n, each in zip(sound, made, strict=True):
            if each is None:
                answers[n].found[place] = Repaired(None)
            elif isinstance(each, Fault):
                answers[n].found[place] = contents[n] = each
            else:
                encoded = (
                    [each] if encode is None else ask(bound.step, lambda some: [encode(one) for one in some], [each])
                )
                answers[n].found[place] = encoded[0] if isinstance(encoded[0], Fault) else Repaired(encoded[0])
                contents[n] = each

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
        return lambda some: [operator.view(each, options, modality) for each in some]
    if isinstance(operator, Segmenter):
        return lambda some: [operator.cut(each, options) for each in some]
    assert isinstance(operator, Cleaner)
    measure, facts = operator.measure, operator.facts
    assert measure is not None
    return lambda some: in_rows(measure(some, options), facts, len(some))
