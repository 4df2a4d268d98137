"""Huey without the drivers of queues that are not used.

It loads those of Redis and PostgreSQL wherever they are installed: more than ten megabytes in every process,
of which a queue in a file needs nothing.
"""

import sys

_UNASKED = [name for name in ("redis", "psycopg") if name not in sys.modules]
# None stands for "not installed".
sys.modules.update(dict.fromkeys(_UNASKED))  # type: ignore[arg-type]
try:
    from huey import Huey, RedisHuey, SqliteHuey, crontab, storage
    from huey.registry import Message
    from huey.serializer import Serializer
finally:
    for _name in _UNASKED:
        del sys.modules[_name]

__all__ = ["Huey", "Message", "RedisHuey", "Serializer", "SqliteHuey", "crontab", "use_redis"]


def use_redis() -> None:
    """Give Huey the driver of Redis after all."""
    import redis

    storage.ConnectionPool, storage.Redis = redis.ConnectionPool, redis.Redis
    storage.ConnectionError, storage.TimeoutError = redis.ConnectionError, redis.TimeoutError
    storage.RedisStorage.redis_client = redis.Redis
