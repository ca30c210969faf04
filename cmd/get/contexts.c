#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/map.h"
#include "get/get.h"
#include "view/table.h"

/*
 * kubec's own: one get in several contexts (--context a,b; --all-contexts). Each runs in a process of its own, so that
 * none waits for another, and writes what it found to memory: lines of cells that are not aligned yet, or objects
 * a line each. What all of them found is then put together.
 */

/* So many at a time; clusters beyond wait for the first of them to end. */
#define AT_A_TIME 32

struct child {
	const char *context;
	pid_t pid;
	FILE *out, *err;
};

/* A kind's rows of all contexts. */
struct section {
	struct buf rows;
	char *header;
};

/* What the contexts have together. */
struct merged {
	struct get g;            /* for its format alone */
	struct printer *printer; /* of -o; NULL: rows, or text */
	struct buf out;
	struct map sections;     /* by kind, as they came */
};

static void section_free(struct section *s)
{
	buf_release(&s->rows);
	free(s->header);
	free(s);
}

static void children_stop(struct child *children, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (children[i].pid > 0) {
			kill(children[i].pid, SIGTERM);
			waitpid(children[i].pid, NULL, 0);
		}
		if (children[i].out)
			fclose(children[i].out);
		if (children[i].err)
			fclose(children[i].err);
	}
	free(children);
}

/* ---- which contexts ------------------------------------------------------------- */

/* A context whose name has a comma is meant before several are. */
static int contexts_find(struct invocation *inv, struct vec *ret, struct error *err)
{
	const char *given = args_string(inv->args, "context");
	bool all = args_bool(inv->args, "all-contexts");
	struct kubeconfig *config;

	if (!all && !strchr(given, ','))
		return 0;
	if (invocation_config(inv, &config, err))
		return -1;
	if (all && *given)
		return error_set(err, ERROR_USAGE, "--all-contexts cannot be used with --context");
	if (all)
		kubeconfig_names(config, "contexts", ret);
	else if (!kubeconfig_entry(kubeconfig_tree(config), "contexts", given))
		vec_add_split(ret, given, ',');
	if (all && !ret->len)
		return error_set(err, ERROR_CONFIG, "the kubeconfig has no contexts");
	return 0;
}

static int contexts_check(struct invocation *inv, struct error *err)
{
	static const char *const refused[] = {"watch", "watch-only"};

	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		if (args_bool(inv->args, refused[i]))
			return error_set(err, ERROR_USAGE, "--%s follows one context", refused[i]);
	}
	if (*args_string(inv->args, "raw"))
		return error_set(err, ERROR_USAGE, "--raw asks one context");
	if (vec_has_string(args_list(inv->args, "filename"), "-"))
		return error_set(err, ERROR_USAGE, "standard input can be read for one context");
	return 0;
}

/* ---- asking ------------------------------------------------------------------------ */

/* In the process of its own: the same command line with one context. */
static int child_run(const struct invocation *inv, const struct child *c)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	struct invocation own = *inv;

	own.context = c->context;
	own.config = NULL;
	own.out = c->out;
	own.err = c->err;
	own.trace.ctx = &own;
	own.ask = NULL; /* there is one terminal, and many who would ask */
	if (get_one(&own, &err) && err.class)
		report_error(&own, &err);
	else if (err.class || own.exit_status)
		own.exit_status = 1;
	fflush(own.out);
	fflush(own.err);
	return own.exit_status;
}

static int child_start(const struct invocation *inv, struct child *c, struct error *err)
{
	pid_t parent = getpid();

	c->out = fdopen(memfd_create("out", MFD_CLOEXEC), "w+");
	c->err = fdopen(memfd_create("err", MFD_CLOEXEC), "w+");
	if (c->out && c->err)
		c->pid = fork();
	if (!c->out || !c->err || c->pid < 0)
		return error_set(err, ERROR_IO, "cannot begin a process for a context: %s", strerror(errno));
	if (c->pid)
		return 0;
	signal(SIGINT, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	_exit(child_run(inv, c));
}

/* What it said goes to standard error, each line with the context before it. */
static void child_report(struct invocation *inv, struct child *c)
{
	_cleanup_free_ char *line = NULL;
	size_t size = 0;

	rewind(c->err);
	while (getline(&line, &size, c->err) >= 0) {
		line[strcspn(line, "\n")] = '\0';
		fprintf(inv->err, "%s%s%s\n", *line ? c->context : "", *line ? ": " : "", line);
	}
}

static int child_wait(struct invocation *inv, struct child *c, struct error *err)
{
	int status;

	if (waitpid(c->pid, &status, 0) < 0)
		return error_set(err, ERROR_CANCELLED, "interrupted");
	c->pid = 0;
	child_report(inv, c);
	if (WIFSIGNALED(status))
		fprintf(inv->err, "%s: ended by signal %d\n", c->context, WTERMSIG(status));
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		inv->exit_status = 1;
	rewind(c->out);
	return 0;
}

/* ---- putting together ---------------------------------------------------------------- */

static struct section *section_of(struct map *sections, const char *kind)
{
	struct section *s = map_get(sections, kind);

	if (!s) {
		s = NEW(struct section);
		s->rows = BUF_INIT;
		map_set(sections, kind, s);
	}
	return s;
}

/* Rows go to their kind's section; the header is the same for each context, or comes again. */
static void rows_read(struct invocation *inv, struct child *c, struct map *sections)
{
	bool headers = !args_bool(inv->args, "no-headers"), header = false;
	_cleanup_free_ char *line = NULL;
	struct section *s = NULL;
	size_t size = 0;

	while (getline(&line, &size, c->out) >= 0) {
		if (line[0] == GET_KIND_MARK) {
			s = section_of(sections, line);
			header = headers;
		} else if (s && header) {
			if (!str_equal(s->header, line))
				buf_printf(&s->rows, "CONTEXT\t%s", line);
			free(s->header);
			s->header = xstrdup(line);
			header = false;
		} else if (s && *line != '\n') {
			buf_printf(&s->rows, "%s\t%s", c->context, line);
		}
	}
}

static void rows_show(struct merged *m)
{
	_cleanup_table_ struct table table = TABLE_INIT;
	bool headers = !args_bool(m->g.inv->args, "no-headers");

	table.screen = m->g.inv->screen;
	for (size_t i = 0; i < m->sections.len; i++) {
		const struct section *s = m->sections.entries[i].value;

		if (i && headers)
			buf_putc(&m->out, '\n');
		table_reset_widths(&table);
		table_write(&table, s->rows.data, s->rows.len);
		table_flush(&table, &m->out);
	}
}

/* A line is an object, which gets to say where it comes from. */
static int objects_read(struct merged *m, struct child *c, struct error *err)
{
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while ((n = getline(&line, &size, c->out)) >= 0) {
		_cleanup_json_ cJSON *object = NULL;
		cJSON *annotations;

		if (json_parse(line, (size_t)n, NULL, &object, err))
			return -1;
		annotations = json_ensure_object(json_ensure_object(object, "metadata"), "annotations");
		json_set_string(annotations, "kubec/context", c->context);
		if (m->g.neat ? printer_print(m->printer, &m->out, NULL, object, err)
			      : printer_list_item(m->printer, &m->out, NULL, object, err))
			return -1;
	}
	return 0;
}

static void text_read(struct merged *m, struct child *c)
{
	_cleanup_free_ char *line = NULL;
	size_t size = 0;

	for (bool first = true; getline(&line, &size, c->out) >= 0; first = false)
		buf_printf(&m->out, "%s%s", first && m->out.len ? "\n\n" : "", line);
}

static int child_read(struct merged *m, struct child *c, struct error *err)
{
	if (m->printer)
		return objects_read(m, c, err);
	if (m->g.decode)
		text_read(m, c);
	else
		rows_read(m->g.inv, c, &m->sections);
	return 0;
}

static int children_run(struct merged *m, const struct vec *contexts, struct child *children, struct error *err)
{
	for (size_t begun = 0, i = 0; i < contexts->len; i++) {
		for (; begun < contexts->len && begun < i + AT_A_TIME; begun++) {
			children[begun].context = vec_string(contexts, begun);
			if (child_start(m->g.inv, &children[begun], err))
				return -1;
		}
		if (child_wait(m->g.inv, &children[i], err) || child_read(m, &children[i], err))
			return -1;
	}
	return 0;
}

static int merged_run(struct merged *m, const struct vec *contexts, struct error *err)
{
	struct child *children;
	bool list;
	int r;

	get_format(&m->g);
	if (contexts_check(m->g.inv, err) || (!m->g.human && get_printer(&m->g, NULL, &m->printer, err)))
		return -1;
	list = m->printer && !m->g.neat;
	children = xcalloc(contexts->len, sizeof(*children));
	r = list ? printer_list_begin(m->printer, &m->out, err) : 0;
	if (!r)
		r = children_run(m, contexts, children, err);
	if (!r && list)
		r = printer_list_end(m->printer, &m->out, err);
	if (!r)
		rows_show(m);
	children_stop(children, contexts->len);
	return r || get_write(&m->g, &m->out, err) ? -1 : 0;
}

int get_contexts(struct invocation *inv, bool *ret_done, struct error *err)
{
	_cleanup_vec_ struct vec contexts = VEC_OF_STRINGS;
	struct merged m = {.g = {.inv = inv}, .out = BUF_INIT, .sections = MAP_OWNING(section_free)};
	int r = contexts_find(inv, &contexts, err);

	*ret_done = contexts.len != 0;
	if (!r && contexts.len)
		r = merged_run(&m, &contexts, err);
	printer_free(m.printer);
	map_release(&m.sections);
	buf_release(&m.out);
	return r;
}
