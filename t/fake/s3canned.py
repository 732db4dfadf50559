"""s3canned - buckets in memory, some of them with any number of objects that
nobody had to put there. No signature is looked at."""
import base64
import bisect
import email.utils
import hashlib
import threading
import urllib.parse
import xml.sax.saxutils

from s3wire import Answer

XMLNS = 'http://s3.amazonaws.com/doc/2006-03-01/'
DATE = '2024-01-02T03:04:05.000Z'
MODIFIED = email.utils.formatdate(1704164645, usegmt=True)

# The bytes that canned bodies repeat.
BLOCK = b''.join(hashlib.sha256(b'%d' % i).digest() for i in range(2048))
TAIL = 32

SHAPES = {
    'flat': lambda i: 'key-%08d.pdf' % i,
    'deep': lambda i: '%04d/%02d/%08d.pdf' % (i // 1000, i // 10 % 100, i),
    'odd': lambda i: 'a b+%%&<é"\'/%08d.pdf' % i,
    'long': lambda i: '%s/%08d.pdf' % ('x' * 1000, i),
}


def error(status, reason, code, message, more=''):
    """An answer with S3's error document; more is put into it as it is."""
    text = ('<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>%s</Code>'
            '<Message>%s</Message>%s<RequestId>FAKE0000</RequestId></Error>' % (
                code, xml.sax.saxutils.escape(message), more))
    return Answer(status, reason, [('Content-Type', 'application/xml'),
                                   ('x-amz-request-id', 'FAKE0000')],
                  text.encode())


class Bucket:
    """Keys are bytes. size is that of the canned objects, page the most that a
    listing answers with at a time; etags are MD5s, of the bytes or of the key."""

    def __init__(self, count=0, shape='flat', page=1000, size=1000, etags='bytes'):
        self.of_keys = {'bytes': False, 'keys': True}[etags]
        self.keys = sorted(SHAPES[shape](i).encode() for i in range(count))
        self.size, self.most = size, page
        self.objects = {}       # key: (etag, headers, body), those that were put
        self.pages = {}
        self.lock = threading.Lock()
        self.base = hashlib.md5(usedforsecurity=False)
        left = max(size - TAIL, 0)
        for _ in range(left // len(BLOCK)):
            self.base.update(BLOCK)
        self.base.update(BLOCK[:left % len(BLOCK)])
        self.prepare()

    def prepare(self):
        """The pages of the whole listing, as most clients ask for it."""
        token = b''
        while token is not None and self.keys:
            token = self.page(b'', token, b'', self.most, True)[1]

    def has(self, key):
        at = bisect.bisect_left(self.keys, key)
        return at < len(self.keys) and self.keys[at] == key

    def tail(self, key):
        """The end of a canned body, by which one can be told from another."""
        return hashlib.md5(key, usedforsecurity=False).hexdigest().encode()[
            :min(self.size, TAIL)]

    def entry(self, key):
        """etag without quotes and size."""
        if key in self.objects:
            return self.objects[key][0], len(self.objects[key][2])
        if self.of_keys:
            return hashlib.md5(key, usedforsecurity=False).hexdigest(), self.size
        whole = self.base.copy()
        whole.update(self.tail(key))
        return whole.hexdigest(), self.size

    def body(self, key, start, end):
        """Its bytes from start up to end, in pieces."""
        if key in self.objects:
            yield self.objects[key][2][start:end]
            return
        left = max(self.size - TAIL, 0)
        while start < min(end, left):
            at = start % len(BLOCK)
            piece = BLOCK[at:at + min(end, left) - start]
            yield piece
            start += len(piece)
        if start < end:
            yield self.tail(key)[start - left:end - left]

    def put(self, key, headers, body):
        with self.lock:
            if not self.has(key):
                bisect.insort(self.keys, key)
            etag = hashlib.md5(body, usedforsecurity=False).hexdigest()
            self.objects[key] = etag, headers, body
            self.pages.clear()
        return etag

    def remove(self, key):
        with self.lock:
            if self.has(key):
                self.keys.remove(key)
            self.objects.pop(key, None)
            self.pages.clear()

    def page(self, prefix, after, delimiter, most, url):
        """(XML of the entries, last of them or None at the end, how many): those
        behind after."""
        asked = prefix, after, delimiter, most, url
        with self.lock:
            if asked not in self.pages:
                self.pages[asked] = self.make_page(*asked)
            return self.pages[asked]

    def make_page(self, prefix, after, delimiter, most, url):
        texts, folders, count, last = [], [], 0, after
        at = max(bisect.bisect_right(self.keys, after),
                 bisect.bisect_left(self.keys, prefix))
        while at < len(self.keys) and self.keys[at].startswith(prefix):
            key = self.keys[at]
            cut = key.find(delimiter, len(prefix)) if delimiter else -1
            folder = key[:cut + len(delimiter)] if cut >= 0 else None
            if folder is not None and folder == after:
                at = self.behind(folder)
                continue
            if count == most:
                return ''.join(texts + folders), last, count
            count += 1
            if folder is None:
                last = key
                at += 1
                texts.append('<Contents><Key>%s</Key><LastModified>%s</LastModified>'
                             '<ETag>&quot;%s&quot;</ETag><Size>%d</Size>'
                             '<StorageClass>STANDARD</StorageClass></Contents>' %
                             ((written(key, url), DATE) + self.entry(key)))
            else:
                last = folder
                at = self.behind(folder)
                folders.append('<CommonPrefixes><Prefix>%s</Prefix>'
                               '</CommonPrefixes>' % written(folder, url))
        return ''.join(texts + folders), None, count

    def behind(self, folder):
        """The first key that is greater than all that begin with folder."""
        return bisect.bisect_left(self.keys, folder[:-1] + bytes([folder[-1] + 1]))


def written(raw, url):
    """As a listing does, in the URL encoding or not."""
    if url:
        return urllib.parse.quote(raw, safe='/-_.~*').replace('%20', '+')
    return xml.sax.saxutils.escape(raw.decode('utf-8', 'replace'))


def listing(name, bucket, query):
    """The answer to GET /NAME?list-type=2..."""
    def given(key):
        return query.get(key, '').encode('latin-1')
    url = query.get('encoding-type') == 'url'
    try:
        most = min(int(query.get('max-keys', bucket.most)), bucket.most)
        after = base64.b64decode(given('continuation-token'), validate=True) or \
            given('start-after')
    except ValueError:
        return error(400, 'Bad Request', 'InvalidArgument', 'a token or number')
    prefix, delimiter = given('prefix'), given('delimiter')
    text, last, count = bucket.page(prefix, after, delimiter, most, url)
    more = ''
    if url:
        more += '<EncodingType>url</EncodingType>'
    if 'continuation-token' in query:
        more += '<ContinuationToken>%s</ContinuationToken>' % query['continuation-token']
    if delimiter:
        more += '<Delimiter>%s</Delimiter>' % written(delimiter, url)
    if last is not None:
        more += '<NextContinuationToken>%s</NextContinuationToken>' % \
            base64.b64encode(last).decode()
    body = ('<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="%s">'
            '<Name>%s</Name><Prefix>%s</Prefix><KeyCount>%d</KeyCount>'
            '<MaxKeys>%d</MaxKeys><IsTruncated>%s</IsTruncated>%s%s'
            '</ListBucketResult>' % (
                XMLNS, name, written(prefix, url), count, most,
                'false' if last is None else 'true', more, text))
    return Answer(200, 'OK', [('Content-Type', 'application/xml')], body.encode())


def span(said, size):
    """(first, behind the last) of a Range header, or None."""
    first, _, last = said[len('bytes='):].partition('-')
    if first:
        start = int(first)
        end = min(int(last) + 1, size) if last else size
    else:
        start, end = max(size - int(last), 0), size
    return (start, end) if start < end else None


def fetch(bucket, key, request):
    """GET and HEAD of an object."""
    if not bucket.has(key):
        return error(404, 'Not Found', 'NoSuchKey', 'The specified key does not exist.')
    etag, size = bucket.entry(key)
    headers = [('ETag', '"%s"' % etag), ('Last-Modified', MODIFIED),
               ('Accept-Ranges', 'bytes')]
    kept = bucket.objects.get(key)
    headers += kept[1] if kept else [('Content-Type', 'application/pdf')]
    match = request.get('if-match')
    if match not in (None, '*', '"%s"' % etag):
        return error(412, 'Precondition Failed', 'PreconditionFailed', 'If-Match')
    start, end, status = 0, size, 200
    if request.get('range', '').startswith('bytes='):
        part = span(request.get('range'), size)
        if part is None:
            return error(416, 'Requested Range Not Satisfiable', 'InvalidRange',
                         'The requested range is not satisfiable')
        start, end = part
        status = 206
        headers.append(('Content-Range', 'bytes %d-%d/%d' % (start, end - 1, size)))
    return Answer(status, 'OK' if status == 200 else 'Partial Content', headers,
                  bucket.body(key, start, end), end - start)


def store(bucket, key, request):
    """PUT of an object."""
    there = bucket.has(key)
    match = request.get('if-match')
    if request.get('if-none-match') == '*' and there or \
            match is not None and not (
                there and match == '"%s"' % bucket.entry(key)[0]):
        return error(412, 'Precondition Failed', 'PreconditionFailed',
                     'At least one of the pre-conditions you specified did not hold')
    headers = [(name, value) for name, value in request.headers
               if name.lower().startswith('x-amz-meta-') or
               name.lower() == 'content-type']
    etag = bucket.put(key, headers, request.body)
    return Answer(200, 'OK', [('ETag', '"%s"' % etag)])


def answer(buckets, request):
    """What a server with these buckets, {name: Bucket}, says."""
    name, _, key = request.path[1:].partition('/')
    key = urllib.parse.unquote_to_bytes(key)
    query = dict(urllib.parse.parse_qsl(request.query, keep_blank_values=True,
                                        encoding='latin-1'))
    if not key and request.method == 'PUT':
        buckets.setdefault(name, Bucket())
        return Answer(200, 'OK', [('Location', '/' + name)])
    if not name and request.method == 'GET':
        return Answer(200, 'OK', [('Content-Type', 'application/xml')],
                      b'<ListAllMyBucketsResult xmlns="%s"><Buckets/>'
                      b'</ListAllMyBucketsResult>' % XMLNS.encode())
    bucket = buckets.get(name)
    if bucket is None:
        return error(404, 'Not Found', 'NoSuchBucket',
                     'The specified bucket does not exist')
    if not key and request.method == 'HEAD':
        return Answer(200, 'OK', [('x-amz-bucket-region', 'us-east-1')])
    if not key and request.method == 'GET' and query.get('list-type') == '2':
        return listing(name, bucket, query)
    if key and request.method in ('GET', 'HEAD'):
        return fetch(bucket, key, request)
    if key and request.method == 'PUT':
        return store(bucket, key, request)
    if key and request.method == 'DELETE':
        bucket.remove(key)
        return Answer(204, 'No Content')
    return error(501, 'Not Implemented', 'NotImplemented', 'not in this fake')
