#!/usr/bin/python3
"""clamd.py SOCKET [WORD...] - a clamd that errs, on a unix socket, and says "ready"
when it listens. It ends with its parent.

A word is what a connection gets, one after the other, the last one for ever:
    ok            what clamd answers of a document in which it finds nothing
    say:TEXT      that, in place of "stream: OK"; after:S:TEXT, S seconds later
    all:TEXT      that, in place of both answers; here and above \\xNN is a byte
    drop          it hangs up at once
    cut:N         it hangs up when it has N bytes of the document
    early:TEXT    it says that when it has a byte of it, and reads on
    half          it hangs up within the answer
    wait          when it has a byte of it SOCKET.waits is made, and it reads on when
                  SOCKET.go is there
    hang:N        it reads no more when it has N bytes of the document
    mute          it says nothing at all
    silent        it says its version, and nothing more
    endless       an answer without an end
Each document that came whole is a line of the log that QUIRE_CLAMD_LOG names: its
bytes and their SHA-256."""
import codecs
import hashlib
import os
import socketserver
import struct
import sys
import threading
import time

import tether

words = sys.argv[2:] or ['ok']
lock = threading.Lock()
forever = threading.Event()


class Clamd(socketserver.StreamRequestHandler):
    def handle(self):
        with lock:
            word = words.pop(0) if len(words) > 1 else words[0]
        kind, _, rest = word.partition(':')
        if kind == 'drop':
            return
        try:
            self.session(kind, rest)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def command(self):
        said = b''
        while not said.endswith(b'\0'):
            byte = self.rfile.read(1)
            if not byte:
                raise BrokenPipeError
            said += byte
        return said

    def say(self, text):
        self.wfile.write(codecs.escape_decode(text.encode())[0] + b'\0')

    def session(self, kind, rest):
        for want in (b'zIDSESSION\0', b'zVERSION\0', b'zINSTREAM\0'):
            if self.command() != want:
                self.say('UNKNOWN COMMAND')
                return
        if kind == 'mute':
            forever.wait()
        if kind != 'all':
            self.say('1: ClamAV 9.9/27000/Sun Nov 29 08:00:00 2026')
        if kind == 'silent':
            forever.wait()
        if not self.stream(kind, rest):
            return
        if kind == 'half':
            self.wfile.write(b'2: stream: O')
        elif kind == 'endless':
            while True:
                self.wfile.write(b'2: stream: OK' * 400)
        elif kind == 'all':
            self.say(rest)
        elif kind == 'after':
            seconds, _, rest = rest.partition(':')
            time.sleep(float(seconds))
            self.say('2: ' + rest)
        else:
            self.say('2: ' + (rest if kind == 'say' else 'stream: OK'))

    def stream(self, kind, rest):
        """Whether it is to be answered."""
        digest, count = hashlib.sha256(), 0
        while True:
            size, = struct.unpack('>I', self.rfile.read(4).rjust(4, b'\0'))
            if size == 0:
                break
            data = self.rfile.read(size)
            digest.update(data)
            count += len(data)
            if kind == 'cut' and count >= int(rest):
                return False
            if kind == 'hang' and count >= int(rest):
                forever.wait()
            if kind == 'wait' and count == len(data):
                tether.say(sys.argv[1] + '.waits', '')
                while not os.path.exists(sys.argv[1] + '.go'):
                    time.sleep(0.02)
            if kind == 'early' and count == len(data):
                self.say('2: ' + rest)
        if 'QUIRE_CLAMD_LOG' in os.environ:
            with lock, open(os.environ['QUIRE_CLAMD_LOG'], 'a') as log:
                log.write('%d %s\n' % (count, digest.hexdigest()))
        return True


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 128


def main():
    starter, path = os.getppid(), os.path.abspath(sys.argv[1])
    tether.tie(starter)
    server = Server(path, Clamd)
    print('ready', flush=True)
    server.serve_forever()


main()
