"""Serves a Hub until standard input ends: `python -m mmhub.hubserver ROOT PORT`, run by `serving`."""

import json
import os
import sys
import threading

from mmhub.errors import MmhubError
from mmhub.hubserver.child import TOKEN_VARIABLE
from mmhub.hubserver.folder import Root
from mmhub.hubserver.server import Server


def main() -> None:
    """Serve, say where in one line of JSON, and end with the process that started this one."""
    root, port = sys.argv[1], int(sys.argv[2])
    try:
        server = Server.bound(Root.at(root).made(), port=port, token=os.environ.pop(TOKEN_VARIABLE))
    except MmhubError as error:
        _say({"error": str(error)})
        sys.exit(1)
    threading.Thread(target=_until_alone, args=(server,), daemon=True).start()
    _say({"endpoint": server.endpoint})
    server.run()


def _until_alone(server: Server) -> None:
    """End the server once nobody can write to this process any more."""
    while os.read(0, 4096):
        pass
    server.stop()


def _say(line: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
