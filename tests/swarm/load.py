#!/usr/bin/env python3
"""Sends a steady stream of requests, GET and POST in turn, and counts those that failed.

  load.py --connect 10.77.0.11:80 --host kittenapi.example.com --rate 20 --requests 1500

A request has failed when no complete 2xx answer came within --deadline seconds; nothing is
tried again. Each uses a connection of its own, and they start on time however slow others are.
It goes on until --requests were sent and, if one is named, --stop-file exists; it always ends
after --max-seconds, and early on SIGTERM or SIGINT. Then one JSON object goes to stdout:

  {"sent": 1500, "failed": 1, "seconds": 75.1, "slowest": 1.2, "statuses": {"200": 750, …},
   "failures": [{"t": 31.2, "at": "…Z", "kind": "POST", "error": "502", "seconds": 0.1}, …]}

`t` counts from the first request. Exit 0, or 1 when more than --allow failed or too few were sent.
"""
import argparse
import asyncio
import collections
import datetime
import json
import os
import signal
import sys
import time


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connect", required=True, metavar="ADDRESS:PORT")
    parser.add_argument("--host", required=True, help="the Host header")
    parser.add_argument("--path", default="/kittens")
    parser.add_argument("--body", default='{"name": "load"}', help="what POST sends")
    parser.add_argument("--rate", type=float, default=20, help="requests a second (default 20)")
    parser.add_argument("--requests", type=int, default=1500, help="at least so many (default 1500)")
    parser.add_argument("--deadline", type=float, default=10, help="seconds for each request (default 10)")
    parser.add_argument("--max-seconds", type=float, default=600)
    parser.add_argument("--stop-file", help="go on until this file is there")
    parser.add_argument("--allow", type=int, default=0, help="so many may fail (default 0)")
    options = parser.parse_args()
    if not 0 < options.rate <= 200 or not 0 < options.max_seconds <= 1800:
        parser.error("--rate must be at most 200 and --max-seconds at most 1800")
    return options


async def exchange(options, kind):
    """One request; gives the status of a complete answer."""
    address, _, port = options.connect.rpartition(":")
    reader, writer = await asyncio.open_connection(address, int(port))
    try:
        body = options.body.encode() if kind == "POST" else b""
        writer.write((f"{kind} {options.path} HTTP/1.1\r\nHost: {options.host}\r\nConnection: close\r\n"
                      f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body)
        await writer.drain()
        head, _, content = (await reader.read(-1)).partition(b"\r\n\r\n")
        return complete_status(head.decode("latin-1"), content)
    finally:
        writer.close()


def complete_status(head, content):
    lines = head.split("\r\n")
    if not lines[0].startswith("HTTP/1.1 "):
        raise ConnectionError("the connection ended without an answer")
    headers = {key.strip().lower(): value.strip() for key, _, value in (line.partition(":") for line in lines[1:])}
    whole = (content.endswith(b"0\r\n\r\n") if headers.get("transfer-encoding") == "chunked"
             else len(content) == int(headers.get("content-length", len(content))))
    if not whole:
        raise ConnectionError("the connection ended in the middle of an answer")
    return int(lines[0].split()[1])


class Load:
    def __init__(self, options):
        self.options = options
        self.sent, self.slowest = 0, 0.0
        self.statuses, self.failures = collections.Counter(), []
        self.stopped = asyncio.Event()

    async def one(self, kind):
        began, error = time.monotonic(), None
        try:
            status = await asyncio.wait_for(exchange(self.options, kind), self.options.deadline)
            self.statuses[str(status)] += 1
            if not 200 <= status <= 299:
                error = str(status)
        except asyncio.TimeoutError:
            error = f"no answer within {self.options.deadline:g} s"
        except (OSError, ValueError) as problem:
            error = f"{type(problem).__name__}: {problem}"
        took = time.monotonic() - began
        self.slowest = max(self.slowest, took)
        if error:
            moment = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=took)
            self.failures.append({"t": round(began - self.began, 2), "at": moment.isoformat(timespec="milliseconds"),
                                  "kind": kind, "error": error, "seconds": round(took, 2)})

    def wanted(self):
        if self.stopped.is_set() or time.monotonic() - self.began > self.options.max_seconds:
            return False
        return (self.sent < self.options.requests
                or bool(self.options.stop_file) and not os.path.exists(self.options.stop_file))

    async def run(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.stopped.set)
        self.began, running = time.monotonic(), set()
        while self.wanted():
            task = asyncio.create_task(self.one("GET" if self.sent % 2 == 0 else "POST"))
            running.add(task)
            task.add_done_callback(running.discard)
            self.sent += 1
            await asyncio.sleep(max(0.0, self.began + self.sent / self.options.rate - time.monotonic()))
        await asyncio.gather(*running)
        return {"sent": self.sent, "failed": len(self.failures), "seconds": round(time.monotonic() - self.began, 1),
                "slowest": round(self.slowest, 2), "statuses": dict(sorted(self.statuses.items())),
                "failures": sorted(self.failures, key=lambda failure: failure["t"])}


async def main():
    options = arguments()
    result = await Load(options).run()
    print(json.dumps(result))
    return 0 if result["failed"] <= options.allow and result["sent"] >= options.requests else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
