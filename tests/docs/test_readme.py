import examples

README = (examples.ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_does_what_it_says(tmp_path):
    for each in examples.run(README, tmp_path):
        assert each.holds, f"{each.command}\nprints\n{each.printed}\nwhere the README says\n{each.expected}"


def test_the_readme_begins_with_the_two_commands():
    commands = [line for block in examples.blocks(README) for line in block.body.splitlines()]
    assert commands.index("$ pip install uv && uv run mmhub build demo") < commands.index("$ uv run pytest")


def test_only_what_needs_a_network_is_skipped_in_the_readme():
    assert {block.skip for block in examples.blocks(README)} <= {"", "needs a network", "shown above"}
