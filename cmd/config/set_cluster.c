#include "config/config.h"

#include <sys/stat.h>

#include "base/file.h"

static const struct option options_set_cluster[] = {
	{"certificate-authority", .type = OPTION_STRING, .help = "File of certificates that the server's certificate must be signed by.",
	 .complete = {COMPLETE_FILES, NULL}},
	{"embed-certs", .type = OPTION_BOOL, .help = "Keeps the file's content in the kubeconfig instead of its name."},
	{"insecure-skip-tls-verify", .type = OPTION_BOOL, .help = "Does not check the server's certificate."},
	{"proxy-url", .type = OPTION_STRING, .help = "Proxy to reach the server through: http, https or socks5."},
	{"server", .type = OPTION_STRING, .help = "Address of the API server: https://HOST:PORT."},
	{"tls-server-name", .type = OPTION_STRING, .help = "Name that the server's certificate must carry."},
	{0},
};
static const struct option *const options[] = {options_set_cluster, NULL};
static const struct argument arguments[] = {{.name = "NAME", .complete = {COMPLETE_CLUSTERS, NULL}}, {0}};

struct setting {
	const struct args *args;
	const char *name;
};

static int check(const struct args *a, struct error *err)
{
	const char *ca = args_string(a, "certificate-authority");
	struct stat st;

	if (args_bool(a, "insecure-skip-tls-verify") && *ca)
		return error_set(err, ERROR_USAGE,
				 "you cannot specify a certificate authority and insecure mode at the same time");
	if (!args_bool(a, "embed-certs"))
		return 0;
	if (!*ca)
		return error_set(err, ERROR_USAGE, "you must specify a --certificate-authority to embed");
	if (stat(ca, &st))
		return error_set(err, ERROR_USAGE, "could not stat certificate-authority file %s: stat %s: %s", ca, ca,
				 errno_text(errno));
	return 0;
}

static void set_insecure(cJSON *cluster, bool insecure)
{
	json_remove(cluster, "insecure-skip-tls-verify");
	if (!insecure)
		return;
	json_set_bool(cluster, "insecure-skip-tls-verify", true);
	json_remove(cluster, "certificate-authority");
	json_remove(cluster, "certificate-authority-data");
}

static int set_authority(const struct args *a, cJSON *cluster, struct error *err)
{
	const char *ca = args_string(a, "certificate-authority");
	_cleanup_free_ char *absolute = *ca ? config_absolute(ca) : NULL;

	json_remove(cluster, "insecure-skip-tls-verify");
	if (args_bool(a, "embed-certs"))
		return config_embed(cluster, "certificate-authority", ca, err);
	config_set_text(cluster, "certificate-authority", absolute);
	if (*ca)
		json_remove(cluster, "certificate-authority-data");
	return 0;
}

static int edit(cJSON *tree, void *ctx, struct error *err)
{
	const struct setting *s = ctx;
	cJSON *cluster = config_ensure(tree, "clusters", s->name, NULL);
	static const char *const texts[] = {"tls-server-name", "proxy-url"};

	if (args_changed(s->args, "server") || !json_get(cluster, "server"))
		json_set_string(cluster, "server", args_string(s->args, "server"));
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (args_changed(s->args, texts[i]))
			config_set_text(cluster, texts[i], args_string(s->args, texts[i]));
	if (args_changed(s->args, "insecure-skip-tls-verify"))
		set_insecure(cluster, args_bool(s->args, "insecure-skip-tls-verify"));
	if (args_changed(s->args, "certificate-authority"))
		return set_authority(s->args, cluster, err);
	return 0;
}

static int run(struct invocation *inv, struct error *err)
{
	struct setting s = {.args = inv->args};

	if (config_wrong_words(inv, 1, err) || check(inv->args, err))
		return -1;
	s.name = vec_string(args_words(inv->args), 0);
	if (config_edit(inv, edit, &s, err))
		return -1;
	fprintf(inv->out, "Cluster \"%s\" set.\n", s.name);
	return 0;
}

const struct command command_config_set_cluster = {
	.name = "set-cluster",
	.summary = "Set a cluster of a kubeconfig file",
	.description = "Makes a cluster, or changes what the options name of one that is there.",
	.examples = "  # Where the server is\n  kubec config set-cluster e2e --server=https://1.2.3.4\n\n"
		    "  # Keep its certificate authority in the kubeconfig itself\n"
		    "  kubec config set-cluster e2e --embed-certs --certificate-authority=ca.crt",
	.usage = "NAME [--server=server] [--certificate-authority=path/to/certificate/authority] "
		 "[--insecure-skip-tls-verify=true] [--tls-server-name=example.com]",
	.options = options,
	.arguments = arguments,
	.run = run,
};
