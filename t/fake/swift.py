#!/usr/bin/python3
"""swift.py DIR STARTER - a real S3 server: OpenStack Swift with s3api and
tempauth, its four services in this one process, on loopback ports of the
kernel's choice. t/s3.bash starts it.

DIR is made, and holds all that the server keeps. DIR/said then says
    up PORT         requests are answered at 127.0.0.1:PORT
    skip REASON     it cannot run here
and anything else is in standard error. STARTER is the parent's process id;
the server ends with it.

Keys come by the environment: AWS_ACCESS_KEY_ID, S3_READER_KEY_ID (both as
test:USER) and AWS_SECRET_ACCESS_KEY, S3_READER_SECRET. The first may do
everything; the reader may read every bucket whose name does not begin with
"private", and write none."""
import importlib.util
import json
import logging
import os
import sys
from time import monotonic as clock

sys.dont_write_bytecode = True
import tether

# This file's own name would stand before the package's.
sys.path.pop(0)

SERVICES = ('account', 'container', 'object', 'proxy')

SWIFT = '''[swift-hash]
swift_hash_path_prefix = quire
swift_hash_path_suffix = quire
[storage-policy:0]
name = one
default = yes
'''

COMMON = '''[DEFAULT]
bind_ip = 127.0.0.1
bind_port = %(port)d
swift_dir = %(etc)s
devices = %(srv)s
recon_cache_path = %(cache)s
mount_check = false
workers = 0
disable_fallocate = true
fallocate_reserve = 0
db_preallocation = off
log_level = ERROR
'''

STORE = COMMON + '''[pipeline:main]
pipeline = %(name)s-server
[app:%(name)s-server]
use = egg:swift#%(name)s
'''

# An answer to PUT waits until the listing has the object.
OBJECT = STORE + '''container_update_timeout = 60
mb_per_sync = 0
disk_chunk_size = 1048576
network_chunk_size = 1048576
'''

# Tempauth needs a cache; symlink must follow versioned_writes.
PROXY = COMMON + '''[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats s3api grant tempauth
    copy slo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
object_chunk_size = 1048576
client_chunk_size = 1048576
node_timeout = 60
client_timeout = 120
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:cache]
paste.filter_factory = __main__:cache_factory
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
location = us-east-1
dns_compliant_bucket_names = true
storage_domain = localhost
[filter:grant]
paste.filter_factory = __main__:grant_factory
reader = %(reader)s
[filter:tempauth]
use = egg:swift#tempauth
%(users)s
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true
[filter:symlink]
use = egg:swift#symlink
'''


class Cache:
    """What Swift uses of memcached, within this process."""

    def __init__(self):
        self.kept = {}

    def set(self, key, value, time=0, **_):
        # As text, so that nobody changes another's value.
        self.kept[key] = (json.dumps(value), clock() + time if time else None)

    def get(self, key, **_):
        value, until = self.kept.get(key, ('null', None))
        if until is not None and until < clock():
            del self.kept[key]
            return None
        return json.loads(value)

    def incr(self, key, delta=1, time=0):
        value = max(0, (self.get(key) or 0) + delta)
        self.set(key, value, time)
        return value

    def decr(self, key, delta=1, time=0):
        return self.incr(key, -delta, time)

    def delete(self, key, **_):
        self.kept.pop(key, None)


def cache_factory(_conf, **_local):
    cache = Cache()

    def wrap(app):
        def call(env, start):
            env['swift.cache'] = cache
            return app(env, start)
        return call
    return wrap


def grant_factory(_conf, **local):
    """Whoever makes a bucket lets the reader read it."""
    def wrap(app):
        def call(env, start):
            path = env['PATH_INFO'].split('/')
            if env['REQUEST_METHOD'] == 'PUT' and len(path) == 4 and \
                    not path[3].startswith('private'):
                env.setdefault('HTTP_X_CONTAINER_READ', local['reader'])
            return app(env, start)
        return call
    return wrap


def why_not(top):
    """Why no Swift can run here, or None."""
    if not os.path.exists('/proc/self/fd'):
        return 'needs /proc'
    try:
        os.setxattr(top, 'user.quire', b'x' * 2000)
        os.removexattr(top, 'user.quire')
    except OSError:
        return 'no user xattrs at %s' % top
    for module in ('swift.proxy', 'swift.obj', 'eventlet', 'paste.deploy'):
        try:
            if importlib.util.find_spec(module) is None:
                return 'needs the package swift-proxy'
        except ModuleNotFoundError:
            return 'needs the package swift-proxy'
    return None


def keep(path, text):
    with open(path, 'w', encoding='utf-8') as out:
        out.write(text)


def configure(top, ports):
    etc = top + '/etc'
    env = os.environ
    users = '\n'.join('user_%s = %s' % (
        env[key].replace(':', '_'), env[secret] + groups)
        for key, secret, groups in (
            ('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', ' .admin'),
            ('S3_READER_KEY_ID', 'S3_READER_SECRET', '')))
    keep(etc + '/swift.conf', SWIFT)
    for name in SERVICES:
        text = {'object': OBJECT, 'proxy': PROXY}.get(name, STORE)
        values = {'name': name, 'port': ports[name], 'users': users,
                  'reader': env['S3_READER_KEY_ID']}
        for folder in ('etc', 'srv', 'cache'):
            values[folder] = ('%s/%s' % (top, folder)).replace('%', '%%')
        keep('%s/%s-server.conf' % (etc, name), text % values)


def make_rings(top, ports):
    """One replica on one device, 16 partitions."""
    from swift.common.ring.builder import RingBuilder
    for name in SERVICES[:3]:
        builder = RingBuilder(4, 1, 0)
        builder.add_dev({'region': 1, 'zone': 1, 'ip': '127.0.0.1',
                         'port': ports[name], 'device': 'd1', 'weight': 1})
        builder.rebalance()
        builder.get_ring().save('%s/etc/%s.ring.gz' % (top, name))


def log_to_stderr(utils):
    """Not to the machine's own log."""
    class Handler(logging.StreamHandler):
        def __init__(self, address=None, facility=None):
            logging.StreamHandler.__init__(self, sys.stderr)
    utils.ThreadSafeSysLogHandler = Handler


def serve(top):
    import eventlet
    eventlet.monkey_patch()
    from eventlet import wsgi
    from swift.common import utils
    from swift.common.wsgi import loadapp
    try:
        from swift.common.http_protocol import SwiftHttpProtocol
    except ImportError:
        from swift.common.wsgi import SwiftHttpProtocol
    log_to_stderr(utils)
    # Nothing here is to outlive a crash.
    os.fsync = os.fdatasync = lambda fd: None
    socks = {name: eventlet.listen(('127.0.0.1', 0), backlog=1024)
             for name in SERVICES}
    ports = {name: socks[name].getsockname()[1] for name in SERVICES}
    configure(top, ports)
    make_rings(top, ports)
    utils.set_swift_dir(top + '/etc')
    quiet = logging.getLogger('quiet')
    quiet.addHandler(logging.NullHandler())
    quiet.propagate = False
    threads = [eventlet.spawn(
        wsgi.server, socks[name], loadapp('%s/etc/%s-server.conf' % (top, name)),
        quiet, protocol=SwiftHttpProtocol, max_size=1024, log_output=False,
        capitalize_response_headers=False, socket_timeout=120, debug=False)
        for name in SERVICES]
    tether.say(top + '/said', 'up %d' % ports['proxy'])
    for thread in threads:
        thread.wait()


def main():
    top, starter = os.path.abspath(sys.argv[1]), int(sys.argv[2])
    tether.tie(starter)
    os.umask(0o077)
    for folder in ('etc', 'cache', 'srv/d1'):
        os.makedirs('%s/%s' % (top, folder))
    reason = why_not(top + '/srv')
    if reason is not None:
        tether.say(top + '/said', 'skip ' + reason)
        return
    serve(top)


if __name__ == '__main__':
    main()
