"""terminal.py COMMAND...: runs a command on a pseudo-terminal of its own, between standard input and output. Lines "COLUMNS ROWS" on
descriptor 3 change its size. Ends as the command does."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios


def resize(fd, line):
    columns, rows = map(int, line.split())
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def carry(fd):
    watched = {0, 3, fd}
    sizes = b""
    while True:
        for ready in select.select(watched, [], [])[0]:
            try:
                data = os.read(ready, 65536)
            except OSError:
                data = b""
            if ready == fd:
                if not data:
                    return
                os.write(1, data)
            elif not data:
                watched.discard(ready)
                if ready == 0:
                    os.write(fd, b"\x04")
            elif ready == 0:
                os.write(fd, data)
            else:
                *lines, sizes = (sizes + data).split(b"\n")
                for line in lines:
                    resize(fd, line)


def main():
    child, fd = pty.fork()
    if child == 0:
        os.close(3)
        try:
            os.execvp(sys.argv[1], sys.argv[1:])
        except OSError as error:
            sys.stderr.write(f"{sys.argv[1]}: {error.strerror}\n")
            os._exit(127)
    carry(fd)
    status = os.waitpid(child, 0)[1]
    os._exit(os.waitstatus_to_exitcode(status) & 255)


main()
