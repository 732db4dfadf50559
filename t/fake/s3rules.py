"""s3rules - which requests go wrong, and how. See s3faults.py for the form of a
rule; FAULTS names the faults and their arguments."""
import base64
import email.utils
import random
import re
import threading
import time
import urllib.parse
import xml.sax.saxutils

import s3canned

# Name: (status, reason, code, message). All take status, code, message,
# headers, retry_after, after and early.
ERRORS = {
    'slowdown': (503, 'Slow Down', 'SlowDown', 'Please reduce your request rate.'),
    'internal': (500, 'Internal Server Error', 'InternalError',
                 'We encountered an internal error. Please try again.'),
    'error200': (200, 'OK', 'InternalError',
                 'We encountered an internal error. Please try again.'),
    'moved': (301, 'Moved Permanently', 'PermanentRedirect', 'The bucket you are '
              'attempting to access must be addressed using the specified endpoint.'),
    'temporary': (307, 'Temporary Redirect', 'TemporaryRedirect',
                  'Please re-send this request to the specified temporary endpoint.'),
    'skewed': (403, 'Forbidden', 'RequestTimeTooSkewed', 'The difference between the '
               'request time and the current time is too large.'),
    'signature': (403, 'Forbidden', 'SignatureDoesNotMatch', 'The request signature we '
                  'calculated does not match the signature you provided.'),
    'precondition': (412, 'Precondition Failed', 'PreconditionFailed',
                     'At least one of the pre-conditions you specified did not hold'),
    'missing': (404, 'Not Found', 'NoSuchKey', 'The specified key does not exist.'),
    'status': (400, 'Bad Request', 'InvalidRequest', 'As the test wishes.'),
}
ERROR_ARGS = {'status', 'code', 'message', 'headers', 'retry_after', 'after', 'early'}

# Name: what else it may be given.
FAULTS = {
    'reset': {'at', 'after', 'early'}, 'close': {'at', 'after', 'early'},
    'stall': {'at', 'after', 'early'},
    'short': {'at'}, 'flip': {'at'}, 'slow': {'where', 'seconds'},
    'delay': {'seconds'}, 'etag': set(), 'chunked': set(), 'nolength': set(),
    'http10': set(), 'idle-close': {'seconds'}, 'continue': {'kind', 'seconds'},
    'list-loop': set(), 'list-no-token': set(), 'list-backwards': set(),
    'list-rewind': set(), 'list-html': set(), 'list-cut': {'at'},
    'list-empty': set(), 'list-control': set(), 'list-nul': set(),
    'list-hollow': set(),
}
FAULTS.update((name, set(ERROR_ARGS)) for name in ERRORS)
FAULTS['moved'] |= {'region', 'to', 'location'}
FAULTS['temporary'] |= {'to', 'region'}
FAULTS['skewed'] |= {'seconds'}
CONTINUES = {'never', 'late', 'twice', 'unasked', 'refuse'}
MATCHES = {'method', 'path', 'query', 'header', 'reused'}
WHENS = {'nth', 'every', 'p', 'seed', 'per'}


class Rule:
    """One of the rules file, and how many requests it has matched."""

    def __init__(self, told):
        args = told.get('args', {})
        fault = told['fault']
        extra = set(told) - MATCHES - WHENS - {'fault', 'args'}
        if fault not in FAULTS:
            raise ValueError('no fault is called %s' % fault)
        extra |= set(args) - FAULTS[fault]
        if extra:
            raise ValueError('%s takes no %s' % (fault, ', '.join(sorted(extra))))
        if fault == 'continue' and args.get('kind') not in CONTINUES:
            raise ValueError('continue needs a kind of %s' % sorted(CONTINUES))
        nth = told.get('nth', 1)
        self.nth = nth if isinstance(nth, list) else [nth]
        if min(self.nth + [told.get('every', 1)]) < 1:
            raise ValueError('nth and every begin at 1')
        if told.get('per', 'path') != 'path':
            raise ValueError('per is path or not there')
        self.fault, self.args, self.told = fault, args, told
        self.patterns = {name: re.compile(told[name], re.S)
                         for name in ('path', 'query', 'header') if name in told}
        self.lock = threading.Lock()
        self.counts = {}

    def matches(self, request):
        if request.method not in self.told.get('method', request.method).split('|'):
            return False
        if self.told.get('reused', request.reused) != request.reused:
            return False
        texts = {'path': request.path, 'query': request.query, 'header': '\n'.join(
            '%s: %s' % (name.lower(), value) for name, value in request.headers)}
        return all(pattern.search(texts[name])
                   for name, pattern in self.patterns.items())

    def fires(self, request):
        """Whether it does for this one; counts it."""
        if not self.matches(request):
            return False
        key = ''
        if self.told.get('per') == 'path':
            key = '%s %s' % (request.method, request.target)
        with self.lock:
            count = self.counts[key] = self.counts.get(key, 0) + 1
        if 'nth' in self.told and count not in self.nth:
            return False
        if count % self.told.get('every', 1):
            return False
        # The same for the same request, whatever else goes on meanwhile.
        draw = random.Random('%s|%s|%d' % (self.told.get('seed', 0), key, count))
        return draw.random() < self.told.get('p', 1)


class Rules:
    """All of them. other is HOST:PORT of the listener to which redirects lead."""

    def __init__(self, told, other):
        self.rules = [Rule(one) for one in told]
        self.other = other
        self.lock = threading.Lock()
        self.pages = {}         # path: the entries of the last two listings

    def firing(self, request):
        return [rule for rule in self.rules if rule.fires(request)]

    def answer(self, request, firing, origin):
        """What is to be sent. origin() is the true answer; the server behind sees
        the request when that is called."""
        cut = ('reset', 'close', 'stall')
        for rule in firing:
            instead = rule.fault in ERRORS or \
                rule.fault in cut and 'at' not in rule.args
            if instead:
                # Of a request without its body there is nothing to take effect.
                if rule.args.get('after') and not early(firing):
                    origin().whole()
                if rule.fault in cut:
                    # There is no answer for another fault to change.
                    made = s3canned.Answer(200, 'OK')
                    made.cut = -1, rule.fault
                    made.close = early(firing)
                    return made
                made = self.error(rule, request)
                break
        else:
            made = origin()
        for rule in firing:
            if rule.fault in ERRORS or rule.fault == 'continue':
                continue
            if rule.fault in cut:
                made.cut = rule.args['at'], rule.fault
            else:
                getattr(self, 'do_' + rule.fault.replace('-', '_'))(
                    made, request, rule.args)
        if early(firing):
            made.close = True
        return made

    def error(self, rule, request):
        status, reason, code, message = ERRORS[rule.fault]
        args = rule.args
        to = args.get('to', self.other)
        more = ''
        if rule.fault in ('moved', 'temporary'):
            more = '<Endpoint>%s</Endpoint>' % to
        elif rule.fault == 'signature':
            # As AWS does: what the client said comes back.
            said = xml.sax.saxutils.escape(request.get('authorization', ''))
            more = '<StringToSign>%s</StringToSign>' % said
        made = s3canned.error(args.get('status', status), reason,
                              args.get('code', code), args.get('message', message),
                              more)
        if rule.fault in ('moved', 'temporary'):
            made.set('x-amz-bucket-region', args.get('region', 'eu-west-1'))
        if rule.fault == 'temporary' or args.get('location'):
            made.set('Location', 'http://%s%s' % (to, request.target))
        if rule.fault == 'skewed':
            made.set('Date', email.utils.formatdate(
                time.time() + args.get('seconds', 3600), usegmt=True))
        if 'retry_after' in args:
            made.set('Retry-After', str(args['retry_after']))
        for name, value in args.get('headers', {}).items():
            made.set(name, value)
        return made

    # The faults that change a good answer.

    @staticmethod
    def do_short(made, _request, args):
        made.cut = args.get('at', max((made.length or 0) - 1, 0)), 'close'

    @staticmethod
    def do_flip(made, _request, args):
        made.flip = args.get('at', (made.length or 0) // 2)
        if made.flip == 'any':
            made.flip = random.randrange(made.length or 1)

    @staticmethod
    def do_slow(made, _request, args):
        made.slow = args.get('where', 'body'), args.get('seconds', 1)

    @staticmethod
    def do_delay(made, _request, args):
        made.before = args.get('seconds', 1)

    @staticmethod
    def do_etag(made, _request, _args):
        made.set('ETag', '"%s"' % ('0123456789abcdef' * 2))

    @staticmethod
    def do_chunked(made, _request, _args):
        made.framing = 'chunked'

    @staticmethod
    def do_nolength(made, _request, _args):
        made.framing = 'close'

    @staticmethod
    def do_http10(made, _request, _args):
        made.http = '1.0'

    @staticmethod
    def do_idle_close(made, _request, args):
        made.linger = args.get('seconds', 0)

    # The faults of listings, in the XML as it came.

    @staticmethod
    def do_list_loop(made, request, _args):
        asked = re.search('(?:^|&)continuation-token=([^&]*)', request.query)
        if asked:
            token = urllib.parse.unquote(asked.group(1))
            token = xml.sax.saxutils.escape(token).encode()
            made.replace(re.sub(
                b'(<NextContinuationToken>).*?(<)',
                lambda found: found.group(1) + token + found.group(2), made.whole()))

    @staticmethod
    def do_list_no_token(made, _request, _args):
        body = re.sub(b'<NextContinuationToken>.*?</NextContinuationToken>', b'',
                      made.whole())
        made.replace(body.replace(b'<IsTruncated>false<', b'<IsTruncated>true<'))

    @staticmethod
    def do_list_backwards(made, _request, _args):
        body = made.whole()
        entries = re.findall(b'<Contents>.*?</Contents>', body, re.S)
        made.replace(rearranged(body, entries[::-1]))

    def do_list_rewind(self, made, request, _args):
        """The entries of the page before, with this one's token."""
        body = made.whole()
        with self.lock:
            before = self.pages.get(request.path, (None, None))[0]
        if before is not None:
            made.replace(rearranged(body, before))

    def remember(self, made, request):
        """Called for every true answer, so that a page can come again."""
        if any(rule.fault == 'list-rewind' for rule in self.rules) and \
                'list-type=2' in request.query:
            entries = re.findall(b'<Contents>.*?</Contents>', made.whole(), re.S)
            with self.lock:
                self.pages[request.path] = \
                    self.pages.get(request.path, (None, None))[1], entries

    @staticmethod
    def do_list_hollow(made, request, _args):
        """No entries, and a new token for the same place (canned buckets only)."""
        asked = re.search('(?:^|&)continuation-token=([^&]*)', request.query)
        after = base64.b64decode(urllib.parse.unquote(asked.group(1))) if asked else b''
        token = base64.b64encode(after + b'\0')
        body = rearranged(made.whole(), [])
        body = re.sub(b'<NextContinuationToken>.*?</NextContinuationToken>', b'', body)
        body = re.sub(b'<KeyCount>.*?<', b'<KeyCount>0<', body)
        made.replace(re.sub(b'<IsTruncated>.*?</IsTruncated>',
                            b'<IsTruncated>true</IsTruncated><NextContinuationToken>'
                            + token + b'</NextContinuationToken>', body))

    @staticmethod
    def do_list_html(made, _request, _args):
        """Also in an object's place, without what is said of that."""
        made.headers = [pair for pair in made.headers if pair[0].lower() != 'etag']
        made.set('Content-Type', 'text/html')
        made.replace(b'<!DOCTYPE html><html><head><title>Welcome</title></head>'
                     b'<body><p>Sign in &amp; pay<br></body></html>')

    @staticmethod
    def do_list_cut(made, _request, args):
        body = made.whole()
        made.replace(body[:args.get('at', len(body) // 2)])

    @staticmethod
    def do_list_empty(made, _request, _args):
        made.replace(b'')

    @staticmethod
    def do_list_control(made, _request, _args):
        """In the last key of the page, so that the order stays right."""
        body = made.whole()
        at = body.rfind(b'</Key>')
        if at >= 0:
            made.replace(body[:at] + b'\x01\x0b\x1f' + body[at:])

    @staticmethod
    def do_list_nul(made, _request, _args):
        """The same, as a key that is URL-encoded may have it."""
        body = made.whole()
        at = body.rfind(b'</Key>')
        if at >= 0:
            made.replace(body[:at] + b'%00x%00' + body[at:])


def rearranged(body, entries):
    """The listing with these entries in place of its own."""
    start, end = body.find(b'<Contents>'), body.rfind(b'</Contents>')
    if start < 0:
        return body
    return body[:start] + b''.join(entries) + body[end + len(b'</Contents>'):]


def early(firing):
    """Whether the answer goes out before the body is read."""
    return any(rule.args.get('early') or
               rule.fault == 'continue' and rule.args['kind'] == 'refuse'
               for rule in firing)
