#!/usr/bin/env bats
# QUIRE_LOG=debug: what it says of a run, and what it keeps to itself.
load helper
load s3

setup()
{
	quire_setup
	cd "$TMPDIR" || return
}

# says PATTERN: a debug line of said has such a message.
says()
{
	jq -e -s --arg p "$1" 'any(.[]; .level == "debug" and (.msg | test($p)))' said >/dev/null || {
		echo "nothing like: $1" >&2
		cat said >&2
		return 1
	}
}

@test "requests, what is signed, and retries: nothing of a credential or a query" {
	s3_alone
	export AWS_SESSION_TOKEN=CANARYtoken
	s3_faulty --canned c=3,page=10,size=1000 --rule '{"fault":"slowdown","nth":1}'
	QUIRE_LOG=debug,json s3ls s3://c/ >listed 2>said
	[ "$(wc -l <listed)" -eq 3 ]
	says '^GET http://127[.]0[.]0[.]1:[0-9]+/c/?: HTTP 503, [0-9]+ bytes, [0-9]+ ms, attempt 1$'
	says '^GET again in [0-9]+ ms, attempt 2: '
	says '^GET http://127[.]0[.]0[.]1:[0-9]+/c/?: HTTP 200, [0-9]+ bytes, [0-9]+ ms, attempt 2$'
	says '^signing for [0-9]{8}/us-east-1/s3/aws4_request: GET\n/c/?\n.*list-type=2.*\nhost:127'
	says '\nx-amz-security-token:\(11 bytes\)\n'
	run ! grep -E 'CANARY|[Ss]ignature|Credential|test:tester' said
}

@test "claims and what jobs come to" {
	export QUIRE_DB=$TMPDIR/jobs.db
	jobdb queue set q --dest /out
	echo '{"v":1,"kind":"document","uri":"file:///a.pdf","rel":"a.pdf","size":1,"etag":"e"}' |
	    jobdb add --queue q >added
	QUIRE_LOG=debug,json timeout 30 jobdb work --queue q -- sh -c 'sed -u "s|}\$|,\"dest\":\"file:///out/a.md\"}|" | jobdb done' >out 2>said
	says '^claimed: attempt 1, leased for [0-9]+ ms$'
	says '^now done$'
	jq -e -s --arg id "$(jq -r .id added)" '[.[] | select(.msg | test("^(claimed|now)")) | .id] | unique == [$id]' said
}

@test "what is decided about a page" {
	s3ls "$QUIRE_TOP/share/quire/samples" | s3get | QUIRE_LOG=debug,json doc2png >pages 2>said || :
	says '^page 1: its own text$'
	says '^page 1: an image of [0-9]+ x [0-9]+, dpi [0-9]+'
}

@test "no debug line unless it is asked for" {
	s3_alone
	s3_faulty --canned c=3,page=10,size=1000 --rule '{"fault":"slowdown","nth":1}'
	run -0 --separate-stderr s3ls s3://c/
	[ -z "$stderr" ]
}
