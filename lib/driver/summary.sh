# summary.sh - a part of quire: what became of the documents that were listed, as the
# ledger has it, and what that comes to. The counts that commands keep in "session"
# say what is no document.
# shellcheck shell=sh

newline='
'

# reckon: into n_WORD and because_WORD, for the words of jobdb stat --listing; 1
# where that cannot be known.
reckon() {
	because_failed='' because_dead='' because_left='' because_engine='' because_lost='' because_unsupported=''
	n_listed=0 n_done=0 n_failed=0 n_skipped=0 n_adopted=0 n_dead=0 n_unsupported=0 n_elsewhere=0
	n_lost=0 n_held=0 n_left=0 n_cancelled=0 n_pages=0 n_doubtful=0 n_blank=0
	n_picture=0 n_gaps=0
	# Told to stop before anything was listed.
	[ -e "$session/listed" ] || [ -n "$all_listed" ] || return 0
	standing=$(jobdb stat --listing "$session/listed") || return 1
	[ -n "$standing" ] || return 1
	standing=$standing$newline
	set -f
	# Not a here-document, which is another process.
	while [ -n "$standing" ]; do
		# shellcheck disable=SC2086 # words
		set -- ${standing%%"$newline"*}
		standing=${standing#*"$newline"}
		# shellcheck disable=SC2034 # by eval
		word=${1-} n=${2-}
		[ $# -lt 2 ] || shift 2
		what=$*
		case $word in *[!a-z]* | '') set +f && return 1 ;; esac
		if [ -n "$what" ]; then
			eval "because_$word=\"\$because_$word\$n \$what\$newline\""
		else
			eval "n_$word=\$n"
		fi
	done
	set +f
}

# told PART TOOL NAME: into told, that count of what commands have said.
told() {
	told=0
	for file in "$session/$1/$2".*; do
		[ -e "$file" ] || continue
		read -r line <"$file" || continue
		count=${line#*"\"$3\":"}
		[ "$count" = "$line" ] || told=$((told + ${count%%[!0-9]*}))
	done
}

# refused: the documents that were listed and not added, into refused; those of
# them that are results, which is no failure; and those whose results would be
# other documents' too.
refused() {
	told listing jobdb failed && refused=$told
	told listing jobdb job.dest && results=$told
	told listing jobdb job.clash && clashes=$told
}

# word N TEXT: of the line that adds up; none where N is 0.
word() {
	sum=$((sum + $1))
	[ "$1" -eq 0 ] || words="$words, $1 $2"
}

# note N TEXT: what else is to be said, where there is some.
note() {
	[ "$1" -eq 0 ] || say "$2"
}

# reasons WORD LINES: each is "N CODE".
reasons() {
	[ -z "$2" ] || printf '%s' "$2" | while read -r reason; do
		say "$1: $reason"
	done
}

# listed_by OPTION: jobdb list as a person has to call it for this ledger and queue.
listed_by() {
	jobdb_list='jobdb'
	[ -z "${opt_db?}" ] || { quote "$opt_db" && jobdb_list="jobdb --db $quoted"; }
	quote "$queue"
	jobdb_list="$jobdb_list list --queue $quoted --$1"
}

# In exactly one word each: also those that the ledger has not, as their results are
# other documents'.
say_documents() {
	refused
	sum=$((n_done + n_failed + n_skipped))
	words="$n_done done ($n_pages pages), $n_failed failed, $n_skipped skipped (up to date)"
	word "$n_adopted" 'taken over'
	word "$n_dead" 'dead before'
	word "$n_unsupported" 'unsupported'
	word "$n_elsewhere" 'done by another run'
	word "$n_lost" 'failed in another run'
	word "$n_held" 'in the hands of another run'
	word "$n_left" 'left'
	word "$n_cancelled" 'cancelled'
	word "$clashes" 'clashing'
	say "$((n_listed + clashes)) documents: $words"
	reasons failed "$because_failed"
	reasons 'failed in another run' "$because_lost"
	reasons 'dead before' "$because_dead"
	reasons left "$because_left"
	reasons unsupported "$because_unsupported"
	note "$n_unsupported" "what is unsupported is no document by its type: --exclude leaves it out"
}

say_pages() {
	listed_by select
	note "$n_gaps" "pages not read: $n_gaps ($jobdb_list .failed_pages)"
	note "$n_doubtful" "pages doubtful: $n_doubtful ($jobdb_list .doubtful_pages)"
	note "$n_blank" "pages blank: $n_blank ($jobdb_list .blank_pages)"
	note "$n_picture" "pages that are pictures: $n_picture ($jobdb_list .picture_pages)"
}

# Who read how many pages of what is done, as the ledger has it; and who could not, as
# far as the commands of this run could say: where that is not Tesseract alone.
say_engines() {
	case ${opt_engine?} in tesseract) return ;; esac
	words=$(printf %s "$because_engine" | sort -k2 | while read -r n name; do
		printf ', %s %s' "$name" "$n"
	done)
	[ -z "$words" ] || say "pages by engine: ${words#, }"
	set -- "$session/progress"/ocrpage.*
	[ -e "$1" ] || return 0
	words=$(jq -rs '[.[].engines // {} | to_entries[] | select(.key | contains(" "))] | group_by(.key) |
		map("\(.[0].key / " " | join(": ")) \(map(.value) | add)") | join(", ")' "$@" 2>/dev/null)
	[ -z "$words" ] || say "pages that an engine could not read, in this run: $words"
}

# What is in SRC and was not listed.
say_passed() {
	told listing s3ls links
	note "$told" "links to folders, to nothing or out of SRC, passed over: $told"
	told listing s3ls special
	note "$told" "FIFOs, sockets and devices, passed over: $told"
	told listing s3ls young && young=$told
	note "$young" "still being written, for the next run: $young"
}

# An empty SRC is no fault, but one that is not there is, as is a --match that
# fits nothing of what there is, and an --exclude that fits all of it.
nothing_matched() {
	[ -n "$all_listed" ] && [ $((n_listed + refused + young)) -eq 0 ] || return 1
	told listing s3ls unmatched && unmatched=$told
	[ "$unmatched" -eq 0 ] || {
		[ -n "${opt_match?}" ] || [ -n "${opt_exclude?}" ] && [ -z "$leaves_out" ]
		return
	}
	told listing s3ls folders
	[ "$told" -eq 0 ] && is_store "$src" && [ -n "${src#*://*/}" ]
}

say_rest() {
	say_passed
	note "$results" "results of other runs, not read: $results"
	note "$clashes" "not done, their results are other documents': $clashes (--on-clash=suffix does both)"
	others=$((refused - results - clashes))
	note "$others" "not listed: $others"
	note "$n_adopted" "results that were in $to already, taken over: $n_adopted"
	told there s3put unknown
	note "$told" "results of unknown origin, made again: $told"
	say_pages
	say_engines
	listed_by 'state dead'
	note "$n_dead" "dead letters of earlier runs: $n_dead ($jobdb_list)"
	note "$n_left" "$n_left left: run it again to go on"
}

# What was listed has to be in the ledger, and each of it in one word.
add_up() {
	[ "$sum" -eq $((n_listed + clashes)) ] || return 1
	[ -z "$all_listed" ] || { told listing jobdb passed && [ "$told" -eq "$n_listed" ]; }
}

# verdict: what the words come to. What is no failure of this run is that of SRC,
# until somebody has seen to it.
verdict() {
	[ "$n_failed" -eq 0 ] || worsen 1
	[ -n "${opt_ignore_dead?}" ] || [ $((n_dead + n_lost)) -eq 0 ] || worsen 1
	[ -z "${opt_strict?}" ] || [ "$n_unsupported" -eq 0 ] || worsen 1
	# They are done by nobody, and the next run will say why.
	[ "$n_cancelled" -eq 0 ] || worsen 1
	[ $((n_left + young)) -eq 0 ] || worsen 75
	! nothing_matched || { say 'nothing matched'; worsen 1; }
	[ "$n_held" -eq 0 ] || [ $((n_done + n_failed)) -gt 0 ] || worsen 75
}

# Somebody has tidied up: what was in hand went with that, and was taken back.
was_removed() {
	for part in work progress listing ledger there lock ${all_listed:+listed}; do
		[ -e "$session/$part" ] || break
		part=''
	done
	[ -n "$part" ] || return 1
	say "$session: was removed, or part of it, while the run worked: run it again"
	worst=75
}

# What became of it.
summary() {
	! was_removed || [ -e "$session/listed" ] || return 0
	if ! reckon; then
		# Where no other run will do better, that was said.
		[ "$worst" -eq 3 ] && again_or='' || again_or=': run it again'
		say "the ledger does not say what became of the documents$again_or"
		worsen 75
		return
	fi
	say_documents
	say_rest
	verdict
	add_up && return
	say "$sum of $n_listed documents are in a word above, of $told that were listed: run it again"
	worsen 75
}
