"""A small API that keeps kittens in MongoDB.

GET    /kittens       200 and all entries: [{"id": 1, "name": "Ginger"}, ...]
POST   /kittens       {"name": "Ginger"} -> 201 and the entry; ids count up from 1
GET    /kittens/1     200 and the entry
PUT    /kittens/1     {"name": "Tiger"} -> 200 and the entry
DELETE /kittens/1     200 and the entry that was there
GET    /health        200 when the database answers, else 503

The database's address comes from MONGODB_URI, or from the file that MONGODB_URI_FILE names.
"""
import json
import logging
import os
import sys

import falcon
from pymongo import MongoClient, ReadPreference, ReturnDocument
from pymongo.errors import DuplicateKeyError, PyMongoError

MAX_BODY = 64 * 1024
MAX_NAME = 200
log = logging.getLogger("kittenapi")


def mongodb_uri(environment):
    """The URI, from the variable or the file; a SystemExit that says what is missing."""
    uri, path = environment.get("MONGODB_URI"), environment.get("MONGODB_URI_FILE")
    if uri:
        return uri
    if not path:
        sys.exit("kittenapi: set MONGODB_URI, or MONGODB_URI_FILE to the file that holds it")
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    except OSError as problem:
        sys.exit(f"kittenapi: MONGODB_URI_FILE: {problem}")


class Store:
    """The kittens in one database, safe with any number of replicas at work."""

    def __init__(self, database):
        self.kittens, self.counters = database["kittens"], database["counters"]
        # A health check asks any member: it must not fail while a new primary is elected.
        self.any_member = database.get_collection("kittens", read_preference=ReadPreference.PRIMARY_PREFERRED)

    def ping(self):
        self.any_member.find_one({}, {"_id": 1})

    def all(self):
        return [entry(found) for found in self.kittens.find().sort("_id", 1)]

    def get(self, number):
        return entry(self.kittens.find_one({"_id": number}))

    def add(self, name):
        number = self.next_number()
        self.kittens.insert_one({"_id": number, "name": name})
        return {"id": number, "name": name}

    def next_number(self):
        """Counted by the database in one atomic step: two replicas never get the same."""
        for attempt in range(3):
            try:
                counter = self.counters.find_one_and_update(
                    {"_id": "kittens"}, {"$inc": {"last": 1}}, upsert=True, return_document=ReturnDocument.AFTER)
                return counter["last"]
            except DuplicateKeyError:  # two replicas made the very first counter at once
                if attempt == 2:
                    raise

    def rename(self, number, name):
        return entry(self.kittens.find_one_and_update(
            {"_id": number}, {"$set": {"name": name}}, return_document=ReturnDocument.AFTER))

    def remove(self, number):
        return entry(self.kittens.find_one_and_delete({"_id": number}))


def entry(found):
    return found and {"id": found["_id"], "name": found["name"]}


def wanted_name(request):
    """The name in the request's JSON body, whatever its Content-Type says; else a 400."""
    body = request.bounded_stream.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise falcon.HTTPContentTooLarge(description=f"at most {MAX_BODY} bytes")
    try:
        name = json.loads(body)["name"]
    except (ValueError, KeyError, TypeError):
        raise falcon.HTTPBadRequest(description='the body must be JSON like {"name": "Ginger"}') from None
    if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
        raise falcon.HTTPBadRequest(description=f"name must be a text of 1 to {MAX_NAME} characters")
    return name


def found_or_404(kitten, number):
    if kitten is None:
        raise falcon.HTTPNotFound(description=f"there is no kitten {number}")
    return kitten


class Kittens:
    def __init__(self, store):
        self.store = store

    def on_get(self, _, response):
        response.media = self.store.all()

    def on_post(self, request, response):
        response.media = self.store.add(wanted_name(request))
        response.status = falcon.HTTP_201
        response.location = f"/kittens/{response.media['id']}"


class Kitten:
    def __init__(self, store):
        self.store = store

    def on_get(self, _, response, number):
        response.media = found_or_404(self.store.get(number), number)

    def on_put(self, request, response, number):
        response.media = found_or_404(self.store.rename(number, wanted_name(request)), number)

    def on_delete(self, _, response, number):
        response.media = found_or_404(self.store.remove(number), number)


class Health:
    def __init__(self, store):
        self.store = store

    def on_get(self, _, response):
        self.store.ping()
        response.media = {"status": "ok"}


def database_failed(request, response, problem, _):
    # The class and the code say enough; a message could hold what belongs into no log.
    log.error("%s %s: %s code %s", request.method, request.path, type(problem).__name__, getattr(problem, "code", None))
    raise falcon.HTTPServiceUnavailable(title="503 Service Unavailable", description="the database does not answer")


def make_app(store):
    app = falcon.App()
    app.add_error_handler(PyMongoError, database_failed)
    app.add_route("/kittens", Kittens(store))
    app.add_route("/kittens/{number:int(min=1, max=9007199254740991)}", Kitten(store))
    app.add_route("/health", Health(store))
    return app


def connect(uri):
    client = MongoClient(uri, appname="kittenapi", serverSelectionTimeoutMS=3000, timeoutMS=8000)
    return client.get_default_database("kittenapi")


def create():
    """What gunicorn calls in each worker: a connection never goes through a fork."""
    return make_app(Store(connect(mongodb_uri(os.environ))))
