#include "edit_session.h"

#include <unistd.h>

#include "apply/last_applied.h"
#include "data/gotext.h"
#include "data/patch.h"
#include "data/yaml.h"
#include "editor.h"
#include "kube/apply.h"
#include "live.h"
#include "record.h"

#define SOURCE "edited-file"

struct edit {
	struct invocation *inv;
	enum edit_mode mode;
	struct client *client;
	struct mapper *mapper;
	struct target_options options;
	struct buf query;
	struct validation *validation; /* NULL: nothing is checked */
	const char *format, *suffix, *subresource, *namespace;
	bool commented, windows, output_patch, save_config, dry_run_client;
};

/* One file and what becomes of it. */
struct session {
	struct edit *e;
	const struct vec *originals; /* struct target * */
	struct vec updated;          /* what the file says now */
	struct buf original;         /* the file as it was given at first */
	struct buf edited;           /* and as it came back last */
	struct buf reasons;          /* comments that say what was wrong with that */
	char *file;                  /* holds what came back last; NULL: there is none */
	bool failed;                 /* the file has to be edited again */
	size_t retryable, missing, invalid;
};

enum outcome { AGAIN = 1, DONE = 0, FAILED = -1 };

static const struct target *original_at(const struct session *s, size_t i)
{
	return s->originals->items[i];
}

/* ---- what is edited ------------------------------------------------------------------- */

static const char header_objects[] =
	"# Please edit the object below. Lines beginning with a '#' will be ignored,\n"
	"# and an empty file will abort the edit. If an error occurs while saving this file will be\n"
	"# reopened with the relevant failures.\n"
	"#\n";

static const char header_last_applied[] =
	"# Please edit the 'last-applied-configuration' annotations below.\n"
	"# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.\n"
	"#\n";

/* A text as a comment: every further line gets its sign. */
static void put_comment(struct buf *out, const char *lead, const char *text, const char *end)
{
	buf_puts(out, lead);
	for (const char *p = text; *p; p++) {
		buf_putc(out, *p);
		if (*p == '\n' && p[1] && p[1] != '#')
			buf_puts(out, "# ");
	}
	buf_puts(out, end);
}

/* Several objects are one List. */
static cJSON *session_tree(const struct session *s)
{
	cJSON *list, *items;

	if (s->originals->len == 1)
		return json_copy(original_at(s, 0)->object);
	list = json_parse_literal("{\"apiVersion\":\"v1\",\"items\":[],\"kind\":\"List\",\"metadata\":{}}");
	items = json_get(list, "items");
	for (size_t i = 0; i < s->originals->len; i++)
		json_append(items, json_copy(original_at(s, i)->object));
	return list;
}

static void without_managed_fields(cJSON *tree)
{
	cJSON *item;

	json_remove(json_get(tree, "metadata"), "managedFields");
	cJSON_ArrayForEach(item, json_get(tree, "items"))
		json_remove(json_get(item, "metadata"), "managedFields");
}

static bool is_editable(const char *format)
{
	return !strcasecmp(format, "yaml") || !strcasecmp(format, "json") || !strcasecmp(format, "kyaml");
}

static int session_print(const struct session *s, struct buf *out, struct error *err)
{
	const struct printer_options options = {.output = s->e->format, .operation = "", .dry_run = "none"};
	_cleanup_(printer_free_p) struct printer *printer = NULL;
	_cleanup_json_ cJSON *tree = session_tree(s);

	if (!is_editable(s->e->format))
		return error_set(err, ERROR_OTHER,
				 "unable to match a printer suitable for the output format \"%s\", allowed formats are: "
				 "json,kyaml,yaml",
				 s->e->format);
	if (printer_new(&options, NULL, &printer, err))
		return -1;
	without_managed_fields(tree);
	return printer_print(printer, out, NULL, tree, err);
}

static void windows_lines(struct buf *text)
{
	_cleanup_buf_ struct buf unix_text = *text;

	*text = BUF_INIT;
	for (size_t i = 0; i < unix_text.len; i++) {
		if (unix_text.data[i] == '\n')
			buf_putc(text, '\r');
		buf_putc(text, unix_text.data[i]);
	}
}

/* Drops the lines that are comments. */
static void strip_lines(struct buf *out, const struct buf *text)
{
	const char *p = text->data, *end = text->data + text->len;

	while (p < end) {
		const char *line_end = memchr(p, '\n', (size_t)(end - p));
		const char *next = line_end ? line_end + 1 : end, *sign = p + strspn(p, " \t\r\v\f");

		if (*sign != '#' || sign[1] == '!')
			buf_add(out, p, (size_t)(next - p));
		p = next;
	}
}

static bool is_json(const struct buf *text)
{
	return text->data[strspn(text->data, " \t\r\n\v\f")] == '{';
}

/* What two files are compared by: their content as JSON, or the lines of a file that cannot be read. */
static void strip_comments(struct buf *out, const struct buf *text)
{
	_cleanup_error_ struct error ignored = ERROR_INIT;
	_cleanup_json_ cJSON *tree = NULL;

	if (is_json(text))
		buf_add(out, text->data, text->len);
	else if (yaml_parse(text->data, text->len, NULL, 1, &tree, &ignored))
		strip_lines(out, text);
	else if (tree)
		json_print(out, tree, JSON_COMPACT | JSON_SORT_KEYS);
	else
		buf_puts(out, "null");
}

static bool same_content(const struct buf *a, const struct buf *b)
{
	_cleanup_buf_ struct buf x = BUF_INIT, y = BUF_INIT;

	strip_comments(&x, a);
	strip_comments(&y, b);
	return x.len == y.len && !memcmp(x.data, y.data, x.len);
}

static bool has_lines(const struct buf *text)
{
	_cleanup_buf_ struct buf lines = BUF_INIT;

	strip_lines(&lines, text);
	return lines.data[strspn(lines.data, " \t\r\n\v\f")];
}

/* The text for the editor. */
static int session_text(struct session *s, struct buf *out, struct error *err)
{
	if (s->e->commented) {
		buf_puts(out, s->e->mode == EDIT_LAST_APPLIED ? header_last_applied : header_objects);
		buf_add(out, s->reasons.data, s->reasons.len);
	}
	if (!s->failed && session_print(s, out, err))
		return -1;
	if (s->e->windows)
		windows_lines(out);
	if (s->failed)
		strip_lines(out, &s->edited);
	else
		buf_add(&s->original, out->data, out->len);
	return 0;
}

/* ---- what is told ---------------------------------------------------------------------- */

static void tell_file(const struct session *s, const char *file)
{
	_cleanup_buf_ struct buf name = BUF_INIT;

	if (!file || access(file, F_OK))
		return;
	go_quote(&name, file);
	fprintf(s->e->inv->err, "A copy of your changes has been stored to %s\n", name.data);
}

/* A failure that ends the session: its file stays. */
static enum outcome session_fail(const struct session *s)
{
	fflush(s->e->inv->out);
	tell_file(s, s->file);
	return FAILED;
}

static void session_drop_file(struct session *s)
{
	if (s->file)
		unlink(s->file);
	free(TAKE_PTR(s->file));
}

/* Nothing is wanted: that is no failure. */
static enum outcome session_cancel(struct session *s, const char *why)
{
	session_drop_file(s);
	fprintf(s->e->inv->err, "Edit cancelled, %s\n", why);
	return DONE;
}

static void put_invalid_head(struct buf *out, const struct target *t, const char *end)
{
	resource_group_name(out, t->resource);
	buf_printf(out, " \"%s\" %s", t->name, end);
}

static void tell_invalid(struct session *s, const struct target *t)
{
	_cleanup_buf_ struct buf head = BUF_INIT;

	put_invalid_head(&head, t, "is invalid");
	fprintf(s->e->inv->err, "error: %s\n", head.data);
}

/* ---- what came back ----------------------------------------------------------------------- */

static void join_errors(const struct vec *errors, struct buf *out)
{
	_cleanup_vec_ struct vec texts = VEC_OF_STRINGS;

	for (size_t i = 0; i < errors->len; i++) {
		const struct error *e = errors->items[i];

		if (!vec_has_string(&texts, e->message))
			vec_add_string(&texts, e->message);
	}
	words_joined(out, &texts);
}

/* apiVersion and kind must be there before a server can look at the rest. */
static void check_type(const cJSON *tree, struct vec *wrong)
{
	static const char *const keys[] = {"apiVersion", "kind"};

	if (!json_is_object(tree)) {
		vec_add_string(wrong, "invalid object to validate");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const cJSON *member = json_get(tree, keys[i]);

		if (!member || json_is_null(member))
			vec_add(wrong, xasprintf("%s not set", keys[i]));
		else if (!json_is_string(member))
			vec_add(wrong, xasprintf("%s isn't string type", keys[i]));
	}
}

/* True when the text may be read further; why says otherwise. */
static bool session_valid(const struct session *s, struct buf *why)
{
	_cleanup_error_ struct error failure = ERROR_INIT;
	_cleanup_vec_ struct vec wrong = VEC_OF_STRINGS;
	_cleanup_buf_ struct buf text = BUF_INIT;
	_cleanup_json_ cJSON *tree = NULL;
	int failed;

	if (!s->e->validation)
		return true;
	strip_comments(&text, &s->edited); /* what is wrong is then found in lines without comments */
	failed = is_json(&text) ? json_parse(text.data, text.len, NULL, &tree, &failure)
				: yaml_parse(text.data, text.len, NULL, 1, &tree, &failure);
	if (failed)
		error_bare_yaml(&failure);
	else
		check_type(tree, &wrong);
	if (!failed && !wrong.len)
		failed = validation_check(s->e->validation, tree, &wrong, &failure);
	if (failed)
		vec_add_string(&wrong, failure.message);
	words_joined(why, &wrong);
	return !wrong.len;
}

static enum outcome session_refuse(struct session *s, const char *why)
{
	const struct target *first = original_at(s, 0);
	_cleanup_buf_ struct buf head = BUF_INIT;

	put_invalid_head(&head, first, "was not valid");
	buf_clear(&s->reasons);
	put_comment(&s->reasons, "# ", head.data, ":\n");
	put_comment(&s->reasons, "# * <nil>: Invalid value: \"The edited file failed validation\": ", why, "\n#\n");
	tell_invalid(s, first);
	s->failed = true;
	return AGAIN;
}

static const struct target *original_of(const struct session *s, const cJSON *object)
{
	const char *uid = json_path_string(object, "metadata", "uid", NULL);

	for (size_t i = 0; i < s->originals->len; i++) {
		const struct target *t = original_at(s, i);
		const char *other = json_path_string(t->object, "metadata", "uid", NULL);

		if (!strcmp(uid ? uid : "", other ? other : ""))
			return t;
	}
	return NULL;
}

/* Puts back what was not shown. */
static void restore_managed_fields(const struct session *s, struct target *t)
{
	const struct target *original = original_of(s, t->object);
	const cJSON *fields = original ? json_path(original->object, "metadata", "managedFields", NULL) : NULL;

	if (json_is_object(json_get(t->object, "metadata")))
		json_set(json_get(t->object, "metadata"), "managedFields", json_copy(fields));
}

/* Reads what the file says; what cannot be read is edited again. */
static enum outcome session_read(struct session *s, struct error *err)
{
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free), words = VEC_OF_STRINGS;
	struct target_options o = s->e->options;
	_cleanup_buf_ struct buf why = BUF_INIT;

	o.args = &words;
	o.text = &s->edited;
	o.text_name = SOURCE;
	o.enforce_namespace = false;
	/* objects of a subresource may be of a kind that is nothing by itself */
	o.local = *s->e->subresource;
	vec_release(&s->updated);
	if (targets_resolve(s->e->mapper, &o, &s->updated, &errors, err)) {
		if (err->class == ERROR_CANCELLED)
			return session_fail(s);
		vec_add(&errors, error_take(err));
	}
	if (!errors.len)
		return DONE;
	join_errors(&errors, &why);
	put_comment(&s->reasons, "# The edited file had a syntax error: ", why.data, "\n#\n");
	s->failed = true;
	return AGAIN;
}

static int check_namespace(const struct session *s, const struct target *t, struct error *err)
{
	if (str_empty(t->namespace) || !strcmp(t->namespace, s->e->namespace))
		return 0;
	return error_set(err, ERROR_OTHER,
			 "the namespace from the provided object \"%s\" does not match the namespace \"%s\". You must pass "
			 "'--namespace=%s' to perform this operation.",
			 t->namespace, s->e->namespace, t->namespace);
}

/* ---- what is done with it -------------------------------------------------------------------- */

/* The causes of an invalid object, as comments for the next round. */
static void add_causes(struct session *s, const struct target *t, const struct error *refusal)
{
	_cleanup_error_ struct error broken = ERROR_INIT;
	_cleanup_buf_ struct buf head = BUF_INIT;
	_cleanup_json_ cJSON *status = NULL;
	const cJSON *cause, *causes;

	if (refusal->status_json)
		json_parse(refusal->status_json, strlen(refusal->status_json), NULL, &status, &broken);
	causes = json_path(status, "details", "causes", NULL);
	put_invalid_head(&head, t, "was not valid");
	put_comment(&s->reasons, "# ", head.data, json_size(causes) ? ":\n" : "\n");
	cJSON_ArrayForEach(cause, causes) {
		const char *field = json_string(cause, "field"), *message = json_string(cause, "message");
		_cleanup_free_ char *text = xasprintf("%s: %s", field ? field : "", message ? message : "");

		put_comment(&s->reasons, "# * ", text, "\n");
	}
	buf_puts(&s->reasons, "#\n");
}

/* The server refused one object; the others go on. */
static void session_refused(struct session *s, const struct target *t, const struct error *refusal)
{
	_cleanup_buf_ struct buf name = BUF_INIT;

	fflush(s->e->inv->out);
	if (error_is_reason(refusal, "Invalid")) {
		s->invalid++;
		add_causes(s, t, refusal);
		tell_invalid(s, t);
		return;
	}
	resource_group_name(&name, t->resource);
	if (error_is_reason(refusal, "NotFound")) {
		s->missing++;
		fprintf(s->e->inv->err, "error: %s \"%s\" could not be found on the server\n", name.data, t->name);
		return;
	}
	s->retryable++;
	fprintf(s->e->inv->err, "error: %s \"%s\" could not be patched: %s\n", name.data, t->name, refusal->message);
}

static int session_show(const struct session *s, const char *operation, const struct target *t, const cJSON *object,
			struct error *err)
{
	return print_operation(s->e->inv, operation, *s->e->subresource ? NULL : t->resource, object, err);
}

static int no_original(const struct target *t, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	go_syntax_format(&text, t->object);
	return error_set(err, ERROR_OTHER, "no original object found for &unstructured.Unstructured{Object:%s}", text.data);
}

/* The patch between two states of an object, which must stay the same object. */
static int edit_patch(const struct resource *r, const cJSON *before, const cJSON *after, const char **ret_type,
		      cJSON **ret, struct error *err)
{
	_cleanup_json_ cJSON *patch = NULL;

	if (live_difference(r, before, after, ret_type, &patch, err))
		return -1;
	if (json_get(patch, "apiVersion") || json_get(patch, "kind") || json_path(patch, "metadata", "name", NULL))
		return error_set(err, ERROR_OTHER, "At least one of apiVersion, kind and name was changed");
	*ret = TAKE_PTR(patch);
	return 0;
}

static int send_patch(struct session *s, struct target *t, const struct target *original, struct error *err)
{
	/* what a subresource shows is not what it belongs to */
	const struct target *to = *s->e->subresource ? original : t;
	_cleanup_json_ cJSON *patch = NULL, *patched = NULL;
	_cleanup_error_ struct error refusal = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	const char *type;

	if (edit_patch(t->resource, original->object, t->object, &type, &patch, err))
		return -1;
	json_print(&text, patch, JSON_COMPACT | JSON_SORT_KEYS | JSON_ESCAPE_HTML);
	if (s->e->output_patch)
		fprintf(s->e->inv->out, "Patch: %s\n", text.data);
	if (!client_patch(s->e->client, to->resource, to->namespace, to->name, s->e->subresource, type, text.data,
			  s->e->query.data, &patched, &refusal))
		return session_show(s, "edited", t, patched, err);
	if (refusal.class == ERROR_CANCELLED) {
		error_move(err, &refusal);
		return -1;
	}
	session_refused(s, to, &refusal);
	return 0;
}

static int send_annotation(struct session *s, struct target *t, const struct target *original, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT, patch = BUF_INIT;

	(void)original;
	last_applied_render(t->object, &text, &patch);
	if (client_patch(s->e->client, t->resource, t->namespace, t->name, NULL, PATCH_MERGE, patch.data, s->e->query.data,
			 NULL, err))
		return -1;
	return session_show(s, "edited", t, t->object, err);
}

static int send_new(struct session *s, struct target *t, struct error *err)
{
	_cleanup_json_ cJSON *created = NULL;

	json_remove(json_get(t->object, "metadata"), "resourceVersion");
	json_sort_keys(t->object);
	if (!s->e->dry_run_client &&
	    client_create(s->e->client, t->resource, t->namespace, t->object, s->e->query.data, &created, err))
		return -1;
	return session_show(s, "created", t, created ? created : t->object, err);
}

static int session_send_one(struct session *s, struct target *t, struct error *err)
{
	const struct target *original = original_of(s, t->object);

	if (s->e->mode == EDIT_NEW)
		return send_new(s, t, err);
	if (!original)
		return no_original(t, err);
	if (json_equal(original->object, t->object))
		return session_show(s, "skipped", t, t->object, err);
	return s->e->mode == EDIT_LIVE ? send_patch(s, t, original, err) : send_annotation(s, t, original, err);
}

static int session_send(struct session *s, struct error *err)
{
	for (size_t i = 0; i < s->updated.len; i++)
		restore_managed_fields(s, s->updated.items[i]);
	for (size_t i = 0; i < s->updated.len; i++)
		if (check_namespace(s, s->updated.items[i], err))
			return -1;
	for (size_t i = 0; i < s->updated.len; i++) {
		struct target *t = s->updated.items[i];

		if (s->e->save_config)
			last_applied_embed(t->object, JSON_SORT_KEYS);
		record_change(s->e->inv, t->object);
	}
	for (size_t i = 0; i < s->updated.len; i++)
		if (session_send_one(s, s->updated.items[i], err))
			return -1;
	return 0;
}

/* What the refusals come to. */
static enum outcome session_settle(struct session *s)
{
	struct invocation *inv = s->e->inv;

	if (s->retryable || s->missing)
		inv->exit_status = 1;
	if (s->retryable) {
		fprintf(inv->err, "You can run `%s replace -f %s` to try this update again.\n", inv->program, s->file);
		return DONE;
	}
	if (s->missing) {
		_cleanup_buf_ struct buf name = BUF_INIT;

		go_quote(&name, s->file);
		fprintf(inv->err, "The edits you made on deleted resources have been saved to %s\n", name.data);
		return DONE;
	}
	if (!s->invalid) {
		session_drop_file(s);
		return DONE;
	}
	s->failed = true;
	return AGAIN;
}

/* ---- the session ------------------------------------------------------------------------------ */

/* Opens the editor. The file of the round before goes when the new one is read. */
static enum outcome session_edit(struct session *s, struct error *err)
{
	_cleanup_buf_ struct buf text = BUF_INIT, edited = BUF_INIT;
	_cleanup_free_ char *file = NULL;
	bool same;

	if (session_text(s, &text, err))
		return session_fail(s);
	if (editor_edit(s->e->inv, s->e->suffix, &text, &file, &edited, err)) {
		/* kubectl keeps the file, too, and tells nobody */
		if (s->e->inv->err_is_terminal)
			tell_file(s, file);
		return session_fail(s);
	}
	same = s->failed && same_content(&s->edited, &edited);
	session_drop_file(s);
	s->file = TAKE_PTR(file);
	buf_release(&s->edited);
	s->edited = edited;
	edited = BUF_INIT;
	if (!same)
		return DONE;
	error_set(err, ERROR_OTHER, "Edit cancelled, no valid changes were saved.");
	return session_fail(s);
}

/* One round from the editor to the server. */
static enum outcome session_round(struct session *s, struct error *err)
{
	_cleanup_buf_ struct buf why = BUF_INIT;
	enum outcome outcome = session_edit(s, err);

	if (outcome != DONE)
		return outcome;
	if (!session_valid(s, &why))
		return session_refuse(s, why.data);
	if (same_content(&s->original, &s->edited))
		return session_cancel(s, "no changes made.");
	if (!has_lines(&s->edited))
		return session_cancel(s, "saved file was empty.");
	buf_clear(&s->reasons);
	s->retryable = s->missing = s->invalid = 0;
	outcome = session_read(s, err);
	if (outcome != DONE)
		return outcome;
	s->failed = false;
	if (session_send(s, err))
		return session_fail(s);
	return session_settle(s);
}

static void session_release(struct session *s)
{
	vec_release(&s->updated);
	buf_release(&s->original);
	buf_release(&s->edited);
	buf_release(&s->reasons);
	free(s->file);
}

static int session_run(struct edit *e, const struct vec *originals, struct error *err)
{
	_cleanup_(session_release) struct session s = {
		.e = e,
		.originals = originals,
		.updated = VEC_OWNING(target_free),
		.original = BUF_INIT,
		.edited = BUF_INIT,
		.reasons = BUF_INIT,
	};
	enum outcome outcome;

	do
		outcome = session_round(&s, err);
	while (outcome == AGAIN);
	return outcome == FAILED ? -1 : 0;
}

/* ---- the three ways ----------------------------------------------------------------------------- */

/* What is asked for; any failure means that nothing is edited. */
static int edit_fetch(struct edit *e, struct vec *targets, bool *ret_reported, struct error *err)
{
	_cleanup_vec_ struct vec errors = VEC_OWNING(error_free);
	struct target_options o = e->options;

	o.list_by_type = true;
	*ret_reported = false;
	if (live_fetch_targets(e->inv, &o, targets, &errors, err))
		return -1;
	*ret_reported = errors.len;
	report_errors(e->inv, &errors);
	return 0;
}

static int edit_live(struct edit *e, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free);
	bool reported;

	if (edit_fetch(e, &targets, &reported, err))
		return -1;
	if (reported)
		return 0;
	if (!targets.len)
		return error_set(err, ERROR_OTHER, "edit cancelled, no objects found");
	return session_run(e, &targets, err);
}

/* The object that an annotation holds, as a target of its own. */
static int edit_remembered(struct edit *e, const char *text, struct vec *ret, struct error *err)
{
	_cleanup_vec_ struct vec found = VEC_OWNING(target_free), errors = VEC_OWNING(error_free), words = VEC_OF_STRINGS;
	_cleanup_buf_ struct buf manifest = BUF_INIT;
	struct target_options o = e->options;

	buf_puts(&manifest, text);
	o.args = &words;
	o.text = &manifest;
	o.text_name = SOURCE;
	o.enforce_namespace = false;
	if (targets_resolve(e->mapper, &o, &found, &errors, err))
		return -1;
	if (errors.len) {
		error_move(err, errors.items[0]);
		return -1;
	}
	if (found.len) {
		vec_add(ret, found.items[0]);
		found.items[0] = NULL;
	}
	return 0;
}

static int edit_last_applied(struct edit *e, struct error *err)
{
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free), remembered = VEC_OWNING(target_free);
	bool reported;

	if (edit_fetch(e, &targets, &reported, err))
		return -1;
	if (reported)
		return 0;
	for (size_t i = 0; i < targets.len; i++) {
		const char *text = last_applied_text(((const struct target *)targets.items[i])->object);

		if (text && edit_remembered(e, text, &remembered, err))
			return -1;
	}
	if (!remembered.len)
		return error_set(err, ERROR_OTHER,
				 "no last-applied-configuration annotation found on resources, to create the annotation, use command "
				 "`%s apply set-last-applied --create-annotation`",
				 e->inv->program);
	return session_run(e, &remembered, err);
}

static int edit_new(struct edit *e, struct error *err)
{
	_cleanup_(printer_free_p) struct printer *checked = NULL;
	_cleanup_vec_ struct vec targets = VEC_OWNING(target_free), errors = VEC_OWNING(error_free);
	struct target_options o = e->options;

	o.selector = NULL;
	if (targets_resolve(e->mapper, &o, &targets, &errors, err) || invocation_printer(e->inv, "created", &checked, err))
		return -1;
	for (size_t i = 0; i < targets.len; i++) {
		_cleanup_error_ struct error failed = ERROR_INIT;
		const struct vec one = {.items = &targets.items[i], .len = 1};

		if (!session_run(e, &one, &failed))
			continue;
		if (failed.class == ERROR_CANCELLED) {
			error_move(err, &failed);
			return -1;
		}
		vec_add(&errors, error_take(&failed));
	}
	report_errors(e->inv, &errors);
	return 0;
}

static bool edit_flag(const struct edit *e, const char *name)
{
	return args_knows(e->inv->args, name) && args_bool(e->inv->args, name);
}

static int edit_prepare(struct edit *e, struct error *err)
{
	const struct args *a = e->inv->args;
	const char *output = args_string(a, "output");

	if (change_targets(e->inv, &e->options, err) || change_query(e->inv, NULL, &e->query, err) ||
	    change_validation(e->inv, &e->validation, err) || invocation_client(e->inv, &e->client, err) ||
	    invocation_mapper(e->inv, &e->mapper, err))
		return -1;
	/* the edited text is checked, not what is edited */
	e->options.validation = NULL;
	e->options.validate = false;
	e->namespace = e->options.namespace;
	e->subresource = args_knows(a, "subresource") ? args_string(a, "subresource") : "";
	e->format = *output ? output : "yaml";
	e->commented = strcmp(e->format, "json");
	e->suffix = e->commented ? ".yaml" : ".json";
	e->windows = edit_flag(e, "windows-line-endings");
	e->output_patch = edit_flag(e, "output-patch");
	e->save_config = edit_flag(e, "save-config");
	e->dry_run_client = args_knows(a, "dry-run") && dry_run_client(e->inv);
	return 0;
}

static void edit_release(struct edit *e)
{
	buf_release(&e->query);
}

int edit_run(struct invocation *inv, enum edit_mode mode, struct error *err)
{
	static int (*const runs[])(struct edit *e, struct error *err) = {
		[EDIT_LIVE] = edit_live,
		[EDIT_LAST_APPLIED] = edit_last_applied,
		[EDIT_NEW] = edit_new,
	};
	_cleanup_(edit_release) struct edit e = {.inv = inv, .mode = mode, .query = BUF_INIT};

	if (edit_prepare(&e, err))
		return -1;
	return runs[mode](&e, err);
}
