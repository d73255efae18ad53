"""Ends with 0 when the API, and through it the database, answers."""
import http.client
import sys

try:
    connection = http.client.HTTPConnection("127.0.0.1", 8080, timeout=2.5)
    connection.request("GET", "/health")
    response = connection.getresponse()
    print(response.status, response.read(200).decode(errors="replace"))
    sys.exit(0 if response.status == 200 else 1)
except OSError as problem:
    print(problem)
    sys.exit(1)
