"""The `datasets` library against the Hub, as it is installed, with Xet and without."""

import pytest

PUSHED = """
import json, datasets
from datasets import Dataset, load_dataset
from huggingface_hub import HfApi
datasets.disable_progress_bars()
api = HfApi()

def rows(count):
    return Dataset.from_dict({"id": range(count), "media": [bytes([n % 251]) * 3000 for n in range(count)]})

rows(60).push_to_hub("local/rows", num_shards=3, private=True)
api.create_tag("local/rows", tag="v1.0.0", repo_type="dataset")
rows(90).push_to_hub("local/rows", num_shards=2)
api.create_tag("local/rows", tag="v2.0.0", repo_type="dataset")
rows(5).push_to_hub("local/rows", "few", split="test")

streamed = load_dataset("local/rows", revision="v1.0.0", split="train", streaming=True, columns=["id"])
first = load_dataset("local/rows", "default", revision="v1.0.0", split="train")
print(json.dumps({
    "v1.0.0": first.num_rows,
    "v2.0.0": load_dataset("local/rows", "default", revision="v2.0.0", split="train").num_rows,
    "few": load_dataset("local/rows", "few", split="test")["id"][:],
    "media": first[59]["media"] == b"\\x3b" * 3000,
    "streamed": [row["id"] for row in streamed],
}))
"""
SENT_TWICE = """
import json, os, random
from huggingface_hub import HfApi
api = HfApi()
data = random.Random(1).randbytes(3_000_000)
api.create_repo("local/twice", repo_type="dataset", exist_ok=True)
def put(path, data):
    api.upload_file(path_or_fileobj=data, path_in_repo=path, repo_id="local/twice", repo_type="dataset")
put("one.bin", data)
put("two.bin", data + b"a little more")
size = sum(file.stat().st_size for file in os.scandir(os.environ["ROOT"] + "/xorbs"))
path = api.hf_hub_download("local/twice", "two.bin", repo_type="dataset")
print(json.dumps({"size": size, "same": open(path, "rb").read() == data + b"a little more"}))
"""


@pytest.mark.parametrize("xet", [True, False], ids=["xet", "lfs"])
def test_every_version_of_a_pushed_dataset_loads_by_its_tag(run_client, fresh_hub, xet):
    seen = run_client(PUSHED, fresh_hub, xet=xet)
    assert (seen["v1.0.0"], seen["v2.0.0"], seen["few"], seen["media"]) == (60, 90, [0, 1, 2, 3, 4], True)
    assert seen["streamed"] == list(range(60))
    assert any((fresh_hub.root / "xorbs").iterdir()) is xet


def test_xet_sends_only_what_was_not_sent_before(run_client, fresh_hub):
    seen = run_client(SENT_TWICE, fresh_hub, ROOT=str(fresh_hub.root))
    assert seen["same"]
    assert 3_000_000 <= seen["size"] < 3_400_000


def test_a_client_that_remembers_xorbs_which_are_gone_sends_them_when_it_tries_again(run_client, fresh_hub):
    first = run_client(SENT_TWICE, fresh_hub, ROOT=str(fresh_hub.root))
    assert first["same"]
    for xorb in (fresh_hub.root / "xorbs").iterdir():
        xorb.unlink()
    for blob in (fresh_hub.root / "blobs").glob("??/*"):
        if blob.stat().st_size > 1_000_000:
            blob.unlink()
    program = f"""
{SENT_TWICE.partition(chr(10) + "put(")[0].replace("twice", "again")}
from huggingface_hub.errors import HfHubHTTPError
def push():
    try:
        put("one.bin", data)
    except Exception as error:
        return str(error)
    return "done"
print(json.dumps([push(), push()]))
"""
    refused, done = run_client(program, fresh_hub, ROOT=str(fresh_hub.root))
    assert "400" in refused
    assert done == "done"
