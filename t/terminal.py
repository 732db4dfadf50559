"""terminal.py COLUMNS [--when REGEX COMMAND]... -- COMMAND...

Run a command on a terminal of so many columns and say what a person sees there, as
JSON: the lines of the screen at the end, all that has scrolled by included
("lines"), the different screens' last lines meanwhile ("last"), the bytes
that no such terminal is sent for showing lines ("odd"), the command's status.

Each COMMAND is run once, by the shell, when REGEX is found in the last ten lines, or,
where it is @FILE, when that file is there; ^X is a key that is pressed instead, =N a
width that the terminal is given.  "acted" has how many lines there were then.
"""
import fcntl, json, os, pty, re, select, struct, subprocess, sys, termios, time


class Screen:
    """Rows of characters; the cursor; CR, LF, ESC[J and ESC[K; wraps when full."""

    def __init__(self, columns):
        self.columns, self.rows, self.x, self.y = columns, [[]], 0, 0
        self.odd, self.rest = [], ''

    def put(self, text):
        text = self.rest + text
        self.rest = ''
        i = 0
        while i < len(text):
            c = text[i]
            if c == '\x1b':
                m = re.match(r'\x1b\[[0-9;?]*[ -/]*[@-~]', text[i:])
                if not m:
                    if len(text) - i < 8:
                        self.rest = text[i:]
                        return
                    self.odd.append(repr(text[i:i + 8]))
                    i += 1
                    continue
                self.escape(m.group(0))
                i += len(m.group(0))
                continue
            self.char(c)
            i += 1

    def escape(self, s):
        if s not in ('\x1b[J', '\x1b[K'):
            self.odd.append(repr(s))
            return
        del self.rows[self.y][self.x:]
        if s == '\x1b[J':
            del self.rows[self.y + 1:]

    def char(self, c):
        if c == '\r':
            self.x = 0
        elif c == '\n':
            self.down()
        elif ord(c) < 32 or 127 <= ord(c) < 160 or c in '\u202e\u200b\ufffd':
            self.odd.append(repr(c))
        else:
            if self.x >= self.columns:
                self.x = 0
                self.down()
            row = self.rows[self.y]
            row.extend(' ' * (self.x + 1 - len(row)))
            row[self.x] = c
            self.x += 1

    def down(self):
        self.y += 1
        if self.y == len(self.rows):
            self.rows.append([])

    def lines(self, n=0):
        return [''.join(r).rstrip() for r in self.rows[-n:]]


def set_size(fd, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))


def act(fd, screen, command):
    if command.startswith('^'):
        os.write(fd, bytes([ord(command[1]) - 64]))
    elif command.startswith('='):
        screen.columns = int(command[1:])
        set_size(fd, screen.columns)
    else:
        subprocess.Popen(['sh', '-c', command], stdin=subprocess.DEVNULL, start_new_session=True)


def holds(condition, seen):
    if condition.startswith('@'):
        return os.path.exists(condition[1:])
    return re.search(condition, seen)


def arguments(argv):
    columns, argv, whens = int(argv[0]), argv[1:], []
    while argv[0] == '--when':
        whens.append((argv[1], argv[2]))
        argv = argv[3:]
    assert argv[0] == '--'
    return columns, whens, argv[1:]


def start(columns, argv):
    pid, fd = pty.fork()
    if pid == 0:
        # The width is there before the command is.
        set_size(0, columns)
        os.execvp(argv[0], argv)
    return pid, fd


def main():
    columns, whens, argv = arguments(sys.argv[1:])
    pid, fd = start(columns, argv)
    screen, last, given = Screen(columns), [], b''
    limit = time.monotonic() + 200
    acted = []
    while time.monotonic() < limit:
        seen = '\n'.join(screen.lines(10))
        for when in [w for w in whens if holds(w[0], seen)]:
            whens.remove(when)
            acted.append(len(screen.rows))
            act(fd, screen, when[1])
        if not select.select([fd], [], [], 0.1)[0]:
            continue
        try:
            data = os.read(fd, 65536)
        except OSError:
            break
        if not data:
            break
        given += data
        text = given.decode('utf-8', 'ignore')
        given = b'' if text.encode() == given else given[len(text.encode()):]
        screen.put(text)
        end = screen.lines(1)[0]
        if not last or last[-1] != end:
            last.append(end)
    else:
        os.kill(pid, 9)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    json.dump({'lines': screen.lines(), 'last': last, 'odd': screen.odd, 'status': status, 'acted': acted,
               'left': [w[0] for w in whens]}, sys.stdout)
    print()


main()
