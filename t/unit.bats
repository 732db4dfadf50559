#!/usr/bin/env bats
# The programs of t/unit: each tests one module of lib, and ends with 0 when
# all of its checks hold.
load helper
# shellcheck disable=SC2034 # of helper
leaks=true

# unit ROOM/NAME [ARG...]: run it; what it says is shown when it fails.
unit()
{
	"${QUIRE_UNIT:-$QUIRE_TOP/.build/unit}/$1" "${@:2}"
}

@test "every program of t/unit is listed here" {
	for f in "$QUIRE_TOP"/t/unit/*/*.c; do
		name=${f#*/t/unit/} name=${name%.c}
		grep -qx "@test \"$name\" {" "$BATS_TEST_FILENAME" || {
			echo "t/unit/$name.c is not in t/unit.bats" >&2
			return 1
		}
	done
}

@test "aws/conf" {
	unit aws/conf
}

@test "aws/file" {
	unit aws/file
}

@test "aws/sign" {
	unit aws/sign
}

@test "aws/signbad" {
	unit aws/signbad
}

# AWS's own vectors, which are no part of quire.
@test "aws/signsuite" {
	[ -n "${QUIRE_SIGV4_SUITE:-}" ] || skip "QUIRE_SIGV4_SUITE names no aws-signing-test-suite"
	unit aws/signsuite
}

@test "base/buf" {
	unit base/buf
}

@test "base/code" {
	unit base/code
}

@test "base/digest" {
	unit base/digest
}

@test "base/hash" {
	unit base/hash
}

@test "base/lines" {
	unit base/lines
}

@test "base/loop" {
	unit base/loop
}

@test "base/opt" {
	unit base/opt
}

@test "base/ranges" {
	unit base/ranges
}

@test "base/secret" {
	unit base/secret
}

@test "base/time" {
	unit base/time
}

@test "base/ulid" {
	unit base/ulid
}

@test "base/utf8" {
	unit base/utf8
}

@test "dir/fail" {
	unit dir/fail
}

@test "dir/get" {
	unit dir/get
}

@test "dir/link" {
	unit dir/link
}

@test "dir/list" {
	unit dir/list
}

@test "dir/open" {
	unit dir/open
}

@test "dir/put" {
	unit dir/put
}

@test "dir/result" {
	unit dir/result
}

@test "doc/bidi" {
	unit doc/bidi
}

@test "doc/choice" {
	unit doc/choice
}

@test "doc/heads" {
	unit doc/heads
}

@test "doc/kind" {
	unit doc/kind
}

@test "doc/judge" {
	unit doc/judge
}

@test "doc/layer" {
	unit doc/layer
}

@test "doc/passwords" {
	unit doc/passwords
}

@test "doc/regions" {
	unit doc/regions
}

@test "doc/taken" {
	unit doc/taken
}

@test "flow/filter" {
	unit flow/filter
}

@test "flow/out" {
	unit flow/out
}

@test "img/colour" {
	unit img/colour
}

@test "img/image" {
	unit img/image
}

@test "img/ink" {
	unit img/ink
}

@test "img/jpeg" {
	unit img/jpeg
}

@test "img/jpegbad" {
	unit img/jpegbad
}

@test "img/png" {
	unit img/png
}

@test "img/pngbad" {
	unit img/pngbad
}

@test "img/rows" {
	unit img/rows
}

@test "img/tiff" {
	unit img/tiff
}

@test "img/tiffbad" {
	unit img/tiffbad
}

@test "ledger/jobs" {
	unit ledger/jobs
}

@test "ledger/ops" {
	unit ledger/ops
}

@test "md/join" {
	unit md/join
}

@test "md/spool" {
	unit md/spool
}

@test "md/lineend" {
	unit md/lineend
}

@test "md/text" {
	unit md/text
}

@test "md/layout" {
	unit md/layout
}

@test "md/trust" {
	unit md/trust
}

@test "model/answer" {
	unit model/answer
}

@test "model/body" {
	unit model/body
}

@test "model/clean" {
	unit model/clean
}

@test "what models said is cleaned as t/data/models has it" {
	cd "$QUIRE_TOP/t/data/models"
	names=(*.in)
	[ "${#names[@]}" -gt 20 ]
	unit model/clean . "${names[@]%.in}"
}

@test "model/gate" {
	unit model/gate
}

@test "model/queue" {
	unit model/queue
}

@test "model/stream" {
	unit model/stream
}

@test "model/ids" {
	unit model/ids
}

@test "model/profile" {
	unit model/profile
}

@test "net/call" {
	unit net/call
}

@test "net/transfer" {
	unit net/transfer
}

@test "net/upload" {
	unit net/upload
}

@test "net/xml" {
	unit net/xml
}

@test "ocr/cover" {
	unit ocr/cover
}

@test "ocr/cut" {
	unit ocr/cut
}

@test "ocr/doubt" {
	unit ocr/doubt
}

@test "ocr/engine" {
	unit ocr/engine
}

@test "ocr/agree" {
	unit ocr/agree
}

@test "ocr/faint" {
	unit ocr/faint
}

@test "ocr/gaps" {
	unit ocr/gaps
}

@test "ocr/labels" {
	unit ocr/labels
}

@test "ocr/lines" {
	unit ocr/lines
}

@test "ocr/local" {
	unit ocr/local
}

@test "ocr/mend" {
	unit ocr/mend
}

@test "ocr/merge" {
	unit ocr/merge
}

@test "ocr/mock" {
	unit ocr/mock
}

@test "ocr/parts" {
	unit ocr/parts
}

@test "ocr/pose" {
	unit ocr/pose
}

@test "ocr/scripts" {
	unit ocr/scripts
}

@test "ocr/tables" {
	unit ocr/tables
}

@test "ocr/sheet" {
	unit ocr/sheet
}

@test "ocr/tess" {
	unit ocr/tess
}

@test "ocr/tiles" {
	unit ocr/tiles
}

@test "ocr/tongue" {
	unit ocr/tongue
}

@test "pdf/complaint" {
	unit pdf/complaint
}

@test "pdf/info" {
	unit pdf/info
}

@test "pdf/mend" {
	unit pdf/mend
}

@test "pdf/painted" {
	unit pdf/painted
}

@test "pdf/pgm" {
	unit pdf/pgm
}

@test "pdf/raw" {
	unit pdf/raw
}

@test "pdf/said" {
	unit pdf/said
}

@test "pdf/scans" {
	unit pdf/scans
}

@test "pdf/shapes" {
	unit pdf/shapes
}

@test "pdf/sketch" {
	unit pdf/sketch
}

@test "pdf/take" {
	unit pdf/take
}

@test "pdf/words" {
	unit pdf/words
}

@test "pdf/visible" {
	unit pdf/visible
}

@test "place/dest" {
	unit place/dest
}

@test "place/origin" {
	unit place/origin
}

@test "place/s3" {
	unit place/s3
}

@test "place/source" {
	unit place/source
}

@test "place/written" {
	unit place/written
}

@test "proc/jail" {
	unit proc/jail
}

@test "proc/jailuse" {
	unit proc/jailuse
}

@test "proc/pool" {
	unit proc/pool
}

@test "proc/poolevil" {
	unit proc/poolevil
}

@test "proc/proc" {
	unit proc/proc
}

@test "proc/procevil" {
	unit proc/procevil
}

@test "proc/relay" {
	unit proc/relay
}

@test "rec/jx" {
	unit rec/jx
}

@test "rec/mark" {
	unit rec/mark
}

@test "rec/match" {
	unit rec/match
}

@test "rec/schema" {
	unit rec/schema
}

@test "rec/rec" {
	unit rec/rec
}

@test "s3/client" {
	unit s3/client
}

@test "s3/docs" {
	unit s3/docs
}

@test "s3/errorxml" {
	unit s3/errorxml
}

@test "s3/get" {
	unit s3/get
}

@test "s3/list" {
	unit s3/list
}

@test "s3/listxml" {
	unit s3/listxml
}

@test "s3/name" {
	unit s3/name
}

@test "s3/put" {
	unit s3/put
}

@test "s3/refusal" {
	unit s3/refusal
}

@test "s3/url" {
	unit s3/url
}

@test "scan/verdict" {
	unit scan/verdict
}

@test "screen/progress" {
	unit screen/progress
}

@test "sql/sqlite" {
	unit sql/sqlite
}

@test "unpack/evil" {
	unit unpack/evil
}

@test "unpack/names" {
	unit unpack/names
}

@test "work/dir" {
	unit work/dir
}

@test "work/doc" {
	unit work/doc
}
