/*
 * driver SEEDS COUNT: gives a fuzz target every file of a folder, and COUNT mutations of them, always the
 * same ones. For `make check`, which must not need clang; `make fuzz` links the targets with libFuzzer instead.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_MAX_INPUT 4096
#define SEEDS_MAX 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct seed {
	uint8_t bytes[SIZE_MAX_INPUT];
	size_t size;
} seeds[SEEDS_MAX];
static size_t seed_count;
static uint64_t state = 0x9e3779b97f4a7c15u;

/* xorshift64* */
static uint32_t next_random(uint32_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)((state * 0x2545f4914f6cdd1du) >> 32) % below;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void read_seeds(const char *folder)
{
	struct dirent **names;
	int n = scandir(folder, &names, NULL, by_name);

	for (int i = 0; i < n; i++) {
		char path[1024];
		FILE *f;

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		f = names[i]->d_name[0] != '.' && seed_count < SEEDS_MAX ? fopen(path, "rb") : NULL;
		if (f) {
			struct seed *s = &seeds[seed_count++];

			s->size = fread(s->bytes, 1, sizeof(s->bytes), f);
			fclose(f);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

static void mutate_once(uint8_t *bytes, size_t *size)
{
	static const char interesting[] = "{}[]():,\"'\\\n\t -.*@$#&|<>=!%0919eE+x\xff\x80";
	const struct seed *other = &seeds[next_random((uint32_t)seed_count)];
	size_t at = *size ? next_random((uint32_t)*size) : 0, n;

	switch (next_random(5)) {
	case 0: /* another byte */
		if (*size)
			bytes[at] = (uint8_t)interesting[next_random(sizeof(interesting) - 1)];
		break;
	case 1: /* a bit */
		if (*size)
			bytes[at] ^= (uint8_t)(1u << next_random(8));
		break;
	case 2: /* a piece less */
		n = *size - at < 8 ? *size - at : 1 + next_random(8);
		memmove(bytes + at, bytes + at + n, *size - at - n);
		*size -= n;
		break;
	case 3: /* a piece of another seed */
		n = other->size ? 1 + next_random((uint32_t)other->size) : 0;
		n = n > 64 ? 64 : n;
		if (*size + n > SIZE_MAX_INPUT || n == 0)
			break;
		memmove(bytes + at + n, bytes + at, *size - at);
		memcpy(bytes + at, other->bytes + next_random((uint32_t)(other->size - n + 1)), n);
		*size += n;
		break;
	default: /* the same again */
		n = *size - at > 32 ? 32 : *size - at;
		if (*size + n > SIZE_MAX_INPUT)
			break;
		memmove(bytes + at + n, bytes + at, *size - at);
		*size += n;
	}
}

int main(int argc, char **argv)
{
	long count = argc == 3 ? strtol(argv[2], NULL, 10) : -1;

	if (count < 0) {
		fputs("usage: driver SEEDS COUNT\n", stderr);
		return 2;
	}
	read_seeds(argv[1]);
	if (!seed_count) {
		fprintf(stderr, "%s has no seeds\n", argv[1]);
		return 1;
	}
	for (size_t i = 0; i < seed_count; i++)
		LLVMFuzzerTestOneInput(seeds[i].bytes, seeds[i].size);
	for (long i = 0; i < count; i++) {
		struct seed s = seeds[next_random((uint32_t)seed_count)];

		for (uint32_t k = 1 + next_random(8); k; k--)
			mutate_once(s.bytes, &s.size);
		LLVMFuzzerTestOneInput(s.bytes, s.size);
	}
	printf("%zu seeds, %ld mutations\n", seed_count, count);
	return 0;
}
