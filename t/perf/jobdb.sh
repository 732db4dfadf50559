#!/bin/sh
# shellcheck source=/dev/null disable=SC2154 # here, tmp and missed are of measure
#
# What the ledger costs, against a bare loop of SQLite's statements.
. "$(dirname -- "$0")/measure"

many=${1:-1000000}
few=10000
QUIRE_DB=$tmp/jobs.db
export QUIRE_DB
unset QUIRE_CLOCK QUIRE_DB_WAIT
lib=$(dirname -- "$(command -v jobdb)")/../libquire.a
"${CC:-cc}" -O2 -D_GNU_SOURCE -I"$here/../../lib" -o "$tmp/ledger" "$here/ledger.c" \
	"$lib" -lsqlite3 -ljq -lcrypto || exit

docs() {
	awk -v n="$1" 'BEGIN {
		for (i = 1; i <= n; i++)
			printf "{\"v\":1,\"kind\":\"document\",\"uri\":\"file:///srv/in/a/b%d.pdf\",\"rel\":\"a/b%d.pdf\",\"size\":48213,\"etag\":\"48213-1767323045000000000\",\"mtime\":\"2026-01-02T03:04:05Z\"}\n", i, i
	}'
}

# rate N NAME: how many a second of CPU, N having cost what NAME did
rate() {
	compute "$1 / $(seconds "$2")"
}

fresh() {
	rm -f "$tmp"/*.db "$tmp"/*.db-*
	jobdb queue set q --dest /out || exit
}

# A small ledger is soon measured, so that it is done more often.
docs "$few" >"$tmp/few"
for _ in 1 2 3 4 5; do
	fresh
	cost add.few jobdb add --queue q <"$tmp/few" >"$tmp/added" || exit
	cost work.few "$tmp/ledger" work "$QUIRE_DB" "$((few / 2))" 100 || exit
	cost single "$tmp/ledger" work "$QUIRE_DB" 4000 1 || exit
	cost bare.add.few "$tmp/ledger" bare-add "$tmp/bare.db" 1000 <"$tmp/few" || exit
	cost bare.work.few "$tmp/ledger" bare-work "$tmp/bare.db" "$((few / 2))" 100 || exit
	cost bare.single "$tmp/ledger" bare-work "$tmp/bare.db" 4000 1 || exit
done

fresh
docs "$many" >"$tmp/many"
cost add.many jobdb add --queue q <"$tmp/many" >"$tmp/added" || exit
[ "$(grep -c '"added":true' "$tmp/added")" -eq "$many" ] || die 'not all were added'
rm "$tmp/added"
cost bare.add.many "$tmp/ledger" bare-add "$tmp/bare.db" 1000 <"$tmp/many" || exit
rm "$tmp/many" "$tmp"/bare.db*
for _ in 1 2 3 4 5; do
	cost work.many "$tmp/ledger" work "$QUIRE_DB" "$((few / 2))" 100 || exit
done

# As many as there are processes at once, each by itself.
n=0
while [ "$n" -lt 16 ]; do
	n=$((n + 1))
	"$tmp/ledger" share "$QUIRE_DB" 5 >"$tmp/share.$n" &
done
wait
cat "$tmp"/share.* >"$tmp/shares"
[ "$(wc -l <"$tmp/shares")" -eq 16 ] || die 'not all shared'
fair=$(awk 'NR == 1 || $1 < least { least = $1 } { sum += $1 } END { print least / (sum / NR) }' "$tmp/shares")

left=$(jobdb stat --format json | jq .queued)
"$tmp/ledger" work "$QUIRE_DB" "$((left / 1000 * 1000))" 1000 || exit
jobdb check >"$tmp/check" || die "$(head -n 3 "$tmp/check")"
bytes=$(compute "$(stat -c %s "$QUIRE_DB") / $many")

head_line
note 'bare loop: inserts a second of CPU' "$(rate "$few" bare.add.few)"
row 'add: records a second of CPU' "$(rate "$few" add.few)" '>=' 60000
note "bare loop, $many: inserts a second of CPU" "$(rate "$many" bare.add.many)"
row "add, $many: records a second of CPU" "$(rate "$many" add.many)" '>=' 60000
row "add, $many / $few" "$(compute "$(rate "$many" add.many) / $(rate "$few" add.few)")" '>=' 0.70
note 'bare loop: claimed and done by 100' "$(rate "$((few / 2))" bare.work.few)"
row 'claimed and done a second of CPU, by 100' "$(rate "$((few / 2))" work.few)" '>=' 40000
row "the same in a ledger of $many" "$(rate "$((few / 2))" work.many)" '>=' 40000
row "by 100, $many / $few" "$(compute "$(rate "$((few / 2))" work.many) / $(rate "$((few / 2))" work.few)")" '>=' 0.70
note 'bare loop: claimed and done one by one' "$(rate 4000 bare.single)"
row 'claimed and done a second of CPU, one by one' "$(rate 4000 single)" '>=' 8000
row '16 processes: the slowest / the mean' "$fair" '>=' 0.50
row "bytes a job that is done, of $many" "$bytes" '<=' 500
exit "$missed"
