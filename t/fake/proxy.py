#!/usr/bin/python3
"""proxy.py USER:PASSWORD - an HTTP proxy on a free loopback port, which it says on
a line; 407 without that user, else what the server itself answers. It ends with
its parent."""
import base64
import http.client
import http.server
import os
import sys
import urllib.parse

import tether


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    wanted = ''

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
        if self.headers.get('Proxy-Authorization') != self.wanted:
            self.answer(407, b'', [('Proxy-Authenticate', 'Basic realm="t"')])
            return
        url = urllib.parse.urlsplit(self.path)
        server = http.client.HTTPConnection(url.netloc, timeout=60)
        keep = {'content-type', 'authorization', 'accept'}
        server.request(self.command, url.path, body or None,
                       {k: v for k, v in self.headers.items() if k.lower() in keep})
        got = server.getresponse()
        self.answer(got.status, got.read(),
                    [('Content-Type', got.headers.get('Content-Type', 'text/plain'))])
        server.close()

    do_GET = do_POST = pass_on

    def log_message(self, *args):
        pass


def main():
    starter = os.getppid()
    tether.tie(starter)
    Proxy.wanted = 'Basic ' + base64.b64encode(sys.argv[1].encode()).decode()
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Proxy)
    print(server.server_address[1], flush=True)
    server.serve_forever()


main()
