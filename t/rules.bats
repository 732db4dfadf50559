#!/usr/bin/env bats
# The rules of the house, read off the source. Each test lists every line that
# breaks its rule.
load helper

setup()
{
	quire_setup
	cd "$QUIRE_TOP" || return
}

# Where each module of lib stands; includes point downward or sideways.
layer()
{
	case $1 in
	err | mem | utf8 | rfc3339 | buf | log | opt | ulid | recent | loop) echo 1 ;;
	jx | rec | select | lines | out | counts | task | filter) echo 2 ;;
	digest | image | samples | exif | pngio | jpegio | tiffdec) echo 3 ;;
	xml | transfer | http | aws* | sigv4 | sigv4canon) echo 3 ;;
	proc | procrun | jail | jailcheck | landlock) echo 3 ;;
	worker | workerchild | work | infile | spool) echo 3 ;;
	pdf | pdftool | pdfrender | tess | sql | sqlite | sqlschema) echo 3 ;;
	store | storelist | storelink | storename | storedest) echo 4 ;;
	s3 | s3err | s3list | s3fetch | s3dest | s3xml | s3error) echo 4 ;;
	pages | maker | makepdf | makersaid | md | ocr | join) echo 4 ;;
	jobs | jobdb | jobgive | jobend | jobsession | jobask | jobclock | jobreap) echo 4 ;;
	jobstream | joblist | jobcheck | jobcmd | jobwork | jobtally) echo 4 ;;
	*) return 1 ;;
	esac
}

# whole MODULE: what it is a part of, where one has several files.
whole()
{
	case $1 in
	sigv4?*) echo sigv4 ;;
	s3error) echo s3xml ;;
	aws?*) echo awsconf ;;
	task) echo filter ;;
	procrun) echo proc ;;
	jailcheck | landlock) echo jail ;;
	workerchild) echo worker ;;
	pdftool | pdfrender) echo pdf ;;
	store?*) echo store ;;
	jobdb | jobgive | jobend | jobsession | jobask | jobclock | jobreap) echo jobs ;;
	sqlite | sqlschema) echo sql ;;
	maker | makepdf | makersaid) echo pages ;;
	*) echo "$1" ;;
	esac
}

# Headers that are nobody's: C, POSIX, glibc and the kernel's.
system_header()
{
	case $1 in
	assert.h | ctype.h | dirent.h | errno.h | fcntl.h | fnmatch.h) ;;
	ftw.h | getopt.h | glob.h | inttypes.h | limits.h | locale.h) ;;
	math.h | poll.h | pwd.h | sched.h | setjmp.h | signal.h) ;;
	stdarg.h | stdatomic.h | stdbool.h | stddef.h | stdint.h) ;;
	stdio.h | stdlib.h | string.h | time.h | unistd.h | wchar.h) ;;
	netinet/*.h | sys/*.h | linux/*.h) ;;
	*) return 1 ;;
	esac
}

# broken LINE...: say them and fail; none is a success.
broken()
{
	[[ $# -eq 0 ]] || {
		printf '%s\n' "$@" >&2
		return 1
	}
}

# none COMMAND...: it finds nothing, and grep's 1 is no failure of its own.
none()
{
	local found rc=0
	found=$("$@") || rc=$?
	[[ $rc -eq 1 && -z $found ]] || broken "${found:-$* ended with $rc}"
}

# includes: FILE HEADER of every #include "header".
includes()
{
	sed -n 's/^#[[:space:]]*include "\(.*[.]h\)".*/\1/p;' "$1"
}

outside_includes()
{
	sed -n 's/^#[[:space:]]*include <\(.*\)>.*/\1/p;' "$1"
}

# code FILE...: FILE:LINE:TEXT without comments and the insides of strings.
code()
{
	awk '
	FNR == 1 { inside = 0 }
	{
		s = $0
		gsub(/\\["\\]/, "", s)
		gsub(/"[^"]*"/, "\"\"", s)
		t = ""
		while (s != "") {
			if (inside) {
				i = index(s, "*/")
				if (!i)
					break
				s = substr(s, i + 2)
				inside = 0
			}
			i = index(s, "/*")
			if (!i) {
				t = t s
				break
			}
			t = t substr(s, 1, i - 1)
			s = substr(s, i + 2)
			inside = 1
		}
		print FILENAME ":" FNR ":" t
	}' "$@"
}

# statements FILE...: FILE:LINE:TEXT of each statement on one line.
statements()
{
	code "$@" | awk '
	{
		match($0, /^[^:]*:[0-9]*:/)
		if (text == "")
			at = substr($0, 1, RLENGTH)
		text = text " " substr($0, RLENGTH + 1)
		if (text ~ /[;{}]/) {
			print at text
			text = ""
		}
	}'
}

@test "every module of lib stands in a layer" {
	local bad=()
	for f in lib/*.[ch]; do
		m=${f##*/} m=${m%.*}
		layer "$m" >/dev/null || bad+=("$f: no layer in t/rules.bats")
	done
	broken "${bad[@]}"
}

@test "includes in lib point downward" {
	local bad=()
	for f in lib/*.[ch]; do
		m=${f##*/} m=${m%.*}
		for h in $(includes "$f"); do
			[[ -f lib/$h ]] || bad+=("$f: $h is not in lib")
			[[ $(layer "${h%.h}") -le $(layer "$m") ]] ||
			    bad+=("$f includes $h, which stands above it")
		done
	done
	broken "${bad[@]}"
}

@test "no two modules need each other" {
	for f in lib/*.[ch]; do
		m=${f##*/} m=$(whole "${m%.*}")
		for h in $(includes "$f"); do
			h=$(whole "${h%.h}")
			[[ $h == "$m" ]] || echo "$m $h"
		done
	done | sort -u >"$TMPDIR/needs"
	[ -s "$TMPDIR/needs" ]
	run -0 --separate-stderr tsort "$TMPDIR/needs"
}

@test "commands include lib's headers only and have none of their own" {
	local bad=()
	for f in cmd/*.h; do
		[[ ! -e $f ]] || bad+=("$f: a header among the commands")
	done
	for f in cmd/*.c; do
		for h in $(includes "$f"); do
			[[ -f lib/$h && $h != */* ]] || bad+=("$f: $h is not in lib")
		done
	done
	broken "${bad[@]}"
}

@test "each outside header is included by one .c only, jv.h aside" {
	local bad=() owner
	declare -A owner
	for f in cmd/*.[ch] lib/*.[ch]; do
		[[ -e $f ]] || continue
		for h in $(outside_includes "$f"); do
			! system_header "$h" && [[ $h != jv.h ]] || continue
			[[ $f == *.c ]] || bad+=("$f: <$h> in a header")
			[[ ${owner[$h]-$f} == "$f" ]] ||
			    bad+=("$f: <$h> belongs to ${owner[$h]}")
			owner[$h]=$f
		done
	done
	[ "${#owner[@]}" -gt 0 ]
	broken "${bad[@]}"
}

@test "no call that writes without a bound, runs a shell or guesses a name" {
	code cmd/*.c lib/*.[ch] >"$TMPDIR/code"
	none grep -E '\<(strcpy|strcat|sprintf|vsprintf|gets|strtok|system|popen|alloca|atoi|mktemp|tmpnam)[[:space:]]*\(' "$TMPDIR/code"
}

@test "every descriptor is closed on exec" {
	statements cmd/*.c lib/*.c >"$TMPDIR/statements"
	none grep -E '\<(pipe|dup|creat|accept|mkstemp|tmpfile|epoll_create|inotify_init|freopen)[[:space:]]*\(' "$TMPDIR/statements"
	without O_CLOEXEC 'open|openat|pipe2|dup3|mkostemp'
	none grep -v O_CLOEXEC <(grep -E '\<flags = [^;]*\<O_' "$TMPDIR/statements")
	without SOCK_CLOEXEC 'socket|socketpair|accept4'
	none grep -vE '"[rwa]e' <(grep -hE '\<fopen[[:space:]]*\(' cmd/*.c lib/*.c)
}

# without FLAG CALLS: no statement with such a call lacks the flag, nor does
# one that sets the flags of a call elsewhere. The standard three stay open.
without()
{
	none grep -vE "$1|\<flags\)|\<STDIN_FILENO\>" <(grep -E "\<($2)[[:space:]]*\(" "$TMPDIR/statements")
}

@test "the library leaves exit and standard output to its callers" {
	code lib/*.c >"$TMPDIR/code"
	# opt answers -h and bad command lines, mem the end of memory.
	none grep -vE '^lib/(opt|mem)\.c:' <(grep -E '\<exit[[:space:]]*\(' "$TMPDIR/code")
	none grep -vE '^lib/opt\.c:' \
	    <(grep -E '\<(printf|puts|putchar)[[:space:]]*\(|\<stdout\>' "$TMPDIR/code")
}

@test "state at file scope says why it must be" {
	command -v ctags >/dev/null || skip "needs universal-ctags"
	local bad=() n f v seen=0
	while read -r n f v; do
		seen=$((seen + 1))
		# The lines from the last empty one to the name.
		head -n "$n" "$f" | awk '/^$/ { t = "" } { t = t $0 "\n" } END { print t }' >"$TMPDIR/about"
		grep -qE "^(static )?const [^*]*$|const $v\\>" "$TMPDIR/about" ||
		    grep -q '\*/' "$TMPDIR/about" ||
		    bad+=("$f:$n: $v changes and no comment says why")
	done < <(ctags -x --c-kinds=v --_xformat='%n %F %N' cmd/*.c lib/*.c)
	[ "$seen" -gt 0 ]
	broken "${bad[@]}"
}

@test "functions have at most 60 lines, main 40, and 5 parameters" {
	command -v ctags >/dev/null || skip "needs universal-ctags"
	local bad=() seen=0
	while IFS=$'\t' read -r from to f name signature; do
		seen=$((seen + 1))
		most=60
		[[ $name != main ]] || most=40
		n=$((to - from + 1))
		[[ $n -le $most ]] || bad+=("$f:$from: $name has $n lines")
		# A parameter that is a function has commas of its own.
		plain=$(sed 's/^(//; s/([^()]*)//g; s/[^,]//g' <<<"$signature")
		[[ ${#plain} -le 4 ]] || bad+=("$f:$from: $name has $((${#plain} + 1)) parameters")
	done < <(ctags -x --c-kinds=f --_xformat=$'%n\t%e\t%F\t%N\t%S' cmd/*.c lib/*.c)
	[ "$seen" -gt 0 ]
	broken "${bad[@]}"
}

@test "files have at most 400 lines, the Makefile less than 200" {
	local bad=()
	for f in cmd/* lib/*.[ch] lib/*.sh contrib/* .ci/run Makefile; do
		[[ -f $f ]] || continue
		n=$(wc -l <"$f")
		most=400
		[[ $f != Makefile ]] || most=199
		[[ $n -le $most ]] || bad+=("$f has $n lines")
	done
	broken "${bad[@]}"
}

@test "nothing is called util, common, misc or helpers" {
	none grep -E '/(utils?|common|misc|helpers?)\.[ch]$' <(printf '%s\n' cmd/* lib/*)
}

@test "the top level holds what it may and no more" {
	local bad=()
	for f in *; do
		case $f in
		cmd | lib | man | share | t | contrib) ;;
		Makefile | INSTALL | README | LICENSE | NEWS | config.mk) ;;
		*) bad+=("$f") ;;
		esac
	done
	broken "${bad[@]}"
}

@test "every command has a manual and a test file" {
	local bad=() seen=0
	for f in cmd/*; do
		c=${f##*/} c=${c%.c}
		seen=$((seen + 1))
		[[ -s man/$c.1 ]] || bad+=("$f: no man/$c.1")
		tests=t/$c.bats
		[[ $c != quire ]] || tests=t/pipeline.bats
		grep -q '^@test' "$tests" || bad+=("$f: no test in $tests")
		[[ -x $QUIRE_BIN/$c ]] || bad+=("$f: not built")
	done
	[ "$seen" -gt 0 ]
	broken "${bad[@]}"
}
