/*
 * measure RUNS PROGRAM [ARG...]: runs a program RUNS times with its output thrown away and prints
 * "SECONDS KIB STATUS": the median of its wall times, the peak of its resident memory, its last exit status.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void run_quietly(char **argv)
{
	int null = open("/dev/null", O_RDWR);

	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	execvp(argv[0], argv);
	_exit(127);
}

int main(int argc, char **argv)
{
	long runs = argc > 2 ? strtol(argv[1], NULL, 10) : 0, peak = 0;
	double *times;
	int status = 0;

	if (runs < 1) {
		fputs("usage: measure RUNS PROGRAM [ARG...]\n", stderr);
		return 2;
	}
	times = calloc((size_t)runs, sizeof(*times));
	for (long i = 0; times && i < runs; i++) {
		struct rusage usage = {0};
		double start = now();
		pid_t child = fork();

		if (child == 0)
			run_quietly(argv + 2);
		if (child < 0 || wait4(child, &status, 0, &usage) < 0)
			return 1;
		times[i] = now() - start;
		peak = usage.ru_maxrss > peak ? usage.ru_maxrss : peak;
	}
	qsort(times, (size_t)runs, sizeof(*times), by_value);
	printf("%.6f %ld %d\n", times[runs / 2], peak, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	free(times);
	return 0;
}
