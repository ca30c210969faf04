#include "data/yaml.h"
#include "fuzz.h"

/* What is printed reads as what prints the same. (Integers beyond 64 bits are rounded once, as kubectl rounds them.) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t offset = 0, line = 1, len, first;
	const char *document;

	while (yaml_next_document((const char *)data, size, &offset, &line, &document, &len, &first)) {
		_cleanup_error_ struct error err = ERROR_INIT;
		_cleanup_json_ cJSON *tree = NULL, *again = NULL;
		_cleanup_buf_ struct buf text = BUF_INIT, text_again = BUF_INIT;

		if (yaml_parse(document, len, "input", first, &tree, &err) || !tree)
			continue;
		yaml_print(&text, tree);
		/* A key "<<" is printed bare, as kubectl prints it, and then reads as a merge. */
		if (strstr(text.data, "<<"))
			continue;
		PROMISE(!yaml_parse(text.data, text.len, NULL, 1, &again, &err));
		yaml_print(&text_again, again);
		PROMISE(!strcmp(text.data, text_again.data));
	}
	return 0;
}
