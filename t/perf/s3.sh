#!/bin/sh
# shellcheck source=/dev/null disable=SC2154 # here, tmp and missed are of measure
#
# What a bucket costs the client: listing and fetching, against rclone (package
# rclone), both from the same server of canned answers.
. "$(dirname -- "$0")/measure"

many=${1:-100000} few=${2:-2000}
command -v rclone >/dev/null || die 'rclone is needed (package rclone)'
fake=$(cd "$(dirname -- "$0")/../fake" && pwd)

python3 "$fake/s3faults.py" --dir "$tmp/server" --starter "$$" --canned "many=$many" \
	--canned "few=$few,size=20000" >"$tmp/server.log" 2>&1 &
server=$!
trap 'kill "$server"; rm -rf "$tmp"' EXIT
while [ ! -s "$tmp/server/said" ]; do
	kill -0 "$server" || die "$(cat "$tmp/server.log")"
	sleep 0.1
done
read -r _ port _ <"$tmp/server/said"
export AWS_ENDPOINT_URL="http://127.0.0.1:$port" AWS_ACCESS_KEY_ID=key \
	AWS_SECRET_ACCESS_KEY=secretsecret AWS_REGION=us-east-1 AWS_CONFIG_FILE=/nonexistent \
	AWS_SHARED_CREDENTIALS_FILE=/nonexistent RCLONE_CONFIG=/nonexistent/rclone.conf
unset AWS_CA_BUNDLE	# rclone 1.60 ends when there is one
remote=":s3,provider=Other,env_auth=true,force_path_style=true,list_version=2,endpoint='$AWS_ENDPOINT_URL':"

for _ in 1 2 3; do
	cost lsf rclone lsf -R --format ps "${remote}many" >"$tmp/lsf" || exit
	cost s3ls s3ls s3://many/ >"$tmp/listed" || exit
done
for list in lsf listed; do
	[ "$(wc -l <"$tmp/$list")" -eq "$many" ] || die 'not all were listed'
done

s3ls s3://few/ >"$tmp/few" || exit
for _ in 1 2 3; do
	rm -rf "$tmp/copy" "$QUIRE_WORK"
	cost copy rclone copy "${remote}few" "$tmp/copy" || exit
	cost s3get s3get -j 4 <"$tmp/few" >"$tmp/got" || exit
done
find "$tmp/copy" -type f >"$tmp/copied"
grep '"sha256"' "$tmp/got" >"$tmp/fetched"
for list in copied fetched; do
	[ "$(wc -l <"$tmp/$list")" -eq "$few" ] || die 'not all were fetched'
done

head_line
note 's3ls: us of CPU an object' "$(compute "$(seconds s3ls) * 1e6 / $many")"
note 's3get: us of CPU an object of 20 KB' "$(compute "$(seconds s3get) * 1e6 / $few")"
row "s3ls / rclone lsf -R --format ps, $many objects" "$(compute "$(seconds s3ls) / $(seconds lsf)")" '<=' 0.40
row "s3get / rclone copy, $few x 20 KB" "$(compute "$(seconds s3get) / $(seconds copy)")" '<=' 0.60
exit "$missed"
