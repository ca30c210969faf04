#ifndef KUBEC_NET_DYNLOAD_H
#define KUBEC_NET_DYNLOAD_H

#ifndef CURL_DISABLE_TYPECHECK
#define CURL_DISABLE_TYPECHECK /* its macros call the functions by name */
#endif
#include <curl/curl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/base.h"

/*
 * libcurl and the OpenSSL that it is linked with, loaded when a server is
 * first asked, so that commands which ask none pay nothing. Every function
 * that is used has one row here; its type is the header's.
 */
#define DYNLOAD_FUNCTIONS(X)           \
	X(curl_global_init)            \
	X(curl_easy_init)              \
	X(curl_easy_setopt)            \
	X(curl_easy_getinfo)           \
	X(curl_easy_recv)              \
	X(curl_easy_send)              \
	X(curl_easy_cleanup)           \
	X(curl_easy_strerror)          \
	X(curl_slist_append)           \
	X(curl_slist_free_all)         \
	X(curl_multi_init)             \
	X(curl_multi_setopt)           \
	X(curl_multi_add_handle)       \
	X(curl_multi_remove_handle)    \
	X(curl_multi_perform)          \
	X(curl_multi_poll)             \
	X(curl_multi_info_read)        \
	X(curl_multi_cleanup)          \
	X(BIO_new_mem_buf)             \
	X(BIO_free)                    \
	X(ERR_clear_error)             \
	X(PEM_read_bio_X509)           \
	X(PEM_read_bio_PrivateKey)     \
	X(EVP_PKEY_free)               \
	X(EVP_Q_digest)                \
	X(EVP_PKEY_get_base_id)        \
	X(X509_free)                   \
	X(X509_get_subject_name)       \
	X(X509_get_issuer_name)        \
	X(X509_NAME_cmp)               \
	X(X509_NAME_get_text_by_NID)   \
	X(X509_get0_notBefore)         \
	X(X509_get0_notAfter)          \
	X(X509_get0_pubkey)            \
	X(X509_check_host)             \
	X(X509_check_ip_asc)           \
	X(X509_check_private_key)      \
	X(X509_get_ext_d2i)            \
	X(X509_verify_cert)            \
	X(X509_verify_cert_error_string) \
	X(X509_STORE_add_cert)         \
	X(X509_STORE_set_flags)        \
	X(X509_STORE_CTX_get0_cert)    \
	X(X509_STORE_CTX_get_error)    \
	X(X509_STORE_CTX_get_current_cert) \
	X(X509_STORE_CTX_set_error)    \
	X(PEM_read_bio_X509_REQ)       \
	X(X509_REQ_free)               \
	X(X509_REQ_get_subject_name)   \
	X(X509_REQ_get_extensions)     \
	X(X509_EXTENSION_free)         \
	X(X509V3_get_d2i)              \
	X(X509_NAME_get_index_by_NID)  \
	X(X509_NAME_get_entry)         \
	X(X509_NAME_ENTRY_get_data)    \
	X(OPENSSL_sk_pop_free)         \
	X(ASN1_TIME_to_tm)             \
	X(ASN1_STRING_get0_data)       \
	X(ASN1_STRING_length)          \
	X(GENERAL_NAMES_free)          \
	X(OPENSSL_sk_num)              \
	X(OPENSSL_sk_value)            \
	X(SSL_ctrl)                    \
	X(SSL_CTX_ctrl)                \
	X(SSL_CTX_get_cert_store)      \
	X(SSL_CTX_set_cert_verify_callback) \
	X(SSL_CTX_set_info_callback)   \
	X(SSL_CTX_set_msg_callback)    \
	X(SSL_CTX_use_certificate)     \
	X(SSL_CTX_use_PrivateKey)      \
	X(SSL_CTX_get_ex_data)         \
	X(SSL_CTX_set_ex_data)         \
	X(SSL_get_SSL_CTX)

struct dynload {
#define X(name) __typeof__(name) *name;
	DYNLOAD_FUNCTIONS(X)
#undef X
};

/*
 * Gives the functions; loads the library at the first call. It stays loaded
 * until the program ends. Fails with ERROR_OTHER saying what is missing.
 */
int dynload_get(const struct dynload **ret, struct error *err);

#endif
