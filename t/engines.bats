#!/usr/bin/env bats
# ocrpage and programs of one's own that read pages (--engine exec:CMD): what they are
# asked and answer, how they die, and that nothing of theirs is left behind.
load helper
load pdf

setup()
{
	quire_setup
	mkdir -m 700 "${QUIRE_WORK:?}"
	unset VLLM_URL VLLM_API_KEY QUIRE_PROFILES http_proxy https_proxy all_proxy
	pdf_begin a.pdf
	pdf_page 144 72 "BT /F 20 Tf 10 30 Td (Winter) ' ET"
	pdf_end
	pdftoppm -gray -png -r 100 -singlefile a.pdf p
}

# pages N [ID]: a record each, all of the one image.
pages()
{
	local i

	for ((i = 1; i <= $1; i++)); do
		jq -nc --arg id "${2:-a}" --argjson page "$i" --argjson pages "$1" \
		    --arg image "$PWD/p.png" \
		    '{v: 1, kind: "page", $id, $page, $pages, $image, width: 200, height: 100, dpi: 100}'
	done
}

# program FILE: that, in Python, of standard input: q is what is asked, say() answers.
program()
{
	{
		cat <<'end'
#!/usr/bin/env python3
import json, os, signal, subprocess, sys, time
def say(**answer):
    print(json.dumps(answer), flush=True)
def questions():
    for line in sys.stdin:
        yield json.loads(line)
end
		cat
	} >"$1"
	chmod +x "$1"
}

# by ENGINES [OPTION...]: ocrpage by them; its log into log.
by()
{
	run --separate-stderr timeout 120 ocrpage --engine "$@"
	# shellcheck disable=SC2154 # run's
	printf '%s\n' "$stderr" >log
}

# started FILE N: so many lines are in it.
started()
{
	[[ -e $1 && $(wc -l <"$1") -eq $2 ]]
}

@test "a program of one's own reads pages, and is asked by JSON lines" {
	program mine <<'end'
for q in questions():
    assert q["v"] == 1 and q["lang"] == "deu" and q["dpi"] == 100, q
    assert q["width"] == 200 and q["height"] == 100 and len(q) == 8, q
    png = open(q["image"], "rb").read(8)
    say(markdown="# Page %d\n\n%s" % (q["page"], png[1:4].decode()), confidence=0.5)
end
	by exec:./mine --lang deu -j 1 < <(pages 3)
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	json '.engine == "exec:mine" and (has("error") | not) and .confidence == 0.5'
	[ "$(jq -r .markdown <<<"$output")" = "$(printf '# Page %d\n\nPNG\n' 1 2 3)" ]
	leftovers
}

@test "a program in sh and jq does, with arguments, and text is no Markdown" {
	cat >mine.sh <<'end'
while read -r line; do
	printf '%s' "$line" | jq -c --arg word "$1" '{text: "\($word) *\(.page)*", n}'
done
end
	by 'exec:sh  mine.sh leaf' -j 1 < <(pages 2)
	[ "$status" -eq 0 ]
	json '.engine == "exec:sh" and (has("confidence") | not)'
	[ "$(jq -r .markdown <<<"$output")" = "$(printf 'leaf \\*%d*\n' 1 2)" ]
	leftovers
}

@test "one process reads many pages, two where two are to run" {
	program mine <<'end'
open("started", "a").write("x\n")
for q in questions():
    time.sleep(0.1)
    say(text=str(os.getpid()))
end
	by exec:./mine -j 1 < <(pages 8)
	[ "$status" -eq 0 ]
	[ "$(jq -r .markdown <<<"$output" | sort -u | wc -l)" -eq 1 ]
	started started 1
	by exec:./mine -j 2 < <(pages 8)
	[ "$(jq -r .markdown <<<"$output" | sort -u | wc -l)" -eq 2 ]
	started started 3
	leftovers
}

@test "--recycle replaces a program, --isolate gives none two documents" {
	program mine <<'end'
open("started", "a").write("x\n")
for q in questions():
    say(text=str(os.getpid()))
open("ended", "a").write("x\n")
end
	by exec:./mine -j 1 --recycle 2 < <(pages 6)
	[ "$status" -eq 0 ]
	[ "$(jq -r .markdown <<<"$output" | sort -u | wc -l)" -eq 3 ]
	# None was killed for that, nor at the end of input.
	started ended "$(wc -l <started)"
	by exec:./mine -j 1 --isolate < <(pages 2; pages 2 b)
	[ "$(jq -r '.id + .markdown' <<<"$output" | sort -u | wc -l)" -eq 2 ]
	[ "$(jq -r .markdown <<<"$output" | sort -u | wc -l)" -eq 2 ]
	leftovers
}

@test "a program that dies fails its page alone, and is started anew" {
	program mine <<'end'
print("awake", file=sys.stderr)
for q in questions():
    if q["page"] == 2:
        print("no\x1b[31m more", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGSEGV)
    say(text="read")
end
	by exec:./mine -j 1 < <(pages 4)
	[ "$status" -eq 1 ]
	json 'if .page == 2 then .error.code == "ocr.died" and .error.class == "transient" and
	    (.error.message | contains("SIGSEGV") and contains("more")) else .markdown == "read" end'
	[ "$(jq -r 'select(.msg == "exec:mine: awake") | .id' log | wc -l)" -eq 2 ]
	grep -q 'no.*\[31m more' log
	run -1 grep $'\x1b' log
	leftovers
}

@test "one that ends after each page is started for each, at once" {
	printf 'read -r line && echo %s\n' "'{\"text\": \"one\"}'" >mine.sh
	stopwatch
	by 'exec:sh mine.sh' -j 1 < <(pages 20)
	[ "$status" -eq 0 ]
	json '.markdown == "one"'
	[ "$(took)" -lt 20 ]
	leftovers
}

@test "one that takes too long is killed, with its children" {
	program mine <<'end'
for q in questions():
    if q["page"] == 1:
        subprocess.Popen(["sleep", "1000"], stdin=subprocess.DEVNULL)
        time.sleep(1000)
    say(text="read")
end
	by exec:./mine -j 1 --page-timeout 1 < <(pages 2)
	[ "$status" -eq 1 ]
	json 'if .page == 1 then .error.code == "ocr.timeout" and .error.class == "transient"
	    else .markdown == "read" end'
	leftovers
}

@test "what it takes to load is not the page's time" {
	printf 'sleep 3\nwhile read -r line; do echo %s; done\n' "'{\"text\": \"one\"}'" >mine.sh
	by 'exec:sh mine.sh' -j 1 --page-timeout 1 < <(pages 2)
	[ "$status" -eq 0 ]
	json '.markdown == "one"'
}

@test "answers that are too large, too many, late or none are errors with a name" {
	program mine <<'end'
for q in questions():
    if q["page"] == 1:
        while True:
            sys.stdout.write("x" * 65536)
    elif q["page"] == 2:
        say(text="a" * 1048577)
    elif q["page"] == 3:
        print("Loading the model...", flush=True)
    elif q["page"] == 4:
        say(nothing=1)
    elif q["page"] == 5:
        say(text="right", n=q["n"] - 1)
    elif q["page"] == 6:
        sys.stdout.write('{"text": "one"}\n{"text": "two"}\n')
        sys.stdout.flush()
    elif q["page"] == 7:
        say(text="sure", confidence=7)
    elif q["page"] == 8:
        say(text="a\0b")
    elif q["page"] == 9:
        print("[" * 10000, flush=True)
    else:
        say(text="read", n=q["n"])
end
	by exec:./mine -j 1 < <(pages 10)
	[ "$status" -eq 1 ]
	[ "$(jq -r '[.page, .error.code, .error.class] | @tsv' <<<"$output" | sort -n | tr '\t\n' ' ,')" = \
	    "1 ocr.large permanent,2 ocr.large permanent,$(
		printf '%d ocr.program permanent,' 3 4 5 6 7 8 9
	    )10  ," ]
	leftovers
}

@test "what it says has failed, fails, and it goes on" {
	program mine <<'end'
open("started", "a").write("x\n")
for q in questions():
    say(error=[{"message": "no"}, {"message": "later", "class": "transient"},
        {"message": "x", "code": "ocr.loops"}, {"message": "y", "code": "cuda.oom", "class": "transient"},
        {"message": "z", "code": "ocr.key", "class": "fatal"}, {"code": "q"}][q["page"] - 1])
end
	by exec:./mine -j 1 < <(pages 6)
	[ "$status" -eq 1 ]
	[ "$(jq -r '.error | "\(.code) \(.class) \(.message)"' <<<"$output" | sed 6d)" = "$(
		cat <<'end'
ocr.failed permanent no
ocr.failed transient later
ocr.loops permanent x
ocr.failed transient cuda.oom: y
ocr.failed permanent ocr.key: z
end
	)" ]
	json '.page < 6 or .error.code == "ocr.program"'
	started started 1
	leftovers
}

@test "its Markdown is as harmless as a model's" {
	program mine <<'end'
for q in questions():
    say(markdown="# T\n\n<script>alert(1)</script> [x](javascript:y) ![z](http://e)\n\n<!-- page 7 -->\n")
end
	by exec:./mine -j 1 < <(pages 1)
	[ "$status" -eq 0 ]
	json '.markdown | contains("# T") and (contains("<script") or contains("<!--") or contains("](") | not)'
}

@test "no key, password or proxy is in its environment, and no descriptor of ours" {
	program mine <<'end'
for q in questions():
    fds = sorted(int(n) for n in os.listdir("/proc/self/fd"))
    say(text=json.dumps([dict(os.environ), fds[:3], len(fds), os.getpgid(0) == os.getpid()]))
end
	export AWS_SECRET_ACCESS_KEY=hush1 VLLM_API_KEY=hush2 VLLM_URL=http://127.0.0.1:9 \
	    https_proxy=http://u:hush3@127.0.0.1:9 HF_TOKEN=hush4 GREETING=hush5 QUIRE_LOG=info
	HOME=$PWD LC_ALL=C.UTF-8 by exec:./mine -j 1 < <(pages 1)
	[ "$status" -eq 0 ]
	[[ $output != *hush* && $output == *"$PWD"* ]]
	json '.markdown | contains("QUIRE_LOG") and contains("C.UTF-8") and contains("0, 1, 2], 4, true")'
}

@test "one that reads nothing is not started for ever" {
	printf 'echo x >>started\nexit 9\n' >mine.sh
	stopwatch
	by 'exec:sh mine.sh' -j 1 < <(pages 50)
	[ "$status" -eq 3 ]
	[ "$(took)" -ge 2 ]
	started started 5
	json '.error.code == "proc.exec" or .error.code == "stage.stopped"'
	[[ $stderr == *"exit status 9"* ]]
	leftovers
}

@test "what is no program is the command line's fault" {
	for odd in ./none none-of-that-name .; do
		by "exec:$odd --flag" </dev/null
		[ "$status" -eq 2 ]
		[[ $stderr == *"cannot run $odd: "* ]]
	done
	touch mine
	by exec:./mine </dev/null
	[ "$status" -eq 2 ]
	[[ $stderr == *'cannot run ./mine: Permission denied'* ]]
	mkdir in
	run -2 --separate-stderr quire run --engine exec:./none in out
	[[ $stderr == *'cannot run ./none'* ]]
}

@test "of what it writes to its standard error no more than 200 lines a page are logged" {
	program mine <<'end'
for q in questions():
    print("\n".join("line %d of page %d" % (i, q["page"]) for i in range(1, 100001)), file=sys.stderr)
    sys.stderr.flush()
    say(markdown="Winter")
end
	by exec:./mine -j 1 < <(pages 2)
	[ "$status" -eq 0 ]
	[ "$(grep -c 'exec:mine: line [0-9]* of page' log)" -le 400 ]
	grep -q 'line 1 of page 1"' log
	grep -q 'exec:mine: [0-9]* lines more of its standard error are left out' log
}

@test "one that reads and dies at once is started later and later" {
	printf 'echo x >>started\nread -r line; exit 9\n' >mine.sh
	stopwatch
	by 'exec:sh mine.sh' -j 1 < <(pages 4)
	[ "$status" -eq 1 ]
	[ "$(took)" -ge 1 ]
	started started 4
	json '.error.code == "ocr.died"'
}

@test "a page that a dying program had not read goes to another" {
	program mine <<'end'
n = len(open("started", "a+").readlines()) if os.path.exists("started") else 0
open("started", "a").write("x\n")
if not os.path.exists("second"):
    open("second", "w")
    sys.exit(1)
for q in questions():
    say(text="read")
end
	by exec:./mine -j 1 < <(pages 2)
	[ "$status" -eq 0 ]
	json '.markdown == "read"'
	started started 2
}

# bats test_tags=brief
@test "one that closes its input is replaced, and its last answer taken" {
	program mine <<'end'
for q in questions():
    os.close(0)
    say(text="read")
    time.sleep(1000)
end
	by exec:./mine -j 1 < <(pages 2)
	[ "$status" -eq 0 ]
	json '.markdown == "read"'
	printf 'exec <&-\nsleep 1000\n' >deaf.sh
	by 'exec:sh deaf.sh' -j 1 < <(pages 1)
	[ "$status" -eq 3 ]
	leftovers
}

@test "the next engine of the list takes over, and the record says why" {
	program mine <<'end'
for q in questions():
    if q["page"] == 1:
        sys.exit(1)
    say(error={"message": "too hard"}) if q["page"] == 2 else say(text="mine")
end
	by 'exec:./mine,mock' -j 1 < <(pages 3)
	[ "$status" -eq 0 ]
	[ "$(jq -r '[.page, .engine, (.gate.before // [] | .[] | .engine, .code)] | join(" ")' <<<"$output" |
	    sort)" = "1 mock exec:mine ocr.died
2 mock exec:mine ocr.failed
3 exec:mine" ]
	by 'mock,exec:./mine' -j 1 < <(pages 1)
	json '.engine == "mock"'
	leftovers
}

@test "an image that is another one by now is not given away" {
	program mine <<'end'
for q in questions():
    if q["page"] == 1:
        os.rename("other.png", "p.png")
    say(text="read")
end
	cp p.png other.png
	by exec:./mine -j 1 < <(pages 2)
	[ "$status" -eq 1 ]
	json 'if .page == 2 then .error.code == "page.changed" and .error.class == "transient"
	    else .markdown == "read" end'
}

@test "odd names: of the image, and of the program" {
	mkdir "q'é \"x"
	cp p.png "q'é \"x/-p ☃.png"
	program "my  prog%'é" <<'end'
for q in questions():
    say(text=str(os.path.getsize(q["image"])))
end
	mkdir x
	mv "my  prog%'é" x/prog%é
	by "exec:x/prog%é" -j 1 < <(pages 1 | jq -c --arg i "$PWD/q'é \"x/-p ☃.png" '.image = $i')
	[ "$status" -eq 0 ]
	json '.engine == "exec:prog___" and (.markdown | tonumber > 50)'
}

@test "signals end ocrpage and leave none of its programs" {
	program mine <<'end'
child = subprocess.Popen(["sleep", "1000"], stdin=subprocess.DEVNULL)
for q in questions():
    if q["page"] == 2:
        open("began", "w")
        time.sleep(1000)
    say(text="read")
end
	for how in busy idle; do
		rm -f began fifo
		mkfifo fifo
		ocrpage --engine exec:./mine -j 1 <fifo >out 2>err 3>&- &
		pid=$!
		exec 7>fifo
		pages 2 | if [[ $how == busy ]]; then cat; else head -n 1; fi >&7
		if [[ $how == busy ]]; then
			until_true test -e began
			kill -TERM "$pid"
			once_more -TERM "$pid"
		else
			until_true grep -q markdown out
			kill -TERM "$pid"
		fi
		exec 7>&-
		rc=0
		wait "$pid" || rc=$?
		[ "$rc" -eq 143 ]
		leftovers
	done
}

@test "kill -9 of ocrpage takes its programs with it" {
	program mine <<'end'
for q in questions():
    open("began", "w")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(1000)
end
	ocrpage --engine exec:./mine -j 2 < <(pages 2) >out 2>err 3>&- &
	pid=$!
	until_true test -e began
	kill -KILL "$pid"
	wait "$pid" || :
	leftovers
}

@test "contrib/engines/ocrad reads a page, and says where it cannot" {
	command -v ocrad >/dev/null || skip "needs ocrad"
	pdf_begin b.pdf
	pdf_page 400 144 "BT /F 24 Tf 20 60 Td (Winter came early that year) ' ET"
	pdf_end
	pdftoppm -gray -png -r 200 -singlefile b.pdf b
	by "exec:${QUIRE_TOP:?}/contrib/engines/ocrad" -j 1 < <(pages 1 | jq -c --arg i "$PWD/b.png" '.image = $i')
	[ "$status" -eq 0 ]
	json '.engine == "exec:ocrad" and (.markdown | test("W.nter came ear.y that year"))'
	echo "no picture" >none.png
	by "exec:${QUIRE_TOP:?}/contrib/engines/ocrad,mock" -j 1 \
	    < <(pages 2 | jq -c --arg i "$PWD/none.png" 'if .page == 1 then .image = $i else . end')
	[ "$status" -eq 0 ]
	json 'if .page == 1 then .engine == "mock" and .gate.before[0].code == "ocr.failed"
	    else .engine == "exec:ocrad" end'
	leftovers
}

@test "doc2png draws for it, and quire run passes it on" {
	program mine <<'end'
for q in questions():
    say(markdown="By mine, page %d of %d dpi" % (q["page"], q["dpi"]))
end
	mkdir in
	cp p.png in/
	run -0 --separate-stderr quire run --engine "exec:$PWD/mine" in out
	[[ $(cat out/p.png.md) == *"By mine, page 1"* ]]
	[[ $stderr == *"pages by engine: exec:mine 1"* ]]
	run -2 --separate-stderr quire run --engine 'exec:' in out
	leftovers
}

@test "what a program says is held against the page" {
	local line="BT /F 12 Tf 14 TL 40 380 Td (The book) '"

	for _ in {1..10}; do
		line+=" (Seventy loose sheets of paper lay on the table) '"
	done
	pdf_begin b.pdf
	pdf_page 360 400 "$line ET"
	pdf_end
	pdftoppm -gray -png -r 100 -singlefile b.pdf p
	program mine <<'end'
line = "Seventy loose sheets of paper lay on the table"
said = ["", "\n".join([line] * 2), "\n".join([line] * 4), "\n".join(line + " %d" % i for i in range(11)), "over and over " * 400]
for q in questions():
    say(text=said[q["page"] - 1])
end
	by exec:./mine,mock -j 1 < <(pages 5)
	[ "$status" -eq 0 ]
	[ "$(jq -rc '[.page, .engine, .doubt, .gate.before[0].code]' <<<"$output" | sort | xargs -0)" = \
	    "$(cat <<'end'
[1,"mock",null,"ocr.empty"]
[2,"exec:mine",["ink"],null]
[3,"exec:mine",["ink"],null]
[4,"exec:mine",null,null]
[5,"mock",null,"ocr.loops"]

end
)" ] || { jq -rc '[.page, .engine, .doubt, .gate]' <<<"$output"; false; }
	leftovers
}

@test "an answer to another question is refused, also where its number is no number" {
	program mine <<'end'
for q in questions():
    say(text="Winter", n=[99, str(q["n"]), q["n"] + 0.5, None, q["n"]][q["page"] - 1])
end
	by exec:./mine -j 1 < <(pages 5)
	[ "$status" -eq 1 ]
	[ "$(jq -rc '[.page, .error.code]' <<<"$output" | sort | xargs)" = \
	    '[1,ocr.program] [2,ocr.program] [3,ocr.program] [4,ocr.program] [5,null]' ]
	leftovers
}

@test "what it says before it has read the question is no answer to that" {
	program mine <<'end'
say(text="unasked words of nobody")
while not os.path.exists("go"):
    time.sleep(0.02)
for q in questions():
    say(text="Winter %d" % q["page"])
end
	by exec:./mine -j 1 < <(pages 3)
	[ "$status" -eq 1 ]
	json '.error.code == "ocr.program" and (.error.message | contains("before it is asked"))'
	# It answers two lines, the second when the next question may be there.
	program mine <<'end'
for q in questions():
    say(text="Winter %d" % q["page"])
    if q["page"] == 1:
        time.sleep(0.5)
        say(text="unasked words of nobody")
        time.sleep(100)
end
	by exec:./mine -j 1 < <(pages 3)
	json '(.markdown // "Winter") | startswith("Winter")'
	[ "$(jq -rc 'select(.page == 3) | .markdown' <<<"$output")" = "Winter 3" ]
	[ "$(jq -rc 'select(.page == 1) | .markdown' <<<"$output")" = "Winter 1" ]
	leftovers
}
