/*
 * base/code.h - every error code of quire, once: its word, its class, its meaning.
 *
 * quire-records.7 lists the same codes with the same classes (a test compares
 * them).  Code that steers by a code does so by its constant here and err_is();
 * what comes from elsewhere, in a record or a child's answer, is any text.
 */
#ifndef BASE_CODE_H
#define BASE_CODE_H

/* What class an error of that code has, as a rule. */
enum code_rule {
	CODE_VALIDATION,
	CODE_TRANSIENT,
	CODE_PERMANENT,
	CODE_ERRNO,      /* transient or permanent, by err_class_of */
	CODE_STOP,       /* it stops the command, with 3 */
	CODE_STOP_LATER, /* the same, with 75 */
	CODE_USAGE,      /* the same, with 2, before anything is read */
	CODE_INNER       /* in no record: who gets it says it in words of its own */
};

/* ROW(constant, word, rule, meaning); those of stores are S3's own words. */
#define CODE_ROWS(ROW) \
	ROW(RECORD_SYNTAX, "record.syntax", VALIDATION, "the line is no JSON object") \
	ROW(RECORD_KIND, "record.kind", VALIDATION, "the record is of a kind that is not taken") \
	ROW(RECORD_VERSION, "record.version", VALIDATION, "v is greater than 1") \
	ROW(RECORD_MEMBER, "record.member", VALIDATION, \
	    "a member is absent, of a wrong type or impossible") \
	ROW(RECORD_LARGE, "record.large", VALIDATION, "the record would be too long") \
	ROW(STAGE_STOPPED, "stage.stopped", TRANSIENT, \
	    "the command was told to stop before it was done with it") \
	ROW(PAGE_LOST, "page.lost", TRANSIENT, "the input ended before all pages had come") \
	ROW(PAGE_IMAGE, "page.image", VALIDATION, "the image is damaged or cut short") \
	ROW(PAGE_CHANGED, "page.changed", TRANSIENT, "the image is not where it was") \
	ROW(PAGE_MISSING, "page.missing", VALIDATION, "the page is not in the file") \
	ROW(PAGE_SIZE, "page.size", VALIDATION, "the page has no width or no height") \
	ROW(PAGE_LARGE, "page.large", VALIDATION, \
	    "the page has too many pixels or too long a text") \
	ROW(PAGE_RENDER, "page.render", VALIDATION, "the page could not be drawn") \
	ROW(PAGE_TIMEOUT, "page.timeout", TRANSIENT, "drawing the page took too long") \
	ROW(PAGE_CRASHED, "page.crashed", TRANSIENT, "what drew the page died") \
	ROW(PAGE_NOTEXT, "page.notext", VALIDATION, "the page has no text that can be trusted") \
	ROW(PAGE_DOUBT, "page.doubt", PERMANENT, "pages are doubtful, and none may be") \
	ROW(STORE_URI, "store.uri", VALIDATION, "no uri that can be read") \
	ROW(STORE_READ, "store.read", ERRNO, \
	    "a folder, a name in it or a document could not be opened") \
	ROW(STORE_DEPTH, "store.depth", PERMANENT, "a folder is more than 64 levels deep") \
	ROW(STORE_LOCAL, "store.local", VALIDATION, "it is a file, and none are taken") \
	ROW(STORE_TWIN, "store.twin", PERMANENT, "two objects would have one rel") \
	ROW(DOCUMENT_MISSING, "document.missing", PERMANENT, "there is no such file") \
	ROW(DOCUMENT_CHANGED, "document.changed", TRANSIENT, "it is not what was listed") \
	ROW(DOCUMENT_LARGE, "document.large", VALIDATION, "it is longer than is taken") \
	ROW(DOCUMENT_TYPE, "document.type", VALIDATION, "it is of no type that is known") \
	ROW(DOCUMENT_EMPTY, "document.empty", VALIDATION, "it has no bytes or no pages") \
	ROW(DOCUMENT_DAMAGED, "document.damaged", VALIDATION, "it cannot be opened") \
	ROW(DOCUMENT_PAGES, "document.pages", VALIDATION, "it has too many pages") \
	ROW(DOCUMENT_RANGE, "document.range", VALIDATION, "it has none of the pages asked for") \
	ROW(DOCUMENT_TOOL, "document.tool", PERMANENT, "what opens it is not installed") \
	ROW(DOCUMENT_TIMEOUT, "document.timeout", TRANSIENT, \
	    "opening it, or all of it, took too long") \
	ROW(DOCUMENT_CRASHED, "document.crashed", TRANSIENT, "what opened it died") \
	ROW(OFFICE_MISSING, "office.missing", PERMANENT, "LibreOffice is not installed") \
	ROW(OFFICE_ENCRYPTED, "office.encrypted", VALIDATION, "it needs a password") \
	ROW(DOCUMENT_ENCRYPTED, "document.encrypted", VALIDATION, \
	    "a password opens it, and nobody gave one") \
	ROW(ARCHIVE_LIMIT, "archive.limit", VALIDATION, \
	    "an archive has too many members, or becomes too large") \
	ROW(ARCHIVE_EMPTY, "archive.empty", VALIDATION, "no member of an archive is a file") \
	ROW(ARCHIVE_JOB, "archive.job", PERMANENT, "an archive is no job of a ledger") \
	ROW(PDF_ENCRYPTED, "pdf.encrypted", VALIDATION, "it needs a password") \
	ROW(PDF_DAMAGED, "pdf.damaged", VALIDATION, "it cannot be opened nor repaired") \
	ROW(SCAN_INFECTED, "scan.infected", VALIDATION, "clamd found a virus in it") \
	ROW(SCAN_ENCRYPTED, "scan.encrypted", VALIDATION, \
	    "it is encrypted, and clamd is to alert of that") \
	ROW(SCAN_LIMIT, "scan.limit", PERMANENT, "clamd has not looked at all of it") \
	ROW(SCAN_FAILED, "scan.failed", TRANSIENT, "clamd could not scan it") \
	ROW(SCAN_ANSWER, "scan.answer", TRANSIENT, "what is answered for clamd makes no sense") \
	ROW(SCAN_SERVER, "scan.server", STOP_LATER, "clamd is not there") \
	ROW(JOB_DEST, "job.dest", VALIDATION, "it is a result that the ledger knows") \
	ROW(JOB_CLASH, "job.clash", PERMANENT, "its result would replace another document's") \
	ROW(JOB_LOST, "job.lost", PERMANENT, "its worker died while it was alone") \
	ROW(JOB_STALE, "job.stale", PERMANENT, "its token is not that of a running job") \
	ROW(JOB_UNKNOWN, "job.unknown", PERMANENT, "there is no such job") \
	ROW(JOB_RUNNING, "job.running", PERMANENT, "it is being worked on") \
	ROW(JOB_SUPERSEDED, "job.superseded", PERMANENT, "a newer version was added") \
	ROW(OCR_FAILED, "ocr.failed", PERMANENT, "the engine said that it failed") \
	ROW(OCR_DIED, "ocr.died", TRANSIENT, "the worker that read the page died") \
	ROW(OCR_TIMEOUT, "ocr.timeout", TRANSIENT, "reading the page took too long") \
	ROW(OCR_LARGE, "ocr.large", PERMANENT, "the page gave too much text") \
	ROW(OCR_LANG, "ocr.lang", USAGE, "there is no data of that language") \
	ROW(OCR_MOCK, "ocr.mock", USAGE, "the script of the engine mock makes no sense") \
	ROW(OCR_PROFILE, "ocr.profile", USAGE, "a model's profile is not there or makes no sense") \
	ROW(OCR_SERVER, "ocr.server", STOP_LATER, "no server of the model takes pages") \
	ROW(OCR_KEY, "ocr.key", STOP, "a server refuses the key") \
	ROW(OCR_MODEL, "ocr.model", STOP, "a server has no such model") \
	ROW(OCR_ANSWER, "ocr.answer", TRANSIENT, "a server's answer is no completion") \
	ROW(OCR_REFUSED, "ocr.refused", PERMANENT, "a server refuses the page") \
	ROW(OCR_IMAGE, "ocr.image", PERMANENT, "the image is too large for a server") \
	ROW(OCR_TRUNCATED, "ocr.truncated", PERMANENT, "the model did not come to an end") \
	ROW(OCR_LOOPS, "ocr.loops", PERMANENT, "the model said the same again and again") \
	ROW(OCR_EMPTY, "ocr.empty", PERMANENT, "the model saw nothing where there is something") \
	ROW(OCR_DECLINED, "ocr.declined", PERMANENT, "the model would not read the page") \
	ROW(OCR_CACHE, "ocr.cache", STOP, "the cache of pages is not to be had") \
	ROW(OCR_ECHO, "ocr.echo", PERMANENT, "the model said its instructions again") \
	ROW(OCR_FIELDS, "ocr.fields", PERMANENT, "the model's answer is none of the fields") \
	ROW(OCR_BATCH, "ocr.batch", TRANSIENT, "the page's answer is not in the files of answers") \
	ROW(OCR_WRITTEN, "ocr.written", INNER, "the page is asked for in a batch's file") \
	ROW(OCR_PROGRAM, "ocr.program", PERMANENT, "what an engine's program says is no answer") \
	ROW(IO_READ, "io.read", ERRNO, "a file could not be read") \
	ROW(IO_WRITE, "io.write", ERRNO, "a file of ours could not be written") \
	ROW(DISK_FULL, "disk.full", TRANSIENT, "there is no room") \
	ROW(MEM_LIMIT, "mem.limit", TRANSIENT, "there was no memory for it") \
	ROW(WORK_MAKE, "work.make", ERRNO, "the work directory could not be made") \
	ROW(WORK_PATH, "work.path", VALIDATION, "work is none of our directories") \
	ROW(WORK_GONE, "work.gone", PERMANENT, "work does not exist any more") \
	ROW(WORK_REMOVE, "work.remove", ERRNO, "a file in work could not be removed") \
	ROW(WORK_ROOT, "work.root", STOP, "the work directory's root is not ours") \
	ROW(DEST_WRITE, "dest.write", ERRNO, "the result could not be written") \
	ROW(DEST_SYMLINK, "dest.symlink", PERMANENT, \
	    "a symbolic link is on the way to the result") \
	ROW(DEST_SOURCE, "dest.source", VALIDATION, "the result would replace the document") \
	ROW(DEST_NAME, "dest.name", VALIDATION, "rel gives no name for a result") \
	ROW(DEST_OPEN, "dest.open", STOP, "DEST cannot be made or written to") \
	ROW(S3_ACCESS_DENIED, "s3.AccessDenied", PERMANENT, "we may not do that") \
	ROW(S3_NO_SUCH_BUCKET, "s3.NoSuchBucket", STOP, "there is no such bucket") \
	ROW(S3_NO_SUCH_KEY, "s3.NoSuchKey", PERMANENT, "the object is gone") \
	ROW(S3_INVALID_BUCKET_NAME, "s3.InvalidBucketName", PERMANENT, "no name of a bucket") \
	ROW(S3_PERMANENT_REDIRECT, "s3.PermanentRedirect", PERMANENT, "the bucket is elsewhere") \
	ROW(S3_TEMPORARY_REDIRECT, "s3.TemporaryRedirect", PERMANENT, \
	    "the bucket is elsewhere for now") \
	ROW(S3_REDIRECT, "s3.Redirect", PERMANENT, "the bucket is elsewhere") \
	ROW(S3_KEY_TOO_LONG, "s3.KeyTooLong", PERMANENT, "the key has more than 1,024 bytes") \
	ROW(S3_KEY_TOO_LONG_ERROR, "s3.KeyTooLongError", PERMANENT, \
	    "the same, as the store says it") \
	ROW(S3_METADATA_TOO_LARGE, "s3.MetadataTooLarge", PERMANENT, "the metadata are too large") \
	ROW(S3_PRECONDITION_FAILED, "s3.PreconditionFailed", PERMANENT, \
	    "it is not what was asked for") \
	ROW(S3_NOT_IMPLEMENTED, "s3.NotImplemented", PERMANENT, "the store cannot do it") \
	ROW(S3_BAD_REQUEST, "s3.BadRequest", PERMANENT, "the store does not understand it") \
	ROW(S3_ERROR, "s3.Error", PERMANENT, "a refusal that says nothing more") \
	ROW(S3_CHECKSUM, "s3.Checksum", TRANSIENT, "the bytes are not those of the object's ETag") \
	ROW(S3_BAD_ANSWER, "s3.BadAnswer", TRANSIENT, "an answer is not what it should be") \
	ROW(S3_BAD_DIGEST, "s3.BadDigest", TRANSIENT, \
	    "what came to the store is not what was sent") \
	ROW(S3_XAMZ_CONTENT_SHA256_MISMATCH, "s3.XAmzContentSHA256Mismatch", TRANSIENT, \
	    "what came to the store is not what was sent") \
	ROW(S3_INCOMPLETE_BODY, "s3.IncompleteBody", TRANSIENT, \
	    "what came to the store is not what was sent") \
	ROW(S3_INTERNAL_ERROR, "s3.InternalError", TRANSIENT, "the store cannot do it now") \
	ROW(S3_SERVICE_UNAVAILABLE, "s3.ServiceUnavailable", TRANSIENT, \
	    "the store cannot do it now") \
	ROW(S3_SLOW_DOWN, "s3.SlowDown", TRANSIENT, "the store cannot do it now") \
	ROW(S3_THROTTLING, "s3.Throttling", TRANSIENT, "the store cannot do it now") \
	ROW(S3_TOO_MANY_REQUESTS, "s3.TooManyRequests", TRANSIENT, "the store cannot do it now") \
	ROW(S3_REQUEST_TIMEOUT, "s3.RequestTimeout", TRANSIENT, "the store cannot do it now") \
	ROW(S3_OPERATION_ABORTED, "s3.OperationAborted", TRANSIENT, "the store cannot do it now") \
	ROW(S3_INSUFFICIENT_STORAGE, "s3.InsufficientStorage", TRANSIENT, "the store is full") \
	ROW(S3_XMINIO_STORAGE_FULL, "s3.XMinioStorageFull", TRANSIENT, "the store is full") \
	ROW(S3_QUOTA_EXCEEDED, "s3.QuotaExceeded", TRANSIENT, "the store cannot do it now") \
	ROW(S3_CREDENTIALS, "s3.credentials", STOP, "there are no credentials that can be used") \
	ROW(S3_CONFIG, "s3.config", STOP, "a setting cannot be used") \
	ROW(S3_ENDPOINT, "s3.endpoint", STOP, "no URL of a host") \
	ROW(S3_BAD_LISTING, "s3.BadListing", STOP, "a listing that goes in circles") \
	ROW(S3_INVALID_ACCESS_KEY_ID, "s3.InvalidAccessKeyId", STOP, \
	    "the store does not take our credentials") \
	ROW(S3_SIGNATURE_DOES_NOT_MATCH, "s3.SignatureDoesNotMatch", STOP, \
	    "the store does not take our credentials") \
	ROW(S3_INVALID_TOKEN, "s3.InvalidToken", STOP, "the store does not take our credentials") \
	ROW(S3_EXPIRED_TOKEN, "s3.ExpiredToken", STOP, "the store does not take our credentials") \
	ROW(S3_INVALID_TOKEN_ID, "s3.InvalidTokenId", STOP, \
	    "the store does not take our credentials") \
	ROW(S3_TOKEN_REFRESH_REQUIRED, "s3.TokenRefreshRequired", STOP, \
	    "the store does not take our credentials") \
	ROW(S3_EXPIRED_TOKEN_EXCEPTION, "s3.ExpiredTokenException", STOP, \
	    "the store does not take our credentials") \
	ROW(S3_REQUEST_EXPIRED, "s3.RequestExpired", STOP, \
	    "the store does not take our credentials") \
	ROW(S3_USER_SUSPENDED, "s3.UserSuspended", STOP, \
	    "the store does not take our credentials") \
	ROW(S3_CAP_EXCEEDED, "s3.CapExceeded", STOP_LATER, "the account may not do more for now") \
	ROW(S3_ACCOUNT_PROBLEM, "s3.AccountProblem", STOP, \
	    "the store does not take our credentials") \
	ROW(S3_ALL_ACCESS_DISABLED, "s3.AllAccessDisabled", STOP, \
	    "the store does not take our credentials") \
	ROW(S3_NOT_SIGNED_UP, "s3.NotSignedUp", STOP, "the store does not take our credentials") \
	ROW(S3_UNAUTHORIZED, "s3.Unauthorized", STOP, "the store does not take our credentials") \
	ROW(S3_PROXY_AUTHENTICATION_REQUIRED, "s3.ProxyAuthenticationRequired", STOP, \
	    "the proxy wants a password") \
	ROW(S3_AUTHORIZATION_HEADER_MALFORMED, "s3.AuthorizationHeaderMalformed", STOP, \
	    "as a rule, the region is wrong") \
	ROW(S3_REQUEST_TIME_TOO_SKEWED, "s3.RequestTimeTooSkewed", STOP, \
	    "the clocks are too far apart") \
	ROW(HTTP_RESOLVE, "http.resolve", TRANSIENT, "the host's name is not known") \
	ROW(HTTP_CONNECT, "http.connect", TRANSIENT, "nobody answers there") \
	ROW(HTTP_TIMEOUT, "http.timeout", TRANSIENT, "no answer in time") \
	ROW(HTTP_TRANSFER, "http.transfer", TRANSIENT, "the answer was cut short or no HTTP") \
	ROW(HTTP_TLS, "http.tls", STOP, "the server's certificate is not to be trusted") \
	ROW(HTTP_SETUP, "http.setup", STOP, "libcurl cannot do what is asked") \
	ROW(SIGN_REQUEST, "sign.request", VALIDATION, "the request cannot be signed") \
	ROW(SIGN_KEY, "sign.key", STOP, "the key cannot sign any request") \
	ROW(LEDGER_OPEN, "ledger.open", STOP, "the ledger cannot be opened") \
	ROW(LEDGER_MISSING, "ledger.missing", STOP, "the ledger is not there, or not any more") \
	ROW(LEDGER_QUEUE, "ledger.queue", STOP, "there is no queue of that name") \
	ROW(LEDGER_VERSION, "ledger.version", STOP, "a newer version's ledger, or none") \
	ROW(LEDGER_READONLY, "ledger.readonly", STOP, "the ledger cannot be written to") \
	ROW(LEDGER_CORRUPT, "ledger.corrupt", STOP, "the ledger is damaged") \
	ROW(LEDGER_IO, "ledger.io", STOP, "the disk of the ledger gave an error") \
	ROW(LEDGER_SQL, "ledger.sql", STOP, "a fault of ours") \
	ROW(LEDGER_LOCKED, "ledger.locked", STOP_LATER, \
	    "another process held the ledger too long") \
	ROW(LEDGER_FULL, "ledger.full", STOP_LATER, "there is no room for the ledger") \
	ROW(SELECT_SYNTAX, "select.syntax", USAGE, "the expression does not compile") \
	ROW(SELECT_FAILED, "select.failed", INNER, "the expression is in error for a record") \
	ROW(JAIL_UNAVAILABLE, "jail.unavailable", STOP, \
	    "the kernel has no seccomp or no landlock") \
	ROW(JAIL_BROKEN, "jail.broken", STOP, "a jailed child could do what it must not") \
	ROW(PROC_EXEC, "proc.exec", STOP, "a program is missing or cannot be run") \
	ROW(PROC_FORK, "proc.fork", STOP_LATER, "too many processes or too little memory") \
	ROW(PROC_TIMEOUT, "proc.timeout", INNER, "a child took too long") \
	ROW(PROC_DIED, "proc.died", INNER, "a child died") \
	ROW(WORKER_TIMEOUT, "worker.timeout", INNER, "a worker took too long") \
	ROW(WORKER_DIED, "worker.died", INNER, "a worker died") \
	ROW(WORKER_LARGE, "worker.large", INNER, "a worker's answer is too large")

/*
 * How the message of document.type ends where the document is of a kind that its user
 * does not want: that is no failure of it.
 */
#define CODE_LEFT_OUT "--types leaves it out"

#define CODE_DECLARE(id, word, rule, meaning) extern const char CODE_##id[];
CODE_ROWS(CODE_DECLARE)
#undef CODE_DECLARE

struct code {
	const char *word;
	enum code_rule rule;
	const char *meaning; /* for people who list them */
};

/* In the order above; a row without a word ends it. */
extern const struct code code_rows[];
/* The code of that word, or NULL. */
const struct code *code_find(const char *word);
/* What a person can do about it, where that is known; or NULL. */
const char *code_advice(const char *word);

#endif
