"""Who asks."""

from starlette.responses import Response

from mmhub.hubserver.answers import as_json, moment
from mmhub.hubserver.call import Call
from mmhub.hubserver.hub import OWNER


def whoami(call: Call) -> Response:
    """Answer who the owner of the token is."""
    call.only_owner()
    token = {"displayName": OWNER, "role": "write", "createdAt": moment(0)}
    return as_json(
        {
            "type": "user",
            "id": OWNER,
            "name": OWNER,
            "fullname": OWNER,
            "email": f"{OWNER}@localhost",
            "emailVerified": True,
            "canPay": False,
            "isPro": False,
            "periodEnd": None,
            "avatarUrl": "",
            "orgs": [],
            "auth": {"type": "access_token", "accessToken": token},
        }
    )
