"""Who makes a call, where it leads, what it asks for and what it says."""

import zlib

from natter_world import PASSWORD, Person, picture, upload, world
from schemathesis.core import NotSet
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase

REACTIONS = ["👍", "好", "ship-it", "Ünïcödé"]
BOUNDS = ["before", "after", "changed_after"]
# A real cursor of each list.
cursors = {}


def fits(case, location):
    return case.meta is not None and not case.meta.is_negative_at(location)


def fits_body(case):
    return not isinstance(case.body, NotSet) and fits(case, ParameterLocation.BODY)


def stays(case):
    """Whether a path leads where it leads: on from what was answered before, or, now and then, nowhere."""
    ids = [value for name, value in case.path_parameters.items() if name in ("id", "message_id")]
    nowhere = all(isinstance(value, int) and value > 1_000_000 for value in ids)
    if case.meta.phase.name == TestPhase.STATEFUL:
        return not (ids and nowhere)
    return nowhere and now_and_then(case.path_parameters)


def now_and_then(values):
    """Of eight values, one; the same for the same."""
    return zlib.crc32(repr(sorted(values.items())).encode()) % 8 == 0


# Who calls, where it is not Ada.


def another_session(case):
    return world.eve.sign_in()["access_token"]


def leaver(case):
    return (world.newcomer() if fits_body(case) else world.finn).token


CALLERS = {
    "POST /auth/logout": another_session,
    "DELETE /me/sessions/{id}": lambda case: world.eve.token,
    "DELETE /me": leaver,
    "PUT /me/password": lambda case: world.dora.token,
}


# Where a path leads.


def arrange_path(name, path):
    if name == "DELETE /me/sessions/{id}":
        path["id"] = session_to_end()
        return
    if name in ("GET /attachments/{id}", "GET /attachments/{id}/thumbnail"):
        path["id"] = world.picture
        return
    room = world.next_room()
    ids = {"id": room.chat, "message_id": room.message, "username": "ben", "code": room.code}
    ids |= {
        "POST /chats/{id}/join": {"id": room.open_chat},
        "POST /invites/{code}/accept": {"code": room.open_code},
        "POST /chats/{id}/messages/{message_id}/forward": {"message_id": room.from_ben},
        "GET /chats/{id}/messages/{message_id}/source": {"message_id": room.forward},
    }.get(name, {})
    path.update({name: value for name, value in ids.items() if name in path})
    if "%" in str(path.get("reaction")):
        # It is encoded already, and would be judged by that length once the path has changed.
        path["reaction"] = REACTIONS[len(path["reaction"]) % len(REACTIONS)]


def session_to_end():
    world.eve.sign_in()
    sessions = world.eve.call("GET", "/me/sessions")["items"]
    return next(session["id"] for session in sessions if not session["current"])


# What a query asks for.


def arrange_query(name, case):
    given = [bound for bound in BOUNDS if bound in case.query]
    # The document can't say that one bound excludes the others.
    for bound in given[1:] if name in ("GET /chats/{id}/messages", "GET /conversations/{username}") else []:
        del case.query[bound]
    if "cursor" in case.query:
        room = world.room.chat
        if (case.path_parameters or {}).get("id", room) == room:
            case.query["cursor"] = cursor(name, case)
        else:
            # Of this list nobody has one.
            del case.query["cursor"]


def cursor(name, case):
    path = case.path.replace("{id}", str(world.room.chat))
    if path not in cursors:
        query = {"limit": 1} | ({"q": "soup"} if name == "GET /search" else {})
        cursors[path] = world.ada.call("GET", path, params=query)["next_cursor"]
        assert cursors[path], f"{path} has a second page"
    return cursors[path]


# What a body says.


def arrange_body(name, case):
    arrange = BODIES.get(name)
    if arrange and isinstance(case.body, dict):
        case.body = arrange(case.body, case)


def account(body, case):
    username = body["username"]
    if username.lower() in Person.taken:
        username = f"user{len(Person.taken)}"
    Person.taken.add(username.lower())
    body = {**body, "username": username, "password": uncommon(body["password"])}
    if body.get("invite"):
        body["invite"] = world.room.open_code
    return body


def uncommon(password):
    """A password of one character over and over is too easy to guess."""
    return PASSWORD if len(set(password.lower())) == 1 else password


def tokens(body, case):
    return body if now_and_then(body) else {"username": "ben", "password": PASSWORD}


def refresh(body, case):
    if now_and_then(body):
        return body
    if world.gina.tokens is None:
        world.gina.tokens = world.gina.sign_in()
    return {"refresh_token": world.gina.tokens["refresh_token"]}


def password(body, case):
    return {"current_password": world.dora.password, "new_password": uncommon(body["new_password"])}


def group(body, case):
    return {**body, "members": ["ben", "cleo"][: len(body["members"])]}


def member(body, case):
    return {**body, "username": "dora"}


def message(body, case):
    body = dict(body)
    if not any(char.isprintable() and not char.isspace() for char in body["text"]):
        body["text"] = "Soup?"
    if body.get("attachments"):
        body["attachments"] = [upload(world.ada)]
    if body.get("reply_to"):
        body["reply_to"] = answered(case.path_parameters)
    if body.get("client_id") and world.was_used(body["client_id"], case.path_parameters):
        body["client_id"] = f"c-{next(world.numbers)}"
    return body


def answered(path):
    """A message of the chat that a path leads to, as far as one is known."""
    if "username" in path:
        return world.room.to_ben if path["username"] == "ben" else None
    return world.room.message if path["id"] == world.room.chat else None


def forward(body, case):
    body = dict(body)
    if body.get("chat_ids"):
        body["chat_ids"] = [world.room.chat]
    if body.get("usernames") or not body.get("chat_ids"):
        body["usernames"] = ["cleo"]
    if body.get("client_id"):
        body["client_id"] = f"f-{next(world.numbers)}"
    return body


BODIES = {
    "POST /users": account,
    "POST /auth/token": tokens,
    "POST /auth/refresh": refresh,
    "PUT /me/password": password,
    "DELETE /me": lambda body, case: {"password": PASSWORD},
    "POST /chats": group,
    "POST /chats/{id}/members": member,
    "POST /chats/{id}/messages": message,
    "POST /conversations/{username}": message,
    "POST /chats/{id}/messages/{message_id}/forward": forward,
}


def form(name, body):
    """A file alone: beside it any field may stand, but not all names can be sent. Of oneself, it is a picture."""
    if name == "PUT /me/avatar":
        return {"file": ("me.png", picture(), "image/png")}
    content = body["file"]
    return {"file": ("plan", content if isinstance(content, bytes) else str(content).encode())}
