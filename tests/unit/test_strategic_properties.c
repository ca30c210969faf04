/*
 * Strategic merge patches on thousands of made-up objects: whatever was
 * changed, the patch brings it about, and bringing it about again changes
 * nothing. The objects come from a generator with a fixed seed.
 */
#include "patch_cases.h"

#define ROUNDS 1500

static uint64_t seed;

static unsigned dice(unsigned sides)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed % sides);
}

static const char *const words[] = {"alpha", "beta", "gamma", "delta", "epsilon", "zeta"};

/* Calls make for some of the words, in an order of its own, and puts what it gives in a list. */
static cJSON *some(cJSON *(*make)(const char *word))
{
	cJSON *list = json_new_array();
	unsigned start = dice(ARRAY_SIZE(words)), step = dice(2) ? 1 : 5, used = dice(ARRAY_SIZE(words));

	for (unsigned i = 0; i < used; i++)
		json_append(list, make(words[(start + i * step) % ARRAY_SIZE(words)]));
	return list;
}

static cJSON *make_word(const char *word)
{
	return json_new_string(word);
}

static cJSON *make_variable(const char *word)
{
	cJSON *variable = json_parse_literal("{\"name\":\"%s\"}", word);

	if (dice(2))
		json_set_string(variable, "value", words[dice(3)]);
	else
		json_set(variable, "valueFrom",
		         json_parse_literal("{\"fieldRef\":{\"fieldPath\":\"%s\"}}", words[dice(3)]));
	return variable;
}

static cJSON *make_mount(const char *word)
{
	return json_parse_literal("{\"mountPath\":\"/%s\",\"name\":\"%s\"}", word, words[dice(3)]);
}

static cJSON *make_container(const char *word)
{
	cJSON *container = json_parse_literal("{\"name\":\"%s\",\"image\":\"%s\"}", word, words[dice(4)]);

	if (dice(2))
		json_set(container, "env", some(make_variable));
	if (dice(3) == 0)
		json_set(container, "volumeMounts", some(make_mount));
	if (dice(3) == 0)
		json_set(container, "args", some(make_word));
	return container;
}

static cJSON *make_volume(const char *word)
{
	cJSON *volume = json_parse_literal("{\"name\":\"%s\"}", word);

	if (dice(2))
		json_set(volume, "emptyDir", json_new_object());
	else
		json_set(volume, "configMap", json_parse_literal("{\"name\":\"%s\"}", words[dice(3)]));
	return volume;
}

static cJSON *make_toleration(const char *word)
{
	return json_parse_literal("{\"key\":\"%s\",\"operator\":\"Exists\"}", word);
}

static cJSON *make_labels(void)
{
	cJSON *labels = json_new_object();

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (dice(3) == 0)
			json_set_string(labels, words[i], words[dice(3)]);
	}
	return labels;
}

static cJSON *make_deployment(void)
{
	cJSON *deployment = json_parse_literal("{\"metadata\":{\"name\":\"d\"},\"spec\":{\"replicas\":%d,"
	                                       "\"template\":{\"spec\":{}}}}",
	                                       (int)dice(3));
	cJSON *metadata = json_get(deployment, "metadata"), *spec = json_get(deployment, "spec");
	cJSON *pod = json_path(spec, "template", "spec", NULL);

	json_set(metadata, "labels", make_labels());
	if (dice(2))
		json_set(metadata, "finalizers", some(make_word));
	json_set(pod, "containers", some(make_container));
	if (dice(2))
		json_set(pod, "volumes", some(make_volume));
	if (dice(2))
		json_set(pod, "tolerations", some(make_toleration));
	if (dice(2))
		json_set(
		        spec, "strategy",
		        dice(2) ? json_parse_literal("{\"type\":\"Recreate\"}")
		                : json_parse_literal("{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":%d}}",
		                                     (int)dice(3)));
	return deployment;
}

/* Fails with all that led to it. */
static void fail_with(const char *what, unsigned round, const cJSON *a, const cJSON *b, const cJSON *patch)
{
	_cleanup_buf_ struct buf text = BUF_INIT;

	json_print(&text, a, JSON_COMPACT);
	buf_putc(&text, '\n');
	json_print(&text, b, JSON_COMPACT);
	buf_putc(&text, '\n');
	json_print(&text, patch, JSON_COMPACT);
	fprintf(stderr, "%s\n", text.data); /* cmocka cuts long texts */
	fail_msg("round %u: %s", round, what);
}

/* What a server's decoder drops: members that no type has, and nulls. */
static void decode(cJSON *node)
{
	cJSON *next;

	for (cJSON *c = node->child; c; c = next) {
		next = c->next;
		if (json_is_object(node) && (cJSON_IsNull(c) || c->string[0] == '$'))
			cJSON_Delete(cJSON_DetachItemViaPointer(node, c));
		else
			decode(c);
	}
}

static void apply(cJSON **target, const cJSON *patch, const struct strategic_schema *schema)
{
	_cleanup_error_ struct error err = ERROR_INIT;

	if (patch_strategic_apply(target, patch, schema, &err))
		fail_msg("%s", err.message);
	decode(*target);
}

/* The item of a list with the name (or path) of another. */
static const cJSON *counterpart(const cJSON *list, const cJSON *item)
{
	static const char *const keys[] = {"mountPath", "name"};
	const cJSON *other;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *key = json_string(item, keys[i]);

		if (!key)
			continue;
		cJSON_ArrayForEach(other, list)
		{
			if (str_equal(json_string(other, keys[i]), key))
				return other;
		}
		return NULL;
	}
	cJSON_ArrayForEach(other, list)
	{
		if (json_equal(other, item))
			return other;
	}
	return NULL;
}

/* True when result says everything that wanted says; it may say more. */
static bool says(const cJSON *result, const cJSON *wanted)
{
	const cJSON *part;

	if (json_is_object(wanted)) {
		cJSON_ArrayForEach(part, wanted)
		{
			const cJSON *other = json_get(result, part->string);

			if (!other || !says(other, part))
				return false;
		}
		return true;
	}
	if (json_is_array(wanted)) {
		const cJSON *previous = NULL;

		cJSON_ArrayForEach(part, wanted)
		{
			const cJSON *other = counterpart(result, part);

			if (!other || !says(other, part))
				return false;
			/* and in the same order */
			for (const cJSON *c = previous ? other->next : NULL; c; c = c->next) {
				if (c == previous)
					return false;
			}
			previous = other;
		}
		return true;
	}
	return json_equal(result, wanted);
}

/* Sorts the finalizers, a set: two orders of the same ones may count as equal (see diff_scalar_list). */
static void sort_finalizers(cJSON *object)
{
	cJSON *metadata = json_get(object, "metadata"), *old = json_get(metadata, "finalizers");
	cJSON *sorted = json_new_array();

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		_cleanup_json_ cJSON *word = json_new_string(words[i]);

		if (counterpart(old, word))
			json_append_string(sorted, words[i]);
	}
	json_set(metadata, "finalizers", sorted);
}

static void test_two_way(void **state)
{
	static const struct kind deployment = DEPLOYMENT;
	const struct strategic_schema *schema = schema_of(&deployment);

	(void)state;
	seed = 0x9e3779b97f4a7c15u;
	for (unsigned round = 0; round < ROUNDS; round++) {
		_cleanup_json_ cJSON *from = make_deployment(), *to = make_deployment(), *patch = NULL;
		_cleanup_json_ cJSON *result = json_copy(from);
		_cleanup_error_ struct error err = ERROR_INIT;

		assert_int_equal(patch_strategic_create(from, to, schema, &patch, &err), 0);
		apply(&result, patch, schema);
		sort_finalizers(result);
		sort_finalizers(to);
		if (!json_equal(result, to))
			fail_with("the patch does not lead there", round, from, to, patch);
	}
}

static void test_three_way(void **state)
{
	static const struct kind deployment = DEPLOYMENT;
	const struct strategic_schema *schema = schema_of(&deployment);

	(void)state;
	seed = 0x2545f4914f6cdd1du;
	for (unsigned round = 0; round < ROUNDS; round++) {
		_cleanup_json_ cJSON *original = make_deployment(), *modified = make_deployment();
		_cleanup_json_ cJSON *current = make_deployment(), *patch = NULL, *again = NULL;
		_cleanup_json_ cJSON *result = json_copy(current), *twice = NULL;
		_cleanup_error_ struct error err = ERROR_INIT;

		assert_int_equal(patch_strategic_three_way(original, modified, current, schema, true, &patch, &err), 0);
		apply(&result, patch, schema);
		if (!says(result, modified))
			fail_with("the manifest is not reached", round, current, modified, patch);
		assert_int_equal(patch_strategic_three_way(modified, modified, result, schema, true, &again, &err), 0);
		twice = json_copy(result);
		apply(&twice, again, schema);
		if (!json_equal(twice, result))
			fail_with("a second apply changes something", round, result, modified, again);
	}
}

/* The merge patch of custom resources, likewise; lists are replaced there. */
static void test_merge_patches(void **state)
{
	(void)state;
	seed = 0xd1342543de82ef95u;
	for (unsigned round = 0; round < ROUNDS; round++) {
		_cleanup_json_ cJSON *original = make_deployment(), *modified = make_deployment();
		_cleanup_json_ cJSON *current = make_deployment(), *result = json_copy(current);
		_cleanup_json_ cJSON *direct = patch_merge_create(current, modified), *reached = json_copy(current);
		_cleanup_json_ cJSON *patch = patch_merge_three_way(original, modified, current), *again = NULL;

		patch_merge_apply(&reached, direct);
		if (!json_equal(reached, modified))
			fail_with("the merge patch does not lead there", round, current, modified, direct);
		patch_merge_apply(&result, patch);
		if (!says(result, modified))
			fail_with("the manifest is not reached", round, current, modified, patch);
		again = patch_merge_three_way(modified, modified, result);
		if (again->child)
			fail_with("a second apply changes something", round, result, modified, again);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_way),
		cmocka_unit_test(test_three_way),
		cmocka_unit_test(test_merge_patches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
