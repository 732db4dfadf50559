#!/bin/sh
# shellcheck source=/dev/null disable=SC2154 # here, tmp and missed are of measure
#
# What six small office documents cost, to their pages' text, against LibreOffice's own
# command, which makes a PDF of each: in one start for all, and in a start for each.
. "$(dirname -- "$0")/measure"

data=$here/../data/office
command -v soffice >/dev/null || die 'soffice is not installed'
mkdir "$tmp/in" "$tmp/out"
cp "$data"/fox.doc "$data"/fox.docx "$data"/fox.pptx "$data"/fox.xls "$data"/fox.xlsx "$tmp/in" &&
	gunzip -c "$data/fox.ppt.gz" >"$tmp/in/fox.ppt" || exit

# A profile that has been used is the least it takes.
cat >"$tmp/batch" <<EOT
#!/bin/sh
HOME=$tmp exec soffice --headless --norestore "-env:UserInstallation=file://$tmp/profile" \\
	--convert-to pdf --outdir "$tmp/out" "\$@" >/dev/null 2>&1
EOT
cat >"$tmp/single" <<EOT
#!/bin/sh
for file; do
	sh "$tmp/batch" "\$file" || exit
done
EOT

head_line
sh "$tmp/batch" "$tmp/in/fox.doc" || die 'soffice failed'
for _ in 1 2 3; do
	s3ls "$tmp/in" | s3get >"$tmp/got" || exit
	cost ours doc2png <"$tmp/got" >"$tmp/pages" || die 'doc2png failed'
	cost batch sh "$tmp/batch" "$tmp"/in/* || die 'soffice failed'
	cost single sh "$tmp/single" "$tmp"/in/* || die 'soffice failed'
done
note 'soffice, one start for six: CPU seconds' "$(seconds batch)"
note 'soffice, six starts: CPU seconds' "$(seconds single)"
row 'doc2png, six small office files: CPU seconds' "$(seconds ours)" '<=' 1.5
row 'doc2png / soffice, six starts' "$(compute "$(seconds ours) / $(seconds single)")" '<=' 0.5
exit "$missed"
