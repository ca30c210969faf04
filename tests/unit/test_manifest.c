#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "kube/manifest.h"

#define CM(name) "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" name "\"}}"
#define YAML_CM(name) "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " name "\n"
#define ADVICE "; if you choose to ignore these errors, turn validation off with --validate=false"

/* ---- texts ------------------------------------------------------------------------------- */

struct text {
	const char *text;
	size_t len; /* 0: strlen */
	bool validate;
	const char *expected; /* objects, then errors, a line each */
};

static const struct text texts[] = {
	{"", 0, true, ""},
	{"---\n---\n# nothing\n", 0, true, ""},
	{"null\n", 0, true, ""},
	{YAML_CM("a"), 0, true, CM("a") "\n"},
	{YAML_CM("a") "---   \n\n" YAML_CM("b"), 0, true, CM("a") "\n" CM("b") "\n"},
	{"---\n" YAML_CM("a") "--- # comment\n" YAML_CM("b") "---", 0, true, CM("a") "\n" CM("b") "\n"},
	{"\xef\xbb\xbf" YAML_CM("a"), 0, true, CM("a") "\n"},
	{"\xff\xfek\0i\0n\0d\0:\0 \0=\xd8\x00\xde\n\0", 20, false, "{\"kind\":\"\xf0\x9f\x98\x80\"}\n"},
	{"\xfe\xff\0k\0i\0n\0d\0:\0 \0X", 16, false, "{\"kind\":\"X\"}\n"},
	{"kind: \xffx\n", 0, false, "{\"kind\":\"\xef\xbf\xbdx\"}\n"},
	/* JSON: one value, a stream, one that turns to YAML, one that does not */
	{" \n" CM("a") "\n", 0, true, CM("a") "\n"},
	{CM("a") CM("b") "\n" CM("c"), 0, true, CM("a") "\n" CM("b") "\n" CM("c") "\n"},
	{CM("a") "\n---\n" YAML_CM("b"), 0, true, CM("a") "\n" CM("b") "\n"},
	{"{kind: X, apiVersion: v1}\n", 0, true, "{\"kind\":\"X\",\"apiVersion\":\"v1\"}\n"},
	{CM("a") CM("b") " x", 0, true,
	 CM("a") "\n" CM("b") "\nerror parsing f: invalid character 'x' looking for beginning of value\n"},
	{"{\"a\":1", 0, true, "error parsing f: unexpected EOF\n"},
	/* broken YAML ends the file; what stands before it is there */
	{YAML_CM("a") "---\nfoo: [\n---\n" YAML_CM("b"), 0, true,
	 CM("a") "\nerror parsing f: error converting YAML to JSON: yaml: line 1: did not find expected node "
		 "content\n"},
	{"---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n bad: x\n", 0, true,
	 "error parsing f: error converting YAML to JSON: yaml: line 5: did not find expected key\n"},
	{YAML_CM("a") "--- xx\na: b\n", 0, true, "error parsing f: invalid Yaml document separator: xx\n"},
	/* documents that are no objects, or do not say what they are */
	{"a: <1>\n---\n" YAML_CM("b"), 0, false,
	 CM("b") "\nunable to decode \"f\": Object 'Kind' is missing in '{\"a\":\"\\u003c1\\u003e\"}'\n"},
	{"{\"b\": 1, \"a\": 2}", 0, false,
	 "unable to decode \"f\": Object 'Kind' is missing in '{\"b\": 1, \"a\": 2}'\n"},
	{"a: 1\n---\n" YAML_CM("b"), 0, true,
	 "error validating \"f\": error validating data: [apiVersion not set, kind not set]" ADVICE "\n"},
	{"kind: X\n", 0, true, "error validating \"f\": error validating data: apiVersion not set" ADVICE "\n"},
	{"kind: 5\napiVersion: v1\n", 0, true,
	 "error validating \"f\": error validating data: kind isn't string type" ADVICE "\n"},
	{"kind: X\napiVersion: a/b/c\n", 0, true,
	 "error validating \"f\": error validating data: unexpected GroupVersion string: a/b/c" ADVICE "\n"},
	{"[1]\n", 0, true, "error validating \"f\": error validating data: invalid object to validate" ADVICE "\n"},
	{"[1]\n", 0, false,
	 "unable to decode \"f\": json: cannot unmarshal array into Go value of type unstructured.detector\n"},
	{"hello\n", 0, false,
	 "unable to decode \"f\": json: cannot unmarshal string into Go value of type unstructured.detector\n"},
	{"7\n", 0, false,
	 "unable to decode \"f\": json: cannot unmarshal number into Go value of type unstructured.detector\n"},
	{"kind: X\nmetadata: {name: 1}\n", 0, false,
	 "unable to decode \"f\": json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type "
	 "string\n"},
	{"kind: X\nmetadata: {labels: [1]}\n", 0, false,
	 "unable to decode \"f\": json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type "
	 "map[string]string\n"},
	{"kind: X\nmetadata: {annotations: {a: true}}\n", 0, false,
	 "unable to decode \"f\": json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.annotations of "
	 "type string\n"},
	{"kind: X\nmetadata: 3\n", 0, false,
	 "unable to decode \"f\": json: cannot unmarshal number into Go struct field metadataOnlyObject.metadata of "
	 "type "
	 "v1.ObjectMeta\n"},
	{"kind: X\nmetadata: {labels: null, name: null}\n", 0, false,
	 "{\"kind\":\"X\",\"metadata\":{\"labels\":null,\"name\":null}}\n"},
	/* lists are unfolded, those inside a list after its items */
	{"{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[]}", 0, true, ""},
	{"{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"items\":[{\"metadata\":{\"name\":\"a\"}},"
	 "{\"kind\":\"X\"}]}",
	 0, true,
	 "{\"metadata\":{\"name\":\"a\"},\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\"} (item)\n{\"kind\":\"X\"} "
	 "(item)\n"},
	{"{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[" CM(
		 "a") "]}," CM("b") "]}",
	 0, true, CM("b") " (item)\n" CM("a") " (item)\n"},
	{"{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[{\"a\":1}]}", 0, true,
	 "error validating \"f\": error validating data: [apiVersion not set, kind not set]" ADVICE "\n"},
	{"{\"kind\":\"X\",\"items\":{}}", 0, false,
	 "unable to decode \"f\": json: cannot unmarshal object into Go struct field decodeList.items of type "
	 "[]jsontext.Value\n"},
};

static void describe(struct buf *out, const struct vec *objects, const struct vec *errors)
{
	for (size_t i = 0; i < objects->len; i++) {
		const struct manifest_object *o = objects->items[i];

		json_print(out, o->object, JSON_COMPACT);
		buf_puts(out, o->from_list ? " (item)\n" : "\n");
	}
	for (size_t i = 0; i < errors->len; i++)
		buf_printf(out, "%s\n", ((const struct error *)errors->items[i])->message);
}

static void test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		const struct text *t = &texts[i];
		_cleanup_vec_ struct vec objects = VEC_OWNING(manifest_object_free), errors = VEC_OWNING(error_free);
		_cleanup_buf_ struct buf found = BUF_INIT;

		manifest_parse(t->text, t->len ? t->len : strlen(t->text), "f", &(struct manifest_options){.validate = t->validate}, &objects, &errors);
		describe(&found, &objects, &errors);
		assert_string_equal(found.data, t->expected);
	}
}

static void test_lines(void **state)
{
	static const char text[] = "# first\n" YAML_CM("a") "---\n\n" YAML_CM("b");
	_cleanup_vec_ struct vec objects = VEC_OWNING(manifest_object_free), errors = VEC_OWNING(error_free);

	(void)state;
	manifest_parse(text, strlen(text), "dir/x.yaml", &(struct manifest_options){.validate = true}, &objects, &errors);
	assert_int_equal(objects.len, 2);
	assert_int_equal(((struct manifest_object *)objects.items[0])->line, 1);
	assert_int_equal(((struct manifest_object *)objects.items[1])->line, 7);
	assert_string_equal(((struct manifest_object *)objects.items[1])->source, "dir/x.yaml");
}

/* ---- files -------------------------------------------------------------------------------- */

static int make_folder(void **state)
{
	static const char *const files[] = {"d/b.yaml", "d/a.yml", "d/c.json", "d/x.txt", "d/sub/z.yaml", "plain"};
	struct error e = ERROR_INIT;
	char *dir = xstrdup("/tmp/kubec-manifest.XXXXXX");

	if (!mkdtemp(dir) || chdir(dir))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *text = xasprintf("{\"kind\":\"%s\",\"apiVersion\":\"v1\"}", files[i]);

		if (file_write_atomic(files[i], text, strlen(text), 0600, &e))
			return -1;
	}
	*state = dir;
	return file_make_dirs("empty", 0755, &e);
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static int remove_folder(void **state)
{
	int r = chdir("/") || nftw(*state, remove_entry, 8, FTW_DEPTH | FTW_PHYS);

	free(*state);
	return r;
}

struct named {
	const char *files; /* blank-separated -f values */
	bool recursive;
	int status;
	const char *expected; /* kinds and sources, then errors; or the failure */
};

static const struct named nameds[] = {
	{"plain", false, 0, "plain plain\n"},
	{"d", false, 0, "d/a.yml d/a.yml\nd/b.yaml d/b.yaml\nd/c.json d/c.json\n"},
	{"./d/", false, 0, "d/a.yml d/a.yml\nd/b.yaml d/b.yaml\nd/c.json d/c.json\n"},
	{"d", true, 0, "d/a.yml d/a.yml\nd/b.yaml d/b.yaml\nd/c.json d/c.json\nd/sub/z.yaml d/sub/z.yaml\n"},
	{"d/*.y*ml", false, 0, "d/a.yml d/a.yml\nd/b.yaml d/b.yaml\n"},
	{"plain d/x.txt", false, 0, "plain plain\nd/x.txt d/x.txt\n"},
	{"plain empty", false, 0, "plain plain\n"},
	{"empty", false, -1, "error reading [empty]: recognized file extensions are [.json .yaml .yml]"},
	{"nope", false, -1, "the path \"nope\" does not exist"},
	{"plain/x", false, -1, "the path \"plain/x\" does not exist"},
	{"*.nope", false, -1, "the path \"*.nope\" does not exist"},
	{"[", false, -1, "pattern \"[\" is not valid: syntax error in pattern"},
	{"plain nope", false, -1, "the path \"nope\" does not exist"},
	{"nope plain nope2", false, 0, "the path \"nope\" does not exist\nthe path \"nope2\" does not exist\n"},
	{"- -", false, -1, "standard input cannot be used for multiple arguments"},
	{"-", false, 0, "in STDIN\n"},
};

static void describe_sources(struct buf *out, const struct vec *objects, const struct vec *errors)
{
	for (size_t i = 0; i < objects->len; i++) {
		const struct manifest_object *o = objects->items[i];

		buf_printf(out, "%s %s\n", json_string(o->object, "kind"), o->source);
	}
	for (size_t i = 0; i < errors->len; i++)
		buf_printf(out, "%s\n", ((const struct error *)errors->items[i])->message);
}

static void test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(nameds); i++) {
		_cleanup_vec_ struct vec files = VEC_OF_STRINGS;
		_cleanup_vec_ struct vec objects = VEC_OWNING(manifest_object_free), errors = VEC_OWNING(error_free);
		_cleanup_error_ struct error e = ERROR_INIT;
		_cleanup_buf_ struct buf found = BUF_INIT;
		FILE *in = tmpfile();
		struct manifest_options o = {
			.files = &files, .recursive = nameds[i].recursive, .validate = true, .in = in};

		fputs("{\"kind\":\"in\",\"apiVersion\":\"v1\"}", in);
		rewind(in);
		vec_add_split(&files, nameds[i].files, ' ');
		assert_int_equal(manifest_read(&o, &objects, &errors, &e), nameds[i].status);
		describe_sources(&found, &objects, &errors);
		assert_string_equal(nameds[i].status ? e.message : found.data, nameds[i].expected);
		if (nameds[i].status)
			assert_int_equal(objects.len + errors.len, 0);
		fclose(in);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_lines),
		cmocka_unit_test_setup_teardown(test_files, make_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
