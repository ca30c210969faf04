#include "net/dynload.h"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/library.h"

static const char *const libcurl_names[] = {"libcurl.so.4", "libcurl.so", NULL};

static const char *const function_names[] = {
#define X(name) #name,
	DYNLOAD_FUNCTIONS(X)
#undef X
};

/* Drops the pages of one library's code and constants; they come back from the file when they are used. */
static int pages_drop(struct dl_phdr_info *library, size_t size, void *ctx)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	(void)size;
	(void)ctx;
	for (size_t i = 0; *library->dlpi_name && i < library->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &library->dlpi_phdr[i];
		uintptr_t start = (library->dlpi_addr + part->p_vaddr) & ~(page - 1);
		uintptr_t end = library->dlpi_addr + part->p_vaddr + part->p_filesz;

		if (part->p_type == PT_LOAD && !(part->p_flags & PF_W))
			madvise((void *)start, end - start, MADV_DONTNEED);
	}
	return 0;
}

/*
 * A handle's symbols are those of the library and of what it is linked with: the OpenSSL
 * found here is the one that libcurl uses, whatever its version.
 */
static const struct library libcurl = {
	.name = "libcurl",
	.files = libcurl_names,
	.functions = function_names,
	.count = ARRAY_SIZE(function_names),
	.purpose = "to talk to a server",
	.version = "libcurl 7.77 or newer, built with OpenSSL 3,",
	.hint = "Install it (Debian, Ubuntu: apt-get install libcurl4; Fedora: dnf install libcurl).",
};

/*
 * Distributions link libcurl with LDAP and RTMP, and these with GnuTLS, whose
 * start (self-tests, 0.8 MB) is wasted on a program that speaks HTTP only.
 */
static int load_lean(void **slots, struct error *err)
{
	static const char skip[] = "GNUTLS_NO_IMPLICIT_INIT";
	bool given = getenv(skip);
	int status;

	if (!given)
		setenv(skip, "1", 1);
	status = library_load(&libcurl, slots, err);
	if (!given)
		unsetenv(skip); /* plug-ins are not to inherit it */
	return status;
}

int dynload_get(const struct dynload **ret, struct error *err)
{
	static struct dynload functions; /* constant once loaded */
	static bool loaded;
	union {
		struct dynload functions;
		void *slots[ARRAY_SIZE(function_names)];
	} found;

	if (!loaded) {
		if (load_lean(found.slots, err))
			return -1;
		/*
		 * Some thirty libraries have been relocated and started by now, most of
		 * which are never called: what that touched is a third of the memory of a small command.
		 */
		dl_iterate_phdr(pages_drop, NULL);
		if (found.functions.curl_global_init(CURL_GLOBAL_DEFAULT))
			return error_set(err, ERROR_OTHER, "libcurl could not be started");
		functions = found.functions;
		loaded = true;
	}
	*ret = &functions;
	return 0;
}
