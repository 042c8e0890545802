"""A small world in a running Natter: people, and rooms in which there is one of everything."""

import itertools
import os
import struct
import time
import zlib

import requests

BASE = os.environ["NATTER_URL"] + "/api/v1"
PASSWORD = "soup at half past noon"
# An access token lives 15 minutes: one that is older than this is not waited out.
TOKEN_SECONDS = 600
# A message takes 20 different reactions, a chat 100 invitations: a room that was used often is full.
ROOM_USES = 30


class Api:
    """Calls that have to succeed."""

    def __init__(self):
        self.session = requests.Session()
        self.session.trust_env = False

    def call(self, method, path, token=None, **kwargs):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = self.session.request(method, BASE + path, headers=headers, timeout=30, **kwargs)
        if response.status_code >= 300:
            raise RuntimeError(f"{method} {path}: {response.status_code} {response.text}")
        return response.json() if response.content else None


class Person:
    """Somebody with an account, who signs in when need be."""

    # The names that nobody can have any more.
    taken = set()

    def __init__(self, api, username):
        self.api, self.username, self.password = api, username, PASSWORD
        self.tokens, self.since, self.issued = None, 0.0, set()
        self.taken.add(username)
        api.call("POST", "/users", json={"username": username, "password": PASSWORD})

    def sign_in(self):
        account = {"username": self.username, "password": self.password}
        return self.api.call("POST", "/auth/token", json=account)

    @property
    def token(self):
        if self.tokens is None or time.monotonic() - self.since > TOKEN_SECONDS:
            self.tokens, self.since = self.sign_in(), time.monotonic()
            self.issued.add(self.tokens["access_token"])
        return self.tokens["access_token"]

    def forget(self):
        """The session is over."""
        self.tokens = None

    def call(self, method, path, **kwargs):
        return self.api.call(method, path, token=self.token, **kwargs)


class Room:
    """A group of Ada's with one of everything in it."""

    def __init__(self, world):
        ada, ben = world.ada, world.ben
        self.uses = 0
        chat = ada.call("POST", "/chats", json={"name": "Lunch", "members": ["ben"], "visibility": "public"})
        self.chat = chat["id"]
        self.picture = world.picture
        sent = {"text": "Soup?", "attachments": [self.picture]}
        self.message = ada.call("POST", f"/chats/{self.chat}/messages", json=sent)["id"]
        ada.call("PUT", f"/chats/{self.chat}/messages/{self.message}/reactions/yum")
        self.from_ben = ada.api.call(
            "POST", f"/chats/{self.chat}/messages", token=ben.token, json={"text": "Salad.", "reply_to": self.message}
        )["id"]
        forward = {"chat_ids": [self.chat]}
        path = f"/chats/{self.chat}/messages/{self.from_ben}/forward"
        self.forward = ada.call("POST", path, json=forward)["items"][0]["id"]
        self.to_ben = ada.call("POST", "/conversations/ben", json={"text": "Are you there?"})["id"]
        self.code = [ada.call("POST", f"/chats/{self.chat}/invites", json={})["code"] for _ in range(2)][0]
        cleos = world.cleo.call("POST", "/chats", json={"name": "Tea", "members": [], "visibility": "public"})
        self.open_chat = cleos["id"]
        self.open_code = world.cleo.call("POST", f"/chats/{self.open_chat}/invites", json={})["code"]


class World:
    """Everybody, and the room at hand."""

    def __init__(self):
        self.api = Api()
        self.ada, self.ben, self.cleo = (Person(self.api, name) for name in ("ada", "ben", "cleo"))
        # Their password changes, their sessions end, they can't guess their password.
        self.dora, self.eve, self.finn = (Person(self.api, name) for name in ("dora", "eve", "finn"))
        # Whose refresh token is used up, again and again.
        self.gina = Person(self.api, "gina")
        self.picture = upload(self.ada)
        self.numbers = itertools.count(1)
        self.at_hand, self.client_ids = None, {}

    @property
    def room(self):
        """The room at hand."""
        if self.at_hand is None:
            self.at_hand = Room(self)
        return self.at_hand

    def next_room(self):
        """A room to be used once more."""
        if self.at_hand is not None and self.at_hand.uses >= ROOM_USES:
            self.leave_room()
        self.room.uses += 1
        return self.room

    def leave_room(self):
        """It is not as it was."""
        self.at_hand = None

    def was_used(self, client_id, path):
        """Whether a client id went to another chat before, where it stays."""
        place = str(sorted(path.items()))
        return self.client_ids.setdefault(client_id, place) != place

    def newcomer(self):
        """Somebody who was never seen before."""
        return Person(self.api, f"guest{next(self.numbers)}")


def upload(person, filename="plan.png"):
    """A picture; its id."""
    return person.call("POST", "/attachments", files={"file": (filename, picture(), "image/png")})["id"]


def picture(width=400, height=300):
    """A grey PNG."""
    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height))

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


world = World()
