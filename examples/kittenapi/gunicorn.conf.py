"""How gunicorn serves the API, and how it ends.

Docker ends a task with SIGTERM and at the same time stops giving out its address, but a gateway
hears of that only at its next look (traefik: up to 15 s later). So the API goes on answering, new
connections too, for DRAIN_SECONDS after SIGTERM, and only then ends by itself.
"""
import os
import signal

bind = "0.0.0.0:8080"
workers = 2
worker_class = "gthread"
threads = 8
worker_tmp_dir = "/dev/shm"
graceful_timeout = 5  # DRAIN_SECONDS and this fit into a stop grace of 30 s
accesslog = None

drain_seconds = int(os.environ.get("DRAIN_SECONDS", "20"))


def when_ready(server):
    """Runs in the master, before there are workers; these set handlers of their own."""
    end_now = signal.getsignal(signal.SIGTERM)

    def drain(signum, frame):
        # os.write, not the log: a handler may run in the middle of a log line.
        os.write(2, f"kittenapi: SIGTERM, answering for {drain_seconds} more seconds\n".encode())
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGALRM, lambda _, frame: end_now(signal.SIGTERM, frame))
        signal.alarm(drain_seconds)

    if drain_seconds > 0:
        signal.signal(signal.SIGTERM, drain)
