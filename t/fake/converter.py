#!/usr/bin/python3
"""converter.py [WORD...] - a service that converts files, on a free loopback port,
which it says on a line: POST /convert with a form, one file in its field "file",
answers {"markdown_content": ...}. It ends with its parent.

What the Markdown says: the file's name, type, size and SHA-256, and the form's other
fields. A word may be what a request gets instead, one after the other, the last one for
ever: STATUS, or STATUS:BODY; "ok" is the usual answer.
Each request is a line of the log that QUIRE_CONVERTED names: method, path, key, status."""
import email.parser
import email.policy
import hashlib
import http.server
import json
import os
import sys
import threading

import tether

words = sys.argv[1:] or ['ok']
lock = threading.Lock()


def parts(kind, body):
    head = b'Content-Type: ' + kind.encode() + b'\r\n\r\n'
    form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    return list(form.iter_parts()) if form.is_multipart() else []


def converted(form):
    lines = []
    for part in form:
        name = part.get_param('name', header='content-disposition')
        data = part.get_payload(decode=True)
        if part.get_filename() is None:
            lines.append('field %s: %s' % (name, data.decode()))
        else:
            lines.append('file %s: %s, %s, %d bytes, %s' % (
                name, part.get_filename(), part.get_content_type(), len(data),
                hashlib.sha256(data).hexdigest()))
    return '\n\n'.join(['# Converted'] + lines)


class Converter(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def answer(self, status, body):
        if 'QUIRE_CONVERTED' in os.environ:
            with lock, open(os.environ['QUIRE_CONVERTED'], 'a') as log:
                log.write('%s %s %s %d\n' % (self.command, self.path,
                                             self.headers.get('Authorization', '-'), status))
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(405, b'{}')

    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        with lock:
            word = words.pop(0) if len(words) > 1 else words[0]
        form = parts(self.headers['Content-Type'], body)
        if word != 'ok':
            status, _, said = word.partition(':')
            self.answer(int(status), said.encode())
        elif self.path.split('?')[0] != '/convert' or not form:
            self.answer(422, b'{"detail": "no file"}')
        else:
            self.answer(200, json.dumps({'markdown_content': converted(form)}).encode())

    def log_message(self, *args):
        pass


def main():
    starter = os.getppid()
    tether.tie(starter)
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Converter)
    print(server.server_address[1], flush=True)
    server.serve_forever()


main()
