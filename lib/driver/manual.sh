# manual.sh - a part of quire: manuals, also where there is no man(1).
# shellcheck shell=sh

help() {
	parse "$@"
	subject=${src:-quire}
	each_verb explain_verb
	for name in "$subject" "quire-$subject"; do
		for section in 1 5 7; do
			for folder in "$here/../share/man/man$section" "$here/../../man"; do
				[ ! -f "$folder/$name.$section" ] || show_manual "$folder/$name.$section"
			done
		done
	done
	usage_error "$subject: no such verb, nor a command of quire's, nor records or profiles"
}

explain_verb() {
	[ "$subject" = "$v_name" ] || return 0
	verb=$subject
	common -h
}

# show_manual FILE: a man that is only said to be there (a minimized system's) fails.
show_manual() {
	if [ ! -t 1 ]; then
		printed plain_manual "$1"
		exit
	fi
	! command -v man >/dev/null || ! man "$1" 2>/dev/null || exit 0
	as_text "$1" | ${PAGER:-more}
	exit
}

plain_manual() {
	! command -v man >/dev/null || ! MANPAGER='cat' man "$1" 2>/dev/null || return 0
	as_text "$1"
}

# as_text FILE: the manual without typesetting: of mdoc(7), what ours are made of.
as_text() {
	awk '
	function flush() {
		if (line != "") {
			print indent line
			blanked = 0
		}
		line = ""
	}
	function blank() {
		flush()
		if (!blanked)
			print ""
		blanked = 1
	}
	function add(text,  n, i, w, glue) {
		n = split(text, w, " ")
		for (i = 1; i <= n; i++) {
			glue = line == "" || w[i] ~ /^[.,;:)\]]+$/ || line ~ /[(\[]$/ ? "" : " "
			if (line != "" && length(indent line glue w[i]) > 78) {
				flush()
				glue = ""
			}
			line = line glue w[i]
		}
	}
	function plain(s) {
		gsub(/\\&/, "", s)
		gsub(/\\\(dq/, "\"", s)
		gsub(/\\\(en/, "-", s)
		gsub(/\\\(mu/, "x", s)
		gsub(/\\e/, "\\", s)
		gsub(/\\ /, " ", s)
		gsub(/\\-/, "-", s)
		return s
	}
	# Macros of a line, from the word i on, as text.
	function inline(w, n, i,  out, m, close_) {
		out = m = close_ = ""
		for (; i <= n; i++) {
			if (w[i] ~ /^(Fl|Ar|Cm|Ql|Pa|Ev|Sy|Em|Nm|Xr|Pq|Op|Oo|Oc|Ns|Po|Pc|Ta|Ic|Dq|Sx|No|Li)$/) {
				m = w[i]
				if (m == "Pq") { out = out " ("; close_ = ")" close_ }
				if (m == "Op") { out = out " ["; close_ = "]" close_ }
				if (m == "Oo") out = out " ["
				if (m == "Oc") out = out "] "
				if (m == "Po") out = out " ("
				if (m == "Pc") out = out " ) "
				if (m == "Ta") out = out "  "
				if (m == "Nm" && (i == n || w[i + 1] ~ /^[.,;:]$/)) out = out " " name
				if (m == "Fl" && i == n) out = out " -"
				continue
			}
			if (m == "Xr" && w[i + 1] ~ /^[0-9]$/) { out = out " " w[i] "(" w[i + 1] ")"; i++ }
			else if (m == "Fl" && w[i] !~ /^[,.|]$/) out = out " -" w[i]
			else if (m == "Ql" && w[i] !~ /^[,.;:]$/) out = out " " w[i]
			else out = out " " w[i]
		}
		gsub(/\( /, "(", out)
		gsub(/\[ /, "[", out)
		return plain(out close_)
	}
	literal && /^\.Ed/ { literal = 0; blank(); next }
	literal { print "  " plain($0); blanked = 0; next }
	!/^\./ { add(plain($0)); next }
	{ n = split(substr($0, 2), w, " ") }
	w[1] == "Nm" && name == "" { name = w[2] }
	w[1] ~ /^(Dd|Dt|Os|Bl|El)$/ { flush(); indent = "    "; next }
	w[1] == "Nd" { add("- " substr($0, 5)); next }
	w[1] == "Sh" || w[1] == "Ss" { blank(); blanked = 0; print (w[1] == "Ss" ? "  " : "") substr($0, 5); indent = "    "; synopsis = w[2] == "SYNOPSIS"; next }
	w[1] == "Pp" { blank(); next }
	w[1] == "Bd" { blank(); literal = 1; next }
	w[1] == "It" { flush(); indent = "    "; line = ""; add(inline(w, n, 2)); flush(); indent = "        "; next }
	w[1] == "Nm" && synopsis { flush() }
	{ add(inline(w, n, 1)) }
	END { flush() }' "$1"
}
