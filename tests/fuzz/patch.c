#include "data/patch.h"
#include "fuzz.h"

/* Up to three JSON texts, a line each: original, modified, current. */
static size_t read_lines(const uint8_t *data, size_t size, cJSON **trees, size_t max)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	const char *at = (const char *)data, *end = at + size;
	size_t n = 0;

	while (n < max && at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;

		if (json_parse(at, (size_t)(stop - at), NULL, &trees[n], &err))
			return n;
		n++;
		at = stop + 1;
	}
	return n;
}

static void merge(const cJSON *from, const cJSON *to)
{
	_cleanup_json_ cJSON *patch = patch_merge_create(from, to), *target = json_copy(from);

	patch_merge_apply(&target, patch);
}

static void strategic(const cJSON *from, const cJSON *to, const cJSON *current)
{
	const struct strategic_schema *pod = strategic_schema_find("", "v1", "Pod");
	_cleanup_json_ cJSON *two_way = NULL, *three_way = NULL, *target = json_copy(from), *other = json_copy(current);
	_cleanup_error_ struct error err = ERROR_INIT;

	if (!patch_strategic_apply(&target, to, pod, &err))
		PROMISE(target);
	if (!patch_strategic_create(from, to, pod, &two_way, &err))
		patch_strategic_apply(&other, two_way, pod, &err);
	patch_strategic_three_way(from, to, current, pod, false, &three_way, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cJSON *trees[3] = {0};
	size_t n = read_lines(data, size, trees, 3);
	_cleanup_error_ struct error err = ERROR_INIT;

	if (n == 3 && json_is_object(trees[0]) && json_is_object(trees[1]) && json_is_object(trees[2])) {
		cJSON_Delete(patch_merge_three_way(trees[0], trees[1], trees[2]));

		merge(trees[0], trees[1]);
		strategic(trees[0], trees[1], trees[2]);
	}
	if (n >= 2) {
		_cleanup_json_ cJSON *before = json_copy(trees[0]);

		if (patch_json_apply(&trees[0], trees[1], &err))
			PROMISE(json_equal(before, trees[0]));
	}
	for (size_t i = 0; i < 3; i++)
		cJSON_Delete(trees[i]);
	return 0;
}
