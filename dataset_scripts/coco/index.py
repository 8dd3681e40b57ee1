"""Annotations by photograph: they come in any order, and there are more of them than memory should hold."""

import math
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from mmhub import Lost, Media, Remark, SourceError, Undecodable
from mmhub.places.archive import Member
from mmhub.places.json_stream import Item, json_items

from .annotations import Annotations

_TABLES = """
create table images (place integer primary key, id integer unique, file text, licence integer, url text);
create table licences (id integer primary key, url text);
create table categories (id integer primary key, name text);
create table captions (id integer primary key, image integer, caption text);
create table boxes (id integer primary key, image integer, x, y, width, height, category integer, crowd integer);
create table files (name text primary key, path text, start integer, length integer, reason text, message text);
"""
_BY_IMAGE = """
create index captions_of on captions (image, id);
create index boxes_of on boxes (image, id);
"""
_ROWS = "select images.id, file, licences.url, images.url from images left join licences on licences.id = licence"
_BOXES = "select x, y, width, height, name, crowd from boxes left join categories on categories.id = category"
_NUMBERS = (int, float)

Made = Callable[[dict[str, Any]], tuple[str, tuple[Any, ...]]]
"""Returns into which table an item goes, and the values there; raises KeyError, TypeError or ValueError for none."""


class Index:
    """What annotation files say of each photograph, in a database of SQLite's that is deleted when it is closed."""

    def __init__(self) -> None:
        # Without a name SQLite keeps it in a temporary file, and 16 MB of it in memory.
        self._held = sqlite3.connect("", isolation_level=None)
        self._held.executescript(f"pragma journal_mode = off; pragma cache_size = -16384; {_TABLES}")
        self._has_instances = True

    def __enter__(self) -> "Index":
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def add_files(self, members: Iterable[Member]) -> None:
        """Keep where the members of an archive lie."""
        self._held.execute("begin")
        self._held.executemany("insert into files values (?, ?, ?, ?, ?, ?)", map(_placed, members))
        self._held.execute("commit")

    def file(self, name: str) -> Media | Undecodable | None:
        """Return where a member lies, or why it cannot be had; None where there is no such member."""
        found = self._held.execute("select path, start, length, reason, message from files where name = ?", (name,))
        for path, start, length, reason, message in found:
            return Undecodable(reason, message) if reason else Media(path=path, offset=start, length=length)
        return None

    def read_captions(self, annotations: Annotations | None) -> Iterator[Lost]:
        """Read photographs, licences and captions; yield what is no such thing."""
        assert annotations is not None
        yield from self._read(annotations, {"licenses": _licence, "images": _image, "annotations": _caption})

    def read_instances(self, annotations: Annotations | None) -> Iterator[Lost]:
        """Read boxes and categories, where there are some; yield what is no such thing."""
        self._has_instances = annotations is not None
        if annotations is not None:
            yield from self._read(annotations, {"categories": _category, "annotations": _box})

    def _read(self, annotations: Annotations, kinds: Mapping[str, Made]) -> Iterator[Lost]:
        seen = set()
        self._held.execute("begin")
        with annotations.opened() as stream:
            for item in json_items(stream, annotations.file.name):
                seen.add(item.key)
                if item.number is None or item.key not in kinds:
                    continue
                problem = self._add(item, kinds[item.key])
                if problem:
                    yield problem
        self._held.execute("commit")
        if "annotations" not in seen or ("images" in kinds and "images" not in seen):
            raise SourceError(f"{annotations} is no annotation file of COCO: it has no `images` and `annotations`")

    def _add(self, item: Item, made: Made) -> Lost | None:
        """Keep an item as ``made`` of it; return what is wrong with it, or None."""
        try:
            if isinstance(item.value, Undecodable):
                raise ValueError(item.value.message)
            table, values = made(item.value)
            self._held.execute(f"insert into {table} values ({', '.join('?' * len(values))})", values)
        except sqlite3.IntegrityError:
            return Lost(item.place, "duplicate", f"{item.place}: the id {item.value['id']} occurs twice in {item.key}")
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            found = f"it has no {error}" if isinstance(error, KeyError) else str(error)
            return Lost(item.place, "malformed", f"{item.place}: {found}")
        return None

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the photographs in their order, with the names of their files as ``image``."""
        self._held.executescript(_BY_IMAGE)
        for image, file, licence, url in self._held.execute(f"{_ROWS} order by place"):
            captions = self._held.execute("select caption from captions where image = ? order by id", (image,))
            boxes = self._held.execute(f"{_BOXES} where image = ? order by boxes.id", (image,)).fetchall()
            yield {
                "row_id": f"{image:012d}",
                "image": file,
                "captions": [caption for (caption,) in captions],
                "boxes": [list(box[:4]) for box in boxes] if self._has_instances else None,
                "categories": [box[4] for box in boxes] if self._has_instances else None,
                "crowds": [bool(box[5]) for box in boxes] if self._has_instances else None,
                "licence": licence,
                "url": url,
            }

    def remarks(self) -> Iterator[Remark]:
        """Yield what belongs to no photograph."""
        for table in ("captions", "boxes"):
            lonely = f"select count(*) from {table} where image not in (select id from images)"
            ((count,),) = self._held.execute(lonely)
            if count:
                yield Remark(f"{count:,} {table} of photographs that the caption file does not name: left out")
        if not self._has_instances:
            yield Remark("there is no instances file beside the captions: rows have no boxes and categories")


def _placed(member: Member) -> tuple[Any, ...]:
    value = member.value
    if isinstance(value, Undecodable):
        return member.name, None, None, None, value.reason, value.message
    return member.name, value.path, value.offset, value.length, None, None


def _licence(value: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    return "licences", (_number(value, "id"), _text(value, "url"))


def _category(value: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    return "categories", (_number(value, "id"), _text(value, "name"))


def _image(value: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    url = value.get("flickr_url") or value.get("coco_url")
    return "images", (None, _number(value, "id"), _text(value, "file_name"), value.get("license"), url)


def _caption(value: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    return "captions", (_number(value, "id"), _number(value, "image_id"), _text(value, "caption"))


def _box(value: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    box = value["bbox"]
    if not (isinstance(box, list) and len(box) == 4 and all(isinstance(each, _NUMBERS) for each in box)):
        raise ValueError(f"its bbox is {box!r}: expected x, y, width and height")
    if not all(map(math.isfinite, box)) or box[2] < 0 or box[3] < 0:
        raise ValueError(f"its bbox is {box!r}: expected finite numbers, width and height zero or more")
    numbers = (_number(value, "id"), _number(value, "image_id"), *map(float, box), _number(value, "category_id"))
    return "boxes", (*numbers, bool(value.get("iscrowd")))


def _number(value: dict[str, Any], key: str) -> int:
    if not isinstance(value[key], int):
        raise TypeError(f"its {key} is {value[key]!r}: expected a whole number")
    return int(value[key])


def _text(value: dict[str, Any], key: str) -> str:
    if not isinstance(value[key], str):
        raise TypeError(f"its {key} is {value[key]!r}: expected a text")
    return str(value[key])
