#!/bin/sh
# shellcheck source=/dev/null disable=SC2154 # here, tmp and missed are of measure
#
# What it costs to list a folder, against find(1) that prints the same facts.
. "$(dirname -- "$0")/measure"

many=${1:-100000}

mkdir "$tmp/in"
awk -v n="$many" -v dir="$tmp/in" 'BEGIN {
	for (i = 0; i < n; i++) {
		if (i % 1000 == 0)
			printf "%s/folder %03d%c", dir, i / 1000, 0
		printf "%s/folder %03d/document-%06d.pdf%c", dir, i / 1000, i, 0 > "/dev/stderr"
	}
}' 2>"$tmp/files" >"$tmp/dirs"
xargs -0 mkdir <"$tmp/dirs" && xargs -0 touch <"$tmp/files" || exit

for _ in 1 2 3; do
	cost find find "$tmp/in" -type f -printf '%p %s %T@\n' >"$tmp/found" || exit
	cost facts find "$tmp/in" -type f \
		-printf '%p %P %s %TY-%Tm-%TdT%TH:%TM:%.2TSZ %T@\n' >"$tmp/facts" || exit
	cost s3ls s3ls "$tmp/in" >"$tmp/listed" || exit
done
for list in found facts listed; do
	[ "$(wc -l <"$tmp/$list")" -eq "$many" ] || die 'not all were listed'
done

head_line
note 'find, name size seconds: us of CPU a file' "$(compute "$(seconds find) * 1e6 / $many")"
note 'find, the same facts: us of CPU a file' "$(compute "$(seconds facts) * 1e6 / $many")"
note "s3ls: us of CPU a file" "$(compute "$(seconds s3ls) * 1e6 / $many")"
note "s3ls / find, name size seconds" "$(compute "$(seconds s3ls) / $(seconds find)")"
row "s3ls / find, the same facts, $many files" "$(compute "$(seconds s3ls) / $(seconds facts)")" '<=' 1.00
exit "$missed"
