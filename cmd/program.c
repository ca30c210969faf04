#include "program.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

static int program_start(char *const *argv, pid_t *ret)
{
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int code;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGINT);
	sigaddset(&defaults, SIGQUIT);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	code = posix_spawnp(ret, argv[0], NULL, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	return code;
}

static int program_wait(pid_t pid, int *ret_status)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return errno;
	*ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	return 0;
}

int program_run(char *const *argv, int *ret_status, bool *ret_missing, struct error *err)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
	pid_t pid;
	int code;

	*ret_missing = false;
	if (!*argv[0])
		return error_set(err, ERROR_OTHER, "exec: no command");
	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	code = program_start(argv, &pid);
	*ret_missing = code == ENOENT || code == EACCES;
	if (!code)
		code = program_wait(pid, ret_status);
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	if (!code)
		return 0;
	if (*ret_missing)
		return error_set(err, ERROR_OTHER, "executable file not found in $PATH");
	return error_set(err, ERROR_OTHER, "fork/exec %s: %s", argv[0], errno_text(code));
}
