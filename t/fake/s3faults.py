#!/usr/bin/python3
"""s3faults.py [OPTION...] - an S3 server that does wrong what it is told to.
t/s3.bash starts it.

    --dir DIR           is made; DIR/said then says "up PORT OTHER", and DIR/log
                        is a JSON line for each request
    --starter PID       the parent, with which the server ends
    --upstream HOST:PORT    buckets that are not its own are there (a proxy)
    --canned NAME=N[,shape=flat|deep|odd|long][,page=1000][,size=1000][,etags=keys]
                        a bucket of its own with N objects of that size, listed
                        so many at a time; their ETags look like MD5s of their
                        bytes, and are something else with etags=keys
    --bucket NAME       an empty one of its own
    --rule JSON         see below; may be repeated
    --rules FILE        a JSON list of them
    --tls CERT KEY      PORT, not OTHER, speaks TLS with these PEM files

Its own buckets look at no signature. OTHER is a second port, with the same
buckets and no faults, for redirects to lead to.

A rule is {"fault": NAME, "args": {...}} with, to say which requests it is for,
    method      "GET", or several: "GET|HEAD"
    path, query a regular expression somewhere in it, as it came (encoded)
    header      the same, in some "name: value" with the name in lower case
    reused      true: not the first request of its connection
and, to say which of those,
    nth         the 1st is 1; a number or a list of them
    every       every so manieth
    p, seed     with this probability, the same in every run
    per         "path": count those of each method, path and query on their own
All rules that match count; all that fire are applied, in their order.

Faults instead of an answer (the server behind does not see the request, unless
"after": true says that it took effect):
    reset close stall       before any byte; with "at": K after K bytes of the
                            true answer's body (0: after the head)
    slowdown internal error200 moved temporary skewed signature precondition
    missing status          an <Error>; args: status code message headers
                            retry_after; moved and temporary: to ("HOST:PORT"; else
                            OTHER) region; moved: location (true: has one)
    "early": true           the answer comes before the body is read; whatever
                            "after" says, the request takes no effect
Faults in a true answer:
    short {at}              closed in order, short of Content-Length
    flip {at}               one bit wrong; at "any": in another place each time
    slow {where, seconds}   head, body or both, byte by byte
    delay {seconds}         before the first byte
    etag                    another one, whatever If-Match says
    chunked, nolength, http10
    idle-close {seconds}    closed after the answer, with no word of it
    continue {kind}         never, late {seconds}, twice, unasked, refuse (417)
    list-loop list-no-token list-backwards list-rewind list-html list-cut {at}
    list-empty list-control list-nul list-hollow

A line of the log: {"n","listener":"main"|"other","connection","request" (its
number on the connection),"method","path","query","headers","authorization":
bool,"body": bytes read,"faults":[...],"status": of the answer, whether or not
all of it was sent}. Credentials are not logged."""
import argparse
import itertools
import json
import os
import re
import socket
import ssl
import sys
import threading
import time

sys.dont_write_bytecode = True
import s3canned
import s3rules
import s3wire
import tether

SECRET = {'authorization', 'x-amz-security-token'}
CONTINUE = b'HTTP/1.1 100 Continue\r\n\r\n'


class Server:
    def __init__(self, told, log, other):
        self.rules = s3rules.Rules(told.rules, other)
        self.buckets = told.buckets
        self.upstream = told.upstream
        self.log = log
        self.tls = told.tls
        self.lock = threading.Lock()
        self.numbers = itertools.count(1)
        self.connections = itertools.count(1)

    def listen(self, sock, name):
        while True:
            peer, _ = sock.accept()
            threading.Thread(target=self.serve, args=(peer, name),
                             daemon=True).start()

    def serve(self, sock, name):
        """One connection."""
        connection = next(self.connections)
        try:
            with self.secured(sock, name) as sock, sock.makefile('rb') as stream:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for number in itertools.count(1):
                    lines = s3wire.read_lines(stream)
                    if lines is None:
                        return
                    request = s3wire.Request(lines)
                    request.reused = number > 1
                    if not self.one(sock, stream, request,
                                    (name, connection, number)):
                        return
        except (s3wire.Gone, OSError):
            # Clients that fail are the purpose of this.
            pass

    def secured(self, sock, name):
        if self.tls is None or name != 'main':
            return sock
        return self.tls.wrap_socket(sock, server_side=True)

    def one(self, sock, stream, request, where):
        """True if the connection stays."""
        firing = self.rules.firing(request) if where[0] == 'main' else []
        try:
            if not s3rules.early(firing):
                self.go_on(sock, request, firing)
                request.read_body(stream)
            if any(rule.args.get('kind') == 'refuse' for rule in firing):
                answer = s3canned.error(417, 'Expectation Failed',
                                        'ExpectationFailed', '100-continue')
                answer.close = True
            else:
                answer = self.rules.answer(request, firing,
                                           lambda: self.origin(request))
            self.note(request, firing, where, answer.status)
        except (s3wire.Gone, OSError):
            self.note(request, firing, where, None)
            raise
        return s3wire.send(sock, request, answer)

    @staticmethod
    def go_on(sock, request, firing):
        """100 Continue, or what stands for it."""
        kinds = {rule.args['kind']: rule.args for rule in firing
                 if rule.fault == 'continue'}
        if 'unasked' in kinds or request.expects() and 'never' not in kinds:
            if 'late' in kinds:
                time.sleep(kinds['late'].get('seconds', 2))
            sock.sendall(CONTINUE * (2 if 'twice' in kinds else 1))

    def origin(self, request):
        """The true answer."""
        name = request.path[1:].partition('/')[0]
        if self.upstream is None or name in self.buckets:
            made = s3canned.answer(self.buckets, request)
        else:
            made = s3wire.ask(self.upstream, request)
        self.rules.remember(made, request)
        return made

    def note(self, request, firing, where, status):
        headers = {}
        for name, _ in request.headers:
            name = name.lower()
            headers[name] = '(not logged)' if name in SECRET else request.get(name)
        with self.lock:
            line = json.dumps({
                'n': next(self.numbers), 'listener': where[0],
                'connection': where[1], 'request': where[2],
                'method': request.method, 'path': request.path,
                'query': request.query, 'headers': headers,
                'authorization': 'authorization' in headers,
                'body': len(request.body),
                'faults': [rule.fault for rule in firing], 'status': status})
            os.write(self.log, line.encode() + b'\n')


def canned(text):
    name, _, rest = text.partition('=')
    count, *options = rest.split(',')
    options = dict(option.split('=', 1) for option in options)
    for number in ('page', 'size'):
        if number in options:
            options[number] = int(options[number])
    return name, s3canned.Bucket(int(count), **options)


def arguments(argv):
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False)
    parser.add_argument('--dir', required=True)
    parser.add_argument('--starter', type=int, required=True)
    parser.add_argument('--upstream')
    parser.add_argument('--tls', nargs=2)
    for name in ('canned', 'bucket', 'rule', 'rules'):
        parser.add_argument('--' + name, action='append', default=[])
    told = parser.parse_args(argv)
    try:
        rules = [json.loads(text) for text in told.rule]
        for path in told.rules:
            with open(path, encoding='utf-8') as file:
                rules += json.load(file)
        for rule in rules:
            s3rules.Rule(rule)
        told.rules = rules
        told.buckets = dict(canned(text) for text in told.canned)
        for name in told.bucket:
            told.buckets[name] = s3canned.Bucket()
        if told.tls is not None:
            files, told.tls = told.tls, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            told.tls.load_cert_chain(*files)
        if told.upstream is not None:
            host, _, port = told.upstream.rpartition(':')
            told.upstream = host, int(port)
    except (ValueError, KeyError, TypeError, OSError, re.error) as error:
        sys.exit('s3faults.py: %s: %s' % (type(error).__name__, error))
    told.dir = os.path.abspath(told.dir)
    return told


def main():
    told = arguments(sys.argv[1:])
    tether.tie(told.starter)
    os.mkdir(told.dir)
    log = os.open(told.dir + '/log', os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    socks = [socket.create_server(('127.0.0.1', 0), backlog=1024) for _ in range(2)]
    ports = [sock.getsockname()[1] for sock in socks]
    server = Server(told, log, '127.0.0.1:%d' % ports[1])
    for sock, name in zip(socks, ('main', 'other')):
        threading.Thread(target=server.listen, args=(sock, name), daemon=True).start()
    tether.say(told.dir + '/said', 'up %d %d' % tuple(ports))
    threading.Event().wait()


if __name__ == '__main__':
    main()
