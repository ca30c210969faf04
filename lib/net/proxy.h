#ifndef KUBEC_NET_PROXY_H
#define KUBEC_NET_PROXY_H

#include "base/base.h"

/*
 * The proxy that the environment wants for a URL, by the rules of Go's
 * net/http (HTTPS_PROXY, HTTP_PROXY, NO_PROXY and their lower-case names;
 * loopback is never proxied; NO_PROXY takes names, suffixes, addresses, CIDR
 * blocks, each with or without a port). free() it; NULL: none.
 */
char *proxy_from_environment(const char *url);

/* Host and port ("" when not written) of a URL; brackets of an IPv6 address are removed. free() both. */
void url_split_host(const char *url, char **ret_host, char **ret_port);

#endif
