"""A node in Python's standard library, written from docs/protocol.md alone.

    python3 node.py URL CARD-FILE STATE-FILE CODE [CODE ...]

Trades the card's claim for a key (once; STATE-FILE keeps it), records a start, a tube and the people's codes, uploads them in
batches, and prints the host's replies as JSON. The first code is the tube's. With --offline it records and seals without a host.
"""

import hashlib
import hmac
import json
import os
import struct
import sys
import urllib.error
import urllib.parse
import urllib.request
import zlib

BOOTED, TUBE_OPENED, PERSON_SAMPLED = 1, 6, 7
CONTENT_AT = 6
FRAMES_MAX = 200


def tag(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def text(data):
    return bytes([len(data)]) + data


class Card:
    """The enrolment card: name=value fields after the version, escaped as %XX."""

    def __init__(self, line):
        body, crc = line.strip().rsplit(";crc=", 1)
        if zlib.crc32(body.encode("ascii")) != int(crc, 16):
            raise ValueError("the card's checksum is wrong")
        fields = dict(field.split("=", 1) for field in body.split(";")[1:])
        self.node = int(fields["node"], 16)
        self.host = int(fields["host"], 16)
        self.claim = bytes.fromhex(fields["claim"])
        self.number = int(fields.get("number", "1"))
        self.lane = urllib.parse.unquote_to_bytes(fields.get("lane", ""))
        self.site = urllib.parse.unquote_to_bytes(fields.get("site", ""))


class Seals:
    """A chain of keys, one per record."""

    def __init__(self, reserve, key_number, chain, epoch, since):
        self.reserve, self.key_number, self.chain, self.since = reserve, key_number, chain, since
        self.check = struct.unpack("<I", tag(reserve, b"FieldNode seal check 3")[:4])[0] or 1
        for _ in range(chain):
            reserve = tag(reserve, b"\x00")
        root = tag(reserve, b"\x01")
        self.sequence, self.key = since, tag(root, struct.pack("<II", epoch, since))[:16]

    def apply(self, sequence, frame, at, count):
        """XORs count bytes of a frame, which has no CRC yet, with the record's pad."""
        while self.sequence < sequence:
            self.sequence, self.key = self.sequence + 1, tag(self.key, b"\x00")[:16]
        record = struct.pack("<I", sequence) + frame[:at] + frame[at + count:]
        pad = tag(self.key, b"\x01", record) + tag(self.key, b"\x02", record)
        return frame[:at] + bytes(a ^ b for a, b in zip(frame[at:at + count], pad)) + frame[at + count:]


class Node:
    def __init__(self, card, state):
        self.card, self.state = card, state
        self.epoch = state.setdefault("epoch", int.from_bytes(os.urandom(4), "little") or 1)
        self.nonce = bytes.fromhex(state.setdefault("nonce", os.urandom(16).hex()))
        self.frames = [bytes.fromhex(frame) for frame in state.setdefault("frames", [])]
        self.starts = [tuple(start) for start in state.setdefault("starts", [])]
        self.seals = None
        self.ticks = 0

    @property
    def key(self):
        return bytes.fromhex(self.state["key"]) if "key" in self.state else None

    def subkey(self, name):
        return tag(tag(self.key, b"FieldNode link 2"), name)

    # Records

    def begin_seals(self):
        """Begins a chain with the next record: under the card's claim before the trade, under the agreed key after it."""
        key_number = 2 * self.card.number + (1 if self.key else 0)
        reserve = tag(self.key, b"FieldNode seal 2") if self.key else tag(self.card.claim, b"FieldNode card seal 2", self.nonce)
        chain = sum(1 for start in self.starts if start[0] == key_number)
        self.seals = Seals(reserve, key_number, chain, self.epoch, len(self.frames) + 1)
        self.starts.append((key_number, chain, self.seals.since, self.seals.check))

    def record(self, kind, content, sealed_at=None):
        """Appends a record; sealed_at is the offset of a code's length byte in the content."""
        sequence = len(self.frames) + 1
        self.ticks += 1000
        frame = struct.pack("<BBI", 5 + len(content), kind, self.ticks) + content
        if sealed_at is not None:
            at = CONTENT_AT + sealed_at + 1
            frame = self.seals.apply(sequence, frame, at, frame[at - 1])
        crc = zlib.crc32(struct.pack("<II", self.epoch, sequence) + frame)
        self.frames.append(frame + struct.pack("<I", crc))
        return sequence

    def work(self, tube, people):
        self.begin_seals()
        starts = self.state["boots"] = self.state.get("boots", 0) + 1
        self.record(BOOTED, struct.pack("<IH", starts, 0x0100) + text(self.card.lane) + text(self.card.site))
        opened = self.record(TUBE_OPENED, struct.pack("<HBB", 1, 10, 0) + text(tube))
        for position, code in enumerate(people, 1):
            kind = 1 if len(code) == 18 else 2
            head = struct.pack("<IBHBBB", opened, position, 1, 0, 0, kind)
            self.record(PERSON_SAMPLED, head + text(code), sealed_at=len(head))

    # Messages

    def claim(self, url):
        request = b"FNC3" + struct.pack("<IQ", self.card.host, self.card.node) + self.nonce + bytes(16)
        request += tag(self.card.claim, request)
        answer = post(url, "claims", "claim", request)
        if answer[:4] != b"FNK3" or answer[28:36] != request[48:56] or answer[184:] != tag(self.card.claim, answer[:184]):
            raise ValueError("the answer to the claim is not from the host")
        self.state["key"] = tag(self.card.claim, b"FieldNode key 2", self.nonce, answer[12:28]).hex()
        self.state["ticket"] = answer[40:40 + answer[36]].hex()

    def rejoin(self, url):
        ticket = bytes.fromhex(self.state["ticket"])
        request = b"FNJ3" + struct.pack("<IQB", self.card.host, self.card.node, len(ticket)) + bytes(3) + ticket.ljust(128, b"\0")
        request += tag(self.subkey(b"rejoin"), request)
        answer = post(url, "rejoins", "rejoin", request)
        return answer[:4] == b"FNL3" and answer[20:] == tag(self.subkey(b"rejoin"), answer[:20])

    def batch(self, first):
        """A batch starting at a record, with as many frames as belong to one chain and fit in a batch."""
        key_number, chain, since, check = [start for start in self.starts if start[2] <= first][-1]
        end = min([start[2] - 1 for start in self.starts if start[2] > first] + [len(self.frames), first + FRAMES_MAX - 1])
        frames = b""
        count = 0
        for frame in self.frames[first - 1:end]:
            if len(frames) + len(frame) > 4096:
                break
            frames += frame
            count += 1
        head = b"FNB3" + struct.pack("<IQIIIHH", self.card.host, self.card.node, self.epoch, first, self.ticks, count, len(frames))
        head += bytes(8) + struct.pack("<IBBHIIII", since, key_number, chain, 0, check, 0, 0, 0)
        body = head + frames
        return body + tag(self.subkey(b"batch"), body)

    def upload(self, url):
        first, replies = 1, []
        while first <= len(self.frames):
            body = self.batch(first)
            reply = self.read(post(url, "batches", "batch", body), body[-32:])
            if reply["held"] < first:
                raise ValueError("the host does not hold the records it was sent")
            replies.append(reply)
            first = reply["held"] + 1
        return replies

    def read(self, reply, sent_tag):
        if reply[:4] != b"FNA2" or reply[32:40] != sent_tag[:8] or reply[-32:] != tag(self.subkey(b"reply"), reply[:-32]):
            raise ValueError("the reply is not from the host")
        node, epoch, held, acknowledged, utc = struct.unpack_from("<QIIIQ", reply, 4)
        if (node, epoch) != (self.card.node, self.epoch):
            raise ValueError("the reply is for another node")
        problem, count = struct.unpack_from("<HB", reply, 40)
        messages, at = [], 56
        for _ in range(count):
            kind, sequence, size = struct.unpack_from("<BIB", reply, at)
            messages.append({"kind": kind, "sequence": sequence, "lane": reply[at + 6:at + 6 + size].decode("utf-8")})
            at += 6 + size
        return {"held": held, "acknowledged": acknowledged, "utc": utc, "problem": problem, "roster": reply[44], "messages": messages}

    def status(self, url):
        line = json.dumps({"Node": f"{self.card.node:016X}", "Boot": self.state["boots"], "Ticks": self.ticks, "Board": "python", "Flash": "ok"})
        body = line.encode("utf-8")
        post(url, "status", None, body + b"\n" + tag(self.subkey(b"status"), body).hex().upper().encode("ascii"))

    def save(self, path):
        self.state["frames"] = [frame.hex() for frame in self.frames]
        self.state["starts"] = self.starts
        with open(path, "w", encoding="ascii") as file:
            json.dump(self.state, file)


def post(url, path, kind, body):
    kind = f"application/vnd.fieldnode.{kind}" if kind else "application/json"
    request = urllib.request.Request(f"{url.rstrip('/')}/v1/{path}", body, {"Content-Type": kind})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


def main(arguments):
    offline = "--offline" in arguments
    url, card_path, state_path, tube, *people = [argument for argument in arguments if argument != "--offline"]
    with open(card_path, encoding="ascii") as file:
        card = Card(file.read())
    state = {}
    if os.path.exists(state_path):
        with open(state_path, encoding="ascii") as file:
            state = json.load(file)
    node = Node(card, state)
    node.work(tube.encode("ascii"), [person.encode("ascii") for person in people])
    node.save(state_path)
    if offline:
        return 0
    try:
        if node.key is None:
            node.claim(url)
            node.save(state_path)
        replies = node.upload(url)
        node.status(url)
    except urllib.error.HTTPError as error:
        print(error.read().decode("utf-8"), file=sys.stderr)
        return 1
    print(json.dumps(replies))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
