# summary.sh - a part of quire: what the counts of the commands in "session", and
# the ledger, say of the run.
# shellcheck shell=sh

# counted: the counts of all the commands.
counted() {
	for part in listing progress ledger; do
		find "$session/$part" -type f ! -name '.*' -exec cat {} + | sed "s/^{/&\"of\":\"$part\",/"
	done 2>/dev/null
}

# sums FILTER: jq's, over what counts, and where the queue stands, come to.
sums() {
	jq -rs '
		def sum($of; $tool; f): map(select(.of == $of and .tool == $tool) | f) | add // 0;
		def codes: map(.codes | to_entries[]) | group_by(.key) | map({key: .[0].key, value: map(.value) | add}) | sort_by(-.value);
		{listed: sum("listing"; "jobdb"; .passed), known: sum("listing"; "jobdb"; .skipped), errors: sum("listing"; "jobdb"; .failed),
		 results: sum("listing"; "jobdb"; .codes["job.dest"] // 0),
		 done: sum("ledger"; "jobdb"; .passed), failed: sum("ledger"; "jobdb"; .failed), pages: sum("progress"; "jobdb"; .pages),
		 made: sum("progress"; "doc2png"; .pages), doubtful: sum("progress"; "jobdb"; .doubtful),
		 blank: sum("progress"; "jobdb"; .blank), picture: sum("progress"; "jobdb"; .picture), codes: map(select(.of == "ledger")) | codes,
		 queue: (map(select(.of == "queue")) | add), gaps: map(select(.tool == "ocrpage")) | codes | map(select(.key | test("^(page|ocr)[.]")))}
		| '"$1"
}

digest() {
	counted | sums "$1"
}

# standing FILTER: jq's, over where the queue stands in the ledger.
standing() {
	jobdb stat --format json --queue "$queue" | jq -r '.settled = .done + .dead + .cancelled | '"$1"
}

# One line that is rewritten, for a person who watches.
show_counter() {
	trap 'kill "$!"; exit' TERM
	while kill -0 "$$" 2>/dev/null; do
		sleep 1 &
		wait "$!"
		line=$(digest '"\(.listed) listed, \(.made) pages made, \(.done) done, \(.failed) failed, \(.known) skipped"' 2>/dev/null)
		printf '\rquire: %s\033[K\r' "$line" >&2
	done
}

# What became of it. jq takes 40 ms to start, so one does it all.
# shellcheck disable=SC2016 # jq's
summary() {
	said=$({
		counted
		jobdb stat --format json --queue "$queue" | sed 's/^{/&"of":"queue",/'
	} | sums '.failed, "quire: \(.listed) documents: \(.done) done (\(.pages) pages), \(.failed) failed, \(.known) skipped (up to date)",
		(.codes[] | "quire: failed: \(.value) \(.key)"),
		(.results | select(. > 0) | "quire: results of other runs, not read: \(.)"),
		(.errors - .results | select(. > 0) | "quire: not listed: \(.)"),
		(.gaps[] | "quire: pages not read: \(.value) \(.key)"),
		(.doubtful | select(. > 0) | "quire: pages doubtful: \(.) (jobdb list --select .doubtful_pages)"),
		(.blank | select(. > 0) | "quire: pages blank: \(.) (jobdb list --select .blank_pages)"),
		(.picture | select(. > 0) | "quire: pages that are pictures: \(.) (jobdb list --select .picture_pages)"),
		(.failed as $failed | .queue // empty |
			(.dead - $failed | select(. > 0) | "quire: dead letters of earlier runs: \(.) (jobdb list --state dead)"),
			(.running | select(. > 0) | "quire: \(.) in the hands of another run"),
			(.queued | select(. > 0) | "quire: \(.) left: run it again to go on"))')
	[ -n "$said" ] || return 0
	printf '%s\n' "$said" | sed 1d >&2
	case $said in 0*) ;; *) worsen 1 ;; esac
}
