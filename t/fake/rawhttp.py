#!/usr/bin/python3
"""rawhttp.py HOST:PORT [OPTION...] METHOD TARGET [METHOD TARGET]... - requests
as they are given, one after the other on one connection, unsigned; a JSON line
for what came of each:
    {"status","version","headers" (lower case),"body","length" of it,
     "interim" [statuses before it],"end","seconds" until its last byte}
end says what followed: "next" where the answer is whole and, of the last one, the
connection has stayed for 0.2 s (--end: --timeout); else "eof", "reset" or
"timeout". status is null where no whole head came.

    --body TEXT     of every request
    --header LINE   of every request; may be repeated
    --expect        the body is held back for 100 Continue, 1 s at the most
    --timeout S     for each read (5)
    --end           the connection is to end behind the last answer
    --wait S        before each request but the first"""
import argparse
import json
import socket
import time


class Ended(Exception):
    """Why no more can be read."""


class Peer:
    def __init__(self, address, timeout):
        host, _, port = address.rpartition(':')
        self.timeout = timeout
        self.sock = socket.create_connection((host, int(port)), timeout)
        self.buffer = b''
        self.broken = False

    def send(self, data):
        """Even of nothing it would fail behind a reset, and hide that reset and
        what came before from those who read on."""
        try:
            if data:
                self.sock.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            self.broken = True

    def more(self):
        try:
            data = self.sock.recv(65536)
        except TimeoutError:
            raise Ended('timeout') from None
        except ConnectionResetError:
            raise Ended('reset') from None
        if not data:
            raise Ended('reset' if self.broken else 'eof')
        self.buffer += data

    def until(self, mark):
        while mark not in self.buffer:
            self.more()
        found, _, self.buffer = self.buffer.partition(mark)
        return found

    def exactly(self, count, into):
        while count:
            if not self.buffer:
                self.more()
            piece, self.buffer = self.buffer[:count], self.buffer[count:]
            into += piece
            count -= len(piece)

    def head(self):
        first, *lines = self.until(b'\r\n\r\n').decode('latin-1').split('\r\n')
        headers = {}
        for line in lines:
            name, _, value = line.partition(':')
            headers[name.lower()] = value.strip()
        return first.split(' ', 2), headers

    def body(self, method, status, headers, into):
        if method == 'HEAD' or status in (204, 304):
            return
        if headers.get('transfer-encoding') == 'chunked':
            size = None
            while size != 0:
                size = int(self.until(b'\r\n'), 16)
                self.exactly(size, into)
                self.until(b'\r\n')
        elif 'content-length' in headers:
            self.exactly(int(headers['content-length']), into)
        else:
            while True:
                self.exactly(1, into)

    def after(self, seconds):
        """What follows a whole answer: nothing, for so long, or the end."""
        self.sock.settimeout(seconds)
        try:
            self.more()
        except Ended as end:
            return 'next' if end.args[0] == 'timeout' else end.args[0]
        finally:
            self.sock.settimeout(self.timeout)
        return 'next'


def one(peer, told, last, method, target):
    body = told.body.encode()
    lines = ['%s %s HTTP/1.1' % (method, target), 'Host: ' + told.address]
    lines += told.header
    if body:
        lines.append('Content-Length: %d' % len(body))
    if told.expect:
        lines.append('Expect: 100-continue')
    got = {'status': None, 'version': None, 'headers': {}, 'interim': []}
    into, began = bytearray(), time.monotonic()
    try:
        head = ('\r\n'.join(lines) + '\r\n\r\n').encode('latin-1')
        peer.send(head if told.expect else head + body)
        first = None
        if told.expect:
            peer.sock.settimeout(1)
            try:
                first = peer.head()
            except Ended as end:
                if end.args[0] != 'timeout':
                    raise
            peer.sock.settimeout(told.timeout)
            if first is None or first[0][1] == '100':
                peer.send(body)
        while first is None or first[0][1] == '100':
            if first is not None:
                got['interim'].append(100)
            first = peer.head()
        (got['version'], status, _), got['headers'] = first
        got['status'] = int(status)
        peer.body(method, got['status'], got['headers'], into)
        got['seconds'] = round(time.monotonic() - began, 2)
        got['end'] = 'next'
        if last:
            got['end'] = peer.after(told.timeout if told.end else 0.2)
    except Ended as end:
        got['end'] = end.args[0]
    got.setdefault('seconds', round(time.monotonic() - began, 2))
    got.update(body=into.decode('latin-1'), length=len(into))
    print(json.dumps(got), flush=True)


def main():
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False)
    parser.add_argument('address')
    parser.add_argument('--body', default='')
    parser.add_argument('--header', action='append', default=[])
    parser.add_argument('--expect', action='store_true')
    parser.add_argument('--timeout', type=float, default=5)
    parser.add_argument('--end', action='store_true')
    parser.add_argument('--wait', type=float, default=0)
    parser.add_argument('what', nargs='+')
    told = parser.parse_intermixed_args()
    peer = Peer(told.address, told.timeout)
    for i in range(0, len(told.what), 2):
        if i:
            time.sleep(told.wait)
        one(peer, told, i + 2 == len(told.what), *told.what[i:i + 2])


if __name__ == '__main__':
    main()
