#!/usr/bin/env bats
# The programs of t/unit: each tests one module of lib, and ends with 0 when
# all of its checks hold.
load helper

# unit NAME: run it; what it says is shown when it fails.
unit()
{
	"${QUIRE_UNIT:-$QUIRE_TOP/.build/unit}/$1"
}

@test "every program of t/unit is listed here" {
	for f in "$QUIRE_TOP"/t/unit/*.c; do
		name=${f##*/} name=${name%.c}
		grep -qx "@test \"$name\" {" "$BATS_TEST_FILENAME" || {
			echo "t/unit/$name.c is not in t/unit.bats" >&2
			return 1
		}
	done
}

@test "awsconf" {
	unit awsconf
}

@test "awsfile" {
	unit awsfile
}

@test "buf" {
	unit buf
}

@test "digest" {
	unit digest
}

@test "filter" {
	unit filter
}

@test "http" {
	unit http
}

@test "image" {
	unit image
}

@test "jail" {
	unit jail
}

@test "jailuse" {
	unit jailuse
}

@test "jobs" {
	unit jobs
}

@test "join" {
	unit join
}

@test "jpeg" {
	unit jpeg
}

@test "jpegbad" {
	unit jpegbad
}

@test "jx" {
	unit jx
}

@test "lines" {
	unit lines
}

@test "loop" {
	unit loop
}

@test "md" {
	unit md
}

@test "ocr" {
	unit ocr
}

@test "opt" {
	unit opt
}

@test "out" {
	unit out
}

@test "png" {
	unit png
}

@test "pngbad" {
	unit pngbad
}

@test "proc" {
	unit proc
}

@test "procevil" {
	unit procevil
}

@test "rec" {
	unit rec
}

@test "rfc3339" {
	unit rfc3339
}

@test "s3" {
	unit s3
}

@test "s3dest" {
	unit s3dest
}

@test "s3err" {
	unit s3err
}

@test "s3error" {
	unit s3error
}

@test "s3fetch" {
	unit s3fetch
}

@test "s3list" {
	unit s3list
}

@test "s3xml" {
	unit s3xml
}

@test "select" {
	unit select
}

@test "sigv4" {
	unit sigv4
}

@test "sigv4bad" {
	unit sigv4bad
}

# AWS's own vectors, which are no part of quire.
@test "sigv4suite" {
	[ -n "${QUIRE_SIGV4_SUITE:-}" ] || skip "QUIRE_SIGV4_SUITE names no aws-signing-test-suite"
	unit sigv4suite
}

@test "spool" {
	unit spool
}

@test "sqlite" {
	unit sqlite
}

@test "store" {
	unit store
}

@test "storedest" {
	unit storedest
}

@test "storefail" {
	unit storefail
}

@test "storelink" {
	unit storelink
}

@test "storelist" {
	unit storelist
}

@test "storename" {
	unit storename
}

@test "tess" {
	unit tess
}

@test "tiff" {
	unit tiff
}

@test "tiffbad" {
	unit tiffbad
}

@test "transfer" {
	unit transfer
}

@test "ulid" {
	unit ulid
}

@test "upload" {
	unit upload
}

@test "utf8" {
	unit utf8
}

@test "work" {
	unit work
}

@test "worker" {
	unit worker
}

@test "workerevil" {
	unit workerevil
}

@test "xml" {
	unit xml
}
