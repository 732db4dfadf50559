# summary.sh - a part of quire: what the counts of the commands in "session", and
# the ledger, say of the run.
# shellcheck shell=sh

# digest FILTER: jq's, over what the counts of all the commands come to.
digest() {
	for part in listing progress ledger; do
		find "$session/$part" -type f ! -name '.*' -exec cat {} + | sed "s/^{/&\"of\":\"$part\",/"
	done 2>/dev/null | jq -rs '
		def sum($of; $tool; f): map(select(.of == $of and .tool == $tool) | f) | add // 0;
		def codes: map(.codes | to_entries[]) | group_by(.key) | map({key: .[0].key, value: map(.value) | add}) | sort_by(-.value);
		{listed: sum("listing"; "jobdb"; .passed), known: sum("listing"; "jobdb"; .skipped), errors: sum("listing"; "jobdb"; .failed),
		 results: sum("listing"; "jobdb"; .codes["job.dest"] // 0),
		 done: sum("ledger"; "jobdb"; .passed), failed: sum("ledger"; "jobdb"; .failed), pages: sum("progress"; "jobdb"; .pages),
		 made: sum("progress"; "doc2png"; .pages), doubtful: sum("progress"; "mdjoin"; .doubtful), codes: map(select(.of == "ledger")) | codes,
		 gaps: map(select(.tool == "ocrpage")) | codes | map(select(.key | test("^(page|ocr)[.]")))}
		| '"$1"
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

summary() {
	digest '"quire: \(.listed) documents: \(.done) done (\(.pages) pages), \(.failed) failed, \(.known) skipped (up to date)",
		(.codes[] | "quire: failed: \(.value) \(.key)"),
		(.results | select(. > 0) | "quire: results of other runs, not read: \(.)"),
		(.errors - .results | select(. > 0) | "quire: not listed: \(.)"),
		(.gaps[] | "quire: pages not read: \(.value) \(.key)"),
		(.doubtful | select(. > 0) | "quire: pages doubtful: \(.) (the log names their documents)")' >&2
	standing "(.dead - $failed"' | select(. > 0) | "quire: dead letters of earlier runs: \(.) (jobdb list --state dead)"),
		(.running | select(. > 0) | "quire: \(.) in the hands of another run"),
		(.queued | select(. > 0) | "quire: \(.) left: run it again to go on")' >&2
}
