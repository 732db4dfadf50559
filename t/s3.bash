# s3.bash - S3 servers for tests, loaded behind helper: a real one (Swift), to
# be started once a file, and one that fails as it is told, for each test.
#
#	setup_file()    { s3_start; }
#	teardown_file() { s3_stop; }
#	setup()         { quire_setup; s3_need; }
#
# Neither may be started in a subshell, nor by run: they end with the shell
# that starts them.
# shellcheck shell=bash

# Debian's own, as Swift is a package of its; any other does for the rest.
s3_python=/usr/bin/python3
[[ -x $s3_python ]] || s3_python=python3
s3_fake=$(cd "${BASH_SOURCE[0]%/*}/fake" && pwd)

# What a user has set is of no matter here.
s3_clean()
{
	local name

	for name in $(compgen -e); do
		case $name in
		AWS_* | S3_* | [Hh][Tt][Tt][Pp]_[Pp]* | [Hh][Tt][Tt][Pp][Ss]_* | [Aa][Ll][Ll]_[Pp]*)
			unset "$name"
			;;
		esac
	done
	export AWS_REGION=us-east-1
	export AWS_CONFIG_FILE=/nonexistent/config
	export AWS_SHARED_CREDENTIALS_FILE=/nonexistent/credentials
	export AWS_EC2_METADATA_DISABLED=true
}

# s3_secret: one that a search finds wherever it has come to.
s3_secret()
{
	printf 'CANARY%05d%05d%05d\n' "$RANDOM" "$RANDOM" "$RANDOM"
}

# s3_wait PID DIR: for DIR/said of a server that has just been started, a
# minute at the most; what it says is then in s3_said.
s3_wait()
{
	# shellcheck disable=SC2034 # the stopwatch's
	local began

	stopwatch
	until [[ -e $2/said ]]; do
		if [[ $(took) -ge 60 ]] || ! kill -0 "$1" 2>/dev/null; then
			[[ -e $2/said ]] && break
			echo "the server at $2 does not come up:" >&2
			tail -n 20 "$2.err" >&2
			s3_end "$1"
			return 1
		fi
		sleep 0.05
	done
	read -r -a s3_said <"$2/said"
}

# s3_end PID: a server of this shell's, and wait until it is gone.
s3_end()
{
	local try

	kill "$1" 2>/dev/null || :
	for try in {1..100}; do
		kill -0 "$1" 2>/dev/null || break
		[[ $try -ne 60 ]] || kill -KILL "$1" 2>/dev/null || :
		sleep 0.05
	done
	wait "$1" 2>/dev/null || :
}

# s3_start: a Swift of this file's, or of this test's. It exports the AWS_*
# variables of a user that may do everything, S3_URL (the same as
# AWS_ENDPOINT_URL), S3_READER_KEY_ID and S3_READER_SECRET of one that may only
# read (buckets named private* not even that), S3_PID and S3_DIR. Where there
# can be no Swift, S3_SKIP is why, and a test is skipped.
s3_start()
{
	local starter=$BASHPID

	[[ -z ${S3_PID-} ]] || {
		echo "s3_start: there is one" >&2
		return 1
	}
	s3_clean
	S3_DIR=${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}/s3
	AWS_ACCESS_KEY_ID=test:tester
	AWS_SECRET_ACCESS_KEY=$(s3_secret)
	S3_READER_KEY_ID=test:reader
	S3_READER_SECRET=$(s3_secret)
	export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY S3_READER_KEY_ID S3_READER_SECRET
	env -u QUIRE_WORK "$s3_python" -W ignore "$s3_fake/swift.py" "$S3_DIR" "$starter" \
	    </dev/null >/dev/null 2>"$S3_DIR.err" 3>&- 4>&- &
	S3_PID=$!
	s3_wait "$S3_PID" "$S3_DIR" || return
	if [[ ${s3_said[0]} == skip ]]; then
		s3_stop
		export S3_SKIP=${s3_said[*]:1}
		[[ -z ${BATS_TEST_NUMBER-} ]] || s3_need
		return 0
	fi
	S3_URL=http://127.0.0.1:${s3_said[1]}
	export AWS_ENDPOINT_URL=$S3_URL S3_URL S3_PID S3_DIR
}

# s3_stop: the Swift that this shell has started, and all that it kept.
s3_stop()
{
	[[ -z ${S3_PID-} ]] || s3_end "$S3_PID"
	[[ -z ${S3_DIR-} ]] || rm -rf "$S3_DIR" "$S3_DIR.err"
	unset S3_PID S3_DIR S3_URL AWS_ENDPOINT_URL
}

# s3_need: skip this test if s3_start found no Swift.
s3_need()
{
	[[ -z ${S3_SKIP-} ]] || skip "$S3_SKIP"
}

# s3 ARG...: fake/s3.py, the client that does not sign as quire does.
s3()
{
	"$s3_python" "$s3_fake/s3.py" "$@"
}

# s3_as_reader COMMAND...: with the keys of the one who may only read.
s3_as_reader()
{
	AWS_ACCESS_KEY_ID=$S3_READER_KEY_ID AWS_SECRET_ACCESS_KEY=$S3_READER_SECRET "$@"
}

# s3_faulty [OPTION...]: fake/s3faults.py for this test, in front of Swift if
# there is one, else (or after s3_alone) by itself. AWS_ENDPOINT_URL leads there
# from now on, and in S3_OTHER is the address, HOST:PORT, of its second port. A
# second call puts another in its place.
s3_faulty()
{
	local upstream=() starter=$BASHPID

	s3_faultless
	[[ -n ${S3_URL-}${s3_is_alone-} ]] || s3_alone
	[[ -z ${S3_URL-} ]] || upstream=(--upstream "${S3_URL#http://}")
	s3_faults_dir=$(mktemp -d "$BATS_TEST_TMPDIR/faults.XXXXXX")/s3
	env -u QUIRE_WORK "$s3_python" "$s3_fake/s3faults.py" --dir "$s3_faults_dir" \
	    --starter "$starter" "${upstream[@]}" "$@" \
	    </dev/null >/dev/null 2>"$s3_faults_dir.err" 3>&- 4>&- &
	s3_faults_pid=$!
	s3_wait "$s3_faults_pid" "$s3_faults_dir" || return
	export AWS_ENDPOINT_URL=http://127.0.0.1:${s3_said[1]} S3_OTHER=127.0.0.1:${s3_said[2]}
}

# s3_alone: this test has no Swift, and keys at which no server looks.
s3_alone()
{
	s3_clean
	s3_is_alone=1
	AWS_SECRET_ACCESS_KEY=$(s3_secret)
	export AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY_ID=test:tester
}

# s3_faultless: without it again; AWS_ENDPOINT_URL is the Swift's. A test need
# not call it.
s3_faultless()
{
	[[ -n ${s3_faults_pid-} ]] || return 0
	s3_end "$s3_faults_pid"
	s3_faults_pid=
	rm -rf "${s3_faults_dir%/s3}"
	unset S3_OTHER AWS_ENDPOINT_URL
	[[ -z ${S3_URL-} ]] || export AWS_ENDPOINT_URL=$S3_URL
}

# s3_seen [EXPR]: the requests that the faulty server has seen, as JSON lines
# (fake/s3faults.py), of those for which the jq expression holds.
s3_seen()
{
	jq -c "select(${1-true})" "$s3_faults_dir/log"
}

# s3_attempts N [EXPR]: there have been so many.
s3_attempts()
{
	local got

	got=$(s3_seen "${2-true}" | wc -l)
	[[ $got -eq $1 ]] || {
		printf '%d requests, not %d: %s\n' "$got" "$1" "${2-all}" >&2
		s3_seen | jq -c '[.method, .path, .query, .faults, .status]' >&2
		return 1
	}
}
