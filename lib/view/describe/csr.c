#include <arpa/inet.h>

#include "base/base64.h"
#include "base/timeutil.h"
#include "net/dynload.h"
#include "view/describe/engine.h"

/* Certificate signing requests: what is asked for stands in PKCS #10 (RFC 2986), read by OpenSSL. */

struct request {
	const struct dynload *ssl;
	X509_REQ *req;
};

static void show_csr_status(struct describe *d, const struct field *f, const cJSON *node)
{
	bool approved = false, denied = false, failed = false;
	const cJSON *c;

	cJSON_ArrayForEach(c, node_at(node, "status.conditions"))
	{
		const char *type = text_at(c, "type");

		approved = approved || !strcmp(type, "Approved");
		denied = denied || !strcmp(type, "Denied");
		failed = failed || !strcmp(type, "Failed");
	}
	put(d, 0, "%s:\t%s%s%s\n", f->label,
	    denied     ? "Denied"
	    : approved ? "Approved"
		       : "Pending",
	    failed ? ",Failed" : "", *text_at(node, "status.certificate") ? ",Issued" : "");
}

static void show_csr_duration(struct describe *d, const struct field *f, const cJSON *node)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	if (!node_at(node, f->path))
		return;
	duration_format_human(&text, (int32_t)int_at(node, f->path) * SECOND);
	put(d, 0, "%s:\t%s\n", f->label, text.data);
}

/* Values below each other, when there are any. */
static void values_show(struct describe *d, const char *label, const struct vec *values)
{
	for (size_t i = 0; i < values->len; i++) {
		if (i)
			put(d, 0, "\t\t%s\n", vec_string(values, i));
		else
			put(d, 0, "\t%s:\t%s\n", label, vec_string(values, i));
	}
}

static void add_string(const struct dynload *ssl, const ASN1_STRING *s, struct vec *ret)
{
	vec_add(ret, xstrndup((const char *)ssl->ASN1_STRING_get0_data(s), (size_t)ssl->ASN1_STRING_length(s)));
}

/* The texts of a part of the subject, in their order. */
static void subject_values(const struct request *r, int nid, struct vec *ret)
{
	X509_NAME *subject = r->ssl->X509_REQ_get_subject_name(r->req);
	int at = -1;

	while ((at = r->ssl->X509_NAME_get_index_by_NID(subject, nid, at)) >= 0)
		add_string(r->ssl, r->ssl->X509_NAME_ENTRY_get_data(r->ssl->X509_NAME_get_entry(subject, at)), ret);
}

static void subject_show(struct describe *d, const struct request *r)
{
	static const struct {
		const char *label;
		int nid;
		bool single; /* always shown, the last one counts */
	} parts[] = {
		{"Common Name", NID_commonName, true},
		{"Serial Number", NID_serialNumber, true},
		{"Organization", NID_organizationName, false},
		{"Organizational Unit", NID_organizationalUnitName, false},
		{"Country", NID_countryName, false},
		{"Locality", NID_localityName, false},
		{"Province", NID_stateOrProvinceName, false},
		{"StreetAddress", NID_streetAddress, false},
		{"PostalCode", NID_postalCode, false},
	};

	put(d, 0, "Subject:\n");
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		_cleanup_vec_ struct vec values = VEC_OF_STRINGS;

		subject_values(r, parts[i].nid, &values);
		if (parts[i].single)
			put(d, 0, "\t%s:\t%s\n", parts[i].label, values.len ? vec_string(&values, values.len - 1) : "");
		else
			values_show(d, parts[i].label, &values);
	}
}

/* ---- alternative names -------------------------------------------------------------------------------- */

enum alternative { NAMES_DNS, NAMES_EMAIL, NAMES_URI, NAMES_IP, NAMES_COUNT };

static void add_address(const struct dynload *ssl, const ASN1_OCTET_STRING *address, struct vec *ret)
{
	char text[INET6_ADDRSTRLEN];
	int n = ssl->ASN1_STRING_length(address);

	if ((n == 4 || n == 16) &&
	    inet_ntop(n == 4 ? AF_INET : AF_INET6, ssl->ASN1_STRING_get0_data(address), text, sizeof(text)))
		vec_add_string(ret, text);
}

static void names_collect(const struct dynload *ssl, const GENERAL_NAMES *names, struct vec *lists)
{
	for (int i = 0; names && i < ssl->OPENSSL_sk_num((const OPENSSL_STACK *)names); i++) {
		const GENERAL_NAME *name = ssl->OPENSSL_sk_value((const OPENSSL_STACK *)names, i);

		if (name->type == GEN_DNS)
			add_string(ssl, name->d.dNSName, &lists[NAMES_DNS]);
		else if (name->type == GEN_EMAIL)
			add_string(ssl, name->d.rfc822Name, &lists[NAMES_EMAIL]);
		else if (name->type == GEN_URI)
			add_string(ssl, name->d.uniformResourceIdentifier, &lists[NAMES_URI]);
		else if (name->type == GEN_IPADD)
			add_address(ssl, name->d.iPAddress, &lists[NAMES_IP]);
	}
}

static void alternatives_show(struct describe *d, const struct request *r)
{
	static const char *const labels[NAMES_COUNT] = {"DNS Names", "Email Addresses", "URIs", "IP Addresses"};
	const struct dynload *ssl = r->ssl;
	struct vec lists[NAMES_COUNT] = {VEC_OF_STRINGS, VEC_OF_STRINGS, VEC_OF_STRINGS, VEC_OF_STRINGS};
	STACK_OF(X509_EXTENSION) *extensions = ssl->X509_REQ_get_extensions(r->req);
	GENERAL_NAMES *names = ssl->X509V3_get_d2i(extensions, NID_subject_alt_name, NULL, NULL);
	size_t count = 0;

	names_collect(ssl, names, lists);
	for (size_t i = 0; i < NAMES_COUNT; i++)
		count += lists[i].len;
	if (count)
		put(d, 0, "Subject Alternative Names:\n");
	for (size_t i = 0; i < NAMES_COUNT; i++) {
		values_show(d, labels[i], &lists[i]);
		vec_release(&lists[i]);
	}
	ssl->GENERAL_NAMES_free(names);
	ssl->OPENSSL_sk_pop_free((OPENSSL_STACK *)extensions, (void (*)(void *))ssl->X509_EXTENSION_free);
}

/* ---- the request ------------------------------------------------------------------------------------------ */

static int request_open(const cJSON *node, struct request *ret, struct error *err)
{
	_cleanup_buf_ struct buf pem = BUF_INIT;
	BIO *bio;

	if (dynload_get(&ret->ssl, err))
		return -1;
	if (base64_decode(&pem, text_at(node, "spec.request"), err) ||
	    !strstr(pem.data, "-----BEGIN CERTIFICATE REQUEST-----"))
		return error_set(err, ERROR_OTHER, "Error parsing CSR: PEM block type must be CERTIFICATE REQUEST");
	bio = ret->ssl->BIO_new_mem_buf(pem.data, (int)pem.len);
	ret->req = ret->ssl->PEM_read_bio_X509_REQ(bio, NULL, NULL, NULL);
	ret->ssl->BIO_free(bio);
	ret->ssl->ERR_clear_error();
	if (!ret->req)
		return error_set(err, ERROR_OTHER,
				 "Error parsing CSR: asn1: structure error: malformed certificate request");
	return 0;
}

static void show_request(struct describe *d, const struct field *f, const cJSON *node)
{
	struct request r = {0};

	(void)f;
	if (request_open(node, &r, &d->failed))
		return;
	subject_show(d, &r);
	alternatives_show(d, &r);
	r.ssl->X509_REQ_free(r.req);
}

const struct field csr_fields[] = {
	{0, "Name", "metadata.name", show_text, NULL},
	{0, "Labels", "metadata.labels", show_pairs, NULL},
	{0, "Annotations", "metadata.annotations", show_pairs, NULL},
	{0, "CreationTimestamp", "metadata.creationTimestamp", show_time, NULL},
	{0, "Requesting User", "spec.username", show_text, NULL},
	{0, "Signer", "spec.signerName", show_if, NULL},
	{0, "Requested Duration", "spec.expirationSeconds", show_csr_duration, NULL},
	{0, "Status", NULL, show_csr_status, NULL},
	{0, NULL, NULL, show_request, NULL},
	{0},
};
