#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/timeutil.h"
#include "data/archive.h"
#include "kube/streams.h"
#include "remote.h"

#define PROGRESS_PERIOD (200 * MILLISECOND)
#define PIPE_SIZE (1 << 20)

static const struct option options_cp[] = {
	{"container", 'c', .complete = {COMPLETE_CONTAINERS, NULL},
	 .help = "Container to copy from or to; otherwise the one that the annotation kubectl.kubernetes.io/default-container names, or the first."},
	{"no-preserve", .type = OPTION_BOOL, .help = "Files in the container get the owner and mode of whoever writes there, and not their own."},
	{"retries", .type = OPTION_INT, .help = "How often a copy from a container goes on after its connection broke; negative is without end."},
	{0},
};

static const struct option *const options[] = {options_cp, NULL};

static const struct argument arguments[] = {
	{.name = "SOURCE", .complete = {COMPLETE_FILES, NULL}},
	{.name = "DESTINATION", .complete = {COMPLETE_FILES, NULL}},
	{0},
};

/* "[[namespace/]pod:]path" */
struct file_spec {
	char *ns, *pod; /* NULL: here */
	char *path;
};

static void file_spec_release(struct file_spec *f)
{
	free(f->ns);
	free(f->pod);
	free(f->path);
}

struct copy {
	struct invocation *inv;
	struct client *client;
	struct file_spec from, to;
	cJSON *pod;
	const char *container;
	struct archive_events events;
	/* what the thread with the files does; the other one carries the stream */
	int fd;                /* its end of the pipe */
	const char *path, *name;
	struct error failure;
	int result;
	atomic_bool done;
	bool link_told, ends_input;
	size_t moved;
	int64_t begun, shown;
};

static void copy_release(struct copy *c)
{
	file_spec_release(&c->from);
	file_spec_release(&c->to);
	cJSON_Delete(c->pod);
	error_release(&c->failure);
}

/* ---- what is said meanwhile ------------------------------------------------------------------------- */

static void on_warning(void *ctx, const char *text)
{
	const struct copy *c = ctx;

	fprintf(c->inv->err, "warning: %s\n", text);
}

/* The first time with a way out, as in kubectl. */
static void on_link(void *ctx, const char *name, const char *target)
{
	struct copy *c = ctx;
	_cleanup_buf_ struct buf text = BUF_INIT;

	buf_puts(&text, "skipping symlink: ");
	json_print_string(&text, name, JSON_COMPACT);
	buf_puts(&text, " -> ");
	json_print_string(&text, target, JSON_COMPACT);
	if (!c->link_told)
		buf_printf(&text, " (consider using \"%s exec -n \"%s\" \"%s\" -- tar cf - \"%s\" | tar xf -\")", c->inv->program,
			   c->from.ns ? c->from.ns : "", c->from.pod, c->from.path);
	c->link_told = true;
	on_warning(c, text.data);
}

/* A line on a person's terminal that is written over again and again; it has no text but ours. */
static void on_moved(void *ctx, size_t bytes)
{
	struct copy *c = ctx;
	int64_t now;
	double mebibytes;

	c->moved += bytes;
	now = time_monotonic();
	if (now - c->shown < PROGRESS_PERIOD)
		return;
	c->shown = now;
	mebibytes = (double)c->moved / (1 << 20);
	dprintf(STDERR_FILENO, "\r%.1f MiB, %.1f MiB/s\033[K", mebibytes, mebibytes * SECOND / (double)(now - c->begun));
}

static void progress_begin(struct copy *c)
{
	const char *colour = args_string(c->inv->args, "color");

	c->begun = c->shown = time_monotonic();
	if (c->inv->err_is_terminal && strcmp(colour, "never") && !str_equal(getenv("TERM"), "dumb"))
		c->events.moved = on_moved;
}

static void progress_end(const struct copy *c)
{
	if (c->events.moved && c->shown != c->begun)
		dprintf(STDERR_FILENO, "\r\033[K");
}

/* ---- the command line -------------------------------------------------------------------------------- */

static char *without_trailing_slash(const char *path)
{
	size_t n = strlen(path);

	return xstrndup(path, n > 1 && path[n - 1] == '/' ? n - 1 : n);
}

static int bad_spec(struct error *err)
{
	return error_set(err, ERROR_OTHER, "filespec must match the canonical format: [[namespace/]pod:]file/path");
}

static int read_spec(const char *text, struct file_spec *ret, struct error *err)
{
	const char *colon = strchr(text, ':');
	_cleanup_free_ char *pod = colon ? xstrndup(text, (size_t)(colon - text)) : NULL;
	char *slash = pod ? strchr(pod, '/') : NULL;

	if (colon == text || (slash && strchr(slash + 1, '/')))
		return bad_spec(err);
	ret->path = without_trailing_slash(colon ? colon + 1 : text);
	if (!pod)
		return 0;
	for (char *p = ret->path; *p; p++)
		*p = *p == '\\' ? '/' : *p;
	ret->pod = xstrdup(slash ? slash + 1 : pod);
	if (slash)
		ret->ns = xstrndup(pod, (size_t)(slash - pod));
	return 0;
}

static int read_specs(struct copy *c, struct error *err)
{
	const struct vec *words = args_words(c->inv->args);

	if (words->len != 2)
		return error_set(err, ERROR_OTHER, "source and destination are required");
	if (read_spec(vec_string(words, 0), &c->from, err) || read_spec(vec_string(words, 1), &c->to, err))
		return -1;
	if (!str_empty(c->from.pod) && !str_empty(c->to.pod))
		return error_set(err, ERROR_OTHER, "one of src or dest must be a local file specification");
	if (!*c->from.path || !*c->to.path)
		return error_set(err, ERROR_OTHER, "filepath can not be empty");
	if (str_empty(c->from.pod) && str_empty(c->to.pod))
		return error_set(err, ERROR_OTHER, "one of src or dest must be a remote file specification");
	return 0;
}

/* ---- the Pod's side -------------------------------------------------------------------------------------- */

/* notes: where the choice of a container is told. */
static int find_pod(struct copy *c, const struct file_spec *spec, FILE *notes, struct error *err)
{
	struct invocation view = *c->inv;
	const cJSON *container;
	const char *ns, *phase;
	bool given;

	if (invocation_namespace(c->inv, &ns, &given, err) || invocation_client(c->inv, &c->client, err) ||
	    client_get(c->client, pods_resource(), spec->ns ? spec->ns : ns, spec->pod, NULL, &c->pod, err))
		return -1;
	phase = json_path_string(c->pod, "status", "phase", NULL);
	if (str_equal(phase, "Succeeded") || str_equal(phase, "Failed"))
		return error_set(err, ERROR_OTHER, "cannot exec into a container in a completed pod; current phase is %s", phase);
	view.err = notes;
	if (remote_container(&view, c->pod, args_string(c->inv->args, "container"), false, &container, err))
		return -1;
	fflush(notes);
	c->container = json_string(container, "name");
	return 0;
}

struct ends {
	int in, out, err;
	size_t *count;
};

static int run(struct copy *c, const struct vec *command, const struct ends *ends, int *ret_status, struct error *err)
{
	_cleanup_buf_ struct buf path = BUF_INIT;
	struct remote_session s = {
		.subresource = "exec",
		.container = c->container,
		.command = command,
		.stdin_wanted = ends->in >= 0,
	};
	struct streams streams = {
		.in = ends->in,
		.out = ends->out,
		.err = ends->err,
		.ends_input = &c->ends_input,
		.out_count = ends->count,
	};

	remote_session_path(&path, c->pod, &s);
	streams.path = path.data;
	return streams_run(c->client, &streams, ret_status, err);
}

static void add_words(struct vec *command, const char *const *words)
{
	for (; *words; words++)
		vec_add_string(command, *words);
}

static int make_pipe(int ret[2], struct error *err)
{
	if (pipe2(ret, O_CLOEXEC))
		return error_set(err, ERROR_IO, "pipe: %s", errno_text(errno));
	fcntl(ret[1], F_SETPIPE_SZ, PIPE_SIZE);
	return 0;
}

/* ---- to a Pod ----------------------------------------------------------------------------------------------- */

static void *pack_thread(void *ctx)
{
	struct copy *c = ctx;

	c->result = archive_pack(c->fd, c->path, c->name, &c->events, &c->failure);
	close(c->fd);
	c->done = true;
	return NULL;
}

/* The last part of a path, as Go's filepath.Base. */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* A folder takes what is copied, anything else becomes it. */
static int find_destination(struct copy *c, char **ret, struct error *err)
{
	_cleanup_vec_ struct vec command = VEC_OF_STRINGS;
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_free_ char *from = path_clean(c->from.path), *joined = NULL;
	int status = 1;

	add_words(&command, (const char *const[]){"test", "-d", c->to.path, NULL});
	if (run(c, &command, &(struct ends){-1, -1, -1, NULL}, &status, &ignored) && ignored.class == ERROR_CANCELLED) {
		error_move(err, &ignored);
		return -1;
	}
	if (!ignored.class && !status)
		joined = path_join(c->to.path, base_name(from));
	*ret = path_clean(joined ? joined : c->to.path);
	return 0;
}

static void unpack_command(const struct copy *c, const char *destination, struct vec *ret)
{
	_cleanup_free_ char *dir = path_dir(destination);

	vec_add_string(ret, "tar");
	if (args_bool(c->inv->args, "no-preserve"))
		add_words(ret, (const char *const[]){"--no-same-permissions", "--no-same-owner", NULL});
	add_words(ret, (const char *const[]){"-xmf", "-", "-C", dir, NULL});
}

static int send_tree(struct copy *c, const char *destination, int *ret_status, struct error *err)
{
	_cleanup_vec_ struct vec command = VEC_OF_STRINGS;
	int fds[2], failure;
	bool packed;
	pthread_t thread;

	unpack_command(c, destination, &command);
	if (make_pipe(fds, err))
		return -1;
	c->fd = fds[1];
	c->path = c->from.path;
	c->name = base_name(destination);
	pthread_create(&thread, NULL, pack_thread, c);
	failure = run(c, &command, &(struct ends){fds[0], STDOUT_FILENO, STDERR_FILENO, NULL}, ret_status, err);
	packed = c->done;
	close(fds[0]);
	pthread_join(thread, NULL);
	/* a pipe that is closed since the other side has ended is no reason of its own */
	if (c->result && packed) {
		error_move(err, &c->failure);
		return -1;
	}
	return failure;
}

/*
 * The same for a server that cannot be told where input ends, which tar would wait for: head ends it after as many bytes as
 * there are, so they are all made first. The file that they are in has no name, and is gone with us.
 */
static int send_counted(struct copy *c, const char *destination, int *ret_status, struct error *err)
{
	_cleanup_vec_ struct vec command = VEC_OF_STRINGS;
	FILE *spool = tmpfile();
	struct stat st;
	int failure = -1;

	if (!spool)
		return error_set(err, ERROR_IO, "temporary file: %s", errno_text(errno));
	if (!archive_pack(fileno(spool), c->from.path, base_name(destination), &c->events, err) && !fstat(fileno(spool), &st) &&
	    !lseek(fileno(spool), 0, SEEK_SET)) {
		add_words(&command, (const char *const[]){"sh", "-c", "size=$1; shift; head -c \"$size\" | \"$@\"", "sh", NULL});
		vec_add(&command, xasprintf("%lld", (long long)st.st_size));
		unpack_command(c, destination, &command);
		failure = run(c, &command, &(struct ends){fileno(spool), STDOUT_FILENO, STDERR_FILENO, NULL}, ret_status, err);
	}
	fclose(spool);
	return failure;
}

static int copy_to_pod(struct copy *c, int *ret_status, struct error *err)
{
	_cleanup_free_ char *destination = NULL;
	struct stat st;

	if (stat(c->from.path, &st))
		return error_set(err, ERROR_OTHER, "%s doesn't exist in local filesystem", c->from.path);
	if (find_pod(c, &c->to, c->inv->err, err) || find_destination(c, &destination, err))
		return -1;
	return c->ends_input ? send_tree(c, destination, ret_status, err) : send_counted(c, destination, ret_status, err);
}

/* ---- from a Pod ------------------------------------------------------------------------------------------------ */

static void *unpack_thread(void *ctx)
{
	struct copy *c = ctx;
	char rest[4096];

	c->result = archive_unpack(c->fd, c->name, c->path, &c->events, &c->failure);
	/* behind an archive's end comes padding, and who writes it must be able to */
	while (!c->result && read(c->fd, rest, sizeof(rest)) > 0)
		;
	close(c->fd);
	c->done = true;
	return NULL;
}

/* The archive, or what is missing of it after so many bytes. */
static void pack_command(const struct copy *c, size_t from, struct vec *ret)
{
	_cleanup_buf_ struct buf script = BUF_INIT;

	if (!args_int(c->inv->args, "retries")) {
		add_words(ret, (const char *const[]){"tar", "cf", "-", c->from.path, NULL});
		return;
	}
	buf_puts(&script, "tar cf - '");
	for (const char *p = c->from.path; *p; p++) {
		if (*p == '\'')
			buf_puts(&script, "'\\'");
		buf_putc(&script, *p);
	}
	buf_printf(&script, "' | tail -c+%zu", from);
	add_words(ret, (const char *const[]){"sh", "-c", script.data, NULL});
}

static int receive(struct copy *c, int out, int *ret_status, struct error *err)
{
	int64_t most = args_int(c->inv->args, "retries");
	size_t count = 0, from = 0;

	for (int64_t retries = 0;; from = count + 1) {
		_cleanup_vec_ struct vec command = VEC_OF_STRINGS;

		pack_command(c, from, &command);
		/* kubectl sends what tar says to standard output, too */
		if (!run(c, &command, &(struct ends){-1, out, STDOUT_FILENO, &count}, ret_status, err))
			return 0;
		if (err->class != ERROR_OTHER || c->done)
			return -1;
		if (most >= 0 && retries >= most) {
			fprintf(c->inv->out, "Dropping out copy after %lld retries\n", (long long)retries);
			return -1;
		}
		retries++;
		fprintf(c->inv->out, "Resuming copy at %zu bytes, retry %lld/%lld\n", count, (long long)retries, (long long)most);
		fflush(c->inv->out);
		error_release(err);
	}
}

static int copy_from_pod(struct copy *c, int *ret_status, struct error *err)
{
	_cleanup_free_ char *prefix = archive_strip_shortcuts(c->from.path);
	int fds[2], failure;
	pthread_t thread;

	if (find_pod(c, &c->from, c->inv->out, err) || make_pipe(fds, err))
		return -1;
	fcntl(fds[1], F_SETFL, O_NONBLOCK); /* takes more at once then */
	c->fd = fds[0];
	c->path = c->to.path;
	c->name = prefix;
	pthread_create(&thread, NULL, unpack_thread, c);
	failure = receive(c, fds[1], ret_status, err);
	close(fds[1]);
	pthread_join(thread, NULL);
	/* what happened here counts, unless it happened since the stream had ended early */
	if (c->result && (!failure || err->class == ERROR_IO) && !*ret_status) {
		error_move(err, &c->failure);
		return -1;
	}
	return failure;
}

/* ---- the verb ---------------------------------------------------------------------------------------------------- */

static int cp_run(struct invocation *inv, struct error *err)
{
	_cleanup_(copy_release) struct copy c = {.inv = inv, .events = {.warning = on_warning, .link = on_link, .ctx = &c}};
	int status = 0, failure;

	if (read_specs(&c, err))
		return -1;
	/* names of any language; a pipe that ends is an error like others */
	setlocale(LC_CTYPE, "C.UTF-8");
	signal(SIGPIPE, SIG_IGN);
	progress_begin(&c);
	failure = str_empty(c.from.pod) ? copy_to_pod(&c, &status, err) : copy_from_pod(&c, &status, err);
	progress_end(&c);
	signal(SIGPIPE, SIG_DFL);
	if (failure)
		return -1;
	remote_exit(inv, status);
	return 0;
}

const struct command command_cp = {
	.name = "cp",
	.group = GROUP_TROUBLESHOOTING,
	.summary = "Copy files between containers and this machine",
	.description = "Copies files and folders from here into a container, or from a container to here. The container must have tar.\n\n"
		       "A folder that is there already takes what is copied into a container. What comes out of one never leaves the "
		       "destination, whatever its archive says: symbolic links are left out, and those that lie there are not followed.",
	.examples = "  # A folder into the Pod web, and a file into its container app\n  kubec cp /tmp/site web:/var/www\n"
		    "  kubec cp /tmp/conf web:/etc/conf -c app\n\n"
		    "  # To a Pod in another namespace\n  kubec cp /tmp/conf shop/web:/tmp/conf\n\n"
		    "  # From a Pod\n  kubec cp shop/web:/var/log/app.log /tmp/app.log\n\n"
		    "  # A large one over a shaky connection\n  kubec cp web:/data/dump /tmp/dump --retries=10",
	.usage = "<file-spec-src> <file-spec-dest>",
	.options = options,
	.arguments = arguments,
	.run = cp_run,
};
