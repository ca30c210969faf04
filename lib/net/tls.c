#include "net/tls.h"

#include <arpa/inet.h>
#include <time.h>

#include "base/timeutil.h"

struct tls {
	const struct dynload *lib;
	struct vec authorities; /* X509, owned */
	X509 *cert;
	struct vec chain;       /* X509 that follow cert */
	EVP_PKEY *key;
	char *server_name;
	bool name_override, system_trust, insecure;
	char *failure;
};

/* ---- reading PEM ------------------------------------------------------------ */

static void certificates_read(const struct dynload *lib, const char *pem, struct vec *ret)
{
	BIO *bio = lib->BIO_new_mem_buf(pem, -1);
	X509 *cert;

	while ((cert = lib->PEM_read_bio_X509(bio, NULL, NULL, NULL)))
		vec_add(ret, cert);
	lib->ERR_clear_error(); /* the end of the text counts as an error */
	lib->BIO_free(bio);
}

/* A key that wants a passphrase is refused: nobody can be asked here. */
static int no_passphrase(char *buf, int size, int rwflag, void *ctx)
{
	(void)buf, (void)size, (void)rwflag, (void)ctx;
	return -1;
}

static EVP_PKEY *key_read(const struct dynload *lib, const char *pem)
{
	BIO *bio = lib->BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = lib->PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);

	lib->ERR_clear_error();
	lib->BIO_free(bio);
	return key;
}

static const char *certificate_complaint(const char *pem)
{
	if (!strstr(pem, "-----BEGIN"))
		return "tls: failed to find any PEM data in certificate input";
	if (strstr(pem, "PRIVATE KEY-----"))
		return "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched";
	return "x509: malformed certificate";
}

static const char *key_complaint(const char *pem)
{
	if (!strstr(pem, "-----BEGIN"))
		return "tls: failed to find any PEM data in key input";
	if (strstr(pem, "-----BEGIN CERTIFICATE"))
		return "tls: found a certificate rather than a key in the PEM for the private key";
	return "tls: failed to parse private key";
}

static int identity_load(struct tls *t, const char *cert_pem, const char *key_pem, struct error *err)
{
	certificates_read(t->lib, cert_pem, &t->chain);
	if (!t->chain.len)
		return error_set(err, ERROR_TLS, "%s", certificate_complaint(cert_pem));
	t->cert = t->chain.items[0];
	t->key = key_read(t->lib, key_pem);
	if (!t->key)
		return error_set(err, ERROR_TLS, "%s", key_complaint(key_pem));
	if (!t->lib->X509_check_private_key(t->cert, t->key)) {
		t->lib->ERR_clear_error();
		if (t->lib->EVP_PKEY_get_base_id(t->lib->X509_get0_pubkey(t->cert)) != t->lib->EVP_PKEY_get_base_id(t->key))
			return error_set(err, ERROR_TLS, "tls: private key type does not match public key type");
		return error_set(err, ERROR_TLS, "tls: private key does not match public key");
	}
	return 0;
}

int tls_new(const struct dynload *lib, const struct tls_config *cfg, struct tls **ret, struct error *err)
{
	_cleanup_(tls_free_p) struct tls *t = NEW(struct tls);

	t->lib = lib;
	t->server_name = xstrdup(cfg->server_name);
	t->name_override = cfg->name_override;
	t->insecure = cfg->insecure;
	t->system_trust = !cfg->ca_pem && !cfg->insecure;
	if (cfg->ca_pem) {
		certificates_read(lib, cfg->ca_pem, &t->authorities);
		if (!t->authorities.len && !cfg->insecure)
			return error_set(err, ERROR_CONFIG,
					 "unable to load root certificates: unable to parse bytes as PEM block");
	}
	if (cfg->cert_pem && cfg->key_pem && identity_load(t, cfg->cert_pem, cfg->key_pem, err))
		return -1;
	*ret = TAKE_PTR(t);
	return 0;
}

void tls_free(struct tls *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->authorities.len; i++)
		t->lib->X509_free(t->authorities.items[i]);
	vec_release(&t->authorities);
	for (size_t i = 0; i < t->chain.len; i++)
		t->lib->X509_free(t->chain.items[i]);
	vec_release(&t->chain);
	t->lib->EVP_PKEY_free(t->key);
	free(t->server_name);
	free(t->failure);
	free(t);
}

/* ---- what is wrong with a certificate ---------------------------------------- */

static void failure_set(struct tls *t, char *text)
{
	free(t->failure);
	t->failure = text;
}

static void failure_x509(struct tls *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void failure_x509(struct tls *t, const char *format, ...)
{
	_cleanup_buf_ struct buf text = BUF_INIT;
	va_list args;

	buf_puts(&text, "tls: failed to verify certificate: x509: ");
	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	failure_set(t, buf_take(&text));
}

static int64_t asn1_time(const struct dynload *lib, const ASN1_TIME *time)
{
	struct tm tm;

	if (!lib->ASN1_TIME_to_tm(time, &tm))
		return 0;
	return (int64_t)timegm(&tm) * SECOND;
}

/* The local time in RFC 3339, as Go prints "current time". */
static void local_time_format(struct buf *out, int64_t t)
{
	time_t seconds = (time_t)(t / SECOND);
	struct tm tm;
	char text[40], zone[8];

	localtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_puts(out, text);
	if (!tm.tm_gmtoff) {
		buf_putc(out, 'Z');
		return;
	}
	strftime(zone, sizeof(zone), "%z", &tm);
	buf_printf(out, "%.3s:%s", zone, zone + 3);
}

static void utc_time_format(struct buf *out, int64_t t)
{
	time_t seconds = (time_t)(t / SECOND);
	struct tm tm;
	char text[40];

	gmtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	buf_puts(out, text);
}

static bool dates_check(struct tls *t, const X509 *cert)
{
	int64_t now = (int64_t)time(NULL) * SECOND;
	int64_t start = asn1_time(t->lib, t->lib->X509_get0_notBefore(cert));
	int64_t end = asn1_time(t->lib, t->lib->X509_get0_notAfter(cert));
	_cleanup_buf_ struct buf at = BUF_INIT, limit = BUF_INIT;

	if (now >= start && now <= end)
		return true;
	local_time_format(&at, now);
	utc_time_format(&limit, now < start ? start : end);
	failure_x509(t, "certificate has expired or is not yet valid: current time %s is %s %s", at.data,
		     now < start ? "before" : "after", limit.data);
	return false;
}

static void ip_format(struct buf *out, const unsigned char *bytes, int len)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(len == 16 ? AF_INET6 : AF_INET, bytes, text, sizeof(text)))
		buf_puts(out, text);
}

/* The names of one type (GEN_DNS, GEN_IPADD) in a certificate: "a, b". Returns their number. */
static int names_format(const struct dynload *lib, const X509 *cert, int type, struct buf *out)
{
	GENERAL_NAMES *names = lib->X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	int count = 0;

	for (int i = 0; names && i < lib->OPENSSL_sk_num((const OPENSSL_STACK *)names); i++) {
		const GENERAL_NAME *name = lib->OPENSSL_sk_value((const OPENSSL_STACK *)names, i);
		const unsigned char *data;
		int len;

		if (name->type != type)
			continue;
		data = lib->ASN1_STRING_get0_data(name->d.ia5);
		len = lib->ASN1_STRING_length(name->d.ia5);
		buf_puts(out, count++ ? ", " : "");
		if (type == GEN_IPADD)
			ip_format(out, data, len);
		else
			buf_add(out, data, (size_t)len);
	}
	lib->GENERAL_NAMES_free(names);
	return count;
}

static bool has_alternative_names(const struct dynload *lib, const X509 *cert)
{
	GENERAL_NAMES *names = lib->X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);

	lib->GENERAL_NAMES_free(names);
	return names;
}

/* Go's x509.HostnameError. */
static void name_failure(struct tls *t, const X509 *cert, bool is_ip)
{
	_cleanup_buf_ struct buf valid = BUF_INIT;
	char common_name[256];
	const char *host = t->server_name;

	if (!has_alternative_names(t->lib, cert) &&
	    t->lib->X509_NAME_get_text_by_NID(t->lib->X509_get_subject_name(cert), NID_commonName, common_name,
					      sizeof(common_name)) > 0 &&
	    !strcmp(common_name, host)) {
		failure_x509(t, "certificate relies on legacy Common Name field, use SANs instead");
		return;
	}
	if (!names_format(t->lib, cert, is_ip ? GEN_IPADD : GEN_DNS, &valid)) {
		if (is_ip)
			failure_x509(t, "cannot validate certificate for %s because it doesn't contain any IP SANs", host);
		else
			failure_x509(t, "certificate is not valid for any names, but wanted to match %s", host);
		return;
	}
	failure_x509(t, "certificate is valid for %s, not %s", valid.data, host);
}

static bool name_is_ip(const char *host)
{
	struct in6_addr address;

	return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1;
}

static bool name_check(struct tls *t, X509 *cert)
{
	bool is_ip = name_is_ip(t->server_name);
	int matches = is_ip ? t->lib->X509_check_ip_asc(cert, t->server_name, 0) :
			      t->lib->X509_check_host(cert, t->server_name, 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL);

	if (matches == 1)
		return true;
	name_failure(t, cert, is_ip);
	return false;
}

static X509 *authority_of(struct tls *t, const X509 *cert)
{
	for (size_t i = 0; i < t->authorities.len; i++) {
		X509 *authority = t->authorities.items[i];

		if (!t->lib->X509_NAME_cmp(t->lib->X509_get_issuer_name(cert), t->lib->X509_get_subject_name(authority)))
			return authority;
	}
	return NULL;
}

/*
 * Go adds a hint when an authority of the right name did not sign: usually
 * the kubeconfig of a cluster that was made anew.
 */
static void unknown_authority(struct tls *t, const X509 *cert)
{
	const X509 *candidate = cert ? authority_of(t, cert) : NULL;
	char name[256] = "";
	bool rsa;

	if (!candidate) {
		failure_x509(t, "certificate signed by unknown authority");
		return;
	}
	rsa = t->lib->EVP_PKEY_get_base_id(t->lib->X509_get0_pubkey(candidate)) == EVP_PKEY_RSA;
	t->lib->X509_NAME_get_text_by_NID(t->lib->X509_get_subject_name(candidate), NID_commonName, name, sizeof(name));
	failure_x509(t,
		     "certificate signed by unknown authority (possibly because of \"%s\" while trying to verify candidate authority certificate \"%s\")",
		     rsa ? "crypto/rsa: verification error" : "x509: ECDSA verification failure", name);
}

static void chain_failure(struct tls *t, X509_STORE_CTX *store)
{
	int code = t->lib->X509_STORE_CTX_get_error(store);
	X509 *cert = t->lib->X509_STORE_CTX_get_current_cert(store);

	switch (code) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
	case X509_V_ERR_CERT_NOT_YET_VALID:
		if (cert && !dates_check(t, cert))
			return;
		break;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_CERT_SIGNATURE_FAILURE:
	case X509_V_ERR_CERT_UNTRUSTED:
		unknown_authority(t, cert);
		return;
	case X509_V_ERR_INVALID_PURPOSE:
		failure_x509(t, "certificate specifies an incompatible key usage");
		return;
	}
	failure_x509(t, "%s", t->lib->X509_verify_cert_error_string(code));
}

/* Takes the place of OpenSSL's own verification; the order of the checks, and so of the messages, is Go's. */
static int verify(X509_STORE_CTX *store, void *ctx)
{
	struct tls *t = ctx;
	X509 *leaf = t->lib->X509_STORE_CTX_get0_cert(store);

	if (!dates_check(t, leaf)) {
		t->lib->X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_HAS_EXPIRED);
		return 0;
	}
	if (t->server_name && !name_check(t, leaf)) {
		t->lib->X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
		return 0;
	}
	if (t->lib->X509_verify_cert(store) > 0)
		return 1;
	chain_failure(t, store);
	return 0;
}

/* ---- connections ---------------------------------------------------------------- */

/* crypto/tls's texts of the alerts of RFC 8446 and its forerunners. */
static const struct {
	int code;
	const char *text;
} alerts[] = {
	{10, "unexpected message"},
	{20, "bad record MAC"},
	{21, "decryption failed"},
	{22, "record overflow"},
	{30, "decompression failure"},
	{40, "handshake failure"},
	{42, "bad certificate"},
	{43, "unsupported certificate"},
	{44, "revoked certificate"},
	{45, "expired certificate"},
	{46, "unknown certificate"},
	{47, "illegal parameter"},
	{48, "unknown certificate authority"},
	{49, "access denied"},
	{50, "error decoding message"},
	{51, "error decrypting message"},
	{60, "export restriction"},
	{70, "protocol version not supported"},
	{71, "insufficient security level"},
	{80, "internal error"},
	{86, "inappropriate fallback"},
	{90, "user canceled"},
	{100, "no renegotiation"},
	{109, "missing extension"},
	{110, "unsupported extension"},
	{111, "certificate unobtainable"},
	{112, "unrecognized name"},
	{113, "bad certificate status response"},
	{114, "bad certificate hash value"},
	{115, "unknown PSK identity"},
	{116, "certificate required"},
	{120, "no application protocol"},
};

static void alert_received(struct tls *t, int code)
{
	for (size_t i = 0; i < ARRAY_SIZE(alerts); i++)
		if (alerts[i].code == code) {
			failure_set(t, xasprintf("remote error: tls: %s", alerts[i].text));
			return;
		}
	failure_set(t, xasprintf("remote error: tls: alert(%d)", code));
}

#define APP_DATA 0 /* OpenSSL's index for the application's own pointer */

static void handshake_info(const SSL *ssl, int where, int value)
{
	const struct dynload *lib;
	struct error ignored = ERROR_INIT;
	struct tls *t;

	if (dynload_get(&lib, &ignored))
		return;
	t = lib->SSL_CTX_get_ex_data(lib->SSL_get_SSL_CTX(ssl), APP_DATA);
	if ((where & SSL_CB_HANDSHAKE_START) && t->name_override && !name_is_ip(t->server_name))
		lib->SSL_ctrl((SSL *)ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, t->server_name);
	/* close_notify is how every connection ends */
	if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT && (value & 0xff) != SSL_AD_CLOSE_NOTIFY)
		alert_received(t, value & 0xff);
}

/* Looks at the first bytes of an answer: HTTP instead of TLS is the commonest mix-up. */
static void record_header(int write, int version, int type, const void *bytes, size_t n, SSL *ssl, void *ctx)
{
	struct tls *t = ctx;

	(void)version, (void)ssl;
	if (write || type != SSL3_RT_HEADER || n < 5)
		return;
	if (!memcmp(bytes, "HTTP/", 5))
		failure_set(t, xstrdup("http: server gave HTTP response to HTTPS client"));
	else if (((const unsigned char *)bytes)[1] != 3)
		failure_set(t, xstrdup("tls: first record does not look like a TLS handshake"));
}

static void trust_install(struct tls *t, SSL_CTX *context)
{
	X509_STORE *store = t->lib->SSL_CTX_get_cert_store(context);

	for (size_t i = 0; i < t->authorities.len; i++)
		t->lib->X509_STORE_add_cert(store, t->authorities.items[i]);
	/* as in Go, whatever certificate is named as trusted ends a chain */
	t->lib->X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
	t->lib->SSL_CTX_set_cert_verify_callback(context, verify, t);
}

static CURLcode context_prepare(CURL *easy, void *context, void *ctx)
{
	struct tls *t = ctx;
	const struct dynload *lib = t->lib;

	(void)easy;
	lib->SSL_CTX_set_ex_data(context, APP_DATA, t);
	lib->SSL_CTX_set_info_callback(context, handshake_info);
	lib->SSL_CTX_set_msg_callback(context, record_header);
	lib->SSL_CTX_ctrl(context, SSL_CTRL_SET_MSG_CALLBACK_ARG, 0, t);
	if (!t->insecure)
		trust_install(t, context);
	if (!t->cert)
		return CURLE_OK;
	if (lib->SSL_CTX_use_certificate(context, t->cert) != 1 || lib->SSL_CTX_use_PrivateKey(context, t->key) != 1)
		return CURLE_SSL_CERTPROBLEM;
	for (size_t i = 1; i < t->chain.len; i++)
		lib->SSL_CTX_ctrl(context, SSL_CTRL_CHAIN_CERT, 1, t->chain.items[i]);
	return CURLE_OK;
}

void tls_attach(struct tls *t, CURL *easy)
{
	const struct dynload *lib = t->lib;

	lib->curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	lib->curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, t->insecure ? 0L : 1L);
	lib->curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST,
			      t->server_name || t->insecure ? 0L : 2L); /* verify() does, in our words */
	lib->curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, context_prepare);
	lib->curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, t);
	if (t->system_trust)
		return;
	lib->curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
	lib->curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
}

const char *tls_failure(const struct tls *t)
{
	return t->failure;
}

void tls_failure_clear(struct tls *t)
{
	failure_set(t, NULL);
}
