"""What is no answer of an engine, byte for byte: each ends in words, in time and in little memory."""
import concurrent.futures
import functools
import json
import socket
import struct
import time
import unittest
import zlib

import program

MIB = 64
GOOD = b"HTTP/1.1 200 OK\r\nApi-Version: 1.45\r\nContent-Length: 2\r\n\r\n[]"


def answer(body, *headers, status=b"200 OK"):
    return b"HTTP/1.1 " + status + b"\r\nContent-Length: %d\r\n" % len(body) + b"".join(h + b"\r\n" for h in headers) + b"\r\n" + body


def chunked(*pieces, headers=b""):
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + headers + b"\r\n" + b"".join(pieces)


def lengthed(value, body=b"[]"):
    return b"HTTP/1.1 200 OK\r\nContent-Length: " + value + b"\r\n\r\n" + body


@functools.lru_cache
def bomb():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(b" " * (1 << 20)) for _ in range(100)) + packer.flush()


# name → the bytes, or a function that gives them piece by piece. Behind them the connection is closed.
KINDS = {
    "nothing": b"",
    "a reset": None,
    "a chunk that is cut": chunked(b"5\r\n[]"),
    "a chunk's size that is no number": chunked(b"zz\r\n[]\r\n0\r\n\r\n"),
    "a chunk's size that is negative": chunked(b"-2\r\n[]\r\n0\r\n\r\n"),
    "a chunk's size that is huge": chunked(b"FFFFFFFFFFFFFFFF\r\n[]"),
    "a chunk's size of 40 digits": chunked(b"1" * 40 + b"\r\n[]"),
    "a chunk without its end": chunked(b"2\r\n[]X0\r\n\r\n"),
    "chunks without a last one": chunked(b"2\r\n[]\r\n"),
    "a hundred thousand chunks": lambda: [chunked(), *[b"1\r\n \r\n" * 1000] * 100, b"0\r\n\r\n"],
    "a chunk with a long extension": chunked(b"2;" + b"x" * 100_000 + b"\r\n[]\r\n0\r\n\r\n"),
    "trailers without end": lambda: [chunked(b"2\r\n[]\r\n0\r\n"), *[b"X-A: y\r\n" * 10_000] * 100, b"\r\n"],
    "chunks and a length": chunked(b"2\r\n[]\r\n0\r\n\r\n", headers=b"Content-Length: 5\r\n"),
    "a length beyond the body": lengthed(b"100"),
    "a length below the body": lengthed(b"1"),
    "a negative length": lengthed(b"-1"),
    "a length that is no number": lengthed(b"x"),
    "a length of 2^64": lengthed(b"18446744073709551616"),
    "a length of 2^63-1": lengthed(b"9223372036854775807"),
    "a length of 40 digits": lengthed(b"1" * 40),
    "an empty length": lengthed(b""),
    "a list of lengths": lengthed(b"2, 2"),
    "two lengths that differ": lengthed(b"2\r\nContent-Length: 3"),
    "two lengths that are the same": lengthed(b"2\r\nContent-Length: 2"),
    "no length": b"HTTP/1.1 200 OK\r\n\r\n[]",
    "a header of 30 MB": lambda: [b"HTTP/1.1 200 OK\r\nX-A: ", *[b"y" * (1 << 20)] * 30, b"\r\n\r\n[]"],
    "a million headers": lambda: [b"HTTP/1.1 200 OK\r\n", *[b"X-A: y\r\n" * 10_000] * 100, b"\r\n[]"],
    "100s without end": lambda: [*[b"HTTP/1.1 100 Continue\r\n\r\n" * 1000] * 200, GOOD],
    "a header without a colon": b"HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 2\r\n\r\n[]",
    "a header with a NUL": b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\n[]",
    "a folded header": b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\n[]",
    "a header that paints": b"HTTP/1.1 500 \x1b[2J\r\nX: \x1b[2J\r\nContent-Length: 4\r\n\r\n\x1b[2J",
    "half a status line": b"HTTP/1.1 20",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "a status that is no number": b"HTTP/1.1 abc OK\r\nContent-Length: 2\r\n\r\n[]",
    "status 99": answer(b"[]", status=b"99 X"),
    "status 600": answer(b"[]", status=b"600 X"),
    "status 999": answer(b"[]", status=b"999 X"),
    "status 101": answer(b"[]", status=b"101 Switching"),
    "status 204 with a body": answer(b"[]", status=b"204 No Content"),
    "status 304 with a body": answer(b"[]", status=b"304 Not Modified"),
    "HTTP/0.9": b"[]",
    "HTTP/2": b"HTTP/2 200\r\nContent-Length: 2\r\n\r\n[]",
    "HTTP/9.9": b"HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\n[]",
    "a TLS alert": b"\x15\x03\x01\x00\x02\x02\x46",
    "two answers": answer(b"[]") + answer(b"[5]"),
    "a redirect": answer(b"", b"Location: http://127.0.0.1:1/x", status=b"302 Found"),
    "a redirect to itself": answer(b"", b"Location: /_ping", status=b"301 Moved"),
    "a redirect to a file": answer(b"", b"Location: file:///etc/passwd", status=b"302 Found"),
    "an empty body": answer(b""),
    "NaN": answer(b"[NaN]"),
    "Infinity": answer(b'[{"Version": {"Index": Infinity}}]'),
    "1e999999": answer(b'[{"Version": {"Index": 1e999999}, "Spec": {"Name": "a"}}]'),
    "a number of 100,000 digits": answer(b'[{"Version": {"Index": ' + b"9" * 100_000 + b"}}]"),
    "a key twice": answer(b'[{"ID": "a", "ID": "b"}]'),
    "bad UTF-8": answer(b'[{"Spec": {"Name": "\xff\xfe\xc0\x80"}}]'),
    "half a surrogate": answer(b'[{"Spec": {"Name": "\\ud800"}}]'),
    "a NUL in a text": answer(b'[{"Spec": {"Name": "a\\u0000b"}}]'),
    "a byte order mark": answer(b"\xef\xbb\xbf[]"),
    "UTF-16": answer("[{}]".encode("utf-16")),
    "UTF-32": answer("[{}]".encode("utf-32")),
    "a gzip bomb": lambda: [answer(bomb(), b"Content-Encoding: gzip")],
    "a text that does not end": answer(b'["' + b"x" * 1_000_000),
    "10 MB of blanks": lambda: [answer(b" " * (10 << 20))],
    "10 MB of brackets": lambda: [answer(b"[" * (10 << 20))],
    "30 MB of an error": lambda: [b"HTTP/1.1 500 X\r\n\r\n", *[b"<p>no</p>" * 100_000] * 33],
    "an error that is HTML": answer(b"<html>Bad Gateway</html>", status=b"502 Bad Gateway"),
    "an error without a word": answer(b"", status=b"500 Internal"),
    "an error that is a list": answer(b"[5]", status=b"400 Bad"),
    "an error whose message is a list": answer(b'{"message": [1]}', status=b"400 Bad"),
}

# What reads one answer each; the ping is one too.
VERBS = {"ls": ["ls"], "status": ["status"], "history": ["history"], "logs": ["logs"], "version": ["version", "--engine"]}


def serving(kind, ping):
    """The kind in answer to everything, or to the ping alone; what comes before it is good."""
    pieces = KINDS[kind]

    def serve(connection, _):
        while True:
            head = program.read_head(connection)
            if not head:
                return
            if not ping and b"/_ping" in head.split(b"\r\n")[0]:
                connection.sendall(answer(b"OK", b"Api-Version: 1.45"))
                continue
            if pieces is None:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            for piece in pieces() if callable(pieces) else (pieces,):
                connection.sendall(piece)
            return
    return serve


class TestAnswers(program.ProgramTest):
    def judge(self, kind, verb, ping):
        folder = self.top / f"{list(KINDS).index(kind)}-{verb}-{ping}"
        folder.mkdir()
        with program.BadEngine(folder, serving(kind, ping)) as engine:
            ended = self.measured(*VERBS[verb], environment={"DOCKER_HOST": "unix://" + engine.path}, timeout=60)
        said = ended.out + ended.err
        wrong = []
        if ended.status not in (0, 1):
            wrong.append(f"exit {ended.status}")
        if ended.status != 0 and "error: " not in said:
            wrong.append("no error")
        if "skep itself failed" in said:
            wrong.append("a fault of its own")
        if any(ord(c) < 32 and c not in "\n\t" or 0x7F <= ord(c) < 0xA0 for c in said):
            wrong.append("control characters")
        if ended.mib >= MIB:
            wrong.append(f"{ended.mib} MiB")
        if len(said) > 40_000:
            wrong.append(f"{len(said)} bytes of words")
        return ended, [f"{kind}, {verb}{' (ping)' if ping else ''}: {', '.join(wrong)}: {said[:300]!r}"] if wrong else []

    def test_each_kind_at_each_verb(self):
        begin, most, failed, wrong = time.monotonic(), 0, 0, []
        cases = [(kind, verb, False) for kind in KINDS for verb in VERBS] + [(kind, "ls", True) for kind in KINDS]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for ended, bad in pool.map(lambda case: self.judge(*case), cases):
                wrong += bad
                most = max(most, ended.mib)
                failed += ended.status != 0
        print(f"broken answers: {len(cases)} cases of {len(KINDS)} kinds, {failed} told as an error, most memory {most} MiB, "
              f"{time.monotonic() - begin:.0f} s", flush=True)
        self.assertEqual(len(wrong), 0, "\n".join(wrong))
        self.assertGreater(failed, len(cases) // 2)

    def test_a_redirect_is_not_followed(self):
        with program.TcpServer(lambda connection, _: connection.sendall(GOOD)) as other:
            def serve(connection, _):
                program.read_head(connection)
                connection.sendall(answer(b"", b"Location: http://" + other.address.encode() + b"/services", status=b"307 X"))
            with program.BadEngine(self.top, serve) as engine:
                status, out, err = self.skep("ls", environment={"DOCKER_HOST": "unix://" + engine.path})
            self.assertEqual(status, 1, out + err)
            self.assertEqual(other.seen, [])

    def test_a_long_list_costs_what_it_says(self):
        body = "[" + ",".join(json.dumps(
            {"ID": f"id{i}", "Spec": {"Name": f"s{i}", "Labels": {"com.docker.stack.namespace": f"stack{i}"},
                                      "TaskTemplate": {"ContainerSpec": {"Image": "a", "Env": ["A=b"] * 20}}},
             "ServiceStatus": {"RunningTasks": 1, "DesiredTasks": 1}}) for i in range(20_000)) + "]"
        body = body.encode()
        with program.BadEngine(self.top, program.answering(lambda _: (200, body))) as engine:
            ended = self.measured("ls", environment={"DOCKER_HOST": "unix://" + engine.path})
        self.assertEqual(ended.status, 0, ended.err)
        self.assertEqual(len(ended.out.splitlines()), 20_001)
        self.assertLess(ended.mib, MIB + 3 * len(body) // (1 << 20))


if __name__ == "__main__":
    unittest.main()
