"""What the OpenAPI document can't tell Schemathesis: who calls, and what there is to call about.

A path that fits the document is led to something that is there, and a body that fits it names people, chats, messages
and files that are there. What is sent on purpose against the document is sent as it is.
"""

import atexit
import base64
import collections
import json
import os

import natter_calls as calls
import schemathesis
from natter_calls import fits, fits_body
from natter_world import world
from schemathesis.core.parameters import ParameterLocation

# How often each operation was answered with which status.
answers = collections.defaultdict(collections.Counter)

# After one of these the room is not as it was.
SPOILING = {
    "PATCH /chats/{id}",
    "DELETE /chats/{id}",
    "PATCH /chats/{id}/members/{username}",
    "DELETE /chats/{id}/members/{username}",
    "DELETE /chats/{id}/invites/{code}",
    "DELETE /chats/{id}/messages/{message_id}",
}


@schemathesis.auth(refresh_interval=None)
class Ada:
    """Everything is asked for by Ada, but for what somebody else of `natter_calls` does."""

    def get(self, case, context):
        return world.ada.token

    def set(self, case, token, context):
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def before_call(context, case, kwargs):
    name = case.operation.label
    token = case.headers.get("Authorization", "").removeprefix("Bearer ") if case.headers else ""
    # A call without a token or with a wrong one is meant to be so.
    if token in world.ada.issued:
        caller = calls.CALLERS.get(name)
        token = caller(case) if caller else world.ada.token
        case.headers["Authorization"] = f"Bearer {token}"
    if case.path_parameters and fits(case, ParameterLocation.PATH) and not calls.stays(case):
        calls.arrange_path(name, case.path_parameters)
    if case.query and fits(case, ParameterLocation.QUERY):
        calls.arrange_query(name, case)
    if fits_body(case):
        calls.arrange_body(name, case)
        if case.media_type == "multipart/form-data":
            kwargs["files"] = calls.form(name, case.body)
    if name == "GET /live":
        upgrade(case, kwargs)


@schemathesis.hook
def after_call(context, case, response):
    name = case.operation.label
    answers[name][response.status_code] += 1
    done = 200 <= response.status_code < 300
    if done and name in SPOILING or response.status_code in (403, 404) and case.path_parameters:
        world.leave_room()
    if response.status_code == 401:
        for person in (world.ada, world.dora, world.eve, world.finn):
            if person.tokens and case.headers.get("Authorization") == f"Bearer {person.tokens['access_token']}":
                person.forget()
    if done and name == "PUT /me/password" and fits_body(case):
        world.dora.password = case.body["new_password"]
    if done and name == "POST /auth/refresh":
        world.gina.tokens = json.loads(response.content)


@atexit.register
def report():
    path = os.environ.get("NATTER_ANSWERS")
    if path:
        with open(path, "w", encoding="utf-8") as file:
            json.dump(answers, file, indent=1, sort_keys=True)


def upgrade(case, kwargs):
    """Opens a WebSocket, and hangs up: what is sent over it is no HTTP any more."""
    case.headers.update(
        {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(b"sixteen letters!").decode(),
        }
    )
    kwargs["hooks"] = {"response": hang_up}


def hang_up(response, **_):
    if response.status_code == 101:
        response.raw.close()
