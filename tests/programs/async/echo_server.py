"""An asyncio TCP echo server; a client process makes a thousand connections, a hundred at a time."""
import asyncio
import sys

CLIENT = """
import asyncio, sys

async def visit(number, slots):
    text = (f"client {number} " + "x" * (number % 5000)).encode() + b"\\n"
    async with slots:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]))
        writer.write(text)
        await writer.drain()
        first = await reader.readline()
        writer.write(b"bye\\n")
        writer.write_eof()
        rest = await reader.read()
        writer.close()
        await writer.wait_closed()
    return first == text.upper() and rest == b"BYE\\n"

async def main():
    slots = asyncio.Semaphore(100)
    async with asyncio.TaskGroup() as group:
        visits = [group.create_task(visit(number, slots)) for number in range(1000)]
    print(sum(visit.result() for visit in visits))

asyncio.run(main())
"""

served = 0


async def echo(reader, writer):
    global served
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()
    await writer.wait_closed()
    served += 1


async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0, backlog=128)
    async with server:
        port = server.sockets[0].getsockname()[1]
        client = await asyncio.create_subprocess_exec(
            sys.executable, "-c", CLIENT, str(port), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        async with asyncio.timeout(60):
            out, err = await client.communicate()
    print("echoed", out.decode().strip(), client.returncode, err.decode())
    print("served", served, "tasks left", len(asyncio.all_tasks()) - 1)


asyncio.run(main())
