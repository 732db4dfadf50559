#!/usr/bin/python3
"""s3.py COMMAND - a small S3 client with which tests arrange and look. It signs
by itself (AWS Signature Version 4), which makes it an oracle for quire's own
signer. Endpoint, region and keys come by the environment alone:
AWS_ENDPOINT_URL (http), AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY
and AWS_SESSION_TOKEN.

    mb BUCKET                   make it
    put BUCKET FILE KEY         [--type TYPE] [--meta NAME=VALUE]...
    get BUCKET KEY              to standard output
    head BUCKET KEY             its headers, as one JSON object
    ls BUCKET [PREFIX]          a line {"key","size","etag"} for each object
    rm BUCKET KEY...
    put-many BUCKET             a JSON list on standard input, of strings (keys,
                                and bodies at the same time) or of objects
                                {"key","body","type","meta"}; all but key may lack
    sync-up DIR BUCKET PREFIX   every file below DIR, its path behind PREFIX

A key is the bytes of its argument. --key-file FILE takes KEY's place and names
a file that holds the key and nothing else. ls writes keys with every byte but
A-Z a-z 0-9 - _ . ~ / as %XX, and one that came as %XX asks for no decoding.

Exit status: 0 done, 1 the server said no (on standard error: the HTTP status
and S3's code) or did not answer, 2 the command line is wrong."""
import argparse
import concurrent.futures
import datetime
import hashlib
import hmac
import http.client
import json
import os
import sys
import threading
import urllib.parse
import xml.etree.ElementTree

NAMESPACE = '{http://s3.amazonaws.com/doc/2006-03-01/}'
WAYS = 8


class Refused(Exception):
    """The server's answer is an error."""


def encode(raw, safe=b''):
    """The URI encoding of Signature Version 4."""
    return urllib.parse.quote(raw, safe=safe + b'-_.~')


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def sign(request, headers, keys, region, when):
    """The Authorization header for request = (method, encoded path, [(name,
    value)] of the query, SHA-256 of the body) with exactly these headers,
    {lower-case name: bytes}. keys are id and secret, when is YYYYMMDDTHHMMSSZ.
    Source: AWS, "Signature Calculations for the Authorization Header"."""
    method, path, query, payload = request
    names = sorted(headers)
    canonical = '\n'.join([
        method, path,
        '&'.join(sorted('%s=%s' % (encode(n), encode(v)) for n, v in query)),
        *('%s:%s' % (n, b' '.join(headers[n].split()).decode('latin-1'))
          for n in names),
        '', ';'.join(names), payload])
    scope = '%s/%s/s3/aws4_request' % (when[:8], region)
    text = '\n'.join(['AWS4-HMAC-SHA256', when, scope,
                      sha256(canonical.encode('latin-1'))])
    key = b'AWS4' + keys[1].encode()
    for part in scope.split('/') + [text]:
        key = hmac.new(key, part.encode(), 'sha256').digest()
    return 'AWS4-HMAC-SHA256 Credential=%s/%s,SignedHeaders=%s,Signature=%s' % (
        keys[0], scope, ';'.join(names), key.hex())


class S3:
    """A connection for each thread to the endpoint of the environment."""

    def __init__(self, env):
        self.endpoint = urllib.parse.urlsplit(env['AWS_ENDPOINT_URL'])
        self.region = env['AWS_REGION']
        self.keys = env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY']
        self.token = env.get('AWS_SESSION_TOKEN')
        self.own = threading.local()

    def connection(self, anew=False):
        if anew or not hasattr(self.own, 'connection'):
            self.own.connection = http.client.HTTPConnection(
                self.endpoint.hostname, self.endpoint.port, timeout=60)
        return self.own.connection

    def request(self, method, path, query=(), headers=None, body=b''):
        """Path and query in bytes: the answer's headers and body."""
        try:
            status, got, data = self.once(method, path, query, headers, body)
        except (http.client.RemoteDisconnected, ConnectionError):
            # The server may end a connection between requests.
            self.connection(anew=True)
            status, got, data = self.once(method, path, query, headers, body)
        if status >= 300:
            raise Refused('HTTP %d %s' % (status, reason(data)))
        return got, data

    def once(self, method, path, query, headers, body):
        when = datetime.datetime.now(datetime.timezone.utc)
        when = when.strftime('%Y%m%dT%H%M%SZ')
        payload = sha256(body)
        path = encode(b'/' + path, b'/')
        headers = {'host': self.endpoint.netloc.encode(),
                   'x-amz-content-sha256': payload.encode(),
                   'x-amz-date': when.encode(), **(headers or {})}
        if self.token:
            headers['x-amz-security-token'] = self.token.encode()
        said = sign((method, path, query, payload), headers, self.keys,
                    self.region, when)
        target = path + ''.join(
            '%s%s=%s' % ('&' if i else '?', encode(n), encode(v))
            for i, (n, v) in enumerate(query))
        connection = self.connection()
        connection.putrequest(method, target, skip_host=True,
                              skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.putheader('authorization', said)
        if body or method == 'PUT':
            connection.putheader('content-length', str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()

    def put(self, bucket, key, body, content_type=None, meta=None):
        headers = {'x-amz-meta-' + name: value.encode('utf-8', 'surrogateescape')
                   for name, value in (meta or {}).items()}
        if content_type:
            headers['content-type'] = content_type.encode()
        self.request('PUT', bucket + b'/' + key, headers=headers, body=body)

    def list(self, bucket, prefix):
        """(key, size, etag) of each object."""
        query = [(b'list-type', b'2'), (b'encoding-type', b'url'),
                 (b'prefix', prefix)]
        token = None
        while True:
            more = [(b'continuation-token', token)] if token else []
            page = xml.etree.ElementTree.fromstring(
                self.request('GET', bucket, query + more)[1])
            for item in page.iter(NAMESPACE + 'Contents'):
                def text(name):
                    return item.findtext(NAMESPACE + name)
                key = text('Key').replace('+', '%20')
                yield (urllib.parse.unquote_to_bytes(key), int(text('Size')),
                       text('ETag').strip('"'))
            if page.findtext(NAMESPACE + 'IsTruncated') != 'true':
                return
            token = page.findtext(NAMESPACE + 'NextContinuationToken').encode()


def reason(data):
    try:
        error = xml.etree.ElementTree.fromstring(data)
        return '%s: %s' % (error.findtext('Code'), error.findtext('Message'))
    except xml.etree.ElementTree.ParseError:
        return '(no XML)'


def in_threads(work, items):
    """work(item) for all of them; the first failure is this one's."""
    with concurrent.futures.ThreadPoolExecutor(WAYS) as pool:
        for done in [pool.submit(work, item) for item in items]:
            done.result()


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def put_many(s3, bucket, items):
    def one(item):
        if isinstance(item, str):
            item = {'key': item, 'body': item}
        key, body = (item.get(name, '').encode('utf-8', 'surrogateescape')
                     for name in ('key', 'body'))
        s3.put(bucket, key, body, item.get('type'), item.get('meta'))
    in_threads(one, items)


def sync_up(s3, folder, bucket, prefix):
    paths = [os.path.join(at, name)
             for at, _, names in os.walk(folder) for name in names]
    in_threads(lambda path: s3.put(
        bucket, prefix + os.path.relpath(path, folder), read(path)), paths)


def show_head(s3, path):
    got, _ = s3.request('HEAD', path)
    print(json.dumps({
        name.lower(): value.encode('latin-1').decode('utf-8', 'replace')
        for name, value in got}))


def arguments(argv):
    usage = __doc__.replace('%', '%%')
    parser = argparse.ArgumentParser(usage=usage, add_help=False)
    commands = parser.add_subparsers(dest='command', required=True)
    for name, operands in (
            ('mb', 'bucket'), ('put', 'bucket file key?'),
            ('get', 'bucket key?'), ('head', 'bucket key?'),
            ('ls', 'bucket prefix?'), ('rm', 'bucket key*'),
            ('put-many', 'bucket'), ('sync-up', 'dir bucket prefix')):
        command = commands.add_parser(name, usage=usage)
        for operand in operands.split():
            if operand[-1] in '?*':
                command.add_argument(operand[:-1], nargs=operand[-1])
            else:
                command.add_argument(operand)
        if name in ('put', 'get', 'head', 'rm'):
            command.add_argument('--key-file')
        if name == 'put':
            command.add_argument('--type')
            command.add_argument('--meta', action='append', default=[])
    got = parser.parse_args(argv)
    if 'key_file' in got:
        if (got.key_file is None) == (not got.key):
            parser.error('one of KEY and --key-file')
        if got.key_file is not None:
            got.keys = [read(got.key_file)]
        else:
            keys = got.key if isinstance(got.key, list) else [got.key]
            got.keys = [os.fsencode(key) for key in keys]
        got.path = os.fsencode(got.bucket) + b'/' + got.keys[0]
    return got


def run(got):
    s3 = S3(os.environ)
    bucket = os.fsencode(got.bucket)
    if got.command == 'mb':
        s3.request('PUT', bucket)
    elif got.command == 'put':
        s3.put(bucket, got.keys[0], read(got.file), got.type,
               dict(pair.split('=', 1) for pair in got.meta))
    elif got.command == 'get':
        sys.stdout.buffer.write(s3.request('GET', got.path)[1])
    elif got.command == 'head':
        show_head(s3, got.path)
    elif got.command == 'ls':
        for key, size, etag in s3.list(bucket, os.fsencode(got.prefix or '')):
            print(json.dumps({'key': encode(key, b'/'), 'size': size,
                              'etag': etag}))
    elif got.command == 'rm':
        for key in got.keys:
            s3.request('DELETE', bucket + b'/' + key)
    elif got.command == 'put-many':
        put_many(s3, bucket, json.load(sys.stdin))
    else:
        sync_up(s3, os.fsencode(got.dir), bucket, os.fsencode(got.prefix))


def main():
    got = arguments(sys.argv[1:])
    try:
        run(got)
    except (Refused, OSError, http.client.HTTPException) as error:
        sys.exit('s3.py: %s' % error)


if __name__ == '__main__':
    main()
