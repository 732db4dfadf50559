#!/usr/bin/env bats
# What all commands promise: each test goes over all that it holds for.
load helper
load clamd

filters=(s3get avscan doc2png ocrpage mdjoin s3put)
commands=(s3ls "${filters[@]}")

# avscan is to have somebody to ask.
setup_file()
{
	start_fake_clamd
}

teardown_file()
{
	stop_clamd
}

setup()
{
	quire_setup
	# shellcheck disable=SC2153
	samples=$QUIRE_TOP/share/quire/samples
	big='"big":123456789012345678901234567890,"pi":3.14000,"meta":{ "a" : 1.0e5,"b":"\u00e9\/" }'
}

# start [PREFIX...] COMMAND: with the operands that it needs.
start()
{
	argv_of "$@"
	"${argv[@]}"
}

argv_of()
{
	argv=("$@")
	case ${!#} in
	s3ls) argv+=("$samples") ;;
	s3put) argv+=(out) ;;
	esac
}

# for_each COMMAND...: each test says what_holds of one. Not to be called as a
# condition, in which nothing could fail.
for_each()
{
	local each
	for each; do
		echo "with $each:" >&2
		what_holds "$each"
	done
}

teardown()
{
	! mountpoint -q "$BATS_TEST_TMPDIR/here/full" || umount "$BATS_TEST_TMPDIR/here/full"
}

kind()
{
	case $1 in
	ocrpage | mdjoin) echo page ;;
	*) echo document ;;
	esac
}

other_kind()
{
	[[ $(kind "$1") == page ]] && echo document || echo page
}

# A record that failed earlier; any command passes it on as it is.
failed='{"v":1,"kind":"document","id":"A","error":{"stage":"x","class":"permanent","code":"x.y","message":"m"}}'

# to FILE COMMAND...: run it with that as standard output.
to()
{
	"${@:2}" >"$1"
}

# good FILTER: one record that it takes and that goes well.
good()
{
	case $1 in
	s3get) s3ls "$samples/two-columns.pdf" ;;
	avscan | doc2png) s3ls "$samples/two-columns.pdf" | s3get ;;
	ocrpage) s3ls "$samples/scan.pdf" | s3get | doc2png --dpi 100 --max-pages 9 | jq -c 'select(.page == 1)' ;;
	mdjoin) good doc2png | doc2png | jq -c 'select(.page == 1) | .pages = 1' ;;
	s3put) good mdjoin | mdjoin ;;
	esac
}

# open_filter NAME: it runs as $pid between the descriptors 7 and 8, its
# standard error in the file err.
open_filter()
{
	rm -f in.fifo out.fifo
	mkfifo in.fifo out.fifo
	argv_of "$@"
	"${argv[@]}" <in.fifo >out.fifo 2>err 3>&- &
	pid=$!
	exec 7>in.fifo 8<out.fifo
}

# exchange LINE: give it and read what comes of it, without closing anything.
exchange()
{
	printf '%s\n' "$1" >&7
	read -r -t 20 -u 8 output
}

# close_filter: end its input, and its status is in $status.
close_filter()
{
	exec 7>&-
	rest=$(cat <&8)
	exec 8<&-
	until_true gone "$pid"
	status=0
	wait "$pid" || status=$?
}

@test "a line that is no record becomes an error, and the others go on" {
	what_holds()
	{
		printf '%s\n' "$failed" 'no record' '[1]' '{"v":1' "$failed" >in
		run -1 --separate-stderr start "$1" <in
		[ "${#lines[@]}" -eq 5 ]
		[ "${lines[0]}" = "$failed" ]
		[ "${lines[4]}" = "$failed" ]
		jq -es --arg stage "$1" '[.[1:4][].line] == [2, 3, 4] and all(.[1:4][];
		    (keys == ["error", "kind", "line", "v"]) and .v == 1 and .kind == "error" and
		    .error.stage == $stage and .error.class == "validation" and
		    .error.code == "record.syntax")' <<<"$output"
	}
	for_each "${filters[@]}"
}

@test "a record that failed passes byte for byte" {
	cat >in <<-'EOF'
		{"v":1,"kind":"document","big":123456789012345678901234567890,"error":{"code":"x"}}
		 { "error" : { "code" : "x" , "n" : 1.50 } ,"kind":"document", "s":"\u00e9\/\ud83d\ude00" }  
		{"kind":"document","a":1,"a":2,"error":{},"error":{"code":"y"}}
		{"kind":"thing","v":7,"error":{"code":"x"},"x":-0.0,"y":1e2}
		{"error":"no object"}
	EOF
	printf '{"kind":"error","error":{"code":"x"}}\r\n' >>in
	what_holds()
	{
		run -1 --separate-stderr start "$1" <in
		[ -z "$stderr" ]
		start "$1" <in >out.json || :
		cmp in out.json
	}
	for_each "${filters[@]}"
	# mdjoin takes failed pages in; no other command does.
	sed 's/"document"/"page"/' in >pages
	mv pages in
	for_each s3get avscan doc2png ocrpage s3put
}

@test "members that nobody here knows keep their bytes" {
	what_holds()
	{
		line=$(good "$1")
		echo "{$big,${line#\{}" >in
		run -0 --separate-stderr start "$1" <in
		[[ ${lines[0]} == *"$big"* ]]
	}
	for_each "${filters[@]}"
}

@test "where a name stands twice the last counts, and what replaces it is alone" {
	good s3get | sed 's|^{|{"uri":"file:///none","path":"a","path":"b","x":1,"x":2,|' >in
	run -0 --separate-stderr s3get <in
	[[ $output == *'"x":1,"x":2,'* ]]
	[ "$(grep -o '"path":' <<<"$output" | wc -l)" -eq 1 ]
	json '.path == .work + "/source"'
}

@test "a string with a NUL is no name" {
	what_holds()
	{
		local name
		case $1 in
		s3get) name=uri ;;
		avscan | doc2png | s3put) name=path ;;
		ocrpage) name=image ;;
		mdjoin) name=id ;;
		esac
		good "$1" | jq -c --arg n "$name" '.[$n] += "\u0000x"' >in
		run -1 --separate-stderr start "$1" <in
		json '.error.class == "validation" and .error.code == "record.member"'
	}
	for_each "${filters[@]}"
}

@test "a member that is needed is asked for" {
	what_holds()
	{
		run -1 --separate-stderr start "$1" <<<"{\"v\":1,\"kind\":\"$(kind "$1")\",\"id\":\"A\"}"
		json '.error.class == "validation" and .error.code == "record.member" and .id == "A"'
	}
	for_each "${filters[@]}"
}

@test "nothing in, nothing out" {
	what_holds()
	{
		run -0 --separate-stderr start "$1" </dev/null
		[ -z "$output$stderr" ]
		printf '\n \t\n\r\n\n' >in
		run -0 --separate-stderr start "$1" <in
		[ -z "$output$stderr" ]
	}
	for_each "${filters[@]}"
}

@test "blank lines are passed over but counted" {
	what_holds()
	{
		printf '\n  \n%s\n\r\nbad\n' "$failed" >in
		run -1 --separate-stderr start "$1" <in
		[ "${#lines[@]}" -eq 2 ]
		[ "${lines[0]}" = "$failed" ]
		jq -e '.line == 5' <<<"${lines[1]}"
	}
	for_each "${filters[@]}"
}

@test "lines may end in CR LF, and the last in nothing" {
	what_holds()
	{
		good "$1" >in
		sed 's/$/\r/' in | head -c -1 >crlf
		run -0 --separate-stderr start "$1" <crlf
		json '.error == null'
	}
	for_each "${filters[@]}"
}

@test "a line above 16 MiB is refused, one just below passes" {
	local most=$((16 << 20))
	{
		echo "$failed"
		head -c $((most + 1)) /dev/zero | tr '\0' x
		printf '\n%s\n' "$failed"
	} >above
	{
		printf '{"error":{"code":"x"},"pad":"'
		head -c $((most - 31)) /dev/zero | tr '\0' x
		printf '"}\n'
	} >below
	[ "$(wc -c <below)" -eq $((most + 1)) ]
	what_holds()
	{
		run -1 --separate-stderr start "$1" <above
		[ "${#lines[@]}" -eq 3 ]
		[ "${lines[2]}" = "$failed" ]
		jq -e '.kind == "error" and .line == 2 and .error.code == "record.large"' <<<"${lines[1]}"
		start "$1" <below >passed || [ "$?" -eq 1 ]
		cmp below passed
	}
	for_each "${filters[@]}"
}

@test "a document's record above 64 KiB is refused, on output too" {
	local pad
	pad=$(printf '%065536d' 0)
	what_holds()
	{
		good "$1" | jq -c --arg pad "$pad" '.id = "A" | .meta = $pad' >in
		run -1 --separate-stderr start "$1" <in
		json '.error.code == "record.large" and .id == "A" and .kind == "document" and .meta == null'
		# Just small enough, but not with what is added.
		good "$1" | jq -c --arg pad "${pad:3000}" '.id = "A" | .meta = $pad' >in
		jq -cn --slurpfile r in --arg more "$(head -c $((65530 - $(wc -c <in))) /dev/zero | tr '\0' x)" '$r[0] + {meta: ($r[0].meta + $more)}' >in2
		[ "$(wc -c <in2)" -eq 65530 ]
		run -1 --separate-stderr start "$1" <in2
		json '.error.code == "record.large" and .id == "A" and .meta == null'
	}
	for_each s3get avscan s3put
}

@test "a record of another kind or a later version is refused" {
	what_holds()
	{
		run -1 --separate-stderr start "$1" <<<"{\"v\":1,\"kind\":\"$(other_kind "$1")\",\"id\":\"A\"}"
		json '.error.class == "validation" and .error.code == "record.kind" and .id == "A"'
		for v in 2 2.5 1e300; do
			run -1 --separate-stderr start "$1" <<<"{\"v\":$v,\"kind\":\"$(kind "$1")\",\"id\":\"A\"}"
			json '.error.class == "validation" and .error.code == "record.version" and .id == "A"'
		done
	}
	for_each "${filters[@]}"
}

@test "a record without a kind is taken to be of the right one" {
	what_holds()
	{
		good "$1" | jq -c 'del(.kind)' >in
		run -0 --separate-stderr start "$1" <in
		json '.error == null'
	}
	for_each "${filters[@]}"
}

@test "output to a full device is 3, never 0" {
	what_holds()
	{
		run -3 --separate-stderr to /dev/full start "$1" <<<"$failed"
		[[ $stderr == *'"code":"io.write"'*'No space left on device'* ]]
	}
	for_each "${commands[@]}"
	for each in "${commands[@]}" runlog quire; do
		run -3 --separate-stderr to /dev/full "$each" -h
		[ -n "$stderr" ]
	done
}

# bats test_tags=brief
@test "what quire shows is 3 and one line where standard output takes nothing" {
	# shellcheck disable=SC2086 # words
	for words in -h -V --completion 'run -h' status help 'help run' 'help s3ls'; do
		run -3 --separate-stderr to /dev/full quire $words
		[ "${#stderr_lines[@]}" -eq 1 ]
		[[ $stderr == 'quire: '*'(io.write)' ]]
		# shellcheck disable=SC2016 # sh's
		run -3 --separate-stderr sh -c '"$@" >&-' sh quire $words
		[ "${#stderr_lines[@]}" -eq 1 ]
	done
}

@test "output to a full disk is 3, never 0" {
	mkdir full
	mount -t tmpfs -o size=16k tmpfs full 2>/dev/null || skip "needs to mount a tmpfs"
	head -c 4096 /dev/zero | tr '\0' x >pad
	for i in {1..20}; do
		echo "{\"error\":{\"code\":\"x\"},\"pad\":\"$(<pad)\"}"
		mkdir -p many && : >"many/$i$(head -c 240 pad)"
	done >in
	what_holds()
	{
		rm -f full/*
		head -c 12288 /dev/zero >full/most
		samples=many run -3 --separate-stderr to full/out start "$1" <in
		[[ $stderr == *'"code":"io.write"'* ]]
	}
	for_each "${commands[@]}"
}

@test "output that may not grow is 3, not a signal" {
	for i in {1..9}; do echo "$failed"; done >in
	what_holds()
	{
		argv_of "$1"
		run -3 --separate-stderr bash -c 'ulimit -f 0; exec "$@" >limited' - "${argv[@]}" <in
	}
	for_each "${commands[@]}"
}

@test "an unknown option and a missing operand are 2, with nothing read or said on stdout" {
	what_holds()
	{
		run -2 --separate-stderr "$1" --no-such-option x y <<<"$failed"
		[ -z "$output" ]
		[[ $stderr == "$1: --no-such-option: no such option"*"usage: $1 "* ]]
		run -2 --separate-stderr "$1" -Z x y <<<"$failed"
		[ -z "$output" ]
		[[ $stderr == "$1: -Z: no such option"*"usage: $1 "* ]]
	}
	for_each "${commands[@]}"
	for each in s3ls s3put quire; do
		run -2 --separate-stderr "$each" <<<"$failed"
		[ -z "$output" ]
		[[ $stderr == "$each: "*"usage: $each "* ]]
	done
	run -2 --separate-stderr quire run
	[ -z "$output" ]
	# 80 columns, as of -h.
	for each in quire "quire run" "quire status x" s3ls jobdb "jobdb queue x" "doc2png x"; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr $each
		[[ $stderr == *"usage: "* && ! $stderr =~ [^$'\n']{81} ]]
	done
	for each in s3get avscan doc2png ocrpage mdjoin "s3put out" "quire run in out"; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr $each extra <<<"$failed"
		[ -z "$output" ]
		[[ $stderr == *'extra: one operand too many'* ]]
	done
}

@test "an option's argument is asked for and checked" {
	for each in "s3get -j" "avscan --clamd" "doc2png --text" "ocrpage --lang" "mdjoin --on-page-error" "s3put out -j" "s3ls . --match" "quire run in out --match"; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr $each <<<"$failed"
		[ -z "$output" ]
		[[ $stderr == *'needs an argument'* ]]
	done
	for each in "s3get -j 0" "s3get -j x" "s3get -j 1x" "s3get --max-size -1" "avscan --timeout 0" "avscan --clamd x" "doc2png --dpi 99999999999999999999" "doc2png --text=some" "mdjoin --on-page-error=x" "s3put -j0 out" "quire run -j 0 . out" "quire run --dpi x . out" "quire run --text x . out"; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr $each <<<"$failed"
		[ -z "$output" ]
		[ -n "$stderr" ]
	done
}

@test "options may follow operands, and -- ends them" {
	mkdir -- -x && cp "$samples/fax.tif" ./-x
	run -0 --separate-stderr s3ls "$samples" --match '*.tif' --exclude=x
	[ "${#lines[@]}" -eq 1 ]
	run -0 --separate-stderr s3ls --match '*.tif' -- -x
	json '.rel == "fax.tif" and .error == null'
	good s3put >in
	run -0 --separate-stderr s3put -- -y <in
	[ -s ./-y/two-columns.pdf.md ]
	run -0 --separate-stderr quire run -- -x -z
	[ -s ./-z/fax.tif.md ]
	run -0 --separate-stderr quire run ./-x z --text=never -j1
	[ -s z/fax.tif.md ]
}

@test "a filter whose input is a terminal says so" {
	needs_terminal
	what_holds()
	{
		argv_of "$1"
		run -2 script -qec "${argv[*]}" /dev/null </dev/null
		[[ $output == *'reads records from a pipe'* ]]
	}
	for_each "${filters[@]}"
}

@test "head -1 ends a command quietly by SIGPIPE" {
	mkdir many && (cd many && seq -f 'a file with a long name that is repeated %.0f' 1 3000 | xargs -d '\n' touch)
	yes "$failed" | head -20000 >in
	what_holds()
	{
		if [[ $1 == s3ls ]]; then
			s3ls many 2>err | head -1 >first
		else
			start "$1" <in 2>err | head -1 >first
		fi
		[ "${PIPESTATUS[*]}" = "141 0" ]
		[ -s first ]
		[ ! -s err ]
	}
	for_each "${commands[@]}"
}

@test "an idle filter ends when its reader goes away" {
	what_holds()
	{
		rm -f in.fifo status
		mkfifo in.fifo
		exec 7<>in.fifo
		{ start "$1" <in.fifo 7>&- || echo "$?" >status; } 2>err 3>&- | true
		until_true test -s status
		exec 7>&-
		[ "$(<status)" -eq 141 ]
		[ ! -s err ]
	}
	set +o pipefail
	for_each "${filters[@]}"
}

@test "where SIGPIPE is ignored a reader that is gone is 3, and said" {
	yes "$failed" | head -20000 >in
	what_holds()
	{
		{
			trap '' PIPE
			start "$1" <in 2>err || echo "$?" >status
		} | head -1 >first
		[ "$(<status)" -eq 3 ]
		[ -s err ]
	}
	for_each "${filters[@]}"
}

# bats test_tags=brief
@test "no record is held back while the input is idle" {
	what_holds()
	{
		open_filter "$1"
		for i in 1 2 3; do
			exchange "$failed"
			[ "$output" = "$failed" ]
		done
		good "$1" >in
		exchange "$(<in)"
		json '.error == null'
		close_filter
		[ "$status" -eq 1 ]
	}
	for_each "${filters[@]}"
}

@test "many records at once on an input that stays open all come out" {
	for i in {1..200}; do echo "${failed/\"A\"/\"$i\"}"; done >in
	what_holds()
	{
		open_filter "$1"
		cat in >&7
		for i in {1..200}; do
			read -r -t 20 -u 8 output
		done
		[[ $output == *'"id":"200"'* ]]
		close_filter
		[ -z "$rest" ]
	}
	for_each "${filters[@]}"
}

# bats test_tags=brief
@test "what is in hand at once is all done while the input stays open" {
	what_holds()
	{
		local n=5
		good "$1" >one
		cat one one one one one >in
		open_filter "$1"
		[[ $1 != doc2png ]] || n=10
		[[ $1 != mdjoin ]] || for i in 1 2 3 4 5; do jq -c ".id = \"$i\"" one; done >in
		cat in >&7
		for ((i = 0; i < n; i++)); do
			read -r -t 20 -u 8 output
			json '.error == null'
		done
		close_filter
		[ -z "$rest" ]
		[ "$status" -eq 0 ]
	}
	for_each "${filters[@]}"
}

@test "SIGTERM once: what comes then passes with stage.stopped" {
	what_holds()
	{
		good "$1" >in
		open_filter "$1"
		exchange "$failed"
		kill -TERM "$pid"
		exchange "$(<in)"
		if [[ $1 == mdjoin ]]; then
			# It begins nothing: it ends what others began.
			json '.kind == "document" and .error == null'
		else
			json ".error.stage == \"$1\" and .error.class == \"transient\" and .error.code == \"stage.stopped\""
		fi
		exchange "$failed"
		[ "$output" = "$failed" ]
		close_filter
		[ "$status" -eq 143 ]
	}
	for_each "${filters[@]}"
}

@test "SIGINT and SIGHUP drain like SIGTERM" {
	good s3get >in
	for sig in INT HUP; do
		open_filter env --default-signal="$sig" s3get
		exchange "$failed"
		kill -s "$sig" "$pid"
		exchange "$(<in)"
		json '.error.code == "stage.stopped"'
		close_filter
		[ "$status" -eq $((128 + $(kill -l "$sig"))) ]
	done
}

@test "SIGTERM twice: at once, though the input stays open" {
	what_holds()
	{
		open_filter "$1"
		exchange "$failed"
		kill -TERM "$pid"
		until_true grep -q 'told to stop' err
		once_more -TERM "$pid"
		until_true gone "$pid"
		close_filter
		[ "$status" -eq 143 ]
	}
	for_each "${filters[@]}"
}

@test "a source that is told to stop ends by the signal" {
	mkdir many && (cd many && seq -f 'a file with a long name that is repeated %.0f' 1 3000 | xargs -d '\n' touch)
	mkfifo out.fifo
	s3ls many >out.fifo 2>err 3>&- &
	pid=$!
	exec 8<out.fifo
	read -r -t 20 -u 8 output
	kill -TERM "$pid"
	until_true grep -q 'told to stop' err
	count=$(wc -l <&8)
	exec 8<&-
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 143 ]
	[ "$count" -lt 2999 ]
}

# bats test_tags=brief
@test "a signal that was ignored stays ignored" {
	what_holds()
	{
		good "$1" >in
		open_filter env --ignore-signal=TERM --ignore-signal=INT "$1"
		exchange "$failed"
		kill -TERM "$pid"
		kill -INT "$pid"
		exchange "$(<in)"
		json '.error == null'
		close_filter
		[ "$status" -eq 1 ]
	}
	for_each "${filters[@]}"
}

@test "closed standard descriptors are clear errors" {
	what_holds()
	{
		good "$1" >in
		run -3 --separate-stderr without 0 "$1" <in
		[ -z "$output" ]
		[[ $stderr == *'"code":"io.read"'* ]]
		run -3 --separate-stderr without 1 "$1" <in
		[[ $stderr == *'"code":"io.write"'* ]]
		run -0 --separate-stderr without 2 "$1" <in
		json '.error == null'
		[ -z "$stderr" ]
		run -3 without 012 "$1"
		[ -z "$output" ]
	}
	for_each "${filters[@]}"
	run -0 --separate-stderr without 0 s3ls
	[ "${#lines[@]}" -eq 5 ]
	run -3 --separate-stderr without 1 s3ls
	[[ $stderr == *'"code":"io.write"'* ]]
	run -0 --separate-stderr without 2 s3ls
	[ "${#lines[@]}" -eq 5 ]
}

# without FDS COMMAND: with those of 0, 1 and 2 closed.
without()
{
	argv_of "$2"
	(
		[[ $1 != *0* ]] || exec <&-
		[[ $1 != *1* ]] || exec >&-
		[[ $1 != *2* ]] || exec 2>&-
		exec "${argv[@]}"
	)
}

# all_the_way OUT: the samples through all commands.
all_the_way()
{
	s3ls "$samples" --match '*-columns.pdf' --match '*.tif' | s3get | doc2png |
	    ocrpage --rm | mdjoin | s3put --rm "$1"
}

# bats test_tags=brief
@test "neither locale, time zone, umask nor few descriptors change what is done" {
	mkdir -p "$PWD/é"
	export QUIRE_WORK=$PWD/é/work
	all_the_way want >/dev/null
	[ -s want/fax.tif.md ]
	LC_ALL=C all_the_way c
	LC_ALL=C.UTF-8 all_the_way utf8
	TZ=Nowhere/None-99:99 all_the_way tz
	(umask 000 && all_the_way open)
	(umask 777 && all_the_way shut)
	(ulimit -n 32 && all_the_way few)
	chmod -R u+rwX shut
	for each in c utf8 tz open shut few; do
		diff -r want "$each"
	done
	[ "$(stat -c %a "$QUIRE_WORK")" = 700 ]
	rm -rf "$QUIRE_WORK"
	(umask 000 && s3ls "$samples/fax.tif" | s3get >in)
	[ "$(stat -c %a "$QUIRE_WORK")" = 700 ]
	[ "$(stat -c %a "$(jq -r .work in)")" = 700 ]
}

@test "several writers on one pipe do not mix records of up to 4,096 bytes" {
	for i in {1..150}; do
		printf '{"error":{"code":"x"},"n":%d,"pad":"%0*d"}\n' $((1000 + i)) $((i * 27)) 0
	done >in
	printf '{"error":{"code":"x"},"n":0,"pad":"%04058d"}\n' 0 >>in
	[ "$(tail -1 in | wc -c)" -eq 4096 ]
	what_holds()
	{
		{
			for i in 1 2 3; do start "$1" <in & done
			wait
		} | cat >all
		sort in in in | cmp - <(sort all)
	}
	for_each "${filters[@]}"
}

# bats test_tags=brief
@test "the counts add up: what came in is passed, failed or done" {
	export QUIRE_PROGRESS=$PWD/progress
	what_holds()
	{
		rm -rf progress
		good "$1" >one
		cat one - >in <<<$'bad\n'"$failed"$'\n'"{\"kind\":\"$(other_kind "$1")\"}"
		mkdir progress
		start "$1" <in >out.json || [ "$?" -eq 1 ]
		output=$(cat progress/"$1".*)
		json ".tool == \"$1\" and .in == 4 and .in == .passed + .failed + .done and .failed == 3 and .out == $(wc -l <out.json)"
		json '.codes == {"record.syntax": 1, "x.y": 1, "record.kind": 1}'
		[ "$(find progress -type f | wc -l)" -eq 1 ]
	}
	for_each "${filters[@]}"
	rm -rf progress && mkdir progress
	s3ls "$samples" >/dev/null
	output=$(cat progress/s3ls.*)
	json '.tool == "s3ls" and .out == 5'
}

@test "the counts show while a command runs, and a folder that is not there is no fault" {
	export QUIRE_PROGRESS=$PWD/progress
	mkdir progress
	what_holds()
	{
		open_filter "$1"
		exchange "$failed"
		until_true jq -e '.in == 1 and .failed == 1' progress/"$1".*
		close_filter
	}
	for_each "${filters[@]}"
	export QUIRE_PROGRESS=$PWD/none
	run -1 --separate-stderr s3get <<<"$failed"
	[ "$output" = "$failed" ]
	[ -z "$stderr" ]
}

@test "QUIRE_LOG chooses how to log, and how much" {
	what_holds()
	{
		export QUIRE_LOG=json
		run -1 --separate-stderr start "$1" <<<bad
		[ "${#stderr_lines[@]}" -eq 1 ]
		jq -e --arg tool "$1" '.tool == $tool and .level == "warn" and .class == "validation" and
		    .code == "record.syntax" and (.msg | length > 0) and
		    (.ts | test("^[0-9-]{10}T[0-9:]{8}[.][0-9]{3}Z$"))' <<<"$stderr"
		export QUIRE_LOG=text
		run -1 --separate-stderr start "$1" <<<bad
		[ "${#stderr_lines[@]}" -eq 1 ]
		[[ $stderr == "$1: "*'record.syntax'* ]]
		export QUIRE_LOG=text,error
		run -1 --separate-stderr start "$1" <<<bad
		[ -z "$stderr" ]
	}
	for_each "${filters[@]}"
}

@test "control characters are escaped on standard error" {
	name=$'a\e[31m\nb\x7f\u009bc'
	what_holds()
	{
		jq -cn --arg n "$name" --arg k "$(kind "$1")" '{v: 1, kind: $k, rel: $n, id: $n, uri: "file:///none/\($n)", path: "/none/\($n)", image: "/none/\($n)", page: 1, pages: 0, work: "/none/\($n)"}' >in
		for QUIRE_LOG in text json; do
			export QUIRE_LOG
			run -1 --separate-stderr start "$1" <in
			[ "${#stderr_lines[@]}" -eq 1 ]
			[ "$(LC_ALL=C tr -d '\n' <<<"$stderr" | LC_ALL=C grep -c '[[:cntrl:]]')" -eq 0 ]
			[ "$(grep -c $'\u009b' <<<"$stderr")" -eq 0 ]
		done
	}
	for_each "${filters[@]}"
	run -3 --separate-stderr s3ls "$name"
	[ "${#stderr_lines[@]}" -eq 1 ]
	[ "$(grep -c $'\e' <<<"$stderr")" -eq 0 ]
}

# peak COUNT FILE: the memory that $1 has used at most when so many records of
# the file have gone through, in KiB.
peak()
{
	open_filter "$1"
	head -n "$2" "$3" >&7 &
	head -n "$2" <&8 | tail -1 >last
	cmp <(head -n "$2" "$3" | tail -1) last
	hwm=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$pid/status")
	close_filter
}

@test "memory is flat in the number of records" {
	! sanitized || skip "a sanitizer's own memory grows"
	yes "$failed" | head -200000 >documents
	yes '{"v":1,"kind":"page","id":"A","page":1,"pages":9,"markdown":"text","engine":"x"}' |
	    head -200000 >pages
	what_holds()
	{
		peak "$1" 1000 documents
		few=$hwm
		peak "$1" 200000 documents
		echo "$few KiB for 1,000, $hwm KiB for 200,000" >&2
		[ "$hwm" -le $((few * 11 / 10)) ]
	}
	for_each "${filters[@]}"
	peak ocrpage 1000 pages
	few=$hwm
	peak ocrpage 200000 pages
	[ "$hwm" -le $((few * 11 / 10)) ]
}

@test "nothing is left behind" {
	what_holds()
	{
		good "$1" >in
		work=$(jq -r '.work // empty' in)
		start "$1" <in >out.json
		work=${work:-$(jq -r '.work // empty' out.json | head -1)}
		[ -z "$work" ] || rm -r "$work"
		leftovers
	}
	for_each "${filters[@]}"
}
