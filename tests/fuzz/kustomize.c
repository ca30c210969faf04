#include <unistd.h>

#include "base/file.h"
#include "fuzz.h"
#include "kube/kustomize/kustomize.h"

/*
 * A kustomization: its file, a file of resources (a.yaml) and one of patches (p.yaml), with a line
 * "=====" between them. Whatever they say, nothing but a list of objects or a message comes out.
 */
#define SEPARATOR "\n=====\n"

static char folder[] = "/tmp/kubec-fuzz-XXXXXX";

static void remove_folder(void)
{
	static const char *const names[] = {"kustomization.yaml", "a.yaml", "p.yaml"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *path = path_join(folder, names[i]);

		unlink(path);
	}
	rmdir(folder);
}

static void write_part(const char *name, const char *text, size_t len)
{
	_cleanup_free_ char *path = path_join(folder, name);
	FILE *f = fopen(path, "w");

	if (!f)
		return;
	fwrite(text, 1, len, f);
	fclose(f);
}

/* The next part of the input; empty when there is none. */
static void next_part(const char **p, const char *end, const char *name)
{
	const char *separator = memmem(*p, (size_t)(end - *p), SEPARATOR, strlen(SEPARATOR)),
		   *part_end = separator ? separator + 1 : end;

	write_part(name, *p, (size_t)(part_end - *p));
	*p = separator ? separator + strlen(SEPARATOR) : end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	const char *p = (const char *)data, *end = p + size;
	_cleanup_vec_ struct vec objects = VEC_OWNING(cJSON_Delete);
	_cleanup_error_ struct error err = ERROR_INIT;
	_cleanup_buf_ struct buf text = BUF_INIT;
	struct kustomize_options o = {.root = folder};

	if (!ready) {
		PROMISE(mkdtemp(folder));
		atexit(remove_folder);
		ready = true;
	}
	next_part(&p, end, "kustomization.yaml");
	next_part(&p, end, "a.yaml");
	next_part(&p, end, "p.yaml");
	if (kustomize_build(&o, &objects, &err)) {
		PROMISE(err.message && !objects.len);
		return 0;
	}
	kustomize_print(&text, &objects);
	PROMISE(!objects.len || text.len);
	return 0;
}
