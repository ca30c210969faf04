#ifndef KUBEC_NET_TLS_H
#define KUBEC_NET_TLS_H

#include "net/dynload.h"

/*
 * Trust and identity of one server's connections, from PEM in memory, and what
 * went wrong in a handshake in the words that users of Go programs know.
 */
struct tls;

struct tls_config {
	const char *ca_pem;      /* trust only these; NULL: the system's */
	const char *cert_pem, *key_pem;
	const char *server_name; /* name to ask for and to expect; NULL: each URL's own host */
	bool name_override;      /* server_name is not the URL's host: SNI must be changed */
	bool insecure;
};

/*
 * Fails in the words of crypto/tls: ERROR_TLS for the identity ("tls: private
 * key does not match public key"), ERROR_CONFIG for a CA that cannot be read.
 */
int tls_new(const struct dynload *lib, const struct tls_config *cfg, struct tls **ret, struct error *err);
void tls_free(struct tls *t);
DEFINE_CLEANUP(struct tls *, tls_free);

/* Prepares an easy handle to use t, which must outlive its connections. */
void tls_attach(struct tls *t, CURL *easy);

/*
 * The words for the last handshake that failed ("tls: failed to verify
 * certificate: x509: …", "remote error: tls: …"), or NULL when TLS has nothing to say. Owned by t.
 */
const char *tls_failure(const struct tls *t);

/* Forgets what tls_failure() said, before a new attempt. */
void tls_failure_clear(struct tls *t);

#endif
