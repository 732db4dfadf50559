# converter.bash - a stand-in for a service that converts files (fake/converter.py),
# loaded behind helper.
#
#	teardown() { stop_converter; }
#
#	start_converter 'ok' '500'
#	ocrpage --engine "http:$converter_url"
#
# One at a time, and none in a subshell: it ends with the shell that starts it.
# shellcheck shell=bash

# start_converter [WORD...]: one that answers so; its address is in converter_url.
start_converter()
{
	local port

	coproc converter_of { exec python3 "${BASH_SOURCE[0]%/*}/fake/converter.py" "$@"; }
	# shellcheck disable=SC2154 # coproc's
	converter_pid=$converter_of_PID
	read -r -t 60 port <&"${converter_of[0]}"
	# shellcheck disable=SC2034 # the test's
	converter_url=http://127.0.0.1:$port/convert
}

# stop_converter: if there is one.
stop_converter()
{
	[[ -n ${converter_pid-} ]] || return 0
	kill "$converter_pid" 2>/dev/null || :
	wait "$converter_pid" 2>/dev/null || :
	converter_pid=
}
