#include "base/library.h"

#include <dlfcn.h>

static void *open_first(const struct library *l, struct error *err)
{
	_cleanup_free_ char *why = NULL;

	for (size_t i = 0; l->files[i]; i++) {
		void *library = dlopen(l->files[i], RTLD_LAZY | RTLD_LOCAL);

		if (library)
			return library;
		if (!why) /* the first name's, which the next dlopen() would overwrite */
			why = xstrdup(dlerror());
	}
	error_set(err, ERROR_OTHER, "%s is needed %s, but could not be loaded: %s", l->name, l->purpose, why);
	error_hint(err, "%s", l->hint);
	return NULL;
}

int library_load(const struct library *l, void **slots, struct error *err)
{
	void *library = open_first(l, err);

	if (!library)
		return -1;
	for (size_t i = 0; i < l->count; i++) {
		slots[i] = dlsym(library, l->functions[i]);
		if (!slots[i])
			return error_set(err, ERROR_OTHER, "the installed %s cannot be used: it has no %s%s%s%s",
					 l->name, l->functions[i], l->version ? " (" : "", l->version ? l->version : "",
					 l->version ? " is needed)" : "");
	}
	return 0;
}
