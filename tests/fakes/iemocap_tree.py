"""A tree in the layout of IEMOCAP: its names and its forms of lines, with sounds and words of our own."""

from pathlib import Path

from tones import write_tone

HEADER = "% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]\n\n"


def write_iemocap(root: Path, sessions: int = 5, turns: int = 2) -> Path:
    """Write ``sessions`` sessions of one improvised and one scripted dialogue, and return the folder of the release."""
    release = root / "IEMOCAP_full_release"
    for session in range(1, sessions + 1):
        for dialogue in (f"Ses{session:02d}F_impro01", f"Ses{session:02d}M_script02_2"):
            names = [f"{dialogue}_{'FM'[turn % 2]}{turn:03d}" for turn in range(turns)]
            _write_dialogue(release / f"Session{session}", dialogue, names)
    return release


def _write_dialogue(session: Path, dialogue: str, names: list[str]) -> None:
    blocks, spoken = [HEADER], []
    for number, name in enumerate(names):
        start, end = 6.2901 + 2 * number, 8.0 + 2 * number
        blocks.append(f"[{start:.4f} - {end:.4f}]\t{name}\t{('neu', 'ang')[number % 2]}\t[2.5000, 3.0000, 3.5000]\n")
        blocks.append("C-E2:\tNeutral;\t()\nC-E4:\tAnger; Frustration;\t(curious)\n")
        blocks.append("A-E3:\tval 3; act 2; dom  2;\t()\nA-E4:\tval 2; act  ; dom  5;\t(threatening, belligerent)\n\n")
        spoken.append(f"{name} [{start:08.4f}-{end:08.4f}]: Words number {number}.\n")
        write_tone(session / "sentences" / "wav" / dialogue / f"{name}.wav", 220 + 20 * number)
    write_text(session / "dialog" / "EmoEvaluation" / f"{dialogue}.txt", "".join(blocks))
    write_text(session / "dialog" / "transcriptions" / f"{dialogue}.txt", "".join(spoken))


def write_text(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
