"""s3wire - HTTP/1.1 byte by byte: requests as they came and answers that may
break off, dawdle or lie. s3faults.py is built on it."""
import email.utils
import fcntl
import select
import socket
import struct
import termios
import time

HOP = {'connection', 'keep-alive', 'proxy-connection', 'te', 'trailer',
       'transfer-encoding', 'upgrade'}
HEAD_MAX = 65536


class Gone(Exception):
    """The other side broke off."""


def read_lines(stream):
    """The lines up to an empty one, or None where the stream ends instead of
    beginning."""
    lines, size = [], 0
    while True:
        line = stream.readline(HEAD_MAX)
        size += len(line)
        if not line and not lines:
            return None
        if not line.endswith(b'\n') or size > HEAD_MAX:
            raise Gone
        line = line.rstrip(b'\r\n').decode('latin-1')
        if not line:
            if lines:
                return lines
            continue
        lines.append(line)


def read_chunks(stream):
    """The data of a chunked body."""
    while True:
        line = stream.readline(1024)
        try:
            left = int(line.split(b';')[0], 16)
        except ValueError:
            raise Gone from None
        if left == 0:
            while stream.readline(HEAD_MAX).strip():
                pass
            return
        yield from read_some(stream, left)
        stream.readline(16)


def read_some(stream, left):
    """That many bytes."""
    while left:
        piece = stream.read1(min(left, 65536))
        if not piece:
            raise Gone
        left -= len(piece)
        yield piece


def read_rest(stream):
    while True:
        piece = stream.read1(65536)
        if not piece:
            return
        yield piece


class Head:
    """Of a request or an answer: first line and headers."""

    def __init__(self, lines):
        self.first = lines[0]
        self.headers = []
        for line in lines[1:]:
            name, _, value = line.partition(':')
            self.headers.append((name, value.strip()))

    def get(self, name, default=None):
        got = [value for other, value in self.headers if other.lower() == name]
        return ', '.join(got) if got else default

    def chunked(self):
        return 'chunked' in self.get('transfer-encoding', '').lower()


class Request(Head):
    """body is what has been read of it so far."""

    def __init__(self, lines):
        Head.__init__(self, lines)
        parts = self.first.split(' ')
        if len(parts) != 3 or not parts[2].startswith('HTTP/1.'):
            raise Gone
        self.method, self.target, self.version = parts
        self.path, _, self.query = self.target.partition('?')
        self.body = b''
        self.reused = False

    def expects(self):
        return self.get('expect', '').lower() == '100-continue'

    def read_body(self, stream):
        pieces = []
        try:
            length = int(self.get('content-length', '0'))
            for piece in (read_chunks(stream) if self.chunked()
                          else read_some(stream, length)):
                pieces.append(piece)
        except (OSError, ValueError):
            raise Gone from None
        finally:
            self.body = b''.join(pieces)

    def stays(self):
        return self.version == 'HTTP/1.1' and \
            'close' not in self.get('connection', '').lower()


class Answer:
    """What is sent, and how. chunks is an iterable of bytes, length its sum or
    None; framing is length, chunked or close. What is wrong on purpose:
        before      seconds before the first byte
        cut         (K, HOW): after K bytes of the body, or before the head
                    with K = -1, HOW = reset, close or stall
        slow        (WHERE, SECONDS): head, body or both, a byte at a time
        flip        the offset in the body of a byte that is wrong
        http        the version it claims
        linger      seconds after which the connection ends although it was
                    said to stay, or None"""

    def __init__(self, status, reason, headers=(), body=b'', length=None):
        self.status, self.reason = status, reason
        self.headers = list(headers)
        if isinstance(body, bytes):
            self.chunks, self.length = [body] if body else [], len(body)
        else:
            self.chunks, self.length = body, length
        self.framing = 'length' if self.length is not None else 'chunked'
        self.before = 0
        self.cut = None
        self.slow = None
        self.flip = None
        self.http = '1.1'
        self.linger = None
        self.close = False

    def get(self, name):
        for other, value in self.headers:
            if other.lower() == name:
                return value
        return None

    def set(self, name, value):
        self.headers = [pair for pair in self.headers
                        if pair[0].lower() != name.lower()]
        self.headers.append((name, value))

    def whole(self):
        """The body, read."""
        body = b''.join(self.chunks)
        self.replace(body)
        return body

    def replace(self, body):
        self.chunks, self.length = [body] if body else [], len(body)

    def head(self, stays):
        """In bytes; stays says whether the connection claims to."""
        headers = [pair for pair in self.headers if pair[0].lower() not in HOP
                   and pair[0].lower() != 'content-length']
        if self.status in (204, 304):
            pass
        elif self.framing == 'length':
            headers.append(('Content-Length', str(self.length)))
        elif self.framing == 'chunked':
            headers.append(('Transfer-Encoding', 'chunked'))
        if not self.get('date'):
            headers.append(('Date', email.utils.formatdate(usegmt=True)))
        if not stays and self.http == '1.1':
            headers.append(('Connection', 'close'))
        lines = ['HTTP/%s %d %s' % (self.http, self.status, self.reason)]
        lines += ['%s: %s' % pair for pair in headers]
        return ('\r\n'.join(lines) + '\r\n\r\n').encode('latin-1')


def hang_up(sock, how):
    """End a connection: by a reset, behind what has been sent, or in order; or
    keep it until the other side gives up."""
    if how == 'stall':
        poll = select.poll()
        poll.register(sock, 0x2000)         # POLLRDHUP; errors come unasked
        poll.poll()
    elif how == 'reset':
        # A reset drops what the kernel has not sent yet.
        end = time.monotonic() + 5
        while struct.unpack('i', fcntl.ioctl(
                sock, termios.TIOCOUTQ, b'\0' * 4))[0]:
            if time.monotonic() > end:
                break
            time.sleep(0.001)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                        struct.pack('ii', 1, 0))
    else:
        # What nobody reads would turn the end into a reset.
        sock.shutdown(socket.SHUT_WR)
        sock.settimeout(2)
        while sock.recv(65536):
            pass


def send_slowly(sock, data, seconds):
    for i in range(len(data)):
        sock.sendall(data[i:i + 1])
        time.sleep(seconds)


def framed(answer, piece):
    if answer.framing == 'chunked':
        return b'%x\r\n%s\r\n' % (len(piece), piece)
    return piece


def send_body(sock, answer):
    """False when it was cut."""
    at, slow = 0, answer.slow and answer.slow[0] in ('body', 'both')
    for piece in answer.chunks:
        if answer.flip is not None and at <= answer.flip < at + len(piece):
            wrong = bytearray(piece)
            wrong[answer.flip - at] ^= 1
            piece = bytes(wrong)
        if answer.cut and at + len(piece) >= answer.cut[0]:
            piece = piece[:answer.cut[0] - at]
        at += len(piece)
        if slow:
            send_slowly(sock, framed(answer, piece), answer.slow[1])
        elif piece:
            sock.sendall(framed(answer, piece))
        if answer.cut and at >= answer.cut[0]:
            return False
    if answer.framing == 'chunked' and not answer.cut:
        sock.sendall(b'0\r\n\r\n')
    return not answer.cut


def send(sock, request, answer):
    """True if another request may follow on this connection."""
    time.sleep(answer.before)
    if answer.cut and answer.cut[0] < 0:
        hang_up(sock, answer.cut[1])
        return False
    stays = request.stays() and not answer.close and \
        answer.framing != 'close' and answer.http == '1.1'
    head = answer.head(stays)
    if answer.slow and answer.slow[0] in ('head', 'both'):
        send_slowly(sock, head, answer.slow[1])
    else:
        sock.sendall(head)
    bare = request.method == 'HEAD' or answer.status in (204, 304)
    if not bare and not send_body(sock, answer):
        hang_up(sock, answer.cut[1])
        return False
    if answer.linger is not None:
        time.sleep(answer.linger)
        hang_up(sock, 'close')
        return False
    if not stays:
        hang_up(sock, 'close')
    return stays


def ask(address, request):
    """The answer of another server, its body still to come. The request goes
    there as it came, Host and all, so that its signature stays right."""
    sock = socket.create_connection(address, timeout=120)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    lines = [request.first]
    lines += ['%s: %s' % pair for pair in request.headers
              if pair[0].lower() not in HOP]
    if request.chunked():
        lines.append('Content-Length: %d' % len(request.body))
    lines.append('Connection: close')
    sock.sendall(('\r\n'.join(lines) + '\r\n\r\n').encode('latin-1') +
                 request.body)
    stream = sock.makefile('rb')
    while True:
        lines = read_lines(stream)
        if lines is None:
            raise Gone
        head = Head(lines)
        parts = head.first.split(' ', 2) + ['']
        if not parts[1].startswith('1'):
            break
    length = head.get('content-length')
    length = int(length) if length is not None else None
    return Answer(int(parts[1]), parts[2], head.headers,
                  came(sock, stream, head, request, length), length)


def came(sock, stream, head, request, length):
    """The pieces of that answer's body."""
    with sock, stream:
        if request.method == 'HEAD' or head.first.split(' ')[1] in ('204', '304'):
            return
        if head.chunked():
            yield from read_chunks(stream)
        elif length is not None:
            yield from read_some(stream, length)
        else:
            yield from read_rest(stream)
