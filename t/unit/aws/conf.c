#include "aws/conf.h"
#include "base/err.h"

#include "unit/folder.h"

#define ID "AKIAIOSFODNN7EXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define TOKEN "tok/en+tok=en=="
#define LABEL63 "abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-012345678"
#define LABEL64 "abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-0123456789"
#define KEYS "aws_access_key_id = " ID "\naws_secret_access_key = " SECRET "\n"

static const char *const variables[] = { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
	"AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE",
	"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_REGION", "AWS_DEFAULT_REGION",
	"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
	"AWS_CA_BUNDLE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN",
	"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI" };

static struct awsconf c;

static void
set(const char *name, const char *value)
{
	CHECK(setenv(name, value, 1) == 0);
}

/* No variable, and the two files with this text where it is not NULL. */
static void
given(const char *credentials, const char *config)
{
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++)
		CHECK(unsetenv(variables[i]) == 0);
	set("HOME", folder);
	unlink(".aws/credentials");
	unlink(".aws/config");
	if (credentials)
		folder_write(".aws/credentials", credentials);
	if (config)
		folder_write(".aws/config", config);
}

static void
given_keys(const char *config)
{
	given("[default]\n" KEYS, config);
}

static void
loads(void)
{
	struct err e = { .msg = "" };

	awsconf_free(&c);
	if (awsconf_load(&c, &e) < 0) {
		fprintf(stderr, "%s: %s\n", e.code, e.msg);
		exit(1);
	}
	CHECK(*c.key_id && *c.secret && *c.region && *c.source);
}

/* It fails, with a message that has want in it and no secret. */
static void
fails(const char *code, const char *want)
{
	struct err e = { .msg = "" };

	awsconf_free(&c);
	CHECK(awsconf_load(&c, &e) == -1);
	CHECK(e.class == ERR_FATAL);
	CHECK_STR(e.code, code);
	if (!strstr(e.msg, want))
		fprintf(stderr, "%s\n", e.msg);
	CHECK(strstr(e.msg, want));
	CHECK(!strstr(e.msg, "AKIA") && !strstr(e.msg, "wJalr"));
	CHECK(!strstr(e.msg, "tok/en") && !strstr(e.msg, "hidden"));
	CHECK(!c.key_id && !c.secret && !c.token && !c.region && !c.endpoint);
}

static void
keys_of_the_environment(void)
{
	given(NULL, NULL);
	set("AWS_ACCESS_KEY_ID", "test:tester");
	set("AWS_SECRET_ACCESS_KEY", SECRET);
	loads();
	CHECK_STR(c.key_id, "test:tester");
	CHECK_STR(c.secret, SECRET);
	CHECK(!c.token);
	CHECK_STR(c.source, "the environment");
	CHECK_STR(c.region, "us-east-1");
	CHECK(!c.endpoint && !c.path_style && !c.ca_bundle);
	set("AWS_SESSION_TOKEN", "");
	loads();
	CHECK(!c.token);
	set("AWS_SESSION_TOKEN", TOKEN);
	loads();
	CHECK_STR(c.token, TOKEN);
	set("AWS_SECURITY_TOKEN", "old");
	loads();
	CHECK_STR(c.token, "old");
	set("AWS_SECRET_ACCESS_KEY", "");
	fails("s3.credentials",
	    "AWS_ACCESS_KEY_ID is given without its "
	    "secret key");
	unsetenv("AWS_SECRET_ACCESS_KEY");
	fails("s3.credentials",
	    "AWS_ACCESS_KEY_ID is given without its "
	    "secret key");
	unsetenv("AWS_ACCESS_KEY_ID");
	fails("s3.credentials", "no credentials");
}

static void
keys_of_the_files(void)
{
	given("[default]\n" KEYS "aws_session_token = " TOKEN "\n"
	      "[other]\naws_access_key_id=other\naws_secret_access_key=o\n"
	      "[half]\naws_access_key_id=" ID "\n"
	      "[keyless]\naws_secret_access_key=" SECRET "\n",
	    "[default]\naws_access_key_id = conf\naws_secret_access_key = s\n"
	    "[profile mine]\naws_access_key_id=mine\n"
	    "aws_secret_access_key=m\naws_security_token=old\n"
	    "[profile keyless]\naws_access_key_id=conf\n"
	    "aws_secret_access_key=c\n");
	loads();
	CHECK_STR(c.key_id, ID);
	CHECK_STR(c.secret, SECRET);
	CHECK_STR(c.token, TOKEN);
	CHECK(strstr(c.source, "/.aws/credentials"));
	set("AWS_DEFAULT_PROFILE", "other");
	loads();
	CHECK_STR(c.key_id, "other");
	CHECK(!c.token);
	set("AWS_PROFILE", "mine");
	loads();
	CHECK_STR(c.key_id, "mine");
	CHECK_STR(c.token, "old");
	CHECK(strstr(c.source, "/.aws/config"));
	set("AWS_PROFILE", "");
	loads();
	CHECK_STR(c.key_id, "other");
	set("AWS_PROFILE", "keyless");
	loads();
	CHECK_STR(c.key_id, "conf");
	CHECK_STR(c.secret, "c");
	set("AWS_PROFILE", "half");
	fails("s3.credentials",
	    "/.aws/credentials: line 9: "
	    "aws_access_key_id is given without");
	set("AWS_ACCESS_KEY_ID", "env");
	set("AWS_SECRET_ACCESS_KEY", "env");
	loads();
	CHECK_STR(c.key_id, "env");
}

static void
where_the_files_are(void)
{
	given_keys(NULL);
	CHECK(rename(".aws/credentials", "moved") == 0);
	fails("s3.credentials", "/.aws/credentials (no such file)");
	set("AWS_SHARED_CREDENTIALS_FILE", "moved");
	loads();
	CHECK_STR(c.source, "moved");
	set("AWS_SHARED_CREDENTIALS_FILE", "~/moved");
	loads();
	CHECK(*c.source == '/');
	CHECK(rename("moved", "conf") == 0);
	set("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
	fails("s3.credentials", "in /dev/null (no such file) or ");
	set("AWS_CONFIG_FILE", "conf");
	loads();
	CHECK_STR(c.source, "conf");
	set("AWS_CONFIG_FILE", folder);
	fails("s3.config", "not a plain file");
	folder_write("bad", "[default]\n" ID SECRET "\n");
	set("AWS_CONFIG_FILE", "bad");
	fails("s3.config", "bad: line 2: neither");
	set("AWS_CONFIG_FILE", "conf");
	set("AWS_SHARED_CREDENTIALS_FILE", "bad");
	fails("s3.config", "bad: line 2: neither");
}

static void
a_profile_that_is_not_there(void)
{
	given_keys("[other]\nregion=x\n");
	set("AWS_PROFILE", "other");
	fails("s3.config", "AWS_PROFILE: no profile \"other\" in ");
	set("AWS_ACCESS_KEY_ID", "env");
	set("AWS_SECRET_ACCESS_KEY", "env");
	fails("s3.config", "AWS_PROFILE: no profile \"other\" in ");
	unsetenv("AWS_PROFILE");
	set("AWS_DEFAULT_PROFILE", "another");
	fails("s3.config", "AWS_DEFAULT_PROFILE: no profile \"another\" in ");
	given(NULL, NULL);
	set("AWS_PROFILE", "default");
	fails("s3.config", "AWS_PROFILE: no profile \"default\" in ");
	unsetenv("AWS_PROFILE");
	fails("s3.credentials", "for profile \"default\" in ");
	given("[x]\n", "[profile y]\nregion = r\n");
	fails("s3.credentials", "/.aws/config (no such profile)");
	set("AWS_PROFILE", "y");
	fails("s3.credentials", "for profile \"y\" in ");
}

/* Each stands where botocore asks for it: before or behind which keys. */
static void
sources_that_are_not_built(void)
{
	static const struct {
		const char *text, *want;
		bool before_credentials, before_config;
	} kinds[] = {
		{ "role_arn = hidden\n", "role_arn asks for a role", true, true },
		{ "web_identity_token_file = hidden\n", "web_identity_token_file asks for a role",
		    true, true },
		{ "sso_account_id = hidden\n", "asks for single sign-on", true, true },
		{ "login_session = hidden\n", "asks for a login", false, true },
		{ "credential_process = hidden\n", "asks for a program", false, true },
		{ "sso_session = hidden\n", "asks for single sign-on", false, false },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		char text[300];

		snprintf(text, sizeof(text), "[default]\n%s", kinds[i].text);
		given(NULL, text);
		fails("s3.credentials", "/.aws/config: line 2: ");
		fails("s3.credentials", kinds[i].want);
		given_keys(text);
		if (kinds[i].before_credentials)
			fails("s3.credentials", kinds[i].want);
		else
			loads();
		snprintf(text, sizeof(text), "[default]\n%s" KEYS, kinds[i].text);
		given(NULL, text);
		if (kinds[i].before_config)
			fails("s3.credentials", kinds[i].want);
		else
			loads();
		set("AWS_ACCESS_KEY_ID", "env");
		set("AWS_SECRET_ACCESS_KEY", "env");
		loads();
	}
	given_keys(NULL);
	set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://hidden/");
	loads();
	set("AWS_WEB_IDENTITY_TOKEN_FILE", "/hidden");
	fails("s3.credentials", "AWS_WEB_IDENTITY_TOKEN_FILE asks for a role");
	given(NULL, NULL);
	set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/hidden");
	fails("s3.credentials", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI asks");
}

static void
regions(void)
{
	static const char *const good[] = { "eu-west-1", "x", "RegionOne", "us-gov-east-1", "1a",
		LABEL63 };
	static const char *const bad[] = { "12", "-a", "a-", "a.b", "a/b", "a b", "eu-west-1 # x",
		"h\xc3\xa9", "a@b", LABEL64 };
	char text[200];

	given_keys("[default]\nregion = eu-west-3\n");
	loads();
	CHECK_STR(c.region, "eu-west-3");
	set("AWS_DEFAULT_REGION", "eu-west-2");
	loads();
	CHECK_STR(c.region, "eu-west-2");
	set("AWS_REGION", "eu-west-1");
	loads();
	CHECK_STR(c.region, "eu-west-1");
	set("AWS_REGION", "");
	loads();
	CHECK_STR(c.region, "eu-west-2");
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		set("AWS_REGION", good[i]);
		loads();
		CHECK_STR(c.region, good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		set("AWS_REGION", bad[i]);
		fails("s3.config", "AWS_REGION is no region");
		snprintf(text, sizeof(text), "[default]\nregion = %s\n", bad[i]);
		given_keys(text);
		fails("s3.config", "/.aws/config: line 2: region is no region");
	}
	/* the credentials file goes first for every key */
	given("[default]\nregion = one\n" KEYS, "[default]\nregion = two\n");
	loads();
	CHECK_STR(c.region, "one");
	given("[default]\nregion =\n" KEYS, "[default]\nregion = two\n");
	loads();
	CHECK_STR(c.region, "two");
}

static void
control_characters(void)
{
	static const char *const names[] = { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
		"AWS_SESSION_TOKEN", "AWS_REGION", "AWS_CA_BUNDLE" };
	static const char *const bad[] = { "hidden\n", "\rhidden", "hid\tden", "\x7f", "\x01",
		"hidden\r\nX-Amz-Evil: 1" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		for (size_t k = 0; k < sizeof(bad) / sizeof(*bad); k++) {
			char want[64];

			given(NULL, NULL);
			set("AWS_ACCESS_KEY_ID", ID);
			set("AWS_SECRET_ACCESS_KEY", SECRET);
			set(names[i], bad[k]);
			snprintf(want, sizeof(want), "%s holds a control character", names[i]);
			fails(i < 3 ? "s3.credentials" : "s3.config", want);
		}
	given("[default]\n" KEYS "  hidden\n", NULL);
	fails("s3.credentials",
	    "credentials: line 3: aws_secret_access_key "
	    "holds a control character");
	given("[default]\n" KEYS "aws_session_token = a\x1f"
	      "b\n",
	    NULL);
	fails("s3.credentials", "line 4: aws_session_token holds");
	given_keys("[default]\nregion = a\n b\n");
	fails("s3.config", "line 2: region holds a control character");
	/* a secret on a line of its own opens a block */
	given("[default]\naws_access_key_id = " ID "\naws_secret_access_key =\n  " SECRET "\n",
	    NULL);
	fails("s3.config", "line 4: an indented line without =");
}

static void
where_endpoints_come_from(void)
{
	given_keys("[default]\nendpoint_url = http://profile\nservices = a b\n"
		   "[services \"a b\"]\nendpoint_url = http://no\n"
		   "s3 =\n  endpoint_url = http://services\n");
	loads();
	CHECK_STR(c.endpoint, "http://services");
	CHECK(c.path_style);
	set("AWS_ENDPOINT_URL", "http://env");
	loads();
	CHECK_STR(c.endpoint, "http://env");
	set("AWS_ENDPOINT_URL_S3", "http://env-s3");
	loads();
	CHECK_STR(c.endpoint, "http://env-s3");
	set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "True");
	loads();
	CHECK(!c.endpoint && !c.path_style);
	set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "no");
	loads();
	CHECK_STR(c.endpoint, "http://env-s3");

	given_keys("[default]\nendpoint_url = http://profile\nservices = x\n"
		   "ignore_configured_endpoint_urls = true\n");
	loads();
	CHECK(!c.endpoint);
	set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false");
	fails("s3.config", "line 3: services names a [services] section");
	set("AWS_ENDPOINT_URL", "http://env");
	loads();

	given_keys("[default]\nendpoint_url = http://profile\nservices = x\n"
		   "[services x]\nsqs =\n  endpoint_url = http://sqs\n");
	loads();
	CHECK_STR(c.endpoint, "http://profile");
	given_keys("[default]\n[services x]\nendpoint_url = http://no\n");
	loads();
	CHECK(!c.endpoint);
}

static void
forms_of_endpoints(void)
{
	static const char *const good[][2] = {
		{ "http://h", "http://h" },
		{ "HTTPS://H.example.", "https://H.example." },
		{ "http://h:1/", "http://h:1" },
		{ "http://h:65535//", "http://h:65535" },
		{ "https://127.0.0.1:8080/a/b//", "https://127.0.0.1:8080/a/b" },
		{ "http://[::1]:9000/x", "http://[::1]:9000/x" },
		{ "http://[2001:db8::1.2.3.4]", "http://[2001:db8::1.2.3.4]" },
		{ "http://my_minio:9000", "http://my_minio:9000" },
		{ "http://h/%20~a-b_c//.", "http://h/%20~a-b_c//." },
		{ "http://h/%C3%A9", "http://h/%C3%A9" },
	};
	static const char *const bad[] = { "h", "h:9000", "ftp://h", "http:/h", "http:h", "//h",
		" http://h", "http://", "https:///x", "http://:80", "http://h:", "http://h:0",
		"http://h:65536", "http://h:99999999999999999999", "http://h:8o", "http://h:-1",
		"http://hidden@h", "http://hidden:hidden@h", "http://@h", "http://h?hidden",
		"http://h/x?a=hidden", "http://h#hidden", "http://h/#", "http://h ", "http://h/a b",
		"http://h/a\nb", "http://h\r\nX: y", "http://h/\x7f", "http://h\\hidden",
		"http://h/\\", "http://h/%", "http://h/%2", "http://h/%2g", "http://h\xc3\xa9",
		"http://h/\xc3\xa9", "http://.h",
		/* What no request could be signed for. */
		"http://h/(b)", "http://h/%c3%a9", "http://h/a@b", "http://h/a:b", "http://h/%41",
		"http://h/%2F", "http://h/a+b", "http://h/a/;b", "http://-h", "http://[::1",
		"http://[]", "http://[1]", "http://[::1]x", "http://[::1%25eth0]", "http://h%41",
		"http://a,b" };

	given_keys(NULL);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		set("AWS_ENDPOINT_URL", good[i][0]);
		loads();
		CHECK_STR(c.endpoint, good[i][1]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		set("AWS_ENDPOINT_URL", bad[i]);
		fails("s3.endpoint", "AWS_ENDPOINT_URL ");
	}
	given_keys("[default]\nendpoint_url = http://hidden@h\n");
	fails("s3.endpoint", "/.aws/config: line 2: endpoint_url holds a user");

	given_keys(NULL);
	set("AWS_ENDPOINT_URL", "HTTP://h/");
	loads();
	CHECK_STR(c.endpoint, "http://h");
	CHECK(c.path_style);
}

static void
longest_endpoint(void)
{
	char url[AWSCONF_ENDPOINT_MAX + 2];

	memset(url, 'x', sizeof(url));
	memcpy(url, "http://", 7);
	url[AWSCONF_ENDPOINT_MAX] = '\0';
	given_keys(NULL);
	set("AWS_ENDPOINT_URL", url);
	loads();
	CHECK_STR(c.endpoint, url);
	url[AWSCONF_ENDPOINT_MAX] = 'x';
	url[AWSCONF_ENDPOINT_MAX + 1] = '\0';
	set("AWS_ENDPOINT_URL", url);
	fails("s3.endpoint", "AWS_ENDPOINT_URL is longer");
}

static void
styles(void)
{
	given_keys("[default]\ns3 =\n  addressing_style = path\n");
	loads();
	CHECK(!c.endpoint && c.path_style && c.style == AWSCONF_PATH);
	given_keys("[default]\ns3 =\n  addressing_style = virtual\n"
		   "endpoint_url = http://h\n");
	loads();
	CHECK(c.endpoint && !c.path_style && c.style == AWSCONF_VIRTUAL);
	given_keys("[default]\ns3 =\n  addressing_style = auto\n");
	loads();
	CHECK(!c.path_style && c.style == AWSCONF_AUTO);
	set("AWS_ENDPOINT_URL", "http://h");
	loads();
	CHECK(c.path_style);
	given_keys("[default]\ns3 =\n  addressing_style = hidden\n");
	fails("s3.config", "line 3: addressing_style is not path, virtual");
	/* a block of the credentials file hides the other's */
	given("[default]\n" KEYS "s3 =\n  x = y\n", "[default]\ns3 =\n  addressing_style = path\n");
	loads();
	CHECK(!c.path_style);
}

static void
bundles(void)
{
	given_keys("[default]\nca_bundle = /b/profile.pem\n");
	loads();
	CHECK_STR(c.ca_bundle, "/b/profile.pem");
	set("AWS_CA_BUNDLE", "/b/env.pem");
	loads();
	CHECK_STR(c.ca_bundle, "/b/env.pem");
}

static void
as_another_user(void)
{
	set("AWS_ACCESS_KEY_ID", ID);
	set("AWS_SECRET_ACCESS_KEY", SECRET);
	fails("s3.config", "/.aws/config: Permission denied");
	set("HOME", "closed");
	loads();
	set("AWS_CONFIG_FILE", "closed/x");
	fails("s3.config", "closed/x: Permission denied");
	awsconf_free(&c);
}

/* A file that we may not read is said; a home that is not ours is not. */
static void
closed_doors(void)
{
	given_keys("[default]\n");
	CHECK(chmod(".aws/config", 0) == 0);
	CHECK(mkdir("closed", 0700) == 0);
	CHECK(chmod("closed", 0) == 0);
	folder_child(as_another_user, NOBODY);
	CHECK(chmod("closed", 0700) == 0);
}

static void
without_a_home(void)
{
	given(NULL, NULL);
	unsetenv("HOME");
	set("AWS_CONFIG_FILE", "/dev/null");
	set("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
	set("AWS_ACCESS_KEY_ID", ID);
	set("AWS_SECRET_ACCESS_KEY", SECRET);
	loads();
	awsconf_free(&c);
	awsconf_free(&c);
}

int
main(void)
{
	folder_begin();
	CHECK(mkdir(".aws", 0755) == 0);
	keys_of_the_environment();
	keys_of_the_files();
	where_the_files_are();
	a_profile_that_is_not_there();
	sources_that_are_not_built();
	regions();
	control_characters();
	where_endpoints_come_from();
	forms_of_endpoints();
	longest_endpoint();
	styles();
	bundles();
	closed_doors();
	without_a_home();
	folder_end();
	return 0;
}
