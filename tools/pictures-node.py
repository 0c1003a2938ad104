#!/usr/bin/env python3
"""A Solana node for tools/pictures.sh: knows one token, of which each of the given wallets holds 20.

usage: pictures-node.py WALLET…    prints its address when it listens, and serves until it is ended
"""
import base64
import hashlib
import http.server
import json
import struct
import sys

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
TOKEN_PROGRAM = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
ACCOUNT_PROGRAM = "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL"
MINT = "G7CtwbX5m18qmvNENEVuPxtXoN3MubkQygPLm7wkfu55"  # as ui/window/Screenshots.cpp types it
PRIME = 2**255 - 19


def decode(text):
    value = 0
    for character in text:
        value = value * 58 + ALPHABET.index(character)
    return value.to_bytes(32, "big")


def encode(data):
    value, text = int.from_bytes(data, "big"), ""
    while value:
        value, digit = divmod(value, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def is_on_curve(data):
    y = int.from_bytes(data, "little") & (2**255 - 1)
    d = -121665 * pow(121666, PRIME - 2, PRIME)
    square = (y * y - 1) * pow(d * y * y + 1, PRIME - 2, PRIME) % PRIME
    return square == 0 or pow(square, (PRIME - 1) // 2, PRIME) == 1


def token_account_of(wallet):
    seeds = decode(wallet) + decode(TOKEN_PROGRAM) + decode(MINT)
    for bump in range(255, -1, -1):
        address = hashlib.sha256(
            seeds + bytes([bump]) + decode(ACCOUNT_PROGRAM) + b"ProgramDerivedAddress").digest()
        if not is_on_curve(address):
            return encode(address)
    raise ValueError(wallet)


def account(data):
    return {"data": [base64.b64encode(data).decode(), "base64"], "executable": False, "lamports": 2039280,
            "owner": TOKEN_PROGRAM, "rentEpoch": 0, "space": len(data)}


accounts = {MINT: account(struct.pack("<I32sQBBI32s", 0, bytes(32), 10**12, 6, 1, 0, bytes(32)))}
for owner in sys.argv[1:]:
    accounts[token_account_of(owner)] = account(struct.pack(
        "<32s32sQI32sBIQQI32s", decode(MINT), decode(owner), 20_000_000, 0, bytes(32), 1, 0, 0, 0, 0, bytes(32)))


class Node(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = {"jsonrpc": "2.0", "id": call["id"]}
        if call["method"] == "getAccountInfo":
            answer["result"] = {"context": {"slot": 1}, "value": accounts.get(call["params"][0])}
        elif call["method"] == "getMinimumBalanceForRentExemption":
            answer["result"] = 2039280
        else:
            answer["error"] = {"code": -32601, "message": "only for pictures"}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Node)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
