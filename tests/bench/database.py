"""Prints what a database takes and which process runs it. Argument: its URL."""

from __future__ import annotations

import asyncio
import json
import sys

from graph.store.database import Database


async def main(url: str) -> dict[str, int]:
    """Return the bytes of all tables and indexes, after a checkpoint, and the process id of the server."""
    database = await Database.open(url, connections=1)
    try:
        async with database.connection() as connection:
            await connection.execute("checkpoint")
            size = await connection.fetchval("select pg_database_size(current_database())")
            lines = await connection.fetchval("select pg_read_file('postmaster.pid')")
            return {"size": size, "process": int(lines.split()[0])}
    finally:
        await database.close()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1]))))
