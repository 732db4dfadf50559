#!/usr/bin/env bats
# The rules of the house, read off the source. Each test lists every line that
# breaks its rule.
# bats file_tags=brief
load helper

setup()
{
	quire_setup
	cd "$QUIRE_TOP" || return
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

# What a room may include is the compiler's to say.
@test "each room of lib has its line of needs, and no file lies beside the rooms" {
	local bad=() seen=0
	for f in lib/* cmd/*.c; do
		r=${f##*/} r=${r%.c}
		[[ $r != driver ]] || continue
		seen=$((seen + 1))
		[[ $f == cmd/* || -d $f ]] || bad+=("$f: in no room")
		grep -q "^NEEDS_${r}[[:space:]]*=" Makefile || bad+=("$f: no NEEDS_$r in the Makefile")
	done
	[ "$seen" -gt 10 ]
	broken "${bad[@]}"
}

@test "rooms need each other in no circle" {
	for r in lib/*/; do
		r=${r#lib/}
		sed -n "s/^NEEDS_${r%/}[[:space:]]*=//p" Makefile | xargs -n 1 -r echo "${r%/}"
	done | sort -u >"$TMPDIR/needs"
	[ "$(wc -l <"$TMPDIR/needs")" -gt 30 ]
	run -0 --separate-stderr tsort "$TMPDIR/needs"
}

@test "every include says its room, and none climbs" {
	# shellcheck disable=SC2016 # of awk
	none awk '/^#[ \t]*include[ \t]*".*[.]h"/ {
		split($0, part, "\"")
		if (part[2] !~ "/" || part[2] ~ /\.\./) {
			printf "%s: \"%s\" says no room\n", FILENAME, part[2]
			bad = 1
		}
	} END { exit !bad }' cmd/*.[ch] lib/*/*.[ch] t/unit/*.h t/unit/*/*.[ch]
}

@test "no child has our memory: a function is started in a fork by tests alone" {
	grep -q '\.role = ' lib/proc/child.c
	none grep -nE '(^|[^_[:alnum:]])(v?fork) *\(|[.]main = ' cmd/*.c lib/*/*.c \
	    --exclude=start.c --exclude=check.c
}

@test "a static function's name stands in one file of lib and cmd" {
	command -v ctags >/dev/null || skip "needs universal-ctags"
	ctags -x --c-kinds=f --_xformat='%N %F' cmd/*.c lib/*/*.c | sort -u >"$TMPDIR/functions"
	[ -s "$TMPDIR/functions" ]
	awk '$1 != "main" { n[$1]++; f[$1] = f[$1] " " $2 }
	    END { for (k in n) if (n[k] > 1) print k ":" f[k] }' "$TMPDIR/functions" |
	    sort >"$TMPDIR/shared"
	[ ! -s "$TMPDIR/shared" ] || broken "$(cat "$TMPDIR/shared")"
}

@test "commands have no headers" {
	local bad=()
	for f in cmd/*.h; do
		[[ ! -e $f ]] || bad+=("$f: a header among the commands")
	done
	broken "${bad[@]}"
}

@test "each outside header is included by one .c only, jv.h aside" {
	local bad=() owner
	declare -A owner
	while IFS=: read -r f h; do
		h=${h#*<} h=${h%%>*}
		! system_header "$h" && [[ $h != jv.h ]] || continue
		[[ $f == *.c ]] || bad+=("$f: <$h> in a header")
		[[ ${owner[$h]-$f} == "$f" ]] || bad+=("$f: <$h> belongs to ${owner[$h]}")
		owner[$h]=$f
	done < <(grep -H '^#[[:space:]]*include[[:space:]]*<' cmd/*.[ch] lib/*/*.[ch])
	[ "${#owner[@]}" -gt 0 ]
	broken "${bad[@]}"
}

@test "no call that writes without a bound, runs a shell or guesses a name" {
	code cmd/*.c lib/*/*.[ch] >"$TMPDIR/code"
	none grep -E '\<(strcpy|strcat|sprintf|vsprintf|gets|strtok|system|popen|alloca|atoi|mktemp|tmpnam)[[:space:]]*\(' "$TMPDIR/code"
}

@test "every descriptor is closed on exec" {
	statements cmd/*.c lib/*/*.c >"$TMPDIR/statements"
	none grep -E '\<(pipe|dup|creat|accept|mkstemp|tmpfile|epoll_create|inotify_init|freopen)[[:space:]]*\(' "$TMPDIR/statements"
	without O_CLOEXEC 'open|openat|pipe2|dup3|mkostemp'
	none grep -v O_CLOEXEC <(grep -E '\<flags = [^;]*\<O_' "$TMPDIR/statements")
	without SOCK_CLOEXEC 'socket|socketpair|accept4'
	none grep -vE '"[rwa]e' <(grep -hE '\<fopen[[:space:]]*\(' cmd/*.c lib/*/*.c)
}

# without FLAG CALLS: no statement with such a call lacks the flag, nor does
# one that sets the flags of a call elsewhere. The standard three stay open.
without()
{
	none grep -vE "$1|\<flags\)|\<STDIN_FILENO\>" <(grep -E "\<($2)[[:space:]]*\(" "$TMPDIR/statements")
}

@test "the library leaves exit and standard output to its callers" {
	code lib/*/*.c >"$TMPDIR/code"
	# opt answers -h and bad command lines, mem the end of memory.
	none grep -vE '^lib/base/(opt|mem)\.c:' <(grep -E '\<exit[[:space:]]*\(' "$TMPDIR/code")
	none grep -vE '^lib/base/opt\.c:' \
	    <(grep -E '\<(printf|puts|putchar)[[:space:]]*\(|\<stdout\>' "$TMPDIR/code")
}

@test "state at file scope says why it must be" {
	command -v ctags >/dev/null || skip "needs universal-ctags"
	ctags -x --c-kinds=v --_xformat='%F %n %N' cmd/*.c lib/*/*.c >"$TMPDIR/variables"
	[ -s "$TMPDIR/variables" ]
	# About is what stands from the last empty line to the name.
	awk 'NR == FNR { names[$1, $2] = names[$1, $2] " " $3; next }
	    FNR == 1 { about = "" }
	    /^$/ { about = "" }
	    { about = about $0 "\n" }
	    (FILENAME, FNR) in names && about !~ /\*\// &&
		about !~ /(^|\n)(static )?const [^*\n]*(\n|$)/ {
		n = split(names[FILENAME, FNR], name, " ")
		for (i = 1; i <= n; i++)
			if (about !~ "const " name[i] "([^_[:alnum:]]|$)")
				print FILENAME ":" FNR ": " name[i] " changes and no comment says why"
	    }' "$TMPDIR/variables" cmd/*.c lib/*/*.c >"$TMPDIR/bad"
	[ ! -s "$TMPDIR/bad" ] || broken "$(cat "$TMPDIR/bad")"
}

@test "functions have at most 60 lines, main 40, and 5 parameters" {
	command -v ctags >/dev/null || skip "needs universal-ctags"
	ctags -x --c-kinds=f --_xformat=$'%n\t%e\t%F\t%N\t%S' cmd/*.c lib/*/*.c >"$TMPDIR/functions"
	[ -s "$TMPDIR/functions" ]
	# A parameter that is a function has commas of its own.
	awk -F '\t' '{
		n = $2 - $1 + 1
		if (n > ($4 == "main" ? 40 : 60))
			print $3 ":" $1 ": " $4 " has " n " lines"
		plain = substr($5, 2)
		gsub(/\([^()]*\)/, "", plain)
		n = gsub(/,/, "", plain) + 1
		if (n > 5)
			print $3 ":" $1 ": " $4 " has " n " parameters"
	}' "$TMPDIR/functions" >"$TMPDIR/bad"
	[ ! -s "$TMPDIR/bad" ] || broken "$(cat "$TMPDIR/bad")"
}

@test "files have at most 600 lines, the Makefile less than 200" {
	local bad=()
	while read -r n f; do
		[[ -f $f ]] || continue
		most=600
		[[ $f != Makefile ]] || most=199
		[[ $n -le $most ]] || bad+=("$f has $n lines")
	done < <(wc -l cmd/* lib/*/*.[ch] lib/driver/*.sh contrib/* .ci/run Makefile 2>/dev/null)
	broken "${bad[@]}"
}

# In tests, clang-format leaves what it cannot break.
@test "no line of C in cmd and lib has more than 100 columns" {
	local f
	for f in cmd/*.c lib/*/*.[ch]; do
		[[ -s $f ]] || echo "$f: empty"
	done >"$TMPDIR/long"
	awk '{
		while (i = index($0, "\t"))
			$0 = substr($0, 1, i - 1) substr("        ", 1, 8 - (i - 1) % 8) substr($0, i + 1)
	    }
	    length > 100 { print FILENAME ":" FNR ": " length " columns" }' \
	    cmd/*.c lib/*/*.[ch] >>"$TMPDIR/long"
	[ ! -s "$TMPDIR/long" ] || broken "$(cat "$TMPDIR/long")"
}

@test "nothing is called util, common, misc or helpers" {
	none grep -E '/(utils?|common|misc|helpers?)\.[ch]$' <(printf '%s\n' cmd/* lib/*/*)
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
