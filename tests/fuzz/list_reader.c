#include "fuzz.h"
#include "kube/list_reader.h"

static int count_item(void *ctx, const cJSON *item, const char *text, size_t len, struct error *err)
{
	_cleanup_json_ cJSON *again = NULL;
	size_t *bytes = ctx;

	PROMISE(!json_parse(text, len, NULL, &again, err) && json_equal(again, item));
	*bytes += len;
	return 0;
}

/* How many bytes of items a list of that many pieces gives; SIZE_MAX: it is none. */
static size_t read_pieces(const char *data, size_t size, size_t piece)
{
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_free_ char *token = NULL;
	size_t bytes = 0;
	struct list_reader r = LIST_READER_INIT(count_item, &bytes);
	int failed = 0;

	for (size_t at = 0; at < size && !failed; at += piece)
		failed = list_reader_feed(&r, data + at, MIN(piece, size - at), &err);
	failed = failed || list_reader_end(&r, &token, &err);
	list_reader_release(&r);
	return failed ? SIZE_MAX : bytes;
}

/* A list is the same in whatever pieces it comes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t whole = read_pieces((const char *)data, size, size + 1);

	PROMISE(read_pieces((const char *)data, size, 1) == whole);
	PROMISE(read_pieces((const char *)data, size, 7) == whole);
	return 0;
}
