#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ocr/tongue.h"

/* Foreign needs half as many again, too, as there are of any language asked for. */
enum {
	SLOTS = 1 << 12, /* more than twice as many as there are words */
	LETTERS_MAX = 12,
	HITS_LEAST = 6,      /* words of a language, */
	DIFFERENT_LEAST = 4, /* different ones among them, */
	HITS_SHARE = 16,     /* of so many of all one */
	RUN_LEAST = 5,       /* words that are a sentence, or a part of one, */
	RUNS_LEAST = 2,      /* so many of which have, */
	RUN_WORDS = 20,      /* in so many words, */
	RUN_SHARE = 12       /* a word of a language in so many: English has five */
};

/*
 * What is said most in each: articles, pronouns, prepositions and the like, from the
 * heads of Snowball's lists of stop words where it has them, without accents as a
 * reader of another language sees them.  Of the messages of Debian's programs, in
 * pieces of 200 words, 89 % in these languages are foreign to who reads English (98 %
 * in Germanic and Romance ones), none of the English ones are to anyone, and one in
 * 10,000 is to who was asked for its own.  Of code and data 4 pieces in 11,000 are.
 */
static const struct {
	const char *names; /* Tesseract's */
	bool plain;        /* written in a to z */
	const char *words;
} rows[] = {
	{ "eng enm", true,
	    "about all also an and any are as at be been but by can could do for from had has "
	    "have he her his if in into is it its may more must no not of on one only or other "
	    "our out page she so some such than that the their them then there these they this "
	    "time to up use used was we were what when which who will with would you your" },
	{ "nld", true,
	    "aan als bij dan dat de deze dit door een en er geen hebben heeft het hij in is kan "
	    "maar met naar niet nog of om onder ook op over te tot uit van voor wel werd worden "
	    "wordt ze zich zij zijn" },
	{ "lat", true,
	    "ab ac ad atque aut autem cum de eius enim eo esse est et etiam ex hoc id in nec "
	    "non per pro quae quam qui quo quod sed si sunt tamen ut" },
	{ "ind msa jav sun", true,
	    "ada adalah akan atau bisa dalam dan dapat dari dengan di ini itu juga kami karena "
	    "ke kita lebih mereka oleh pada saya sebagai sudah telah tersebut tidak untuk yang" },
	{ "deu deu_frak deu_latf frk", false,
	    "als auch auf aus bei das dass dem der des die durch ein eine einem einen einer "
	    "eines es fiir fur haben ich ihre im ist kann kein keine konnen mit nach nicht noch "
	    "nur oder sich sie sind tiber uber um und unter von vor werden wie wir wird wurde "
	    "zu zum zur" },
	{ "fra frm", false,
	    "au aux avec ce ces cette comme dans de des du elle en est et etre il la le "
	    "les leur mais ne nous ont ou par pas peut plus pour que qui sa sans se ses son "
	    "sont sur tout un une vous" },
	{ "spa spa_old glg", false,
	    "al como con cuando de del desde donde el en entre es esta este ha han hasta hay la "
	    "las le lo los mas me muy no nos para pero por porque que quien se ser si sin sobre "
	    "su sus tambien tiene todo un una" },
	{ "por glg", false,
	    "ao aos as ate com como da das de depois do dos ela ele em entre esta eu foi isso "
	    "ja mais mas mesmo muito na nao no nos os ou para pela pelo por quando que se sem "
	    "ser seu seus so sua tambem um uma" },
	{ "ita ita_old", false,
	    "ai al alla anche che come con da dal dalla degli dei del della delle di ed essere "
	    "gli ha il in la le lo ma nel nella non per piu questa questo se si sono stato su "
	    "tra un una" },
	{ "cat", false,
	    "al amb aquest aquesta com de del dels el els en entre es ha la les mes no "
	    "pel pels per que se ser sobre son un una" },
	{ "pol", false,
	    "ale bez byl byla co czy dla do gdy ich jak jako jego jej jest juz ktora ktore "
	    "ktory lub ma moze na nad nich nie od oraz po pod przed przez przy sa sie tak te "
	    "tego ten to tylko tym wiec za ze zostal" },
	{ "ces", false,
	    "ale az bude by byl byla bylo co do jak jako je jeho jeji jen jeste jsem jsou kdyz "
	    "ktera ktere ktery ma mezi muze na nebo nebyl neni nez od po podle pred pri pro se "
	    "si tak tim to uz za ze" },
	{ "slk slk_frak", false,
	    "ako ale alebo az bol bola bolo bude by co do este je jeho jej ked ktora ktore "
	    "ktory len ma medzi moze na nez nie od po podla pre pred pri sa si som su tak to "
	    "tym uz za ze" },
	{ "hun", false,
	    "aki akkor alatt amely ami az azt be csak de egy el en es ez ezek ezt fel ha hogy "
	    "is kell ki kozott le lehet mar meg mert minden mint nem nincs olyan sem szerint "
	    "utan vagy van volt" },
	{ "ron", false,
	    "aceasta acest al ale au ca care ce cel cele cu daca dar de despre din dupa era "
	    "este fara fi fost iar in intre isi la lui mai nu pe pentru poate prin sa sau se si "
	    "sunt un unei unui" },
	{ "tur", false,
	    "ancak bir bu bunu buyuk cok da daha de degil diye edilen en gibi gore hem her icin "
	    "iki ile ilk ise kadar ki ne olan olarak oldugu oldugunu onun sadece sonra "
	    "tarafindan var ve veya ya" },
	{ "vie", false,
	    "bi boi cac cho co con cua cung da dang de den duoc hay khi khong la lai ma mot nam "
	    "nay neu ngay nguoi nhieu nhu nhung phai ra so tai theo thi tren trong tu va vao ve "
	    "voi" },
	{ "swe", false,
	    "alla an ar att av blir da de dem den det du efter ej eller en ett for fran hade "
	    "han hans har icke inte jag kan kunde med men mig nar nu och om over pa sa sig sin "
	    "som till upp ut vad var vara vi vid" },
	{ "dan dan_frak", false,
	    "af alle at blev da de dem den der det du eller en er et for fra ham hans har havde "
	    "her hun hvad hvor ikke kan kunne man med men mig min nu og om op os over pa selv "
	    "sig sin skal som til ud var ved vi vil" },
	{ "nor", false,
	    "alle at av ble de dem den der det du eller en er et ett etter for fra hadde ham "
	    "hans har hun hva hvor ikke ikkje kan man med meg men min na og om opp oss over pa "
	    "seg selv sin skal som til ut var vi vil" },
	{ "fin", false,
	    "ei eika eivat etta ettei han ja jalkeen joka jos jotka kanssa kuin kun mita mukaan "
	    "mutta myos ne niin niita nyt ole oli olisi olla ollut on ovat se seka sen siita "
	    "sita tai tama taman vain voi voidaan" },
	{ "est", false,
	    "aga ainult ei et ja juba ka kas kes kui mis mitte nagu need nii ning ole oli olid "
	    "oma on parast peab pole seda see selle sest siis ta tema veel voi" },
	{ "lav", false,
	    "ar ari bet bija gan ir ja jau ka kad kas kura kuri lai nav no par pec pie sis ta "
	    "tad tas tika tikai to un uz vai var vel" },
	{ "lit", false,
	    "apie ar arba bei bet buvo dar gali ir is jau jei jie jo kad kaip kuri kuris nera "
	    "nuo pagal per po prie savo su tai taip tik turi uz yra" },
	{ "hrv bos srp_latn", false,
	    "ali bez bi bila bio biti ce da do ili iz je jos kada kako kao koja koje koji mogu "
	    "moze na nakon ne nema nije od po prema pri sam samo se sto su sve svoje te to vec "
	    "za" },
	{ "slv", false,
	    "ali bi bil bila bilo biti brez da do ga ima in iz je jih kako kar ki ko kot lahko "
	    "le med mora na ne ni od pa po pri se sem so sta svoje tega ter tudi za" },
	{ "sqi", false,
	    "deri dhe do duke eshte ishte jane ju ka keto kjo kur ky me mund ne nga nje nuk ose "
	    "pas per por qe se si te tij" },
	{ "isl", false,
	    "ad af alltaf eda ef eftir eg ekki en er fyrir hafa hann hefur hun med og sa sem "
	    "svo thad til um ur var vera verid vid" },
};

/* Languages that have no letters in common with these. */
static const char others[] = "ara bel ben bul chi_sim chi_sim_vert chi_tra chi_tra_vert ell fas "
			     "grc heb hin hye jpn jpn_vert kat kor kor_vert mal mar mkd osd rus "
			     "srp tam tel tha ukr urd";

/* Every third word or so is one of those above; of Finnish every eighth. */
static const char dense[] = "eng enm nld deu deu_frak deu_latf frk fra frm spa spa_old glg por ita "
			    "ita_old cat swe dan dan_frak nor ron";

/* A list of people or places may have many of them. */
static const char of_names[] = "da de del den der des di do dos du la le las los van von";

enum { ROWS = sizeof(rows) / sizeof(*rows) };

/* A word of some of the rows. */
struct entry {
	const char *word; /* NULL: a free slot */
	size_t len;
	uint32_t rows; /* a bit each */
	bool name;     /* it is a part of names, too, and does not count as a different one */
	bool seen;
};

struct tongue {
	char *lang;     /* that are asked for */
	uint32_t plain; /* rows that anyone reads */
	uint32_t asked; /* those, and what is asked for */
	bool unknown;   /* others are, too */
	bool sparse;    /* and not all of them are dense */
	size_t words, hits[ROWS], different[ROWS];
	size_t runs, run_words, run_hits[ROWS];
	struct entry entry[SLOTS];
};

/* The entry of a word, or the free one where it would stand. */
static struct entry *
entry_of(struct tongue *t, const char *word, size_t len)
{
	size_t i = hash_32(word, len) % SLOTS;

	while (t->entry[i].word &&
	    (t->entry[i].len != len || memcmp(t->entry[i].word, word, len) != 0))
		i = (i + 1) % SLOTS;
	return &t->entry[i];
}

/* The next of words with blanks between them, or NULL. */
static const char *
next_of(const char **s, size_t *len)
{
	const char *word = *s + strspn(*s, " ");

	*len = strcspn(word, " ");
	*s = word + *len;
	return *len ? word : NULL;
}

static bool
has_word(const char *words, const char *name, size_t n)
{
	const char *word;
	size_t len;

	while ((word = next_of(&words, &len)))
		if (len == n && memcmp(word, name, n) == 0)
			return true;
	return false;
}

static void
ask_for(struct tongue *t, const char *name, size_t len)
{
	bool known = has_word(others, name, len);

	for (int i = 0; i < ROWS; i++)
		if (has_word(rows[i].names, name, len)) {
			t->asked |= UINT32_C(1) << i;
			t->sparse |= !has_word(dense, name, len);
			known = true;
		}
	t->unknown |= !known;
}

static void
learn_row(struct tongue *t, int row)
{
	const char *words = rows[row].words, *word;
	size_t len;

	while ((word = next_of(&words, &len))) {
		struct entry *e = entry_of(t, word, len);

		e->word = word;
		e->len = len;
		e->name = has_word(of_names, word, len);
		e->rows |= UINT32_C(1) << row;
	}
	if (rows[row].plain)
		t->plain |= UINT32_C(1) << row;
}

void
tongue_ask(struct tongue *t, const char *lang)
{
	if (t->lang && strcmp(t->lang, lang) == 0)
		return;
	free(t->lang);
	t->lang = mem_dup(lang);
	t->asked = t->plain;
	t->unknown = t->sparse = false;
	for (size_t len; *lang; lang += len + (lang[len] == '+')) {
		len = strcspn(lang, "+");
		ask_for(t, lang, len);
	}
}

struct tongue *
tongue_new(const char *lang)
{
	struct tongue *t = mem_new(1, sizeof(*t));

	_Static_assert(ROWS <= 32, "a bit each");
	for (int i = 0; i < ROWS; i++)
		learn_row(t, i);
	tongue_ask(t, lang);
	return t;
}

void
tongue_free(struct tongue *t)
{
	if (t)
		free(t->lang);
	free(t);
}

void
tongue_clear(struct tongue *t)
{
	t->words = 0;
	memset(t->hits, 0, sizeof(t->hits));
	memset(t->different, 0, sizeof(t->different));
	memset(t->run_hits, 0, sizeof(t->run_hits));
	t->runs = t->run_words = 0;
	for (size_t i = 0; i < SLOTS; i++)
		t->entry[i].seen = false;
}

static void
add_word(struct tongue *t, const char *word, size_t len)
{
	struct entry *e = entry_of(t, word, len);

	for (int i = 0; e->word && i < ROWS; i++)
		if (e->rows >> i & 1) {
			t->hits[i]++;
			t->different[i] += !e->seen && !e->name;
		}
	e->seen = e->word != NULL;
}

/* Single letters tell nothing, nor do those with a capital: they may be of a name. */
static void
tell_word(struct tongue *t, const char *word, size_t len, bool capital)
{
	t->words += len > 1;
	if (len > 1 && len <= LETTERS_MAX && !capital)
		add_word(t, word, len);
}

/* Words that may be of a sentence. */
struct run {
	size_t words, hits[ROWS];
};

static bool
is_gap(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

/* The letters of a word that has small ones only, or 0; whether a mark is behind them. */
static size_t
small_word(const char *s, size_t n, char *word, bool *ends)
{
	size_t letters = 0, len;
	uint32_t c, base = ' ';

	while (n > 0 && strchr(".,;:!?", s[n - 1])) {
		n--;
		*ends = true;
	}
	for (; n > 0; s += len, n -= len) {
		len = utf8_get(s, n, &c);
		base = len ? utf8_base(c) : ' ';
		if (base < 'a' || base > 'z' || (c >= 'A' && c <= 'Z'))
			return 0;
		if (letters < LETTERS_MAX)
			word[letters] = (char)base;
		letters++;
	}
	return letters;
}

static void
tongue_run_end(struct tongue *t, const struct run *r)
{
	if (r->words < RUN_LEAST)
		return;
	t->runs++;
	t->run_words += r->words;
	for (int i = 0; i < ROWS; i++)
		t->run_hits[i] += r->hits[i];
}

static void
tongue_run_word(struct tongue *t, struct run *r, const char *s, size_t n)
{
	char word[LETTERS_MAX];
	bool ends = false;
	const size_t letters = small_word(s, n, word, &ends);
	const struct entry *e =
	    letters > 1 && letters <= LETTERS_MAX ? entry_of(t, word, letters) : NULL;

	r->words += letters > 1;
	for (int i = 0; e && e->word && i < ROWS; i++)
		r->hits[i] += e->rows >> i & 1;
	if (letters > 0 && ends)
		tongue_run_end(t, r);
	if (letters == 0 || ends)
		*r = (struct run){ 0 };
}

static void
add_runs(struct tongue *t, const char *s, size_t n)
{
	struct run r = { 0 };
	size_t i = 0, from;

	while (i < n) {
		while (i < n && is_gap(s[i]))
			i++;
		for (from = i; i < n && !is_gap(s[i]); i++)
			;
		if (i > from)
			tongue_run_word(t, &r, s + from, i - from);
	}
}

void
tongue_add(struct tongue *t, const char *s, size_t n)
{
	char word[LETTERS_MAX];
	size_t letters = 0;
	bool capital = false;
	uint32_t c, base;

	add_runs(t, s, n);
	for (size_t len; n > 0; s += len, n -= len) {
		len = utf8_get(s, n, &c);
		base = len ? utf8_base(c) : ' ';
		len = len ? len : 1;
		if (base >= 'a' && base <= 'z') {
			capital = letters ? capital : c >= 'A' && c <= 'Z';
			if (letters < LETTERS_MAX)
				word[letters] = (char)base;
			letters++;
		} else {
			tell_word(t, word, letters, capital);
			letters = 0;
		}
	}
	tell_word(t, word, letters, capital);
}

/* Whether there are sentences, and they lack the words that all have which were asked for. */
static bool
are_runs_foreign(const struct tongue *t)
{
	size_t asked = 0;

	for (int i = 0; i < ROWS; i++)
		if (t->asked >> i & 1 && t->run_hits[i] > asked)
			asked = t->run_hits[i];
	return !t->unknown && !t->sparse && t->runs >= RUNS_LEAST && t->run_words >= RUN_WORDS &&
	    asked * RUN_SHARE < t->run_words;
}

bool
tongue_is_foreign(const struct tongue *t)
{
	size_t most = 0, asked = 0;

	for (int i = 0; i < ROWS; i++)
		if (t->asked >> i & 1)
			asked = t->hits[i] > asked ? t->hits[i] : asked;
		else if (t->different[i] >= DIFFERENT_LEAST && t->hits[i] > most)
			most = t->hits[i];
	return are_runs_foreign(t) ||
	    (!t->unknown && most >= HITS_LEAST && most * HITS_SHARE >= t->words &&
		2 * most >= 3 * asked);
}
