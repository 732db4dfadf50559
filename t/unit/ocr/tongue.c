/* tongue: texts of languages that were not asked for, as who reads English sees them. */
#include "ocr/tongue.h"
#include "unit/check.h"

static const char german[] =
    "Der Rat tritt am Montag zusammen und berat uber den Haushalt, der fiir das nachste Jahr "
    "aufgestellt ist. Die Mitglieder haben sich mit der Frage befasst, ob eine Brucke nach dem "
    "Hafen gebaut werden kann.";
static const char polish[] =
    "Rada zbiera sie w poniedzialek, aby omowic budzet na przyszly rok. Czlonkowie sa zdania, ze "
    "nie jest to latwe, bo most do portu juz dawno zostal zamkniety, a po jego naprawie jak "
    "zawsze bylo wiecej pytan niz odpowiedzi.";
static const char vietnamese[] =
    "H\xe1\xbb\x99i \xc4\x91\xe1\xbb\x93ng h\xe1\xbb\x8dp v\xc3\xa0o ng\xc3\xa0y th\xe1\xbb\xa9 "
    "hai v\xc3\xa0 b\xc3\xa0n v\xe1\xbb\x81 ng\xc3\xa2n s\xc3\xa1"
    "ch c\xe1\xbb\xa7"
    "a n\xc4\x83m t\xe1\xbb\x9bi, trong khi c\xc3\xa1"
    "c th\xc3\xa0nh vi\xc3\xaan kh\xc3\xb4ng \xc4\x91\xc6\xb0\xe1\xbb\xa3"
    "c ph\xc3\xa9p n\xc3\xb3i v\xe1\xbb\x9bi nh\xe1\xbb\xafng ng\xc6\xb0\xe1\xbb\x9di kh\xc3\xa1"
    "c.";
static const char english[] =
    "The council meets on Monday and talks about the budget for the next year. Members from "
    "Rio de la Plata, Los Angeles and Aix en Provence have asked whether a bridge to the harbour "
    "can be built; \"und das ist nicht die Frage\", as one of them put it in his letter.";
static const char dutch[] =
    "De raad komt op maandag bijeen en spreekt over de begroting voor het volgende jaar. Een brug "
    "naar de haven is er nog niet, maar dat kan wel worden gebouwd als er geld is.";
static const char names[] =
    "Maria de la Cruz, Jose del Valle, Ana y Luis Garcia, Pedro de los Santos, Joao da Silva, "
    "Vincent van den Berg, Karl von der Heide, Luigi di Napoli, 44 rue du Bac, Le Havre";
static const char code[] = "for i in $(ls -la /usr/lib); do en=1 de=2 la=3 es=4; if [ \"$en\" -ne "
			   "$de ]; then exit; fi; done # 0xde 0xad 0xla";

/* As who reads English sees them: short, and with few of the words that are known. */
static const char *const few[] = {
	"Clenov\xc3\xa9 se seSli v pond\xc3\xa9li ve velk\xc3\xa9m sale a vyslechli zpravu pokladnika. "
	"Prijmy z prodeje rostlin vzrostly vice nez predchozi rok. Vybor pod\xc3\xa9koval v8em, kdo "
	"pomahali s velkou zahradou a opravou stareho plotu.",
	"Uyeler pazartesi giinii buyuk salonda toplandi ve saymanin raporunu dinledi. Bitki satisindan "
	"elde edilen gelir gecen yila gore artti. Kurul yardimcilara tesekkur etti ve toplantiyi "
	"aksam kapatti.",
	"Jasenet kokoontuivat maanantaina suureen saliin ja kuulivat rahastonhoitajan kertomuksen. "
	"Kasvien myynnista saadut tulot nousivat enemman kuin edellisena vuonna. Johtokunta kiitti "
	"lampimasti kaikkia avustajia iltaan asti.",
	"Nariai pirmadieni susirinko didziojoje sal\xc3\xa9je ir isklaus\xc3\xa9 izdininko ataskaita. "
	"Pajamos uz augalu pardavima isaugo labiau nei pra\xc3\xa9jusiais metais, tad valdyba "
	"nuosirdziai padekojo visiems talkininkams.",
	"Liikmed kogunesid esmaspaeval suures saalis ja kuulasid laekuri aruannet. Taimede muugist "
	"saadud tulu kasvas rohkem kui eelmisel aastal. Juhatus tanas koiki abilisi ning lopetas "
	"koosoleku kella uheksa paiku ohtul.",
};
/* Sentences that lack small words, or none at all. */
static const char *const lists[] = {
	"steel bolt zinc plated, hexagon head; brass wood screw countersunk, slotted; copper pipe "
	"soft annealed thin wall, straight; nylon cable tie black, pack of 50; galvanized roof nail",
	"abandon ability able about above absent absorb abstract absurd abuse access accident account "
	"accuse achieve acid acoustic acquire across act action actor actress actual adapt add addict",
	"static const unsigned long int x = 4; return value; else if (next) goto done; struct list "
	"node; extern double sin(double); typedef struct image image; break; default: continue;",
	"ethanol, methanol, propanol, ethyl acetate, dimethyl sulfoxide, sodium dodecyl sulfate, "
	"potassium dihydrogen phosphate buffer, magnesium chloride hexahydrate, bovine serum albumin",
	"Smith, Jones, Taylor, Brown, Williams, Wilson, Johnson, Davies, Robinson, Wright, Thompson, "
	"Evans, Walker, White, Roberts, Green, Hall, Wood, Jackson, Clarke, Patel, Khan, Lewis, James",
	"Patient reports chest pain. No fever, no cough. Lungs clear. Blood pressure within normal "
	"limits. Continue current medication, follow up in two weeks or when symptoms get worse.",
};

static bool
foreign(const char *lang, const char *text)
{
	struct tongue *t = tongue_new(lang);
	bool r;

	tongue_clear(t);
	tongue_add(t, text, strlen(text));
	r = tongue_is_foreign(t);
	tongue_free(t);
	return r;
}

static void
texts_add_up_until_they_are_forgotten(void)
{
	struct tongue *t = tongue_new("eng");

	CHECK(!tongue_is_foreign(t));
	tongue_add(t, german, sizeof(german) / 6);
	CHECK(!tongue_is_foreign(t));
	tongue_add(t, german + sizeof(german) / 6, sizeof(german) * 5 / 6);
	CHECK(tongue_is_foreign(t));
	tongue_add(t, english, strlen(english));
	CHECK(!tongue_is_foreign(t));
	tongue_clear(t);
	tongue_add(t, polish, strlen(polish));
	CHECK(tongue_is_foreign(t));
	tongue_clear(t);
	CHECK(!tongue_is_foreign(t));
	tongue_free(t);
}

int
main(void)
{
	texts_add_up_until_they_are_forgotten();
	CHECK(foreign("eng", german) && foreign("eng", polish) && foreign("eng", vietnamese));
	CHECK(foreign("fra", german) && foreign("ces+eng", polish) && foreign("rus", german));
	CHECK(!foreign("deu", german) && !foreign("eng+deu", german) && !foreign("pol", polish));
	CHECK(!foreign("frk", german) && !foreign("vie", vietnamese));
	/* Nothing is known of what that reads. */
	CHECK(!foreign("script/Latin", german) && !foreign("eng+xyz", german));
	CHECK(!foreign("eng", english) && !foreign("deu", english) && !foreign("chi_sim", english));
	CHECK(!foreign("eng", dutch) && !foreign("eng", names) && !foreign("eng", code));
	for (size_t i = 0; i < sizeof(few) / sizeof(*few); i++)
		CHECK(foreign("eng", few[i]) && foreign("eng+deu", few[i]) &&
		    !foreign("eng+xyz", few[i]));
	CHECK(!foreign("ces", few[0]) && !foreign("tur", few[1]) && !foreign("fin", few[2]));
	CHECK(!foreign("lit+eng", few[3]) && !foreign("est", few[4]));
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		CHECK(!foreign("eng", lists[i]));
	CHECK(!foreign("eng", "") && !foreign("", "\xff\xfe die \xc3"));
	return 0;
}
