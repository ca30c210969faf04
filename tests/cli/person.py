"""person.py STEP... -- COMMAND...: runs a program on a pseudo-terminal of 24 lines and 80 columns and does as a person at it would.

  type:TEXT     types (with escapes as in printf)
  see:TEXT      waits until TEXT has appeared (since the last such step), 10 s at the most
  size:RxC      makes the terminal R lines high and C columns wide
  signal:NAME   sends the program a signal

What it wrote goes to standard output; then "status N" (or "signal N") and whether the terminal's mode is the one of before."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time


class Session:
    def __init__(self, command):
        self.before = None
        ready, go = os.pipe()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.read(ready, 1)
            os.execvp(command[0], command)
        self.size("24x80")
        self.before = termios.tcgetattr(self.fd)
        os.write(go, b"x")
        self.out = b""
        self.seen = 0
        self.ended = False

    def pump(self, seconds):
        if self.ended or not select.select([self.fd], [], [], seconds)[0]:
            return
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        self.out += data
        self.ended = not data

    def see(self, text):
        wanted, end = text.encode(), time.time() + 10
        while wanted not in self.out[self.seen :] and not self.ended and time.time() < end:
            self.pump(0.1)
        at = self.out.find(wanted, self.seen)
        if at < 0:
            print(f"did not see {text!r}")
        else:
            self.seen = at + len(wanted)

    def type(self, text):
        os.write(self.fd, text.encode().decode("unicode_escape").encode("latin-1"))

    def size(self, text):
        rows, columns = map(int, text.split("x"))
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def signal(self, name):
        os.kill(self.pid, getattr(signal, "SIG" + name))

    def finish(self):
        end = time.time() + 10
        while not self.ended and time.time() < end:
            self.pump(0.1)
            # the mode can be asked for only while somebody has the terminal open: we do
        status = os.waitpid(self.pid, 0)[1]
        sys.stdout.write(self.out.decode(errors="replace").replace("\r\n", "\n"))
        print()
        print(f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"status {os.WEXITSTATUS(status)}")
        print("mode " + ("restored" if termios.tcgetattr(self.fd) == self.before else "CHANGED"))


def main():
    at = sys.argv.index("--")
    session = Session(sys.argv[at + 1 :])
    for step in sys.argv[1:at]:
        action, _, text = step.partition(":")
        getattr(session, action)(text)
    session.finish()


main()
